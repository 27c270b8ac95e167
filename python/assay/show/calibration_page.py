"""A calibration as a page of Markdown: tables, intervals, and where a target is missed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assay.results.calibration import (
    Calibration,
    CalibrationRow,
    LeftOut,
    ThresholdAxis,
    ThresholdHeldOut,
    ThresholdScore,
    ThresholdStudy,
)
from assay.results.samples import Proportion

_GRADED = "graded"
_TO = "\N{EN DASH}"


def calibration_page(result: Calibration) -> str:
    """The page."""
    own = [row for row in result.rows if row.map == "own"]
    counted = [row for row in own if row.truth != _GRADED]
    sections = [
        _opening(result),
        _totals(result),
        _families(result, counted),
        _missed(counted),
        _curves(result),
        _wrong_maps(result),
        _checks(result, own),
        _left_out(result.left_out),
        _thresholds(result.thresholds),
        _nulls(result),
    ]
    return "\n".join(line for section in sections for line in section) + "\n"


def _opening(result: Calibration) -> list[str]:
    purpose = "" if result.purpose == "evaluation" else f" --purpose {result.purpose}"
    file = "--report" if result.thresholds else "--markdown"
    command = f"assay calibrate --draws {result.draws} --seed {result.seed}{purpose} {file} FILE"
    values = result.settings
    return [
        "# How often the verdict is right",
        "",
        "Models in which the truth is known by construction, and what the verdict says of them. "
        "This",
        f"page is written by `{command}`.",
        "",
        "Every row counts one verdict a model; a draw is a model with one text. Intervals are "
        "Wilson's",
        f"at 95 %. Thresholds: alpha {values['alpha']}, epsilon {values['epsilon']}, supported "
        f"{values['supported']}, contradicted {values['contradicted']}, flat {values['flat']}.",
        "",
    ]


def _totals(result: Calibration) -> list[str]:
    recognised = f"at least {_percentage(result.targets['recognised'])}"
    trusted = f"at most {_percentage(result.targets['trusted'])}"
    rows = [
        [part.name, name, f"{_of(value)}", _share(value), _interval(value), target]
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
        "on where their attention lies; there are a third as many of each family.",
        "",
        *_table(["generator", "", "models", "share", "interval", "target"], rows),
    ]


def _families(result: Calibration, rows: Sequence[CalibrationRow]) -> list[str]:
    verdicts = ["trustworthy", "inconclusive", "not trustworthy"]
    head = ["family", "explanation", "truth", *verdicts, "agrees", "interval", "reason right"]
    cells = [
        [row.family, f"`{row.method}`", row.truth]
        + [str(row.verdicts[name]) for name in verdicts]
        + [_share(row.agreeing), _interval(row.agreeing), _share(row.right_reasons)]
        + ["missed: " + ", ".join(row.missed) if row.missed else "met"]
        for row in rows
    ]
    summaries = [f"- *{one.name}*: {one.summary}." for one in result.families]
    return ["## Each family", "", *_table([*head, "target"], cells), *summaries, ""]


def _missed(rows: Sequence[CalibrationRow]) -> list[str]:
    missed = [row for row in rows if row.missed]
    if not missed:
        return ["Every family meets its targets.", ""]
    lines = [
        f"- *{row.family}*, `{row.method}`: {_listed(row.verdicts)}; because "
        f"{_listed(row.reasons)}."
        for row in missed
    ]
    return ["Targets missed, and what the verdict said instead:", "", *lines, ""]


def _curves(result: Calibration) -> list[str]:
    if not result.curves:
        return []
    rows = [
        [
            point.family,
            f"`{point.method}`",
            f"{_percentage(point.low)}{_TO}{_percentage(point.high)}",
            _of(point.trusted),
            _interval(point.trusted),
        ]
        for point in result.curves
    ]
    return [
        "## Graded families: how many are called trustworthy",
        "",
        *_table(["family", "explanation", "grade", "trusted", "interval"], rows),
        *(f"- *{one.name}*: {one.grade}." for one in result.families if one.grade),
        "",
    ]


def _wrong_maps(result: Calibration) -> list[str]:
    wrong = [row for row in result.rows if row.map != "own"]
    if not wrong:
        return []
    kinds = list(dict.fromkeys(row.map for row in wrong))

    def cell(family: str, kind: str) -> str:
        found = [row for row in wrong if (row.family, row.map) == (family, kind)]
        trusted = sum(row.trusted.count for row in found)
        lucky = sum(row.trusted_on_evidence for row in found)
        return f"{trusted}{f' ({lucky})' if trusted else ''} of {sum(r.trusted.of for r in found)}"

    names = dict.fromkeys(row.family for row in wrong)
    return [
        "## Wrong maps on truthful models: how many are trusted",
        "",
        "Every map is drawn once. In brackets those among the trusted that name a word of the "
        "evidence",
        "first, by luck or because the model they come from does: such a map is not altogether "
        "wrong.",
        "",
        *_table(
            ["family", *kinds], [[name, *(cell(name, one) for one in kinds)] for name in names]
        ),
    ]


def _checks(result: Calibration, rows: Sequence[CalibrationRow]) -> list[str]:
    names = result.deciding
    cells = [
        [row.family, f"`{row.method}`"]
        + [_share(row.supports[name]) if name in row.supports else "—" for name in names]
        for row in rows
    ]
    head = ["family", "explanation", *(f"`{name}`" for name in names)]
    return ["## How often each deciding check supports", "", *_table(head, cells)]


def _left_out(families: Sequence[LeftOut]) -> list[str]:
    rows = [[one.family, f"{one.models} of {one.of}", _listed(one.conditions)] for one in families]
    return [
        "## Left out as unfair",
        "",
        "A model is fair when the planted label has 70 % to 98 %; when it is within 3 % of even "
        "odds",
        "without the evidence, whichever neutral token stands in its place, and with all attention "
        "on",
        "any one other token; and when a taught model's attention is within 10 % of what was "
        "demanded.",
        "",
        *(
            _table(["family", "models", "conditions failed"], rows)
            if rows
            else ["Every model was fair.", ""]
        ),
    ]


def _thresholds(study: ThresholdStudy | None) -> list[str]:
    if study is None:
        return []
    chosen = study.chosen
    kept = chosen.keeps_written
    values = _values(chosen.thresholds, study.axes)
    scores = ["true recognised", "untrue or wrong trusted", "untrue, right verdict"]
    axes = [
        [
            axis.name,
            f"{chosen.thresholds[axis.name]}",
            f"{axis.low}{_TO}{axis.high}{_unbounded(axis)}",
            ", ".join(str(value) for value in axis.tried),
        ]
        for axis in study.axes
    ]
    held_out = [_held_out(one, one.name, study.axes) for one in study.families]
    held_out += [_held_out(one, f"every {one.name} model", study.axes) for one in study.generators]
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
        "Below, the choice is made again without a family, or without a generator, and judged on",
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
    if result.nulls is None or not result.nulls.rows:
        return []
    rows = result.nulls.rows
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
    return [
        "## Wrong maps on models that have learned nothing",
        "",
        f"{rows[0].trusted.of} maps of each kind, each on a model of random weights of its own. "
        "How often each",
        "deciding check supports; at most 6.9 % is asked. In brackets what chance alone allows "
        "where",
        "short texts cannot attain the level.",
        "",
        *_table(["map", "called trustworthy", *(f"`{name}`" for name in names)], cells),
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


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, *rows]]
    return [lines[0], "|" + "---|" * len(head), *lines[1:], ""]


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
