"""The verdict on one explanation, with the evidence that it rests on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.arguments import checked
from assay.engine.door import plain
from assay.engine.errors import InputError, NumericError
from assay.inputs.tokens import Tokens
from assay.results import records, storage
from assay.results.explanation import Explanation, explanation_of, require_fitting
from assay.results.shown import Shown


@dataclass(frozen=True, eq=False, kw_only=True)
class Null:
    """What chance gives: summary of the null distribution, and its draws where they were kept."""

    name: str = ""
    draws: int | None = None
    mean: float | None = None
    sd: float | None = None
    values: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Check:
    """One piece of evidence.

    Attributes:
        outcome: `supports`, `contradicts`, `inconclusive` or `not applicable`.
        role: `primary` checks decide; `supporting` and `descriptive` ones inform.
        condition: the condition that it belongs to, or `None` for one that belongs to none.
        claim: what the check could refute.
        limits: what a pass does not show.
        hypothesis: what the null says; `source` is where the check was published.
        sentence: the finding in words.
        statistic: the value that is tested: in a primary check an efficiency.
        effect: how much changed, in the check's own unit (see `details`): for removal and redirect
            the distance of the predictions, for a ranking its correlation.
        p_value: share of null draws at least as large, or `None` where there is no null;
            `p_min` is the smallest that was attainable.
        null: the null distribution.
        cost: forward and backward passes.
        details: whatever else the check measured.
    """

    name: str
    outcome: str
    role: str = ""
    condition: str | None = None
    claim: str = ""
    limits: str = ""
    hypothesis: str = ""
    source: str = ""
    sentence: str = ""
    statistic: float | None = None
    effect: float | None = None
    p_value: float | None = None
    p_min: float | None = None
    null: Null | None = None
    seed: int | None = None
    cost: Mapping[str, int] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Check {self.name} {self.outcome} statistic={self.statistic} p={self.p_value}>"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One of the three conditions: `outcome`, `reasons` in words, and the names of its checks.

    `efficiency` is 0 where the map does as well as the same number of tokens at random and 1 where
    it does as well as the best that were found; `None` where it is undefined or was not needed.
    """

    name: str
    outcome: str
    efficiency: float | None = None
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rival:
    """Another position whose attention would have given nearly the same answer.

    Attributes:
        position: its first token; `positions` are all of a word's or span's.
        token: how it is spelled.
        restored: how much of what knocking the highlighted attention out destroys comes back.
        distance: how far that attention is from the original, as mean total variation distance.
    """

    position: int
    positions: tuple[int, ...]
    token: str
    restored: float
    distance: float


