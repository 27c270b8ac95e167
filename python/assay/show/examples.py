"""The examples of one run, or of two side by side: a table that opens each row's report.

The reports travel compressed inside the page, a block of them at a time, and are unpacked when
one is opened; the table holds only the rows that can be seen. So ten thousand examples stay
usable, from a file and without a network.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import zip_longest
from typing import Any

from assay.audit.result import Audit
from assay.results.report import report_of
from assay.show import as_html
from assay.show.blocks import Heading, Paragraph
from assay.show.report import report_document

#: Reports compressed together: more make the page smaller and opening one slower.
BLOCK = 50
_REM = re.compile(r"([\d.]+)rem")
#: What a row has in the place of a verdict where it could not be examined.
UNUSABLE = "not usable"


@dataclass(frozen=True)
class Column:
    """A column of the table: where its values are, how they are shown, and how wide.

    `run` is the run that it is read from; `chosen` columns get a list of values to choose from.
    """

    name: str
    title: str
    kind: str
    wide: str
    run: int = 0
    chosen: bool = False


COLUMNS = (
    Column("row", "row", "number", "3.5rem"),
    Column("text", "text", "prose", "minmax(14.5rem, 1fr)"),
    Column("verdict", "verdict", "verdict", "10.6rem", chosen=True),
    Column("reason", "reason", "text", "6.6rem", chosen=True),
    Column("ladder", "ladder", "number", "3.8rem"),
    Column("predicted", "predicted", "text", "5.7rem"),
    Column("label", "label", "text", "5.7rem"),
    Column("confidence", "confidence", "number", "5.9rem"),
    Column("gradient_agreement_statistic", "gradient agreement", "number", "6rem"),
    Column("removal_statistic", "removal", "number", "4.7rem"),
    Column("redirect_statistic", "redirect", "number", "4.6rem"),
)
#: Those that a row has twice where it stands beside another run's.
_TWICE = ("verdict", "reason", "predicted")
_SAME = Column("same", "same verdict", "text", "5.4rem", chosen=True)


def columns_of(names: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of a table over the runs so named."""
    if len(names) == 1:
        return COLUMNS
    result: list[Column] = []
    for column in COLUMNS:
        runs = range(len(names) if column.name in _TWICE else 1)
        result += [
            replace(column, run=run, title=f"{column.title}: {names[run]}")
            if column.name in _TWICE
            else column
            for run in runs
        ]
    result.insert(2, _SAME)
    return tuple(result)


def examples(runs: Sequence[Audit], names: Sequence[str]) -> tuple[str, str]:
    """Return the table with its filters, and what stands at the end of the page for its script."""
    columns = columns_of(names)
    choices = "".join(
        f'<label>{escape(column.title.capitalize())} <select data-column="{place}" '
        f'id="{_id(column)}"><option value="">all</option></select></label>\n'
        for place, column in enumerate(columns)
        if column.chosen
    )
    data, reports = _examples(runs, names, columns)
    narrowest = sum(float(_REM.findall(column.wide)[0]) for column in columns)
    table = _TABLE.format(choices=choices, narrowest=f"{narrowest:.1f}rem")
    return table, (
        f'{_DIALOG}<script type="application/json" id="examples">{data}</script>\n{reports}'
    )


def _id(column: Column) -> str:
    return column.name if column.run == 0 else f"{column.name}-{column.run}"


def _examples(
    runs: Sequence[Audit], names: Sequence[str], columns: Sequence[Column]
) -> tuple[str, str]:
    """Return the table's rows as JSON and the reports as compressed blocks."""
    rows: list[list[Any]] = []
    blocks: list[str] = []
    waiting: list[list[list[str]]] = [[] for _ in runs]

    def pack() -> None:
        for run, reports in enumerate(waiting):
            blocks.append(
                f'<script type="text/plain" class="reports" data-run="{run}">{_packed(reports)}'
                "</script>\n"
            )
            reports.clear()

    for records in zip(*(run.records() for run in runs), strict=True):
        rows.append([_cell(records, column) for column in columns])
        for reports, record in zip(waiting, records, strict=True):
            reports.append(_report(record))
        if len(waiting[0]) == BLOCK:
            pack()
    if waiting[0]:
        pack()
    described = {
        "block": BLOCK,
        "runs": list(names),
        "columns": [_described(place, columns) for place in range(len(columns))],
        "rows": rows,
    }
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
    # Without this sign no text can end the data block or open a comment in it.
    return text.replace("<", "\\u003c"), "".join(blocks)


def _described(place: int, columns: Sequence[Column]) -> dict[str, Any]:
    """Return what the script knows of a column; a reason is an error where there is no verdict."""
    column = columns[place]
    said = {"title": column.title, "kind": column.kind, "wide": column.wide}
    if column.name != "reason":
        return said
    return said | {
        "verdict": [(one.name, one.run) for one in columns].index(("verdict", column.run))
    }


def _cell(records: Sequence[Mapping[str, Any]], column: Column) -> Any:
    record = records[column.run]
    if column is _SAME:
        return "yes" if len({verdict_of(one) for one in records}) == 1 else "no"
    if column.name == "verdict":
        return verdict_of(record)
    if column.name == "reason" and record["error"] is not None:
        return record["error"]
    value = record.get(column.name)
    return round(value, 4) if column.kind == "number" and isinstance(value, float) else value


def verdict_of(record: Mapping[str, Any]) -> str:
    """Return a row's verdict, or that it could not be examined."""
    return UNUSABLE if record["error"] is not None else str(record["verdict"])


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


_TABLE = """<h2 id="all">All examples</h2>
<div class="examples">
<div class="filters">
<label>Search <input type="search" id="search" placeholder="words of the text"></label>
{choices}<output id="count" aria-live="polite"></output>
</div>
<div class="table" style="--narrowest:{narrowest}" role="grid" aria-label="All examples">
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
