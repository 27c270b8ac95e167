"""The figures of the page: how cost grows with length, batch, layers and threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness.result import Result

Measured = Sequence[tuple[str, tuple[dict[str, Any], list[Result]]]]


def draw(measured: Measured, folder: Path) -> Iterator[tuple[str, str]]:
    """Draw one figure for each quantity that rows carry points of; yield file and caption."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "assay"
    from matplotlib import pyplot

    families: dict[str, list[Result]] = defaultdict(list)
    for _, (_, rows) in measured:
        for row in rows:
            if row.point is not None:
                families[row.point[0]].append(row)
    for axis, rows in families.items():
        figure, plot = pyplot.subplots(figsize=(4.6, 3.0), layout="constrained")
        for side in rows[0].values:
            points = [(row.point[1], row.values[side] * 1e3) for row in rows if row.point]
            plot.plot(*zip(*points, strict=True), marker="o", markersize=3, label=side)
        plot.set(xscale="log", yscale="log", xlabel=axis, ylabel="milliseconds")
        plot.xaxis.set_major_formatter("{x:g}")
        plot.grid(alpha=0.3)
        plot.legend(frameon=False)
        name = f"performance-{axis.split(' ')[0]}.svg"
        figure.savefig(folder / name, metadata={"Date": None})
        pyplot.close(figure)
        yield name, f"Time against {axis}"
