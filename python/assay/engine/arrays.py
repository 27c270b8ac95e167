"""What callers hand over as arrays, turned into what the engine takes, or refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine.asking import Mismatch, attribute, described, listed
from assay.engine.errors import InputError, InputTypeError, MemoryBudgetError, ShapeError

#: The element types that cross to the engine as they are.
ENGINE_TYPES = frozenset(np.dtype(name) for name in ("f4", "f8", "i4", "i8"))


def to_numpy(
    value: object, subject: str, *, kinds: str = "fiub", called: str = "an array of real numbers"
) -> NDArray[Any]:
    """View anything with the buffer protocol, `__dlpack__` or a sequence form as an array.

    Raises:
        InputTypeError: it has none of these, or does not hold real numbers.
    """
    try:
        array = _viewed(value)
    except Mismatch as error:
        raise InputTypeError.of(subject, error.expected, error.found) from error
    except MemoryError as error:
        raise MemoryBudgetError.of(subject, "what memory holds", described(value)) from error
    except Exception as error:  # a stranger's array raises whatever it likes
        found = f"{type(value).__name__} ({said(error)})"
        raise InputTypeError.of(subject, called, found) from error
    # numpy.ma is loaded by whoever has such an array, and takes a while.
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray and np.ma.is_masked(value):
        raise InputTypeError(
            f"{subject}: expected an array of real numbers, found one with masked places",
            subject=subject,
            expected="real numbers",
            found="masked places",
        )
    if array.dtype.kind not in kinds and (array.size or array.dtype.kind not in "fiub"):
        raise InputTypeError.of(subject, called, f"an array of {array.dtype}")
    return array


#: No array has as many axes; a list may hold itself.
MOST_AXES = 8


def _viewed(value: Any) -> NDArray[Any]:
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if attribute(value, "__dlpack__") is not None:
        return np.from_dlpack(_local(value))
    # A sequence of a stranger's, such as a range, may be longer than anything that is held.
    sequence = isinstance(value, Sequence) and not isinstance(value, str | bytes)
    items = listed(value) if sequence else value
    inner, depth = items, 0
    while isinstance(inner, list | tuple) and inner:
        inner, depth = inner[0], depth + 1
        if depth > MOST_AXES:
            raise Mismatch(f"at most {MOST_AXES} axes", "lists in lists without end")
    return np.asarray(items)


def _local(value: Any) -> Any:
    """Return a tensor without its history, in the memory of this processor, as float32 if bfloat16.

    On the processor and in other types nothing is copied.
    """
    for step in ("detach", "cpu"):
        if callable(made := attribute(value, step)):
            value = made()
    if str(attribute(value, "dtype")) == "torch.bfloat16":  # numpy has no name for it
        value = value.float()
    return value


def said(error: Exception) -> str:
    """Return what an exception says, whoever wrote it.

    >>> said(ValueError("no")), said(RuntimeError())
    ('no', 'RuntimeError')
    """
    try:
        return str(error)[:200] or type(error).__name__
    except Exception:  # it may not even say what it is
        return type(error).__name__


def vector(value: ArrayLike, subject: str) -> NDArray[np.float64]:
    """Return finite scores as contiguous float64 [n]; any real type, stride and byte order will do.

    Raises:
        InputTypeError: not real numbers.
        ShapeError: not one axis.
        InputError: a score is not finite.
    """
    array = to_numpy(value, subject)
    if array.ndim != 1:
        raise ShapeError.of(subject, "one axis", f"shape {array.shape}")
    result = held(array, np.dtype(np.float64), subject)
    broken = np.flatnonzero(~np.isfinite(result))
    if broken.size:
        raise InputError.of(subject, "finite numbers", f"{result[broken[0]]} at index {broken[0]}")
    return result


def held(array: NDArray[Any], kind: np.dtype[Any], subject: str) -> NDArray[Any]:
    """Return an array as contiguous numbers of one type, copied where it has to be.

    Raises:
        MemoryBudgetError: the copy would be larger than this machine's memory: an array that
            repeats one number may have any size.
    """
    need = array.size * kind.itemsize
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        if need > memory and not (array.flags.c_contiguous and array.dtype == kind):
            raise MemoryError
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(array, kind)
    except MemoryError as error:
        found = f"an array of shape {array.shape}, which takes {need / 1e9:,.1f} GB"
        raise MemoryBudgetError.of(subject, "what memory holds", found) from error


def shared(value: object, subject: str, *, copy: bool = False) -> NDArray[Any]:
    """Return an array that the engine reads in place: C-contiguous, native byte order.

    float16 and float128, bool and the other integers have no engine type; they, strided and
    byte-swapped arrays are converted when `copy` is true and refused otherwise. A list is
    always copied, there being nothing to share.

    Raises:
        InputTypeError: not real numbers.
        ShapeError: the layout or type would need a copy and `copy` is false.
    """
    array = to_numpy(value, subject)
    fits = array.dtype in ENGINE_TYPES and array.dtype.isnative
    if fits and array.flags.c_contiguous:
        return array
    if not copy and not isinstance(value, list | tuple):
        found = "an array that is not C-contiguous" if fits else f"an array of {array.dtype}"
        raise ShapeError.of(
            subject,
            "a C-contiguous array of float32, float64, int32 or int64",
            f"{found}; pass copy=True to convert it",
        )
    return converted(array, subject)


def converted(array: NDArray[Any], subject: str = "array") -> NDArray[Any]:
    """Return real numbers as the nearest engine type, contiguous and in native byte order."""
    native = array.dtype.newbyteorder("=")
    if native not in ENGINE_TYPES:
        small = native.itemsize < 4
        native = np.dtype({"f": "f4" if small else "f8"}.get(native.kind, "i4" if small else "i8"))
    return held(array, native, subject)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Mark an array read-only and return it."""
    array.flags.writeable = False
    return array
