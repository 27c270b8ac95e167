"""Whether an explanation holds: the main job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from assay.engine.arguments import checked
from assay.engine.errors import InputError, InputTypeError, OptionError
from assay.engine.progress import Progress
from assay.inputs.handed import scores
from assay.inputs.handed.form import Column
from assay.inputs.text import TextLike
from assay.inputs.tokens import Tokens
from assay.models.facts import Target
from assay.models.model import Model
from assay.results.explanation import Explanation
from assay.results.generation import Generation
from assay.results.report import Report, report_of


@checked
def verify(
    model: Model,
    text: TextLike | Generation,
    *,
    explanation: str | Explanation | ArrayLike | object | None = None,
    target: Target = None,
    position: int | None = None,
    at: int | None = None,
    checks: str | Sequence[str] = "default",
    seed: int = 0,
    method_options: Mapping[str, Any] | None = None,
    scope: Mapping[str, Sequence[int]] | None = None,
    truncate: bool = False,
    progress: Progress = None,
    **options: Any,
) -> Report:
    """Weigh the evidence for an explanation and reach a verdict: the main job.

    Args:
        model: from `assay.load`.
        text: one input, or what `explain_generation` returned.
        explanation: a method's name (`method_options` are its options), by default
            `attention_rollout`, or `attention` for an attention classifier, whose attention cannot
            be traced; an `Explanation` of this model and input; or scores from anywhere, of any
            real type: an array with one per explained token, per token (those of special tokens
            are left out), per word (also per run between spaces) or per patch; pairs (word, score)
            or a mapping; a `shap.Explanation`; Captum's tensor or `VisualizationDataRecord`;
            Inseq's, LIME's and ferret's results; a pandas Series over words. Scores of words are
            tested on words. A name stands for every place where it occurs, and what is not named
            has the score 0.
        target: a class index, a label, a pair to contrast; by default the predicted class, against
            its strongest rival in language models and where there are more than ten labels.
        position: where to read a head that scores every position; by default the first mask token,
            or the last position of a causal model.
        at: which token of a generated text is to be verified; its explanation then is the
            generation's own, unless another is given.
        checks: `default`, `all`, or names in `assay.checks()`.
        seed: keys every random draw.
        method_options: options of the explanation method.
        scope: the attention that scores from elsewhere are made of, as lists of `layers`, `heads`
            and `queries` (token positions); what is not named is all. It is what gets redirected.
        truncate: cut an input that is too long, with a warning.
        progress: True for a bar, or a function of (fraction, stage).
        **options: of the verdict (`alpha`, `epsilon`, `granularity`, `spans`, `scale`,
            `replacements`, `fill_ins`, `operator`, `search`, `oracle`, `budget`, `with_special`)
            and of its checks (`permutations`, `adversary`, `shuffles`, `rationale`): the command
            `assay checks` says what each of them is.

    Raises:
        OptionError: no such method, check, option or target.
        InputError: the input or the scores cannot be used.
        UnsupportedModelError: the model lacks what was asked for.
        NumericError: the model's output is not finite.

    >>> import assay
    >>> report = assay.verify(assay.load("demo"), "a gripping, beautifully acted film")
    >>> report.verdict in ("trustworthy", "not trustworthy", "inconclusive")
    True
    >>> sorted(report.conditions)
    ['causal_relevance', 'consistency', 'counterfactual_robustness']
    """
    if isinstance(text, Generation):
        if at is None or not -len(text) <= at < len(text):
            raise OptionError.of("at", f"one of the {len(text)} written tokens", f"{at!r}")
        made = text[at]
        explanation = made if explanation is None else explanation
        target = made.target if target is None else target
        text, position = made.tokens, -1
    elif at is not None:
        raise OptionError.of("at", "a generated text, made by explain_generation", "another")
    tokens = model.placed([model.tokenize(text, truncate=truncate)], position)[0]
    chosen = model.target_index(target)
    given, units = explanation_record(
        model.default_method if explanation is None else explanation, method_options, tokens,
        options.get("granularity"), partial(_column, model, tokens, chosen),
    )  # fmt: skip
    record = {
        "explanation": given,
        "scope": None if scope is None else {name: list(one) for name, one in scope.items()},
        "target": chosen,
        "checks": checks if isinstance(checks, str) and checks in ("default", "all")
        else [checks] if isinstance(checks, str) else list(checks),
        "seed": seed,
        "options": options | units,
    }  # fmt: skip
    answer = model.call("verify", [tokens], record, progress=progress)
    return report_of(model.described(tokens, answer["target"]) | answer)


def explanation_record(
    explanation: object,
    method_options: Mapping[str, Any] | None,
    tokens: Tokens,
    granularity: object,
    column: Column,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what to verify as the engine takes it, and the options that scores by unit need.

    Args:
        explanation: a method to run, or scores of any kind, as float64.
        method_options: options of the method.
        tokens: what the scores are about.
        granularity: what the caller named as one thing, if anything.
        column: says which label is explained.
    """
    if isinstance(explanation, str):
        return {"method": explanation, "options": dict(method_options or {})}, {}
    if method_options:
        raise InputTypeError.of("method_options", "none beside scores that are made", "some")
    if isinstance(explanation, Explanation):
        if not np.array_equal(explanation.tokens.ids, tokens.ids):
            raise InputError.of("explanation", "one of the same input", "other tokens")
        if explanation.method != "external":
            return {"method": explanation.method, "options": dict(explanation.options)}, {}
        explanation = explanation.scores
    handed = scores.read(scores.on_grid(explanation, tokens), column)
    values, units = scores.by_units(handed, tokens, granularity)
    return {"scores": values}, units


def _column(model: Model, tokens: Tokens, target: int | list[int] | None) -> int:
    """Return the label that is explained, by the model's own answer where none is named.

    Raises:
        OptionError: it is a pair, of which no single column of scores speaks.
    """
    if isinstance(target, int):
        return target
    if target is not None:
        raise OptionError.of("target", "one label beside scores for each label", "a pair")
    return int(model.predict(tokens).logits.argmax())
