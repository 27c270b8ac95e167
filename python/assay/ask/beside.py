"""Two audits side by side."""

from __future__ import annotations

import os

from assay.audit import beside as two
from assay.audit.beside import TwoRuns
from assay.audit.result import Audit, opened
from assay.engine.arguments import checked


@checked
def beside(
    first: Audit | str | os.PathLike[str], second: Audit | str | os.PathLike[str]
) -> TwoRuns:
    """Put two audits of the same rows side by side: of two models, two maps, or two settings.

    Args:
        first: an audit, or its run folder.
        second: the other one.

    Raises:
        InputError: a folder is no finished run, or the runs are not of the same rows.

    >>> import assay
    >>> texts, demo = ["a gripping film", "a dull film"], assay.load("demo")
    >>> one = assay.audit(demo, texts, explanation="attention", progress=False)
    >>> print(assay.beside(one, assay.audit(demo, texts, progress=False)))
    Two runs side by side
    ...
    """
    return two.beside(opened(first), opened(second))
