"""What is known of a model without running it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class ModelFacts:
    """The engine's description of a model, by name."""

    _facts: Mapping[str, Any]

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
    def vocabulary_size(self) -> int | None:
        """How many ids the model knows, or `None` where it does not read ids."""
        size = self._facts.get("vocabulary_size")
        return None if size is None else int(size)

    @property
    def grid(self) -> tuple[int, int] | None:
        """How many patches a picture has below each other and side by side; `None` for texts."""
        grid = self._facts.get("grid")
        return None if grid is None else (int(grid["rows"]), int(grid["columns"]))

    @property
    def precision(self) -> str:
        """The precision of products with the weights of its blocks: `float32` or `bfloat16`."""
        return str(self._facts.get("precision", "float32"))

    def sites(self) -> Mapping[str, tuple[str, ...]]:
        """Return every place that can be captured or edited, and the axes of its array."""
        return MappingProxyType({n: tuple(axes) for n, axes in self._facts["sites"].items()})
