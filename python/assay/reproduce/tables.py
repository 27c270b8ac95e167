"""Tables of a study: what we measured, what was published, and how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Measure:
    """A number with the standard deviation of what it summarises.

    `undefined` counts the instances that had no value and were left out.
    """

    value: float | None
    spread: float | None = None
    n: int | None = None
    undefined: int = 0

    @staticmethod
    def of(values: ArrayLike) -> Measure:
        """Return the mean and the population standard deviation of what is defined.

        >>> Measure.of([1.0, float("nan"), 3.0])
        Measure(value=2.0, spread=1.0, n=2, undefined=1)
        """
        array = np.asarray(values, np.float64).ravel()
        present = array[~np.isnan(array)]
        missing = int(array.size - present.size)
        if not present.size:
            return Measure(None, None, 0, missing)
        return Measure(float(present.mean()), float(present.std()), int(present.size), missing)


@dataclass(frozen=True)
class Row:
    """One figure: where it stands, ours, the published one, and the authors' own re-run.

    `rerun` is how far the authors' own second run moved from their first; what lies within it is
    no difference.
    """

    key: tuple[str, ...]
    ours: Measure
    published: Measure | None = None
    rerun: float | None = None

    @property
    def difference(self) -> float | None:
        """Ours minus published, where both are there.

        >>> Row(("SST",), Measure(0.5), Measure(0.25)).difference
        0.25
        """
        if self.ours.value is None or self.published is None or self.published.value is None:
            return None
        return self.ours.value - self.published.value


@dataclass(frozen=True)
class Table:
    """Rows under named keys.

    Attributes:
        name: the csv file's name, without its ending.
        title: what the numbers are.
        keys: the names of a row's keys.
        rows: from top to bottom.
        note: how to read it: unit, what the spread is over, where the published numbers are from.
        digits: how many decimals are shown; the csv has them all.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    digits: int = 2

    def __getitem__(self, key: tuple[str, ...]) -> Row:
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    @property
    def compares(self) -> bool:
        """Whether any row has a published number."""
        return any(row.published is not None for row in self.rows)

    @property
    def has_reruns(self) -> bool:
        """Whether any row knows how far the authors' own re-run moved."""
        return any(row.rerun is not None for row in self.rows)

    def largest_difference(self) -> float | None:
        """Return the largest distance to a published number."""
        found = [abs(row.difference) for row in self.rows if row.difference is not None]
        return max(found, default=None)

    def cells(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return header and rows as they are shown."""
        header = [*self.keys, "ours", "n"]
        if self.compares:
            header += ["published", "difference"]
        if self.has_reruns:
            header.append("authors' re-run")
        rows = []
        for row in self.rows:
            n = "" if row.ours.n is None else f"{row.ours.n:,}"
            if row.ours.undefined:
                n += f" (+{row.ours.undefined:,} undefined)"
            cells = [*row.key, self._shown(row.ours), n]
            if self.compares:
                cells += [self._shown(row.published), self._signed(row.difference)]
            if self.has_reruns:
                cells.append("" if row.rerun is None else f"±{row.rerun:.{self.digits}f}")
            rows.append(tuple(cells))
        return tuple(header), rows

    def records(self) -> list[Sequence[object]]:
        """Return header and rows of the csv, with every digit."""
        rows: list[Sequence[object]] = [
            [
                *self.keys, "ours", "ours_spread", "n", "undefined",
                "published", "published_spread", "difference", "authors_rerun",
            ]
        ]  # fmt: skip
        for row in self.rows:
            published = row.published or Measure(None)
            values = (
                row.ours.value, row.ours.spread, row.ours.n, row.ours.undefined,
                published.value, published.spread, row.difference, row.rerun,
            )  # fmt: skip
            rows.append([*row.key, *("" if value is None else value for value in values)])
        return rows

    def _shown(self, measure: Measure | None) -> str:
        if measure is None:
            return ""
        if measure.value is None:
            return "undefined"
        text = f"{measure.value:.{self.digits}f}"
        return text if measure.spread is None else f"{text} ± {measure.spread:.{self.digits}f}"

    def _signed(self, value: float | None) -> str:
        return "" if value is None else f"{value:+.{self.digits}f}"
