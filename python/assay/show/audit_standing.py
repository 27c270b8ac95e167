"""Where each judged map stands on a data set: between chance and what can be attained there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assay.show import as_html, audit_figures
from assay.show.blocks import Block, Heading, Paragraph, Table


def section(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the picture that carries the answer, and its numbers, for a page."""
    if not answer["standings"]:
        return
    title, *numbers = blocks(answer)
    yield as_html.body(title)
    yield audit_figures.standings(
        answer["standings"],
        "Each map's share of testable texts in which it is trusted, with its 95 % interval. The "
        "band leads from the same weights placed at random to the leave-one-out map (the bar at "
        "its end); beyond the dashed line lies more than half of the way",
    )
    yield as_html.body(*numbers)


def blocks(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield each judged map beside its ceiling and chance, and how they differ text by text."""
    if not answer["standings"]:
        return
    yield Heading("Against the ceiling and against chance")
    rows = tuple(
        (words(one["map"]), one["answer"], short(one["trusted"]),
         short(one["ceiling"]["trusted"]), short(one["chance"]), way(one["attained"]),
         "none" if one["texts_needed"] is None else f"{one['texts_needed']:,}")
        for one in answer["standings"]
    )  # fmt: skip
    yield Table(
        rows,
        ("map", "answer", "trusted", "leave-one-out", "at random", "of the way", "texts needed"),
    )
    conditions = tuple(answer["standings"][0]["supported"])
    supported: list[tuple[str, ...]] = []
    for one in answer["standings"]:
        own, best = one["supported"], one["ceiling"]["supported"]
        supported.append((words(one["map"]), *(short(own[name]) for name in conditions)))
        supported.append(("leave-one-out there", *(short(best[name]) for name in conditions)))
    yield Table(tuple(supported), ("supported", *(words(name) for name in conditions)))
    testable = answer["standings"][0]["testable"]
    yield Paragraph(
        f"Shares of the {testable['count']:,} texts, of {testable['of']:,}, on which the "
        "leave-one-out map or the best set found passes removal, so that a map can be told from "
        "others. Leave-one-out is what can be attained there within the same attention; at random "
        "are the map's own weights in another order. Texts needed show in four tries of five on "
        "which side of the half of the way the map lies.",
        muted=True,
    )
    if answer["pairs"]:
        yield Heading("The same texts, map against map")
        differences: list[tuple[str, ...]] = []
        for one in answer["pairs"]:
            name = f"{words(one['first'])} less {words(one['second'])}"
            efficiencies = (paired(one["efficiency"][condition]) for condition in conditions)
            differences.append((name, paired(one["trusted"]), *efficiencies))
        header = ("difference", "trusted", *(words(name) for name in conditions))
        yield Table(tuple(differences), header)
        yield Paragraph(
            "Mean differences text by text with 95 % intervals over texts, of the share trusted "
            "and of the efficiency in each condition; in round brackets the smallest true "
            "difference that so many texts would have shown in four tries of five.",
            muted=True,
        )


def short(one: Mapping[str, Any]) -> str:
    """Write a share with its interval in one cell."""
    if one["share"] is None:
        return "none"
    return f"{one['share']:.0%} [{one['low']:.0%}, {one['high']:.0%}]"


def way(one: Mapping[str, Any]) -> str:
    """Write how much of the way from chance to the ceiling is attained."""
    if one["value"] is None:
        return "no ceiling"
    interval = "" if one["low"] is None else f" [{one['low']:.0%}, {one['high']:.0%}]"
    return f"{one['value']:.0%}{interval}"


def paired(one: Mapping[str, Any] | None) -> str:
    """Write a paired difference with its interval and what would have been seen."""
    if one is None:
        return "none"
    interval = "" if one["low"] is None else f" [{one['low']:+.2f}, {one['high']:+.2f}]"
    seen = "" if one["detectable"] is None else f" ({one['detectable']:.2f})"
    return f"{one['difference']:+.2f}{interval}{seen}"


def words(name: str) -> str:
    """Write a registered name as words."""
    return name.replace("_", " ")
