"""The one form that scores of every kind are brought into before they meet tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assay.engine.arrays import to_numpy
from assay.engine.errors import InputError, InputTypeError, ShapeError

#: What messages call the argument.
SUBJECT = "explanation"
#: Says which of several columns of scores, one a label, is meant.
Column: TypeAlias = Callable[[], int]


class Handed(NamedTuple):
    """Scores as somebody made them.

    Attributes:
        scores: real numbers [n], of any type.
        texts: what each of them is about, as its maker spells it; `None` where only their order
            says so.
        by_name: whether a text stands for every place where it occurs, in any order; what is not
            named has no score.
    """

    scores: NDArray[Any]
    texts: tuple[str, ...] | None = None
    by_name: bool = False


class Kind(NamedTuple):
    """One kind of hand-over: how it is told from others, and how it is read.

    Attributes:
        name: what it is called.
        fits: looks at a value without asking it for more than its shape.
        read: brings such a value into the one form.
    """

    name: str
    fits: Callable[[object], bool]
    read: Callable[[Any, Column], Handed]


def flat(value: object, column: Column, *, count: int | None = None) -> NDArray[Any]:
    """Return scores [n] of an array [n], [1, n], [n, 1], or [n, labels] with `count` scores known.

    Raises:
        InputTypeError: not real numbers.
        ShapeError: another shape; the message says what would make it one axis.
    """
    array = to_numpy(value, SUBJECT)
    if array.ndim == 3 and len(array) == 1:
        array = array[0]
    if array.ndim == 2 and count is not None and array.shape[0] == count:
        return labelled(array, column)
    if array.ndim == 2 and 1 in array.shape:
        return array.reshape(-1)
    if array.ndim == 2 and count is not None and array.shape[1] == count:
        raise ShapeError.of(
            SUBJECT, "the scores of one input", f"those of {len(array)}; take one of them: [i]"
        )
    if array.ndim == 4:
        found = f"shape {array.shape}, as attention has; give assay.rollout(attentions)[row], or"
        raise ShapeError.of(SUBJECT, "one axis", f"{found} the name of a method")
    if array.ndim > 1:
        remedy = "add up the last axis first: .sum(-1)"
        raise ShapeError.of(SUBJECT, "one axis", f"shape {array.shape}; {remedy}")
    return array


def labelled(array: NDArray[Any], column: Column) -> NDArray[Any]:
    """Return the column [n] of scores [n, labels] that is about the explained label.

    Raises:
        ShapeError: there is no such column.
    """
    if array.shape[1] == 1:
        return array[:, 0]
    wanted = column()
    if not 0 <= wanted < array.shape[1]:
        raise ShapeError.of(SUBJECT, f"a column for label {wanted}", f"shape {array.shape}")
    return array[:, wanted]


def spelled(value: object) -> tuple[str, ...]:
    """Return a list of texts.

    Raises:
        InputTypeError: something in it is no text.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Sequence) or not all(isinstance(one, str) for one in value):
        raise InputTypeError.of(SUBJECT, "a text for each score", "something else")
    return tuple(value)


def named(texts: Sequence[str], scores: NDArray[Any], **rest: Any) -> Handed:
    """Return scores with their texts, of which there must be as many.

    Raises:
        InputError: there are not.
    """
    if len(texts) != len(scores):
        raise InputError.of(SUBJECT, f"{len(texts)} scores, one per text", len(scores))
    return Handed(scores, tuple(texts), **rest)
