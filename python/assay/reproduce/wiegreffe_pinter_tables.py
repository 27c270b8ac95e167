"""The tables and figures of Wiegreffe & Pinter 2019, made of our measurements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assay.reproduce.debate import BINS, bins
from assay.reproduce.figures import Curve, Curves, Figure, Violin, Violins
from assay.reproduce.readings import Findings
from assay.reproduce.tables import Measure, Row, Table

GUIDES = ("uniform", "its own", "base", "adversary")


def tables(found: Findings) -> tuple[Table, ...]:
    """Return every table."""
    return _weights(found), _retrained(found), _diagnostic(found), _adversaries(found)


def _weights(found: Findings) -> Table:
    return Table(
        name="uniform",
        title="F1 with attention and with uniform weights",
        keys=("weights",),
        rows=tuple(Row((name,), Measure.of(values)) for name, values in found.weights.items()),
        note="Mean and standard deviation over trainings; uniform in training and test.",
        digits=3,
    )


def _retrained(found: Findings) -> Table:
    divergences, distances = _over_seeds(found)
    rows = []
    for group in (0, 1):
        for place, name in enumerate(BINS):
            chosen = _cell(found, group, place)
            if chosen.sum() >= 5:
                rows.append(Row((str(group), name, "JSD"), Measure.of(divergences[chosen])))
                rows.append(Row((str(group), name, "|Δp|"), Measure.of(distances[chosen])))
    for name, values in (("JSD", divergences), ("|Δp|", distances)):
        rows.append(Row(("all", "all", name), Measure.of(values)))
    return Table(
        name="seeds",
        title="How far attention and prediction move when the same model is trained again",
        keys=("predicted class", "largest weight", "measure"),
        rows=tuple(rows),
        note=f"Median JSD and mean change of the probability over {len(found.retrained)} other "
        "seeds, mean and standard deviation over test texts.",
        digits=3,
    )


def _diagnostic(found: Findings) -> Table:
    return Table(
        name="diagnostic",
        title="F1 of a classifier that sees no context, by what guides it",
        keys=("guide",),
        rows=tuple(Row((name,), Measure.of(found.diagnostic[name])) for name in GUIDES),
        note="One layer over each word by itself, summed up by frozen weights: uniform, trained "
        "with it, the base BiLSTM's, or the adversary's. Mean and standard deviation over "
        f"trainings; the adversary is that of strength {found.chosen}.",
        digits=3,
    )


def _adversaries(found: Findings) -> Table:
    rows = []
    for strength, reading in found.adversaries.items():
        key = f"{strength:g}"
        rows += [
            Row((key, "F1"), Measure(reading.f1(found.labels))),
            Row((key, "|Δp|"), Measure.of(reading.distances(found.base))),
            Row((key, "JSD"), Measure.of(reading.divergences(found.base))),
        ]
    return Table(
        name="adversaries",
        title="Models trained to predict the same from other attention",
        keys=("strength", "measure"),
        rows=tuple(rows),
        note="Against the base, mean and standard deviation over test texts; JSD is at most "
        "ln 2 = 0.693.",
        digits=3,
    )


def figures(found: Findings) -> tuple[Figure, ...]:
    """Return the violins of other seeds and the curve of the sweep."""
    divergences, _ = _over_seeds(found)
    violins = [
        Violin(f"{name} {group}", divergences[_cell(found, group, place)], group)
        for place, name in enumerate(BINS)
        for group in (0, 1)
        if _cell(found, group, place).sum() >= 5
    ]
    points = sorted(
        (float(one.distances(found.base).mean()), float(one.divergences(found.base).mean()))
        for one in found.adversaries.values()
    )
    other = [
        (float(one.distances(found.base).mean()), float(one.divergences(found.base).mean()))
        for one in found.retrained
    ]
    return (
        Violins(
            title="JSD from the base's attention over other seeds, by largest weight and class",
            violins=tuple(violins),
            y_label="median JSD",
            caption="One violin a bin of the base's largest attention weight and predicted class.",
            high=0.7,
        ),
        Curves(
            title="How far attention can go for how much of the prediction",
            curves=(
                Curve("trained adversaries", *_axes(points)),
                Curve("other seeds", *_axes(sorted(other)), colour=1),
            ),
            x_label="mean change of the probability",
            y_label="mean JSD from the base's attention",
            caption="One point a strength, and one a seed.",
        ),
    )


def findings(found: Findings) -> tuple[str, ...]:
    """Say what the four tests gave."""
    own, uniform = (float(np.mean(found.weights[name])) for name in ("its own", "uniform"))
    divergences, distances = _over_seeds(found)
    chosen = found.adversaries[found.chosen]
    guided = ", ".join(f"{name} {np.mean(found.diagnostic[name]):.3f}" for name in GUIDES)
    return (
        f"Uniform weights: test F1 {uniform:.3f}, with attention {own:.3f} "
        f"({len(found.weights['its own'])} training(s) each).",
        f"Other seeds: attention moves by a median JSD of {divergences.mean():.2f} a text, the "
        f"probability by {distances.mean():.3f} ({len(found.retrained)} seed(s)).",
        f"The adversary of strength {found.chosen:g} reaches a mean JSD of "
        f"{chosen.divergences(found.base).mean():.2f} with F1 {chosen.f1(found.labels):.3f} and a "
        f"mean change of the probability of {chosen.distances(found.base).mean():.3f}.",
        f"F1 of the classifier without context under each guide: {guided}.",
    )


def _over_seeds(found: Findings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Median divergence and mean distance over the other seeds, one value a text."""
    divergences = [one.divergences(found.base) for one in found.retrained]
    distances = [one.distances(found.base) for one in found.retrained]
    return np.median(divergences, axis=0), np.mean(distances, axis=0)


def _cell(found: Findings, group: int, place: int) -> NDArray[np.bool_]:
    """The texts of one class and one bin of the base's largest weight."""
    largest = bins(np.array([row.max() for row in found.base.attention], np.float64))
    positive: NDArray[np.bool_] = found.base.positive > 0.5
    return np.asarray((positive == bool(group)) & (largest == place))


def _axes(points: list[tuple[float, float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(x for x, _ in points), tuple(y for _, y in points)
