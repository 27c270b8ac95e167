"""The three conditions of a report, each with the one picture that carries it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.results.report import Condition, Report
from assay.show.blocks import (
    TONES,
    Bars,
    Block,
    Card,
    DotRow,
    Dots,
    PatchMap,
    TokenStrip,
    number,
    probability,
    words,
)
from assay.show.explanation import strip
from assay.show.report_words import NAMED, rival

QUESTIONS = {
    "consistency": "Do independent methods point at the same tokens?",
    "causal_relevance": "Does the prediction change when those tokens are taken away?",
    "counterfactual_robustness": "Would other attention have given another prediction?",
}
#: Rivals whose attention is drawn; the others are named.
DRAWN = 3
AMONG = "beside random sets of as many tokens and the best set found"


def card(condition: Condition, report: Report) -> Card:
    """Return a condition with its figures and its picture."""
    figures, pictures = _PARTS.get(condition.name, (lambda _: (), lambda _: ()))
    said: list[tuple[str, str]] = []
    if condition.efficiency is not None:
        said.append(("efficiency", number(condition.efficiency, 2)))
    return Card(
        words(condition.name).capitalize(),
        QUESTIONS.get(condition.name, ""),
        condition.outcome,
        TONES.get(condition.outcome, "neutral"),
        condition.reasons,
        (*said, *figures(report)),
        tuple(pictures(report)),
    )


def details_of(report: Report, name: str) -> Mapping[str, Any]:
    """Return what a check measured; nothing where it was not run."""
    check = report.checks.get(name)
    return {} if check is None else check.details


def on_tokens(values: ArrayLike, report: Report) -> NDArray[np.float32] | None:
    """Return values of units or explained tokens as one for each explained token.

    Every token of a unit gets the unit's value. `None` where they are of something else.
    """
    numbers = np.asarray(values, np.float32)
    positions = report.explanation.positions
    if len(numbers) == len(positions):
        return numbers
    if len(numbers) != len(report.units):
        return None
    of_position = {one: place for place, unit in enumerate(report.units) for one in unit}
    return numbers[[of_position[int(position)] for position in positions]]


def tested_map(report: Report) -> TokenStrip | PatchMap:
    """Return the tested map, for the maps below it to be held against."""
    label = f"{words(report.explanation.method)} (tested)"
    return strip(report.explanation, label, "first", report.highlighted)


def other_map(
    report: Report, scores: NDArray[np.float32], label: str, marked: Collection[int] = ()
) -> TokenStrip | PatchMap:
    """Return the same input coloured by other scores."""
    return strip(replace(report.explanation, scores=scores), label, "second", marked)


def removal_dots(report: Report, *, counted: bool) -> Dots | None:
    """Return the strips of the removal operators, those that decide or those that do not.

    The operator under which the map does worst stands first.
    """
    details = details_of(report, "removal")
    trials = [
        (str(one["operator"]), one)
        for one in details.get("operators") or ()
        if bool(one.get("counted")) is counted and "random" in one
    ]
    if counted:
        # The passes whose attention was held show what a copy hides.
        trials += [(f"{one['operator']}, held", one) for one in details.get("held") or ()]
    trials.sort(key=lambda one: (one[0].endswith("held"), _or_zero(one[1].get("efficiency"))))
    if not trials:
        return None
    how = ["together plus one by one"] if len(report.highlighted) > 1 else []
    how += [str(details["unit"])] if details.get("unit") else []
    measured = f" ({', '.join(how)})" if how else ""
    caption = f"Effect of removing the highlighted tokens{measured}, {AMONG}."
    if any(name.endswith("held") for name, _ in trials):
        caption += " Held: embeddings replaced with every attention pattern as it was."
    return Dots(tuple(_row(words(name), one) for name, one in trials), caption)


def placement_dots(report: Report) -> Dots | None:
    """Return the strip of exchanged attention, where that was measured."""
    measured = details_of(report, "redirect").get("placement")
    if not measured:
        return None
    caption = f"Effect of exchanging the highlighted attention, {AMONG}."
    return Dots((_row("exchange", measured),), caption)


def _row(label: str, measured: Mapping[str, Any]) -> DotRow:
    value = measured.get("efficiency")
    note = "no efficiency" if value is None else f"efficiency {number(value, 2)}"
    if measured.get("p_value") is not None:
        note += f", {probability(measured['p_value'])}"
    if measured.get("breaks_text"):
        # Where every operator does, the first ones decide all the same.
        note = f"{note}; breaks the text" if measured.get("counted") else "breaks the text"
    return DotRow(
        label,
        tuple(float(one) for one in measured["random"]),
        float(measured["statistic"]),
        None if measured.get("best") is None else float(measured["best"]),
        note,
    )


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None else value


def _consistency_figures(report: Report) -> Iterator[tuple[str, str]]:
    check = report.checks.get("gradient_agreement")
    if check is not None and check.p_value is not None:
        yield "a random placement reaches it", probability(check.p_value)
    for one in details_of(report, "gradient_agreement").get("references") or ():
        if one.get("counted"):
            yield words(str(one["name"])), number(one.get("efficiency"), 2)


def _consistency(report: Report) -> Iterator[Block]:
    counted = [
        (words(str(one["name"])), on_tokens(one["scores"], report))
        for one in details_of(report, "gradient_agreement").get("references") or ()
        if one.get("counted") and one.get("scores") is not None
    ]
    if not counted:
        return
    yield tested_map(report)
    for name, scores in counted:
        if scores is not None:
            yield other_map(report, scores, name)


def _removal_figures(report: Report) -> Iterator[tuple[str, str]]:
    for one in details_of(report, "removal").get("operators") or ():
        if one.get("counted"):
            yield f"change under {words(str(one['operator']))}", number(one["tvd"])


def _removal(report: Report) -> Iterator[Block]:
    dots = removal_dots(report, counted=True)
    if dots is not None:
        yield dots


#: What was done to the highlighted attention, by the name of its effect.
EDITS = {
    "knock_out": "knocked out",
    "pour_median": "poured onto one token, median",
    "swap_median": "exchanged on average",
}


def _edits(report: Report) -> tuple[tuple[str, float], ...]:
    details = details_of(report, "redirect")
    return tuple(
        (label, float(details[name]))
        for name, label in EDITS.items()
        if details.get(name) is not None
    )


def _redirect_figures(report: Report) -> Iterator[tuple[str, str]]:
    for label, effect in _edits(report):
        yield label, number(effect)
    for one in report.rivals[:NAMED]:
        restored = f"restores {one.restored:.0%}, at distance {number(one.distance, 2)}"
        yield f"on {rival(report, one)} instead", restored


def _redirect(report: Report) -> Iterator[Block]:
    dots = placement_dots(report)
    if dots is not None:
        yield dots
    elif edits := _edits(report):
        epsilon = report.thresholds.get("epsilon")
        least = "" if epsilon is None else f"; below {number(epsilon)} an effect counts as none"
        yield Bars(edits, epsilon, f"Effects of editing the highlighted attention{least}.")
    if report.rivals:
        yield from _attention(report)


def _attention(report: Report) -> Iterator[TokenStrip | PatchMap]:
    """Draw where the highlighted attention is, and where it would have done as well."""
    explained = {int(one): place for place, one in enumerate(report.explanation.positions)}
    chosen = [explained[one] for one in report.highlighted if one in explained]
    shares = np.zeros(len(explained), np.float32)
    shares[chosen] = np.abs(report.explanation.scores[chosen])
    yield strip(
        replace(report.explanation, scores=shares),
        "the highlighted attention",
        "first",
        report.highlighted,
    )
    for one in report.rivals[:DRAWN]:
        poured = np.zeros(len(explained), np.float32)
        poured[[explained[at] for at in one.positions]] = shares.max(initial=0.0) or 1.0
        label = (
            f"on {rival(report, one)} instead: {one.restored:.0%} of the answer restored, "
            f"at distance {number(one.distance, 2)}"
        )
        yield other_map(report, poured, label, one.positions)


_PARTS: dict[
    str,
    tuple[Callable[[Report], Iterable[tuple[str, str]]], Callable[[Report], Iterable[Block]]],
] = {
    "consistency": (_consistency_figures, _consistency),
    "causal_relevance": (_removal_figures, _removal),
    "counterfactual_robustness": (_redirect_figures, _redirect),
}
