"""What attention, rollout and flow say of each word, against what the word does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.corpora import Labelled
from assay_studies.shared.tables import Cells

METHODS = ("raw", "rollout", "flow")
#: Sentences looked at together.
BATCH = 64
#: The part of a sentence without the first position and the end.
WORDS = slice(1, -1)


def correlate(
    model: assay.Model, data: Labelled, found: Cells, done: Callable[[float], None]
) -> None:
    """Compare every layer's maps with the references, positions of CLS and end included."""
    for batch, places in _batches(model, data.texts, done):
        labels = [data.labels[place] for place in places]
        slopes = {"norm": "sum", "output": "probability"}
        product = {"output": "probability"}
        references = {
            "blank-out": _scores(model, batch, labels, "leave_one_out", operator="unk"),
            "gradient": _scores(model, batch, labels, "saliency", **slopes),
            "gradient-x-input": _scores(model, batch, labels, "input_x_gradient", **product),
        }
        for item, patterns in enumerate(_patterns(model, batch)):
            for (method, layer), relevance in _maps(patterns, "row").items():
                for table, scores in references.items():
                    found.add(table, method, layer, value=spearman(relevance, scores[item]))
                removal = references["blank-out"][item]
                words = spearman(relevance[WORDS], removal[WORDS])
                found.add("blank-out-words-only", method, layer, value=words)
                if method == "flow":
                    # A flow is at most one, and at most what the first layer lets into its input.
                    first = 0.5 * patterns[0].mean(axis=0) + 0.5 * np.eye(patterns.shape[-1])
                    reached = relevance >= np.minimum(1.0, first.sum(axis=0)) - 1e-4
                    found.add("saturated-flow", layer, value=float(reached.mean()))


def correlate_sentiment(
    model: assay.Model, texts: Sequence[str], found: Cells, done: Callable[[float], None]
) -> None:
    """Table 3: the gradient of the predicted class's logit against the maximum over queries."""
    for batch, _ in _batches(model, texts, done):
        explained = assay.explain_batch(model, batch, method="saliency", norm="sum")
        for one, patterns in zip(explained, _patterns(model, batch), strict=True):
            scores = np.abs(one.scores.astype(np.float64))
            for readout in ("largest", "row"):
                for key, relevance in _maps(patterns, readout).items():
                    found.add("sentiment", readout, *key, value=spearman(relevance, scores))


def _batches(
    model: assay.Model, texts: Sequence[str], done: Callable[[float], None]
) -> Iterator[tuple[list[assay.Tokens], range]]:
    """Yield some sentences and their places at a time, and say how far it is after each."""
    for start in range(0, len(texts), BATCH):
        places = range(start, min(start + BATCH, len(texts)))
        # Of ids alone no position is special: every one is scored, as in the paper's code.
        yield [model.tokenize(model.tokenize(texts[place]).ids) for place in places], places
        done(places.stop / len(texts))


def _scores(
    model: assay.Model,
    batch: Sequence[assay.Tokens],
    labels: Sequence[int],
    method: str,
    **options: Any,
) -> list[NDArray[np.float64]]:
    """Return the magnitudes of a method's scores for the right answer of each sentence."""
    result: dict[int, NDArray[np.float64]] = {}
    for label in sorted(set(labels)):
        places = [place for place, one in enumerate(labels) if one == label]
        chosen = [batch[place] for place in places]
        explained = assay.explain_batch(model, chosen, method=method, target=label, **options)
        for place, one in zip(places, explained, strict=True):
            result[place] = np.abs(one.scores.astype(np.float64))
    return [result[place] for place in range(len(batch))]


def _patterns(model: assay.Model, batch: Sequence[assay.Tokens]) -> list[NDArray[np.float32]]:
    """Return one [layers, heads, n, n] array a sentence."""
    sites = [f"blocks.{layer}.attention.pattern" for layer in range(model.layers)]
    kept = model.predict(list(batch), keep=sites).kept
    return [np.stack([kept[site][item] for site in sites]) for item in range(len(batch))]


def _maps(
    patterns: NDArray[np.float32], readout: str
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return, by method and layer, what is said of every position."""
    maps = {}
    for layer in range(1, len(patterns) + 1):
        raw, traced = patterns[layer - 1].mean(axis=0), assay.rollout(patterns[:layer])
        if readout == "row":
            found = (raw[0], traced[0], assay.flow(patterns[:layer], 0))
        else:
            flows = assay.flow(patterns[:layer])
            flows = flows / flows.sum(axis=1, keepdims=True)
            found = (raw.max(0), traced.max(0), flows.max(0))
        for method, one in zip(METHODS, found, strict=True):
            maps[method, f"L{layer}"] = np.asarray(one, np.float64)
    return {key: maps[key] for key in sorted(maps, key=lambda key: METHODS.index(key[0]))}


def spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return Spearman's correlation with average ranks, NaN where it is undefined."""
    if len(a) < 2:
        return float("nan")
    # Flows are exact to 1e-6: what is closer together than that is a tie.
    found = assay.agreement(a.round(6), b, statistics=("spearman",), draws=0)["spearman"].value
    return float("nan") if found is None else found
