"""What attention, rollout and flow say of each word, against what the word does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.corpora import Labelled

METHODS = ("raw", "rollout", "flow")
#: Sentences looked at together.
BATCH = 64
#: The part of a sentence without the first position and the end.
WORDS = slice(1, -1)


@dataclass
class Correlations:
    """Spearman's correlations by (reference, method, layer), one an instance; NaN is undefined."""

    values: dict[tuple[str, str, int], list[float]] = field(default_factory=dict)
    #: By layer, the share of words whose flow is as large as any flow could be.
    saturated: dict[int, list[float]] = field(default_factory=dict)

    def layers(self, reference: str, method: str) -> dict[int, list[float]]:
        """Return one method's correlations, layer by layer."""
        found = self.values.items()
        return {key[2]: values for key, values in found if key[:2] == (reference, method)}

    def add(
        self,
        reference: str,
        layer: int,
        maps: Mapping[str, NDArray[np.float64]],
        scores: NDArray[np.float64],
        part: slice = slice(None),
    ) -> None:
        """Keep how far one instance's maps agree with what the words do."""
        for method, relevance in maps.items():
            value = spearman(relevance[part], scores[part])
            self.values.setdefault((reference, method, layer), []).append(value)


def correlate(
    model: assay.Model, data: Labelled, found: Correlations, done: Callable[[float], None]
) -> None:
    """Compare every layer's maps with the references, positions of CLS and end included."""
    for batch, places in _batches(model, data.texts, done):
        labels = [data.labels[place] for place in places]
        references = {
            "blank-out": _scores(model, batch, labels, "leave_one_out", operator="unk"),
            "gradient": _scores(model, batch, labels, "saliency", norm="sum", output="probability"),
            "gradient x input": _scores(
                model, batch, labels, "input_x_gradient", output="probability"
            ),
        }
        for item, patterns in enumerate(_patterns(model, batch)):
            # A flow is at most one, and at most what the first layer lets into its input.
            first = 0.5 * patterns[0].mean(axis=0) + 0.5 * np.eye(patterns.shape[-1])
            bound = np.minimum(1.0, first.sum(axis=0))
            for layer, maps in enumerate(_maps(patterns, "row"), 1):
                for name, scores in references.items():
                    found.add(name, layer, maps, scores[item])
                removal = references["blank-out"][item]
                found.add("blank-out, words only", layer, maps, removal, WORDS)
                reached = maps["flow"] >= bound - 1e-4
                found.saturated.setdefault(layer, []).append(float(reached.mean()))


def correlate_sentiment(
    model: assay.Model, texts: Sequence[str], found: Correlations, done: Callable[[float], None]
) -> None:
    """Table 3: the gradient of the predicted class's logit against the maximum over queries."""
    for batch, _ in _batches(model, texts, done):
        explained = assay.explain_batch(model, batch, method="saliency", norm="sum")
        for one, patterns in zip(explained, _patterns(model, batch), strict=True):
            scores = np.abs(one.scores.astype(np.float64))
            for readout in ("largest", "row"):
                for layer, maps in enumerate(_maps(patterns, readout), 1):
                    found.add(readout, layer, maps, scores)


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


def _maps(patterns: NDArray[np.float32], readout: str) -> Iterator[dict[str, NDArray[np.float64]]]:
    """Yield, layer by layer, what each method says of every position."""
    for layer in range(1, len(patterns) + 1):
        raw, traced = patterns[layer - 1].mean(axis=0), assay.rollout(patterns[:layer])
        if readout == "row":
            flowing = assay.flow(patterns[:layer], 0)
            maps = {"raw": raw[0], "rollout": traced[0], "flow": flowing}
        else:
            flows = assay.flow(patterns[:layer])
            flows = flows / flows.sum(axis=1, keepdims=True)
            maps = {"raw": raw.max(0), "rollout": traced.max(0), "flow": flows.max(0)}
        yield {name: np.asarray(one, np.float64) for name, one in maps.items()}


def spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return Spearman's correlation with average ranks, NaN where it is undefined."""
    if len(a) < 2:
        return float("nan")
    # Flows are exact to 1e-6: what is closer together than that is a tie.
    found = assay.agreement(a.round(6), b, statistics=("spearman",), draws=0)["spearman"].value
    return float("nan") if found is None else found
