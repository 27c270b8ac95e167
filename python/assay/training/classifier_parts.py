"""What an attention classifier is made and trained from: its shape, its words, its objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine.arguments import read
from assay.engine.arrays import held, to_numpy, vector
from assay.engine.errors import ShapeError, one_of
from assay.engine.readers import reader_of
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens
from assay.training import fitting

_VECTORS = reader_of(Mapping[str, Any])
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
        return held(to_numpy(given, "embeddings"), np.dtype(np.float32), "embeddings")
    known = read("embeddings", _VECTORS, given)
    size = (tokenizer.size, int(shape["embedding_size"]))
    table = float(shape["initializer_range"]) * np.random.default_rng(seed).normal(size=size)
    for number in range(tokenizer.size):
        one = known.get(tokenizer.piece(number))
        if one is not None:
            table[number] = _fitting(vector(one, "embeddings"), size[1])
    table[tokenizer.vocabulary["pad"] or 0] = 0
    return table.astype(np.float32)


def _fitting(one: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    if len(one) != size:
        raise ShapeError.of("embeddings", f"vectors of {size} numbers", f"one of {len(one)}")
    return one


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
        "probabilities": held(to_numpy(imitate[1], "imitate"), np.dtype(np.float32), "imitate"),
    }
