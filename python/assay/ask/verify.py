"""Whether an explanation holds: the main job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from assay.engine.arguments import checked
from assay.engine.arrays import vector
from assay.engine.errors import InputError, InputTypeError, OptionError, ShapeError
from assay.engine.progress import Progress
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
    explanation: str | Explanation | ArrayLike | None = None,
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
            be traced; an `Explanation` of this model and input; or scores from anywhere, one per
            explained token (or one per token, of which the special tokens' are then left out, or
            one per word or span with that `granularity`), of any real type.
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
    record = {
        "explanation": explanation_record(
            model.default_method if explanation is None else explanation, method_options, tokens,
            isinstance(options.get("granularity"), str) and options["granularity"] != "token",
        ),
        "scope": None if scope is None else {name: list(one) for name, one in scope.items()},
        "target": model.target_index(target),
        "checks": checks if isinstance(checks, str) and checks in ("default", "all")
        else [checks] if isinstance(checks, str) else list(checks),
        "seed": seed,
        "options": options,
    }  # fmt: skip
    answer = model.call("verify", [tokens], record, progress=progress)
    return report_of(model.described(tokens, answer["target"]) | answer)


def explanation_record(
    explanation: str | Explanation | ArrayLike,
    method_options: Mapping[str, Any] | None,
    tokens: Tokens,
    is_by_unit: bool,
) -> dict[str, Any]:
    """Return what to verify as the engine takes it: a method to run, or scores as float64."""
    if isinstance(explanation, str):
        return {"method": explanation, "options": dict(method_options or {})}
    if method_options:
        raise InputTypeError.of("method_options", "none beside scores that are made", "some")
    if isinstance(explanation, Explanation):
        if not np.array_equal(explanation.tokens.ids, tokens.ids):
            raise InputError.of("explanation", "one of the same input", "other tokens")
        if explanation.method != "external":
            return {"method": explanation.method, "options": dict(explanation.options)}
        explanation = explanation.scores
    scores = vector(explanation, "explanation")
    explained = np.flatnonzero(~tokens.special)
    if len(scores) == len(tokens) != len(explained):
        scores = scores[explained]
    # How many words or spans there are is for the engine to say.
    if len(scores) != len(explained) and not is_by_unit:
        raise ShapeError.of(
            "explanation",
            f"{len(explained)} scores, one per explained token (or {len(tokens)}, one per token)",
            len(scores),
        )
    return {"scores": scores}
