"""A model: what it predicts, attends to and differentiates to, for one input or many."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from assay import _engine, folder, pictures
from assay._errors import CheckpointError, InputError, OptionError
from assay._progress import Progress
from assay.intervention import Interventions, per_item
from assay.pictures import Patches
from assay.text import TextLike, TextsLike, is_batch, tokenize
from assay.tokenizer import Tokenizer
from assay.tokens import Tokens

#: A class index, a label's name, a pair to contrast, or None for the predicted class.
Target = int | str | tuple[int | str, int | str] | None
#: Where to read a head over positions: one place for every input, one each, or the head's choice.
Positions = int | Sequence[int | None] | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Prediction:
    """What a model says about a batch; arrays are read-only.

    Attributes:
        logits: float32 [batch, labels], before softmax or sigmoid.
        probabilities: float32 [batch, labels].
        labels: [batch], the name of the likeliest label.
        kept: site name to one array per input, for the sites that `keep` asked for.
    """

    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    labels: tuple[str, ...]
    kept: Mapping[str, list[NDArray[np.float32]]] = field(default_factory=dict)

    def __repr__(self) -> str:
        shown = (
            f"{label} {row.max():.3f}"
            for label, row in zip(self.labels[:4], self.probabilities, strict=False)
        )
        return f"<Prediction {', '.join(shown)}{', …' if len(self.labels) > 4 else ''}>"


class Model:
    """A model opened by `assay.load`. It never changes and may be used from several threads.

    >>> import assay
    >>> model = assay.load("demo")
    >>> model.predict("a gripping, beautifully acted film").labels[0].lower()
    'positive'
    """

    #: The handle and the tokenizer whose vocabulary it was told.
    _told: tuple[object, object] = (None, None)

    def __init__(self, handle: _engine.Handle, path: Path | None = None, name: str = "") -> None:
        self._handle: _engine.Handle | None = handle
        self._path = path
        self._facts = _engine.call("describe", {}, model=handle)
        #: The name or path that it was loaded by.
        self.name = name or str(path or "")

    @property
    def family(self) -> str:
        """The registered family, such as `bert`."""
        return str(self._facts["family"])

    @property
    def labels(self) -> tuple[str, ...]:
        """The class names, in the order of the logits; empty for an encoder without a head."""
        return tuple(self._facts["labels"])

    @property
    def default_method(self) -> str:
        """The method where none is named.

        `attention_rollout`, or `attention` where that is one learned query's and cannot be traced.
        """
        return str(self._facts.get("default_method", "attention_rollout"))

    @property
    def layers(self) -> int:
        """The number of attention layers."""
        return int(self._facts["layers"])

    @property
    def heads(self) -> int:
        """The number of attention heads in a layer."""
        return int(self._facts["heads"])

    @property
    def width(self) -> int:
        """The size of a hidden state."""
        return int(self._facts["width"])

    @property
    def parameter_count(self) -> int:
        """The number of trained numbers."""
        return int(self._facts["parameter_count"])

    @property
    def max_positions(self) -> int | None:
        """The longest input in tokens, or `None` where there is no limit."""
        limit = self._facts.get("max_positions")
        return None if limit is None else int(limit)

    @property
    def grid(self) -> tuple[int, int] | None:
        """How many patches a picture has below each other and side by side; `None` for texts."""
        grid = self._facts.get("grid")
        return None if grid is None else (int(grid["rows"]), int(grid["columns"]))

    @property
    def path(self) -> Path | None:
        """The folder that it was loaded from, if it was."""
        return self._path

    @property
    def fingerprint(self) -> str:
        """The hash of the weights, by which a run of an audit knows its model."""
        return str(self._facts["hash"])

    @property
    def precision(self) -> str:
        """The precision of products with the weights of its blocks: `float32` or `bfloat16`."""
        return str(self._facts.get("precision", "float32"))

    def sites(self) -> Mapping[str, tuple[str, ...]]:
        """Return every place that can be captured or edited, and the axes of its array."""
        return MappingProxyType({n: tuple(axes) for n, axes in self._facts["sites"].items()})

    @cached_property
    def tokenizer(self) -> Tokenizer | None:
        """The tokenizer of the folder, or `None`: then inputs are arrays of ids."""
        return None if self._path is None else folder.tokenizer(self._path)

    @property
    def vocabulary(self) -> Mapping[str, Any] | None:
        """The tokenizer's reserved ids by role, and its size; `None` without a tokenizer."""
        return None if self.tokenizer is None else self.tokenizer.vocabulary

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process as a path, a hash and a precision; there it is mapped once.

        Raises:
            InputError: it was not loaded from a folder.
        """
        if self._path is None:
            raise InputError(
                "model: expected one loaded from a folder, which another process can open; this "
                "one was made in memory",
                subject="model",
            )
        place = str(self._path.resolve())
        return (_reopened, (place, self.name, self.fingerprint, self.precision))

    def __repr__(self) -> str:
        return (
            f"<Model {self.name!r} {self.family} layers={self.layers} heads={self.heads} "
            f"width={self.width} labels={list(self.labels)}>"
        )

    def tokenize(self, text: TextLike, *, truncate: bool = False) -> Tokens:
        """Tokenise one input; `truncate` cuts what is longer than the model reads and warns.

        A vision model takes an array [channels, height, width] instead, in the scale that it was
        trained on, and the result is `Patches`.

        Raises:
            InputError: too long, not valid Unicode, or text where there is no tokenizer.
            ShapeError: a picture of another size.

        >>> import assay
        >>> assay.load("demo").tokenize("fine").pieces
        ('[CLS]', 'fine', '[SEP]')
        """
        grid = self._facts.get("grid")
        if grid is not None:
            size = {name: int(grid[name]) for name in ("channels", "height", "width", "side")}
            return pictures.cut(text, **size)
        return tokenize(text, self.tokenizer, limit=self.max_positions, truncate=truncate)

    def predict(
        self,
        texts: TextsLike,
        *,
        interventions: Interventions = None,
        keep: Sequence[str] = (),
        positions: Positions = None,
        truncate: bool = False,
        progress: Progress = None,
    ) -> Prediction:
        """Run the model on one input or a list of them, changed on the way if asked.

        Args:
            texts: one input or a list.
            interventions: `[i, …]` for every input, or `[[…], […]]`, one list per input.
            keep: names of sites whose arrays to return in `Prediction.kept`.
            positions: where to read a head that scores every position (of tokens, masked or next
                words): one for all inputs, or one each; negative ones count from the end. By
                default the first mask token, or the last position of a causal model.
            truncate: cut inputs that are too long, with a warning.
            progress: True for a bar, or a function of (fraction, stage).

        Raises:
            InputError: an input or an intervention cannot be used.
            OptionError: no such site, layer, head, query or key.

        >>> import assay
        >>> model = assay.load("demo")
        >>> cut = assay.Intervention.knock_out(keys=[2])
        >>> model.predict(["a fine film", "a dull film"], interventions=[cut]).logits.shape
        (2, 2)
        """
        items = self.placed(self.tokenize_all(texts, truncate=truncate), positions)
        record: dict[str, Any] = {}
        if interventions is not None:
            record["interventions"] = per_item(interventions, len(items))
        if keep:
            record["keep"] = [keep] if isinstance(keep, str) else list(keep)
        answer = self.call("predict", items, record, progress=progress)
        logits, probabilities = answer["logits"], answer["probabilities"]
        best = logits.argmax(axis=1).tolist() if logits.size else [0] * len(logits)
        return Prediction(
            logits=logits,
            probabilities=probabilities,
            labels=tuple(self.label(index) for index in best),
            kept=MappingProxyType(answer.get("kept", {})),
        )

    def attention(self, text: TextLike, *, truncate: bool = False) -> list[NDArray[np.float32]]:
        """Return the attention patterns of one input: one [heads, queries, keys] array a layer.

        Rows (queries) sum to 1. The arrays are views of the engine's memory.

        >>> import assay
        >>> patterns = assay.load("demo").attention("a fine film")
        >>> bool((abs(patterns[0].sum(axis=-1) - 1) < 1e-5).all())
        True
        """
        items = [self.tokenize(text, truncate=truncate)]
        answer = self.call("attention", items)
        return cast("list[NDArray[np.float32]]", answer["layers"])

    @overload
    def gradient(  # type: ignore[overload-overlap] # text is a sequence too
        self,
        text: TextLike,
        *,
        target: Target = None,
        at: str = "embedding",
        output: str = "logit",
        position: int | None = None,
        truncate: bool = False,
    ) -> NDArray[np.float32]: ...

    @overload
    def gradient(
        self,
        text: TextLike,
        *,
        target: Target = None,
        at: Sequence[str],
        output: str = "logit",
        position: int | None = None,
        truncate: bool = False,
    ) -> list[NDArray[np.float32]]: ...

    def gradient(
        self,
        text: TextLike,
        *,
        target: Target = None,
        at: str | Sequence[str] = "embedding",
        output: str = "logit",
        position: int | None = None,
        truncate: bool = False,
    ) -> NDArray[np.float32] | list[NDArray[np.float32]]:
        """Return the derivative of one output with respect to a site, with the site's shape.

        Args:
            text: one input.
            target: the class; by default the predicted one.
            at: `embedding` ([tokens, width]) or a site such as `blocks.3.attention.pattern`
                ([heads, queries, keys]); or a list of sites, for a list of arrays that one sweep
                gives.
            output: `logit`, `probability` or `log_probability`.
            position: where to read a head that scores every position.
            truncate: cut an input that is too long, with a warning.

        Raises:
            OptionError: no such target, site or output.

        >>> import assay
        >>> model = assay.load("demo")
        >>> every = [f"blocks.{layer}.attention.pattern" for layer in range(model.layers)]
        >>> {gradient.ndim for gradient in model.gradient("a fine film", at=every)}
        {3}
        """
        items = self.placed([self.tokenize(text, truncate=truncate)], position)
        record = {
            "target": self.target_index(target),
            "at": [at] if isinstance(at, str) else list(at),
            "output": output,
        }
        found = cast("list[NDArray[np.float32]]", self.call("gradient", items, record)["gradients"])
        return found[0] if isinstance(at, str) else found

    def hidden_states(self, text: TextLike, *, truncate: bool = False) -> list[NDArray[np.float32]]:
        """Return the hidden states of one input: layers + 1 arrays [tokens, width]."""
        items = [self.tokenize(text, truncate=truncate)]
        answer = self.call("hidden_states", items)
        return cast("list[NDArray[np.float32]]", answer["layers"])

    def embed(
        self, texts: TextsLike, *, truncate: bool = False, progress: Progress = None
    ) -> NDArray[np.float32]:
        """Return one vector per input, float32 [batch, width]."""
        items = self.tokenize_all(texts, truncate=truncate)
        answer = self.call("embed", items, progress=progress)
        return cast("NDArray[np.float32]", answer["embeddings"])

    def parameters(self) -> Mapping[str, NDArray[np.float32]]:
        """Return the weights by their checkpoint names: read-only views, nothing is copied."""
        return MappingProxyType(self.call("parameters")["parameters"])

    def target_index(self, target: Target) -> int | list[int] | None:
        """Return a target as the index, or pair of indices, that the engine takes.

        A head over labels takes their names; a language model's takes tokens, such as `"his"` or
        `("his", "her")`. A byte-level tokenizer tells `" his"` from `"his"`.

        Raises:
            OptionError: no label of that name, or a text that is several tokens.
        """
        if target is None:
            return None
        if isinstance(target, tuple | list):
            pair = [self.target_index(one) for one in target]
            if len(pair) != 2 or not all(isinstance(one, int) for one in pair):
                raise OptionError(
                    f"target: expected one class or a pair of them, found {target!r}",
                    subject="target",
                )
            return cast("list[int]", pair)
        if isinstance(target, str) and not self.labels and self._facts.get("score_count"):
            if self.tokenizer is None:
                raise OptionError(
                    f"target: expected a token's id, since the model came without a tokenizer, "
                    f"found {target!r}",
                    subject="target",
                )
            return self.tokenizer.number(target)
        if isinstance(target, str):
            lowered = [label.lower() for label in self.labels]
            if target in self.labels:
                return self.labels.index(target)
            if lowered.count(target.lower()) == 1:
                return lowered.index(target.lower())
            known = ", ".join(self.labels) or "none"
            raise OptionError(
                f"target: expected one of {known}, found {target!r}",
                subject="target",
                expected=known,
                found=target,
            )
        if isinstance(target, bool) or not isinstance(target, int | np.integer):
            raise OptionError(
                f"target: expected an index, a label or a pair, found {type(target).__name__}",
                subject="target",
            )
        return int(target)

    def label(self, index: int) -> str:
        """Return the name of a score: its label, or a language model's token."""
        if index < len(self.labels):
            return self.labels[index]
        return self.tokenizer.piece(index) if self.tokenizer is not None else str(index)

    def placed(self, items: Sequence[Tokens], positions: Positions) -> list[Tokens]:
        """Choose the positions that a head over positions reads: one for all inputs, or one each.

        Raises:
            OptionError: there is no such position, or the head does not read a chosen one.
            InputError: there is one position per input, but not for every input.
        """
        if positions is None:
            return list(items)
        if not self._facts.get("reads_position"):
            raise OptionError(
                "positions: expected a model whose head scores every position, found "
                f"the {self.family} model, whose head reads one row of its own",
                subject="positions",
            )
        each = [positions] * len(items) if isinstance(positions, int | np.integer) else positions
        if len(each) != len(items):
            raise InputError(
                f"positions: expected one for each of {len(items)} inputs, found {len(each)}",
                subject="positions",
            )
        return [tokens.at(position) for tokens, position in zip(items, each, strict=True)]

    def tokenize_all(self, texts: TextsLike, *, truncate: bool = False) -> list[Tokens]:
        """Tokenise one input or a list of them; one input is a list of one.

        Raises:
            InputError: the list is empty, or an input cannot be used.
        """
        if self.grid is None:
            several = is_batch(texts)
        else:
            several = not isinstance(texts, Patches) and not pictures.is_picture(texts)
        batch = cast("Sequence[TextLike]", texts) if several else [cast(TextLike, texts)]
        if not len(batch):
            raise InputError("texts: expected one or more, found none", subject="texts")
        return [self.tokenize(text, truncate=truncate) for text in batch]

    def call(
        self,
        operation: str,
        items: Sequence[Tokens] = (),
        record: Mapping[str, Any] = MappingProxyType({}),
        *,
        progress: Progress = None,
    ) -> dict[str, Any]:
        """Run one of the engine's operations on a ragged batch, as the other methods do."""
        if items:
            record = {"input": self._input(items), **record}
        return _engine.call(operation, record, model=self._handle, progress=progress)

    def _input(self, items: Sequence[Tokens]) -> dict[str, Any]:
        if self.grid is not None:
            return {
                "pixels": np.stack([item.pixels for item in items if isinstance(item, Patches)])
            }
        self._tell_vocabulary()
        return ragged(items)

    def _tell_vocabulary(self) -> None:
        """Say what ids mean, once for a handle and its tokenizer: it may name a thousand ids."""
        known = (self._handle, self.tokenizer)
        if known != self._told and self.vocabulary is not None:
            _engine.call("tell_vocabulary", {"vocabulary": self.vocabulary}, model=self._handle)
            self._told = known


