"""The audit as one page: the answer, its plots, and a table that opens each example's report.

The reports travel compressed inside the page, a block of them at a time, and are unpacked when
one is opened; the table holds only the rows that can be seen. So ten thousand examples stay
usable, from a file and without a network.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from assay.audit.result import Audit
from assay.results.report import report_of
from assay.show import as_html, audit_figures, audit_standing, audit_summary
from assay.show.blocks import MARKS, TONES, Curve, Heading, Paragraph
from assay.show.report import report_document

#: Reports compressed together: more make the page smaller and opening one slower.
BLOCK = 50
COLUMNS = (
    ("row", "row", "number"),
    ("text", "text", "text"),
    ("verdict", "verdict", "verdict"),
    ("reason", "reason", "text"),
    ("ladder", "ladder", "number"),
    ("predicted", "predicted", "text"),
    ("label", "label", "text"),
    ("confidence", "confidence", "number"),
    ("gradient_agreement_statistic", "gradient agreement", "number"),
    ("removal_statistic", "removal", "number"),
    ("redirect_statistic", "redirect", "number"),
)


def audit_page(audit: Audit) -> str:
    """Return the page; every text is escaped, and the one script is named by its hash."""
    script = _asset("audit_page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'"
    )
    table, reports = _examples(audit)
    method = audit.configuration.explanation.replace("_", " ")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Assay: {escape(method)} on {len(audit):,} examples</title>\n"
        f"<style>{as_html.style()}\n{_asset('audit_page.css')}</style>\n</head>\n<body>\n"
        f'<div class="assay"><main>\n{"".join(_sections(audit))}</main></div>\n{_DIALOG}'
        f'<script type="application/json" id="examples">{table}</script>\n{reports}'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _sections(audit: Audit) -> Iterator[str]:
    answer, blocks = audit.answer, audit_summary
    found = answer["outcomes"]
    yield as_html.body(blocks.banner(answer, audit.manifest))
    yield from audit_standing.section(answer)
    yield as_html.body(Heading("Outcomes"))
    groups = {"verdict": found["verdicts"]} | {
        name.replace("_", " "): one for name, one in found["conditions"].items()
    }
    yield audit_figures.stacked(groups, "Share of examples with each outcome")
    reasons = [(name.replace("_", " "), one) for name, one in found["reasons"].items()]
    yield audit_figures.intervals(reasons, "Reasons, as shares of examples with 95 % intervals")
    yield _folded("The numbers", *blocks.outcomes(answer))
    yield _EXAMPLES
    yield as_html.body(Heading("Distributions"))
    yield '<div class="grid-of-figures">'
    for name, one in answer["statistics"].items():
        if one["n"]:
            yield audit_figures.distribution(one, name.replace("_", " "))
    yield "</div>"
    yield _folded("The numbers", *blocks.statistics(answer))
    yield as_html.body(*blocks.data_set_test(answer))
    yield as_html.body(Heading("Without the highlighted tokens"))
    yield audit_figures.intervals(
        _removal(answer["removal"]), "Deleting K, and as many random tokens"
    )
    yield '<div class="grid-of-figures">'
    curves = [block for block in blocks.removal(answer) if isinstance(block, Curve)]
    yield as_html.body(*curves)
    yield "</div>"
    agreement = answer["agreement"]
    yield as_html.body(Heading("Method by method"))
    yield '<div class="grid-of-figures">'
    yield audit_figures.heat(agreement["methods"], agreement["kendall"]["mean"],
                       "Kendall's tau of magnitudes, mean over the examples")  # fmt: skip
    yield audit_figures.heat(agreement["methods"], agreement["lift"]["mean"],
                       "Lift of the row's map in the column's, mean: 0 is chance")  # fmt: skip
    yield "</div>"
    yield as_html.body(Heading("Confidence and accuracy"))
    yield audit_figures.stacked(
        {f"confidence {one['from']:.2f} to {one['to']:.2f}": one["verdicts"]
         for one in answer["by_confidence"]}
        | {f"prediction {name}": one["verdicts"]
           for name, one in answer["by_correctness"].items()},
        "Verdicts in each third of the examples by confidence, and by whether the model was right",
    )  # fmt: skip
    yield _folded("The numbers", *blocks.groups(answer))
    yield as_html.body(*blocks.plausibility(answer))
    yield from _extremes(answer)
    yield as_html.body(*blocks.errors(answer))
    yield as_html.body(*blocks.provenance(audit.manifest))


def _removal(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    stays = found["prediction_stays"]
    items = []
    if "accuracy" in found:
        one = found["accuracy"]
        items = [
            ("accuracy, whole text", one["before"]),
            ("accuracy without K", one["removed"]),
            ("accuracy without random", one["random"]),
        ]
    return [
        *items,
        ("prediction stays without K", stays["removed"]),
        ("… without random", stays["random"]),
    ]


def _extremes(answer: Mapping[str, Any]) -> Iterator[str]:
    yield '<div class="two">'
    for key, title in (
        ("most_trustworthy", "Most trustworthy"),
        ("least_trustworthy", "Least trustworthy"),
    ):
        items = "".join(
            f'<li><button type="button" class="open" data-row="{one["row"]}">'
            f"<b>{one['row']}</b> {_badge(one['verdict'])} {escape(one['text'])}</button></li>"
            for one in answer[key]
        )
        yield f"<section><h2>{title}</h2><ol>{items}</ol></section>"
    yield "</div>\n"


def _badge(verdict: str) -> str:
    tone = TONES[verdict]
    return f'<span class="badge {tone}" title="{escape(verdict)}">{MARKS[tone]}</span>'


def _folded(title: str, *blocks: Any) -> str:
    inside = as_html.body(*(block for block in blocks if not isinstance(block, Heading)))
    return (
        f'<details class="numbers"><summary>{escape(title)}</summary><div class="inside">'
        f"{inside}</div></details>\n"
    )


def _examples(audit: Audit) -> tuple[str, str]:
    """Return the table's rows as JSON and the reports as compressed blocks."""
    rows: list[list[Any]] = []
    blocks: list[str] = []
    waiting: list[list[str]] = []
    for record in audit.records():
        error = record["error"]
        values = [_cell(record.get(name), kind) for name, _, kind in COLUMNS]
        if error is not None:
            values[2], values[3] = "not usable", error
        rows.append(values)
        waiting.append(_report(record))
        if len(waiting) == BLOCK:
            blocks.append(_packed(waiting))
            waiting = []
    if waiting:
        blocks.append(_packed(waiting))
    described = {
        "block": BLOCK,
        "columns": [{"title": title, "kind": kind} for _, title, kind in COLUMNS],
        "rows": rows,
    }
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
    # Without this sign no text can end the data block or open a comment in it.
    scripts = "".join(
        f'<script type="text/plain" class="reports">{block}</script>\n' for block in blocks
    )
    return text.replace("<", "\\u003c"), scripts


