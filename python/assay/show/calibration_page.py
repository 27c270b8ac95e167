"""A calibration as a page of Markdown: tables, intervals, and where a target is missed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from assay.results.calibration import (
    Calibration,
    CalibrationRow,
    LeftOut,
    NullRow,
    ThresholdAxis,
    ThresholdHeldOut,
    ThresholdScore,
    ThresholdStudy,
)
from assay.results.samples import Proportion

_TO = "\N{EN DASH}"


def calibration_page(result: Calibration) -> str:
    """Return the page; its prose stands in `calibration.md`."""
    own = [row for row in result.rows if row.map == "own"]
    counted = [row for row in own if row.truth != "graded"]
    sections = [
        _opening(result),
        _totals(result),
        _families(result, counted),
        _missed(counted),
        _curves(result),
        _wrong_maps(result),
        _checks(result, own),
        _left_out(result.left_out),
        "" if result.thresholds is None else _thresholds(result.thresholds),
        "" if result.nulls is None or not result.nulls.rows else _nulls(result.nulls.rows),
    ]
    return "".join(sections)


@cache
def _prose() -> dict[str, str]:
    text = Path(__file__).with_name("calibration.md").read_text("utf-8")
    return dict(section.split("\n", 1) for section in text.split("%% ")[1:])


def _opening(result: Calibration) -> str:
    purpose = "" if result.purpose == "evaluation" else f" --purpose {result.purpose}"
    file = "--report" if result.thresholds else "--markdown"
    command = f"assay calibrate --draws {result.draws} --seed {result.seed}{purpose} {file} FILE"
    return _prose()["opening"].format(command=command, **result.settings)


def _totals(result: Calibration) -> str:
    recognised = f"at least {_percentage(result.targets['recognised'])}"
    trusted = f"at most {_percentage(result.targets['trusted'])}"
    rows = [
        [part.name, name, _of(value), _share(value), _interval(value), target]
        for part in result.generators
        for name, value, target in (
            ("true explanations recognised", part.recognised, recognised),
            ("untrue explanations trusted", part.trusted_untrue, trusted),
            ("truthful models with a wrong map trusted", part.trusted_wrong_maps, "—"),
            ("… that highlights none of the evidence", part.trusted_misplaced_maps, trusted),
        )
        if value.of
    ]
    head = ["generator", "", "models", "share", "interval", "target"]
    return _prose()["totals"].format(table=_table(head, rows))


def _families(result: Calibration, rows: Sequence[CalibrationRow]) -> str:
    verdicts = ["trustworthy", "inconclusive", "not trustworthy"]
    head = ["family", "explanation", "truth", *verdicts, "agrees", "interval", "reason right"]
    cells = [
        [row.family, f"`{row.method}`", row.truth]
        + [str(row.verdicts[name]) for name in verdicts]
        + [_share(row.agreeing), _interval(row.agreeing), _share(row.right_reasons)]
        + ["missed: " + ", ".join(row.missed) if row.missed else "met"]
        for row in rows
    ]
    summaries = "".join(f"- *{one.name}*: {one.summary}.\n" for one in result.families)
    return f"## Each family\n\n{_table([*head, 'target'], cells)}\n{summaries}\n"


def _missed(rows: Sequence[CalibrationRow]) -> str:
    lines = "".join(
        f"- *{row.family}*, `{row.method}`: {_listed(row.verdicts)}; because "
        f"{_listed(row.reasons)}.\n"
        for row in rows
        if row.missed
    )
    if not lines:
        return "Every family meets its targets.\n\n"
    return f"Targets missed, and what the verdict said instead:\n\n{lines}\n"


def _curves(result: Calibration) -> str:
    if not result.curves:
        return ""
    rows = [
        [point.family, f"`{point.method}`",
         f"{_percentage(point.low)}{_TO}{_percentage(point.high)}",
         _of(point.trusted), _interval(point.trusted)]
        for point in result.curves
    ]  # fmt: skip
    table = _table(["family", "explanation", "grade", "trusted", "interval"], rows)
    grades = "".join(f"- *{one.name}*: {one.grade}.\n" for one in result.families if one.grade)
    return f"## Graded families: how many are called trustworthy\n\n{table}\n{grades}\n"


def _wrong_maps(result: Calibration) -> str:
    wrong = [row for row in result.rows if row.map != "own"]
    if not wrong:
        return ""
    kinds = list(dict.fromkeys(row.map for row in wrong))

    def cell(family: str, kind: str) -> str:
        found = [row for row in wrong if (row.family, row.map) == (family, kind)]
        trusted = sum(row.trusted.count for row in found)
        lucky = sum(row.trusted_on_evidence for row in found)
        return f"{trusted}{f' ({lucky})' if trusted else ''} of {sum(r.trusted.of for r in found)}"

    names = dict.fromkeys(row.family for row in wrong)
    rows = [[name, *(cell(name, one) for one in kinds)] for name in names]
    return _prose()["wrong maps"].format(table=_table(["family", *kinds], rows))


def _checks(result: Calibration, rows: Sequence[CalibrationRow]) -> str:
    names = result.deciding
    cells = [
        [row.family, f"`{row.method}`"]
        + [_share(row.supports[name]) if name in row.supports else "—" for name in names]
        for row in rows
    ]
    head = ["family", "explanation", *(f"`{name}`" for name in names)]
    return f"## How often each deciding check supports\n\n{_table(head, cells)}\n"


def _left_out(families: Sequence[LeftOut]) -> str:
    rows = [[one.family, f"{one.models} of {one.of}", _listed(one.conditions)] for one in families]
    table = _table(["family", "models", "conditions failed"], rows)
    return _prose()["left out"].format(table=table if rows else "Every model was fair.\n")


def _thresholds(study: ThresholdStudy) -> str:
    chosen = study.chosen
    axes = [
        [axis.name, f"{chosen.thresholds[axis.name]}",
         f"{axis.low}{_TO}{axis.high}{_unbounded(axis)}",
         ", ".join(str(value) for value in axis.tried)]
        for axis in study.axes
    ]  # fmt: skip
    held_out = [_held_out(one, one.name, study.axes) for one in study.families]
    held_out += [_held_out(one, f"every {one.name} model", study.axes) for one in study.generators]
    changes = [
        [one.name, f"**{one.value}**" if one.is_chosen else f"{one.value}"]
        + [_of(value) for value in _counts(one.score)]
        for one in study.changes
    ]
    scores = ["true recognised", "untrue or wrong trusted", "untrue, right verdict"]
    written = f"The written values lie on it ({_errors(study.error)}),"
    kept = chosen.keeps_written
    return _prose()["thresholds"].format(
        combinations=study.combinations,
        trust_weight=study.trust_weight,
        least_error=_errors(study.least_error),
        deviation=_errors(study.deviation),
        plateau=chosen.plateau,
        written=written if kept else "The written values do not lie on it; the",
        taken="and are kept." if kept else "nearest combination that does is taken.",
        values=_values(chosen.thresholds, study.axes),
        axes=_table(["threshold", "chosen", "plateau, the others as chosen", "tried"], axes),
        held_out=_table(["left out", "chosen without it", "plateau", *scores], held_out),
        changes=_table(["threshold", "value", *scores], changes),
    )


def _nulls(rows: Sequence[NullRow]) -> str:
    names = list(rows[0].supports)
    cells = [
        [row.map, _of(row.trusted)]
        + [
            _share(row.supports[name])
            + (f" ({_percentage(row.attainable[name])})" if name in row.attainable else "")
            for name in names
        ]
        for row in rows
    ]
    table = _table(["map", "called trustworthy", *(f"`{name}`" for name in names)], cells)
    return _prose()["nulls"].format(draws=rows[0].trusted.of, table=table)


def _held_out(one: ThresholdHeldOut, name: str, axes: Sequence[ThresholdAxis]) -> list[str]:
    chosen = "as written" if one.choice.keeps_written else _values(one.choice.thresholds, axes)
    cells = [
        f"{_of(score)} ({worst.count})" if score.of else "—"
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


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |\n" for cells in [head, *rows]]
    return "".join([lines[0], "|" + "---|" * len(head) + "\n", *lines[1:]])


def _of(value: Proportion) -> str:
    return f"{value.count} of {value.of}" if value.of else "—"


def _share(value: Proportion) -> str:
    return "—" if value.share is None else _percentage(value.share)


def _interval(value: Proportion) -> str:
    return f"{_percentage(value.low)}{_TO}{_percentage(value.high)}"


def _percentage(share: float) -> str:
    return f"{math.floor(share * 1000 + 0.5) / 10:.1f} %"


def _errors(value: float) -> str:
    return f"{math.floor(value * 10_000 + 0.5) / 10_000}"
