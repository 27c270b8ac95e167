"""A module of torch as an Assay model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.once import once
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens
from assay.models.model import Model
from assay.models.torch_door import inspection
from assay.models.torch_door.finding import positions
from assay.models.torch_door.library import torch
from assay.models.torch_door.probing import Facts, probe


class TorchModel(Model):
    """A model that torch runs, made by `from_torch`: the engine asks it for whole runs."""

    def __init__(
        self,
        module: Any,
        tokenizer: Tokenizer | None,
        memory_budget: int,
        name: str,
        explain: str = "source",
    ) -> None:
        self._module = inspection.plain(module)
        self._explain = explain
        facts = probe(self._module)
        #: What each layer is, in a network that reads a source and writes a target.
        self.stacks: tuple[str, ...] = facts.runner.parts.stacks
        handle = door.wrap(
            _record(self._module, facts, tokenizer, memory_budget), facts.runner.answer
        )
        facts.runner.handle = handle
        # The engine asks the functions of this handle, whatever handles are made of it.
        self._asked = handle
        super().__init__(handle, None, name, tokenizer=tokenizer)

    @property
    def explains_written(self) -> bool:
        """Whether what is written is explained itself, rather than what it was written from."""
        return not self.stacks or self._explain == "target"

    def tokenize(self, text: Any, *, truncate: bool = False) -> Tokens:
        """Tokenise one input; for a network that writes a target, a source or a pair of both.

        The target's first token is the one that decoding starts with, which is special, as is the
        language's that the configuration asks for. What is not explained is special too.
        """
        if not self.stacks or isinstance(text, Tokens):
            return super().tokenize(text, truncate=truncate)
        source, target = text if isinstance(text, tuple) else (text, None)
        first = super().tokenize(source, truncate=truncate)
        start = _starts(self._module)
        second = Tokens.plain(
            np.array(start, np.int32),
            [self.label(one) for one in start],
            special=np.ones(len(start), bool),
            words=np.full(len(start), -1, np.int32),
        )
        if target is not None:
            written = super().tokenize(target, truncate=truncate)
            second = second.before(written.without(written.special))
        joined = first.before(second, pair=target if isinstance(target, str) else None)
        hidden = joined.types != (1 if self._explain == "target" else 0)
        return joined.marked(joined.special | hidden)

    @property
    def parameter_count(self) -> int:
        """The number of trained numbers."""
        return sum(one.numel() for one in self._module.parameters())

    @property
    def precision(self) -> str:
        """The type of the module's weights, such as `float32`."""
        return str(next(self._module.parameters()).dtype).removeprefix("torch.")

    def parameters(self) -> Mapping[str, NDArray[np.float32]]:
        """Return nothing: the weights belong to the module, on its device."""
        return MappingProxyType({})

    @once
    def fingerprint(self) -> str:
        """A hash of configuration, weights and tokenizer, by which a run knows its model."""
        told = json.dumps(self._module.config.to_dict(), sort_keys=True, default=str)
        content = hashlib.sha256(told.encode())
        for name, value in sorted(self._module.state_dict().items()):
            content.update(f"\n{name} {value.dtype} {tuple(value.shape)}\n".encode())
            held = value.detach().cpu().contiguous().flatten().view(torch().uint8)
            content.update(held.numpy().data)
        if self.tokenizer is not None:
            content.update(f"\ntokenizer {self.tokenizer.fingerprint}".encode())
        return content.hexdigest()[:32]


def _starts(module: Any) -> list[int]:
    """Return the tokens that a target begins with."""
    config = getattr(module, "generation_config", None) or module.config
    first = getattr(config, "decoder_start_token_id", None)
    first = getattr(module.config, "decoder_start_token_id", None) if first is None else first
    forced = getattr(config, "forced_bos_token_id", None)
    return [int(one) for one in (first or 0, forced) if one is not None]


def _record(
    module: Any, facts: Facts, tokenizer: Tokenizer | None, memory_budget: int
) -> dict[str, Any]:
    """Return what the engine is told of the module."""
    config = inspection.text_config(module)
    problem = getattr(module.config, "problem_type", None)
    if problem is None or not facts.labels:
        problem = "regression" if facts.labels and facts.scores == 1 else _SINGLE
    if facts.runner.is_each:
        problem = "multi_label_classification"
    inside = {
        "family": str(config.model_type),
        "width": facts.width,
        "embedding_width": facts.embedding_width,
        "score_count": facts.scores,
        "max_positions": None if facts.runner.parts.stacks else positions(module),
        "types": 2
        if facts.runner.parts.stacks
        else int(getattr(config, "type_vocab_size", 0) or 0),
        "states": facts.states,
        "masks": facts.masks,
        "memory_budget": memory_budget,
    }
    return {
        "labels": facts.labels,
        "problem_type": problem,
        "layers": facts.layers,
        "heads": facts.heads,
        "readout": facts.readout,
        "vocabulary_size": int(module.get_input_embeddings().weight.shape[0]),
        "vocabulary": None if tokenizer is None else tokenizer.vocabulary,
        "inside": inside,
    }


_SINGLE = "single_label_classification"
