"""Train, see what was learned, and judge the maps of the texts that count.

A model learns labelled natural texts in half of which planted words decide the label. It counts
when it follows them and a twin that never saw them does not; a text counts when the other label
comes back without them. There the true map is known, and the verdict is put to it, to wrong ones
and to all degrees between.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import assay
from assay_studies.shared import corpora
from assay_studies.shared.corpora import Labelled, shuffled
from assay_studies.shared.models import SENTIMENT
from assay_studies.shared.study import Request, Result, require
from assay_studies.shortcuts import planting
from assay_studies.shortcuts.joining import joined
from assay_studies.shortcuts.learning import Learned, Learner, counting
from assay_studies.shortcuts.planting import KINDS
from assay_studies.shortcuts.tables import figure, findings, tables
from assay_studies.shortcuts.verdicts import Findings, examine

#: The longest text, in words, that is read, and how many of a part a quick look reads.
LONGEST, QUICK = 100, 400
#: Of how many tokens joined texts may be.
LEAST, MOST = 32, 4096
#: How configurations call the number of positions.
POSITIONS = ("max_position_embeddings", "n_positions")


def run(request: Request) -> Result:
    """Follow the protocol."""
    named = {kind.name: kind for kind in KINDS}
    kinds = [named[name] for name in _names(request, "kinds", named)]
    learners = _learners(request)
    parts = _parts(request, learners[0].start)
    texts, held, test = (parts[name] for name in corpora.PARTS)
    pieces = planting.words_for(learners[0].start, list(parts.values()), request.seed)
    found, learned = Findings(), dict[tuple[str, str, int], Learned]()
    for seed in request.all_seeds:
        for learner in learners:
            train = planting.plain(texts, learner.copies)
            twin = learner.learn(request, "clean", seed, train, planting.plain(held))
            for kind in kinds:
                train = planting.learning(texts, kind, pieces, seed, learner.copies)
                dev = planting.learning(held, kind, pieces, seed + 1000)
                model = learner.learn(request, kind.name, seed, train, dev)
                planted = planting.carrying(test, kind, pieces, 2000)
                with request.stage("what was learned"):
                    one = Learned.of(model, twin, test, kind, pieces, planted)
                learned[kind.name, learner.name, seed] = one
                if one.counts:
                    with request.stage("verdicts and ranks") as done:
                        chosen = counting(model, planted, request.options["texts"])
                        cell = {"kind": kind.name, "model": learner.name, "seed": seed}
                        examine(model, chosen, pieces, cell, found, done)
    return Result(
        request=request,
        findings=list(findings(found, learned)),
        tables=tables(request.study, found, learned),
        figures=(figure(request.study, found),) if found.judged else (),
        records={"each-verdict": found.judged},
        facts={
            "texts": {name: len(split) for name, split in parts.items()},
            "planted words": list(pieces),
            "configurations": {one.name: one.configuration for one in learners},
            "training": request.study.constants["training"],
        },
    )


def _names(request: Request, option: str, known: Collection[str]) -> list[str]:
    names = request.options[option].split()
    for name in names or [""]:
        require(option, name, known, "some")
    return list(names)


def _learners(request: Request) -> list[Learner]:
    passes, folder = request.options["passes"], request.options["model"]
    if folder:
        return [Learner("given model", {}, assay.load(folder), passes)]
    known, small = (request.study.constants[name] for name in ("architectures", "quick"))
    return [
        Learner(
            name,
            _long_enough({**known[name], **(small[name] if request.quick else {}), **SENTIMENT},
                         request.options["tokens"]),
            None,
            passes,
        )
        for name in _names(request, "architectures", known)
    ]  # fmt: skip


def _long_enough(configuration: dict[str, Any], tokens: int) -> dict[str, Any]:
    """Return the configuration with positions for texts of so many tokens."""
    named = next(name for name in POSITIONS if name in configuration)
    return configuration | {named: max(configuration[named], tokens)}


def _length(start: assay.Model | None, text: str) -> int:
    """Return how many tokens a text has: words, where the vocabulary will be the texts' own."""
    return len(text.split()) if start is None else int((~start.tokenize(text).special).sum())


def _parts(request: Request, start: assay.Model | None) -> dict[str, Labelled]:
    parts, tokens = {}, request.options["tokens"]
    if tokens and not LEAST <= tokens <= MOST:
        raise assay.OptionError(
            f"tokens: expected 0 or {LEAST} to {MOST}, found {tokens}", subject="tokens"
        )
    for name, split in corpora.parts(request).items():
        order = shuffled(len(split), 7)[: QUICK if request.quick else len(split)]
        parts[name] = split.take(i for i in order if len(split.texts[i].split()) <= LONGEST)
        labels = sorted(set(parts[name].labels))
        if labels != [0, 1]:
            raise assay.InputError(
                f"{request.data}: expected the labels 0 and 1 in {name}, found "
                f"{', '.join(str(one) for one in labels)}",
                subject="data",
            )
        if tokens:
            parts[name] = joined(parts[name], tokens, partial(_length, start))
    return parts
