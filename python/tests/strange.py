"""What nobody means to hand over: one value of every strange kind."""

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

import assay


def _no(*_, **__):
    raise RuntimeError("no")


class Silent:
    """A value that will not say what it is, nor whether it is another one."""

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __format__ = _no


class Lengthless(Sequence):
    """A sequence that counts nothing."""

    __len__ = __getitem__ = __iter__ = __contains__ = _no


class Halting(Iterable):
    """Something that breaks in the middle."""

    def __iter__(self):
        yield "a"
        raise RuntimeError("no")


class Closed(Mapping):
    """A mapping that cannot be read."""

    __len__ = __getitem__ = __iter__ = _no


class Unasked:
    """A value that has no attribute, and does not say so as it should."""

    __getattr__ = _no


class Arrayless:
    """Somebody's array, which cannot be had."""

    __array__ = __dlpack__ = __dlpack_device__ = _no
    shape, dtype, ndim = (3,), np.dtype("f4"), 1


class Pathless:
    """A path that leads to no text."""

    __fspath__ = _no


class Numberless:
    """A number that has no value."""

    __index__ = __int__ = __float__ = _no


class Text(str):
    """A text that will not be compared."""

    __eq__ = __contains__ = lower = encode = _no
    __hash__ = str.__hash__


class Items(list):
    """A list that will not be read."""

    __iter__ = __len__ = __getitem__ = _no


class Yes:
    """What can be called with anything, and says nothing."""

    def __init__(self, *_, **__):
        pass


class Table:
    """A table whose columns cannot be had."""

    column_names = columns = property(_no)


def _itself(make):
    value = make()
    if isinstance(value, dict):
        value["itself"] = value
    else:
        value.append(value)
    return value


def _deep():
    value = []
    for _ in range(20_000):
        value = [value]
    return value


def _pipe():
    place = Path(tempfile.mkdtemp(prefix="assay-strange-")) / "pipe"
    os.mkfifo(place)
    return place


#: Strange values by name, each made when it is needed.
VALUES = {
    "nothing": lambda: None,
    "true": lambda: True,
    "minus one": lambda: -1,
    "seventy bits": lambda: 2**70,
    "five thousand digits": lambda: 10**5000,
    "a fraction": lambda: 0.5,
    "nan": lambda: float("nan"),
    "minus infinity": lambda: float("-inf"),
    "a complex number": lambda: 1j,
    "no text": lambda: "",
    "a nul": lambda: "\0",
    "half a character": lambda: "\ud800",
    "a long text": lambda: "x" * 5000,
    "bytes": lambda: b"a film",
    "an empty list": lambda: [],
    "an empty mapping": dict,
    "a set": lambda: {1, "a"},
    "a list of nothing": lambda: [None],
    "a list of everything": lambda: [1, "a", None, [2], 0.5],
    "a list that holds itself": lambda: _itself(list),
    "a mapping that holds itself": lambda: _itself(dict),
    "a deep list": _deep,
    "a mapping by numbers": lambda: {1: 2, None: 3},
    "a long range": lambda: range(2**40),
    "a range without a length": lambda: range(2**70),
    "one number without end": lambda: np.broadcast_to(np.int32(1), 2**40),
    "one fraction without end": lambda: np.broadcast_to(np.float32(0.5), (2**20, 2**20)),
    "an array of nothing": lambda: np.zeros((0, 3)),
    "an array of no number": lambda: np.full(3, np.nan),
    "an array of texts": lambda: np.array(["a", "b"]),
    "an array of objects": lambda: np.array([object(), None]),
    "an array of dates": lambda: np.array(["2020-01-01"], "M8[D]"),
    "a scalar": lambda: np.array(2.5),
    "an object": object,
    "a class": lambda: Yes,
    "a module": lambda: os,
    "a pipe": _pipe,
    "a folder": lambda: Path(tempfile.mkdtemp(prefix="assay-strange-")),
    "an iterator at its end": lambda: iter(()),
    "a model": lambda: assay.load("demo"),
} | {made.__name__.lower(): made for made in (
    Silent, Lengthless, Halting, Closed, Unasked, Arrayless, Pathless, Numberless, Items, Table,
)} | {"a text that is not compared": lambda: Text("attention")}  # fmt: skip
