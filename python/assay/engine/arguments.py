"""What callers hand over, read by the types that the parameters of public functions declare.

A value of another type is refused with its name, what was expected and what was found, before
anything is asked of it; a list or mapping of a stranger's is read once, into one of ours.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from assay.engine.asking import Mismatch, listed
from assay.engine.errors import InputTypeError, OptionError
from assay.engine.readers import ANYTHING, Reader, reader_of

Function = TypeVar("Function", bound=Callable[..., Any])


def checked(function: Function) -> Function:
    """Read the arguments of a function by the types that it declares, whenever it is called.

    What a type does not say (`Any`, arrays, texts in all their forms) reaches the function as it
    is.

    Raises:
        InputTypeError: from the function, where an argument is of another type.
        OptionError: the same, of numbers, texts, and lists of them.

    >>> @checked
    ... def double(number: int, *, times: int | None = None) -> int:
    ...     return number * (times or 2)
    >>> double(3, times=3)
    9
    >>> double("3")
    Traceback (most recent call last):
    assay.engine.errors.OptionError: number: expected an integer, found text '3'
    """
    parameters = inspect.signature(function).parameters
    places = list(parameters)
    readers: dict[str, Reader] = {}

    def prepared() -> dict[str, Reader]:
        # At the first call: an annotation may name what its module defines further down.
        found = {
            name: reader_of(hint)
            for name, hint in hints(function).items()
            if parameters[name].kind is not inspect.Parameter.VAR_KEYWORD
        }
        readers.update({name: one for name, one in found.items() if one is not ANYTHING})
        return readers

    @wraps(function)
    def reading(*given: Any, **named: Any) -> Any:
        known = readers or prepared()
        values = list(given)
        for place, name in enumerate(places[: len(values)]):
            if name in known:
                values[place] = read(name, known[name], values[place])
        for name in known.keys() & named.keys():
            named[name] = read(name, known[name], named[name])
        return function(*values, **named)

    return cast(Function, reading)


def read(name: str, reader: Reader, value: object) -> Any:
    """Return an argument as its reader does.

    Raises:
        InputTypeError: of another type.
        OptionError: of another type, where numbers and texts are expected.
    """
    try:
        return reader.read(value)
    except Mismatch as error:
        kind = OptionError if reader.is_option else InputTypeError
        place = "".join([name, *reversed(error.places)])
        raise kind.of(place, error.expected, error.found, about=name) from error.__cause__


def items(name: str, value: object) -> Sequence[Any]:
    """Return what can be gone through as a list.

    Raises:
        InputTypeError: it cannot, or is longer than any list.
    """
    try:
        return listed(value)
    except Mismatch as error:
        raise InputTypeError.of(name, error.expected, error.found) from error.__cause__


def hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of the parameters."""
    holder = types.SimpleNamespace(
        __annotations__={
            name: hint for name, hint in function.__annotations__.items() if name != "return"
        }
    )
    return typing.get_type_hints(holder, getattr(function, "__globals__", None))
