"""Words as ids, for functions that take texts and come without a tokenizer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import InputError, OptionError
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens, tokens_of_ids

#: What the functions are given: a text, or its token ids.
Given: TypeAlias = "str | NDArray[np.int32]"
#: Words are numbered from here, so that they are never mistaken for the ids of an array.
FIRST_WORD = 1 << 30
#: A word, or a sign that stands alone. The space before it is no part of the pattern, which would
#: read a long run of spaces from each of its places.
_WORD = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")  # noqa: RUF001


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
        self._numbers: dict[str, int] = {}
        self._spellings: dict[int, str] = {}
        self._free = itertools.count(FIRST_WORD)
        given = [mask, *replacements]
        for one in given:
            whole = isinstance(one, int | np.integer) and not isinstance(one, bool) and one >= 0
            if not (one is None or isinstance(one, str) or whole):
                raise OptionError.of("mask, replacements", "a word or an id", f"{one!r}")
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

    def _number(self, spelling: str) -> int:
        number = self._numbers.get(spelling)
        if number is None:
            number = next(self._free)
            self._spellings[number] = spelling
            number = self._numbers.setdefault(spelling, number)
        return number

    def split(self, text: str | tuple[Any, ...]) -> Tokens:
        """Return the words and signs of a text, each with the space before it.

        Raises:
            InputError: a pair of texts.
        """
        if not isinstance(text, str):
            if not any(isinstance(one, str) for one in text):
                return tokens_of_ids(text)
            raise InputError.of(
                "text", "one text, since only a tokenizer knows how a pair is joined", "a pair"
            )
        found = list(_WORD.finditer(text))
        spans = np.array([match.span() for match in found], np.int32).reshape(-1, 2)
        ends = spans[:, 1].tolist()
        spelled = [text[last:end] for last, end in zip([0, *ends], ends, strict=False)]
        ids = np.array([self._number(one) for one in spelled], np.int32)
        return Tokens.plain(ids, (match.group() for match in found), offsets=spans, text=text)

    def given(self, ids: NDArray[np.int32]) -> Given:
        """Return one input as the functions take it."""
        if self.tokenizer is not None:
            return self.tokenizer.decode(ids) if self.takes == "texts" else ids
        if self.takes == "ids" or not (ids.size and int(ids.max()) >= FIRST_WORD):
            return ids
        return "".join(self._spelling(int(number)) for number in ids).strip()

    def _spelling(self, number: int) -> str:
        return self._spellings[number] if number >= FIRST_WORD else f" {number}"


def _stand_ins(masks: list[int], replacements: list[int]) -> Mapping[str, Any]:
    return {
        "mask": masks[0] if masks else None,
        "special_ids": masks,
        "replacements": replacements,
    }
