"""Whether a result that came from a file has the types that its fields declare."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from assay.engine.errors import InputError

Result = TypeVar("Result")


def conforming(result: Result, name: str = "") -> Result:
    """Return a dataclass whose fields hold what they declare, those inside of them as well.

    Raises:
        InputError: one does not; the message names it.
    """
    hints = get_type_hints(type(result))
    for field in dataclasses.fields(result):  # type: ignore[arg-type]
        value = getattr(result, field.name)
        if not _conforms(value, hints[field.name]):
            raise InputError(f"{name}{field.name}: expected another type, found {_shown(value)}")
    return result


def _conforms(value: Any, hint: Any) -> bool:
    """Tell whether a value is of a type as the fields of results write it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(_conforms(value, one) for one in arguments)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if arguments[-1] is Ellipsis:
            return all(_conforms(one, arguments[0]) for one in value)
        return len(value) == len(arguments) and all(map(_conforms, value, arguments))
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            _conforms(key, arguments[0]) and _conforms(one, arguments[1])
            for key, one in value.items()
        )
    if origin is np.ndarray:
        return isinstance(value, np.ndarray)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return isinstance(value, hint) and conforming(value, "") is value
    return isinstance(value, hint)


def _shown(value: object) -> str:
    return f"{type(value).__name__} {value!r:.60}"
