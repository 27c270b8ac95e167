"""Whose fault it is that a row was refused: the row's, or that of what was asked for."""

from __future__ import annotations

import numpy as np

from assay._errors import AssayError, OptionError, UnsupportedModelError
from assay.audit.configuration import Configuration
from assay.audit.rows import printable
from assay.model import Model
from assay.report import verify
from assay.text import TextLike

#: An input that every check has something to work with on.
ORDINARY = "the quick brown fox jumps over it"
#: Errors that may come from what was asked for.
ASKED = (OptionError, UnsupportedModelError)

# The last question and its answer, so that rows of one kind ask once.
_known: tuple[Model, Configuration, bool] | None = None


def is_asked_for(model: Model, configuration: Configuration) -> bool:
    """Tell whether an ordinary input is refused as well, so that no row could be examined.

    A method without its option is refused on every input, one that would leave nothing of a text
    only on a row of one token.
    """
    global _known
    known = _known
    if known is None or known[0] is not model or known[1] is not configuration:
        known = _known = (model, configuration, _refuses(model, configuration))
    return known[2]


def said(error: BaseException) -> str:
    """Return an error as a row reports it."""
    try:
        text = printable(str(error))
    except Exception:  # the caller's own exception may not even say what it is
        text = ""
    if isinstance(error, AssayError) and text:
        return text[:2000]
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {text}"[:2000] + printable(notes)[:200]


def _refuses(model: Model, configuration: Configuration) -> bool:
    try:
        tokens = model.tokenize(_ordinary(model))
        external = configuration.explanation == "external"
        verify(
            model,
            tokens,
            explanation=np.arange(1.0, 1.0 + (~tokens.special).sum())
            if external
            else configuration.explanation,
            target=configuration.target,
            checks=configuration.checks,
            method_options=configuration.method_options or None,
            **configuration.options,
        )
    except ASKED:
        return True
    except Exception:  # an ordinary input may be no input for a stranger's function
        return False
    return False


def _ordinary(model: Model) -> TextLike:
    if model.takes_text:
        return ORDINARY
    return np.arange(1, 1 + min(7, model.max_positions or 7)) % (model.vocabulary_size or 8)
