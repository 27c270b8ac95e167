"""What attention, rollout and flow say of each word, against what the word does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.ask.explain import explain_batch
from assay.ask.statistics import flow, rollout
from assay.engine import door
from assay.inputs.tokens import Tokens, tokens_of_ids
from assay.models.model import Model
from assay.reproduce.training import Labelled, tokenizer_of

METHODS = ("raw", "rollout", "flow")
#: Sentences looked at together.
BATCH = 64


@dataclass
class Correlations:
    """Spearman's correlations by (reference, method, layer), one an instance; NaN is undefined."""

    values: dict[tuple[str, str, int], list[float]] = field(default_factory=dict)
    #: By layer, the share of words whose flow is as large as any flow could be.
    saturated: dict[int, list[float]] = field(default_factory=dict)

    def add(self, reference: str, method: str, layer: int, value: float) -> None:
        """Keep one instance's correlation."""
        self.values.setdefault((reference, method, layer), []).append(value)


def correlate(
    model: Model, data: Labelled, found: Correlations, done: Callable[[float], None]
) -> None:
    """Compare every layer's maps with the references, positions of CLS and end included."""
    # Without special positions every one is scored, as in the paper's code.
    whole = [
        tokens_of_ids(tokens.ids, tokenizer_of(model).piece)
        for tokens in data.tokens(tokenizer_of(model))
    ]
    for start in range(0, len(whole), BATCH):
        places = range(start, min(start + BATCH, len(whole)))
        batch = [whole[i] for i in places]
        labels = [data.labels[i] for i in places]
        references = {
            "blank-out": _scores(model, batch, labels, "leave_one_out", operator="unk"),
            "gradient": _scores(model, batch, labels, "saliency", norm="sum", output="probability"),
            "gradient x input": _scores(
                model, batch, labels, "input_x_gradient", output="probability"
            ),
        }
        for item, patterns in enumerate(_patterns(model, batch)):
            for layer, maps in enumerate(_maps(patterns, "row"), 1):
                for name, scores in references.items():
                    for method, relevance in maps.items():
                        found.add(name, method, layer, spearman(relevance, scores[item]))
                words = slice(1, -1)
                for method, relevance in maps.items():
                    value = spearman(relevance[words], references["blank-out"][item][words])
                    found.add("blank-out, words only", method, layer, value)
                # A flow is at most one, and at most what the first layer lets into its input.
                first = 0.5 * patterns[0].mean(axis=0) + 0.5 * np.eye(patterns.shape[-1])
                bound = np.minimum(1.0, first.sum(axis=0))
                reached = maps["flow"] >= bound - 1e-4
                found.saturated.setdefault(layer, []).append(float(reached.mean()))
        done((start + len(batch)) / len(whole))


def correlate_sentiment(
    model: Model, texts: Sequence[str], found: Correlations, done: Callable[[float], None]
) -> None:
    """Table 3: the gradient of the predicted class's logit against the maximum over queries."""
    items = [tokens_of_ids(model.tokenize(text).ids, tokenizer_of(model).piece) for text in texts]
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        scores = [
            np.abs(one.scores.astype(np.float64))
            for one in explain_batch(model, batch, method="saliency", norm="sum")
        ]
        for item, patterns in enumerate(_patterns(model, batch)):
            for readout in ("largest", "row"):
                for layer, maps in enumerate(_maps(patterns, readout), 1):
                    for method, relevance in maps.items():
                        found.add(readout, method, layer, spearman(relevance, scores[item]))
        done((start + len(batch)) / len(items))


def _scores(
    model: Model, batch: Sequence[Tokens], labels: Sequence[int], method: str, **options: Any
) -> list[NDArray[np.float64]]:
    """Return the magnitudes of a method's scores for the right answer of each sentence."""
    result: list[NDArray[np.float64]] = [np.zeros(0)] * len(batch)
    for label in sorted(set(labels)):
        places = [i for i, one in enumerate(labels) if one == label]
        chosen = [batch[i] for i in places]
        explained = explain_batch(model, chosen, method=method, target=label, **options)
        for place, one in zip(places, explained, strict=True):
            result[place] = np.abs(one.scores.astype(np.float64))
    return result


def _patterns(model: Model, batch: Sequence[Tokens]) -> list[NDArray[np.float32]]:
    """Return one [layers, heads, n, n] array a sentence."""
    sites = [f"blocks.{layer}.attention.pattern" for layer in range(model.layers)]
    kept = model.predict(list(batch), keep=sites).kept
    return [np.stack([kept[site][item] for site in sites]) for item in range(len(batch))]


def _maps(patterns: NDArray[np.float32], readout: str) -> list[dict[str, NDArray[np.float64]]]:
    """Return, layer by layer, what each method says of every position."""
    result = []
    for layer in range(1, len(patterns) + 1):
        raw, traced = patterns[layer - 1].mean(axis=0), rollout(patterns[:layer])
        if readout == "row":
            flowing = flow(patterns[:layer], 0)
            maps = {"raw": raw[0], "rollout": traced[0], "flow": flowing}
        else:
            flows = flow(patterns[:layer])
            flows = flows / flows.sum(axis=1, keepdims=True)
            maps = {"raw": raw.max(0), "rollout": traced.max(0), "flow": flows.max(0)}
        result.append({name: np.asarray(one, np.float64) for name, one in maps.items()})
    return result


def spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return Spearman's correlation with average ranks, NaN where it is undefined."""
    if len(a) < 2:
        return float("nan")
    # Flows are exact to 1e-6: what is closer together than that is a tie.
    record = {"a": a.round(6), "b": b, "statistics": ["spearman"], "draws": 0}
    value = door.call("agreement", record)["spearman"]["value"]
    return float("nan") if value is None else float(value)
