"""The verdict on every known map of a text, and where each method ranks the shortcut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import assay
from assay_studies.shared.models import answers
from assay_studies.shortcuts.maps import Places, mean_rank, precision, target
from assay_studies.shortcuts.planting import Planted

#: The checks that decide; the others inform.
CHECKS = ("gradient_agreement", "removal", "redirect")
CONDITIONS = ("consistency", "causal_relevance", "counterfactual_robustness")
TRUSTED, REFUSED = "trustworthy", "not trustworthy"
#: One verdict on one map, as each-verdict.csv has it: kind of the shortcut, model and seed, number
#: of the text among those that count, name of the map; how many of the deciding words bring back
#: the other label when they alone go; the verdict; outcome and efficiency of each condition;
#: statistic, effect and p of each check; the text.
Judged = Mapping[str, Any]


@dataclass
class Findings:
    """All that was measured, over kinds, models and seeds."""

    judged: list[Judged] = field(default_factory=list)
    #: Precision and mean rank of a method, by kind, model and method: one pair a text.
    ranks: dict[tuple[str, str, str], list[tuple[float, float]]] = field(default_factory=dict)

    def of(self, map_name: str, kind: str = "", model: str = "") -> list[Judged]:
        """Return the verdicts on one map, of one kind and model where they are named."""
        wanted = {"map": map_name, "kind": kind, "model": model}
        named = {key: value for key, value in wanted.items() if value}
        return [one for one in self.judged if all(one[key] == named[key] for key in named)]


def trusted(judged: Sequence[Judged]) -> list[bool]:
    """Return, map by map, whether the verdict trusts it."""
    return [one["verdict"] == TRUSTED for one in judged]


def said(one: Judged) -> str:
    """Return the verdict, with the reason of one that is inconclusive."""
    verdict, reason = str(one["verdict"]), one["reason"]
    return f"{verdict}: {reason}" if verdict == "inconclusive" else verdict


def lacking(one: Judged) -> str:
    """Return the conditions that do not hold, in the order of the rule."""
    outcomes = {name.replace("_", " "): one[name] for name in CONDITIONS}
    return ", ".join(f"{name} {how}" for name, how in outcomes.items() if how != "supported")


def examine(
    model: assay.Model,
    planted: Sequence[Planted],
    pieces: Sequence[str],
    named: Mapping[str, Any],
    found: Findings,
    done: Callable[[float], None],
) -> None:
    """Judge every map of every text that counts, whose planted words are among `pieces`.

    `named` has the kind, the model and the seed.
    """
    unknown = (model.vocabulary or {}).get("unk")
    known: list[tuple[str, Places]] = []
    for place, one in enumerate(planted):
        made = target(model.tokenize(one.text), one, pieces, unknown, place)
        if made is None:
            continue
        deciding, maps = made
        known.append((one.text, deciding))
        needed = int(np.count_nonzero(answers(model, one.without_each) != one.label))
        for map_name, scores in maps.items():
            report = assay.verify(model, one.text, explanation=scores, checks=CHECKS, seed=place)
            line = {**named, "number": place, "map": map_name, "needed": needed}
            found.judged.append({**line, **_numbers(report), "text": one.text})
        done((place + 1) / len(planted))
    _rank(model, known, found, (named["kind"], named["model"]))


def _numbers(report: assay.Report) -> dict[str, Any]:
    whole = ("verdict", "reason", "strength", "exclusive")
    result = {name: getattr(report, name) for name in whole}
    for name in CONDITIONS:
        condition = report.conditions[name]
        result |= {name: condition.outcome, f"{name} efficiency": condition.efficiency}
    for name in CHECKS:
        check = report.checks[name]
        result |= {
            f"{name} statistic": check.statistic,
            f"{name} effect": check.effect,
            f"{name} p": check.p_value,
            f"{name} least p": check.p_min,
        }
    return result


def _rank(
    model: assay.Model,
    known: Sequence[tuple[str, Places]],
    found: Findings,
    named: tuple[str, str],
) -> None:
    """Rank the shortcut by every method that the model can be explained with."""
    texts = [text for text, _ in known]
    for method in assay.methods():
        try:
            explained = assay.explain_batch(model, texts, method=method)
        except assay.UnsupportedModelError:
            continue
        pairs = found.ranks.setdefault((*named, method), [])
        for explanation, (_, deciding) in zip(explained, known, strict=True):
            scores = explanation.scores.astype(np.float64)
            pairs.append((precision(scores, deciding), mean_rank(scores, deciding)))
