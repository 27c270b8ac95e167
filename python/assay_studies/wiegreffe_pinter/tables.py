"""The tables, figures and sentences of Wiegreffe & Pinter 2019, made of our measurements."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.study import Study
from assay_studies.shared.tables import BINS, FEWEST, Measure, Row, Table, mean
from assay_studies.wiegreffe_pinter.readings import Findings, Reading


def tables(study: Study, found: Findings) -> tuple[Table, ...]:
    """Return every table."""
    return (
        study.table("uniform", found.cells.rows("uniform")),
        study.table("seeds", _seeds(found), others=len(found.retrained)),
        study.table("diagnostic", found.cells.rows("diagnostic"), chosen=found.chosen),
        study.table("adversaries", _adversaries(found)),
    )


def _seeds(found: Findings) -> list[Row]:
    moved = found.over_seeds
    rows = [
        mean(str(group), name, what, of=values[chosen])
        for group in (0, 1)
        for place, name in enumerate(BINS)
        if (chosen := found.cell(group, place)).sum() >= FEWEST
        for what, values in moved.items()
    ]
    return rows + [mean("all", "all", what, of=values) for what, values in moved.items()]


def _adversaries(found: Findings) -> list[Row]:
    rows = []
    for strength, reading in found.adversaries.items():
        key = f"{strength:g}"
        rows += [
            Row((key, "F1"), Measure(reading.f1(found.labels))),
            mean(key, "|Δp|", of=reading.distances(found.base)),
            mean(key, "JSD", of=reading.divergences(found.base)),
        ]
    return rows


def figures(study: Study, found: Findings) -> tuple[Figure, ...]:
    """Return the violins of other seeds and the curve of the sweep."""
    divergences = found.over_seeds["JSD"]
    cells = [
        Series(f"{name} {group}", divergences[found.cell(group, place)], colour=group)
        for place, name in enumerate(BINS)
        for group in (0, 1)
    ]
    sweep = [
        _curve("trained adversaries", found.base, found.adversaries.values(), 0),
        _curve("other seeds", found.base, found.retrained, 1),
    ]
    shown = [one for one in cells if one.defined.size >= FEWEST]
    return study.figure("seeds", shown), study.figure("sweep", sweep)


def _curve(label: str, base: Reading, readings: Iterable[Reading], colour: int) -> Series:
    points = sorted(
        (float(one.distances(base).mean()), float(one.divergences(base).mean())) for one in readings
    )
    return Series(label, [y for _, y in points], [x for x, _ in points], colour)


def findings(found: Findings) -> tuple[str, ...]:
    """Say what the four tests gave."""
    own, uniform = (np.mean(found.cells.values["uniform", name]) for name in ("its own", "uniform"))
    divergences, distances = found.over_seeds.values()
    chosen = found.adversaries[found.chosen]
    guided = found.cells.below("diagnostic").items()
    told = ", ".join(f"{name} {np.mean(some):.3f}" for (name,), some in guided)
    return (
        f"Uniform weights: test F1 {uniform:.3f}, with attention {own:.3f} "
        f"({len(found.cells.values['uniform', 'its own'])} training(s) each).",
        f"Other seeds: attention moves by a median JSD of {divergences.mean():.2f} a text, the "
        f"probability by {distances.mean():.3f} ({len(found.retrained)} seed(s)).",
        f"The adversary of strength {found.chosen:g} reaches a mean JSD of "
        f"{chosen.divergences(found.base).mean():.2f} with F1 {chosen.f1(found.labels):.3f} and a "
        f"mean change of the probability of {chosen.distances(found.base).mean():.3f}.",
        f"F1 of the classifier without context under each guide: {told}.",
    )
