"""A matplotlib figure that a notebook shows by itself, with no pyplot and no open window."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from assay.engine.extras import extra


def shown_figure(**arguments: Any) -> Any:
    """Return a figure that is its own vector graphic wherever the last value of a cell is shown.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    return _kind()(**arguments)


@cache
def _kind() -> Any:
    figure = extra("matplotlib.figure", "a plot").Figure
    return type("ShownFigure", (figure,), {"_repr_svg_": _as_svg})


def _as_svg(figure: Any) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
