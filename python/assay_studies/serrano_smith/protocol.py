"""Erase attention, sentence by sentence, and count flipped decisions.

Attention weights of the read-out position are set to zero and the others renormalised, with the
states below held as they are. First one weight: the largest against a random one. Then as many of
the best-ranked weights as it takes, under four rankings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.corpora import sentences
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.study import Request, Result, Study
from assay_studies.shared.tables import mean, median, share

RANKINGS = ("random", "attention", "gradient", "attention x gradient")
#: Which of two erasures flips the decision: the largest weight's, a random other one's.
FLIPS = {
    "both": (True, True),
    "only the largest": (True, False),
    "only the random one": (False, True),
    "neither": (False, False),
}
#: Shares of the weights at which the figure counts flipped decisions.
SHARES = [step / 20 for step in range(1, 21)]


@dataclass
class Erasures:
    """What erasing did, one value a sentence."""

    #: JS divergence after erasing the largest weight, less that after erasing a random one.
    differences: list[float] = field(default_factory=list)
    #: Whether the largest weight's erasure flips the decision, and a random one's.
    flips: list[tuple[bool, bool]] = field(default_factory=list)
    #: By ranking, the smallest share of the weights whose erasure flips; NaN when none does.
    fractions: dict[str, list[float]] = field(default_factory=lambda: {one: [] for one in RANKINGS})


def run(request: Request) -> Result:
    """Follow the protocol."""
    study, options, found = request.study, request.options, Erasures()
    model = assay.load(options["model"])
    texts = sentences(request.data)[: options["sentences"]]
    layer = options["layer"] + model.layers * (options["layer"] < 0)
    with request.stage("erasing") as done:
        for number, text in enumerate(texts):
            tokens = model.tokenize(text, truncate=True)
            if int((~tokens.special).sum()) >= 2:
                # A stream of its own for each sentence: the result does not depend on the others.
                erase(model, tokens, layer, request.seed * 1_000_003 + number, found)
            done((number + 1) / len(texts))
    flips = [share(name, of=[one == both for one in found.flips]) for name, both in FLIPS.items()]
    differences = np.array(found.differences)
    divergence = [mean("mean", of=differences), share("share above 0", of=differences > 0)]
    fractions = [
        row
        for name, shares in found.fractions.items()
        for row in (
            mean(name, "mean", of=shares),
            median(name, "median", of=np.array(shares)),
            share(name, "never flips", of=np.isnan(shares)),
        )
    ]
    # What decides from attended states alone can be emptied; what has a residual stream cannot.
    own = "attended" if model.family == "attention_classifier" else "residual"
    return Result(
        request=request,
        findings=_findings(found),
        tables=(
            study.table("decision-flips", flips),
            study.table("fractions", fractions),
            study.table("divergence", divergence),
        ),
        figures=list(_figures(study, found)),
        facts={"hash": model.fingerprint, "sentences": len(texts)},
        cases=(own, "always"),
    )


def erase(model: assay.Model, tokens: assay.Tokens, layer: int, seed: int, found: Erasures) -> None:
    """Erase one sentence's attention in every way."""
    positions = np.flatnonzero(~tokens.special)
    random, others = assay.random_orders(len(positions), 2, seed=seed)
    orders = {"random": random, **rankings(model, tokens, layer)}
    largest = int(orders["attention"][0])
    other = next(int(place) for place in others if place != largest)
    erased = [orders[name][: size + 1] for name in RANKINGS for size in range(len(positions))]
    edits: list[list[assay.Intervention]] = [[]]
    for places in (*erased, [largest], [other]):
        keys = positions[places].tolist()
        edits.append([assay.Intervention.knock_out(keys=keys, queries=[0], layers=[layer])])
    probabilities = model.predict([tokens] * len(edits), interventions=edits).probabilities
    base, *changed = probabilities.astype(np.float64)
    flipped = np.array([one.argmax() != base.argmax() for one in changed])
    for name, part in zip(RANKINGS, flipped[:-2].reshape(len(RANKINGS), -1), strict=True):
        first = (int(part.argmax()) + 1) / len(positions) if part.any() else float("nan")
        found.fractions[name].append(first)
    found.flips.append((bool(flipped[-2]), bool(flipped[-1])))
    top, rest = (assay.divergence(base, one) for one in changed[-2:])
    found.differences.append(top - rest)


def rankings(model: assay.Model, tokens: assay.Tokens, layer: int) -> dict[str, NDArray[np.int64]]:
    """Return the explained positions' places in each order of erasure, the first one first.

    The gradient is the predicted class's with respect to the attention weight, heads averaged.
    """
    slopes = model.gradient(tokens, at=f"blocks.{layer}.attention.pattern")
    product = assay.explain(model, tokens, method="attention_times_gradient", layer=layer)
    scores = {
        "attention": assay.explain(model, tokens, method="attention", layer=layer).scores,
        "gradient": slopes.mean(axis=0)[0][~tokens.special],
        "attention x gradient": product.scores,
    }
    return {name: np.argsort(-one, kind="stable") for name, one in scores.items()}


def _figures(study: Study, found: Erasures) -> Iterator[Figure]:
    curves = [
        Series(name, [np.mean(np.array(values) <= one + 1e-9) for one in SHARES], SHARES, colour)
        for colour, (name, values) in enumerate(found.fractions.items())
        if values
    ]
    yield study.figure("flips", curves, ticks=[(one, f"{one:.0%}") for one in SHARES[4::5]])
    groups = enumerate(found.fractions.items())
    yield study.figure("fractions", [Series(name, one, colour=i) for i, (name, one) in groups])
    limit = max((abs(value) for value in found.differences), default=0.0) or 1.0
    differences = [Series("sentences", found.differences)]
    yield study.figure("divergence", differences, low=-limit, high=limit)


def _findings(found: Erasures) -> tuple[str, ...]:
    top, rest = np.mean(found.flips, axis=0) if found.flips else (0.0, 0.0)
    flipped = ", ".join(
        f"{name} {np.mean(~np.isnan(values or [np.nan])):.1%}"
        for name, values in found.fractions.items()
    )
    return (
        f"Erasing the largest attention weight flips {top:.1%} of the decisions, erasing a random "
        f"other one {rest:.1%}.",
        f"Decisions that erasing some of the best-ranked weights flips at all: {flipped}.",
    )
