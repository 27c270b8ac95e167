"""Train, correlate, and put the figures beside the published ones.

A pre-norm transformer, or a pretrained encoder, learns to tell a verb's number from the words
before it. In each layer the
attention of the first position is compared, sentence by sentence, with what blanking a word out
does and with the gradient of the answer (their tables 1 and 2); a small model of sentiment stands
in for theirs in table 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

import assay
from assay_studies.abnar_zuidema.corpus import Sentences, parts
from assay_studies.abnar_zuidema.correlations import METHODS, correlate, correlate_sentiment
from assay_studies.shared.corpora import sentences
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.models import correct, trained, tuned
from assay_studies.shared.study import Request, Result, Study
from assay_studies.shared.tables import Cells, Measure, Published

#: Layers of a quick look.
QUICK = 2


def published() -> dict[tuple[str, ...], Measure]:
    """Return the published cells (2020.acl-main.385) by table, method and layer.

    They are Spearman's correlations, means and standard deviations over instances of one model.
    Table 1, `blank-out`: 2,000 sentences, verb number, 6 layers; table 2, `gradient`: the same
    sentences; table 3, `sentiment`: about 100 sentences, DistilBERT on SST-2, layers 1, 3, 5, 6.

    >>> published()["blank-out", "rollout", "L6"]
    Measure(value=0.71, spread=0.24, n=None, undefined=0)
    """
    text = (files(__package__) / "published.csv").read_text("utf-8")
    rows = (line.split(",") for line in text.splitlines()[1:])
    return {
        tuple(filter(None, key)): Measure(float(value), float(spread) if spread else None)
        for *key, value, spread in rows
    }


def run(request: Request) -> Result:
    """Follow the protocol."""
    data, theirs, asked, study = parts(request), published(), request.options, request.study
    tested = data.test.first(asked["sentences"])
    found, learner = Cells(), _learner(request)
    for seed in request.all_seeds:
        model = learner.learn(request, data, seed)
        with request.stage("accuracy"):
            right, templates = correct(model, data.test), correct(model, data.templates)
            found.add("accuracy", "real sentences", value=float(right.mean()))
            names = np.array(data.names)
            for one in sorted(set(data.names)):
                found.add("accuracy", one, value=float(templates[names == one].mean()))
        with request.stage("correlations") as done:
            correlate(model, tested, found, done)
    reviews = request.data / "sst" / "sst_dataset.csv"
    if reviews.is_file():
        demo = assay.load("demo")
        with request.stage("sentiment") as done:
            some = sentences(reviews)[: asked["sentiment_sentences"]]
            correlate_sentiment(demo, some, found, done)
        # The first and the last layer of the paper's six stand beside ours.
        for ours, six in ((f"L{demo.layers}", "L6"), ("L1", "L1")):
            for method in METHODS:
                theirs["sentiment", "largest", method, ours] = theirs["sentiment", method, six]
    plural = float(np.mean(data.test.labels))
    commoner = max(plural, 1 - plural)
    return Result(
        request=request,
        cases=("pretrained" if learner.start else "untrained", "always"),
        findings=list(_findings(found, theirs)),
        tables=[
            study.table(name, found.rows(name, theirs), commoner=commoner)
            for name in study.tables
            if found.below(name)
        ],
        figures=[_figure(study, found, one, theirs) for one in ("blank-out", "gradient")],
        facts={
            "texts": {
                "train": len(data.train), "validation": len(data.validation),
                "test": len(data.test), "correlated": len(tested),
            },
            "configuration": learner.configuration,
            "training": learner.training,
        },
    )  # fmt: skip


@dataclass(frozen=True)
class _Learner:
    """What is trained: a transformer from nothing, or a pretrained encoder that learns on."""

    start: assay.Model | None
    configuration: Mapping[str, Any]
    training: Mapping[str, Any]

    def learn(self, request: Request, data: Sentences, seed: int) -> assay.Model:
        name, stage, texts = f"agreement-{seed}", "training", (data.train, data.validation)
        how = dict(self.training)
        if self.start is None:
            shape = self.configuration
            return trained(request, name, stage, shape, texts, seed=seed, options=how)
        if not self.start.labels:
            how["label_names"] = list(request.study.constants["configuration"]["id2label"].values())
        return tuned(request, name, stage, self.start, texts, seed=seed, **how)


def _learner(request: Request) -> _Learner:
    study, passes = request.study, request.options["passes"]
    if folder := request.options["model"]:
        start = assay.load(folder)
        facts = {"model_type": start.family, "layers": start.layers, "heads": start.heads}
        return _Learner(start, facts, {**study.constants["tuning"], "epochs": passes})
    small = {"n_layer": QUICK} if request.quick else {}
    configuration = {**study.constants["configuration"], **small}
    return _Learner(None, configuration, {**study.constants["training"], "passes": passes})


def _means(found: Cells, *key: str) -> dict[str, float]:
    """Return the mean of every layer."""
    return {layer: Measure.of(some).value or 0.0 for (layer,), some in found.below(*key).items()}


def _figure(study: Study, found: Cells, reference: str, theirs: Published) -> Figure:
    series, ticks = [], list[tuple[float, str]]()
    for colour, method in enumerate(METHODS):
        ours = _means(found, reference, method)
        ticks = list(enumerate(ours, 1))
        places = [place for place, _ in ticks]
        series.append(Series(method, [*ours.values()], places, colour))
        known = [theirs[reference, method, layer].value or 0.0 for layer in ours]
        series.append(Series(f"{method}, published", known, places, colour, published=True))
    return study.figure("correlations", series, reference, ticks=ticks)


def _findings(found: Cells, theirs: Published) -> Iterator[str]:
    layers = _means(found, "saturated-flow")
    last = [*layers][-1]
    for reference in ("blank-out", "gradient"):
        ours = {method: _means(found, reference, method)[last] for method in METHODS}
        six = {method: theirs[reference, method, "L6"].value for method in METHODS}
        told, beside = (
            ", ".join(f"{method} {one:.2f}" for method, one in some.items()) for some in (ours, six)
        )
        yield f"Correlation of the last layer with {reference}: {told} (published: {beside})."
    right = _means(found, "accuracy")["real sentences"]
    yield f"The model is right on {right:.1%} of the held-out sentences (published: 96 %)."
    yield (
        f"In layer {last[1:]}, {layers[last]:.0%} of all flows are as large as any flow could be."
    )
    words, every = (_means(found, one, "rollout") for one in ("blank-out-words-only", "blank-out"))
    yield (
        "Among the words alone, without the first position and the end, rollout's correlation with "
        f"blank-out is {words['L1']:.2f} in layer 1 and {words[last]:.2f} in layer {last[1:]}; "
        f"with them it is {every['L1']:.2f} and {every[last]:.2f}."
    )
