"""What all rows together say: one record of plain values, the audit's answer."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from assay.audit import columns
from assay.audit.configuration import Configuration
from assay.audit.curves import Curves
from assay.audit.persistence import data_set_test, judged, paragraph
from assay.audit.shares import DRAWS, LEVEL, distribution, mean, numbers, shares

VERDICTS = ("trustworthy", "inconclusive", "not trustworthy")
OUTCOMES = ("supports", "inconclusive", "contradicts", "not applicable")
CONDITIONS = ("supported", "inconclusive", "contradicted", "not applicable")
LISTED = 10
THIRDS = 3


def answer_of(records: Iterable[Mapping[str, Any]], configuration: Configuration) -> dict[str, Any]:
    """Read the rows once: their columns into lists, their reports one after the other."""
    table = columns.empty(configuration)
    curves = Curves()
    for record in records:
        for name, values in table.items():
            values.append(record.get(name))
        if record.get("report") is not None:
            curves.add(json.loads(record["report"]))
    return answer(table, curves.means(), configuration)


def answer(
    table: Mapping[str, Sequence[Any]], curves: Mapping[str, Any], configuration: Configuration
) -> dict[str, Any]:
    """Return the answer of a run.

    Args:
        table: the columns of `columns.empty`, filled with the rows in order.
        curves: what `Curves.means` returned of the same rows.
        configuration: of the run.
    """
    errors = [
        {"row": row, "error": error}
        for row, error in zip(table["row"], table["error"], strict=True)
        if error is not None
    ]
    kept = [place for place, error in enumerate(table["error"]) if error is None]
    good = {name: [values[place] for place in kept] for name, values in table.items()}
    seed = configuration.seed
    checks = columns.check_names(configuration)
    result: dict[str, Any] = {
        "rows": len(table["row"]),
        "examined": len(kept),
        "errors": errors,
        "outcomes": _outcomes(good, checks, seed),
        "statistics": {
            name: distribution(good[f"{name}_statistic"], _keyed(seed, name)) for name in checks
        },
        "removal": _removal(good, seed),
        "agreement": _agreement(good, configuration.methods()),
        "data_set_test": _tests(good, configuration.methods()),
        "by_confidence": _by_confidence(good, seed),
        "by_correctness": _by_correctness(good, seed),
        "plausibility": {
            name: mean(good[f"plausibility_{name}"], _keyed(seed, name))
            for name in ("auprc", "token_f1", "iou_f1")
            if any(value is not None for value in good[f"plausibility_{name}"])
        },
        "curves": curves,
        "bootstrap": {"draws": DRAWS, "level": LEVEL, "seed": seed},
    }
    result["most_trustworthy"], result["least_trustworthy"] = _extremes(good)
    consistency = result["outcomes"]["conditions"]["consistency"]
    result["persistence"] = judged(result["data_set_test"], consistency.get("supported"))
    result["paragraph"] = paragraph(result)
    return result


def _keyed(seed: int, name: str) -> int:
    """Return a seed of its own for each interval, so that none depends on another's draws."""
    return (seed << 32) ^ zlib.crc32(name.encode())


def _outcomes(
    good: Mapping[str, Sequence[Any]], checks: Sequence[str], seed: int
) -> dict[str, Any]:
    return {
        "verdicts": shares(good["verdict"], _keyed(seed, "verdict"), VERDICTS),
        "reasons": shares(good["reason"], _keyed(seed, "reason")),
        "ladder": shares(good["ladder"], _keyed(seed, "ladder")),
        "conditions": {
            name: shares(good[name], _keyed(seed, name), CONDITIONS) for name in columns.CONDITIONS
        },
        "checks": {
            name: shares(good[f"{name}_outcome"], _keyed(seed, name), OUTCOMES) for name in checks
        },
    }


