"""A report as blocks, the verdict first and each piece of evidence behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from assay.document import (
    Banner,
    Bars,
    Block,
    Card,
    Cards,
    Curve,
    Details,
    Document,
    Heading,
    Histogram,
    Paragraph,
    Table,
    Tone,
    number,
    probability,
)
from assay.explanation import Explanation
from assay.report import Check, Condition, Report
from assay.tokens_document import bars, spelling, strip

VERDICTS: dict[str, Tone] = {"trustworthy": "good", "not trustworthy": "bad"}
OUTCOMES: dict[str, Tone] = {
    "supported": "good",
    "supports": "good",
    "contradicted": "bad",
    "contradicts": "bad",
    "inconclusive": "unsure",
}
#: The weakest redirections decide, so these are the ones that are drawn.
REDIRECTIONS = 24
#: What the curves of a check show.
CURVES = {
    "comprehensiveness": "Fall of the probability when the highest-ranked tokens are removed",
    "sufficiency": "Fall of the probability when only the highest-ranked tokens are kept",
}
QUESTIONS = {
    "consistency": "Do independent methods point at the same tokens?",
    "causal_relevance": "Does the prediction change when those tokens are taken away?",
    "counterfactual_robustness": "Would other attention have given another prediction?",
}


def document(report: Report) -> Document:
    """Return a report as blocks."""
    blocks: list[Block] = [*_summary(report), *_evidence(report)]
    blocks.append(
        Details("How this was made", "", "neutral", "", (Table(tuple(_provenance(report))),))
    )
    return Document(tuple(blocks))


def _summary(report: Report) -> Iterator[Block]:
    said_below = {reason for one in report.conditions.values() for reason in one.reasons}
    lead, *points = report.sentences or ("",)
    held = ("the map is not flat", *(_title(name) for name in report.conditions))
    yield Banner(
        VERDICTS.get(report.verdict, "unsure"),
        report.verdict.capitalize(),
        lead,
        tuple(point for point in points if point not in said_below),
        tuple((rung, place < report.ladder) for place, rung in enumerate(held)),
    )
    share = ""
    if isinstance(report.target, int) and report.target < len(report.probabilities):
        share = f", which the model gives {report.probabilities[report.target]:.1%}"
    yield Heading(f"What was explained: “{report.target_label}”{share}")
    method = _title(report.explanation.method)
    if report.baseline is None:
        note = _colours(report.explanation)
        yield strip(report.explanation, method, "first", report.highlighted, note)
    else:
        note = _colours(report.explanation, report.baseline)
        baseline = f"{_title(report.baseline.method)} (gradient baseline)"
        yield strip(report.explanation, method, "first", report.highlighted)
        yield strip(report.baseline, baseline, "second", note=note)
    yield Paragraph(_highlighted(report), muted=True)
    yield Heading("Three conditions")
    yield Cards(tuple(_card(condition, report) for condition in report.conditions.values()))
    if report.baseline is not None:
        yield Heading("Token by token")
        labels = (method, _title(report.baseline.method))
        yield bars(report.explanation, report.baseline, labels, report.highlighted)


def _colours(*explanations: Explanation) -> str:
    negative = any((one.scores < 0).any() for one in explanations)
    return "Stronger colour: more score." + (" Orange: a score below zero." if negative else "")


def _highlighted(report: Report) -> str:
    pieces = [spelling(report.tokens, position)[0] for position in sorted(report.highlighted)]
    if not pieces:
        return "No token is highlighted: none has a positive score."
    listed = f" ({', '.join(pieces)})" if len(pieces) <= 6 else ""
    return f"Marked: the highlighted set{listed}, the tokens that hold most of the score."


def _card(condition: Condition, report: Report) -> Card:
    figures: list[tuple[str, str]] = []
    for name in condition.checks:
        check = report.checks.get(name)
        if check is not None and check.role == "primary" and check.statistic is not None:
            chance = f", {probability(check.p_value)}" if check.p_value is not None else ""
            figures.append((_title(name), number(check.statistic) + chance))
    return Card(
        _title(condition.name).capitalize(),
        QUESTIONS.get(condition.name, ""),
        condition.outcome,
        OUTCOMES.get(condition.outcome, "neutral"),
        condition.reasons,
        tuple(figures),
    )


def _evidence(report: Report) -> Iterator[Block]:
    yield Heading("The evidence")
    order = {name: place for place, name in enumerate(("primary", "supporting", "descriptive"))}
    for check in sorted(report.checks.values(), key=lambda one: order.get(one.role, 3)):
        yield Details(
            _title(check.name),
            check.outcome,
            OUTCOMES.get(check.outcome, "neutral"),
            check.sentence or check.claim,
            tuple(_check(check, report)),
        )


def _check(check: Check, report: Report) -> Iterator[Block]:
    if check.claim:
        yield Paragraph(f"Claim that this could refute: {check.claim}", muted=True)
    if check.limits:
        yield Paragraph(f"What a pass does not show: {check.limits}", muted=True)
    facts = [("role", ", ".join(filter(None, (check.role, _title(check.condition or "")))))]
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
    if check.null is not None and check.null.values is not None and check.statistic is not None:
        yield Histogram(
            tuple(float(value) for value in check.null.values),
            check.statistic,
            f"{_title(check.name)}: the observed value among what chance gives",
        )
    details = dict(check.details)
    yield from _other_maps(details, report)
    distances = details.pop("distances", None)
    if distances is not None and check.statistic is not None:
        caption = "How far the output moves (total variation) under each draw, and their median"
        yield Histogram(_floats(distances), check.statistic, caption)
    yield from _curves(details.pop("curves", None), CURVES.get(check.name, "Change of the output"))
    if isinstance(details.get("removed"), list | tuple | np.ndarray):
        details["removed"] = " ".join(
            spelling(report.tokens, int(position))[0] for position in details["removed"]
        )
    yield from _redirections(details.pop("redirections", None), report)
    yield from _rest(details)


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
            (f"{_title(label)}: {caption}" if label else caption)
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
    maps = {
        name: np.asarray(scores, np.float32)
        for name, scores in found.items()
        if scores is not None and len(scores) == len(report.explanation.scores)
    }
    if maps:
        label = f"{_title(report.explanation.method)} (tested)"
        yield strip(report.explanation, label, "first", report.highlighted)
    for name, scores in maps.items():
        yield strip(replace(report.explanation, scores=scores), OTHER_MAPS[name], "second")


def _redirections(redirections: Any, report: Report) -> Iterator[Block]:
    if not isinstance(redirections, list | tuple) or not redirections:
        return
    items: list[tuple[str, float]] = []
    for one in redirections:
        to = np.atleast_1d(np.asarray(one.get("to") or [], np.int64)).tolist()
        pieces = [spelling(report.tokens, place)[0] for place in to if place < len(report.tokens)]
        kind = _title(str(one.get("kind", "")))
        items.append((f"{kind} → {' '.join(pieces)}" if pieces else kind, float(one["tvd"])))
    items.sort(key=lambda item: item[1])
    caption = "How far the output moves (total variation) when the attention goes elsewhere"
    if len(items) > REDIRECTIONS:
        caption += f": the {REDIRECTIONS} weakest of {len(items)}"
    yield Bars(tuple(items[:REDIRECTIONS]), report.thresholds.get("epsilon"), caption)


def _rest(details: Mapping[str, Any]) -> Iterator[Block]:
    """Show whatever else a check measured: tables of records, and single values."""
    single: list[tuple[str, str]] = []
    for name, value in details.items():
        records = list(value.values()) if isinstance(value, Mapping) else value
        if _is_table(records):
            named = (
                [{"": _title(key), **row} for key, row in value.items()]
                if isinstance(value, Mapping)
                else records
            )
            yield _grid(name, named)
        elif isinstance(value, Mapping):
            single += [(f"{_title(name)}: {_title(str(k))}", _cell(v)) for k, v in value.items()]
        else:
            single.append((_title(name), _cell(value)))
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
    rows = [tuple(_cell(row.get(column)) for column in columns) for row in records]
    header = [_title(column) for column in columns]
    return Table(tuple(rows), (header[0] or _title(name), *header[1:]))


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float | np.number):
        return number(value if value is None or isinstance(value, bool) else float(value))
    if isinstance(value, np.ndarray | list | tuple):
        items = [_cell(item) for item in list(value)[:12]] or ["none"]
        return ", ".join(items) + (f", … ({len(value)})" if len(value) > 12 else "")
    if isinstance(value, Mapping):
        return ", ".join(f"{_title(str(name))} {_cell(item)}" for name, item in value.items())
    return str(value).replace("_", " ")


def _provenance(report: Report) -> Iterator[tuple[str, str]]:
    yield "model", report.model
    yield "explanation", _title(report.explanation.method)
    for name, value in report.explanation.options.items():
        yield f"option {_title(name)}", _cell(value)
    yield "thresholds", ", ".join(f"{_title(n)} {_cell(v)}" for n, v in report.thresholds.items())
    if report.provisional:
        yield "status", "the thresholds are not those whose error rates were measured"
    if report.weakest_link:
        yield "weakest link", _title(str(report.weakest_link))
    if report.agreeing_kinds is not None:
        yield "agreeing kinds of evidence", str(report.agreeing_kinds)
    if report.with_special:
        special = report.with_special
        yield "with special tokens", f"{special.get('verdict')} ({special.get('reason')})"
    yield "seed", str(report.seed)
    products = "" if report.precision == "float32" else f", {report.precision} products"
    yield "engine", f"assay {report.version}, {report.instruction_set} instructions{products}"


def _floats(values: Any) -> tuple[float, ...]:
    return () if values is None else tuple(float(value) for value in values)


def _title(name: str) -> str:
    return name.replace("_", " ")
