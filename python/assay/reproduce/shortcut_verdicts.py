"""The verdict on every known map of a text, and where each method ranks the shortcut."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assay.ask.explain import explain_batch
from assay.ask.verify import verify
from assay.engine import disk
from assay.engine.errors import UnsupportedModelError
from assay.engine.registry import methods
from assay.models.model import Model
from assay.reproduce.planting import Planted
from assay.reproduce.shortcut_maps import Target, mean_rank, precision, target
from assay.reproduce.shortcut_models import answers
from assay.reproduce.training import tokenizer_of
from assay.results.report import Report

#: The checks that decide; the others inform.
CHECKS = ("gradient_agreement", "removal", "redirect")
CONDITIONS = ("consistency", "causal_relevance", "counterfactual_robustness")


@dataclass(frozen=True)
class Judged:
    """One verdict on one map.

    Attributes:
        kind: of the shortcut; `model` is what learned it, and `seed` of which training.
        place: the number of the text among those that count.
        text: with its shortcut.
        map: the name of the map.
        needed: how many of the deciding words bring back the other label when they alone go.
        exclusive: whether attention on no other token would have done as well, where defined.
        numbers: outcome and efficiency of each condition; statistic, effect and p of each check.
    """

    kind: str
    model: str
    seed: int
    place: int
    text: str
    map: str
    needed: int
    verdict: str
    reason: str
    strength: float | None
    exclusive: bool | None
    numbers: Mapping[str, str | float | None]

    @property
    def said(self) -> str:
        """The verdict, with the reason of one that is inconclusive."""
        return f"{self.verdict}: {self.reason}" if self.verdict == "inconclusive" else self.verdict

    @property
    def lacking(self) -> str:
        """The conditions that do not hold, in the order of the rule."""
        return ", ".join(
            f"{name.replace('_', ' ')} {self.numbers[name]}"
            for name in CONDITIONS
            if self.numbers[name] != "supported"
        )

    def line(self) -> dict[str, str | float | None]:
        """Return everything by column."""
        return {
            "kind": self.kind,
            "model": self.model,
            "seed": self.seed,
            "number": self.place,
            "map": self.map,
            "needed": self.needed,
            "verdict": self.verdict,
            "reason": self.reason,
            "strength": self.strength,
            "exclusive": self.exclusive,
            **self.numbers,
            "text": self.text,
        }


@dataclass
class Findings:
    """All that was measured, over kinds, models and seeds."""

    judged: list[Judged] = field(default_factory=list)
    #: Precision and mean rank of a method, by kind, model and method: one pair a text.
    ranks: dict[tuple[str, str, str], list[tuple[float, float]]] = field(default_factory=dict)

    def of(self, kind: str, model: str, name: str) -> list[Judged]:
        """Return the verdicts on one map of one kind and model."""
        wanted = (kind, model, name)
        return [one for one in self.judged if (one.kind, one.model, one.map) == wanted]

    def write(self, place: Path) -> None:
        """Write one line a verdict."""
        if not self.judged:
            return
        file = io.StringIO()
        lines = csv.DictWriter(file, list(self.judged[0].line()), lineterminator="\n")
        lines.writeheader()
        lines.writerows(one.line() for one in self.judged)
        disk.write(place, file.getvalue())


def examine(
    model: Model,
    planted: Sequence[Planted],
    pieces: Sequence[str],
    named: tuple[str, str, int],
    found: Findings,
    done: Callable[[float], None],
) -> None:
    """Judge every map of every text.

    Args:
        model: one that follows the shortcut.
        planted: the texts that count.
        pieces: the words that may be planted.
        named: kind, model and seed.
        found: receives what is found.
        done: receives the share that is done.
    """
    kind, name, seed = named
    unknown = tokenizer_of(model).vocabulary["unk"]
    known: list[tuple[Planted, Target]] = []
    for place, one in enumerate(planted):
        made = target(model.tokenize(one.text), one, pieces, unknown, place)
        if made is None:
            continue
        known.append((one, made))
        needed = int(np.count_nonzero(answers(model, one.without_each) != one.label))
        for map_name, scores in made.maps().items():
            report = verify(model, one.text, explanation=scores, checks=CHECKS, seed=place)
            found.judged.append(
                Judged(
                    kind=kind,
                    model=name,
                    seed=seed,
                    place=place,
                    text=one.text,
                    map=map_name,
                    needed=needed,
                    verdict=report.verdict,
                    reason=report.reason,
                    strength=report.strength,
                    exclusive=report.exclusive,
                    numbers=_numbers(report),
                )
            )
        done((place + 1) / len(planted))
    _rank(model, known, (kind, name), found)


def _numbers(report: Report) -> dict[str, str | float | None]:
    result: dict[str, str | float | None] = {}
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
    model: Model,
    known: Sequence[tuple[Planted, Target]],
    named: tuple[str, str],
    found: Findings,
) -> None:
    """Rank the shortcut by every method that the model can be explained with."""
    texts = [one.text for one, _ in known]
    for method in methods():
        try:
            explained = explain_batch(model, texts, method=method)
        except UnsupportedModelError:
            continue
        pairs = found.ranks.setdefault((*named, method), [])
        for explanation, (_, made) in zip(explained, known, strict=True):
            scores = explanation.scores.astype(np.float64)
            pairs.append((precision(scores, made.deciding), mean_rank(scores, made.deciding)))
