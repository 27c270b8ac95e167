"""Train on twin sentences, weigh every method's map on the changed words, and judge the maps.

The label of a sentence is decided by the words in which it differs from its twin, so that a map of
a model that tells twins apart is true where it names them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

import assay
from assay_studies.geco.corpus import parts
from assay_studies.geco.measurements import (
    CONDITIONS,
    TRUTH,
    UNIFORM,
    judge,
    maps,
    mass_accuracy,
    sentences,
)
from assay_studies.shared.corpora import Labelled, shuffled
from assay_studies.shared.models import correct, once, trained
from assay_studies.shared.study import Request, Result
from assay_studies.shared.tables import Cells, Measure, Row

LABELS = {"id2label": {"0": "female", "1": "male"}}
TRUSTED, REFUSED = "trustworthy", "not trustworthy"
Judged = Sequence[Mapping[str, Any]]


def run(request: Request) -> Result:
    """Follow the protocol."""
    study, texts = request.study, parts(request)
    found, judged = Cells(), list[dict[str, Any]]()
    order = shuffled(len(texts["test"]), 7)
    for seed in request.all_seeds:
        model = _learned(request, texts, seed)
        right = correct(model, texts["test"])
        found.add("learned", "right", value=float(right.mean()))
        twins = right[::2] & right[1::2]
        found.add("learned", "right on both twins", value=float(twins.mean()))
        chosen = texts["test"].take(place for place in order if twins[place // 2])
        with request.stage("mass on the changed words") as done:
            _weigh(model, chosen.first(request.options["texts"]), found, done)
        some = sentences(model, chosen.first(request.options["sentences"]))
        for name in (TRUTH, *request.options["judged"].split()):
            with request.stage(f"verdicts on {name}") as done:
                lines = judge(model, some, name, done)
            judged += [{"seed": seed, **line} for line in lines]
    return Result(
        request=request,
        findings=list(_findings(found, judged)),
        tables=[
            study.table("learned", found.rows("learned")),
            study.table("mass", list(_masses(found))),
            study.table("verdicts", list(_verdicts(judged))),
            study.table("reasons", list(_reasons(judged))),
        ],
        figures=(),
        records={"each-verdict": judged},
        facts={
            "texts": {name: len(one) for name, one in texts.items()},
            "configuration": study.constants["configuration"],
            "training": study.constants["training"],
        },
    )


def _learned(request: Request, texts: Mapping[str, Labelled], seed: int) -> assay.Model:
    """Train from nothing, or let the model of a folder learn on."""
    train, held = texts["train"], texts["dev"]
    folder, passes = request.options["model"], request.options["passes"]
    if not folder:
        configuration = {**request.study.constants["configuration"], **LABELS}
        options = {**request.study.constants["training"], "passes": passes}
        return trained(
            request, f"encoder-{seed}", "training", configuration, (train, held), seed=seed,
            options=options,
        )  # fmt: skip
    start = assay.load(folder)
    settings = {
        "start": start.fingerprint, "seed": seed, "passes": passes,
        "data": [train.digest(), held.digest()],
    }  # fmt: skip
    place = once(
        request, f"given-{seed}", "training", settings,
        lambda place, how: assay.fine_tune(
            start, train.texts, train.labels, validation=(held.texts, held.labels),
            output=place, epochs=passes, seed=seed, **how,
        ),
    )  # fmt: skip
    return assay.load(place)


def _weigh(model: assay.Model, data: Labelled, found: Cells, done: Any) -> None:
    """Add up what every method gives to the changed words of every sentence."""
    some = sentences(model, data)
    for one in some:
        even = np.ones(len(one.changed))
        found.add("mass", UNIFORM, value=mass_accuracy(even, one.changed))
    methods = assay.methods()
    for number, method in enumerate(methods):
        scores = maps(model, some, method)
        for one, score in zip(some, scores or [], strict=False):
            found.add("mass", method, value=mass_accuracy(score, one.changed))
        done((number + 1) / len(methods))


def _masses(found: Cells) -> Iterator[Row]:
    rows = found.rows("mass")
    yield from sorted(rows, key=lambda row: -(row.ours.value or 0.0))


def _verdicts(judged: Judged) -> Iterator[Row]:
    for name in dict.fromkeys(one["map"] for one in judged):
        said = [one["verdict"] for one in judged if one["map"] == name]
        for verdict in (TRUSTED, "inconclusive", REFUSED):
            share = assay.proportion(said.count(verdict), len(said))
            interval = f"{share.low:.1%} to {share.high:.1%}"
            yield Row((name, verdict, interval), Measure(share.share, None, share.count))


def _reasons(judged: Judged) -> Iterator[Row]:
    for name in dict.fromkeys(one["map"] for one in judged):
        missed = [one for one in judged if one["map"] == name and one["verdict"] != TRUSTED]
        causes = Counter((str(one["reason"]), _lacking(one)) for one in missed)
        for cause, count in causes.most_common():
            yield Row((name, *cause), Measure(count / len(missed), None, count))


def _lacking(one: Mapping[str, Any]) -> str:
    outcomes = {name.replace("_", " "): one[name] for name in CONDITIONS}
    return ", ".join(f"{name} {how}" for name, how in outcomes.items() if how != "supported")


def _findings(found: Cells, judged: Judged) -> Iterator[str]:
    right = float(np.mean(found.values["learned", "right"]))
    both = float(np.mean(found.values["learned", "right on both twins"]))
    yield f"The model is right on {right:.1%} of the test sentences, on both twins of {both:.1%}."
    means = {row.key[0]: row.ours.value for row in found.rows("mass") if row.ours.value is not None}
    even = means.pop(UNIFORM)
    best = max(means, key=lambda name: means[name])
    below = sorted(name for name, value in means.items() if value <= even)
    yield (
        f"{best} puts {means[best]:.1%} of its mass on the changed words; a map that tells nothing "
        f"puts {even:.1%} there."
    )
    if below:
        yield f"No better than that: {', '.join(below)}."
    for name in dict.fromkeys(one["map"] for one in judged):
        said = [one["verdict"] for one in judged if one["map"] == name]
        yield (
            f"Of {len(said)} maps of {name} the verdict trusts {said.count(TRUSTED)} and calls "
            f"{said.count(REFUSED)} not trustworthy."
        )
