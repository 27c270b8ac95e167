"""Which scripts are written without spaces between words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: How Unicode begins the names of their letters.
_UNSPACED = (
    "CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "YI SYLLABLE", "THAI", "LAO", "KHMER", "MYANMAR",
    "TIBETAN",
)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def is_unspaced(letter: str) -> bool:
    """Say whether a character is a letter of a script without spaces between words.

    >>> [is_unspaced(letter) for letter in ("国", "の", "ไ", "a", "한", "!")]
    [True, True, True, False, False, False]
    """
    name = unicodedata.name(letter, "") if letter.isalnum() or letter.isidentifier() else ""
    return name.startswith(_UNSPACED)
