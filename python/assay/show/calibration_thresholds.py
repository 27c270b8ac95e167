"""The part of a calibration's page on thresholds, and models they were not chosen on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assay.results.calibration_thresholds import (
    ThresholdAxis,
    ThresholdHeldOut,
    ThresholdScore,
    ThresholdStudy,
)
from assay.results.samples import Proportion
from assay.show import calibration_tables as tables

_TO = "\N{EN DASH}"


def thresholds(study: ThresholdStudy) -> str:
    """Return the section on thresholds."""
    chosen = study.chosen
    axes = [
        [axis.name, f"{chosen.thresholds[axis.name]}",
         f"{axis.low}{_TO}{axis.high}{_unbounded(axis)}",
         ", ".join(str(value) for value in axis.tried)]
        for axis in study.axes
    ]  # fmt: skip
    held_out = [_held_out(one, one.name, study.axes) for one in study.families]
    held_out += [
        _held_out(one, f"every {one.name} model", study.axes)
        for one in (*study.generators, *study.kinds)
    ]
    changes = [
        [one.name, f"**{one.value}**" if one.is_chosen else f"{one.value}"]
        + [tables.of(value) for value in _counts(one.score)]
        for one in study.changes
    ]
    scores = ["true recognised", "untrue or wrong trusted", "untrue, right verdict"]
    written = f"The written values lie on it ({_errors(study.error)}),"
    kept = chosen.keeps_written
    return tables.prose()["thresholds"].format(
        combinations=study.combinations,
        trust_weight=study.trust_weight,
        least_error=_errors(study.least_error),
        deviation=_errors(study.deviation),
        plateau=chosen.plateau,
        written=written if kept else "The written values do not lie on it; the",
        taken="and are kept." if kept else "nearest combination that does is taken.",
        values=_values(chosen.thresholds, study.axes),
        axes=tables.table(["threshold", "chosen", "plateau, the others as chosen", "tried"], axes),
        held_out=tables.table(["left out", "chosen without it", "plateau", *scores], held_out),
        changes=tables.table(["threshold", "value", *scores], changes),
    )


def _held_out(one: ThresholdHeldOut, name: str, axes: Sequence[ThresholdAxis]) -> list[str]:
    chosen = "as written" if one.choice.keeps_written else _values(one.choice.thresholds, axes)
    cells = [
        f"{tables.of(score)} ({worst.count})" if score.of else "—"
        for score, worst in zip(_counts(one.score), _counts(one.worst), strict=True)
    ]
    return [name, chosen, str(one.choice.plateau), *cells]


def _counts(score: ThresholdScore) -> tuple[Proportion, ...]:
    return score.recognised, score.trusted, score.refused


def _values(thresholds: Mapping[str, float], axes: Sequence[ThresholdAxis]) -> str:
    return ", ".join(f"{axis.name} {thresholds[axis.name]}" for axis in axes)


def _unbounded(axis: ThresholdAxis) -> str:
    ends = ["below"] if axis.low == axis.tried[0] else []
    ends += ["above"] if axis.high == axis.tried[-1] else []
    return ", unbounded " + " and ".join(ends) if ends else ""


def _errors(value: float) -> str:
    return f"{math.floor(value * 10_000 + 0.5) / 10_000}"
