"""Abnar & Zuidema 2020: do raw attention, rollout and flow rank words as their effects do?

A pre-norm transformer learns to tell a verb's number from the words before it. In each layer the
attention of the first position is compared, sentence by sentence, with what blanking a word out
does and with the gradient of the answer (their tables 1 and 2); a small model of sentiment stands
in for theirs in table 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from assay.models.loading import load
from assay.models.model import Model
from assay.reproduce.corpora import agreement, sentences
from assay.reproduce.correlations import METHODS, Correlations, correlate, correlate_sentiment
from assay.reproduce.figures import Curve, Curves, Figure
from assay.reproduce.published import abnar_zuidema as published
from assay.reproduce.study import Request, Result
from assay.reproduce.tables import Measure, Row, Table
from assay.reproduce.training import Labelled, accuracy, shuffled, trained

CONFIGURATION: dict[str, Any] = {
    "model_type": "pre_norm_encoder",
    "n_embd": 128,
    "n_head": 8,
    "n_layer": 6,
    "n_positions": 128,
    "initializer_range": 0.05,
    "id2label": {"0": "SINGULAR", "1": "PLURAL"},
}
TRAINING: dict[str, Any] = {
    "tokens_per_step": 2048,
    "rate": 1e-3,
    "dropout": 0.2,
    "pattern_dropout": 0.1,
    "averaging": 0.99,
    "evaluations_per_pass": 1,
}


@dataclass(frozen=True)
class Data:
    """The sentences of the study, in parts that share none."""

    train: Labelled
    validation: Labelled
    test: Labelled
    templates: Labelled
    template_names: tuple[str, ...]


def run(request: Request) -> Result:
    """Train, correlate, and put the figures beside the published ones."""
    data = _data(request)
    count = int(request.options["sentences"]) if not request.quick else 40
    passes = int(request.options["passes"]) if not request.quick else 1
    found, accuracies, trainings = Correlations(), [], []
    for seed in request.all_seeds:
        with request.stage("training") as done:
            one = trained(
                request.output / "models" / f"agreement-{seed}",
                {**CONFIGURATION, **({"n_layer": 2} if request.quick else {})},
                data.train,
                data.validation,
                seed=seed,
                options={**TRAINING, "passes": passes},
                done=done,
            )
            model = one.model
            trainings.append(one.facts["seconds"])
        with request.stage("accuracy"):
            accuracies.append(_accuracies(model, data))
        with request.stage("correlations") as done:
            some = data.test.take(range(min(count, len(data.test))))
            correlate(model, some, found, done)
    sentiment = Correlations()
    reviews = request.data / "sst" / "sst_dataset.csv"
    if reviews.is_file():
        with request.stage("sentiment") as done:
            limit = 20 if request.quick else int(request.options["sentiment_sentences"])
            texts = sentences.read(reviews)[:limit]
            correlate_sentiment(load("demo"), texts, sentiment, done)
    layers = 2 if request.quick else int(CONFIGURATION["n_layer"])
    tables = [
        _accuracy_table(accuracies, data),
        _table(found, "blank-out", layers, published.BLANK_OUT, "table 1"),
        _table(found, "gradient", layers, published.GRADIENT, "table 2"),
        _table(found, "gradient x input", layers, None, ""),
        _table(found, "blank-out, words only", layers, None, ""),
        _saturation_table(found, layers),
    ]
    figures: list[Figure] = [
        _figure(found, "blank-out", layers, published.BLANK_OUT),
        _figure(found, "gradient", layers, published.GRADIENT),
    ]
    if sentiment.values:
        tables.append(_sentiment_table(sentiment))
    return Result(
        study="abnar-zuidema",
        title="Quantifying attention flow, run again",
        source="Abnar & Zuidema 2020, Quantifying Attention Flow in Transformers",
        findings=_findings(found, accuracies, layers),
        differences=_DIFFERENCES,
        tables=tuple(tables),
        figures=tuple(figures),
        settings={
            "data": "linzen_agreement, lm_syneval_agreement, sst/sst_dataset.csv",
            "sentences": {
                "train": len(data.train), "validation": len(data.validation),
                "test": len(data.test), "correlated": min(count, len(data.test)),
            },
            "configuration": CONFIGURATION,
            "training": {**TRAINING, "passes": passes},
            "seeds": list(request.all_seeds),
            "seconds a training": trainings,
        },
        seconds=request.seconds,
    )  # fmt: skip


def _data(request: Request) -> Data:
    """Split the real sentences; the made ones join the training and are tested apart."""
    real = agreement.real_sentences(request.data / "linzen_agreement")
    made, names = agreement.templates(
        request.file("lm_syneval_agreement/agreement_minimal_pairs.tsv")
    )
    order, other = shuffled(len(real), 42), shuffled(len(made), 43)
    tested = max(min(2000, len(real) // 4), 1)
    held = max(min(600, len(real) // 10), 1)
    kept, examined = min(4000, len(made) // 2), min(2000, len(made) // 4)
    begun, templates = real.take(order[tested + held :]), made.take(other[:kept])
    if request.quick:
        begun = begun.take(range(min(400, len(begun))))
        templates = templates.take(range(min(100, len(templates))))
    return Data(
        train=Labelled(begun.texts + templates.texts, begun.labels + templates.labels),
        validation=real.take(order[tested : tested + held]),
        test=real.take(order[:tested]),
        templates=made.take(other[kept : kept + examined]),
        template_names=tuple(names[i] for i in other[kept : kept + examined]),
    )


def _accuracies(model: Model, data: Data) -> dict[str, float]:
    right, templates = accuracy(model, data.test), accuracy(model, data.templates)
    names = np.array(data.template_names)
    by_template = {name: float(templates[names == name].mean()) for name in sorted(set(names))}
    return {"real sentences": float(right.mean()), **by_template}


def _table(
    found: Correlations,
    reference: str,
    layers: int,
    cells: published.Layers | None,
    source: str,
) -> Table:
    rows = []
    for method in METHODS:
        for layer in range(1, layers + 1):
            beside = published.measure(cells, method, layer - 1) if cells else None
            ours = Measure.of(found.values[reference, method, layer])
            rows.append(Row((method, f"L{layer}"), ours, beside))
    note = "Means ± standard deviations over sentences; ranks of equal scores are averaged."
    if source:
        note += " " + published.SOURCE.format(table=source)
    return Table(
        name=reference.replace(",", "").replace(" ", "-"),
        title=f"Spearman's correlation with {reference}",
        keys=("method", "layer"),
        rows=tuple(rows),
        note=note,
    )


def _sentiment_table(found: Correlations) -> Table:
    deepest = max(layer for _, _, layer in found.values)
    rows = []
    for readout in ("largest", "row"):
        for method in METHODS:
            for layer in range(1, deepest + 1):
                place = 0 if layer == 1 else 3
                at_end = readout == "largest" and layer in (1, deepest)
                beside = published.measure(published.SENTIMENT, method, place) if at_end else None
                ours = Measure.of(found.values[readout, method, layer])
                rows.append(Row((readout, method, f"L{layer}"), ours, beside))
    return Table(
        name="sentiment",
        title="The demo model of sentiment: Spearman's correlation with the gradient",
        keys=("read-out", "method", "layer"),
        rows=tuple(rows),
        note="Read-out: the largest weight over all queries, as in the paper, or the row of the "
        "first position. The gradient is of the predicted class's logit. The published cells are "
        "the first and the last layer of DistilBERT's six. "
        + published.SOURCE.format(table="table 3"),
    )


def _accuracy_table(accuracies: Sequence[Mapping[str, float]], data: Data) -> Table:
    rows = [
        Row(
            (name,),
            Measure.of([one[name] for one in accuracies]),
            Measure(0.96) if name == "real sentences" else None,
        )
        for name in accuracies[0]
    ]
    share = float(np.mean(data.test.labels))
    return Table(
        name="accuracy",
        title="Accuracy on sentences that were not trained on",
        keys=("sentences",),
        rows=tuple(rows),
        note=f"Always the commoner number: {max(share, 1 - share):.2f} of the real sentences. The "
        "other rows are templates of Marvin & Linzen 2018; other fillings of them were trained "
        "on. Means over trainings.",
        digits=3,
    )


def _saturation_table(found: Correlations, layers: int) -> Table:
    return Table(
        name="saturated-flow",
        title="Words whose flow is as large as any flow could be",
        keys=("layer",),
        rows=tuple(
            Row((f"L{layer}",), Measure.of(found.saturated[layer]))
            for layer in range(1, layers + 1)
        ),
        note="Share of the positions whose flow from the first position equals min(1, what the "
        "first layer lets into the word). Such flows depend neither on the source nor on deeper "
        "layers.",
    )


def _figure(found: Correlations, reference: str, layers: int, cells: published.Layers) -> Curves:
    curves = []
    for colour, method in enumerate(METHODS):
        xs = tuple(float(layer) for layer in range(1, layers + 1))
        ours = [
            Measure.of(found.values[reference, method, layer]) for layer in range(1, layers + 1)
        ]
        curves.append(Curve(method, xs, tuple(one.value or 0.0 for one in ours), colour=colour))
        theirs = tuple(value for value, _ in cells[method][:layers])
        curves.append(
            Curve(f"{method}, published", xs[: len(theirs)], theirs, published=True, colour=colour)
        )
    return Curves(
        title=f"Correlation with {reference} by layer",
        curves=tuple(curves),
        x_label="layer",
        y_label="mean Spearman's correlation",
        caption=f"Raw attention, rollout and flow against {reference}; dashed: published",
        ticks=tuple((float(layer), f"L{layer}") for layer in range(1, layers + 1)),
    )


def _findings(
    found: Correlations, accuracies: Sequence[Mapping[str, float]], layers: int
) -> tuple[str, ...]:
    def mean(reference: str, method: str, layer: int) -> float:
        return Measure.of(found.values[reference, method, layer]).value or 0.0

    shown = []
    for reference, last in (("blank-out", (0.29, 0.71, 0.70)), ("gradient", (0.46, 0.54, 0.61))):
        ours = ", ".join(f"{name} {mean(reference, name, layers):.2f}" for name in METHODS)
        theirs = ", ".join(f"{name} {one:.2f}" for name, one in zip(METHODS, last, strict=True))
        shown.append(
            f"Correlation of the last layer with {reference}: {ours} (published: {theirs})."
        )
    right = float(np.mean([one["real sentences"] for one in accuracies]))
    saturated = cast(float, Measure.of(found.saturated[layers]).value)
    return (
        *shown,
        f"The model is right on {right:.1%} of the held-out sentences (published: 96 %).",
        f"In layer {layers}, {saturated:.0%} of all flows are as large as any flow could be.",
        "Among the words alone, without the first position and the end, rollout's correlation with "
        f"blank-out is {mean('blank-out, words only', 'rollout', 1):.2f} in layer 1 and "
        f"{mean('blank-out, words only', 'rollout', layers):.2f} in layer {layers}; with them it "
        f"is {mean('blank-out', 'rollout', 1):.2f} and {mean('blank-out', 'rollout', layers):.2f}.",
    )


_DIFFERENCES = (
    "The paper trains on a tenth of Linzen et al.'s agr_50_mostcommon_10K, a file that was not at "
    "hand. Our model learns from some 9,000 beginnings of real sentences, many of them with nouns "
    "of the other number before the verb, and from 4,000 made ones: it is right less often.",
    "Their code masks no padding and drops out far more (0.2 to 0.6); here nothing is padded.",
    "Undefined correlations (constant scores) are counted and left out; their code takes 0.",
    "Blank-out replaces a word by the unknown word, as theirs does. The first position and the "
    "end are included, as theirs are; the table for words only leaves them out.",
    "Table 3's gradient is of the predicted class; theirs is of the positive class whatever the "
    "prediction, through embeddings that pass positions and norm twice.",
)
