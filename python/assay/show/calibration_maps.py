"""The part of a calibration's page on maps put in the place of true ones, and on rivals."""

from __future__ import annotations

from collections.abc import Sequence

from assay.results.calibration import Calibration, CalibrationRow
from assay.show import calibration_tables as tables


def halves(result: Calibration) -> list[str]:
    """Maps that name a part of what decides jointly."""
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
        return []
    most = tables.percentage(result.targets["trusted_halves"])
    return [
        "## Half of what decides jointly",
        "",
        "The method's own map with a part of the jointly deciding words put last. Removing one of "
        "them does",
        "as much as removing all, so that only chance speaks against such a map: the share of sets "
        "of its",
        f"size that hold one of the words, which falls with the text's length. At most {most} may "
        "be trusted.",
        "",
        *tables.table(["family", "explanation", "trusted", "share", "interval", "target"], rows),
    ]


def spares(rows: Sequence[CalibrationRow]) -> list[str]:
    """Reports that name the copies which attention leaves out."""
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
        return []
    return [
        "## Spare copies that are named as rivals",
        "",
        "Reports that name every copy of the evidence that attention could have named as well.",
        "",
        *tables.table(["family", "explanation", "named", "interval"], cells),
    ]


def wrong_maps(result: Calibration) -> list[str]:
    """Wrong maps in the place of true ones."""
    wrong = [row for row in result.rows if row.map not in ("own", "half")]
    if not wrong:
        return []
    kinds = list(dict.fromkeys(row.map for row in wrong))

    def cell(family: str, kind: str) -> str:
        found = [row for row in wrong if (row.family, row.map) == (family, kind)]
        trusted = sum(row.trusted.count for row in found)
        lucky = sum(row.trusted_on_evidence for row in found)
        return f"{trusted}{f' ({lucky})' if trusted else ''} of {sum(r.trusted.of for r in found)}"

    names = dict.fromkeys(row.family for row in wrong)
    return [
        "## Wrong maps on truthful models: how many are trusted",
        "",
        "Every map is drawn once. In brackets those among the trusted that name a word of the "
        "evidence",
        "first, by luck or because the model they come from does: such a map is not altogether "
        "wrong.",
        "",
        *tables.table(
            ["family", *kinds], [[name, *(cell(name, one) for one in kinds)] for name in names]
        ),
    ]
