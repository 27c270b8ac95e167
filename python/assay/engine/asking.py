"""What is asked of values whose types are a stranger's: nothing that they may answer as they like.

Whatever a stranger's list, mapping or object raises is a mismatch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, cast

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
