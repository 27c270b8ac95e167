"""What the pages of a calibration write prose, numbers and tables with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from assay.results.samples import Proportion

_TO = "\N{EN DASH}"


@cache
def prose() -> dict[str, str]:
    """Return the sections of `calibration.md`, by name."""
    text = Path(__file__).with_name("calibration.md").read_text("utf-8")
    return dict(section.split("\n", 1) for section in text.split("%% ")[1:])


def listed(counts: Mapping[str, int]) -> str:
    """Return counts that are not nought, by name."""
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = ["| " + " | ".join(cells) + " |\n" for cells in [head, *rows]]
    return "".join([lines[0], "|" + "---|" * len(head) + "\n", *lines[1:]])


def of(value: Proportion) -> str:
    """Return a count of how many."""
    return f"{value.count} of {value.of}" if value.of else "—"


def share(value: Proportion) -> str:
    """Return a share in per cent."""
    return "—" if value.share is None else percentage(value.share)


def interval(value: Proportion) -> str:
    """Return a share's interval in per cent."""
    return f"{percentage(value.low)}{_TO}{percentage(value.high)}"


def percentage(share: float) -> str:
    """Return a share in per cent, half a tenth rounded up."""
    return f"{math.floor(share * 1000 + 0.5) / 10:.1f} %"
