"""Any model as an Assay model: a function that predicts, and what else its maker knows of it."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.arrays import frozen, to_numpy
from assay.engine.errors import (
    InputError,
    InputTypeError,
    OptionError,
    ShapeError,
    UnsupportedModelError,
)
from assay.engine.once import once
from assay.engine.progress import Progress
from assay.inputs.ragged import ragged
from assay.inputs.text import TextLike
from assay.inputs.tokenizer import Tokenizer, tokenizer_of
from assay.inputs.tokens import Tokens, tokens_of_ids
from assay.models.model import Model

#: What the functions are given: a text, or its token ids.
Given: TypeAlias = "str | NDArray[np.int32]"
#: Words are numbered from here, so that they are never mistaken for the ids of an array.
FIRST_WORD = 1 << 30
#: A word, or a sign that stands alone. The space before it is no part of the pattern, which would
#: read a long run of spaces from each of its places.
_WORD = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")  # noqa: RUF001
_PROBLEMS = ("single_label_classification", "multi_label_classification", "regression")


def black_box(
    *,
    predict: Callable[[list[Any]], Any],
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
            [batch, labels]; for a regression the values [batch, 1].
        attention: takes one such input and returns its attention maps after softmax, one
            [heads, tokens, tokens] array a layer.
        gradient: takes one input and a target (an index, or a pair) and returns the gradient of the
            target's score with respect to the input, [tokens, width] or [tokens].
        tokenizer: a fast tokenizer, as for `from_torch`. Without one a text's tokens are its words,
            and arrays of ids are taken as they are.
        takes: "texts" or "ids", what the functions are given; by default ids when there is a
            tokenizer or when the input is an array, else texts put together from the words left.
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
        if not callable(function) and (function is not None or name == "predict"):
            raise InputTypeError(
                f"{name}: expected a function, found {type(function).__name__}", subject=name
            )
    _choice("takes", takes, (None, "texts", "ids"))
    _choice("problem", problem, _PROBLEMS)
    _choice("readout", readout, ("first", "last", "mean"))
    if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
        raise OptionError(f"batch_size: expected 1 or more, found {batch_size!r}")
    if identity is not None and (not isinstance(identity, str) or not identity.strip()):
        raise OptionError(f"identity: expected a name and version, found {identity!r:.80}")
    words = _Words(tokenizer_of(tokenizer), takes, mask, replacements)
    outside = _Outside(predict, attention, gradient, words, batch_size)
    facts = {"labels": list(labels) if labels is not None else None, "problem_type": problem}
    told = [identity, facts, readout, takes, mask, list(replacements), attention is None,
            gradient is None]  # fmt: skip
    hashed = hashlib.sha256(json.dumps(door.plain(told), default=str).encode()).hexdigest()[:32]
    return BlackBox(outside, facts | {"readout": readout}, "" if identity is None else hashed)


class BlackBox(Model):
    """A model made by `black_box`; its first input shows how many labels and layers it has."""

    def __init__(self, outside: _Outside, facts: Mapping[str, Any], identity: str) -> None:
        self._outside = outside
        self._identity = identity
        self._given = facts
        self._handle = None
        self._path = None
        self._facts = {
            "family": "black_box",
            "labels": facts["labels"] or [],
            "layers": 0,
            "heads": 0,
            "width": 0,
            "parameter_count": 0,
            "sites": {},
            "hash": "",
        }
        self.name = "black box"
        self._tokenizer = outside.words.tokenizer

    def _input(self, items: Sequence[Tokens]) -> dict[str, Any]:
        if self.tokenizer is not None:
            return ragged(items)
        return ragged(items, self._outside.words.vocabulary(items))

    def with_tokenizer(self, tokenizer: Any) -> NoReturn:
        """Refuse: the functions were given with the tokenizer whose ids they take.

        Raises:
            UnsupportedModelError: always.
        """
        raise UnsupportedModelError(
            "tokenizer: expected another black_box, made with the functions that take its ids, "
            "found one whose functions take those of its own",
            subject="tokenizer",
        )

    @once
    def fingerprint(self) -> str:
        """A hash of the identity that its maker gave; empty without one."""
        return self._identity

    @property
    def takes_text(self) -> bool:
        """Whether inputs may be texts."""
        return self.tokenizer is not None or self._outside.words.takes != "ids"

    def tokenize(self, text: TextLike, *, truncate: bool = False) -> Tokens:
        """Tokenise one input: by the tokenizer, or into words.

        Raises:
            InputError: a pair of texts without a tokenizer.
        """
        words = self._outside.words
        if self.tokenizer is None and words.takes != "ids" and isinstance(text, str | tuple):
            return words.split(text)
        return super().tokenize(text, truncate=truncate)

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
        outside = self._outside
        ids = [item.ids]
        columns = outside.probabilities(ids).shape[1]
        labels = self._given["labels"] or [f"LABEL_{column}" for column in range(columns)]
        layers, heads = outside.maps(item.ids).shape[:2] if outside.attention else (0, 0)
        record = {
            **self._given,
            "labels": labels,
            "layers": layers,
            "heads": heads,
            "gradient": outside.gradient is not None,
            "vocabulary": self.vocabulary,
        }
        handle = door.wrap(record, outside.answer)
        facts = door.call("describe", {}, model=handle)
        if self._handle is None:
            self._facts, self._handle = facts, handle


_RAISED = "raised by the function given as "


@contextmanager
def _asking(name: str) -> Iterator[None]:
    """Note on an exception of the caller's function whose it is; it goes on as it is."""
    try:
        yield
    except Exception as error:
        if not is_of_the_caller(error):
            error.add_note(f"{_RAISED}{name}")
        raise


