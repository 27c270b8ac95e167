"""Words as ids, for functions that take texts: every id says how it is written in its text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from assay.engine.arrays import frozen
from assay.engine.errors import InputError, OptionError
from assay.inputs.scripts import is_unspaced
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens, tokens_of_ids

#: What the functions are given: a text, a pair of texts, or token ids.
Given: TypeAlias = "str | tuple[str, str] | NDArray[np.int32]"
#: Words are numbered from here, so that they are never mistaken for the ids of an array.
FIRST_WORD = 1 << 30
#: A word, or a sign that stands alone. The space before it is no part of the pattern, which would
#: read a long run of spaces from each of its places.
_WORD = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")  # noqa: RUF001


class Part(NamedTuple):
    """How an id is written.

    Attributes:
        text: its letters, with the space before them.
        run: what stands between spaces where it is from, so that its parts find each other.
        place: which part of the run it is, from 0.
        space: the space before the whole run.
        divides: whether it stands between the two texts of a pair.
    """

    text: str
    run: str = ""
    place: int = 0
    space: str = ""
    divides: bool = False


_DIVIDER = Part("", divides=True)


class WordIds:
    """Between the engine's ids and what the functions take; safe to use from several threads."""

    def __init__(
        self,
        tokenizer: Tokenizer | None,
        takes: str | None,
        mask: str | int | None,
        replacements: Sequence[str | int],
    ) -> None:
        self.tokenizer = tokenizer
        self.takes = takes
        # Threads share them by single steps of dictionaries, without a lock.
        self._numbers: dict[Part, int] = {}
        self._parts: dict[int, Part] = {}
        self._free = itertools.count(FIRST_WORD)
        given = [mask, *replacements]
        for one in given:
            whole = isinstance(one, int | np.integer) and not isinstance(one, bool) and one >= 0
            if not (one is None or isinstance(one, str) or whole):
                raise OptionError.of("mask, replacements", "a word or an id", f"{one!r}")
        if mask is None and tokenizer is not None and takes == "texts":
            named = tokenizer.vocabulary["mask"]
            mask = None if named is None else tokenizer.piece(named)
        masks = [mask] if mask is not None else []
        self._of_words = _stand_ins(
            [self._number(f" {one}") for one in masks if isinstance(one, str)]
            or [self._number(" ...")],
            [self._number(f" {one}") for one in replacements if isinstance(one, str)],
        )
        self._of_ids = _stand_ins(
            [int(one) for one in masks if not isinstance(one, str)],
            [int(one) for one in replacements if not isinstance(one, str)],
        )

    def vocabulary(self, items: Sequence[Tokens]) -> Mapping[str, Any]:
        """Return the ids that stand for a removed token of these inputs, without a tokenizer.

        Raises:
            InputError: some inputs are texts and some are arrays.
        """
        kinds = {bool(one.ids.size and int(one.ids.max()) >= FIRST_WORD) for one in items}
        if len(kinds) > 1:
            raise InputError.of("texts", "texts only, or arrays only", "both")
        return self._of_words if kinds == {True} else self._of_ids

    def _number(self, spelling: str | Part) -> int:
        part = Part(spelling) if isinstance(spelling, str) else spelling
        number = self._numbers.get(part)
        if number is None:
            number = next(self._free)
            self._parts[number] = part
            number = self._numbers.setdefault(part, number)
        return number

    @staticmethod
    def is_pair(text: object) -> TypeGuard[tuple[Any, ...]]:
        """Tell a pair of texts, and what else a tuple with a text in it was meant to be."""
        return isinstance(text, tuple) and any(isinstance(one, str) for one in text)

    @staticmethod
    def are_parts(items: Sequence[Tokens]) -> bool:
        """Tell tokens that were numbered here from a vocabulary's."""
        return any(one.ids.size and int(one.ids.max()) >= FIRST_WORD for one in items)

    def split(self, text: str | tuple[Any, ...]) -> Tokens:
        """Return the words and signs of a text, or of a pair, each with the space before it.

        Raises:
            InputError: something else than one or two texts.
        """
        if isinstance(text, str):
            return self._split(text)
        if not any(isinstance(one, str) for one in text):
            return tokens_of_ids(text)
        if len(text) != 2 or not all(isinstance(one, str) for one in text):
            raise InputError.of("text", "a text or a pair of texts", f"{len(text)} values")
        first, second = (self._split(one) for one in text)
        divider = np.array([self._number(_DIVIDER)], np.int32)
        return Tokens.plain(
            np.concatenate([first.ids, divider, second.ids]),
            (*first.pieces, "|", *second.pieces),
            special=np.array([False] * len(first) + [True] + [False] * len(second)),
            words=np.concatenate([first.words, [-1], second.words + len(first)]).astype(np.int32),
            offsets=np.concatenate([first.offsets, np.zeros((1, 2), np.int32), second.offsets]),
            types=np.array([0] * (len(first) + 1) + [1] * len(second), np.int32),
            text=text[0],
            pair=text[1],
        )

    def _split(self, text: str) -> Tokens:
        found = list(_WORD.finditer(text))
        spans = np.array([match.span() for match in found], np.int32).reshape(-1, 2)
        ends = spans[:, 1].tolist()
        spelled = [text[last:end] for last, end in zip([0, *ends], ends, strict=False)]
        ids = np.array([self._number(one) for one in spelled], np.int32)
        return Tokens.plain(ids, (match.group() for match in found), offsets=spans, text=text)

    def parts(self, tokens: Tokens) -> Tokens:
        """Return a tokenizer's tokens, numbered by how they and what is around them are written."""
        edges = [tuple(map(int, one)) for one in tokens.offsets]
        kinds = _texts_of(tokens)
        sources = (tokens.text, tokens.pair or "")
        numbers = [self._number(Part("", run=piece)) for piece in tokens.pieces]
        ends = [0, 0]
        for members in _runs(tokens, kinds, edges):
            kind = kinds[members[0]]
            source, end = sources[kind], ends[kind]
            start, stop = edges[members[0]][0], max(edges[one][1] for one in members)
            space = source[end : start + len(source[start:stop]) - len(source[start:stop].lstrip())]
            for place, member in enumerate(members):
                # A letter of several tokens belongs to the first of them.
                letters = source[max(edges[member][0], end) : edges[member][1]]
                text = letters if place else space + letters.lstrip()
                numbers[member] = self._number(Part(text, source[start:stop], place, space))
                end = max(end, edges[member][1])
            ends[kind] = end
        if 1 in kinds:
            # The mark between two texts stands just before the second one.
            numbers[kinds.index(1) - 1] = self._number(_DIVIDER)
        return replace(tokens, ids=frozen(np.array(numbers, np.int32)))

    def given(self, ids: NDArray[np.int32]) -> Given:
        """Return one input as the functions take it."""
        if not (ids.size and int(ids.max()) >= FIRST_WORD):
            if self.takes == "texts" and self.tokenizer is not None:
                return self.tokenizer.decode(ids)
            return ids
        if self.takes == "ids":
            return ids
        texts, before = [""], _DIVIDER
        for part in map(self._part, ids.tolist()):
            follows = not part.place or (before.run, before.place) == (part.run, part.place - 1)
            if not (part.text or part.divides or follows):
                continue  # the rest of a letter that is gone
            if part.divides:
                texts.append("")
            elif follows:
                texts[-1] += part.text
            else:
                is_hole = before.run == part.run
                between = _between(texts[-1], part.text) if is_hole else part.space or " "
                gone = texts[-1].rstrip() if between.startswith(" ") else texts[-1]
                texts[-1] = f"{gone}{between}{part.text.lstrip()}"
            before = part
        stripped = [one.strip() for one in texts]
        return (stripped[0], " ".join(stripped[1:])) if len(stripped) > 1 else stripped[0]

    def _part(self, number: int) -> Part:
        if number >= FIRST_WORD:
            return self._parts[number]
        return Part(f" {number if self.tokenizer is None else self.tokenizer.piece(number)}")


