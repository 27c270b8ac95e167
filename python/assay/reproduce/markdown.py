"""A study's result as a Markdown page: everything but the figures."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assay.reproduce.document import shown

if TYPE_CHECKING:
    from assay.reproduce.study import Request, Result
    from assay.reproduce.tables import Table


def markdown(result: Result) -> str:
    """Return the page: what was found, what differs, the tables, what made them."""
    lines = [f"# {result.title}", "", f"{result.source}.", ""]
    lines += [*(f"- {sentence}" for sentence in result.findings), ""]
    if result.command:
        lines += ["```", result.command, "```", ""]
    if result.differences:
        lines += ["## Where it differs, and why", ""]
        lines += [*(f"- {sentence}" for sentence in result.differences), ""]
    for table in result.tables:
        lines += _table(table)
    settings = ((name, shown(value)) for name, value in result.settings.items())
    lines += ["## Settings", "", *_rows(("setting", "value"), settings), ""]
    times = ((name, f"{seconds:,.1f} s") for name, seconds in result.seconds.items())
    lines += ["## Times", "", *_rows(("part", "time"), times), ""]
    return "\n".join(lines)


def command(study: str, request: Request) -> str:
    """Return the command line that runs the study so; the texts' place is the reader's."""
    words = ["assay", "reproduce", study, "--data", "PATH"]
    words += ["--seed", str(request.seed), "--seeds", str(request.seeds)]
    words += ["--quick"] if request.quick else []
    for name, value in request.options.items():
        if value != "":  # an option of which nothing was said
            words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words)


def _table(table: Table) -> list[str]:
    header, rows = table.cells()
    note = [table.note, ""] if table.note else []
    return [f"## {table.title}", "", *_rows(header, rows), "", *note]


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    return [line(header), line(["---"] * len(header)), *(line(cells) for cells in rows)]
