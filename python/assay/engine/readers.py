"""How a value of each type is read: as it is, as one of Python's own, or not at all.

Nothing is asked of a value whose type does not promise the answer, and whatever a stranger's list
or mapping raises is a mismatch.
"""

from __future__ import annotations

import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

#: No list is as long; a range or an array that repeats one number may say that it is, and takes no
#: memory.
LONGEST = 1 << 24


class Mismatch(Exception):  # noqa: N818 - never seen outside
    """A value of another type.

    `places` lead to it, the innermost first; `says_more` that `found` tells more than its type.
    """

    def __init__(self, expected: str, found: str, *, says_more: bool = False) -> None:
        super().__init__()
        self.expected, self.found, self.says_more = expected, found, says_more
        self.places: list[str] = []


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


def described(value: object) -> str:
    """Say what a value is, without asking it: only values of Python's own types are shown.

    >>> described("demo"), described(7), described(None), described([])
    ("text 'demo'", '7', 'None', 'list')
    """
    if type(value) is str:
        return f"text {value!r:.80}"
    if value is None or type(value) in (bool, float) or (type(value) is int and -1e9 < value < 1e9):
        return repr(value)
    return type(value).__name__


def listed(value: object, *, most: int = LONGEST) -> Sequence[Any]:
    """Return whatever can be gone through as a list, or as the tuple that it is.

    Raises:
        Mismatch: it cannot, or is longer than any list.
    """
    if type(value) in (list, tuple):
        return cast("Sequence[Any]", value)
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | bytearray):
        raise Mismatch("a list", described(value))
    try:
        size = value.size if isinstance(value, np.ndarray) else attribute(value, "__len__", int)()
        if size > most or (isinstance(value, np.ndarray) and not value.ndim):
            items = None
        elif attribute(value, "tolist") is not None:
            items = list(value.tolist())  # type: ignore[attr-defined]
        else:
            items = list(islice(value, most + 1))
    except Exception as error:  # a stranger's list raises whatever it likes
        raise Mismatch("a list", _broken(value, error), says_more=True) from error
    if items is None or len(items) > most:
        found = f"a longer {type(value).__name__}"
        raise Mismatch(f"at most {most:,} items", found, says_more=True)
    return items


def attribute(value: object, name: str, default: Any = None) -> Any:
    """Return an attribute, or the default where there is none or asking for it fails.

    >>> attribute("text", "ndim", 0)
    0
    """
    try:
        return getattr(value, name, default)
    except Exception:  # a stranger's object raises whatever it likes
        return default


def mapped(value: object) -> dict[Any, Any]:
    """Return a mapping as a dictionary.

    Raises:
        Mismatch: it is none, or cannot be read.
    """
    if not isinstance(value, Mapping):
        raise Mismatch("a mapping", described(value))
    try:
        return dict(value)
    except Exception as error:  # a stranger's mapping raises whatever it likes
        raise Mismatch("a mapping", _broken(value, error), says_more=True) from error


def _broken(value: object, error: Exception) -> str:
    return f"{type(value).__name__} that cannot be read ({type(error).__name__})"


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
    takes_lists = any(reader.is_list for reader in readers)

    def of(value: Any) -> Any:
        given = value
        if takes_lists and isinstance(value, Iterable) and not isinstance(value, _NO_LISTS):
            given = listed(value)  # once: an iterator has nothing left for the next reader
        mismatches: list[Mismatch] = []
        for reader in readers:
            try:
                return reader.read(given)
            except Mismatch as error:
                mismatches.append(error)
        # What was nearly right says most.
        nearest = max(mismatches, key=lambda error: (len(error.places), error.says_more))
        if nearest.places or nearest.says_more:
            raise nearest
        raise Mismatch(one, described(value))

    return Reader(one, several, of, all(reader.is_option for reader in readers))


#: What can be gone through and is no list.
_NO_LISTS = (str, bytes, bytearray, Mapping, os.PathLike)


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