@dataclass(frozen=True, kw_only=True)
class RepairedMap:
    """The best set of tokens that was found, and what it changes about the tested map.

    Attributes:
        positions: of the best set; `tokens` are their spellings.
        idle: positions that the map highlights and whose removal does nothing.
        missing: positions of the best set that the map does not highlight.
        efficiency: the least over the removal operators that decide.
    """

    positions: tuple[int, ...]
    tokens: tuple[str, ...]
    idle: tuple[int, ...]
    missing: tuple[int, ...]
    efficiency: float | None = None


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """The same rule on the leave-one-out map: what a map can be held against on this input.

    Attributes:
        verdict: `None` where only a part of the rule was run (`oracle="full"` runs all of it).
        efficiencies: by condition, those that were run.
        highlighted: the positions that it highlights.
        passes_removal: whether its removal is supported; `None` where that was not run.
    """

    verdict: str | None
    efficiencies: Mapping[str, float | None]
    highlighted: tuple[int, ...]
    passes_removal: bool | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Report(Shown):
    """Whether an explanation holds, for this model and this input, and why.

    Attributes:
        verdict: `trustworthy`, `not trustworthy` or `inconclusive`.
        reason: what the verdict rests on in one word, such as `decoy`; `none` belongs to
            `trustworthy` alone.
        ladder: 0 to 4, how many consecutive rungs of the reliability ladder hold.
        strength: 0 to 1, the smallest efficiency over the conditions; `None` where none is defined.
        exclusive: whether attention on no other single token would have done as well; `None` where
            knocking the highlighted attention out does nothing either. It stands beside the
            verdict, not in it; `rivals` are the tokens that would have.
        repaired: the best set of tokens found, against the map's.
        oracle: the same rule on the leave-one-out map.
        calibrated: whether error rates were measured on this `kind` of model.
        granularity: what counts as one thing, `token`, `word` or `span`; `units` are the positions
            of every one.
        edition: of the rule: 1 for reports of version 0.1, which rest on other tests.
        sentences: the verdict for a reader who is no specialist.
        weakest_link: what the verdict hangs on.
        conditions: consistency, causal_relevance and counterfactual_robustness.
        checks: every check by name.
        explanation: what was tested; `baseline` is a gradient explanation beside it.
        highlighted: the positions of the highlighted set K.
        provisional: whether the thresholds are others than those whose error rates were
            measured.
        with_special: verdict and reason with special tokens included, where that was computed.
        precision: that of products with the weights of the blocks, `float32` or `bfloat16`.
    """

    verdict: str
    reason: str
    ladder: int
    strength: float | None = None
    exclusive: bool | None = None
    rivals: tuple[Rival, ...] = ()
    repaired: RepairedMap | None = None
    oracle: Oracle | None = None
    calibrated: bool = False
    evidence_ratio: tuple[float, float, float] | None = None
    kind: str = ""
    edition: int = 1
    granularity: str = "token"
    units: tuple[tuple[int, ...], ...] = ()
    weakest_link: str | None = None
    sentences: tuple[str, ...] = ()
    agreeing_kinds: int | None = None
    tokens: Tokens
    target: int | tuple[int, int]
    target_label: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...] = ()
    logits: tuple[float, ...] = ()
    explanation: Explanation
    baseline: Explanation | None
    highlighted: tuple[int, ...] = ()
    conditions: Mapping[str, Condition]
    checks: Mapping[str, Check]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    provisional: bool = False
    with_special: Mapping[str, str] | None = None
    seed: int = 0
    instruction_set: str = ""
    precision: str = "float32"
    version: str = ""
    model: str = ""
    _record: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Report {self.verdict} reason={self.reason} ladder={self.ladder}>"

    @property
    def headline(self) -> str:
        """The verdict as it is shown: `trustworthy, not exclusive` where rivals do as well."""
        if self.verdict == "trustworthy" and self.exclusive is False:
            return "trustworthy, not exclusive"
        return self.verdict

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; arrays become lists."""
        return {**plain(self._record)}

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a JSON file that `Report.load` reads back exactly."""
        storage.save(path, "report", self._record)

    @staticmethod
    @checked
    def load(path: str | os.PathLike[str]) -> Report:
        """Read what `save` wrote.

        Raises:
            InputError: the file holds something else.
        """
        return storage.load(path, "report", _loaded)


def report_of(record: Mapping[str, Any]) -> Report:
    """Return the report of an engine's or a file's record.

    Raises:
        InputError: it holds something else.
        NumericError: the model's output is not finite, which the engine writes as nothing.
    """
    tokens, labels = storage.tokens_of(record["tokens"]), record["labels"]
    baseline, repaired = record.get("baseline"), record.get("repaired")
    for name in ("probabilities", "logits"):
        if None in record.get(name, ()):
            raise NumericError.of(name, "finite numbers", "one that is not")
    plain_fields = dict(record)
    if not record.get("target_label"):
        plain_fields["target_label"] = target_name(record["target"], lambda index: labels[index])
    if repaired is not None:
        plain_fields["repaired"] = repaired | {
            "tokens": [tokens.readable[one] for one in repaired["positions"]]
        }
    plain_fields["rivals"] = [_rival(one, tokens) for one in record.get("rivals") or ()]
    return records.read(
        Report,
        plain_fields,
        tokens=tokens,
        explanation=explanation_of(record["explanation"], tokens),
        baseline=None if baseline is None else explanation_of(baseline, tokens),
        _record=MappingProxyType(dict(record)),
    )


def _rival(record: Mapping[str, Any], tokens: Tokens) -> Mapping[str, Any]:
    places = record["positions"]
    spelled = " ".join(tokens.readable[one] for one in places)
    return {"position": places[0], "token": spelled, **record}


def _loaded(record: Mapping[str, Any]) -> Report:
    """Return the report of a file's record, of which nothing is known.

    What a check measured is free in form, so the report proves itself by being shown.
    """
    report = report_of(record)
    for one in (report.explanation, report.baseline):
        if one is not None:
            require_fitting(one)
    if any(not 0 <= place < len(report.tokens) for place in report.highlighted):
        raise InputError.of("highlighted", "positions of the tokens", "others")
    report.to_text(), report.to_html()
    return report


def target_name(target: Any, name: Callable[[int], str]) -> str:
    """Return what a target is called: its label, or the two of a contrast."""
    if isinstance(target, list | tuple):
        return " rather than ".join(target_name(one, name) for one in target)
    return name(target)
