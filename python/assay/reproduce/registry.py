"""The registered studies: one line each; a study's own file is imported when it is run."""

from __future__ import annotations

from assay._errors import OptionError
from assay.reproduce.study import Study

STUDIES: tuple[Study, ...] = ()


def named(name: str) -> Study:
    """Return the study of that name.

    Raises:
        OptionError: there is none; the message lists those there are.
    """
    for study in STUDIES:
        if study.name == name:
            return study
    known = ", ".join(study.name for study in STUDIES)
    raise OptionError(
        f"study: expected one of {known}, found {name!r}",
        subject="study",
        expected=known,
        found=name,
    )
