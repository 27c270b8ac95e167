"""The part of a calibration's page on kinds of models, halves of the truth, and rivals."""

from __future__ import annotations

from collections.abc import Sequence

from assay.results.calibration import Calibration, CalibrationRow
from assay.show import calibration_tables as tables


def kinds(result: Calibration) -> str:
    """Return what the models of each kind come to as a whole."""
    rows = [
        [kind.name, kind.model]
        + [
            f"{tables.of(value)}, {tables.interval(value)}" if value.of else "\N{EM DASH}"
            for value in (
                kind.totals.recognised,
                kind.totals.trusted_untrue,
                kind.totals.trusted_misplaced_maps,
                kind.totals.trusted_halves,
                kind.totals.right_reasons,
            )
        ]
        + [
            "missed: " + ", ".join(kind.missed) if kind.missed else "met",
            "yes" if kind.is_calibrated else "no",
        ]
        for kind in result.kinds
    ]
    head = ["kind", "in reports", "recognised", "untrue trusted", "wrong maps trusted"]
    head += ["halves trusted", "reasons right", "targets", "measured"]
    return tables.prose()["kinds"].format(table=tables.table(head, rows))


def halves(result: Calibration) -> str:
    """Return how often maps that name a part of what decides jointly are trusted."""
    rows = [
        [
            row.family,
            f"`{row.method}`",
            tables.of(row.trusted),
            tables.share(row.trusted),
            tables.interval(row.trusted),
            "missed" if row.missed else "met",
        ]
        for row in result.rows
        if row.map == "half"
    ]
    if not rows:
        return ""
    head = ["family", "explanation", "trusted", "share", "interval", "target"]
    most = tables.percentage(result.targets["trusted_halves"])
    return tables.prose()["halves"].format(most=most, table=tables.table(head, rows))


def spares(rows: Sequence[CalibrationRow]) -> str:
    """Return how often the copies that attention leaves out are named as rivals."""
    cells = [
        [
            row.family,
            f"`{row.method}`",
            tables.of(row.naming_spares),
            tables.interval(row.naming_spares),
        ]
        for row in rows
        if row.naming_spares is not None
    ]
    if not cells:
        return ""
    head = ["family", "explanation", "named", "interval"]
    return tables.prose()["spares"].format(table=tables.table(head, cells))
