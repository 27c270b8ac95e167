"""Tables of a study: what we measured, what was published, and how far they are apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: The bins of the largest attention weight, and the fewest texts of one that are shown.
BINS, FEWEST = ("[0,.25)", "[.25,.5)", "[.5,.75)", "[.75,1]"), 5
NUMBERS = (
    "ours", "ours_spread", "n", "undefined",
    "published", "published_spread", "difference", "authors_rerun",
)  # fmt: skip


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


#: Published figures by table and row.
Published = Mapping[tuple[str, ...], Measure]


@dataclass
class Cells:
    """Measured values by table and row, in the order in which they were first measured."""

    values: dict[tuple[str, ...], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, *key: str, value: float) -> None:
        """Keep one instance's value; NaN is undefined."""
        self.values[key].append(value)

    def below(self, *key: str) -> dict[tuple[str, ...], list[float]]:
        """Return what was measured under a key, by the rest of it."""
        size = len(key)
        return {one[size:]: some for one, some in self.values.items() if one[:size] == key}

    def rows(self, table: str, published: Published | None = None) -> list[Row]:
        """Return a table's rows, means beside the published ones of the same key."""
        theirs = published or {}
        found = self.below(table).items()
        return [mean(*key, of=some, published=theirs.get((table, *key))) for key, some in found]


def mean(*key: str, of: ArrayLike, published: Measure | None = None) -> Row:
    """Return the row of a mean over instances, those without a value counted apart."""
    return Row(key, Measure.of(of), published)


def share(*key: str, of: ArrayLike, published: Measure | None = None) -> Row:
    """Return the row of how many instances are so; undefined where there are none.

    >>> share("flips", of=[True, False]).ours
    Measure(value=0.5, spread=None, n=2, undefined=0)
    """
    flags = np.asarray(of, bool)
    found = float(flags.mean()) if flags.size else None
    return Row(key, Measure(found, None, int(flags.size)), published)


def median(*key: str, of: NDArray[np.float64]) -> Row:
    """Return the row of a median over the instances that have a value."""
    defined = of[~np.isnan(of)]
    found = float(np.median(defined)) if defined.size else None
    return Row(key, Measure(found, None, int(defined.size)))


def bins(largest: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the place of each largest weight among `BINS`.

    >>> bins(np.array([0.1, 0.25, 1.0])).tolist()
    [0, 1, 3]
    """
    return np.minimum((largest * len(BINS)).astype(np.int64), len(BINS) - 1)


@dataclass(frozen=True)
class Table:
    """Rows under named keys.

    `name` is the csv file's, `note` says how to read it, and `digits` how many decimals are shown;
    the csv has them all.
    """

    name: str
    title: str
    keys: Sequence[str]
    rows: tuple[Row, ...]
    note: str = ""
    digits: int = 2

    def __getitem__(self, key: tuple[str, ...]) -> Row:
        return {row.key: row for row in self.rows}[key]

    def cells(self) -> tuple[list[str], list[list[str]]]:
        """Return header and rows as they are shown, without columns that nothing stands in."""
        compares = any(row.published is not None for row in self.rows)
        reruns = any(row.rerun is not None for row in self.rows)
        header = [*self.keys, "ours", "n"]
        header += ["published", "difference"] if compares else []
        header += ["authors' re-run"] if reruns else []
        rows = []
        for row in self.rows:
            n = "" if row.ours.n is None else f"{row.ours.n:,}"
            n += f" (+{row.ours.undefined:,} undefined)" if row.ours.undefined else ""
            cells = [*row.key, self._shown(row.ours), n]
            if compares:
                cells += [self._shown(row.published), self._number(row.difference, "+")]
            if reruns:
                cells.append("" if row.rerun is None else f"±{self._number(row.rerun)}")
            rows.append(cells)
        return header, rows

    def records(self) -> Iterator[Sequence[object]]:
        """Yield header and rows of the csv, with every digit."""
        yield [*self.keys, *NUMBERS]
        for row in self.rows:
            ours, theirs = row.ours, row.published or Measure(None)
            numbers = (ours.value, ours.spread, ours.n, ours.undefined)
            yield [*row.key, *numbers, theirs.value, theirs.spread, row.difference, row.rerun]

    def _shown(self, measure: Measure | None) -> str:
        if measure is None:
            return ""
        if measure.value is None:
            return "undefined"
        text = self._number(measure.value)
        return text if measure.spread is None else f"{text} ± {self._number(measure.spread)}"

    def _number(self, value: float | None, sign: str = "") -> str:
        return "" if value is None else f"{value:{sign}.{self.digits}f}"
