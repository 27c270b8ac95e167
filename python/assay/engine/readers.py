"""How a value of each type is read: as it is, as one of Python's own, or not at all."""

from __future__ import annotations

import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assay.engine.asking import Mismatch, described, listed, mapped


class Reader(NamedTuple):
    """How values of one type are read.

    Attributes:
        one: what the type is called.
        several: what many of them are called.
        read: returns the value, or raises `Mismatch`.
        is_option: whether it is made of numbers, texts and lists of them.
        is_list: whether other lists than Python's become one of Python's.
    """

    one: str
    several: str
    read: Callable[[Any], Any]
    is_option: bool = True
    is_list: bool = False


def _same(value: Any) -> Any:
    return value


ANYTHING = Reader("anything", "anything", _same, False)
#: A text or a path that may name a file.
PATH = Reader("a path", "paths", lambda value: _path(value), False)


def _kind(one: str, several: str, *accepted: type, made: Callable[[Any], Any] = _same) -> Reader:
    """Return what reads values of some types; a truth value is no number."""

    def of(value: Any) -> Any:
        if isinstance(value, accepted) and (bool in accepted or not isinstance(value, bool)):
            return made(value)
        raise Mismatch(one, described(value))

    return Reader(one, several, of)


def _path(value: Any) -> Any:
    try:
        text = os.fspath(value)
        fits = isinstance(text, str) and b"\0" not in os.fsencode(text)
    except Exception as error:  # not a path, or one of a stranger's
        raise Mismatch("a path", described(value)) from error
    if not fits:
        raise Mismatch("a path", described(value))
    return _copied(text) if isinstance(value, str) else Path(text)


def _copied(value: str) -> str:
    """Return a text of a stranger's own class as one of Python's."""
    return str.__getitem__(value, slice(None))


def _integer(value: Any) -> Any:
    if not -(2**64) < value < 2**64:
        raise Mismatch("an integer", "one of more than 64 bits", says_more=True)
    return value


def _number(value: Any) -> Any:
    try:
        float(value)
    except OverflowError as error:
        raise Mismatch("a number", "an integer that no number holds", says_more=True) from error
    return value


_PLAIN = {
    type(None): _kind("None", "None", type(None)),
    bool: _kind("True or False", "truth values", bool, np.bool_, made=bool),
    int: _kind("an integer", "integers", int, np.integer, made=_integer),
    float: _kind("a number", "numbers", int, float, np.integer, np.floating, made=_number),
    str: _kind("a text", "texts", str, made=_copied),
}


def reader_of(hint: Any) -> Reader:
    """Return what reads values of a type; of one that says nothing, anything."""
    origin, arguments = typing.get_origin(hint) or hint, typing.get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint in (Any, object):
        return ANYTHING
    if origin in (typing.Union, types.UnionType):
        paths = any(typing.get_origin(one) is os.PathLike for one in arguments)
        # A path is a text as well, but not any text.
        return _either([reader_of(one) for one in arguments if not (paths and one is str)])
    if origin is os.PathLike:
        return PATH
    if origin is Callable:
        return Reader("a function", "functions", _callable, False)
    if origin is tuple and arguments[-1:] != (Ellipsis,):
        return _each([reader_of(one) for one in arguments])
    if origin in (tuple, list, Sequence):
        return _several(reader_of(arguments[0]))
    if origin is Mapping:
        return _mapping(reader_of(arguments[0]), reader_of(arguments[1]))
    if isinstance(hint, type) and not getattr(hint, "_is_protocol", False):
        return _instance(hint)
    return ANYTHING


def _callable(value: Any) -> Any:
    if not callable(value):
        raise Mismatch("a function", described(value))
    return value


def _instance(kind: type) -> Reader:
    one = f"{'an' if kind.__name__[0] in 'AEIO' else 'a'} {kind.__name__}"

    def of(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        remedy = getattr(kind, "_remedy", lambda value: "")(value)
        raise Mismatch(one, described(value) + remedy, says_more=bool(remedy))

    return Reader(one, f"{kind.__name__}s", of, False)


def _either(readers: Sequence[Reader]) -> Reader:
    if ANYTHING in readers:
        return ANYTHING
    one, several = (
        f"{', '.join(names[:-1])} or {names[-1]}"
        for names in ([each.one for each in readers], [each.several for each in readers])
    )
    first = [reader for reader in readers if reader.is_list]
    lists_first = [*first, *(reader for reader in readers if not reader.is_list)]

    def of(value: Any) -> Any:
        given, known = value, readers
        if first and not isinstance(value, _NO_LISTS) and isinstance(value, Iterable):
            # Once: an iterator has nothing left for the next reader.
            given, known = listed(value), lists_first
        mismatches: list[Mismatch] = []
        for reader in known:
            try:
                return reader.read(given)
            except Mismatch as error:
                # Its frames would refer to this list, and keep all that their callers hold.
                mismatches.append(error.with_traceback(None))
        # What was nearly right says most.
        nearest = max(mismatches, key=lambda error: (len(error.places), error.says_more))
        if nearest.places or nearest.says_more:
            raise nearest
        raise Mismatch(one, described(value))

    return Reader(one, several, of, all(reader.is_option for reader in readers))


#: What is no list, though some of it can be gone through.
_NO_LISTS = (int, type(None), str, bytes, bytearray, Mapping, os.PathLike)


def _several(item: Reader) -> Reader:
    one = "a list" if item is ANYTHING else f"a list of {item.several}"

    def of(value: Any) -> Any:
        try:
            items = listed(value)
        except Mismatch as error:
            error.expected = one if error.expected == "a list" else error.expected
            raise
        return items if item is ANYTHING else [_at(n, item, one) for n, one in enumerate(items)]

    return Reader(one, "lists", of, item.is_option, is_list=True)


def _each(items: Sequence[Reader]) -> Reader:
    one = "a pair" if len(items) == 2 else f"{len(items)} values"

    def of(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise Mismatch(one, described(value))
        values = listed(value)
        if len(values) != len(items):
            raise Mismatch(one, f"{len(values)} values")
        return tuple(_at(n, item, values[n]) for n, item in enumerate(items))

    return Reader(one, f"{one}s", of, all(item.is_option for item in items))


def _mapping(key: Reader, item: Reader) -> Reader:
    one = "a mapping" if key is ANYTHING else f"a mapping of {key.several}"

    def of(value: Any) -> Any:
        known = mapped(value)
        for name in known:
            key.read(name)
        return known if item is ANYTHING else {n: _at(n, item, v) for n, v in known.items()}

    return Reader(one, "mappings", of, item.is_option and item is not ANYTHING)


def _at(place: Any, reader: Reader, value: Any) -> Any:
    try:
        return reader.read(value)
    except Mismatch as error:
        error.places.append(f"[{place!r}]")
        raise