def _runs(
    tokens: Tokens, kinds: Sequence[int], edges: Sequence[tuple[int, ...]]
) -> Iterator[list[int]]:
    """Yield the positions of what stands between spaces, in the order of the text."""
    run: list[int] = []
    for place in np.flatnonzero(~tokens.special).tolist():
        source = (tokens.text, tokens.pair or "")[kinds[place]]
        if run:
            last = edges[run[-1]]
            gap = source[last[1] : edges[place][0] + 1]
            if kinds[place] != kinds[run[-1]] or any(letter.isspace() for letter in gap):
                yield run
                run = []
        run.append(place)
    if run:
        yield run


def _between(before: str, after: str) -> str:
    """Return what stands where a part was taken out of a run: a space, unless none is usual."""
    letters = before[-1:].isalnum() and after[:1].isalnum()
    return " " if letters and not (is_unspaced(before[-1]) or is_unspaced(after[0])) else ""


def _texts_of(tokens: Tokens) -> list[int]:
    """Return which text of a pair each token is of, special tokens with the one before them.

    Where a vocabulary gives both texts one type, the second begins behind the special tokens in
    the middle.
    """
    kinds = np.where(tokens.special, 0, tokens.types)
    if tokens.pair is not None and not kinds.any():
        plain = np.flatnonzero(~tokens.special)
        breaks = np.flatnonzero(np.diff(plain) > 1)
        if breaks.size:
            kinds[plain[breaks[0] + 1] :] = 1
    return [int(one) for one in kinds]


def _stand_ins(masks: list[int], replacements: list[int]) -> Mapping[str, Any]:
    return {
        "mask": masks[0] if masks else None,
        "special_ids": masks,
        "replacements": replacements,
    }
