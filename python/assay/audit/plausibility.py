"""Plausibility: does the map mark what a person marked? It never enters the verdict.

DeYoung et al. 2020 (ERASER): the area under the precision-recall curve of the scores, the F1 of
the highlighted tokens, and the F1 of spans that overlap by half of their union.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assay.audit.rows import Spans
from assay.report import Report

#: From this intersection over union on, two spans count as one (DeYoung et al. 2020, section 4).
OVERLAP = 0.5


def plausibility(report: Report, rationale: Spans) -> dict[str, float | None]:
    """Compare a report's map with the characters that a person marked in its first text."""
    tokens, positions = report.tokens, report.explanation.positions
    marked = np.array(
        [tokens.types[p] == 0 and _touches(tokens.offsets[p], rationale) for p in positions], bool
    )
    chosen = np.isin(positions, report.highlighted)
    scores = np.asarray(report.explanation.scores, np.float64)
    return {
        "plausibility_auprc": average_precision(scores, marked),
        "plausibility_token_f1": f1(int((chosen & marked).sum()), int(chosen.sum()),
                                    int(marked.sum())),
        "plausibility_iou_f1": span_f1(chosen, marked),
    }  # fmt: skip


def average_precision(scores: NDArray[np.float64], marked: NDArray[np.bool_]) -> float | None:
    """Return the area under the precision-recall curve by steps; tied scores enter together.

    `None` where nothing is marked.

    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
    0.8333333333333333
    """
    total = int(marked.sum())
    if total == 0:
        return None
    area, hits, seen = 0.0, 0, 0
    for value in sorted(set(scores.tolist()), reverse=True):
        level = scores == value
        gained = int((level & marked).sum())
        hits, seen = hits + gained, seen + int(level.sum())
        area += gained / total * (hits / seen)
    return area


def span_f1(chosen: NDArray[np.bool_], marked: NDArray[np.bool_]) -> float | None:
    """Return the F1 of runs of tokens, two runs being one when they overlap by half.

    >>> span_f1(np.array([True, True, False, True]), np.array([True, True, False, False]))
    0.6666666666666666
    """
    ours, theirs = _runs(chosen), _runs(marked)
    hits = sum(1 for a in ours if any(_overlap(a, b) >= OVERLAP for b in theirs))
    return f1(hits, len(ours), len(theirs))


def f1(hits: int, chosen: int, marked: int) -> float | None:
    """Return the harmonic mean of precision and recall; `None` where nothing is marked."""
    if marked == 0:
        return None
    return 2 * hits / (chosen + marked)


def _runs(flags: NDArray[np.bool_]) -> list[range]:
    runs: list[range] = []
    for place in np.flatnonzero(flags).tolist():
        if runs and runs[-1].stop == place:
            runs[-1] = range(runs[-1].start, place + 1)
        else:
            runs.append(range(place, place + 1))
    return runs


def _overlap(a: range, b: range) -> float:
    common = max(0, min(a.stop, b.stop) - max(a.start, b.start))
    return common / (len(a) + len(b) - common)


def _touches(offsets: Sequence[int] | NDArray[np.int32], spans: Iterable[tuple[int, int]]) -> bool:
    start, end = int(offsets[0]), int(offsets[1])
    return any(start < last and first < end for first, last in spans)
