"""Train, correlate, and put the figures beside the published ones.

A pre-norm transformer learns to tell a verb's number from the words before it. In each layer the
attention of the first position is compared, sentence by sentence, with what blanking a word out
does and with the gradient of the answer (their tables 1 and 2); a small model of sentiment stands
in for theirs in table 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

import numpy as np

import assay
from assay_studies.abnar_zuidema.corpus import Sentences, parts
from assay_studies.abnar_zuidema.correlations import (
    METHODS,
    Correlations,
    correlate,
    correlate_sentiment,
)
from assay_studies.shared.corpora import sentences
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.models import correct, trained
from assay_studies.shared.study import Request, Result, Study
from assay_studies.shared.tables import Measure, Row, mean

#: What the maps are compared with, by the table that shows it.
REFERENCES = {
    "blank-out": "blank-out",
    "gradient": "gradient",
    "gradient-x-input": "gradient x input",
    "blank-out-words-only": "blank-out, words only",
}
#: Layers of a quick look.
QUICK = 2
#: The published cells (2020.acl-main.385) by table, method and layer.
Published = Mapping[tuple[str, str, int], Measure]


def published() -> Published:
    """Return Spearman's correlations, means and standard deviations over instances of one model.

    Table 1, `blank-out`: 2,000 sentences, verb number, 6 layers; table 2, `gradient`: the same
    sentences; table 3, `sentiment`: about 100 sentences, DistilBERT on SST-2, layers 1, 3, 5, 6.

    >>> published()["blank-out", "rollout", 6]
    Measure(value=0.71, spread=0.24, n=None, undefined=0)
    """
    text = (files(__package__) / "published.csv").read_text("utf-8")
    rows = (line.split(",") for line in text.splitlines()[1:])
    return {
        (table, method, int(layer)): Measure(float(value), float(spread))
        for table, method, layer, value, spread in rows
    }


def run(request: Request) -> Result:
    """Follow the protocol."""
    data, theirs, asked, table = parts(request), published(), request.options, request.study.table
    tested = data.test.first(asked["sentences"])
    configuration = {**request.study.constants["configuration"]}
    configuration |= {"n_layer": QUICK} if request.quick else {}
    training = {**request.study.constants["training"], "passes": asked["passes"]}
    found, sentiment, accuracies = Correlations(), Correlations(), []
    for seed in request.all_seeds:
        model = trained(
            request,
            f"agreement-{seed}",
            "training",
            configuration,
            (data.train, data.validation),
            seed=seed,
            options=training,
        )
        with request.stage("accuracy"):
            accuracies.append(_accuracies(model, data))
        with request.stage("correlations") as done:
            correlate(model, tested, found, done)
    reviews = request.data / "sst" / "sst_dataset.csv"
    if reviews.is_file():
        with request.stage("sentiment") as done:
            texts = sentences(reviews)[: asked["sentiment_sentences"]]
            correlate_sentiment(assay.load("demo"), texts, sentiment, done)
    plural = float(np.mean(data.test.labels))
    saturated = [mean(f"L{layer}", of=shares) for layer, shares in found.saturated.items()]
    tables = [
        table("accuracy", _accuracy_rows(accuracies), commoner=max(plural, 1 - plural)),
        *(table(name, _rows(found, one, theirs)) for name, one in REFERENCES.items()),
        table("saturated-flow", saturated),
    ]
    if sentiment.values:
        tables.append(table("sentiment", _sentiment_rows(sentiment, theirs)))
    return Result(
        request=request,
        findings=list(_findings(found, accuracies, theirs)),
        tables=tables,
        figures=[_figure(request.study, found, one, theirs) for one in ("blank-out", "gradient")],
        facts={
            "texts": {
                "train": len(data.train), "validation": len(data.validation),
                "test": len(data.test), "correlated": len(tested),
            },
            "configuration": configuration,
            "training": training,
        },
    )  # fmt: skip


def _accuracies(model: assay.Model, data: Sentences) -> dict[str, float]:
    templates, names = correct(model, data.templates), np.array(data.names)
    by_template = {name: float(templates[names == name].mean()) for name in sorted(set(names))}
    return {"real sentences": float(correct(model, data.test).mean()), **by_template}


def _accuracy_rows(accuracies: Sequence[Mapping[str, float]]) -> list[Row]:
    theirs = {"real sentences": Measure(0.96)}
    return [
        mean(name, of=[one[name] for one in accuracies], published=theirs.get(name))
        for name in accuracies[0]
    ]


def _rows(found: Correlations, reference: str, theirs: Published) -> Iterator[Row]:
    for method in METHODS:
        for layer, values in found.layers(reference, method).items():
            beside = theirs.get((reference, method, layer))
            yield mean(method, f"L{layer}", of=values, published=beside)


def _sentiment_rows(found: Correlations, theirs: Published) -> Iterator[Row]:
    """Set the first and the last layer of the paper's six beside ours."""
    for readout in ("largest", "row"):
        for method in METHODS:
            layers = found.layers(readout, method)
            ends = {max(layers): 6, 1: 1} if readout == "largest" else {}
            for layer, values in layers.items():
                beside = theirs.get(("sentiment", method, ends.get(layer, 0)))
                yield mean(readout, method, f"L{layer}", of=values, published=beside)


def _means(found: Correlations, reference: str, method: str) -> dict[int, float]:
    """Return the mean correlation of every layer."""
    layers = found.layers(reference, method)
    return {layer: Measure.of(values).value or 0.0 for layer, values in layers.items()}


def _figure(study: Study, found: Correlations, reference: str, theirs: Published) -> Figure:
    series, ticks = [], list[tuple[float, str]]()
    for colour, method in enumerate(METHODS):
        ours = _means(found, reference, method)
        series.append(Series(method, [*ours.values()], [*ours], colour))
        known = [theirs[reference, method, layer].value or 0.0 for layer in ours]
        series.append(Series(f"{method}, published", known, [*ours], colour, published=True))
        ticks = [(layer, f"L{layer}") for layer in ours]
    return study.figure("correlations", series, reference, ticks=ticks)


def _findings(
    found: Correlations, accuracies: Sequence[Mapping[str, float]], theirs: Published
) -> Iterator[str]:
    last = max(found.saturated)
    for reference in ("blank-out", "gradient"):
        ours, beside = (
            ", ".join(f"{method} {one:.2f}" for method, one in zip(METHODS, values, strict=True))
            for values in (
                [_means(found, reference, method)[last] for method in METHODS],
                [theirs[reference, method, 6].value for method in METHODS],
            )
        )
        yield (f"Correlation of the last layer with {reference}: {ours} (published: {beside}).")
    right = np.mean([one["real sentences"] for one in accuracies])
    yield f"The model is right on {right:.1%} of the held-out sentences (published: 96 %)."
    yield (
        f"In layer {last}, {np.mean(found.saturated[last]):.0%} of all flows are as large as any "
        "flow could be."
    )
    words, every = (_means(found, one, "rollout") for one in ("blank-out, words only", "blank-out"))
    yield (
        "Among the words alone, without the first position and the end, rollout's correlation with "
        f"blank-out is {words[1]:.2f} in layer 1 and {words[last]:.2f} in layer {last}; with them "
        f"it is {every[1]:.2f} and {every[last]:.2f}."
    )
