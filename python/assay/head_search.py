"""Which head or layer explains best: chosen on one part of a data set, tested on the other."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay._engine import plain
from assay._errors import InputError, OptionError
from assay._progress import Progress, polling
from assay.audit import inputs
from assay.audit.inputs import Columns
from assay.audit.lift import lift
from assay.audit.persistence import data_set_test
from assay.audit.rows import Row
from assay.audit.shares import LEVEL, generator
from assay.document import Banner, Document, Heading, Paragraph, Table, number, probability
from assay.explanation import explain_batch
from assay.model import Model, Target
from assay.registry import methods
from assay.tokens import Tokens

#: Texts explained by one call of the engine.
BATCH = 16
#: Draws of the paired test and of its interval.
DRAWS = 9999
#: Draws held in memory at once.
AT_ONCE = 500
#: Fewer usable texts than this leave nothing to choose on and to test on.
FEWEST = 8


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One map: a head, or a layer's mean over heads where `head` is `None`.

    `selection_lift` and `test_lift` are mean lifts on the two parts; `z` and `p_value` are the
    data-set test on the test part, and `corrected` is p after Holm's correction for all candidates.
    """

    layer: int
    head: int | None
    selection_lift: float | None
    test_lift: float | None
    z: float | None
    p_value: float | None
    corrected: float | None

    @property
    def name(self) -> str:
        """What the candidate is, in words."""
        return f"layer {self.layer}, " + (
            "mean over heads" if self.head is None else f"head {self.head}"
        )


