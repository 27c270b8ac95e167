"""The attention of every head on one input, and beside it that of a run that was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.door import plain
from assay.inputs.tokens import Tokens
from assay.results import storage
from assay.results.shown import Shown, show


@dataclass(frozen=True, eq=False, kw_only=True)
class HeadRun:
    """One run of the model.

    Attributes:
        name: `original`, or `counterfactual` where interventions changed it.
        attention: one [heads, queries, keys] array a layer, read-only.
        label: the likeliest label.
        probability: of it, or `None` where the model has no head.
    """

    name: str
    attention: tuple[NDArray[np.float32], ...]
    label: str
    probability: float | None


@dataclass(frozen=True, eq=False, kw_only=True)
class HeadView(Shown):
    """Every head of every layer on one input: a grid to choose from, and its lines.

    Attributes:
        tokens: the input.
        runs: the original, and the counterfactual where interventions were given.
    """

    tokens: Tokens
    runs: tuple[HeadRun, ...]

    def __repr__(self) -> str:
        first = self.runs[0].attention
        return f"<HeadView layers={len(first)} heads={len(first[0])} runs={len(self.runs)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "tokens": storage.tokens_record(self.tokens),
            "runs": [
                {name: plain(getattr(run, name)) for name in run.__dataclass_fields__}
                for run in self.runs
            ],
        }

    def widget(self) -> Any:
        """Return it as a widget of a notebook, whose chosen `layer` and `head` Python reads.

        Raises:
            MissingExtraError: anywidget is not installed.
        """
        make: Callable[[HeadView], Any] = show().head_widget_of
        return make(self)

    def _repr_html_(self) -> str:
        # A frame, since a script that stands in a cell would see the whole notebook.
        return str(show().head_frame_of(self))
