"""Which head or layer explains best: chosen on one part of a data set, tested on the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assay._engine import plain
from assay._errors import InputError, OptionError
from assay._progress import Progress
from assay.audit import inputs
from assay.audit.inputs import Columns
from assay.audit.rows import Row
from assay.document import Banner, Document, Heading, Paragraph, Table, number, probability
from assay.model import Model, Target
from assay.registry import methods
from assay.tokens import Tokens


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
        difference_low, difference_high: the difference's 95 % bootstrap interval; `None` for a
            single text.
        difference_p: one-sided, by flipping the signs of the texts' differences.
        detectable: the smallest true difference that so many texts would have shown in four tries
            of five; `None` for a single text.
        passes: forward passes that showed all candidates; the reference's are not counted.
        reference: what lift was measured against.
        selection, test: how many texts each part has.
        errors: rows that could not be used, and why.
        seed: what the parts and draws were keyed by.
    """

    candidates: tuple[Candidate, ...]
    chosen: Candidate
    average_lift: float
    difference: float
    difference_low: float | None
    difference_high: float | None
    difference_p: float
    detectable: float | None
    passes: int
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
    if not items:
        raise InputError("texts: expected some that can be used, found none", subject="texts")
    asked = {"reference": reference, "target": model.target_index(target), "seed": seed}
    found = model.call("search_heads", items, asked, progress=progress)
    candidates = tuple(Candidate(**one) for one in found["candidates"])
    shared = ("average_lift", "difference", "difference_low", "difference_high", "difference_p",
              "detectable", "selection", "test")  # fmt: skip
    return HeadSearch(
        candidates=candidates,
        chosen=candidates[0],
        **{name: found[name] for name in shared},
        passes=int(found["cost"]["forwards"]),
        reference=reference,
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


def _document(found: HeadSearch) -> Document:
    chosen = found.chosen
    better = found.difference_low is not None and found.difference_low > 0
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
                    f"{probability(found.difference_p)} one-sided; one of "
                    f"{number(found.detectable)} would have been seen four times in five.",
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
