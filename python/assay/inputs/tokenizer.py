"""A saved tokenizer: texts to tokens, and what its ids mean."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding
from tokenizers import Tokenizer as FastTokenizer

from assay.engine import disk
from assay.engine.arrays import frozen
from assay.engine.asking import LONGEST, attribute
from assay.engine.errors import (
    AssayError,
    CheckpointError,
    InputError,
    InputTypeError,
    OptionError,
    TruncationWarning,
)
from assay.engine.once import once
from assay.inputs.tokens import Tokens
from assay.inputs.words import words_of


def is_punctuation(piece: str) -> bool:
    """Say whether a piece, without the marks of a word's start or middle, is punctuation alone.

    >>> [is_punctuation(piece) for piece in ("##'", "Ġ!", "▁...", "film", "##s", "")]
    [True, True, True, False, False, False]
    """
    bare = piece.removeprefix("##").lstrip("Ġ▁").removesuffix("</w>")
    return bool(bare) and all(unicodedata.category(one).startswith("P") for one in bare)


@contextmanager
def guarded(kind: type[AssayError], subject: str, expected: str) -> Iterator[None]:
    """Turn whatever the tokenizers library raises into one class of error.

    It raises bare `Exception`s, `OverflowError` for numbers that do not fit, and for a broken
    invariant of its own a `PanicException`, which is no `Exception` at all.
    """
    try:
        yield
    except (AssayError, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise kind.of(
            subject, expected, f"one that the tokenizers library refuses ({said})"
        ) from error


class Tokenizer:
    """A `tokenizer.json` with the ids of its special tokens; safe to use from several threads."""

    def __init__(
        self,
        fast: FastTokenizer,
        named: Mapping[str, str] | None = None,
        *,
        digest: str | None = None,
    ) -> None:
        """Wrap a tokenizer; `named` are its special tokens by role, `digest` the file's hash."""
        with guarded(CheckpointError, "tokenizer", "a tokenizer"):
            # A saved one may carry somebody's padding and truncation; both would be silent here.
            fast.no_padding()
            fast.no_truncation()
            self._fast = fast
            added = fast.get_added_tokens_decoder()
            self.special_ids = tuple(sorted(i for i, token in added.items() if token.special))
            self.size = fast.get_vocab_size(with_added_tokens=True)
            self._named = self._name_specials(named or {})
        self._digest = digest
        # A word that is unknown or masked is still a word of the text; the others only mark
        # structure, whoever typed them.
        readable = {self._named.get("unk"), self._named.get("mask")}
        self._structural = np.array([i for i in self.special_ids if i not in readable], np.int64)
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

    @once
    def fingerprint(self) -> str:
        """The SHA-256 of everything that decides which tokens a text becomes."""
        content = self._digest or hashlib.sha256(self.to_json().encode()).hexdigest()
        named = json.dumps([content, sorted(self._named.items())])
        return hashlib.sha256(named.encode()).hexdigest()

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

    @once
    def _punctuation(self) -> list[int]:
        special = set(self.special_ids)
        with guarded(CheckpointError, "tokenizer", "a tokenizer with a vocabulary"):
            listed = self._fast.get_vocab(with_added_tokens=True)
        return sorted(
            number
            for piece, number in listed.items()
            # The last letter settles nearly all of them, which matters for 100,000 pieces.
            if not piece[-1:].isalnum() and number not in special and is_punctuation(piece)
        )

    def number(self, text: str) -> int:
        """Return the id of a text that is one token, or of a token as the vocabulary spells it.

        Raises:
            OptionError: the text is several tokens, or none.
        """
        with guarded(OptionError, "target", "a text that is one token"):
            pieces = self._fast.encode(text, add_special_tokens=False)
            if len(pieces.ids) == 1:
                return int(pieces.ids[0])
            number = self._fast.token_to_id(text)
            spaced = self._fast.encode(f" {text}", add_special_tokens=False).ids
        if number is not None:
            return int(number)
        listed = ", ".join(repr(piece) for piece in pieces.tokens) or "none"
        remedy = f"; with a space before it, {f' {text}'!r}, it is one" if len(spaced) == 1 else ""
        raise OptionError.of(
            "target", "a text that is one token", f"{text!r}, which is {listed}{remedy}"
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `tokenizer.json`."""
        disk.write(path, self.to_json())

    def to_json(self) -> str:
        """Return what `save` writes."""
        with guarded(CheckpointError, "tokenizer", "a tokenizer that can be written"):
            return written(self._fast, pretty=True)

    def piece(self, number: int) -> str:
        """Return the spelling of an id, or the number itself when the vocabulary has none."""
        spelling = self._spellings.get(number)
        if spelling is None:
            with guarded(InputError, "ids", "an id of the vocabulary"):
                spelling = self._fast.id_to_token(number) or str(number)
            self._spellings[number] = spelling
        return spelling

    def decode(self, ids: NDArray[np.int32]) -> str:
        """Return the text that ids stand for, special tokens left out."""
        with guarded(InputError, "ids", "ids of the vocabulary"):
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
            InputError: the text is too long, not valid Unicode, or nothing that this tokenizer has
                tokens for.
            CheckpointError: the tokenizer gives what no tokenizer may.
        """
        try:
            f"{text}{pair or ''}".encode()
        except UnicodeError as error:
            raise InputError.of("text", "valid Unicode", "a lone surrogate character") from error
        with guarded(InputError, "text", "one that the tokenizer reads"):
            first = self._fast.encode(text, add_special_tokens=False)
            second = None if pair is None else self._fast.encode(pair, add_special_tokens=False)
            added = self._fast.num_special_tokens_to_add(pair is not None)
        length = len(first.ids) + (len(second.ids) if second else 0) + added
        if limit is not None and length > limit:
            if not truncate:
                raise InputError.of(
                    "text",
                    f"at most {limit:,} tokens",
                    f"{length:,}; shorten it, or pass truncate=True to read the beginning",
                )
            warnings.warn(
                f"the text has {length:,} tokens and the model reads {limit:,}: the rest is not "
                "looked at",
                TruncationWarning,
                stacklevel=2,
            )
            with guarded(InputError, "text", "one that can be cut"):
                _truncate(first, second, max(limit - added, 0))
        with guarded(CheckpointError, "tokenizer", "a tokenizer"):
            return self._tokens(self._fast.post_process(first, second), text, pair)

    def _tokens(self, encoding: Encoding, text: str, pair: str | None) -> Tokens:
        lists = (
            encoding.ids, encoding.tokens, encoding.special_tokens_mask, encoding.word_ids,
            encoding.sequence_ids, encoding.offsets, encoding.type_ids,
        )  # fmt: skip
        if len({len(one) for one in lists}) > 1:
            found = "lists of different lengths: its template names other pieces than ids"
            raise CheckpointError.of("tokenizer", "an id and a piece for each token", found)
        ids = np.array(encoding.ids, np.int32)
        special = np.array(encoding.special_tokens_mask, bool) | np.isin(ids, self._structural)
        return Tokens(
            ids=frozen(ids),
            pieces=tuple(encoding.tokens),
            special=frozen(special),
            words=frozen(words_of(encoding, special, (text, pair or ""))),
            offsets=frozen(np.array(encoding.offsets, np.int32).reshape(-1, 2)),
            types=frozen(np.array(encoding.type_ids, np.int32)),
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


def written(fast: Any, *, pretty: bool = False) -> str:
    """Return a tokenizer as JSON.

    Raises:
        CheckpointError: an id is beyond any vocabulary. The library goes through all numbers up to
            the largest id, which nobody can stop.
    """
    largest = max(fast.get_vocab(with_added_tokens=True).values(), default=0)
    if largest >= LONGEST:
        raise CheckpointError.of("tokenizer", f"ids below {LONGEST:,}", f"{largest:,}")
    return str(fast.to_str(pretty=pretty))


def tokenizer_of(tokenizer: Any) -> Tokenizer | None:
    """Return a `transformers` or `tokenizers` tokenizer as ours, a copy that nobody else changes.

    Raises:
        InputTypeError: it has no fast backend.
    """
    if tokenizer is None or isinstance(tokenizer, Tokenizer):
        return tokenizer
    named = {
        f"{role}_token": text
        for role in ("mask", "pad", "unk", "cls", "sep")
        if isinstance(text := attribute(tokenizer, f"{role}_token"), str) and text
    }
    fast = attribute(tokenizer, "backend_tokenizer", tokenizer)
    if attribute(fast, "to_str") is None or attribute(fast, "encode") is None:
        raise InputTypeError.of("tokenizer", "a fast tokenizer", type(tokenizer).__name__)
    # A copy, so that switching off padding and truncation does not reach the caller's.
    with guarded(InputTypeError, "tokenizer", "a fast tokenizer"):
        return Tokenizer(type(fast).from_str(written(fast)), named)