def _cell(value: Any, kind: str) -> Any:
    if kind == "number" and isinstance(value, float):
        return round(value, 4)
    return value


def _report(record: Mapping[str, Any]) -> list[str]:
    """Return the pieces of a row's report: its blocks, one after the other."""
    if record["error"] is None:
        return blocks_of(record["report"])
    return [
        as_html.body(Heading(f"Row {record['row']} could not be used")),
        as_html.body(Paragraph(record["error"])),
        as_html.body(Paragraph(record["text"] or "", muted=True)),
    ]


def blocks_of(stored: str) -> list[str]:
    """Return the HTML of each block of a stored report."""
    blocks = report_document(report_of(json.loads(stored))).blocks
    return [as_html.body(block) for block in blocks]


def _packed(reports: Sequence[Sequence[str]]) -> str:
    """Compress some reports: their first pieces, then their second ones, and so on.

    Pieces of a kind resemble each other, and the compressor sees no further than 32 kB.
    """
    pieces = list(zip_longest(*reports, fillvalue=""))
    text = json.dumps(pieces, ensure_ascii=False).encode()
    return base64.b64encode(gzip.compress(text, 9, mtime=0)).decode()


@cache
def _asset(name: str) -> str:
    return (files("assay.show") / name).read_text("utf-8")


_EXAMPLES = """<h2 id="all">All examples</h2>
<div class="examples">
<div class="filters">
<label>Search <input type="search" id="search" placeholder="words of the text"></label>
<label>Verdict <select id="verdict"><option value="">all</option></select></label>
<label>Reason <select id="reason"><option value="">all</option></select></label>
<output id="count" aria-live="polite"></output>
</div>
<div class="table" role="grid" aria-label="All examples">
<div class="head" role="row"></div>
<div class="body" tabindex="-1"><div class="spacer"></div></div>
</div></div>
"""

_DIALOG = """<dialog class="assay" id="report"><div class="bar">
<button type="button" id="previous">← previous</button>
<button type="button" id="next">next →</button>
<span id="which"></span><button type="button" id="close">close</button></div>
<main id="inside"></main></dialog>
"""
