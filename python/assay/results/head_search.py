"""Which head or layer explains best: chosen on one part of a data set, tested on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay.engine.door import plain
from assay.results.shown import Shown


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One map: a head, or a layer's mean over heads where `head` is `None`.

    `selection_lift` and `test_lift` are mean lifts on the two parts; `z` and `p_value` are the
    data-set test on the test part, and `corrected` is p after Holm's correction for all candidates.
    """

    layer: int
    head: int | None
    selection_lift: float | None
    test_lift: float | None
    z: float | None
    p_value: float | None
    corrected: float | None

    @property
    def name(self) -> str:
        """What the candidate is, in words."""
        return f"layer {self.layer}, " + (
            "mean over heads" if self.head is None else f"head {self.head}"
        )


@dataclass(frozen=True, kw_only=True)
class HeadSearch(Shown):
    """The result of a search.

    Attributes:
        candidates: all heads and layers, the best on the selection part first.
        chosen: the first of them.
        average_lift: what the average over all layers and heads reaches on the test part.
        difference: how much more the chosen one reaches there, text by text on average.
        difference_low, difference_high: the difference's 95 % bootstrap interval; `None` for a
            single text.
        difference_p: one-sided, by flipping the signs of the texts' differences.
        detectable: the smallest true difference that so many texts would have shown in four tries
            of five; `None` for a single text.
        passes: forward passes that showed all candidates; the reference's are not counted.
        reference: what lift was measured against.
        selection, test: how many texts each part has.
        errors: rows that could not be used, and why.
        seed: what the parts and draws were keyed by.
    """

    candidates: tuple[Candidate, ...]
    chosen: Candidate
    average_lift: float
    difference: float
    difference_low: float | None
    difference_high: float | None
    difference_p: float
    detectable: float | None
    passes: int
    reference: str
    selection: int
    test: int
    errors: tuple[tuple[int, str], ...]
    seed: int

    def __repr__(self) -> str:
        return (
            f"<HeadSearch {self.chosen.name}: lift {self.chosen.test_lift:.3g} on {self.test} "
            f"texts, average {self.average_lift:.3g}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        record = {name: getattr(self, name) for name in self.__dataclass_fields__}
        record["candidates"] = [vars(one) | {"name": one.name} for one in self.candidates]
        record["chosen"] = vars(self.chosen) | {"name": self.chosen.name}
        result: dict[str, Any] = plain(record)
        return result
