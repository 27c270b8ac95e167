"""Why a language model wrote each token of a text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.ask.explain import explain
from assay.engine.arguments import checked
from assay.engine.arrays import frozen
from assay.engine.errors import InputError, OptionError, UnsupportedModelError
from assay.engine.progress import Progress
from assay.inputs.text import TextLike
from assay.inputs.tokens import Tokens
from assay.models.model import Model
from assay.results.generation import Generation


@checked
def explain_generation(
    model: Model,
    prompt: TextLike,
    continuation: TextLike | None = None,
    *,
    method: str | None = None,
    max_new_tokens: int = 32,
    seed: int = 0,
    progress: Progress = None,
    **options: Any,
) -> Generation:
    """Explain every token that a causal language model writes after a prompt.

    Each token is explained over everything before it, with its own score as the target, exactly as
    `explain` would: a text that is given and the same text written by the model have the same
    numbers. A chat is a prompt once the tokenizer's template was applied to it:
    `tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)`.

    Args:
        model: a causal language model.
        prompt: what stands before, a text or ids.
        continuation: the text whose tokens are explained, as it follows the prompt (with the space
            before it, if there is one), or their ids; by default the model writes it, always the
            likeliest token, until it ends the text.
        method: a name in `assay.methods()`; by default the model's `default_method`.
        max_new_tokens: the most tokens that the model writes.
        seed: keys every random draw.
        progress: True for a bar, or a function of (fraction, stage).
        **options: the method's own.

    Raises:
        UnsupportedModelError: the model predicts no next token.
        InputError: the prompt is empty, or leaves no room in what the model reads.
        OptionError: no such method or option, or no tokens to be written.

    >>> import assay
    >>> assay.explain_generation(assay.load("demo"), "a fine film")
    Traceback (most recent call last):
        ...
    assay.engine.errors.UnsupportedModelError: explain_generation: expected a causal language \
model, found the bert model
    """
    if not model.writes:
        raise UnsupportedModelError.of(
            "explain_generation", "a causal language model", f"the {model.family} model"
        )
    if (
        isinstance(max_new_tokens, bool)
        or not isinstance(max_new_tokens, int)
        or max_new_tokens < 1
    ):
        raise OptionError.of("max_new_tokens", "1 or more", f"{max_new_tokens!r}")
    given = model.tokenize(prompt)
    written = (
        _written(model, given, max_new_tokens)
        if continuation is None
        else _followed(model, continuation)
    )
    tokens = _joined(given, written)
    limit = model.max_positions
    if limit is not None and len(tokens) > limit:
        raise InputError.of("continuation", f"at most {limit} tokens with the prompt", len(tokens))
    explanations = []
    probabilities = []
    for count, number in enumerate(written.ids.tolist()):
        before = _cut(tokens, len(given) + count)
        explanations.append(
            explain(model, before, method=method, target=number, position=-1, seed=seed, **options)
        )
        probabilities.append(_probability(model, before, number))
        if callable(progress):
            progress((count + 1) / len(written), "explaining")
    return Generation(
        tokens=tokens,
        start=len(given),
        explanations=tuple(explanations),
        probabilities=frozen(np.array(probabilities, np.float64)),
        labels=written.pieces,
        method=model.default_method if method is None else method,
    )


def _probability(model: Model, before: Tokens, number: int) -> float:
    return float(model.predict(before, positions=-1).probabilities[0, number])


def _written(model: Model, prompt: Tokens, most: int) -> Tokens:
    """Return the likeliest tokens, one after the other, until the text ends or is full."""
    room = most if model.max_positions is None else min(most, model.max_positions - len(prompt))
    ends = set((model.vocabulary or {}).get("special_ids", ()))
    ids: list[int] = []
    while len(ids) < room:
        tokens = _joined(prompt, _of_ids(model, np.array(ids, np.int32)))
        best = int(model.predict(tokens, positions=-1).logits[0].argmax())
        if best in ends:
            break
        ids.append(best)
    if not ids:
        found = "a prompt after which the model ends the text" if room > 0 else "no room for any"
        raise InputError.of("prompt", "one that the model writes more after", found)
    return _of_ids(model, np.array(ids, np.int32))


def _followed(model: Model, continuation: TextLike) -> Tokens:
    """Return a given text's tokens without what a template puts around a text."""
    tokens = model.tokenize(continuation)
    kept = np.flatnonzero(~tokens.special)
    if not len(kept):
        raise InputError.of("continuation", "one or more tokens", "none")
    return _of_ids(model, tokens.ids[kept])


def _of_ids(model: Model, ids: NDArray[np.int32]) -> Tokens:
    """Return tokens by their ids, spelt as the vocabulary does."""
    special = np.full(len(ids), not model.explains_written)
    tokens = Tokens.plain(ids, [model.label(number) for number in ids.tolist()])
    return tokens.marked(special)


def _joined(first: Tokens, second: Tokens) -> Tokens:
    """Return a text and behind it what was written, as more of the same text."""
    return first.before(second, kind=int(first.types[-1]))


def _cut(tokens: Tokens, count: int) -> Tokens:
    """Return the first tokens of an input."""
    arrays = {name: getattr(tokens, name)[:count] for name in ("ids", "special", "words", "types")}
    return replace(tokens, pieces=tokens.pieces[:count], offsets=tokens.offsets[:count], **arrays)
