"""The evidence of a report: every check, its claim, what chance gives and what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from assay.results.report import Check, Report
from assay.show.blocks import (
    TONES,
    Bars,
    Block,
    Curve,
    Details,
    Histogram,
    Paragraph,
    Table,
    number,
    words,
)
from assay.show.report_conditions import on_tokens, other_map, removal_dots, tested_map
from assay.show.report_words import spelled

#: The weakest pours decide who is a rival, so these are the ones that are drawn.
POURS = 24
#: What the curves of a check show.
CURVES = {
    "comprehensiveness": "Fall of the probability when the highest-ranked tokens are removed",
    "sufficiency": "Fall of the probability when only the highest-ranked tokens are kept",
}
#: The columns of a table of trials, where a check made several.
TRIALS = (
    "operator", "outcome", "counted", "tvd", "statistic", "efficiency", "random_mean", "best",
    "best_set", "p_value", "draws",
)  # fmt: skip
ROLES = ("primary", "supporting", "descriptive")


def evidence(report: Report) -> Iterator[Details]:
    """Yield every check, those that decide first."""
    order = {name: place for place, name in enumerate(ROLES)}
    for check in sorted(report.checks.values(), key=lambda one: order.get(one.role, 3)):
        yield Details(
            words(check.name),
            check.outcome,
            TONES.get(check.outcome, "neutral"),
            check.sentence or check.claim,
            tuple(_check(check, report)),
        )


def _check(check: Check, report: Report) -> Iterator[Block]:
    if check.claim:
        yield Paragraph(f"Claim that this could refute: {check.claim}", muted=True)
    if check.limits:
        yield Paragraph(f"What a pass does not show: {check.limits}", muted=True)
    facts = [("role", ", ".join(filter(None, (check.role, words(check.condition or "")))))]
    facts += [("statistic", number(check.statistic)), ("effect", number(check.effect))]
    if check.p_value is not None:
        least = "" if check.p_min is None else f" (smallest attainable {number(check.p_min)})"
        facts.append(("p", number(check.p_value) + least))
    if check.null is not None:
        null = check.null
        drawn = f", {null.draws} draws" if null.draws else ""
        summary = f", mean {number(null.mean)}, standard deviation {number(null.sd)}"
        facts.append(("null", f"{null.name}{drawn}{summary}"))
    if check.cost:
        facts.append(("cost", ", ".join(f"{count} {name}" for name, count in check.cost.items())))
    facts += [("null hypothesis", check.hypothesis)] if check.hypothesis else []
    facts += [("source", check.source)] if check.source else []
    yield Table(tuple(facts))
    yield from _null(check)
    details = dict(check.details)
    yield from _other_maps(details, report)
    distances = details.pop("distances", None)
    if distances is not None and check.statistic is not None:
        caption = "How far the output moves (total variation) under each draw, and their median"
        yield Histogram(_floats(distances), check.statistic, caption)
    yield from _curves(details.pop("curves", None), CURVES.get(check.name, "Change of the output"))
    yield from _own(check, details, report)
    yield from _rest(details)


def _null(check: Check) -> Iterator[Histogram]:
    """Draw the statistic among what chance gives, where both are of one kind.

    The null of a check that tries sets holds effects, and its statistic is an efficiency: the strip
    of its condition shows them.
    """
    tries_sets = "operators" in check.details or "placement" in check.details
    if check.null is None or check.null.values is None or check.statistic is None or tries_sets:
        return
    yield Histogram(
        tuple(float(value) for value in check.null.values),
        check.statistic,
        f"{words(check.name)}: the observed value among what chance gives",
    )


def _own(check: Check, details: dict[str, Any], report: Report) -> Iterator[Block]:
    """Show what the primary checks measured, and take it from the details."""
    if isinstance(details.get("removed"), list | tuple | np.ndarray):
        details["removed"] = spelled(report.tokens, map(int, details["removed"]))
    if check.name == "removal":
        dots = removal_dots(report, counted=False)
        if dots is not None:
            yield dots
        for name, title in (("operators", "operator"), ("held", "attention held")):
            trials = details.pop(name, None)
            if trials:
                yield _trials(trials, title, report)
    if details.get("placement"):
        yield _trials([{"operator": "exchange", **details["placement"]}], "attention", report)
    details.pop("placement", None)
    yield from _pours(details.pop("pours", None), report)


def _trials(trials: Sequence[Mapping[str, Any]], title: str, report: Report) -> Table:
    """Return trials as rows, their sets spelled."""
    known = [column for column in TRIALS if any(column in one for one in trials)]
    rows = []
    for one in trials:
        best = one.get("best_set") or ()
        spelt = {**one, "best_set": spelled(report.tokens, map(int, best))}
        rows.append(tuple(cell(spelt.get(column)) for column in known))
    return Table(tuple(rows), (title, *(words(column) for column in known[1:])))


def _curves(curves: Any, caption: str, name: str = "") -> Iterator[Block]:
    """Draw {"fractions": …}, or several of them under their names."""
    if isinstance(curves, list | tuple):
        for curve in curves:
            yield from _curves(curve, caption, name)
    elif isinstance(curves, Mapping) and "fractions" in curves:
        label = str(curves.get("operator") or name)
        yield Curve(
            _floats(curves["fractions"]),
            _floats(curves["observed"]),
            _floats(curves.get("random_mean")),
            _floats(curves.get("random_low")),
            _floats(curves.get("random_high")),
            (f"{words(label)}: {caption}" if label else caption)
            + ", by share of tokens; grey: 95 % of random orders",
        )
    elif isinstance(curves, Mapping):
        for key, curve in curves.items():
            yield from _curves(curve, caption, str(key))


#: Maps that a check made, by the name of the detail that holds them, and what to call them.
OTHER_MAPS = {
    "map": "attention that would have given the same prediction",
    "gradient": "gradient times input for the explained label",
    "gradient_other": "gradient times input for the other label",
}


def _other_maps(details: dict[str, Any], report: Report) -> Iterator[Block]:
    """Draw maps that a check made under the tested one, and take them from the details."""
    found = {name: details.pop(name, None) for name in OTHER_MAPS}
    shown = {name: on_tokens(one, report) for name, one in found.items() if one is not None}
    maps = {name: one for name, one in shown.items() if one is not None}
    if maps:
        yield tested_map(report)
    for name, scores in maps.items():
        yield other_map(report, scores, OTHER_MAPS[name])


def _pours(pours: Any, report: Report) -> Iterator[Block]:
    """Draw how far the output moves when the highlighted attention goes to one other unit."""
    if not isinstance(pours, list | tuple) or not pours:
        return
    items = sorted(
        ((f"→ {spelled(report.tokens, map(int, one['to']))}", float(one["tvd"])) for one in pours),
        key=lambda item: item[1],
    )
    caption = "How far the output moves when the highlighted attention goes to one other token"
    if len(items) > POURS:
        caption += f": the {POURS} weakest of {len(items)}"
    yield Bars(tuple(items[:POURS]), report.thresholds.get("epsilon"), caption)


def _rest(details: Mapping[str, Any]) -> Iterator[Block]:
    """Show whatever else a check measured: tables of records, and single values."""
    single: list[tuple[str, str]] = []
    for name, value in details.items():
        records = list(value.values()) if isinstance(value, Mapping) else value
        if _is_table(records):
            named = (
                [{"": words(key), **row} for key, row in value.items()]
                if isinstance(value, Mapping)
                else records
            )
            yield _grid(name, named)
        elif isinstance(value, Mapping):
            single += [(f"{words(name)}: {words(str(k))}", cell(v)) for k, v in value.items()]
        else:
            single.append((words(name), cell(value)))
    if single:
        yield Table(tuple(single))


def _is_table(records: Any) -> bool:
    return (
        isinstance(records, list | tuple)
        and bool(records)
        and all(isinstance(row, Mapping) and row for row in records)
    )


def _grid(name: str, records: list[Mapping[str, Any]]) -> Table:
    """Return records as rows; one number a token is for JSON, not for a cell."""
    columns = [
        column
        for column in dict.fromkeys(key for row in records for key in row)
        if not any(isinstance(row.get(column), list | tuple | np.ndarray) for row in records)
    ]
    rows = [tuple(cell(row.get(column)) for column in columns) for row in records]
    header = [words(column) for column in columns]
    return Table(tuple(rows), (header[0] or words(name), *header[1:]))


def cell(value: Any) -> str:
    """Return a value of any kind as it stands in a table."""
    if value is None or isinstance(value, bool | int | float | np.number):
        return number(value if value is None or isinstance(value, bool) else float(value))
    if isinstance(value, np.ndarray | list | tuple):
        items = [cell(item) for item in list(value)[:12]] or ["none"]
        return ", ".join(items) + (f", … ({len(value)})" if len(value) > 12 else "")
    if isinstance(value, Mapping):
        return ", ".join(f"{words(str(name))} {cell(item)}" for name, item in value.items())
    return str(value).replace("_", " ")


def _floats(values: Any) -> tuple[float, ...]:
    return () if values is None else tuple(float(value) for value in values)
