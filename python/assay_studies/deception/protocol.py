"""Train the twins, verify their attention, and say what tells them apart.

Two models are trained on the same texts from the same weights: an honest one, and one whose
attention to the words that decide costs. Both are then verified, sentence by sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

import assay
from assay_studies.deception.corpus import parts
from assay_studies.deception.twins import CHOSEN, EVIDENCE, TWINS, Twin, separation
from assay_studies.shared.corpora import shuffled
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.models import SENTIMENT, correct, trained
from assay_studies.shared.study import Request, Result, Study
from assay_studies.shared.tables import Measure, Row, mean

#: Outcomes that are shown whether they were met or not.
OUTCOMES = {
    "verdict": ("trustworthy", "inconclusive", "not trustworthy"),
    "condition": ("supported", "inconclusive", "contradicted"),
}
Measured = Mapping[str, Twin]
Separations = Mapping[str, tuple[assay.Separation, int]]


def run(request: Request) -> Result:
    """Follow the protocol."""
    study, asked, texts = request.study, request.options, parts(request)
    test = texts["test"]
    chosen = test.take(shuffled(len(test), 7)[: asked["sentences"]])
    configuration = study.constants["configurations"][asked["family"]]
    options = {**study.constants["training"], "passes": asked["passes"]}
    # The penalty is on the layer that the verified map is read from: the last one.
    penalty = {"strength": asked["strength"], "layers": [1]}
    measured = {name: Twin() for name in TWINS}
    for seed in request.all_seeds:
        for name, twin in measured.items():
            model = trained(
                request,
                f"{asked['family']}-{name}-{seed}",
                f"training the {name} twin",
                {**configuration, **SENTIMENT},
                (texts["train"], texts["dev"]),
                seed=seed,
                options=options,
                penalty=penalty if name == "deceptive" else None,
            )
            with request.stage("accuracy and attention"):
                twin.accuracies.append(float(correct(model, test).mean()))
                twin.weigh(model, test)
            with request.stage(f"verifying the {name} twin") as done:
                twin.verify(model, chosen, asked["explanation"], done)
    separations = {name: separation(measured, name) for name in (*EVIDENCE, CHOSEN)}
    return Result(
        request=request,
        findings=_findings(measured, separations[CHOSEN][0]),
        tables=(
            study.table("twins", _twins(measured)),
            study.table("separation", _separations(separations)),
            study.table("outcomes", _outcomes(measured)),
        ),
        figures=list(_figures(study, measured)),
        facts={
            "texts": {name: len(data) for name, data in texts.items()},
            "configuration": configuration,
            "training": options,
            "penalty": penalty,
        },
    )


def _twins(measured: Measured) -> Iterator[Row]:
    for name, twin in measured.items():
        yield mean(name, "accuracy", of=twin.accuracies)
        for kind, masses in twin.masses.items():
            yield mean(name, f"attention to {kind}", of=masses)


def _separations(separations: Separations) -> Iterator[Row]:
    for name, (one, n) in separations.items():
        for what, value in {"area": one.auc, "2.5 %": one.low, "97.5 %": one.high}.items():
            yield Row((name, what), Measure(value, None, n))


def _outcomes(measured: Measured) -> Iterator[Row]:
    for what in measured[TWINS[0]].outcomes:
        order = OUTCOMES["verdict" if what == "verdict" else "condition"]
        for name, twin in measured.items():
            found = twin.outcomes[what]
            for outcome in dict.fromkeys([*order, *sorted(found)]):
                one = assay.proportion(found.count(outcome), len(found))
                interval = f"{one.low:.1%} to {one.high:.1%}"
                key = (what.replace("_", " "), name, outcome, interval)
                yield Row(key, Measure(one.share, None, one.count))


def _figures(study: Study, measured: Measured) -> Iterator[Figure]:
    twins = list(enumerate(measured.items()))
    masses = [
        Series(f"{name}: {kind}", twin.masses[kind], colour=colour)
        for colour, (name, twin) in twins
        for kind in ("relevant words", "other words")
    ]
    yield study.figure("masses", masses)
    for kind in (*EVIDENCE[:3], CHOSEN):
        figure, low = ("effect", 0.0) if kind == "effect of removal" else ("agreement", -0.5)
        series = [
            Series(name, twin.evidence[kind], colour=colour) for colour, (name, twin) in twins
        ]
        yield study.figure(figure, series, kind.capitalize(), low=low)


def _findings(measured: Measured, combined: assay.Separation) -> tuple[str, ...]:
    honest, deceptive = (measured[name] for name in TWINS)
    right = [np.mean(twin.accuracies) for twin in (honest, deceptive)]
    mass = [np.mean(twin.masses["relevant words"]) for twin in (honest, deceptive)]
    area = [np.nan if one is None else one for one in (combined.auc, combined.low, combined.high)]
    return (
        f"The honest twin is right on {right[0]:.1%} of the test sentences, the deceptive one on "
        f"{right[1]:.1%}.",
        f"Attention to the words that decide: {mass[0]:.1%} in the honest twin, {mass[1]:.1%} in "
        "the deceptive one.",
        f"{CHOSEN.capitalize()} tells the twins apart with an area under the curve of "
        f"{area[0]:.3f} (95 % interval {area[1]:.3f} to {area[2]:.3f}).",
        "The verdict calls the deceptive twin's attention not trustworthy on "
        f"{deceptive.share('not trustworthy'):.1%} and trustworthy on "
        f"{deceptive.share('trustworthy'):.1%} of the sentences; the honest twin's on "
        f"{honest.share('not trustworthy'):.1%} and {honest.share('trustworthy'):.1%}.",
    )
