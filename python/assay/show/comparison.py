"""A comparison of methods as blocks: coloured texts and the agreement matrix."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from assay.results.comparison import Comparison
from assay.show.blocks import Block, Document, Heading, Paragraph, Scale, Table, number
from assay.show.explanation import strip


def comparison_document(comparison: Comparison) -> Document:
    """Return the blocks of a comparison."""
    names = [name.replace("_", " ") for name in comparison.methods]
    blocks: list[Block] = [Heading("How far methods agree", 1)]
    for index, (name, label) in enumerate(zip(comparison.methods, names, strict=True)):
        scale: Scale = "first" if index % 2 == 0 else "second"
        blocks.append(strip(comparison.explanations[name], label, scale))
    measured = "sizes of scores" if comparison.magnitudes else "scores"
    blocks += [
        Heading(f"Agreement by {comparison.statistic.replace('_', ' ')}"),
        Paragraph(
            f"Between {measured}; in brackets what 95 % of random rankings stay below. A value "
            "inside its bracket is no better than chance. Last column: the method against itself "
            "under another seed.",
            muted=True,
        ),
        Table(header=("", *names, "itself"), rows=tuple(_rows(comparison, names))),
    ]
    blocks += _judged(comparison)
    if comparison.skipped:
        blocks.append(Heading("Left out"))
        blocks.append(Table(rows=tuple(comparison.skipped.items())))
    return Document(tuple(blocks))


def _judged(comparison: Comparison) -> Iterator[Block]:
    """Yield what the rule made of each map, beside the leave-one-out map, and their differences."""
    if not comparison.verdicts:
        return
    yield Heading("What the verdict makes of each")
    conditions = list(next(iter(comparison.verdicts.values()))["own"]["efficiencies"])
    rows: list[tuple[str, ...]] = []
    for name, one in comparison.verdicts.items():
        rows.append((name.replace("_", " "), *_efficiencies(one["own"])))
        if one["oracle"] is not None:
            rows.append(("  leave-one-out there", *_efficiencies(one["oracle"])))
    yield Table(tuple(rows), ("", "verdict", *(name.replace("_", " ") for name in conditions)))
    yield Paragraph(
        "Efficiency: 0 is what as many random tokens attain, 1 the best found. Below each map the "
        "leave-one-out map within the same attention: what could be attained.",
        muted=True,
    )
    for one in comparison.differences:
        yield Paragraph(one["sentence"])
    if comparison.note:
        yield Paragraph(comparison.note, muted=True)


def _efficiencies(judged: Mapping[str, Any]) -> tuple[str, ...]:
    values = judged["efficiencies"].values()
    return (judged["verdict"], *("not needed" if x is None else number(x, 2) for x in values))


def _rows(comparison: Comparison, names: list[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for i, label in enumerate(names):
        cells = [
            "" if i == j else _cell(comparison.matrix[i, j], comparison.noise_floor[i, j])
            for j in range(len(names))
        ]
        ceiling = comparison.ceiling[comparison.methods[i]]
        rows.append((label, *cells, "undefined" if math.isnan(ceiling) else number(ceiling, 2)))
    return rows


def _cell(value: float, floor: float) -> str:
    if math.isnan(value):
        return "undefined"
    return number(value, 2) if math.isnan(floor) else f"{number(value, 2)} ({number(floor, 2)})"
