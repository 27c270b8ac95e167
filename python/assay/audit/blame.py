"""Whose fault it is that a row was refused: the row's, or that of what was asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from assay.audit.configuration import Configuration
from assay.audit.rows import encodable
from assay.engine.errors import AssayError, OptionError, UnsupportedModelError
from assay.inputs.text import TextLike
from assay.models.model import Model

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
        text = encodable(str(error))
    except Exception:  # the caller's own exception may not even say what it is
        text = ""
    if isinstance(error, AssayError) and text:
        return text[:2000]
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {text}"[:2000] + encodable(notes)[:200]


def _refuses(model: Model, configuration: Configuration) -> bool:
    try:
        tokens = model.tokenize(_ordinary(model))
        chosen, method = configuration.checks, configuration.explanation
        explanation: dict[str, Any] = {"method": method, "options": configuration.method_options}
        if method == "external":
            explanation = {"scores": np.arange(1.0, 1.0 + (~tokens.special).sum())}
        record = {
            "explanation": explanation,
            "target": model.target_index(configuration.target),
            "checks": chosen if isinstance(chosen, str) else list(chosen),
            "options": configuration.options,
        }
        model.call("verify", [tokens], record)
    except ASKED:
        return True
    except Exception:  # an ordinary input may be no input for a stranger's function
        return False
    return False


def _ordinary(model: Model) -> TextLike:
    if model.takes_text:
        return ORDINARY
    return np.arange(1, 1 + min(7, model.max_positions or 7)) % (model.vocabulary_size or 8)
