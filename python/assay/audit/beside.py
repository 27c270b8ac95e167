"""Two runs over the same rows: of two models, of two maps, or of two settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    require_same_rows("runs", first.manifest, second.manifest)
    pairs = zip(first.records(_COLUMNS), second.records(_COLUMNS), strict=True)
    return TwoRuns(first=first, second=second, rows=tuple(pairs))


def require_same_rows(subject: str, *manifests: Mapping[str, Any]) -> None:
    """Refuse runs that are not of the same rows.

    Raises:
        InputError: they are not; the message says how many rows each has.
    """
    data = [one["data"] for one in manifests]
    if any(one != data[0] for one in data):
        found = " and ".join(
            f"{one['rows']:,} rows with the hash {one['hash'][:8]}" for one in data
        )
        raise InputError.of(subject, "two over the same rows", found)