def is_of_the_caller(error: BaseException) -> bool:
    """Tell an exception of a function that was given to `black_box` from one of ours."""
    return any(str(note).startswith(_RAISED) for note in getattr(error, "__notes__", ()))


class _Outside:
    """The maker's functions, asked by the engine in terms of token ids."""

    def __init__(
        self,
        predict: Callable[[list[Any]], Any],
        attention: Callable[[Any], Any] | None,
        gradient: Callable[[Any, Any], Any] | None,
        words: _Words,
        batch_size: int,
    ) -> None:
        self.predict, self.attention, self.gradient = predict, attention, gradient
        self.words, self.batch_size = words, batch_size

    def answer(self, question: str, arrays: list[Any]) -> tuple[str, list[NDArray[Any]]]:
        """Answer one question of the engine, as the C header writes it."""
        record = door.decode(json.loads(question), arrays)
        ids = np.split(record["ids"], record["offsets"][1:-1])
        if record["ask"] == "predict":
            return door.encode({"probabilities": self.probabilities(ids)})
        if record["ask"] == "attention":
            return door.encode({"attention": self.maps(ids[0])})
        target = record["target"]
        target = tuple(target) if isinstance(target, list) else target
        return door.encode({"gradient": self.slope(ids[0], target)})

    def probabilities(self, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float64]:
        """Ask for probabilities, at most `batch_size` inputs at once: float64 [inputs, labels]."""
        parts: list[NDArray[np.float64]] = []
        for start in range(0, len(ids), self.batch_size):
            given = [self.words.given(one) for one in ids[start : start + self.batch_size]]
            with _asking("predict"):
                said = self.predict(given)
            array = to_numpy(said, "predict")
            array = array[:, None] if array.ndim == 1 else array
            if array.ndim != 2 or len(array) != len(given) or not array.shape[1]:
                raise ShapeError(
                    f"predict: expected probabilities [{len(given)}, labels], found shape "
                    f"{array.shape}",
                    subject="predict",
                    expected=f"[{len(given)}, labels]",
                    found=str(array.shape),
                )
            parts.append(np.asarray(array, np.float64))
        if len({part.shape[1] for part in parts}) > 1:
            raise ShapeError("predict: expected equally many labels for every batch, found others")
        return np.concatenate(parts)

    def maps(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Ask for attention maps: float32 [layers, heads, tokens, tokens]."""
        assert self.attention is not None
        with _asking("attention"):
            said = self.attention(self.words.given(ids))
        if isinstance(said, list | tuple):
            layers = [to_numpy(layer, "attention") for layer in said]
            if len({layer.shape for layer in layers}) > 1:
                raise ShapeError("attention: expected layers of one shape, found several")
            said = np.stack(layers) if layers else np.zeros(0)
        array = to_numpy(said, "attention")
        if array.ndim == 5 and array.shape[1] == 1:  # a batch of one, as transformers returns it
            array = array[:, 0]
        expected = (len(ids), len(ids))
        if array.ndim != 4 or array.shape[2:] != expected or not array.size:
            raise ShapeError(
                f"attention: expected [layers, heads, {len(ids)}, {len(ids)}] for {len(ids)} "
                f"tokens, found shape {array.shape}",
                subject="attention",
                expected=f"[layers, heads, {len(ids)}, {len(ids)}]",
                found=str(array.shape),
            )
        return np.ascontiguousarray(array, np.float32)

    def slope(self, ids: NDArray[np.int32], target: object) -> NDArray[np.float32]:
        """Ask for the gradient of a target: float32 [tokens, width]."""
        assert self.gradient is not None
        with _asking("gradient"):
            said = self.gradient(self.words.given(ids), target)
        array = to_numpy(said, "gradient")
        array = array[:, None] if array.ndim == 1 else array
        if array.ndim != 2 or len(array) != len(ids) or not array.size:
            raise ShapeError(
                f"gradient: expected [{len(ids)}, width] or [{len(ids)}], found shape "
                f"{array.shape}",
                subject="gradient",
                expected=f"[{len(ids)}, width]",
                found=str(array.shape),
            )
        return np.ascontiguousarray(array, np.float32)


class _Words:
    """Between the engine's ids and what the functions take; safe to use from several threads."""

    def __init__(
        self,
        tokenizer: Tokenizer | None,
        takes: str | None,
        mask: str | int | None,
        replacements: Sequence[str | int],
    ) -> None:
        self.tokenizer = tokenizer
        self.takes = takes
        # Threads share them by single steps of dictionaries, without a lock.
        self._numbers: dict[str, int] = {}
        self._spellings: dict[int, str] = {}
        self._free = itertools.count(FIRST_WORD)
        given = [mask, *replacements]
        for one in given:
            whole = isinstance(one, int | np.integer) and not isinstance(one, bool) and one >= 0
            if not (one is None or isinstance(one, str) or whole):
                raise OptionError(f"mask, replacements: expected a word or an id, found {one!r}")
        masks = [mask] if mask is not None else []
        self._of_words = _stand_ins(
            [self._number(f" {one}") for one in masks if isinstance(one, str)]
            or [self._number(" ...")],
            [self._number(f" {one}") for one in replacements if isinstance(one, str)],
        )
        self._of_ids = _stand_ins(
            [int(one) for one in masks if not isinstance(one, str)],
            [int(one) for one in replacements if not isinstance(one, str)],
        )

    def vocabulary(self, items: Sequence[Tokens]) -> Mapping[str, Any]:
        """Return the ids that stand for a removed token of these inputs, without a tokenizer.

        Raises:
            InputError: some inputs are texts and some are arrays.
        """
        kinds = {bool(one.ids.size and int(one.ids.max()) >= FIRST_WORD) for one in items}
        if len(kinds) > 1:
            raise InputError("texts: expected texts only, or arrays only, found both")
        return self._of_words if kinds == {True} else self._of_ids

    def _number(self, spelling: str) -> int:
        number = self._numbers.get(spelling)
        if number is None:
            number = next(self._free)
            self._spellings[number] = spelling
            number = self._numbers.setdefault(spelling, number)
        return number

    def split(self, text: str | tuple[Any, ...]) -> Tokens:
        """Return the words and signs of a text, each with the space before it.

        Raises:
            InputError: a pair of texts.
        """
        if not isinstance(text, str):
            if not any(isinstance(one, str) for one in text):
                return tokens_of_ids(text)
            raise InputError(
                "text: expected one text, since only a tokenizer knows how a pair is joined, found "
                "a pair",
                subject="text",
            )
        found = list(_WORD.finditer(text))
        pieces = tuple(match.group() for match in found)
        starts, ends = [match.start() for match in found], [match.end() for match in found]
        spelled = [text[last:end] for last, end in zip([0, *ends], ends, strict=False)]
        count = len(found)
        return Tokens(
            ids=frozen(np.array([self._number(one) for one in spelled], np.int32)),
            pieces=pieces,
            special=frozen(np.zeros(count, bool)),
            words=frozen(np.arange(count, dtype=np.int32)),
            offsets=frozen(np.array([starts, ends], np.int32).T.reshape(-1, 2).copy()),
            types=frozen(np.zeros(count, np.int32)),
            text=text,
        )

    def given(self, ids: NDArray[np.int32]) -> Given:
        """Return one input as the functions take it."""
        if self.tokenizer is not None:
            return self.tokenizer.decode(ids) if self.takes == "texts" else ids
        if self.takes == "ids" or not (ids.size and int(ids.max()) >= FIRST_WORD):
            return ids
        return "".join(self._spelling(int(number)) for number in ids).strip()

    def _spelling(self, number: int) -> str:
        return self._spellings[number] if number >= FIRST_WORD else f" {number}"


def _stand_ins(masks: list[int], replacements: list[int]) -> Mapping[str, Any]:
    return {
        "mask": masks[0] if masks else None,
        "special_ids": masks,
        "replacements": replacements,
    }


def _choice(name: str, value: object, known: tuple[str | None, ...]) -> None:
    if value not in known:
        listed = ", ".join(one for one in known if one)
        raise OptionError(f"{name}: expected one of {listed}, found {value!r}", subject=name)
