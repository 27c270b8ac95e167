"""The exception family: each class is an `AssayError` and the builtin a caller would catch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self


class AssayError(Exception):
    """Anything that Assay refuses or cannot do.

    Attributes:
        subject: what the error is about: a file, a tensor, an option, an argument.
        expected: what would have been accepted.
        found: what was there instead.
    """

    def __init__(
        self, message: str = "", *, subject: str = "", expected: str = "", found: str = ""
    ) -> None:
        super().__init__(message)
        self.subject = subject
        self.expected = expected
        self.found = found

    @classmethod
    def of(cls, subject: object, expected: object, found: object, *, about: str = "") -> Self:
        """Return the error that says `subject: expected …, found …`; `about` names its subject.

        >>> OptionError.of("n_steps", "1 or more", 0)
        OptionError('n_steps: expected 1 or more, found 0')
        """
        return cls(
            f"{subject}: expected {expected}, found {found}",
            subject=about or str(subject),
            expected=str(expected),
            found=str(found),
        )

    def __reduce__(self) -> tuple[object, ...]:
        details = {"subject": self.subject, "expected": self.expected, "found": self.found}
        return (_rebuild, (type(self), str(self), details))


class OptionError(AssayError, ValueError):
    """An unknown or out-of-range option."""


def one_of(name: str, value: Any, known: Iterable[Any]) -> Any:
    """Return a value that is known.

    Raises:
        OptionError: it is not; the message lists those that are.
    """
    listed = list(known)
    if value not in listed:
        raise OptionError.of(name, f"one of {', '.join(filter(None, listed))}", f"{value!r}")
    return value


class InputError(AssayError, ValueError):
    """Text, tokens or scores that cannot be used."""


class DataNotFoundError(InputError, FileNotFoundError):
    """A data file that is not there."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class InputTypeError(InputError, TypeError):
    """An argument of a type that is never accepted in its place."""


class ShapeError(AssayError, ValueError):
    """An array of the wrong shape, type or layout."""


class CheckpointError(AssayError, ValueError):
    """A checkpoint folder or file that cannot be read."""


class UnsupportedModelError(AssayError, NotImplementedError):
    """A model, method or check that cannot do what was asked."""


class NumericError(AssayError, ArithmeticError):
    """A value that is not finite, or a quantity that is undefined."""


class CancelledError(AssayError, RuntimeError):
    """The caller asked to stop."""


class InternalError(AssayError, RuntimeError):
    """A broken invariant of the engine: please report it."""


class MemoryBudgetError(AssayError, MemoryError):
    """Memory that could not be had, or that would exceed the stated budget."""


class ModelNotFoundError(AssayError, FileNotFoundError):
    """A model name or path that leads nowhere."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class MissingExtraError(AssayError, ImportError):
    """A library that is not installed and that only this needs."""


class TruncationWarning(UserWarning):
    """A text was longer than the model reads and was cut, as `truncate=True` asked."""


def _rebuild(error: type[AssayError], message: str, details: dict[str, str]) -> AssayError:
    return error(message, **details)
