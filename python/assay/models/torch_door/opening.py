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
from assay.models.model import Model
from assay.models.torch_door import inspection
from assay.models.torch_door.finding import positions
from assay.models.torch_door.library import torch
from assay.models.torch_door.probing import Facts, probe


class TorchModel(Model):
    """A model that torch runs, made by `from_torch`: the engine asks it for whole runs."""

    def __init__(
        self, module: Any, tokenizer: Tokenizer | None, memory_budget: int, name: str
    ) -> None:
        self._module = inspection.plain(module)
        facts = probe(self._module)
        handle = door.wrap(
            _record(self._module, facts, tokenizer, memory_budget), facts.runner.answer
        )
        facts.runner.handle = handle
        # The engine asks the functions of this handle, whatever handles are made of it.
        self._asked = handle
        super().__init__(handle, None, name, tokenizer=tokenizer)

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
        "max_positions": positions(module),
        "types": int(getattr(config, "type_vocab_size", 0) or 0),
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
