"""What the pages of a calibration write numbers and tables with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assay.results.samples import Proportion

_TO = "\N{EN DASH}"


def listed(counts: Mapping[str, int]) -> str:
    """Counts that are not nought, by name."""
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table of Markdown."""
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, *rows]]
    return [lines[0], "|" + "---|" * len(head), *lines[1:], ""]


def of(value: Proportion) -> str:
    """A count of how many."""
    return f"{value.count} of {value.of}" if value.of else "—"


def share(value: Proportion) -> str:
    """A share in per cent."""
    return "—" if value.share is None else percentage(value.share)


def interval(value: Proportion) -> str:
    """A share's interval in per cent."""
    return f"{percentage(value.low)}{_TO}{percentage(value.high)}"


def percentage(share: float) -> str:
    """A share in per cent, half a tenth rounded up."""
    return f"{math.floor(share * 1000 + 0.5) / 10:.1f} %"
