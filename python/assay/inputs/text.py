"""What callers may give for a text, and how it becomes tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from assay.engine.arguments import items
from assay.engine.asking import attribute
from assay.engine.errors import InputError, InputTypeError
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens, tokens_of_ids

#: A text, a (text, pair) tuple, tokens, or an integer array of ids.
TextLike: TypeAlias = str | tuple[str, str] | Tokens | ArrayLike
#: One text or a list of them.
TextsLike: TypeAlias = TextLike | Sequence[TextLike]


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
        texts = items("texts", texts)
        return not all(isinstance(item, int | np.integer) for item in texts) or not texts
    return bool(attribute(texts, "ndim", 1) == 2)


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
            raise InputTypeError.of(
                "text",
                "a str, a (text, pair) tuple, Tokens or an array of ids",
                type(text).__name__,
            )
        if _holds_texts(text):
            raise InputTypeError.of(
                "text",
                "one text, or a tuple of a text and its pair",
                "several; assay.audit judges many, assay.explain_batch explains and model.predict "
                "reads them",
            )
        return tokens_of_ids(cast(ArrayLike, text), tokenizer.piece if tokenizer else str)
    if tokenizer is None:
        raise InputError.of(
            "text",
            "an array of ids, since the model came without a tokenizer",
            f"a {type(text).__name__}; model.with_tokenizer(tokenizer) gives it one, and with "
            "transformers AutoTokenizer.from_pretrained(folder).save_pretrained(folder) writes "
            "tokenizer.json",
        )
    first, second = (text, None) if isinstance(text, str) else cast("tuple[str, str]", text)
    return tokenizer.encode(first, second, limit=limit, truncate=truncate)


def _holds_texts(value: object) -> bool:
    """Tell lists, arrays and columns of texts by the first of them."""
    try:
        return isinstance(next(iter(value), None), str)  # type: ignore[call-overload]
    except Exception:  # nothing to go through, or a stranger's
        return False


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(t, str) for t in value)
