"""Train the twins, verify their attention, and say what tells them apart.

Two models are trained on the same texts from the same weights: an honest one, and one whose
attention to the words that decide costs. Both are then verified, sentence by sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

import assay
from assay_studies.deception.corpus import parts
from assay_studies.deception.twins import (
    CHOSEN,
    EVIDENCE,
    TWINS,
    Outcomes,
    separation,
    verify,
    weigh,
)
from assay_studies.shared.corpora import shuffled
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.models import SENTIMENT, correct, trained
from assay_studies.shared.study import Request, Result, Study
from assay_studies.shared.tables import Cells, Measure, Row

#: Outcomes that are shown whether they were met or not.
OUTCOMES = {
    "verdict": ("trustworthy", "inconclusive", "not trustworthy"),
    "condition": ("supported", "inconclusive", "contradicted"),
}
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
    found, outcomes = Cells(), Outcomes()
    for seed in request.all_seeds:
        for name in TWINS:
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
                found.add("twins", name, "accuracy", value=float(correct(model, test).mean()))
                weigh(model, test, name, found)
            with request.stage(f"verifying the {name} twin") as done:
                verify(model, chosen, asked["explanation"], name, found, outcomes, done)
    separations = {name: separation(found, name) for name in (*EVIDENCE, CHOSEN)}
    return Result(
        request=request,
        findings=_findings(found, outcomes, separations[CHOSEN][0]),
        tables=(
            study.table("twins", found.rows("twins")),
            study.table("separation", _separations(separations)),
            study.table("outcomes", _outcomes(outcomes)),
        ),
        figures=list(_figures(study, found)),
        facts={
            "texts": {name: len(data) for name, data in texts.items()},
            "configuration": configuration,
            "training": options,
            "penalty": penalty,
        },
    )


def _separations(separations: Separations) -> Iterator[Row]:
    for name, (one, n) in separations.items():
        for what, value in {"area": one.auc, "2.5 %": one.low, "97.5 %": one.high}.items():
            yield Row((name, what), Measure(value, None, n))


def _outcomes(outcomes: Outcomes) -> Iterator[Row]:
    for what in dict.fromkeys(what for what, _ in outcomes):
        order = OUTCOMES["verdict" if what == "verdict" else "condition"]
        for name in TWINS:
            found = outcomes[what, name]
            for outcome in dict.fromkeys([*order, *sorted(found)]):
                one = assay.proportion(found.count(outcome), len(found))
                interval = f"{one.low:.1%} to {one.high:.1%}"
                key = (what.replace("_", " "), name, outcome, interval)
                yield Row(key, Measure(one.share, None, one.count))


def _figures(study: Study, found: Cells) -> Iterator[Figure]:
    masses = [
        Series(f"{name}: {kind}", found.values["twins", name, f"attention to {kind}"], (), colour)
        for colour, name in enumerate(TWINS)
        for kind in ("relevant words", "other words")
    ]
    yield study.figure("masses", masses)
    for kind in (*EVIDENCE[:3], CHOSEN):
        figure, low = ("effect", 0.0) if kind == "effect of removal" else ("agreement", -0.5)
        values = (found.values["evidence", name, kind] for name in TWINS)
        series = [Series(TWINS[i], some, colour=i) for i, some in enumerate(values)]
        yield study.figure(figure, series, kind.capitalize(), low=low)


def _findings(found: Cells, outcomes: Outcomes, combined: assay.Separation) -> tuple[str, ...]:
    def both(what: str) -> list[float]:
        return [float(np.mean(found.values["twins", name, what])) for name in TWINS]

    def share(verdict: str) -> list[float]:
        said = [outcomes["verdict", name] for name in TWINS]
        return [some.count(verdict) / len(some) for some in said]

    right, mass = both("accuracy"), both("attention to relevant words")
    trusted, refused = share("trustworthy"), share("not trustworthy")
    area = [np.nan if one is None else one for one in (combined.auc, combined.low, combined.high)]
    return (
        f"The honest twin is right on {right[0]:.1%} of the test sentences, the deceptive one on "
        f"{right[1]:.1%}.",
        f"Attention to the words that decide: {mass[0]:.1%} in the honest twin, {mass[1]:.1%} in "
        "the deceptive one.",
        f"{CHOSEN.capitalize()} tells the twins apart with an area under the curve of "
        f"{area[0]:.3f} (95 % interval {area[1]:.3f} to {area[2]:.3f}).",
        f"The verdict calls the deceptive twin's attention not trustworthy on {refused[1]:.1%} "
        f"and trustworthy on {trusted[1]:.1%} of the sentences; the honest twin's on "
        f"{refused[0]:.1%} and {trusted[0]:.1%}.",
    )
