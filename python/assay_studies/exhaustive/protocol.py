"""Judge short sentences with random sets and with every set, and estimate what is known exactly.

Nothing need be drawn on a text of at most 14 explained tokens; what is drawn by default can be held
to what all sets say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

import assay
from assay_studies.shared.corpora import sentences, shuffled
from assay_studies.shared.study import Request, Result
from assay_studies.shared.tables import Measure, Row, mean, share

#: The fewest and the most explained tokens, and how many sets the default enumerates by itself: of
#: 9 tokens a map highlights at most 3, and there are 84 such sets.
FEWEST, MOST, ENUMERATED = 10, 14, 199
CHECKS = ("comprehensiveness", "decision_flip")
PRIMARY = ("gradient_agreement", "removal", "redirect")
Pairs = Sequence[assay.DecisionPair]
Truths = Sequence[assay.ExhaustiveTruth]


def run(request: Request) -> Result:
    """Follow the protocol."""
    study, asked = request.study, request.options
    model = assay.load(asked["model"])
    path = request.file("sst_dataset.csv") if request.data.is_dir() else request.data
    read = sentences(path)
    texts = list(_short(model, [read[place] for place in shuffled(len(read), 7)], asked["texts"]))
    methods = asked["methods"].split()
    found: list[assay.ExhaustiveTruth] = []
    with request.stage("all sets") as done:
        for place, text in enumerate(texts, 1):
            found += assay.exhaustive_truth(
                model, [text], methods=methods, checks=CHECKS, seed=request.seed
            )
            done(place / len(texts))
    pairs = [pair for truth in found for pair in truth.decisions]
    return Result(
        request=request,
        findings=list(_findings(pairs, found)),
        tables=[
            study.table("decisions", list(_decisions(pairs, methods)), enumerated=ENUMERATED),
            study.table("differing", list(_differing(pairs))),
            study.table("checks", list(_checks(pairs))),
            study.table("values", list(_values(found))),
        ],
        figures=(),
        records={"each-text": [dict(line) for line in _lines(texts, found)]},
        facts={"texts judged": len(texts)},
    )


def _short(model: assay.Model, texts: Sequence[str], count: int) -> Iterator[str]:
    """Yield the first texts of `FEWEST` to `MOST` explained tokens."""
    left = count
    for text in texts:
        if left and FEWEST <= int((~model.tokenize(text).special).sum()) <= MOST:
            left -= 1
            yield text


def _sampled(pairs: Pairs) -> list[assay.DecisionPair]:
    """Return the pairs in which the default draws sets, rather than running all of them."""
    return [pair for pair in pairs if pair.sets > ENUMERATED]


def _interval(pairs: Pairs) -> tuple[assay.Proportion, str]:
    found = assay.proportion(sum(pair.agrees for pair in pairs), len(pairs))
    return found, f"{found.low:.1%} to {found.high:.1%}"


def _decisions(pairs: Pairs, methods: Sequence[str]) -> Iterator[Row]:
    for name in methods:
        own = [pair for pair in pairs if pair.method == name]
        for which, some in (("drawn", _sampled(own)), ("all", own)):
            if some:
                one, interval = _interval(some)
                yield Row((name, which, interval), Measure(one.share, None, len(some)))


def _differing(pairs: Pairs) -> Iterator[Row]:
    for pair in pairs:
        if not pair.agrees:
            one, other = (
                f"{said.verdict}: {said.reason}" for said in (pair.sampled, pair.exhaustive)
            )
            key = (pair.method, str(pair.tokens), str(pair.highlighted), one, other)
            for check in PRIMARY:
                yield Row((*key, f"p of {check}, drawn"), Measure(pair.sampled.p[check]))
                yield Row((*key, f"p of {check}, all"), Measure(pair.exhaustive.p[check]))


def _checks(pairs: Pairs) -> Iterator[Row]:
    for name in (*PRIMARY, *CHECKS):
        for what in ("statistics", "p"):
            both = [
                (getattr(pair.sampled, what).get(name), getattr(pair.exhaustive, what).get(name))
                for pair in pairs
            ]
            apart = [abs(a - b) for a, b in both if a is not None and b is not None]
            if apart:
                yield mean(name, f"distance of {what}", of=apart)
                yield Row((name, f"largest distance of {what}"), Measure(max(apart), n=len(apart)))


def _values(found: Truths) -> Iterator[Row]:
    for name in ("shapley_sampling", "kernel_shap"):
        errors: list[float] = []
        tau: list[float] = []
        first: list[bool] = []
        for one in found:
            estimate = getattr(one, name)
            largest = np.abs(one.exact).max()
            errors.append(float(np.abs(estimate - one.exact).max() / largest))
            agreed = assay.agreement(estimate, one.exact, statistics=["kendall"], draws=0)
            value = agreed["kendall"].value
            tau.append(float("nan") if value is None else value)
            first.append(bool(np.argmax(estimate) == np.argmax(one.exact)))
        yield mean(name, "largest error, as a share of the largest value", of=errors)
        yield mean(name, "kendall", of=tau)
        yield share(name, "same token first", of=first)


def _lines(texts: Sequence[str], found: Truths) -> Iterator[Mapping[str, object]]:
    for number, (text, truth) in enumerate(zip(texts, found, strict=True)):
        for pair in truth.decisions:
            line: dict[str, object] = {
                "number": number,
                "method": pair.method,
                "tokens": pair.tokens,
                "highlighted": pair.highlighted,
                "sets": pair.sets,
                "agrees": pair.agrees,
            }
            for which, one in (("drawn", pair.sampled), ("all", pair.exhaustive)):
                line[f"{which} verdict"] = one.verdict
                line[f"{which} reason"] = one.reason
                line[f"{which} strength"] = one.strength
                line[f"{which} passes"] = one.passes
                line |= {f"{which} p of {check}": one.p[check] for check in PRIMARY}
            yield {**line, "text": text}


def _findings(pairs: Pairs, found: Truths) -> Iterator[str]:
    some = _sampled(pairs)
    if some:
        one, interval = _interval(some)
        yield (
            f"Where more than {ENUMERATED} sets could be drawn, the sampled decision is the "
            f"exhaustive one in {one.count} of {one.of} verdicts ({one.share:.1%}, {interval})."
        )
    one, interval = _interval(pairs)
    yield f"Over all lengths it is in {one.count} of {one.of} ({one.share:.1%}, {interval})."
    drawn = sum(pair.sampled.passes for pair in pairs) / len(pairs)
    every = sum(pair.exhaustive.passes for pair in pairs) / len(pairs)
    yield f"A verdict took {drawn:,.0f} passes, with every set {every:,.0f}."
