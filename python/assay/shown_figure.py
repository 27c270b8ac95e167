"""A matplotlib figure that a notebook shows by itself, with no pyplot and no open window."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A figure that is its own vector graphic wherever the last value of a cell is shown."""

    def _repr_svg_(self) -> str:
        text = io.StringIO()
        self.savefig(text, format="svg", metadata={"Date": None})
        return text.getvalue()
