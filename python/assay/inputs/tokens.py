"""One tokenised input: ids, the words they belong to, and which of them are special."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine.arguments import checked
from assay.engine.arrays import frozen, to_numpy
from assay.engine.asking import LONGEST
from assay.engine.errors import InputError, OptionError
from assay.inputs.byte_level import readable


@dataclass(frozen=True, eq=False)
class Tokens:
    """One tokenised input. Arrays are read-only; `n` is the number of tokens.

    Attributes:
        ids: int32 [n], rows of the model's vocabulary.
        pieces: the n token strings, as the vocabulary spells them.
        special: bool [n], tokens that a template added or that only mark structure.
        words: int32 [n], which word a token belongs to, counted from 0; -1 where it is special.
        offsets: int32 [n, 2], the token's characters in `text` (or in the pair's second text).
        types: int32 [n], 0 for the first text and 1 for its pair.
        text: what was tokenised; empty when ids were given.
        pair: the second text of a pair.
        position: where a head that scores every position is read; `None` leaves it to the head: a
            masked model reads the first mask token, a causal one the last position.
    """

    ids: NDArray[np.int32]
    pieces: tuple[str, ...]
    special: NDArray[np.bool_]
    words: NDArray[np.int32]
    offsets: NDArray[np.int32]
    types: NDArray[np.int32]
    text: str = ""
    pair: str | None = None
    position: int | None = None

    @classmethod
    def plain(cls, ids: NDArray[np.int32], pieces: Iterable[str], **rest: Any) -> Self:
        """Return tokens of which each is a word of its own, none special, but for the `rest`."""
        count = len(ids)
        arrays: dict[str, Any] = {
            "ids": ids,
            "special": np.zeros(count, bool),
            "words": np.arange(count, dtype=np.int32),
            "offsets": np.zeros((count, 2), np.int32),
            "types": np.zeros(count, np.int32),
        }
        for name, one in (arrays | rest).items():
            arrays[name] = frozen(one) if isinstance(one, np.ndarray) else one
        return cls(pieces=tuple(pieces), **arrays)

    def __len__(self) -> int:
        return len(self.pieces)

    def __iter__(self) -> Iterator[str]:
        return iter(self.pieces)

    @property
    def readable(self) -> tuple[str, ...]:
        """The pieces as a person reads them: bytes as the letters that they are a part of.

        >>> import numpy as np
        >>> edges = np.array([[0, 1], [0, 1], [1, 2]], np.int32)
        >>> ids = np.arange(3, dtype=np.int32)
        >>> Tokens.plain(ids, ["æĹ", "¥", "a"], offsets=edges, text="日a").readable
        ('日', '日', 'a')
        """
        return tuple(
            piece if special else readable(piece, self.covered(place))
            for place, (piece, special) in enumerate(zip(self.pieces, self.special, strict=True))
        )

    def covered(self, position: int) -> str:
        """Return the part of the text, or of its pair, that a token covers."""
        start, end = (int(edge) for edge in self.offsets[position])
        paired = self.pair is not None and self.types[position] == 1
        return ((self.pair if paired else self.text) or "")[start:end]

    def shares_letter(self, position: int) -> bool:
        """Say whether a token goes on with the letter that the token before it began."""
        if not position or self.special[position] or self.special[position - 1]:
            return False
        start, end = self.offsets[position]
        before = self.offsets[position - 1]
        same_text = self.types[position] == self.types[position - 1]
        return bool(same_text and start < before[1] and before[0] < end)

    def __repr__(self) -> str:
        shown = " ".join(self.readable[:12]) + (" …" if len(self) > 12 else "")
        return f"<Tokens n={len(self)}: {shown}>"

    @checked
    def at(self, position: int | None) -> Tokens:
        """Return the same tokens with a chosen position, counted from the end when negative.

        Raises:
            OptionError: there is no such position.
        """
        if position is None:
            return self
        whole = isinstance(position, int | np.integer) and not isinstance(position, bool)
        if not whole or not -len(self) <= position < len(self):
            raise OptionError.of(
                "position", f"one of {-len(self)} to {len(self) - 1}", f"{position!r}"
            )
        return replace(self, position=int(position) % len(self))

    def before(self, other: Tokens, *, kind: int = 1, pair: str | None = None) -> Tokens:
        """Return these tokens and behind them others, of a type and with words of their own."""
        words = np.where(other.words < 0, -1, other.words + 1 + int(self.words.max(initial=-1)))
        return Tokens(
            ids=frozen(np.concatenate([self.ids, other.ids])),
            pieces=(*self.pieces, *other.pieces),
            special=frozen(np.concatenate([self.special, other.special])),
            words=frozen(np.concatenate([self.words, words]).astype(np.int32)),
            offsets=frozen(np.concatenate([self.offsets, other.offsets])),
            types=frozen(np.concatenate([self.types, np.full(len(other), kind, np.int32)])),
            text=self.text,
            pair=self.pair if pair is None else pair,
        )

    def without(self, gone: NDArray[np.bool_]) -> Tokens:
        """Return the tokens that are left."""
        kept = np.flatnonzero(~gone)
        names = ("ids", "special", "words", "offsets", "types")
        arrays: dict[str, Any] = {name: frozen(getattr(self, name)[kept]) for name in names}
        return replace(self, pieces=tuple(self.pieces[int(one)] for one in kept), **arrays)

    def marked(self, special: NDArray[np.bool_]) -> Tokens:
        """Return the same tokens with others that are special, which are no word's."""
        left = [int(word) for word in self.words[~special] if word >= 0]
        number = {word: place for place, word in enumerate(dict.fromkeys(left))} | {-1: -1}
        words = [
            -1 if gone else number[int(word)]
            for word, gone in zip(self.words, special, strict=True)
        ]
        return replace(self, special=frozen(special), words=frozen(np.array(words, np.int32)))

    def word_texts(self) -> tuple[str, ...]:
        """Return the words as they stand in the text, one for each number in `words`."""
        result: list[str] = []
        for members in grouped(self.words).values():
            source = self.pair if self.pair is not None and self.types[members[0]] else self.text
            start, end = self.offsets[members[0], 0], self.offsets[members[-1], 1]
            pieces = "".join(self.pieces[int(i)] for i in members)
            result.append(source[start:end].strip() or pieces)
        return tuple(result)


