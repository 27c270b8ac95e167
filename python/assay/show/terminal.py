"""What a terminal makes of a text: what it may not be told, and how much room a text takes."""

from __future__ import annotations

import unicodedata

#: Format characters that only join letters, as emoji and Indic scripts need.
JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """Return text that cannot steer a terminal: control and bidirectional marks become dots.

    >>> printable("a" + chr(27) + "[31mb")
    'a·[31mb'
    """
    return "".join(
        "·" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in JOINERS else c
        for c in text
    )


def columns_of(text: str) -> int:
    """Return how many terminal columns a text takes; wide letters take two, marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
