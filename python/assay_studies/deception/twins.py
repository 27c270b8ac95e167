"""What is measured of an honest and a deceptive twin, and how far it tells them apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import assay
from assay_studies.shared.corpora import Labelled
from assay_studies.shared.tables import Cells

TWINS = ("honest", "deceptive")
CHECKS = ("gradient_agreement", "removal", "redirect")
#: The efficiencies of the first two conditions (0 is chance, 1 the best found), how far the
#: prediction moves when the highlighted words go (a total variation), and how far when their
#: attention changes places with that of others, the median.
EVIDENCE = (
    "agreement with gradients",
    "agreement with removal",
    "effect of removal",
    "effect of redirection",
)
#: As in the verdict, which trusts a map only if every condition holds, the weakest link counts.
#: Chosen on development sentences (area .91 on 80 of them; the mean of the two had .87).
CHOSEN = "the weaker of the two agreements"


#: Outcomes of the verdict and of each condition, by what and twin.
Outcomes = dict[tuple[str, str], list[str]]


def weigh(model: assay.Model, data: Labelled, twin: str, found: Cells) -> None:
    """Add up the last layer's read-out attention, heads averaged, over kinds of words."""
    site = f"blocks.{model.layers - 1}.attention.pattern"
    items = model.tokenize_all(list(data.texts))
    kept = model.predict(items, keep=[site]).kept[site]
    for tokens, relevant, pattern in zip(items, data.relevant, kept, strict=True):
        row = pattern.mean(axis=0)[0].astype(np.float64)
        flags = np.array([word >= 0 and relevant[word] for word in tokens.words.tolist()])
        for kind, chosen in (
            ("relevant words", flags),
            ("other words", ~flags & ~tokens.special),
            ("special tokens", tokens.special),
        ):
            found.add("twins", twin, f"attention to {kind}", value=float(row[chosen].sum()))


def verify(
    model: assay.Model,
    data: Labelled,
    explanation: str,
    twin: str,
    found: Cells,
    outcomes: Outcomes,
    done: Callable[[float], None],
) -> None:
    """Verify each text's explanation and keep evidence and outcomes."""
    for place, text in enumerate(data.texts, 1):
        report = assay.verify(model, text, explanation=explanation, checks=CHECKS)
        gradients, removal, redirect = (report.checks[check] for check in CHECKS)
        numbers = (gradients.statistic, removal.statistic, removal.effect, redirect.effect)
        values = [float("nan") if one is None else one for one in numbers]
        values.append(float(np.minimum(values[0], values[1])))
        for name, value in zip((*EVIDENCE, CHOSEN), values, strict=True):
            found.add("evidence", twin, name, value=value)
        outcomes.setdefault(("verdict", twin), []).append(report.verdict)
        for name, condition in report.conditions.items():
            outcomes.setdefault((name, twin), []).append(condition.outcome)
        done(place / len(data))


def separation(found: Cells, name: str) -> tuple[assay.Separation, int]:
    """Return how far one kind of evidence tells the twins apart, and over how many sentences.

    The interval is over sentences, which both twins share.
    """
    both = np.array([found.values["evidence", twin, name] for twin in TWINS])
    honest, deceptive = both[:, ~np.isnan(both).any(axis=0)]
    if not honest.size:
        return assay.Separation(auc=None, low=None, high=None), 0
    return assay.separation(honest, deceptive, paired=True), len(honest)
