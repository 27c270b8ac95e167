"""Two runs over the same rows: of two models, of two maps, or of two settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from assay.audit.result import Audit
from assay.engine.errors import InputError
from assay.results.shown import Shown

_COLUMNS = ["row", "text", "error", "verdict", "reason", "predicted"]


@dataclass(frozen=True, eq=False, kw_only=True)
class TwoRuns(Shown):
    """Two audits of the same rows.

    Attributes:
        first: one run.
        second: the other one.
        rows: a pair of records for each row, as they were stored.
    """

    first: Audit
    second: Audit
    rows: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]

    def __repr__(self) -> str:
        return f"<TwoRuns rows={len(self.rows)} {self.first!r} {self.second!r}>"

    def to_dict(self) -> dict[str, Any]:
        """Return both manifests, both answers and the rows as plain values."""
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "rows": [[dict(one), dict(other)] for one, other in self.rows],
        }


def beside(first: Audit, second: Audit) -> TwoRuns:
    """Put two runs side by side.

    Raises:
        InputError: they are not of the same rows.
    """
    require_same_rows("runs", texts_of(first), texts_of(second))
    pairs = zip(first.records(_COLUMNS), second.records(_COLUMNS), strict=True)
    return TwoRuns(first=first, second=second, rows=tuple(pairs))


#: What the rows of a run are: each with the text of its pair.
Texts: TypeAlias = Sequence[tuple[str | None, str | None]]


def texts_of(run: Audit) -> Texts:
    """Return the texts of a run."""
    return [(record["text"], record["pair"]) for record in run.records(["text", "pair"])]


def require_same_rows(subject: str, first: Texts, second: Texts) -> None:
    """Refuse runs that are not of the same texts; what was said of these may differ.

    Raises:
        InputError: they are not; the message says how many each has, and where they part.
    """
    parted = next((row for row, (one, other) in enumerate(zip(first, second, strict=False))
                   if one != other), None)  # fmt: skip
    if parted is not None or len(first) != len(second):
        found = f"{len(first):,} rows and {len(second):,} rows"
        found += "" if parted is None else f", of which row {parted} differs"
        raise InputError.of(subject, "two over the same rows", found)
