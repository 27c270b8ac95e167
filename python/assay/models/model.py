"""A model: what it predicts, attends to and differentiates to, for one input or many."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, cast, overload

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.errors import InputError, InputTypeError, OptionError
from assay.engine.once import once
from assay.engine.progress import Progress
from assay.inputs import pictures
from assay.inputs.pictures import Patches
from assay.inputs.ragged import ragged
from assay.inputs.text import TextLike, TextsLike, is_batch, tokenize
from assay.inputs.tokenizer import Tokenizer, tokenizer_of
from assay.inputs.tokens import Tokens
from assay.models.facts import ModelFacts
from assay.models.intervention import Interventions, per_item
from assay.models.opening import reopened
from assay.results.prediction import Prediction

#: A class index, a label's name, a pair to contrast, or None for the predicted class.
Target = int | str | tuple[int | str, int | str] | None
#: Where to read a head over positions: one place for every input, one each, or the head's choice.
Positions = int | Sequence[int | None] | None


class Model(ModelFacts):
    """A model opened by `assay.load`. It never changes and may be used from several threads.

    >>> import assay
    >>> model = assay.load("demo")
    >>> model.predict("a gripping, beautifully acted film").labels[0].lower()
    'positive'
    """

    def __init__(
        self,
        handle: door.Handle,
        path: Path | None = None,
        name: str = "",
        *,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        self._handle: door.Handle | None = handle
        self._path = path
        self._tokenizer = tokenizer
        self._facts = door.call("describe", {}, model=handle)
        self.__dict__.pop("fingerprint", None)  # a classifier that is trained again is another
        #: The name or path that it was loaded by.
        self.name = name or str(path or "")

    @property
    def path(self) -> Path | None:
        """The folder that it was loaded from, if it was."""
        return self._path

    @once
    def fingerprint(self) -> str:
        """A hash of configuration, weights and tokenizer, by which a run knows its model.

        It covers every byte of every weight, and is made when it is first asked for.
        """
        content = hashlib.sha256(str(self._facts["hash"]).encode())
        for name, weights in sorted(self.parameters().items()):
            content.update(f"\n{name} {weights.dtype} {weights.shape}\n".encode())
            content.update(np.ascontiguousarray(weights).data)
        if self.tokenizer is not None:
            content.update(f"\ntokenizer {self.tokenizer.fingerprint}".encode())
        return content.hexdigest()[:32]

    @property
    def tokenizer(self) -> Tokenizer | None:
        """The tokenizer that it was opened with, or `None`: then inputs are arrays of ids."""
        return self._tokenizer

    def with_tokenizer(self, tokenizer: Any) -> Self:
        """Return a model over the same weights that reads texts by another tokenizer.

        Args:
            tokenizer: a `tokenizers.Tokenizer`, or a fast one of `transformers`.

        Raises:
            InputTypeError: it has no fast backend.

        >>> import assay
        >>> demo = assay.load("demo")
        >>> demo.with_tokenizer(demo.tokenizer).predict("a fine film").labels[0].lower()
        'positive'
        """
        ours = tokenizer_of(tokenizer)
        if ours is None:
            raise InputTypeError("tokenizer: expected one, found None", subject="tokenizer")
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.__dict__.pop("fingerprint", None)
        made._tokenizer = ours
        if self._handle is not None:
            made._handle = door.with_vocabulary(self._handle, ours.vocabulary)
        # Another process would open the folder, with the tokenizer there.
        made._path = None
        return made

    @property
    def takes_text(self) -> bool:
        """Whether inputs may be texts."""
        return self.tokenizer is not None

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
        return (reopened, (Model, place, self.name, self.fingerprint, self.precision))

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
            several = not isinstance(texts, Patches) and pictures.is_batch(texts)
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
        return door.call(operation, record, model=self._handle, progress=progress)

    def _input(self, items: Sequence[Tokens]) -> dict[str, Any]:
        if self.grid is not None:
            return {
                "pixels": np.stack([item.pixels for item in items if isinstance(item, Patches)])
            }
        return ragged(items)
