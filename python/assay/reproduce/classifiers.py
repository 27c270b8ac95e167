"""Attention classifiers that a study trains once, and what the engine measures of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.reproduce.corpora import splits, word_vectors
from assay.reproduce.corpora.splits import Split
from assay.reproduce.model_folder import ModelFolder
from assay.reproduce.study import Request
from assay.training.classifier import AttentionClassifier


def parts(request: Request) -> dict[str, Split]:
    """Read the texts: a csv, or the folder of sst; few of them where a quick look is enough."""
    path = request.file("sst_dataset.csv") if request.data.is_dir() else request.data
    found = splits.read(path)
    return {name: one.first(400) for name, one in found.items()} if request.quick else found


def epochs(request: Request) -> int:
    """Return the passes over the training texts."""
    return 2 if request.quick else int(request.options["epochs"])


def classifier(
    request: Request,
    data: Mapping[str, Split],
    encoder: str,
    attention: str,
    seed: int,
    *,
    name: str = "",
    made: Mapping[str, Any] | None = None,
    **options: Any,
) -> AttentionClassifier:
    """Train a classifier, or open the one that an earlier run finished.

    Args:
        request: the study's; `vectors` among its options is the standard deviation of word vectors.
        data: the parts train and dev.
        encoder: what reads the words.
        attention: how states are scored.
        seed: of the starting weights and of the order.
        name: the model's folder, by default made of encoder, attention and seed.
        made: what `options` were made from, as far as they are arrays: texts cannot tell.
        **options: of `AttentionClassifier.fit`.
    """
    train, dev = data["train"], data["dev"]
    vectors = float(request.options["vectors"])
    told = {key: value for key, value in options.items() if _is_plain(value)}
    settings: dict[str, Any] = {
        "shape": {"encoder": encoder, "attention": attention, "initializer_range": vectors},
        "fit": {"epochs": epochs(request), **told, **(made or {})},
        "seed": seed,
        "data": [train.digest(), dev.digest()],
    }
    place = request.output / "models" / (name or f"{encoder}-{attention}-{seed}")
    table = _word_vectors(request, train)
    if table:
        settings["word_vectors"] = word_vectors.digest(table)
    kept = ModelFolder(place, settings)
    if kept.facts() is not None:
        return AttentionClassifier.load(place)
    kept.begin()
    model = AttentionClassifier(
        encoder, attention, split="spaces", initializer_range=vectors, **_given(table)
    )
    started = time.perf_counter()
    with request.stage(f"training {encoder}") as done:
        model.fit(
            train.texts,
            train.labels,
            validation=(dev.texts, dev.labels),
            seed=seed,
            state=kept.state,
            progress=lambda share, _: done(max(share, 0.0)),
            **{"epochs": epochs(request), **options},
        )
    model.save(place)
    kept.finish({"seconds": round(time.perf_counter() - started, 1)})
    return model


def study(
    model: AttentionClassifier, texts: Sequence[str], seed: int, **options: Any
) -> dict[str, Any]:
    """Run the engine's measurements over texts."""
    items = model.tokenize_all(list(texts))
    return model.call("attention_study", items, {"seed": seed, **options})


def by_text(values: NDArray[np.float64], lengths: NDArray[np.int32]) -> list[NDArray[np.float64]]:
    """Cut one array over all tokens into one a text.

    >>> [part.tolist() for part in by_text(np.array([1.0, 2.0, 3.0]), np.array([1, 2]))]
    [[1.0], [2.0, 3.0]]
    """
    return np.split(values, np.cumsum(lengths)[:-1])


def f1(found: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """Return the F1 score of the second class; 0 where nothing is or should be found.

    >>> f1(np.array([True, True, False]), np.array([True, False, False]))
    0.6666666666666666
    """
    total = int(found.sum()) + int(right.sum())
    return 2 * int((found & right).sum()) / total if total else 0.0


def _word_vectors(request: Request, train: Split) -> dict[str, NDArray[np.float32]]:
    """Read the vectors of the words of the training texts, if the request names a file of them."""
    path = str(request.options.get("word_vectors", ""))
    words = {word for text in train.texts for word in text.lower().split()}
    return word_vectors.read(Path(path), words) if path else {}


def _given(table: Mapping[str, NDArray[np.float32]]) -> dict[str, Any]:
    """Say to a classifier what its word vectors start from."""
    if not table:
        return {}
    return {"embeddings": table, "embedding_size": len(next(iter(table.values())))}


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str) or value is None
