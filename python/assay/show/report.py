"""A report as blocks, the verdict first and each piece of evidence behind it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from assay.results.explanation import Explanation
from assay.results.report import Report
from assay.show.blocks import (
    TONES,
    Banner,
    Block,
    Cards,
    Details,
    Document,
    Heading,
    Paragraph,
    Table,
    number,
    words,
)
from assay.show.explanation import strip, token_bars
from assay.show.report_conditions import card, other_map
from assay.show.report_evidence import cell, evidence
from assay.show.report_words import exclusivity, is_exclusivity, oracle, repair, units

#: The rule whose reports this version makes; others came from other tests.
EDITION = 2


def report_document(report: Report) -> Document:
    """Return a report as blocks."""
    blocks: list[Block] = [
        *_summary(report),
        *_repair(report),
        Heading("Three conditions"),
        Cards(tuple(card(condition, report) for condition in report.conditions.values())),
        *_token_by_token(report),
        Heading("The evidence"),
        *evidence(report),
        Details("How this was made", "", "neutral", "", (Table(tuple(_provenance(report))),)),
    ]
    return Document(tuple(blocks))


def _summary(report: Report) -> Iterator[Block]:
    said_below = {reason for one in report.conditions.values() for reason in one.reasons}
    lead, *points = report.sentences or ("",)
    held = ("the map is not flat", *(words(name) for name in report.conditions))
    if report.edition != EDITION:
        points.append(
            f"This report comes from edition {report.edition} of the rule (assay "
            f"{report.version}), which rests on other tests: ask again for a verdict of today."
        )
    yield Banner(
        TONES.get(report.verdict, "unsure"),
        report.headline.capitalize(),
        lead,
        tuple(one for one in points if one not in said_below and not is_exclusivity(one)),
        tuple((rung, place < report.ladder) for place, rung in enumerate(held)),
        tuple(_facts(report)),
    )
    share = ""
    if isinstance(report.target, int) and report.target < len(report.probabilities):
        share = f", which the model gives {report.probabilities[report.target]:.1%}"
    yield Heading(f"What was explained: “{report.target_label}”{share}")
    method, note = words(report.explanation.method), _colours(report.explanation)
    yield strip(report.explanation, method, "first", report.highlighted, note)
    yield Paragraph(_highlighted(report), muted=True)


def _facts(report: Report) -> Iterator[str]:
    if report.reason != "none":
        yield words(report.reason)
    if report.strength is not None:
        yield f"strength {number(report.strength, 2)}"


def _colours(explanation: Explanation) -> str:
    negative = (explanation.scores < 0).any()
    return "Stronger colour: more score." + (" Orange: a score below zero." if negative else "")


def _highlighted(report: Report) -> str:
    pieces = units(report, report.highlighted)
    if not pieces:
        return "No token is highlighted: none has a positive score."
    listed = f" ({', '.join(pieces)})" if len(pieces) <= 6 else ""
    return f"Marked: the highlighted set{listed}, the tokens that hold most of the score."


def _repair(report: Report) -> Iterator[Block]:
    """What the map could be instead, and whether other attention would have done as well."""
    facts, exclusive = repair(report), exclusivity(report)
    if not facts and not exclusive:
        return
    yield Heading("The repaired map")
    if exclusive:
        yield Paragraph(exclusive)
    best = report.repaired
    if best is not None and set(best.positions) != set(report.highlighted):
        scores = np.isin(report.explanation.positions, best.positions).astype(np.float32)
        yield other_map(report, scores, "best set found", best.positions)
    measured_against = oracle(report)
    if measured_against:
        facts = (*facts, ("the oracle", measured_against))
    yield Table(facts)


def _token_by_token(report: Report) -> Iterator[Block]:
    if report.baseline is not None:
        yield Heading("Token by token")
        labels = (words(report.explanation.method), words(report.baseline.method))
        yield token_bars(report.explanation, report.baseline, labels, report.highlighted)


def _provenance(report: Report) -> Iterator[tuple[str, str]]:
    yield "model", report.model
    if report.kind:
        measured = "measured" if report.calibrated else "not measured"
        yield "kind", f"{report.kind}: error rates {measured}"
    yield "rule", f"edition {report.edition}"
    yield "explanation", words(report.explanation.method)
    for name, value in report.explanation.options.items():
        yield f"option {words(name)}", cell(value)
    yield "thresholds", ", ".join(f"{words(n)} {cell(v)}" for n, v in report.thresholds.items())
    if report.granularity != "token":
        yield "units", f"{report.granularity}s"
    if report.provisional:
        yield "status", "the thresholds are not those whose error rates were measured"
    if report.weakest_link:
        yield "weakest link", words(str(report.weakest_link))
    if report.agreeing_kinds is not None:
        yield "agreeing kinds of evidence", str(report.agreeing_kinds)
    if report.with_special:
        special = report.with_special
        yield "with special tokens", f"{special.get('verdict')} ({special.get('reason')})"
    yield "seed", str(report.seed)
    products = "" if report.precision == "float32" else f", {report.precision} products"
    yield "engine", f"assay {report.version}, {report.instruction_set} instructions{products}"