def _removal(good: Mapping[str, Sequence[Any]], seed: int) -> dict[str, Any]:
    """Return how predictions fare when K, or random sets of its size, are deleted."""
    result: dict[str, Any] = {
        "prediction_stays": {
            "removed": mean(good["removed_same"], _keyed(seed, "removed_same")),
            "random": mean(good["random_same"], _keyed(seed, "random_same")),
        }
    }
    gaps = [
        random - removed
        for removed, random in zip(good["removed_same"], good["random_same"], strict=True)
        if removed is not None
    ]
    result["prediction_stays"]["gap"] = mean(gaps, _keyed(seed, "gap_same"))
    labelled = [place for place, value in enumerate(good["removed_correct"]) if value is not None]
    if labelled:
        correct, removed, random = (
            [float(good[name][place]) for place in labelled]
            for name in ("correct", "removed_correct", "random_correct")
        )
        result["accuracy"] = {
            "before": mean(correct, _keyed(seed, "correct")),
            "removed": mean(removed, _keyed(seed, "removed_correct")),
            "random": mean(random, _keyed(seed, "random_correct")),
            "gap": mean(
                [b - a for a, b in zip(removed, random, strict=True)], _keyed(seed, "gap_correct")
            ),
        }
    return result


def _agreement(good: Mapping[str, Sequence[Any]], methods: Sequence[str]) -> dict[str, Any]:
    """Return the mean agreement of every method with every other, and over how many rows."""
    count = len(methods)
    result: dict[str, Any] = {"methods": list(methods)}
    for name in ("kendall", "lift"):
        cells = good[f"agreement_{name}"]
        means: list[list[float | None]] = []
        defined: list[list[int]] = []
        for first in range(count):
            values = [
                numbers(row[first * count + second] for row in cells if row is not None)
                for second in range(count)
            ]
            means.append([float(one.mean()) if one.size else None for one in values])
            defined.append([int(one.size) for one in values])
        result[name] = {"mean": means, "n": defined}
    return result


def _tests(good: Mapping[str, Sequence[Any]], methods: Sequence[str]) -> dict[str, Any]:
    """Return the data-set test of the tested map against each other method."""
    result = {}
    for place, name in list(enumerate(methods))[1:]:
        lifts = [None if row is None else row[place] for row in good["agreement_lift"]]
        variances = [None if row is None else row[place] for row in good["lift_variance"]]
        result[name] = data_set_test(lifts, variances)
    return result


def _by_confidence(good: Mapping[str, Sequence[Any]], seed: int) -> list[dict[str, Any]]:
    """Return outcomes in each third of the rows by confidence."""
    order = sorted(
        (place for place, value in enumerate(good["confidence"]) if value is not None),
        key=lambda place: (good["confidence"][place], place),
    )
    bands = [part.tolist() for part in np.array_split(np.array(order, int), THIRDS) if part.size]
    result = []
    for number, band in enumerate(bands):
        confidences = [good["confidence"][place] for place in band]
        result.append(
            {"from": min(confidences), "to": max(confidences)}
            | _group(good, band, _keyed(seed, f"confidence {number}"))
        )
    return result


def _by_correctness(good: Mapping[str, Sequence[Any]], seed: int) -> dict[str, Any]:
    """Return outcomes of the rows that the model got right and of those that it got wrong."""
    result = {}
    for name, value in (("right", True), ("wrong", False)):
        places = [place for place, found in enumerate(good["correct"]) if found is value]
        if places:
            result[name] = _group(good, places, _keyed(seed, name))
    return result


def _group(good: Mapping[str, Sequence[Any]], places: Sequence[int], seed: int) -> dict[str, Any]:
    supported = shares([good["consistency"][place] for place in places], seed, CONDITIONS)
    return {
        "n": len(places),
        "verdicts": shares([good["verdict"][place] for place in places], seed, VERDICTS),
        "consistency_supported": supported["supported"],
    }


def _extremes(
    good: Mapping[str, Sequence[Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows at both ends: by verdict, then rungs held, then the weaker agreement."""
    names = ("row", "text", "verdict", "reason", "ladder")

    def key(place: int) -> tuple[int, int, float, int]:
        weaker = min(
            -2.0 if value is None else float(value)
            for value in (
                good["gradient_agreement_statistic"][place], good["removal_statistic"][place]
            )
        )  # fmt: skip
        return (
            -VERDICTS.index(good["verdict"][place]),
            good["ladder"][place],
            weaker,
            -good["row"][place],
        )

    order = sorted(range(len(good["row"])), key=key, reverse=True)
    listed = [
        [{name: good[name][place] for name in names} | {"weaker_agreement": key(place)[2]}
         for place in places]
        for places in (order[:LISTED], order[::-1][:LISTED])
    ]  # fmt: skip
    return listed[0], listed[1]
