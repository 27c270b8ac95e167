"""A calibration as a page of Markdown: tables, intervals, and where a target is missed."""

from __future__ import annotations

from collections.abc import Sequence

from assay.results.calibration import Calibration, CalibrationRow, LeftOut, NullRow
from assay.show import calibration_kinds, calibration_thresholds
from assay.show import calibration_tables as tables

_TO = "\N{EN DASH}"


def calibration_page(result: Calibration) -> str:
    """Return the page; its prose stands in `calibration.md`."""
    own = [row for row in result.rows if row.map == "own"]
    counted = [row for row in own if row.truth != "graded"]
    sections = [
        _opening(result),
        _totals(result),
        calibration_kinds.kinds(result),
        _families(result, counted),
        _missed(counted),
        calibration_kinds.halves(result),
        calibration_kinds.spares(counted),
        _curves(result),
        _wrong_maps(result),
        _checks(result, own),
        _left_out(result.left_out),
        "" if result.thresholds is None else calibration_thresholds.thresholds(result.thresholds),
        _nulls(result) if result.nulls else "",
    ]
    return "".join(sections)


def _opening(result: Calibration) -> str:
    purpose = "" if result.purpose == "evaluation" else f" --purpose {result.purpose}"
    file = "--report" if result.thresholds else "--markdown"
    command = f"assay calibrate --draws {result.draws} --seed {result.seed}{purpose} {file} FILE"
    return tables.prose()["opening"].format(command=command, **result.settings)


def _totals(result: Calibration) -> str:
    recognised = f"at least {tables.percentage(result.targets['recognised'])}"
    trusted = f"at most {tables.percentage(result.targets['trusted'])}"
    rows = [
        [part.name, name, tables.of(value), tables.share(value), tables.interval(value), target]
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
    return tables.prose()["totals"].format(table=tables.table(head, rows))


def _families(result: Calibration, rows: Sequence[CalibrationRow]) -> str:
    verdicts = ["trustworthy", "inconclusive", "not trustworthy"]
    head = ["family", "explanation", "truth", *verdicts, "agrees", "interval", "reason right"]
    sections = ""
    for kind in result.kinds:
        cells = [
            [row.family, f"`{row.method}`", row.truth]
            + [str(row.verdicts[name]) for name in verdicts]
            + [tables.share(row.agreeing), tables.interval(row.agreeing)]
            + [tables.share(row.right_reasons)]
            + ["missed: " + ", ".join(row.missed) if row.missed else "met"]
            for row in rows
            if row.kind == kind.name
        ]
        table = tables.table([*head, "target"], cells)
        sections += f"### {kind.name}: {kind.summary}\n\n{table}\n"
    named = {one.name.split(".")[0]: one.summary.split(" (")[0] for one in result.families}
    summaries = "".join(f"- *{name}*: {summary}.\n" for name, summary in named.items())
    return f"## Each family\n\n{sections}{summaries}\n"


def _missed(rows: Sequence[CalibrationRow]) -> str:
    lines = "".join(
        f"- *{row.family}*, `{row.method}`: {tables.listed(row.verdicts)}; because "
        f"{tables.listed(row.reasons)}.\n"
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
         f"{tables.percentage(point.low)}{_TO}{tables.percentage(point.high)}",
         tables.of(point.trusted), tables.interval(point.trusted)]
        for point in result.curves
    ]  # fmt: skip
    table = tables.table(["family", "explanation", "grade", "trusted", "interval"], rows)
    grades = "".join(f"- *{one.name}*: {one.grade}.\n" for one in result.families if one.grade)
    return f"## Graded families: how many are called trustworthy\n\n{table}\n{grades}\n"


def _wrong_maps(result: Calibration) -> str:
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
    return tables.prose()["wrong maps"].format(table=tables.table(["family", *kinds], rows))


def _checks(result: Calibration, rows: Sequence[CalibrationRow]) -> str:
    names = result.deciding
    cells = [
        [row.family, f"`{row.method}`"]
        + [tables.share(row.supports[name]) if name in row.supports else "—" for name in names]
        for row in rows
    ]
    head = ["family", "explanation", *(f"`{name}`" for name in names)]
    return f"## How often each deciding check supports\n\n{tables.table(head, cells)}\n"


def _left_out(families: Sequence[LeftOut]) -> str:
    rows = [
        [one.family, f"{one.models} of {one.of}", tables.listed(one.conditions)] for one in families
    ]
    table = tables.table(["family", "models", "conditions failed"], rows)
    return tables.prose()["left out"].format(table=table if rows else "Every model was fair.\n")


def _nulls(result: Calibration) -> str:
    lists = "\n".join(
        f"### {one.architecture}, `{one.method}`\n\n{_null_table(one.nulls.rows)}"
        for one in result.nulls
    )
    draws = result.nulls[0].nulls.rows[0].trusted.of
    return tables.prose()["nulls"].format(draws=draws, table=lists)


def _null_table(rows: Sequence[NullRow]) -> str:
    names = list(rows[0].supports)
    cells = [
        [row.map, tables.of(row.trusted)]
        + [
            tables.share(row.supports[name])
            + (f" ({tables.percentage(row.attainable[name])})" if name in row.attainable else "")
            for name in names
        ]
        for row in rows
    ]
    return tables.table(["map", "called trustworthy", *(f"`{name}`" for name in names)], cells)
