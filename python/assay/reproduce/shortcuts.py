"""Planted shortcuts: is a map trusted that names exactly the words that decide, and no other?

A model learns labelled natural texts in half of which planted words decide the label. It counts
when it follows them and a twin that never saw them does not; a text counts when the other label
comes back without them. There the true map is known, and the verdict is put to it, to wrong ones
and to all degrees between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay.engine.errors import InputError, OptionError
from assay.models.loading import load
from assay.models.model import Model
from assay.reproduce import planting, shortcut_tables
from assay.reproduce.corpora import splits
from assay.reproduce.corpora.splits import Split
from assay.reproduce.planting import KINDS, Kind
from assay.reproduce.shortcut_models import (
    ARCHITECTURES,
    LABELS,
    LONGEST,
    QUICK,
    TRAINING,
    Learned,
    Learner,
    counting,
    follows,
    right,
)
from assay.reproduce.shortcut_verdicts import Findings, examine
from assay.reproduce.study import Request, Result
from assay.reproduce.training import Labelled, shuffled

#: The size of a quick run: passes over the texts, and texts that are judged.
QUICK_PASSES, QUICK_TEXTS = 30, 4


def run(request: Request) -> Result:
    """Train, see what was learned, and judge the maps of the texts that count."""
    kinds, learners = _kinds(request), _learners(request)
    parts = _parts(request)
    pieces = planting.words_for(learners[0].start, list(parts.values()), request.seed)
    found, learned, seconds = Findings(), dict[tuple[str, str, int], Learned](), dict[str, Any]()
    for seed in request.all_seeds:
        for learner in learners:
            train = planting.plain(parts["train"], learner.copies)
            dev = planting.plain(parts["dev"])
            twin, seconds[f"{learner.name} clean {seed}"] = _learn(
                request, learner, "clean", seed, train, dev
            )
            for kind in kinds:
                train = planting.learning(parts["train"], kind, pieces, seed, learner.copies)
                dev = planting.learning(parts["dev"], kind, pieces, seed + 1000)
                model, seconds[f"{learner.name} {kind.name} {seed}"] = _learn(
                    request, learner, kind.name, seed, train, dev
                )
                named = (kind.name, learner.name, seed)
                learned[named] = _judge(
                    request, model, twin, parts["test"], kind, pieces, named, found
                )
    found.write(request.output / "each-verdict.csv")
    return shortcut_tables.result(
        found,
        learned,
        settings={
            "data": {name: len(split) for name, split in parts.items()},
            "planted words": list(pieces),
            "texts judged": _texts(request),
            "configurations": {
                one.name: dict(one.configuration) or str(request.options["model"])
                for one in learners
            },
            "training": {
                **(TRAINING if learners[0].start is None else {}),
                "passes": learners[0].copies,
            },
            "seeds": list(request.all_seeds),
            "seconds a training": seconds,
        },
        seconds=request.seconds,
    )


def _kinds(request: Request) -> list[Kind]:
    known = {kind.name: kind for kind in KINDS}
    return [known[name] for name in _names(request, "kinds", known)]


def _names(request: Request, option: str, known: Mapping[str, Any]) -> list[str]:
    names = str(request.options[option]).split()
    for name in names or [""]:
        if name not in known:
            raise OptionError(
                f"{option}: expected some of {', '.join(known)}, found {name!r}",
                subject=option,
                expected=", ".join(known),
                found=name,
            )
    return names


def _learners(request: Request) -> list[Learner]:
    passes = QUICK_PASSES if request.quick else int(request.options["passes"])
    folder = str(request.options["model"])
    if folder:
        return [Learner("given model", {}, load(folder), passes)]
    return [
        Learner(
            name,
            {**ARCHITECTURES[name], **(QUICK[name] if request.quick else {}), **LABELS},
            None,
            passes,
        )
        for name in _names(request, "architectures", ARCHITECTURES)
    ]


def _texts(request: Request) -> int:
    return QUICK_TEXTS if request.quick else int(request.options["texts"])


def _parts(request: Request) -> dict[str, Split]:
    place = request.data if request.data.is_file() else request.file("sst_dataset.csv")
    parts = {}
    for name, split in splits.read(place).items():
        order = shuffled(len(split), 7)[: 400 if request.quick else len(split)]
        chosen = [i for i in order if len(split.texts[i].split()) <= LONGEST]
        parts[name] = Split([split.texts[i] for i in chosen], [split.labels[i] for i in chosen])
        if set(parts[name].labels) != {0, 1}:
            raise InputError(
                f"{place}: expected the labels 0 and 1 in {name}, found "
                f"{', '.join(str(one) for one in sorted(set(parts[name].labels)))}",
                subject="data",
            )
    return parts


def _learn(
    request: Request, learner: Learner, what: str, seed: int, train: Labelled, dev: Labelled
) -> tuple[Model, float]:
    place = request.output / "models" / f"{learner.name.replace(' ', '-')}-{what}-{seed}"
    with request.stage(f"training: {learner.name}, {what}") as done:
        one = learner.learn(place, train, dev, seed=seed, done=done)
    return one.model, one.facts["seconds"]


def _judge(
    request: Request,
    model: Model,
    twin: Model,
    test: Split,
    kind: Kind,
    pieces: Sequence[str],
    named: tuple[str, str, int],
    found: Findings,
) -> Learned:
    planted = planting.carrying(test, kind, pieces, 2000)
    with request.stage("what was learned"):
        learned = Learned(
            followed=follows(model, planted),
            by_chance=follows(twin, planted),
            natural=right(model, planting.plain(test)),
            idle=right(model, planting.idle(test, kind, pieces, 3000)),
            texts=len(planted),
        )
    if learned.counts:
        with request.stage("verdicts and ranks") as done:
            texts = counting(model, planted, _texts(request))
            examine(model, texts, pieces, named, found, done)
    return learned