def ragged(items: Sequence[Tokens], vocabulary: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a batch as the engine takes it: all tokens one text behind the other.

    Args:
        items: the inputs.
        vocabulary: what their ids mean, where it is not the vocabulary of the model's tokenizer.
    """
    record: dict[str, Any] = {
        "ids": _joined([tokens.ids for tokens in items]),
        "types": _joined([tokens.types for tokens in items]),
        "special": _joined([tokens.special for tokens in items]).astype(np.int32),
        "words": _joined([tokens.words for tokens in items]),
    }
    if len(items) > 1:
        offsets = [0, *accumulate(len(tokens) for tokens in items)]
        record["offsets"] = np.array(offsets, np.int64)
    places = [-1 if tokens.position is None else tokens.position for tokens in items]
    if max(places, default=-1) >= 0:
        record["positions"] = np.array(places, np.int32)
    if vocabulary is not None:
        record["vocabulary"] = vocabulary
    return record


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def load(
    name: str | os.PathLike[str],
    *,
    mapped: bool = True,
    precision: str = "float32",
    progress: Progress = None,
) -> Model:
    """Open a model from a folder, by an embedded name, or by a name in the local cache.

    Args:
        name: a folder with `config.json`, `model.safetensors` and usually `tokenizer.json`;
            `demo`, the embedded sentiment model; or `org/name` in the Hugging Face cache.
            Nothing is downloaded.
        mapped: map the weights (they are then read as they are needed, and the file must not be
            cut short while the model lives) or, if false, read them.
        precision: `float32`, or `bfloat16`: products with the weights of the blocks, forwards
            and backwards, round both operands to 8 significant bits and take half of the time and
            of the memory; everything else stays float32.
            `build_info()["supported_precisions"]` says whether this processor has it.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        ModelNotFoundError: the name leads nowhere.
        CheckpointError: a file of the folder cannot be used; the message names file and tensor.
        UnsupportedModelError: a family that `assay.families()` does not list, or a precision
            that this processor does not have.
        OptionError: no such precision.

    >>> import assay
    >>> assay.load("demo").family
    'bert'
    """
    path = folder.find(name)
    record = {"path": str(path), "mapped": bool(mapped), "precision": precision}
    handle = _engine.open_model(record, progress=progress)
    return Model(handle, path if path.is_dir() else path.parent, os.fspath(name))


@lru_cache(maxsize=2)
def _reopened(path: str, name: str, fingerprint: str, precision: str = "float32") -> Model:
    """Open a model that came from another process, if its weights are the same here.

    Raises:
        CheckpointError: the folder holds another model.
        UnsupportedModelError: this processor does not have its precision.
    """
    record = {"path": path, "mapped": True, "precision": precision}
    model = Model(_engine.open_model(record), Path(path), name)
    if model.fingerprint != fingerprint:
        raise CheckpointError(
            f"{path}: expected the model with the hash {fingerprint}, found {model.fingerprint}",
            subject=path,
            expected=fingerprint,
            found=model.fingerprint,
        )
    return model
