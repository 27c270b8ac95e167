"""Every kind of scores that may be handed over, and the tokens that they belong to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.arrays import said, to_numpy, vector
from assay.engine.asking import attribute
from assay.engine.errors import AssayError, InputTypeError, ShapeError
from assay.inputs.handed import captum, inseq, lime, listed, pairs, shap, tables
from assay.inputs.handed.aligning import Aligned, by_count, by_text
from assay.inputs.handed.form import SUBJECT, Column, Handed, Kind, flat
from assay.inputs.tokens import Tokens

#: The kinds beside plain arrays; the first one that fits reads a value.
KINDS: tuple[Kind, ...] = (
    captum.KIND, captum.DELTA, tables.KIND, shap.KIND, inseq.KIND, lime.KIND, listed.KIND,
    pairs.PAIRS, pairs.MAPPING, pairs.SERIES,
)  # fmt: skip


def read(value: object, column: Column) -> Handed:
    """Bring scores of any kind into one form.

    Args:
        value: an array, or an object of one of `KINDS`.
        column: says which label is explained, where there are scores for several.

    Raises:
        InputTypeError: it is of no kind, or holds other things than numbers.
        ShapeError: it holds several inputs or steps; the message says how to take one.
    """
    for kind in KINDS:
        if _fits(kind, value):
            try:
                return kind.read(value, column)
            except AssayError:
                raise
            except Exception as error:  # it only looked like one
                raise InputTypeError.of(
                    SUBJECT, f"scores as {kind.name} has them", f"another object ({said(error)})"
                ) from error
    return Handed(flat(value, column))


def on_grid(value: object, tokens: Tokens) -> object:
    """Return scores over a picture's patches, [rows, columns], as one axis, others as they are.

    >>> import numpy as np
    >>> from assay.inputs.pictures import cut
    >>> patches = cut(np.zeros((3, 8, 8), np.float32), (3, 8, 8), 4)
    >>> on_grid(np.array([[1, 2], [3, 4]]), patches).tolist()
    [1, 2, 3, 4]
    """
    grid = attribute(tokens, "grid")
    if grid is None or tuple(attribute(value, "shape", ())) != tuple(grid):
        return value
    return to_numpy(value, SUBJECT).reshape(-1)


def by_units(
    handed: Handed, tokens: Tokens, granularity: object
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """Return scores of tokens or units, and the options that say which units.

    Args:
        handed: the scores.
        tokens: what they are about.
        granularity: what the caller named as one thing, if anything.

    Raises:
        InputError: a score is not finite, or about something that is not in the text.
        ShapeError: there are not as many as tokens, words or patches, or they are of other units
            than the caller named.
    """
    if isinstance(granularity, str) and granularity != "token" and handed.texts is None:
        # How many units there are is for the engine to say.
        values = vector(handed.scores, SUBJECT)
        explained = np.flatnonzero(~tokens.special)
        return values[explained] if len(values) == len(tokens) != len(explained) else values, {}
    found = aligned(handed, tokens)
    if granularity is not None and found.granularity not in ("token", granularity):
        raise ShapeError.of(
            SUBJECT,
            f"scores by {granularity}, as `granularity` says",
            f"{len(found.scores)} by {found.granularity}",
        )
    units: dict[str, Any] = {} if found.granularity == "token" else {
        "granularity": found.granularity
    }  # fmt: skip
    if found.spans is not None:
        units["spans"] = list(found.spans)
    return found.scores, units


def _fits(kind: Kind, value: object) -> bool:
    if isinstance(value, np.ndarray):
        return False
    try:
        return kind.fits(value)
    except Exception:  # a stranger's object raises whatever it likes
        return False


def aligned(handed: Handed, tokens: Tokens) -> Aligned:
    """Bring scores to the tokens, words, spans or patches of an input.

    Raises:
        InputError: a score is not finite, or about something that is not in the text.
        ShapeError: there are not as many as tokens, words or patches.
    """
    scores = vector(handed.scores, SUBJECT)
    if handed.texts is None:
        return by_count(scores, tokens)
    return by_text(scores, handed.texts, tokens, by_name=handed.by_name)