def grouped(words: NDArray[np.int32]) -> dict[int, NDArray[np.intp]]:
    """Return where each word's tokens stand, by number in ascending order, -1 left out.

    >>> {word: places.tolist() for word, places in grouped(np.array([-1, 0, 0, 1, -1])).items()}
    {0: [1, 2], 1: [3]}
    """
    # Not np.unique: it lets other threads run inside C++ that a thread may not be ended in, and a
    # daemon thread is ended where the interpreter ends.
    order = np.argsort(words, kind="stable")
    ordered = words[order]
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    parts = np.split(order, starts)
    return {int(words[part[0]]): part for part in parts if len(part) and words[part[0]] >= 0}


def tokens_of_ids(ids: ArrayLike, spell: Callable[[int], str] = str) -> Tokens:
    """Wrap an integer array of ids [n]: no position is special, every token is its own word.

    `spell` says how an id is written.

    Raises:
        InputTypeError: the array does not hold integers.
        InputError: it has not one axis, or a number does not fit 32 bits or is negative.
    """
    array = to_numpy(ids, "ids", kinds="iu", called="integers")
    if array.size == 0 and array.ndim == 1:
        array = array.astype(np.int32)
    if array.ndim != 1:
        raise InputError.of("ids", "one axis", f"shape {array.shape}")
    if array.size > LONGEST:
        raise InputError.of("ids", f"at most {LONGEST:,}", f"{array.size:,}")
    numbers: list[int] = array.tolist()
    if numbers and (min(numbers) < 0 or max(numbers) >= 2**31):
        raise InputError.of(
            "ids", f"numbers from 0 to {2**31 - 1}", f"{min(numbers)} to {max(numbers)}"
        )
    return Tokens.plain(array.astype(np.int32), map(spell, numbers))
