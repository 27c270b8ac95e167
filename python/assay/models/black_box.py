"""Any model as an Assay model: a function that predicts, and what else its maker knows of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NoReturn

from assay.engine import door
from assay.engine.arguments import checked
from assay.engine.asking import attribute
from assay.engine.errors import InputTypeError, OptionError, UnsupportedModelError, one_of
from assay.engine.once import once
from assay.engine.progress import Progress
from assay.inputs.ragged import ragged
from assay.inputs.text import TextLike
from assay.inputs.tokenizer import tokenizer_of
from assay.inputs.tokens import Tokens
from assay.models.caller import Caller
from assay.models.model import Model
from assay.models.words import WordIds

_PROBLEMS = ("single_label_classification", "multi_label_classification", "regression")


@checked
def black_box(
    *,
    predict: Any,
    attention: Callable[[Any], Any] | None = None,
    gradient: Callable[[Any, Any], Any] | None = None,
    tokenizer: Any = None,
    takes: str | None = None,
    labels: Sequence[str] | None = None,
    problem: str = "single_label_classification",
    mask: str | int | None = None,
    replacements: Sequence[str | int] = (),
    readout: str = "first",
    batch_size: int = 64,
    identity: str | None = None,
) -> Model:
    """Wrap any model, so that everything that needs no more than it gives works on it.

    Removing tokens in every way that texts allow needs `predict` alone: leave-one-out, occlusion,
    Shapley values, LIME, and the checks of causal relevance. Methods made of attention need
    `attention`; the check of consistency needs `gradient`. Edited attention needs a model of one
    of `assay.families()`. What cannot be tested is "not applicable", and a verdict says what it
    rests on. Exceptions of the functions reach the caller as they are.

    Args:
        predict: takes a list of texts, or of int32 arrays of token ids, and returns probabilities
            [batch, labels]; for a regression the values [batch, 1]. A text classification pipeline
            of transformers will do, and any function that returns labels with scores: a list of
            {label, score} for each text, {label: probability}, a table with a column for each
            label. So will a zero-shot pipeline with `labels`, and a classifier of scikit-learn, or
            a pipeline that ends in one.
        attention: takes one such input and returns its attention maps after softmax, one
            [heads, tokens, tokens] array a layer.
        gradient: takes one input and a target (an index, or a pair) and returns the gradient of the
            target's score with respect to the input, [tokens, width] or [tokens].
        tokenizer: a fast tokenizer, as for `from_torch`. Without one a text's tokens are its words,
            and arrays of ids are taken as they are.
        takes: "texts" or "ids", what the functions are given; by default ids when there is a
            tokenizer or when the input is an array, else texts put together from the words left.
            A function of texts is given no part of a word without its beginning attached to another
            word, and pairs as tuples; unless there is attention or a gradient, its tokens are words
            and the tokenizer only names the mask.
        labels: the names of the labels, in the order of the columns.
        problem: `single_label_classification` (rows sum to 1), `multi_label_classification` or
            `regression`.
        mask: the word, or in arrays the id, that stands for a masked token where there is no
            tokenizer; "..." in texts by default, none in arrays.
        replacements: words or ids that replacements are drawn from, where there is no tokenizer.
        readout: which row of an attention map the prediction is read from: first, last, or mean.
        batch_size: the most inputs that `predict` is given at once.
        identity: a name and version that no other model has, such as "reviews, 2.1": nothing can be
            read off a function, so only with it an audit in a run folder can be resumed.

    Raises:
        OptionError: an unknown name, or nothing to give the functions.
        InputTypeError: something that is not a function, or a tokenizer without a fast backend.

    >>> import numpy as np
    >>> def predict(texts):
    ...     good = np.array(["good" in text for text in texts]) * 0.8 + 0.1
    ...     return np.stack([1 - good, good], axis=1)
    >>> model = black_box(predict=predict, labels=["bad", "good"])
    >>> import assay
    >>> explanation = assay.explain(model, "a good film", method="leave_one_out")
    >>> explanation.scores.astype(float).round(1).tolist()
    [0.0, 0.8, 0.0]
    """
    for name, function in (("predict", predict), ("attention", attention), ("gradient", gradient)):
        answers_itself = name == "predict" and attribute(function, "predict_proba") is not None
        if not (callable(function) or answers_itself) and (
            function is not None or name == "predict"
        ):
            raise InputTypeError.of(name, "a function", type(function).__name__)
    one_of("takes", takes, (None, "texts", "ids"))
    one_of("problem", problem, _PROBLEMS)
    one_of("readout", readout, ("first", "last", "mean"))
    if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
        raise OptionError.of("batch_size", "1 or more", f"{batch_size!r}")
    if identity is not None and (not isinstance(identity, str) or not identity.strip()):
        raise OptionError.of("identity", "a name and version", f"{identity!r:.80}")
    words = WordIds(tokenizer_of(tokenizer), takes, mask, replacements)
    caller = Caller(predict, attention, gradient, words, batch_size, labels)
    facts = {"labels": list(labels) if labels is not None else None, "problem_type": problem}
    told = [identity, facts, readout, takes, mask, list(replacements), attention is None,
            gradient is None]  # fmt: skip
    hashed = hashlib.sha256(json.dumps(door.plain(told), default=str).encode()).hexdigest()[:32]
    return BlackBox(caller, facts | {"readout": readout}, "" if identity is None else hashed)


class BlackBox(Model):
    """A model made by `black_box`; its first input shows how many labels and layers it has."""

    def __init__(self, caller: Caller, facts: Mapping[str, Any], identity: str) -> None:
        self._caller = caller
        self._identity = identity
        self._given = facts
        self._handle = None
        self._path = None
        self._facts = {
            "family": "black_box",
            "labels": caller.names or [],
            "layers": 0,
            "heads": 0,
            "width": 0,
            "parameter_count": 0,
            "sites": {},
            "hash": "",
        }
        self.name = "black box"
        self._tokenizer = caller.words.tokenizer

    def _input(self, items: Sequence[Tokens]) -> dict[str, Any]:
        words = self._caller.words
        of_the_tokenizer = self.tokenizer is not None and not words.are_parts(items)
        return ragged(items, None if of_the_tokenizer else words.vocabulary(items))

    def with_tokenizer(self, tokenizer: Any) -> NoReturn:
        """Refuse: the functions were given with the tokenizer whose ids they take.

        Raises:
            UnsupportedModelError: always.
        """
        raise UnsupportedModelError.of(
            "tokenizer",
            "another black_box, made with the functions that take its ids",
            "one whose functions take those of its own",
        )

    @once
    def fingerprint(self) -> str:
        """A hash of the identity that its maker gave; empty without one."""
        return self._identity

    @property
    def takes_text(self) -> bool:
        """Whether inputs may be texts."""
        return self.tokenizer is not None or self._caller.words.takes != "ids"

    def tokenize(self, text: TextLike, *, truncate: bool = False) -> Tokens:
        """Tokenise one input: by the tokenizer, or into words where functions take texts.

        Functions that take texts see whole words alone, in the order of the text, and pairs as
        tuples. With attention or gradients, which are about the tokenizer's tokens, tokens are the
        tokenizer's.
        """
        words = self._caller.words
        if words.takes == "ids" or not (isinstance(text, str) or words.is_pair(text)):
            return super().tokenize(text, truncate=truncate)
        if self.tokenizer is None:
            return words.split(text)
        if words.takes != "texts":
            return super().tokenize(text, truncate=truncate)
        if self._caller.attention is None and self._caller.gradient is None:
            return words.split(text)
        return words.parts(super().tokenize(text, truncate=truncate))

    def call(
        self,
        operation: str,
        items: Sequence[Tokens] = (),
        record: Mapping[str, Any] = MappingProxyType({}),
        *,
        progress: Progress = None,
    ) -> dict[str, Any]:
        """Run one of the engine's operations; the first input shows what the model gives."""
        if items and self._handle is None:
            self._open(items[0])
        return super().call(operation, items, record, progress=progress)

    def _open(self, item: Tokens) -> None:
        # No lock while the functions are asked, which may use the model themselves: whoever is
        # first with an answer opens it.
        caller = self._caller
        ids = [item.ids]
        columns = caller.probabilities(ids).shape[1]
        labels = caller.names or [f"LABEL_{column}" for column in range(columns)]
        layers, heads = caller.maps(item.ids).shape[:2] if caller.attention else (0, 0)
        record = {
            **self._given,
            "labels": labels,
            "layers": layers,
            "heads": heads,
            "gradient": caller.gradient is not None,
            "vocabulary": self.vocabulary,
        }
        handle = door.wrap(record, caller.answer)
        facts = door.call("describe", {}, model=handle)
        if self._handle is None:
            self._facts, self._handle = facts, handle
