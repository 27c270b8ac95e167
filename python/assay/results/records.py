"""Frozen results out of plain records, by the types that their fields declare."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from types import MappingProxyType, NoneType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from assay.engine.arrays import frozen
from assay.engine.door import plain
from assay.engine.errors import InputError

Result = TypeVar("Result")


def read(kind: type[Result], record: Mapping[str, Any], name: str = "", **given: Any) -> Result:
    """Return the record as the frozen dataclass `kind`, whose fields may be such dataclasses.

    A record may hold more than there are fields. Of a field with a default, nothing may stand
    there; a record in a mapping of records has its key for a `name`.

    Args:
        kind: its fields are numbers, text, `X | None`, `tuple[X, ...]`, `Mapping[str, X]`,
            `NDArray[type]`, `Any`, or dataclasses.
        record: what the engine answered, or what a file holds, of which nothing is known.
        name: where the record stands, for messages.
        **given: fields that are made already.

    Raises:
        InputError: a field is missing or holds another type; the message says where.
    """
    try:
        return _record(kind, record, given)
    except _MismatchError as error:
        place = ".".join([name, *reversed(error.places)] if name else reversed(error.places))
        raise InputError.of(place, error.expected, error.found) from error


class _MismatchError(Exception):
    """A value of another type; the places that it was read through, the innermost first."""

    def __init__(self, hint: Any, value: object) -> None:
        super().__init__()
        self.places: list[str] = []
        self.expected = hint.__name__ if isinstance(hint, type) else str(hint)
        self.found = "none" if value is None else f"{type(value).__name__} {value!r:.60}"


def _record(kind: type[Result], record: Any, given: dict[str, Any]) -> Result:
    if not isinstance(record, Mapping):
        raise _MismatchError(kind, record)
    for field, may_be_left_out, of in _declared(kind):  # type: ignore[arg-type]
        if field not in given and not (may_be_left_out and record.get(field) is None):
            given[field] = _at(field, of, record.get(field))
    return kind(**given)


def _at(place: str, of: Callable[[Any], Any], value: Any) -> Any:
    try:
        return of(value)
    except _MismatchError as error:
        error.places.append(place)
        raise


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return what reads values of one type, so that a type is looked into once."""
    hint = unaliased(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return lambda value: value
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: value if isinstance(value, hint) else _record(hint, value, {})
    if origin in (typing.Union, types.UnionType):
        return partial(_any_of, [_reader(one) for one in arguments if one is not NoneType],
                       NoneType in arguments)  # fmt: skip
    if origin is tuple and arguments[-1] is Ellipsis:
        return partial(_several, hint, _reader(arguments[0]))
    if origin is tuple:
        return partial(_each, hint, [_reader(one) for one in arguments])
    if origin is not None and issubclass(origin, Mapping):
        return partial(_mapping, hint, _reader(arguments[1]), is_dataclass(arguments[1]))
    if origin is np.ndarray:
        return partial(_array, np.dtype(typing.get_args(arguments[1])[0]))
    return partial(_plain, hint, (int, float) if hint is float else hint)


def unaliased(hint: Any) -> Any:
    """Return what a name of a type stands for: from version 2.5 on numpy's array types are names.

    >>> unaliased(int), typing.get_origin(unaliased(NDArray[np.float32]))
    (<class 'int'>, <class 'numpy.ndarray'>)
    """
    origin = typing.get_origin(hint)
    value = getattr(origin, "__value__", None)
    return hint if value is None else value[typing.get_args(hint)]


def _array(wanted: np.dtype[Any], value: Any) -> NDArray[Any]:
    try:
        return numbers(value, wanted, "")
    except InputError as error:
        raise _MismatchError(f"numbers of {wanted}", value) from error


def _plain(hint: Any, accepted: Any, value: Any) -> Any:
    if not isinstance(value, accepted) or (hint is not bool and isinstance(value, bool)):
        raise _MismatchError(hint, value)
    return value


def _any_of(readers: list[Callable[[Any], Any]], optional: bool, value: Any) -> Any:
    if optional and value is None:
        return None
    for of in readers[:-1]:
        with suppress(_MismatchError):
            return of(value)
    return readers[-1](value)


def _several(hint: Any, of: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _MismatchError(hint, value)
    return tuple(map(of, value))


def _each(hint: Any, readers: list[Callable[[Any], Any]], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or len(value) != len(readers):
        raise _MismatchError(hint, value)
    return tuple(of(one) for of, one in zip(readers, value, strict=True))


def _mapping(hint: Any, of: Callable[[Any], Any], named: bool, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _MismatchError(hint, value)
    if named:  # a record under a name knows it
        value = {
            key: {"name": key, **one} if isinstance(one, Mapping) else one
            for key, one in value.items()
        }
    return MappingProxyType({key: _at(key, of, one) for key, one in value.items()})


def plain_record(result: Any) -> Any:
    """Return a frozen result as plain values by the names of its fields: what `read` reads."""
    if is_dataclass(result) and not isinstance(result, type):
        return {one.name: plain_record(getattr(result, one.name)) for one in fields(result)}
    if isinstance(result, Mapping):
        return {name: plain_record(one) for name, one in result.items()}
    if isinstance(result, list | tuple):
        return [plain_record(one) for one in result]
    return plain(result)


def numbers(value: object, wanted: np.dtype[Any], name: str) -> NDArray[Any]:
    """Return the engine's array as it is, or a file's list as a read-only array.

    Raises:
        InputError: it holds something else, or what the type has no room for.
    """
    if isinstance(value, np.ndarray):
        return value
    array = np.array(value, wanted if isinstance(value, list) and not value else None)
    kinds = {"b": "b", "i": "iu", "f": "iuf"}[wanted.kind]
    if array.dtype.kind not in kinds:
        raise InputError.of(name, "numbers", array.dtype)
    with np.errstate(over="ignore"):
        result = array.astype(wanted)
    if not np.isfinite(result).all() or (wanted.kind == "i" and (result != array).any()):
        raise InputError.of(name, f"numbers that {wanted} holds", "others")
    return frozen(result)


@cache
def _declared(kind: type) -> tuple[tuple[str, bool, Callable[[Any], Any]], ...]:
    """Return the fields: name, whether nothing stands for the default, and what reads them."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, field.default is not MISSING or field.default_factory is not MISSING,
         _reader(hints[field.name]))
        for field in fields(kind) if field.init
    )  # fmt: skip
