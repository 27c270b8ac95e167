"""A model: what it predicts, attends to and differentiates to, for one input or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, cast, overload

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.arguments import checked, items
from assay.engine.errors import InputError, InputTypeError
from assay.engine.once import once
from assay.engine.progress import Progress
from assay.inputs import pictures
from assay.inputs.pictures import Patches
from assay.inputs.ragged import ragged
from assay.inputs.text import TextLike, TextsLike, is_batch, tokenize
from assay.inputs.tokenizer import Tokenizer, tokenizer_of
from assay.inputs.tokens import Tokens
from assay.models.facts import ModelFacts, Positions, Target
from assay.models.identity import hashed
from assay.models.intervention import Interventions, per_item
from assay.models.opening import reopened
from assay.results.prediction import Prediction


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
        self.name = name or str(path or "")

    @once
    def fingerprint(self) -> str:
        """A hash of configuration, weights and tokenizer, by which a run knows its model.

        It covers every byte of every weight, and is made when it is first asked for.
        """
        tokenizer = None if self.tokenizer is None else self.tokenizer.fingerprint
        return hashed(str(self._facts["hash"]), self.parameters(), tokenizer)

    @checked
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
            raise InputTypeError.of("tokenizer", "one", "None")
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.__dict__.pop("fingerprint", None)
        made._tokenizer = ours
        if self._handle is not None:
            made._handle = door.with_vocabulary(self._handle, ours.vocabulary)
        # Another process would open the folder, with the tokenizer there.
        made._path = None
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process as a path, a hash and a precision; there it is mapped once.

        Raises:
            InputError: it was not loaded from a folder.
        """
        if self._path is None:
            expected = "one loaded from a folder, which another process can open"
            raise InputError.of("model", expected, "one that was made in memory")
        place = str(self._path.resolve())
        return (reopened, (Model, place, self.name, self.fingerprint, self.precision))

    @checked
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
        if self.picture_shape is not None:
            return pictures.cut(text, self.picture_shape, int(self._facts["grid"]["side"]))
        return tokenize(text, self.tokenizer, limit=self.max_positions, truncate=truncate)

    @checked
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
        record: dict[str, Any] = {"keep": [keep] if isinstance(keep, str) else list(keep)}
        if interventions is not None:
            record["interventions"] = per_item(interventions, len(items))
        answer = self.call("predict", items, record, progress=progress)
        logits = answer["logits"]
        best = logits.argmax(axis=1).tolist() if logits.size else [0] * len(logits)
        return Prediction(
            logits=logits,
            probabilities=answer["probabilities"],
            labels=tuple(self.label(index) for index in best),
            kept=MappingProxyType(answer.get("kept", {})),
        )

    @checked
    def attention(self, text: TextLike, *, truncate: bool = False) -> list[NDArray[np.float32]]:
        """Return the attention patterns of one input: one [heads, queries, keys] array a layer.

        Rows (queries) sum to 1. The arrays are views of the engine's memory.

        >>> import assay
        >>> patterns = assay.load("demo").attention("a fine film")
        >>> bool((abs(patterns[0].sum(axis=-1) - 1) < 1e-5).all())
        True
        """
        return self._layers("attention", text, truncate)

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

    @checked
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

    @checked
    def hidden_states(self, text: TextLike, *, truncate: bool = False) -> list[NDArray[np.float32]]:
        """Return the hidden states of one input: layers + 1 arrays [tokens, width]."""
        return self._layers("hidden_states", text, truncate)

    def _layers(self, of: str, text: TextLike, truncate: bool) -> list[NDArray[np.float32]]:
        answer = self.call(of, [self.tokenize(text, truncate=truncate)])
        return cast("list[NDArray[np.float32]]", answer["layers"])

    @checked
    def embed(
        self, texts: TextsLike, *, truncate: bool = False, progress: Progress = None
    ) -> NDArray[np.float32]:
        """Return one vector per input, float32 [batch, width]."""
        answer = self.call("embed", self.tokenize_all(texts, truncate=truncate), progress=progress)
        return cast("NDArray[np.float32]", answer["embeddings"])

    def parameters(self) -> Mapping[str, NDArray[np.float32]]:
        """Return the weights by their checkpoint names: read-only views, nothing is copied."""
        return MappingProxyType(self.call("parameters")["parameters"])

    @checked
    def tokenize_all(self, texts: TextsLike, *, truncate: bool = False) -> list[Tokens]:
        """Tokenise one input or a list of them; one input is a list of one.

        Raises:
            InputError: the list is empty, or an input cannot be used.
        """
        if self.grid is None:
            several = is_batch(texts)
        else:
            several = not isinstance(texts, Patches) and pictures.is_batch(texts)
        batch = items("texts", texts) if several else [cast(TextLike, texts)]
        if not len(batch):
            raise InputError.of("texts", "one or more", "none")
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
        pixels = [item.pixels for item in items if isinstance(item, Patches)]
        return {"pixels": np.stack(pixels)} if self.grid is not None else ragged(items)
