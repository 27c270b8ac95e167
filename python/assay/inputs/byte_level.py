"""Vocabularies that spell bytes as letters: what such a piece stands for."""

from __future__ import annotations

from functools import cache


@cache
def _bytes() -> dict[str, int]:
    """Return the byte of each letter (Radford et al. 2019, `bytes_to_unicode` of GPT-2)."""
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printed]
    letters = {chr(byte): byte for byte in printed}
    return letters | {chr(256 + place): byte for place, byte in enumerate(others)}


def readable(piece: str, covered: str) -> str:
    """Return a piece, or what it covers of the text where it spells bytes of other letters.

    >>> readable("æĹ", "日"), readable("Ġfilm", " film"), readable("Ã©", "é")
    ('日', 'Ġfilm', 'é')
    """
    if covered.isascii():
        return piece
    letters = _bytes()
    if not all(letter in letters for letter in piece):
        return piece
    spelled = bytes(letters[letter] for letter in piece)
    return covered.strip() if spelled in covered.encode("utf-8", "replace") else piece
