"""What is measured of an honest and a deceptive twin, and how far it tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay.ask import samples
from assay.ask.verify import verify
from assay.models.model import Model
from assay.reproduce.training import Labelled, tokenizer_of
from assay.results.report import Report

TWINS = ("honest", "deceptive")
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


@dataclass
class Twin:
    """What was measured of one of the two models, over all seeds."""

    accuracies: list[float] = field(default_factory=list)
    masses: dict[str, list[float]] = field(default_factory=dict)
    evidence: dict[str, list[float]] = field(default_factory=dict)
    outcomes: dict[str, list[str]] = field(default_factory=dict)


def weigh(model: Model, data: Labelled, twin: Twin) -> None:
    """Add up the last layer's read-out attention, heads averaged, over kinds of words."""
    site = f"blocks.{model.layers - 1}.attention.pattern"
    items = data.tokens(tokenizer_of(model))
    kept = model.predict(items, keep=[site]).kept[site]
    for tokens, relevant, pattern in zip(items, data.relevant, kept, strict=True):
        row = pattern.mean(axis=0)[0].astype(np.float64)
        flags = np.array([word >= 0 and relevant[word] for word in tokens.words.tolist()])
        for name, chosen in (
            ("relevant words", flags),
            ("other words", ~flags & ~tokens.special),
            ("special tokens", tokens.special),
        ):
            twin.masses.setdefault(name, []).append(float(row[chosen].sum()))


def verify_all(
    model: Model,
    data: Labelled,
    explanation: str,
    twin: Twin,
    done: Callable[[float], None],
) -> None:
    """Verify each text's explanation and keep evidence and outcomes."""
    for place, words in enumerate(data.texts):
        report = verify(model, " ".join(words), explanation=explanation, checks=_CHECKS)
        for name, value in _evidence(report).items():
            twin.evidence.setdefault(name, []).append(value)
        twin.outcomes.setdefault("verdict", []).append(report.verdict)
        for name, condition in report.conditions.items():
            twin.outcomes.setdefault(name, []).append(condition.outcome)
        done((place + 1) / len(data))


_CHECKS = ("gradient_agreement", "removal", "redirect")


def _evidence(report: Report) -> dict[str, float]:
    gradients, removal, redirect = (report.checks[check] for check in _CHECKS)
    found = (gradients.statistic, removal.statistic, removal.effect, redirect.effect)
    values = {
        name: float("nan") if one is None else one
        for name, one in zip(EVIDENCE, found, strict=True)
    }
    return values | {CHOSEN: float(np.minimum(values[EVIDENCE[0]], values[EVIDENCE[1]]))}


def separation(measured: Mapping[str, Twin], name: str) -> dict[str, Any]:
    """Return the AUC with a bootstrap interval over sentences, which both twins share."""
    honest, deceptive = (np.array(measured[twin].evidence[name]) for twin in TWINS)
    defined = ~(np.isnan(honest) | np.isnan(deceptive))
    honest, deceptive = honest[defined], deceptive[defined]
    if not honest.size:
        return {"auc": float("nan"), "low": float("nan"), "high": float("nan"), "n": 0}
    found = samples.separation(honest, deceptive, paired=True)
    return {"auc": found.auc, "low": found.low, "high": found.high, "n": len(honest)}
