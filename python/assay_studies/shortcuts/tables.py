"""What the study of planted shortcuts shows: tables, the figure, and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import assay
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.study import Study
from assay_studies.shared.tables import Measure, Row, Table, mean, share
from assay_studies.shortcuts.learning import FOLLOWED, Learned
from assay_studies.shortcuts.maps import DAMAGES, damaged
from assay_studies.shortcuts.planting import KINDS
from assay_studies.shortcuts.verdicts import (
    REFUSED,
    TRUSTED,
    Findings,
    Judged,
    lacking,
    said,
    trusted,
)

MAPS = ("oracle", "softened", "half", "wrong")
SIZES = {kind.name: kind.size for kind in KINDS}
#: What was learned by kind, model and seed.
Models = Mapping[tuple[str, str, int], Learned]


def tables(study: Study, found: Findings, learned: Models) -> list[Table]:
    """Return every table that has rows."""
    named = list(dict.fromkeys((kind, model) for kind, model, _ in learned))
    kinds = {
        "verdicts": _verdicts, "needed": _needed, "models": _models, "misses": _misses,
        "damage": _damages,
    }  # fmt: skip
    made = [
        study.table("learned", list(_learned(learned)), followed=FOLLOWED),
        *(
            study.table(name, [row for one in named for row in rows(found, one)])
            for name, rows in kinds.items()
        ),
        study.table("methods", list(_methods(found))),
    ]
    return [table for table in made if table.rows]


def _learned(learned: Models) -> Iterator[Row]:
    for (kind, model, seed), one in learned.items():
        for name, value in one.shares.items():
            key = (kind, model, str(seed), "yes" if one.counts else "no", name)
            yield Row(key, Measure(value, None, one.texts))


def _verdicts(found: Findings, named: tuple[str, str]) -> Iterator[Row]:
    for name in MAPS:
        outcomes = [said(one) for one in found.of(name, *named)]
        for outcome in dict.fromkeys([TRUSTED, REFUSED, *sorted(outcomes)] if outcomes else ()):
            one = assay.proportion(outcomes.count(outcome), len(outcomes))
            interval = f"{one.low:.1%} to {one.high:.1%}"
            yield Row((*named, name, outcome, interval), Measure(one.share, None, one.count))


def _needed(found: Findings, named: tuple[str, str]) -> Iterator[Row]:
    for name in MAPS[:3]:
        judged = found.of(name, *named)
        for needed in sorted({one["needed"] for one in judged}):
            some = trusted([one for one in judged if one["needed"] == needed])
            yield share(*named, name, f"{needed} of {SIZES[named[0]]}", of=some)


def _models(found: Findings, named: tuple[str, str]) -> Iterator[Row]:
    for name in MAPS:
        judged = found.of(name, *named)
        for seed in dict.fromkeys(one["seed"] for one in judged):
            some = trusted([one for one in judged if one["seed"] == seed])
            yield share(*named, name, str(seed), of=some)


def _misses(found: Findings, named: tuple[str, str]) -> Iterator[Row]:
    for name in MAPS[:2]:
        missed = [one for one in found.of(name, *named) if one["verdict"] != TRUSTED]
        causes = Counter((said(one), lacking(one)) for one in missed)
        for cause, count in causes.most_common():
            yield Row((*named, name, *cause), Measure(count / len(missed), None, count))


def _damages(found: Findings, named: tuple[str, str]) -> Iterator[Row]:
    for damage in DAMAGES:
        judged = found.of(damaged(damage), *named)
        if judged:
            yield mean(*named, f"{damage:.0%}", "strength", of=_strengths(judged))
            yield share(*named, f"{damage:.0%}", "trusted", of=trusted(judged))


def _strengths(judged: Sequence[Judged]) -> list[float]:
    return [float("nan") if one["strength"] is None else one["strength"] for one in judged]


def _methods(found: Findings) -> Iterator[Row]:
    for key, pairs in found.ranks.items():
        yield mean(*key, "precision at k", of=[precision for precision, _ in pairs])
        yield mean(*key, "mean rank", of=[rank for _, rank in pairs])


def figure(study: Study, found: Findings) -> Figure:
    """Return the strength of ever more damaged maps, a curve a kind."""
    series = []
    for colour, kind in enumerate(dict.fromkeys(one["kind"] for one in found.judged)):
        means = {
            damage: Measure.of(_strengths(found.of(damaged(damage), kind))).value
            for damage in DAMAGES
        }
        known = {damage: value for damage, value in means.items() if value is not None}
        series.append(Series(kind.replace("_", " "), [*known.values()], [*known], colour))
    return study.figure("damage", [one for one in series if one.x])


def findings(found: Findings, learned: Models) -> Iterator[str]:
    """Say which maps were trusted, and how many models count."""
    for size in sorted(set(SIZES.values())):
        words = "one word decides" if size == 1 else f"{size} words decide"
        for name in MAPS[:2]:
            some = trusted([one for one in found.of(name) if SIZES[one["kind"]] == size])
            if some:
                yield (
                    f"Where {words}, the verdict trusts {sum(some)} of {len(some)} {name} maps "
                    f"({sum(some) / len(some):.1%})."
                )
    for name, described in (("wrong", "that name other words"), ("half", "that name one of two")):
        some = trusted(found.of(name))
        if some:
            yield f"Of {len(some)} maps {described} it trusts {sum(some)}."
    count = sum(one.counts for one in learned.values())
    yield (
        f"{count} of {len(learned)} models follow their shortcut on at least {FOLLOWED:.0%} of the "
        "planted texts, with a clean twin at chance, and count."
    )
