"""The counterpart of `_native`, which imports this name: its errors as exceptions."""

from __future__ import annotations

from assay.engine.errors import (
    AssayError,
    CancelledError,
    CheckpointError,
    InputError,
    InternalError,
    MemoryBudgetError,
    ModelNotFoundError,
    NumericError,
    OptionError,
    ShapeError,
    UnsupportedModelError,
)

_KINDS: dict[int, type[AssayError]] = {
    1: OptionError,
    2: InputError,
    3: ShapeError,
    4: CheckpointError,
    5: UnsupportedModelError,
    6: NumericError,
    7: CancelledError,
    8: InternalError,
    9: MemoryBudgetError,
    10: ModelNotFoundError,
}


def from_native(kind: int, message: str, subject: str, expected: str, found: str) -> BaseException:
    """Return the exception for one error of the engine; `kind` is a constant of the C header.

    >>> from_native(1, "n_steps: expected 1 or more, found 0", "n_steps", "1 or more", "0")
    OptionError('n_steps: expected 1 or more, found 0')
    """
    error = _KINDS.get(kind, InternalError)
    return error(message, subject=subject, expected=expected, found=found)
