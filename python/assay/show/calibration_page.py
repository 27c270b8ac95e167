"""A calibration as a page of Markdown: tables, intervals, and where a target is missed."""

from __future__ import annotations

from collections.abc import Sequence

from assay.results.calibration import Calibration, CalibrationRow, LeftOut
from assay.show import calibration_maps, calibration_thresholds
from assay.show import calibration_tables as tables

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
        calibration_maps.halves(result),
        calibration_maps.spares(counted),
        _curves(result),
        calibration_maps.wrong_maps(result),
        _checks(result, own),
        _left_out(result.left_out),
        calibration_thresholds.thresholds(result.thresholds),
        _nulls(result),
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


def _totals(result: Calibration) -> list[str]:
    recognised = f"at least {tables.percentage(result.targets['recognised'])}"
    trusted = f"at most {tables.percentage(result.targets['trusted'])}"
    rows = [
        [
            part.name,
            name,
            f"{tables.of(value)}",
            tables.share(value),
            tables.interval(value),
            target,
        ]
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
        *tables.table(["generator", "", "models", "share", "interval", "target"], rows),
    ]


def _families(result: Calibration, rows: Sequence[CalibrationRow]) -> str:
    verdicts = ["trustworthy", "inconclusive", "not trustworthy"]
    head = ["family", "explanation", "truth", *verdicts, "agrees", "interval", "reason right"]
    lines = ["## Each family", ""]
    for kind in result.kinds:
        cells = [
            [row.family, f"`{row.method}`", row.truth]
            + [str(row.verdicts[name]) for name in verdicts]
            + [
                tables.share(row.agreeing),
                tables.interval(row.agreeing),
                tables.share(row.right_reasons),
            ]
            + ["missed: " + ", ".join(row.missed) if row.missed else "met"]
            for row in rows
            if row.kind == kind.name
        ]
        lines += [f"### {kind.name}: {kind.summary}", "", *tables.table([*head, "target"], cells)]
    summaries = {one.name.split(".")[0]: one.summary.split(" (")[0] for one in result.families}
    return [*lines, *(f"- *{name}*: {summary}." for name, summary in summaries.items()), ""]


def _kinds(result: Calibration) -> list[str]:
    rows = [
        [kind.name, kind.model]
        + [
            f"{tables.of(value)}, {tables.interval(value)}" if value.of else "—"
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
        *tables.table([*head, "halves trusted", "reasons right", "targets", "measured"], rows),
    ]


def _missed(rows: Sequence[CalibrationRow]) -> list[str]:
    missed = [row for row in rows if row.missed]
    if not missed:
        return ["Every family meets its targets.", ""]
    lines = [
        f"- *{row.family}*, `{row.method}`: {tables.listed(row.verdicts)}; because "
        f"{tables.listed(row.reasons)}."
        for row in missed
    ]
    return ["Targets missed, and what the verdict said instead:", "", *lines, ""]


def _curves(result: Calibration) -> str:
    if not result.curves:
        return ""
    rows = [
        [
            point.family,
            f"`{point.method}`",
            f"{tables.percentage(point.low)}{_TO}{tables.percentage(point.high)}",
            tables.of(point.trusted),
            tables.interval(point.trusted),
        ]
        for point in result.curves
    ]
    return [
        "## Graded families: how many are called trustworthy",
        "",
        *tables.table(["family", "explanation", "grade", "trusted", "interval"], rows),
        *(f"- *{one.name}*: {one.grade}." for one in result.families if one.grade),
        "",
    ]


def _checks(result: Calibration, rows: Sequence[CalibrationRow]) -> list[str]:
    names = result.deciding
    cells = [
        [row.family, f"`{row.method}`"]
        + [tables.share(row.supports[name]) if name in row.supports else "—" for name in names]
        for row in rows
    ]
    head = ["family", "explanation", *(f"`{name}`" for name in names)]
    return ["## How often each deciding check supports", "", *tables.table(head, cells)]


def _left_out(families: Sequence[LeftOut]) -> list[str]:
    rows = [
        [one.family, f"{one.models} of {one.of}", tables.listed(one.conditions)] for one in families
    ]
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
            tables.table(["family", "models", "conditions failed"], rows)
            if rows
            else ["Every model was fair.", ""]
        ),
    ]


def _nulls(result: Calibration) -> list[str]:
    lines: list[str] = []
    for one in result.nulls:
        rows = one.nulls.rows
        names = list(rows[0].supports)
        cells = [
            [row.map, tables.of(row.trusted)]
            + [
                tables.share(row.supports[name])
                + (
                    f" ({tables.percentage(row.attainable[name])})"
                    if name in row.attainable
                    else ""
                )
                for name in names
            ]
            for row in rows
        ]
        head = ["map", "called trustworthy", *(f"`{name}`" for name in names)]
        lines += [f"### {one.architecture}, `{one.method}`", "", *tables.table(head, cells)]
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
