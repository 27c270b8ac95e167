"""What an attention classifier is made and trained from: its shape, its words, its objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine.errors import one_of
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens
from assay.training import fitting

ENCODERS = ("bilstm", "cnn", "average")
ATTENTIONS = ("additive", "dot")
#: How Jain & Wallace 2019 train, for the engine: Adam with amsgrad and coupled decay.
TRAINING = {
    "warm_up": 0.0, "holds_rate": True, "couples_decay": True, "amsgrad": True, "clip": 0.0,
    "undecayed": ["attention."], "sums_losses": True, "dropout": 0.0, "pattern_dropout": 0.0,
    "averaging": 0.0, "evaluations_per_pass": 1,
}  # fmt: skip


def shape(
    *,
    encoder: str,
    attention: str,
    hidden_size: int,
    embedding_size: int,
    kernel_sizes: Sequence[int],
    initializer_range: float,
) -> dict[str, Any]:
    """Return the model's `config.json`, without what the training texts decide.

    Raises:
        OptionError: no such encoder or attention.
    """
    one_of("encoder", encoder, ENCODERS)
    one_of("attention", attention, ATTENTIONS)
    return {
        "model_type": "attention_classifier",
        "encoder": encoder,
        "attention": attention,
        "hidden_size": int(hidden_size),
        "embedding_size": int(embedding_size),
        "kernel_sizes": [int(size) for size in kernel_sizes],
        "initializer_range": float(initializer_range),
    }


def word_table(
    given: Mapping[str, ArrayLike] | ArrayLike | None,
    tokenizer: Tokenizer,
    shape: Mapping[str, Any],
    seed: int,
) -> NDArray[np.float32] | None:
    """Return the word vectors to start from, or `None` for random ones of the engine's.

    Words that a mapping lacks start at random; padding is zero.
    """
    if given is None:
        return None
    if not isinstance(given, Mapping):
        return np.ascontiguousarray(given, np.float32)
    size = (tokenizer.size, int(shape["embedding_size"]))
    table = float(shape["initializer_range"]) * np.random.default_rng(seed).normal(size=size)
    for number in range(tokenizer.size):
        vector = given.get(tokenizer.piece(number))
        if vector is not None:
            table[number] = vector
    table[tokenizer.vocabulary["pad"] or 0] = 0
    return table.astype(np.float32)


def objective(
    items: Sequence[Tokens],
    imitate: tuple[Sequence[ArrayLike], ArrayLike] | None,
    strength: float,
) -> dict[str, Any] | None:
    """Return what is minimised in place of the cross-entropy."""
    if imitate is None:
        return None
    return {
        "kind": "adversarial_attention",
        "strength": float(strength),
        "attention": fitting.flat(items, imitate[0]),
        "probabilities": np.ascontiguousarray(imitate[1], np.float32),
    }
