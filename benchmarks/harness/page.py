"""docs/performance.md, made from the results."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.harness import plots, result
from benchmarks.harness.result import Result

DOCS = Path(__file__).resolve().parents[2] / "docs"
DISTANCES = Path(__file__).resolve().parents[1] / "distances.md"

HEAD = """# How fast it is

Made by `make bench`, which installs the peers into an environment of their own and runs every line
below; `make bench LINES="forward flow"` runs some of them. Both sides run the same weights with the
same number of threads and take turns in one process. A ratio is the peer's time over ours, the
median over rounds, with the 10th and 90th percentile in brackets: above 1 Assay is faster. *peak*
is the share of the multiply-add rate that the same threads reached in the same rounds with
everything in registers; above 100 % other work took a processor while that rate was measured, and
the row counts neither as met nor as missed. *cpu* is processor time over all threads. Goals are the
project's own and stand whether or not they are met.
"""


def write(lines: Sequence[str]) -> None:
    """Write the page and its figures from whatever was measured."""
    measured = [(line, found) for line in lines if (found := result.load(line))]
    if not measured:
        return
    parts = [HEAD, _machine(measured[0][1][0]["machine"])]
    for line, (_, rows) in measured:
        parts.append(f"## {import_module(f'benchmarks.{line}').TITLE}\n")
        parts.append(_table(rows))
    parts += [f"![{alt}](images/{name})\n" for name, alt in plots.draw(measured, DOCS / "images")]
    if DISTANCES.exists():
        parts.append(DISTANCES.read_text())
    (DOCS / "performance.md").write_text("\n".join(parts).rstrip() + "\n")


def _machine(facts: dict[str, Any]) -> str:
    peers = ", ".join(f"{name} {version}" for name, version in facts["peers"].items())
    return (
        f"Measured on {facts['cores']} cores of {facts['processor']}, instruction set "
        f"{facts['instruction_set']}; {peers}.\n"
    )


def _table(rows: Sequence[Result]) -> str:
    lines = [
        "| case | assay | cpu | peak | peers | ratio | goal | |",
        "|---|--:|--:|--:|---|---|--:|---|",
    ]
    for row in rows:
        peers = "; ".join(
            f"{side} {_value(row, side)}" for side in row.ratios if side in row.values
        )
        ratios = "; ".join(
            f"{one.median:.2f} [{one.low:.2f}, {one.high:.2f}]" for one in row.ratios.values()
        )
        goals = [f"{row.goal:g}×"] if row.goal else []
        goals += [f"{row.peak_goal:.0%}"] if row.peak_goal else []
        mark = {True: "met", False: "**not met**", None: ""}[row.met]
        if row.peak is not None and row.peak > 1 and mark:
            mark = "disturbed"
        ours = _value(row, "assay") if "assay" in row.values else ""
        cpu = f"{row.cpu['assay'] * 1e3:.3g} ms" if "assay" in row.cpu else ""
        peak = f"{row.peak:.0%}" if row.peak is not None else ""
        note = f" ({row.note})" if row.note else ""
        lines.append(
            f"| {row.name}{note} | {ours} | {cpu} | {peak} | {peers} | {ratios} "
            f"| {' and '.join(goals)} | {mark} |"
        )
    return "\n".join(lines) + "\n"


def _value(row: Result, side: str) -> str:
    value = row.values[side]
    if row.unit == "MB":
        return f"{value:.0f} MB"
    return f"{value:.3g} s" if value >= 1 else f"{value * 1e3:.3g} ms"
