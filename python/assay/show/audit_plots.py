"""The answer as matplotlib figures, for a paper: vector graphics, one kind a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.engine.errors import InputError, one_of
from assay.show.blocks import words
from assay.show.figures import shown_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Told apart in grey and by readers who do not see red and green as different.
COLOURS = {
    "trustworthy": "#0d746c",
    "supported": "#0d746c",
    "inconclusive": "#d9b44a",
    "not trustworthy": "#b5452c",
    "contradicted": "#b5452c",
    "not applicable": "#b9b5ac",
}
FIRST, SECOND = "#3f51d6", "#6b6862"
#: The width of a page of text, in inches.
WIDTH = 6.3


def draw_answer(answer: Mapping[str, Any], kind: str) -> Figure:
    """Draw one kind of figure; it belongs to no window and shows itself in a notebook.

    Raises:
        OptionError: no such kind.
        InputError: the answer has nothing of that kind.
        MissingExtraError: matplotlib is not installed.
    """
    one_of("kind", kind, KINDS)
    figure: Figure = shown_figure(figsize=(WIDTH, 3.2), layout="constrained")
    KINDS[kind](answer, figure)
    return figure


def _standings(answer: Mapping[str, Any], figure: Figure) -> None:
    found = [one for one in answer["standings"] if one["testable"]["count"]]
    if not found:
        raise InputError("plot: no text could tell maps apart", subject="kind")
    axes = figure.add_subplot()
    for place, one in enumerate(found):
        own, chance, best = (
            one["trusted"],
            one["chance"]["share"],
            one["ceiling"]["trusted"]["share"],
        )
        axes.barh(-place, best - chance, left=chance, height=0.5, color="#e3dfd6")
        axes.vlines(best, -place - 0.32, -place + 0.32, color="black", linewidth=2)
        half = (chance + best) / 2
        axes.vlines(half, -place - 0.25, -place + 0.25, color=SECOND, linestyle="--", linewidth=1)
        error = [[own["share"] - own["low"]], [own["high"] - own["share"]]]
        colour = COLOURS.get(one["answer"], COLOURS["inconclusive"])
        axes.errorbar(own["share"], -place, xerr=error, fmt="o", color=colour, capsize=3)
    axes.set_yticks([-place for place in range(len(found))], [words(one["map"]) for one in found])
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of testable texts; from random placement to the leave-one-out map")


def _outcomes(answer: Mapping[str, Any], figure: Figure) -> None:
    found = answer["outcomes"]
    groups = {"verdict": found["verdicts"]} | {words(n): s for n, s in found["conditions"].items()}
    _stacked(groups, figure)


def _confidence(answer: Mapping[str, Any], figure: Figure) -> None:
    groups = {
        f"confidence {one['from']:.2f}–{one['to']:.2f}": one["verdicts"]  # noqa: RUF001
        for one in answer["by_confidence"]
    }
    groups |= {f"prediction {name}": one["verdicts"] for name, one in
               answer["by_correctness"].items()}  # fmt: skip
    if not groups:
        raise InputError("plot: no example could be examined", subject="kind")
    _stacked(groups, figure)


def _stacked(groups: Mapping[str, Mapping[str, Mapping[str, Any]]], figure: Figure) -> None:
    axes = figure.add_subplot()
    places = np.arange(len(groups))[::-1]
    left = np.zeros(len(groups))
    for colour in dict.fromkeys(COLOURS.values()):
        alike = [outcome for outcome in COLOURS if COLOURS[outcome] == colour]
        wide = np.array(
            [
                sum((s.get(name) or {}).get("share") or 0.0 for name in alike)
                for s in groups.values()
            ]
        )
        named = [name for name in alike if any(name in shares for shares in groups.values())]
        if wide.any():
            axes.barh(places, wide, left=left, color=colour, label=" / ".join(named), height=0.7)
        left += wide
    axes.set_yticks(places, list(groups))
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of examples")
    figure.legend(loc="outside upper center", ncols=2, frameon=False)


def _statistics(answer: Mapping[str, Any], figure: Figure) -> None:
    found = {name: one for name, one in answer["statistics"].items() if one["n"]}
    if not found:
        raise InputError("plot: no check has a statistic", subject="kind")
    columns = 3
    rows = -(-len(found) // columns)
    figure.set_size_inches(WIDTH, 1.7 * rows)
    for place, (name, one) in enumerate(found.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        axes.stairs(one["histogram"]["counts"], one["histogram"]["edges"], fill=True, color=FIRST)
        axes.axvline(one["median"], color="black", linewidth=1.2)
        axes.set_title(words(name), fontsize=9)
        axes.tick_params(labelsize=7)
        axes.set_yticks([])


def _curves(answer: Mapping[str, Any], figure: Figure) -> None:
    found = answer["curves"]
    if not found:
        raise InputError("plot: no check of this audit draws curves", subject="kind")
    first = None
    for place, (name, one) in enumerate(found.items(), start=1):
        axes = figure.add_subplot(1, len(found), place, sharey=first)
        x = one["fractions"]
        axes.fill_between(x, one["random_low"], one["random_high"], color=SECOND, alpha=0.2, lw=0)
        axes.plot(x, one["random_mean"], color=SECOND, linestyle="--", label="random order")
        axes.plot(x, one["observed"], color=FIRST, linewidth=2, label="the map's order")
        axes.set_title(words(name), fontsize=10)
        doing = "removed" if name == "comprehensiveness" else "kept"
        axes.set_xlabel(f"share of tokens {doing}")
        if first is None:
            first = axes
            axes.set_ylabel("drop of probability")
            axes.legend(frameon=False, fontsize=8)


def _agreement(answer: Mapping[str, Any], figure: Figure) -> None:
    names = [words(name) for name in answer["agreement"]["methods"]]
    figure.set_size_inches(WIDTH * 1.3, 4.6)
    titles = {"kendall": "Kendall's tau", "lift": "lift of row in column"}
    for place, (kind, title) in enumerate(titles.items(), start=1):
        axes = figure.add_subplot(1, 2, place)
        mean = answer["agreement"][kind]["mean"]
        values = np.array([[np.nan if v is None else v for v in line] for line in mean], float)
        axes.imshow(values, vmin=-1, vmax=1, cmap="PuOr")
        for row, column in np.argwhere(np.isfinite(values)):
            shade = "white" if abs(values[row, column]) > 0.55 else "black"
            text = f"{values[row, column]:.2f}"
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color=shade)
        axes.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=7)
        axes.set_yticks(range(len(names)), names if place == 1 else [], fontsize=7)
        axes.set_title(title, fontsize=10)


def _removal(answer: Mapping[str, Any], figure: Figure) -> None:
    found = answer["removal"]
    rows: list[tuple[str, Mapping[str, Any], str]] = []
    if "accuracy" in found:
        one = found["accuracy"]
        rows += [
            ("accuracy", one["before"], "black"),
            ("accuracy without K", one["removed"], FIRST),
            ("accuracy without random tokens", one["random"], SECOND),
        ]
    stays = found["prediction_stays"]
    rows += [
        ("prediction stays without K", stays["removed"], FIRST),
        ("prediction stays without random tokens", stays["random"], SECOND),
    ]
    axes = figure.add_subplot()
    for place, (_, one, colour) in enumerate(rows):
        if one["mean"] is not None:
            error = [[one["mean"] - one["low"]], [one["high"] - one["mean"]]]
            axes.errorbar(one["mean"], -place, xerr=error, fmt="o", color=colour, capsize=3)
    axes.set_yticks([-place for place in range(len(rows))], [name for name, *_ in rows])
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of examples")
    axes.grid(axis="x", alpha=0.3)


KINDS: dict[str, Callable[[Mapping[str, Any], Figure], None]] = {
    "standings": _standings,
    "outcomes": _outcomes,
    "statistics": _statistics,
    "curves": _curves,
    "agreement": _agreement,
    "removal": _removal,
    "confidence": _confidence,
}
