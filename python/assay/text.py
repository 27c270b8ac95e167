"""Text to tokens: ids, the words they belong to, and which of them are special."""

from __future__ import annotations

import os
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay._errors import InputError, InputTypeError, OptionError, TruncationWarning

if TYPE_CHECKING:
    from tokenizers import Encoding
    from tokenizers import Tokenizer as FastTokenizer

#: A text, a (text, pair) tuple, tokens, or an integer array of ids.
TextLike: TypeAlias = "str | tuple[str, str] | Tokens | ArrayLike"
#: One text or a list of them.
TextsLike: TypeAlias = "TextLike | Sequence[TextLike]"


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

    def __len__(self) -> int:
        return len(self.pieces)

    def __iter__(self) -> Iterator[str]:
        return iter(self.pieces)

    def __repr__(self) -> str:
        shown = " ".join(self.pieces[:12]) + (" …" if len(self) > 12 else "")
        return f"<Tokens n={len(self)}: {shown}>"

    def at(self, position: int | None) -> Tokens:
        """Return the same tokens with a chosen position, counted from the end when negative.

        Raises:
            OptionError: there is no such position.
        """
        if position is None:
            return self
        whole = isinstance(position, int | np.integer) and not isinstance(position, bool)
        if not whole or not -len(self) <= position < len(self):
            raise OptionError(
                f"position: expected one of {-len(self)} to {len(self) - 1}, found {position!r}",
                subject="position",
            )
        return replace(self, position=int(position) % len(self))

    def word_texts(self) -> tuple[str, ...]:
        """Return the words as they stand in the text, one for each number in `words`."""
        result: list[str] = []
        for number in range(int(self.words.max(initial=-1)) + 1):
            members = np.flatnonzero(self.words == number)
            source = self.pair if self.pair is not None and self.types[members[0]] else self.text
            start, end = self.offsets[members[0], 0], self.offsets[members[-1], 1]
            pieces = "".join(self.pieces[int(i)] for i in members)
            result.append(source[start:end].strip() or pieces)
        return tuple(result)


def is_punctuation(piece: str) -> bool:
    """Say whether a piece, without the marks of a word's start or middle, is punctuation alone.

    >>> [is_punctuation(piece) for piece in ("##'", "Ġ!", "▁...", "film", "##s", "")]
    [True, True, True, False, False, False]
    """
    bare = piece.removeprefix("##").lstrip("Ġ▁").removesuffix("</w>")
    return bool(bare) and all(unicodedata.category(one).startswith("P") for one in bare)


