"""One pass through a network that reads a source and writes a target, as if both were one text.

The engine sees one row of positions, the source's and then the target's. A layer's pattern is
square over all of them: what its stack computes stands in its block, and every other position sees
itself alone, so that maps roll through encoder, decoder and cross-attention alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import InputError
from assay.models.torch_door.forward import PATTERN, Forward
from assay.models.torch_door.library import edited, like, torch


class JointForward(Forward):
    """The sites of one pass over sources and targets; those of type 1 are a target's."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        types = [self.question.types[item] for item in self.items]
        self.sources = [int(np.count_nonzero(one == 0)) for one in types]
        self.targets = [len(one) - count for one, count in zip(types, self.sources, strict=True)]
        if not all(self.targets):
            raise InputError.of("tokens", "a source and what was written from it", "a source alone")
        self._looked_up = 0
        self._pad = 0

    def inputs(self, pad: int, other: int) -> dict[str, Any]:
        """Return what the module is called with."""
        self._pad = pad
        texts = self._texts()
        names = (("input_ids", "attention_mask"), ("decoder_input_ids", "decoder_attention_mask"))
        given = {}
        for text, (ids, mask) in zip(texts, names, strict=True):
            given[ids] = self.padded([np.where(one == pad, other, one) for one in text], pad)
            given[mask] = self.padded([np.ones_like(one) for one in text], 0)
        return given

    def row(self, item: int) -> int:
        """Return where in the target the row stands that is read."""
        return super().row(item) - self.sources[self._place[item]]

    def _texts(self) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]:
        texts = [self.question.ids[item] for item in self.items]
        pairs = list(zip(texts, self.sources, strict=True))
        # A source of which everything was taken away is one padding token.
        nothing = np.array([self._pad], np.int32)
        sources = [ids[:count] if count else nothing for ids, count in pairs]
        return sources, [ids[count:] for ids, count in pairs]

    # Attention

    def attention(self, value: Any) -> Any:
        """Return what stands in for a softmax's result in an attention module."""
        if self.layer >= len(self.parts.stacks):
            return value
        stack = self.parts.stacks[self.layer]
        source, target = max(1, *self.sources), max(self.targets)
        rows = source if stack == "encoder" else target
        columns = target if stack == "decoder" else source
        count = len(self.items)
        pattern = value
        if value.dim() == 3 and value.shape[0] % count == 0:
            pattern = value.view(count, -1, *value.shape[1:])
        if pattern.dim() != 4 or pattern.shape[0] != count or pattern.shape[2:] != (rows, columns):
            return value
        layer, self.layer = self.layer, self.layer + 1
        site = f"blocks.{layer}.{PATTERN}"
        if layer in self.question.edited:

            def ask(
                block: NDArray[np.float32], cotangent: NDArray[np.float32] | None
            ) -> NDArray[np.float32]:
                slope = None if cotangent is None else self._whole(stack, cotangent, 0.0)
                made = self._editor(layer, self.items, self._whole(stack, block, 1.0), slope)
                return self._block_of(stack, made, block if cotangent is None else cotangent)

            pattern = edited(pattern, ask)
        return self.watched(site, pattern).reshape(value.shape)

    def _ranges(self, stack: str, place: int) -> tuple[slice, slice, slice, slice]:
        """Return where one input's block stands in the joint pattern, and where in the stack's."""
        source, target = self.sources[place], self.targets[place]
        joint = {"source": slice(0, source), "target": slice(source, source + target)}
        own = {"source": slice(0, source), "target": slice(0, target)}
        rows = "source" if stack == "encoder" else "target"
        columns = "target" if stack == "decoder" else "source"
        return joint[rows], joint[columns], own[rows], own[columns]

    def _whole(self, stack: str, block: NDArray[np.float32], own: float) -> NDArray[np.float32]:
        """Return joint patterns, in which what the stack does not compute has `own` for itself."""
        made = np.zeros((*block.shape[:2], self.width, self.width), np.float32)
        for place, length in enumerate(self.lengths):
            rows, columns, own_rows, own_columns = self._ranges(stack, place)
            alone = np.ones(length, bool)
            alone[rows] = False
            made[place][:, np.flatnonzero(alone), np.flatnonzero(alone)] = own
            made[place][:, rows, columns] = block[place][:, own_rows, own_columns]
        return made

    def _block_of(
        self, stack: str, whole: NDArray[np.float32], like_: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        made = like_.copy()
        for place in range(len(self.items)):
            rows, columns, own_rows, own_columns = self._ranges(stack, place)
            made[place][:, own_rows, own_columns] = whole[place][:, rows, columns]
        return made

    # Embeddings

    def embedding_hooks(self) -> list[Any]:
        """Look the true ids of source and target up; the source is always looked up first."""
        ids = [torch().from_numpy(self.padded(text, 0)).to(self.device) for text in self._texts()]

        def look_up(_: Any, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
            if self._looked_up > 1 or not given or given[0].shape != ids[self._looked_up].shape:
                return None
            return (ids[self._looked_up], *given[1:])

        def stand_in(_: Any, given: tuple[Any, ...], value: Any) -> Any:
            if self._looked_up > 1 or value.shape[:2] != ids[self._looked_up].shape:
                return value
            self._looked_up += 1
            return self._embedded(value, is_target=self._looked_up == 2)

        tables = {id(one): one for one in (self.parts.embedding, self.parts.target_embedding)}
        pre = [table.register_forward_pre_hook(look_up) for table in tables.values()]
        return pre + [table.register_forward_hook(stand_in) for table in tables.values()]

    def _embedded(self, value: Any, *, is_target: bool) -> Any:
        """Return the embeddings of one of the texts: looked up, stood in for, and edited."""
        given = self.question.embeddings
        if given is not None:
            value = value.detach().clone()
            for place, item in enumerate(self.items):
                rows = self._span(place, is_target=is_target)
                value[place, : rows.stop - rows.start] = like(given[item][rows], value)
        for patch in self.question.patches:
            found = self._place.get(patch["sequence"])
            if found is None or patch["site"] != "embedding":
                continue
            rows = self._span(found, is_target=is_target)
            for token, row in zip(patch["tokens"].tolist(), patch["value"], strict=True):
                if rows.start <= token < rows.stop:
                    value = value.clone()
                    value[found, token - rows.start] = like(row, value)
        return self.watched("embedding", value).clone()

    def _span(self, place: int, *, is_target: bool) -> slice:
        source = self.sources[place]
        return slice(source, source + self.targets[place]) if is_target else slice(0, source)

    def apart(
        self, site: str, arrays: list[NDArray[np.float32]], *, is_gradient: bool = False
    ) -> list[NDArray[np.float32]]:
        """Return every item's part of a kept site: joint patterns, or rows of both texts."""
        if site == "embedding":
            source, target = arrays
            return [
                np.concatenate([source[place, :first], target[place, :second]])
                for place, (first, second) in enumerate(
                    zip(self.sources, self.targets, strict=True)
                )
            ]
        stack = self.parts.stacks[int(site.split(".")[1])]
        whole = self._whole(stack, arrays[0], 0.0 if is_gradient else 1.0)
        return [one[:, :n, :n] for one, n in zip(whole, self.lengths, strict=True)]
