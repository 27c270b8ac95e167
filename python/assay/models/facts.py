"""What is known of a model without running it: its shape, its words, what its scores are called."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from assay.engine.arguments import checked
from assay.engine.errors import InputError, OptionError
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens
from assay.results import storage
from assay.results.report import target_name

#: A class index, a label's name, a pair to contrast, or None for the predicted class.
Target = int | str | tuple[int | str, int | str] | None
#: Where to read a head over positions: one place for every input, one each, or the head's choice.
Positions = int | Sequence[int | None] | None


class ModelFacts:
    """The engine's description of a model, by name."""

    _facts: Mapping[str, Any]
    _path: Path | None
    _tokenizer: Tokenizer | None
    #: The name or path that it was loaded by.
    name: str

    @staticmethod
    def _remedy(value: object) -> str:
        """Say what makes a model of what was given in the place of one."""
        if isinstance(value, str | os.PathLike):
            named = repr(value) if type(value) is str else "path"
            return f"; assay.load({named:.80}) opens one"
        made = "; assay.from_torch or assay.black_box makes one of it"
        return made if callable(value) else ""

    def __repr__(self) -> str:
        return (
            f"<Model {self.name!r} {self.family} layers={self.layers} heads={self.heads} "
            f"width={self.width} labels={list(self.labels)}>"
        )

    @property
    def path(self) -> Path | None:
        """The folder that it was loaded from, if it was."""
        return self._path

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
    def has_head(self) -> bool:
        """Whether it scores anything, rather than giving states alone."""
        return bool(self._facts.get("has_head", False))

    @property
    def explains_written(self) -> bool:
        """Whether tokens that it writes are explained beside those that they were written from."""
        return True

    @property
    def writes(self) -> bool:
        """Whether it predicts the next token of a text: a causal language model."""
        return bool(self._facts.get("writes", False))

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
    def picture_shape(self) -> tuple[int, int, int] | None:
        """The channels, height and width of a picture that it reads; `None` for texts."""
        grid = self._facts.get("grid")
        if grid is None:
            return None
        return int(grid["channels"]), int(grid["height"]), int(grid["width"])

    @property
    def precision(self) -> str:
        """The precision of products with the weights of its blocks: `float32` or `bfloat16`."""
        return str(self._facts.get("precision", "float32"))

    def sites(self) -> Mapping[str, tuple[str, ...]]:
        """Return every place that can be captured or edited, and the axes of its array."""
        return MappingProxyType({n: tuple(axes) for n, axes in self._facts["sites"].items()})

    @property
    def tokenizer(self) -> Tokenizer | None:
        """The tokenizer that it was opened with, or `None`: then inputs are arrays of ids."""
        return self._tokenizer

    @property
    def takes_text(self) -> bool:
        """Whether inputs may be texts."""
        return self.tokenizer is not None

    @property
    def vocabulary(self) -> Mapping[str, Any] | None:
        """The tokenizer's reserved ids by role, and its size; `None` without a tokenizer."""
        return None if self.tokenizer is None else self.tokenizer.vocabulary

    @checked
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
                raise OptionError.of("target", "one class or a pair of them", f"{target!r}")
            return cast("list[int]", pair)
        if isinstance(target, str) and not self.labels and self._facts.get("score_count"):
            if self.tokenizer is None:
                raise OptionError.of(
                    "target",
                    "a token's id, since the model came without a tokenizer",
                    f"{target!r}",
                )
            return self.tokenizer.number(target)
        if isinstance(target, str):
            place = label_place(self.labels, target)
            if place is None:
                known = ", ".join(self.labels) or "none"
                raise OptionError.of("target", f"one of {known}", f"{target!r}")
            return place
        if isinstance(target, bool) or not isinstance(target, int | np.integer):
            raise OptionError.of("target", "an index, a label or a pair", type(target).__name__)
        return int(target)

    @checked
    def label(self, index: int) -> str:
        """Return the name of a score: its label, or a language model's token."""
        if index < len(self.labels):
            return self.labels[index]
        return self.tokenizer.piece(index) if self.tokenizer is not None else str(index)

    def described(self, tokens: Tokens, target: Any) -> dict[str, Any]:
        """Return what stands in a report beside the engine's answer, whose target is given."""
        return {
            "tokens": storage.tokens_record(tokens),
            "labels": list(self.labels),
            "model": self.name,
            "precision": self.precision,
            "target_label": target_name(target, self.label),
        }

    @checked
    def placed(self, items: Sequence[Tokens], positions: Positions) -> list[Tokens]:
        """Choose the positions that a head over positions reads: one for all inputs, or one each.

        Raises:
            OptionError: there is no such position, or the head does not read a chosen one.
            InputError: there is one position per input, but not for every input.
        """
        if positions is None:
            return list(items)
        if not self._facts.get("reads_position"):
            raise OptionError.of(
                "positions",
                "a model whose head scores every position",
                f"the {self.family} model, whose head reads one row of its own",
            )
        each = [positions] * len(items) if isinstance(positions, int | np.integer) else positions
        if len(each) != len(items):
            raise InputError.of("positions", f"one for each of {len(items)} inputs", len(each))
        return [tokens.at(position) for tokens, position in zip(items, each, strict=True)]


def label_place(labels: Sequence[str], name: str) -> int | None:
    """Return where a label stands; its case counts only where two labels differ in nothing else."""
    lowered = [label.lower() for label in labels]
    if name in labels:
        return labels.index(name)
    return lowered.index(name.lower()) if lowered.count(name.lower()) == 1 else None