@dataclass(frozen=True, kw_only=True)
class HeadSearch:
    """The result of a search.

    Attributes:
        candidates: all heads and layers, the best on the selection part first.
        chosen: the first of them.
        average_lift: what the average over all layers and heads reaches on the test part.
        difference: how much more the chosen one reaches there, text by text on average.
        difference_low, difference_high: the difference's 95 % bootstrap interval.
        difference_p: one-sided, by flipping the signs of the texts' differences.
        reference: what lift was measured against.
        selection, test: how many texts each part has.
        errors: rows that could not be used, and why.
        seed: what the parts and draws were keyed by.
    """

    candidates: tuple[Candidate, ...]
    chosen: Candidate
    average_lift: float
    difference: float
    difference_low: float
    difference_high: float
    difference_p: float
    reference: str
    selection: int
    test: int
    errors: tuple[tuple[int, str], ...]
    seed: int

    def __repr__(self) -> str:
        return (
            f"<HeadSearch {self.chosen.name}: lift {number(self.chosen.test_lift)} on {self.test} "
            f"texts, average {number(self.average_lift)}>"
        )

    def __str__(self) -> str:
        from assay.render_text import render

        return render(_document(self))

    def _repr_html_(self) -> str:
        from assay.render_html import fragment

        return fragment(_document(self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        record = {name: getattr(self, name) for name in self.__dataclass_fields__}
        record["candidates"] = [vars(one) | {"name": one.name} for one in self.candidates]
        record["chosen"] = vars(self.chosen) | {"name": self.chosen.name}
        result: dict[str, Any] = plain(record)
        return result

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict` as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)


def search_heads(
    model: Model,
    texts: object,
    *,
    reference: str = "leave_one_out",
    target: Target = None,
    seed: int = 0,
    text_column: str = "text",
    pair_column: str | None = None,
    progress: Progress = None,
) -> HeadSearch:
    """Find the head or layer whose attention lies where it matters, and test it on other texts.

    Half of the texts choose: the candidate of the highest mean lift wins. The other half tests
    it, so its result there is not flattered by the choice. Every candidate's own test is shown
    with Holm's correction for their number.

    Args:
        model: from `assay.load`.
        texts: a data set in any form that `assay.audit` takes.
        reference: a method's name whose magnitudes say which tokens matter.
        target: a class index, a label, a pair; by default the predicted class of each text.
        seed: keys the parts and all draws.
        text_column: where the text of a table or record is.
        pair_column: where the second text of a pair is.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        OptionError: no such method or target.
        InputError: fewer than eight texts can be used.
        UnsupportedModelError: the model has no attention or no classes.

    >>> import assay
    >>> texts = ["a gripping film", "a dull mess", "a fine cast in a thin story"] * 4
    >>> found = assay.search_heads(assay.load("demo"), texts)
    >>> found.selection, found.test, len(found.candidates)
    (6, 6, 10)
    """
    if reference not in methods():
        known = ", ".join(methods())
        raise OptionError(f"reference: expected one of {known}, found {reference!r}")
    columns = Columns(text=text_column, pair=pair_column)
    items, errors = _usable(model, inputs.read(texts, model, columns=columns))
    if len(items) < FEWEST:
        raise InputError(
            f"texts: expected {FEWEST} or more that can be used, found {len(items)}",
            subject="texts",
        )
    names: list[tuple[int, int | None]] = [
        (layer, head) for layer in range(model.layers) for head in (*range(model.heads), None)
    ]
    lifts, variances, average = _measured(model, items, names, reference, target, seed, progress)
    order = np.argsort(generator(seed).random(len(items)), kind="stable")
    selection, test = np.sort(order[: len(items) // 2]), np.sort(order[len(items) // 2 :])
    candidates = _candidates(names, lifts, variances, selection, test)
    chosen = candidates[0]
    column = names.index((chosen.layer, chosen.head))
    both = np.isfinite(lifts[test, column]) & np.isfinite(average[test])
    differences = (lifts[test, column] - average[test])[both]
    if not differences.size:
        raise InputError("texts: expected some whose tokens differ in what they do, found none")
    low, high, chance = _paired(differences, seed)
    return HeadSearch(
        candidates=candidates,
        chosen=chosen,
        average_lift=float(np.nanmean(average[test])),
        difference=float(differences.mean()),
        difference_low=low,
        difference_high=high,
        difference_p=chance,
        reference=reference,
        selection=len(selection),
        test=len(test),
        errors=errors,
        seed=seed,
    )


def _usable(model: Model, rows: Sequence[Row]) -> tuple[list[Tokens], tuple[tuple[int, str], ...]]:
    items: list[Tokens] = []
    errors: list[tuple[int, str]] = []
    for row in rows:
        try:
            if row.error is not None:
                raise InputError(row.error)
            tokens = model.tokenize(row.input)
            if int((~tokens.special).sum()) < 2:
                raise InputError("text: expected two or more tokens to tell apart")
            items.append(tokens)
        except InputError as error:
            errors.append((row.number, str(error)))
    return items, tuple(errors)


def _measured(
    model: Model,
    items: Sequence[Tokens],
    names: Sequence[tuple[int, int | None]],
    reference: str,
    target: Target,
    seed: int,
    progress: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return lift and its variance [text, candidate], and the average map's lift [text]."""
    lifts = np.full((len(items), len(names)), np.nan)
    variances, average = lifts.copy(), np.full(len(items), np.nan)
    with polling(progress, "search_heads") as poll:
        for start in range(0, len(items), BATCH):
            batch = list(items[start : start + BATCH])
            truth = explain_batch(model, batch, method=reference, target=target, seed=seed)
            magnitudes = [np.abs(np.asarray(one.scores, np.float64)) for one in truth]
            totals = [np.zeros(len(one)) for one in magnitudes]
            for place, (layer, head) in enumerate(names):
                fusion = "mean" if head is None else head
                maps = explain_batch(
                    model, batch, method="attention", target=target, layer=layer, head_fusion=fusion
                )
                for offset, one in enumerate(maps):
                    scores = np.asarray(one.scores, np.float64)
                    value, variance = lift(scores, magnitudes[offset])
                    lifts[start + offset, place] = np.nan if value is None else value
                    variances[start + offset, place] = np.nan if variance is None else variance
                    if head is None:
                        totals[offset] += scores
            for offset, total in enumerate(totals):
                value = lift(total, magnitudes[offset])[0]
                average[start + offset] = np.nan if value is None else value
            if poll is not None:
                poll((start + len(batch)) / len(items), "search_heads")
    return lifts, variances, average


def _candidates(
    names: Sequence[tuple[int, int | None]],
    lifts: NDArray[np.float64],
    variances: NDArray[np.float64],
    selection: NDArray[np.int64],
    test: NDArray[np.int64],
) -> tuple[Candidate, ...]:
    tests = [
        data_set_test(_optional(lifts[test, place]), _optional(variances[test, place]))
        for place in range(len(names))
    ]
    corrected = holm([one["p_value"] for one in tests])
    found = [
        Candidate(
            layer=layer,
            head=head,
            selection_lift=_mean(lifts[selection, place]),
            test_lift=_mean(lifts[test, place]),
            z=tests[place]["z"],
            p_value=tests[place]["p_value"],
            corrected=corrected[place],
        )
        for place, (layer, head) in enumerate(names)
    ]
    # The sort keeps the order of layers and heads where candidates tie.
    return tuple(
        sorted(
            found,
            key=lambda one: -math.inf if one.selection_lift is None else one.selection_lift,
            reverse=True,
        )
    )


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected for their number (Holm 1979); an undefined one stays undefined.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    defined = [(value, place) for place, value in enumerate(values) if value is not None]
    result: list[float | None] = [None] * len(values)
    largest = 0.0
    for rank, (value, place) in enumerate(sorted(defined)):
        largest = max(largest, min(1.0, value * (len(defined) - rank)))
        result[place] = largest
    return result


def _paired(differences: NDArray[np.float64], seed: int) -> tuple[float, float, float]:
    """Return a bootstrap interval of the mean difference and its one-sided sign-flip p."""
    random = generator(seed + 1)
    count = differences.size
    observed = float(differences.mean())
    drawn: list[NDArray[np.float64]] = []
    reached = 0
    for start in range(0, DRAWS, AT_ONCE):
        shape = (min(AT_ONCE, DRAWS - start), count)
        drawn.append(differences[random.integers(0, count, shape)].mean(axis=1))
        signs = random.integers(0, 2, shape) * 2.0 - 1
        reached += int((signs @ differences / count >= observed - 1e-12).sum())
    low, high = np.quantile(np.concatenate(drawn), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high), (1 + reached) / (1 + DRAWS)


def _mean(values: NDArray[np.float64]) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else None


def _optional(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _document(found: HeadSearch) -> Document:
    chosen = found.chosen
    better = found.difference_low > 0
    interval = f"[{number(found.difference_low)}, {number(found.difference_high)}]"
    return Document(
        (
            Banner(
                "good" if better else "unsure",
                chosen.name.capitalize(),
                f"Chosen on {found.selection:,} texts; on {found.test:,} others its lift is "
                f"{number(chosen.test_lift)}, that of the average over all layers and heads "
                f"{number(found.average_lift)}.",
                (
                    f"The difference is {number(found.difference)} {interval}, "
                    f"{probability(found.difference_p)} one-sided.",
                    f"Lift is against {found.reference.replace('_', ' ')}: 0 is chance, 1 all mass "
                    "on its top token.",
                ),
            ),
            Heading("All candidates"),
            Table(
                tuple(_rows(found.candidates)),
                ("candidate", "lift, choosing", "lift, testing", "Z", "one-sided", "corrected"),
            ),
            Paragraph(
                f"Corrected for {len(found.candidates)} candidates (Holm 1979). "
                f"{len(found.errors)} rows could not be used.",
                muted=True,
            ),
        )
    )


def _rows(candidates: Sequence[Candidate]) -> Iterator[tuple[str, ...]]:
    for one in candidates:
        yield (
            one.name,
            number(one.selection_lift),
            number(one.test_lift),
            number(one.z, 1),
            probability(one.p_value),
            probability(one.corrected),
        )
