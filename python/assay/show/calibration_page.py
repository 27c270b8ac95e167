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
        _kinds(result),
        _families(result, counted),
        _missed(counted),
        _halves(result),
        _spares(counted),
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
    return [
        "Models come from two generators that share nothing but the loader. *Written* models have",
        "weights set by hand. *Taught* models are small transformers trained on a task, with "
        "demands",
        "on where their attention lies. Of each taught family, and of each family in a further "
        "kind of model, there are a third as many.",
        "",
        *_table(["generator", "", "models", "share", "interval", "target"], rows),
    ]


def _families(result: Calibration, rows: Sequence[CalibrationRow]) -> str:
    verdicts = ["trustworthy", "inconclusive", "not trustworthy"]
    head = ["family", "explanation", "truth", *verdicts, "agrees", "interval", "reason right"]
    lines = ["## Each family", ""]
    for kind in result.kinds:
        cells = [
            [row.family, f"`{row.method}`", row.truth]
            + [str(row.verdicts[name]) for name in verdicts]
            + [_share(row.agreeing), _interval(row.agreeing), _share(row.right_reasons)]
            + ["missed: " + ", ".join(row.missed) if row.missed else "met"]
            for row in rows
            if row.kind == kind.name
        ]
        lines += [f"### {kind.name}: {kind.summary}", "", *_table([*head, "target"], cells)]
    summaries = {one.name.split(".")[0]: one.summary.split(" (")[0] for one in result.families}
    return [*lines, *(f"- *{name}*: {summary}." for name, summary in summaries.items()), ""]


def _kinds(result: Calibration) -> list[str]:
    rows = [
        [kind.name, kind.model]
        + [
            f"{_of(value)}, {_interval(value)}" if value.of else "—"
            for value in (
                kind.totals.recognised,
                kind.totals.trusted_untrue,
                kind.totals.trusted_misplaced_maps,
                kind.totals.trusted_halves,
                kind.totals.right_reasons,
            )
        ]
        + [
            "missed: " + ", ".join(kind.missed) if kind.missed else "met",
            "yes" if kind.is_calibrated else "no",
        ]
        for kind in result.kinds
    ]
    head = ["kind", "in reports", "recognised", "untrue trusted", "wrong maps trusted"]
    return [
        "## Each kind of model",
        "",
        "The same truths in other architectures, under other heads, over other inputs. Effects are "
        "measured",
        "in the unit of the head, and a planted effect is as large in every unit. Wrong maps are "
        "those that",
        "highlight none of the evidence; halves, of what decides jointly, have a target of their "
        "own. Reports",
        "call a kind *measured* where its models as a whole met every other target.",
        "",
        *_table([*head, "halves trusted", "reasons right", "targets", "measured"], rows),
    ]


def _halves(result: Calibration) -> list[str]:
    rows = [
        [
            row.family,
            f"`{row.method}`",
            _of(row.trusted),
            _share(row.trusted),
            _interval(row.trusted),
            "missed" if row.missed else "met",
        ]
        for row in result.rows
        if row.map == "half"
    ]
    if not rows:
        return []
    most = _percentage(result.targets["trusted_halves"])
    return [
        "## Half of what decides jointly",
        "",
        "The method's own map with a part of the jointly deciding words put last. Removing one of "
        "them does",
        "as much as removing all, so that only chance speaks against such a map: the share of sets "
        "of its",
        f"size that hold one of the words, which falls with the text's length. At most {most} may "
        "be trusted.",
        "",
        *_table(["family", "explanation", "trusted", "share", "interval", "target"], rows),
    ]


def _spares(rows: Sequence[CalibrationRow]) -> list[str]:
    cells = [
        [row.family, f"`{row.method}`", _of(row.naming_spares), _interval(row.naming_spares)]
        for row in rows
        if row.naming_spares is not None
    ]
    if not cells:
        return []
    return [
        "## Spare copies that are named as rivals",
        "",
        "Reports that name every copy of the evidence that attention could have named as well.",
        "",
        *_table(["family", "explanation", "named", "interval"], cells),
    ]


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


def _wrong_maps(result: Calibration) -> list[str]:
    wrong = [row for row in result.rows if row.map not in ("own", "half")]
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
    held_out += [
        _held_out(one, f"every {one.name} model", study.axes)
        for one in (*study.generators, *study.kinds)
    ]
    changes = [
        [one.name, f"**{one.value}**" if one.is_chosen else f"{one.value}"]
        + [_of(value) for value in _counts(one.score)]
        for one in study.changes
    ]
    return [
        "## Thresholds, and models they were not chosen on",
        "",
        "Chosen on a third as many further models of every family, none of which is counted above,",
        f"among {study.combinations} combinations. Trusting what is untrue counts "
        f"{study.trust_weight:g} times a miss. The fewest errors are",
        f"{_errors(study.least_error)} a model, ± {_errors(study.deviation)}; {chosen.plateau} "
        "combinations are within one standard error of that: the",
        "*plateau*, which these models cannot tell apart. "
        + (
            f"The written values lie on it ({_errors(study.error)}),"
            if kept
            else "The written values do not lie on it; the"
        ),
        ("and are kept." if kept else "nearest combination that does is taken.")
        + f" Chosen: {values}.",
        "",
        *_table(["threshold", "chosen", "plateau, the others as chosen", "tried"], axes),
        "*Unbounded* means that the plateau ends where the trying does: these models do not hold "
        "the",
        "threshold from that side, because what it would let through fails for other reasons too.",
        "",
        "Below, the choice is made again without a family, in whatever kind of model, without a",
        "generator, or without a kind, and judged on",
        "the evaluation models of what was left out. In brackets the worst that any combination of",
        "the plateau comes to there: what the preference for the written values cannot hide.",
        "",
        *_table(["left out", "chosen without it", "plateau", *scores], held_out),
        "## One threshold changed at a time",
        "",
        "All families, evaluation models; the chosen value in bold.",
        "",
        *_table(["threshold", "value", *scores], changes),
    ]


def _nulls(result: Calibration) -> list[str]:
    lines: list[str] = []
    for one in result.nulls:
        rows = one.nulls.rows
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
        head = ["map", "called trustworthy", *(f"`{name}`" for name in names)]
        lines += [f"### {one.architecture}, `{one.method}`", "", *_table(head, cells)]
    if not lines:
        return []
    return [
        "## Wrong maps on models that have learned nothing",
        "",
        f"{result.nulls[0].nulls.rows[0].trusted.of} maps of each kind in each architecture, each "
        "on a model of random weights of its own. How often each",
        "deciding check supports; at most 6.9 % is asked. In brackets what chance alone allows "
        "where",
        "short texts cannot attain the level.",
        "",
        *lines,
    ]


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
