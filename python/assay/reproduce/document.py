"""A study's result as the blocks that text and page share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assay.show import blocks as blocks
from assay.show.blocks import Block, Document, Heading, Paragraph

if TYPE_CHECKING:
    from assay.reproduce.study import Result
    from assay.reproduce.tables import Table


def document(result: Result) -> Document:
    """Return everything but the figures, which text cannot show."""
    tables = [block for table in result.tables for block in table_blocks(table)]
    return Document((*head(result), *tables, *tail(result)))


def head(result: Result) -> tuple[Block, ...]:
    """Return the title, what was found and what differs."""
    found = tuple(Paragraph(sentence) for sentence in result.findings)
    differing: tuple[Block, ...] = ()
    if result.differences:
        differing = (
            Heading("Where it differs, and why"),
            *(Paragraph(sentence) for sentence in result.differences),
        )
    return (Heading(result.title, 1), Paragraph(result.source, muted=True), *found, *differing)


def table_blocks(table: Table) -> tuple[Block, ...]:
    """Return one table under its title."""
    header, rows = table.cells()
    note = (Paragraph(table.note, muted=True),) if table.note else ()
    return (Heading(table.title), blocks.Table(rows=tuple(rows), header=header), *note)


def tail(result: Result) -> tuple[Block, ...]:
    """Return settings and times."""
    times = ((name, f"{seconds:,.1f} s") for name, seconds in result.seconds.items())
    return (
        Heading("Settings"),
        blocks.Table(rows=tuple((name, shown(value)) for name, value in result.settings.items())),
        Heading("Times"),
        blocks.Table(rows=tuple(times)),
    )


def shown(value: Any) -> str:
    """Write a setting for reading."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    if isinstance(value, list | tuple | range):
        return ", ".join(shown(one) for one in value)
    return str(value)
