"""What the study of planted shortcuts shows: tables, the figure, and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assay.ask.samples import proportion
from assay.reproduce.figures import Curve, Curves
from assay.reproduce.planting import KINDS
from assay.reproduce.shortcut_maps import DAMAGES, damaged
from assay.reproduce.shortcut_models import FOLLOWED, Learned
from assay.reproduce.shortcut_verdicts import Findings, Judged
from assay.reproduce.study import Result
from assay.reproduce.tables import Measure, Row, Table

MAPS = ("oracle", "softened", "half", "wrong")
TRUSTED, REFUSED = "trustworthy", "not trustworthy"
SIZES = {kind.name: kind.size for kind in KINDS}


def result(
    found: Findings,
    learned: Mapping[tuple[str, str, int], Learned],
    settings: Mapping[str, Any],
    seconds: Mapping[str, float],
) -> Result:
    """Return everything that was found."""
    named = list(dict.fromkeys((kind, model) for kind, model, _ in learned))
    tables = (
        _learned(learned),
        _verdicts(found, named),
        _needed(found, named),
        _misses(found, named),
        _damages(found, named),
        _methods(found),
    )
    return Result(
        study="shortcuts",
        title="Shortcuts planted in natural texts",
        source="after Bastings et al. 2022, Will You Find These Shortcuts?",
        findings=_sentences(found, learned),
        differences=_DIFFERENCES,
        tables=tuple(table for table in tables if table.rows),
        figures=(_figure(found),) if found.judged else (),
        settings=settings,
        seconds=seconds,
    )


def _learned(learned: Mapping[tuple[str, str, int], Learned]) -> Table:
    rows = []
    for (kind, model, seed), one in learned.items():
        key = (kind, model, str(seed), "yes" if one.counts else "no")
        for name, value in (
            ("follows the shortcut", one.followed),
            ("clean twin gives its answer", one.by_chance),
            ("right without it", one.natural),
            ("right beside idle pieces", one.idle),
        ):
            rows.append(Row((*key, name), Measure(value, None, one.texts)))
    return Table(
        name="learned",
        title="What the models learned",
        keys=("shortcut", "model", "seed", "counts", "share of test texts"),
        rows=tuple(rows),
        note=f"A model counts when it follows the shortcut on at least {FOLLOWED:.0%} of the fully "
        "planted test texts and its clean twin gives the shortcut's answer on half of them, within "
        "three standard errors. Only models that count are judged.",
        digits=3,
    )


def _verdicts(found: Findings, named: Sequence[tuple[str, str]]) -> Table:
    rows = []
    for kind, model in named:
        for name in MAPS:
            said = [one.said for one in found.of(kind, model, name)]
            order = [TRUSTED, REFUSED]
            for outcome in dict.fromkeys([*order, *sorted(set(said))]):
                share = proportion(said.count(outcome), len(said))
                if said and (share.count or outcome in order):
                    interval = f"{share.low:.1%} to {share.high:.1%}"
                    measure = Measure(share.share, None, share.count)
                    rows.append(Row((kind, model, name, outcome, interval), measure))
    return Table(
        name="verdicts",
        title="The verdict on maps whose truth is known",
        keys=("shortcut", "model", "map", "verdict", "95 % interval"),
        rows=tuple(rows),
        note="Shares of the texts that count, n of them: without the shortcut the model gives the "
        "other label. The oracle names exactly the deciding words; softened, they keep 80 % of the "
        "mass and the rest is spread unevenly at random; half names one of several; wrong names as "
        "many other words. Intervals are Wilson's, over texts.",
        digits=3,
    )


def _needed(found: Findings, named: Sequence[tuple[str, str]]) -> Table:
    rows = []
    for kind, model in named:
        for name in MAPS[:3]:
            judged = found.of(kind, model, name)
            for needed in sorted({one.needed for one in judged}):
                trusted = [one.verdict == TRUSTED for one in judged if one.needed == needed]
                key = (kind, model, name, f"{needed} of {SIZES[kind]}")
                rows.append(Row(key, Measure(float(np.mean(trusted)), None, len(trusted))))
    return Table(
        name="needed",
        title="Trusted maps, by how many of the deciding words are needed",
        keys=("shortcut", "model", "map", "words that bring back the other label alone"),
        rows=tuple(rows),
        note="A model that follows two words may have learned that one of them decides, or that "
        "either does: then the map that names both is not what it learned. All of these texts "
        "count; the rows divide them.",
        digits=3,
    )


def _misses(found: Findings, named: Sequence[tuple[str, str]]) -> Table:
    rows = []
    for kind, model in named:
        for name in MAPS[:2]:
            missed = [one for one in found.of(kind, model, name) if one.verdict != TRUSTED]
            causes = Counter((one.said, one.lacking) for one in missed)
            for (said, lacking), count in causes.most_common():
                key = (kind, model, name, said, lacking)
                rows.append(Row(key, Measure(count / len(missed), None, count)))
    return Table(
        name="misses",
        title="True maps that were not trusted, and the conditions that did not hold",
        keys=("shortcut", "model", "map", "verdict", "conditions"),
        rows=tuple(rows),
        note="Shares of the misses, n of them. each-verdict.csv has the numbers of every check.",
        digits=3,
    )


def _damages(found: Findings, named: Sequence[tuple[str, str]]) -> Table:
    rows = []
    for kind, model in named:
        for damage in DAMAGES:
            judged = found.of(kind, model, damaged(damage))
            if judged:
                key = (kind, model, f"{damage:.0%}")
                trusted = float(np.mean([one.verdict == TRUSTED for one in judged]))
                rows.append(Row((*key, "strength"), Measure.of(_strengths(judged))))
                rows.append(Row((*key, "trusted"), Measure(trusted, None, len(judged))))
    return Table(
        name="damage",
        title="Strength against damage",
        keys=("shortcut", "model", "mass moved to other words", "measured"),
        rows=tuple(rows),
        note="Mean and standard deviation over texts; where no efficiency is defined there is no "
        "strength.",
        digits=3,
    )


def _strengths(judged: Sequence[Judged]) -> list[float]:
    return [float("nan") if one.strength is None else one.strength for one in judged]


def _methods(found: Findings) -> Table:
    rows = []
    for (kind, model, method), pairs in found.ranks.items():
        precisions, ranks = zip(*pairs, strict=True) if pairs else ((), ())
        rows.append(Row((kind, model, method, "precision at k"), Measure.of(precisions)))
        rows.append(Row((kind, model, method, "mean rank"), Measure.of(ranks)))
    return Table(
        name="methods",
        title="Where each method ranks the deciding words",
        keys=("shortcut", "model", "method", "measured"),
        rows=tuple(rows),
        note="k is the number of deciding words, rank 1 the highest score; the best mean rank of "
        "two words is 1.5. Mean and standard deviation over texts.",
        digits=3,
    )


def _figure(found: Findings) -> Curves:
    kinds = list(dict.fromkeys(one.kind for one in found.judged))
    curves = []
    for colour, kind in enumerate(kinds):
        points = []
        for damage in DAMAGES:
            judged = [one for one in found.judged if (one.kind, one.map) == (kind, damaged(damage))]
            strength = Measure.of(_strengths(judged)).value
            if strength is not None:
                points.append((damage, strength))
        if points:
            x, y = zip(*points, strict=True)
            curves.append(Curve(kind.replace("_", " "), x, y, colour=colour))
    return Curves(
        title="Strength against damage",
        curves=tuple(curves),
        x_label="share of the mass moved to other words",
        y_label="mean strength",
        caption="Maps that name the deciding words, with ever more of their mass on other words; "
        "means over texts and models",
    )


def _sentences(found: Findings, learned: Mapping[tuple[str, str, int], Learned]) -> tuple[str, ...]:
    sentences = []
    for size in sorted(set(SIZES.values())):
        kinds = {kind for kind, _, _ in learned if SIZES[kind] == size}
        words = "one word decides" if size == 1 else f"{size} words decide"
        for name in ("oracle", "softened"):
            judged = [one for one in found.judged if one.map == name and one.kind in kinds]
            if judged:
                trusted = sum(one.verdict == TRUSTED for one in judged)
                sentences.append(
                    f"Where {words}, the verdict trusts {trusted} of {len(judged)} {name} maps "
                    f"({trusted / len(judged):.1%})."
                )
    for name, described in (("wrong", "that name other words"), ("half", "that name one of two")):
        judged = [one for one in found.judged if one.map == name]
        if judged:
            trusted = sum(one.verdict == TRUSTED for one in judged)
            sentences.append(f"Of {len(judged)} maps {described} it trusts {trusted}.")
    count = sum(one.counts for one in learned.values())
    sentences.append(
        f"{count} of {len(learned)} models follow their shortcut on at least {FOLLOWED:.0%} of the "
        "planted texts, with a clean twin at chance, and count."
    )
    return tuple(sentences)


_DIFFERENCES = (
    "Bastings et al. fine-tune a pre-trained BERT; here models of the demo's size learn from the "
    "texts alone, unless a folder is given. A verdict on each map is not in the paper.",
    "Words are taken out of some texts while a model learns, so that a text with missing words is "
    "nothing new to it.",
    "A token in context and an ordered pair stand anywhere in the text with words between them, as "
    "in the paper; the two words of a phrase stand side by side and decide nothing apart.",
)
