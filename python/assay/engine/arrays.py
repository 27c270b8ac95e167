"""What callers hand over as arrays, turned into what the engine takes, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine.errors import InputError, InputTypeError, ShapeError

#: The element types that cross to the engine as they are.
ENGINE_TYPES = frozenset(np.dtype(name) for name in ("f4", "f8", "i4", "i8"))


def to_numpy(value: object, subject: str) -> NDArray[Any]:
    """View anything with the buffer protocol, `__dlpack__` or a sequence form as an array.

    Raises:
        InputTypeError: it has none of these, or does not hold real numbers.
    """
    try:
        if hasattr(value, "__dlpack__") and not isinstance(value, np.ndarray):
            array: NDArray[Any] = np.from_dlpack(value)
        else:
            array = np.asarray(value)
    except (TypeError, ValueError, OverflowError, RuntimeError, BufferError) as error:
        raise InputTypeError.of(
            subject, "an array of real numbers", f"{type(value).__name__} ({error})"
        ) from error
    if np.ma.is_masked(value):
        raise InputTypeError(
            f"{subject}: expected an array of real numbers, found one with masked places",
            subject=subject,
            expected="real numbers",
            found="masked places",
        )
    if array.dtype.kind not in "fiub":
        raise InputTypeError.of(subject, "an array of real numbers", f"an array of {array.dtype}")
    return array


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
    result = np.ascontiguousarray(array, np.float64)
    broken = np.flatnonzero(~np.isfinite(result))
    if broken.size:
        raise InputError.of(subject, "finite numbers", f"{result[broken[0]]} at index {broken[0]}")
    return result


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
    return converted(array)


def converted(array: NDArray[Any]) -> NDArray[Any]:
    """Return real numbers as the nearest engine type, contiguous and in native byte order."""
    native = array.dtype.newbyteorder("=")
    if native not in ENGINE_TYPES:
        small = native.itemsize < 4
        native = np.dtype({"f": "f4" if small else "f8"}.get(native.kind, "i4" if small else "i8"))
    return np.ascontiguousarray(array, native)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Mark an array read-only and return it."""
    array.flags.writeable = False
    return array