class Tokenizer:
    """A `tokenizer.json` with the ids of its special tokens; safe to use from several threads."""

    def __init__(self, fast: FastTokenizer, named: Mapping[str, str] | None = None) -> None:
        # A saved tokenizer may carry somebody's padding and truncation; both would be silent here.
        fast.no_padding()
        fast.no_truncation()
        self._fast = fast
        added = fast.get_added_tokens_decoder()
        self.special_ids = tuple(sorted(i for i, token in added.items() if token.special))
        self.size = fast.get_vocab_size(with_added_tokens=True)
        self._named = self._name_specials(named or {})
        # A word that is unknown or masked is still a word of the text; the others only mark
        # structure, whoever typed them.
        readable = {self._named.get("unk"), self._named.get("mask")}
        self._structural = np.array([i for i in self.special_ids if i not in readable], np.int32)
        self._spellings: dict[int, str] = {}

    def _name_specials(self, named: Mapping[str, str]) -> dict[str, int]:
        usual = {
            "mask": ("[MASK]", "<mask>"),
            "pad": ("[PAD]", "<pad>"),
            "unk": ("[UNK]", "<unk>", getattr(self._fast.model, "unk_token", None)),
            "cls": ("[CLS]", "<s>"),
            "sep": ("[SEP]", "</s>"),
        }
        result: dict[str, int] = {}
        for name, spellings in usual.items():
            for spelling in (named.get(f"{name}_token"), *spellings):
                number = self._fast.token_to_id(spelling) if isinstance(spelling, str) else None
                if number is not None:
                    result[name] = number
                    break
        return result

    @property
    def vocabulary(self) -> dict[str, Any]:
        """The special ids by role (`None` where there is none) and the vocabulary's size."""
        roles = {name: self._named.get(name) for name in ("mask", "pad", "unk", "cls", "sep")}
        return {
            **roles,
            "special_ids": list(self.special_ids),
            "punctuation_ids": self._punctuation,
            "size": self.size,
        }

    @cached_property
    def _punctuation(self) -> list[int]:
        special = set(self.special_ids)
        return sorted(
            number
            for piece, number in self._fast.get_vocab(with_added_tokens=True).items()
            # The last letter settles nearly all of them, which matters for 100,000 pieces.
            if not piece[-1:].isalnum() and number not in special and is_punctuation(piece)
        )

    def number(self, text: str) -> int:
        """Return the id of a text that is one token, or of a token as the vocabulary spells it.

        Raises:
            OptionError: the text is several tokens, or none.
        """
        pieces = self._fast.encode(text, add_special_tokens=False)
        if len(pieces.ids) == 1:
            return int(pieces.ids[0])
        number = self._fast.token_to_id(text)
        if number is not None:
            return int(number)
        listed = ", ".join(repr(piece) for piece in pieces.tokens) or "none"
        spaced = self._fast.encode(f" {text}", add_special_tokens=False).ids
        remedy = f"; with a space before it, {f' {text}'!r}, it is one" if len(spaced) == 1 else ""
        raise OptionError(
            f"target: expected a text that is one token, found {text!r}, which is {listed}{remedy}",
            subject="target",
            expected="one token",
            found=text,
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `tokenizer.json`."""
        self._fast.save(os.fspath(path))

    def piece(self, number: int) -> str:
        """Return the spelling of an id, or the number itself when the vocabulary has none."""
        spelling = self._spellings.get(number)
        if spelling is None:
            spelling = self._fast.id_to_token(number) or str(number)
            self._spellings[number] = spelling
        return spelling

    def decode(self, ids: NDArray[np.int32]) -> str:
        """Return the text that ids stand for, special tokens left out."""
        return str(self._fast.decode(ids.tolist(), skip_special_tokens=True))

    def encode(
        self,
        text: str,
        pair: str | None = None,
        *,
        limit: int | None = None,
        truncate: bool = False,
    ) -> Tokens:
        """Tokenise a text or a pair; longer than `limit` tokens is an error unless `truncate`.

        Truncation drops tokens from the end of the longer text, keeps the special tokens and
        issues a `TruncationWarning`.

        Raises:
            InputError: the text is too long, or not valid Unicode.
        """
        try:
            first = self._fast.encode(text, add_special_tokens=False)
            second = None if pair is None else self._fast.encode(pair, add_special_tokens=False)
        except (UnicodeError, TypeError) as error:
            raise InputError(
                "text: expected valid Unicode, found a lone surrogate character", subject="text"
            ) from error
        added = self._fast.num_special_tokens_to_add(pair is not None)
        length = len(first.ids) + (len(second.ids) if second else 0) + added
        if limit is not None and length > limit:
            if not truncate:
                raise InputError(
                    f"text: expected at most {limit:,} tokens, found {length:,}; shorten it, or "
                    f"pass truncate=True to read the beginning",
                    subject="text",
                    expected=f"at most {limit} tokens",
                    found=f"{length} tokens",
                )
            warnings.warn(
                f"the text has {length:,} tokens and the model reads {limit:,}: the rest is not "
                "looked at",
                TruncationWarning,
                stacklevel=2,
            )
            _truncate(first, second, max(limit - added, 0))
        return self._tokens(self._fast.post_process(first, second), text, pair)

    def _tokens(self, encoding: Encoding, text: str, pair: str | None) -> Tokens:
        ids = np.array(encoding.ids, np.int32)
        special = np.array(encoding.special_tokens_mask, bool) | np.isin(ids, self._structural)
        return Tokens(
            ids=_frozen(ids),
            pieces=tuple(encoding.tokens),
            special=_frozen(special),
            words=_frozen(_words(encoding, special, (text, pair or ""))),
            offsets=_frozen(np.array(encoding.offsets, np.int32).reshape(-1, 2)),
            types=_frozen(np.array(encoding.type_ids, np.int32)),
            text=text,
            pair=pair,
        )


def _truncate(first: Encoding, second: Encoding | None, room: int) -> None:
    """Shorten the longer of two encodings in place until both fit."""
    if second is None:
        first.truncate(room)
        return
    shorter = min(len(first.ids), len(second.ids), room // 2)
    if len(first.ids) <= len(second.ids):
        first.truncate(shorter)
        second.truncate(room - shorter)
    else:
        second.truncate(shorter)
        first.truncate(room - shorter)


def _words(
    encoding: Encoding, special: NDArray[np.bool_], texts: tuple[str, str]
) -> NDArray[np.int32]:
    """Number the words of an encoding: int32 [n], -1 for special tokens.

    A word ends where the tokenizer's own pre-tokenizer ends it, at white space (tokenizers
    without a pre-tokenizer see one word) and between the two texts of a pair.
    """
    result = np.full(len(special), -1, np.int32)
    number = -1
    before: tuple[int | None, int | None] | None = None
    end = 0
    for position, (word, sequence, (start, stop)) in enumerate(
        zip(encoding.word_ids, encoding.sequence_ids, encoding.offsets, strict=True)
    ):
        if special[position]:
            before = None
            continue
        text = texts[sequence or 0]
        gap = text[end : start + 1] if stop > start >= end else text[end:start]
        if before != (word, sequence) or any(letter.isspace() for letter in gap):
            number += 1
        result[position] = number
        before, end = (word, sequence), stop
    return result


def tokens_of_ids(ids: ArrayLike, tokenizer: Tokenizer | None = None) -> Tokens:
    """Wrap an integer array of ids [n]: no position is special, every token is its own word.

    Raises:
        InputTypeError: the array does not hold integers.
        InputError: it has not one axis, or a number does not fit 32 bits or is negative.
    """
    try:
        array = np.asarray(ids)
    except ValueError as error:
        raise InputTypeError(f"ids: expected integers, {error}", subject="ids") from error
    if array.size == 0 and array.ndim == 1:
        array = array.astype(np.int32)
    if array.dtype.kind not in "iu":
        raise InputTypeError(
            f"ids: expected integers, found an array of {array.dtype}", subject="ids"
        )
    if array.ndim != 1:
        raise InputError(f"ids: expected one axis, found shape {array.shape}", subject="ids")
    numbers: list[int] = array.tolist()
    if numbers and (min(numbers) < 0 or max(numbers) >= 2**31):
        raise InputError(
            f"ids: expected numbers from 0 to {2**31 - 1}, found {min(numbers)} to {max(numbers)}",
            subject="ids",
        )
    count = len(numbers)
    return Tokens(
        ids=_frozen(array.astype(np.int32)),
        pieces=tuple(map(tokenizer.piece if tokenizer else str, numbers)),
        special=_frozen(np.zeros(count, bool)),
        words=_frozen(np.arange(count, dtype=np.int32)),
        offsets=_frozen(np.zeros((count, 2), np.int32)),
        types=_frozen(np.zeros(count, np.int32)),
    )


def is_batch(texts: TextsLike) -> bool:
    """Tell a list of inputs from one input.

    >>> is_batch("a film"), is_batch(("premise", "hypothesis")), is_batch([101, 7, 102])
    (False, False, False)
    >>> is_batch(["a film", "a play"]), is_batch([[101, 102], [101, 7, 102]])
    (True, True)
    """
    if isinstance(texts, str | Tokens) or _is_pair(texts):
        return False
    if isinstance(texts, list | tuple):
        return not all(isinstance(item, int | np.integer) for item in texts) or not texts
    return getattr(texts, "ndim", 1) == 2


def tokenize(
    text: TextLike, tokenizer: Tokenizer | None, *, limit: int | None = None, truncate: bool = False
) -> Tokens:
    """Turn one input of any accepted kind into tokens.

    Raises:
        InputTypeError: it is none of a text, a (text, pair) tuple, tokens or integers.
        InputError: a text was given and there is no tokenizer, or it is too long.
    """
    if isinstance(text, Tokens):
        return text
    if not isinstance(text, str) and not _is_pair(text):
        if text is None or isinstance(text, bytes | Mapping | set | int | float):
            raise InputTypeError(
                "text: expected a str, a (text, pair) tuple, Tokens or an array of ids, found "
                f"{type(text).__name__}",
                subject="text",
            )
        return tokens_of_ids(cast(ArrayLike, text), tokenizer)
    if tokenizer is None:
        raise InputError(
            "text: expected an array of ids, since the model came without a tokenizer, found "
            f"a {type(text).__name__}",
            subject="text",
        )
    first, second = (text, None) if isinstance(text, str) else cast("tuple[str, str]", text)
    return tokenizer.encode(first, second, limit=limit, truncate=truncate)


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(t, str) for t in value)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
