"""One padded pass through a module, watched and edited on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import UnsupportedModelError
from assay.models.torch_door.layout import Question, unpadded
from assay.models.torch_door.library import edited, like, softmax_mode, torch

#: Asks the engine what becomes of a pattern: layer, items, pattern, and a cotangent for the way
#: back.
Editor = Callable[
    [int, list[int], NDArray[np.float32], NDArray[np.float32] | None], NDArray[np.float32]
]
PATTERN = "attention.pattern"
#: Where the stream enters and leaves a block, with the digit before: a branch has an output too.
_EDGES = tuple(f"{digit}.{edge}" for digit in range(10) for edge in ("input", "output"))


@dataclass(frozen=True)
class Parts:
    """The modules of a network that are watched, in the order in which they are called."""

    embedding: Any
    attentions: list[Any]
    blocks: list[Any]
    #: Whether the stream is [tokens, inputs, width].
    sideways: bool = False
    #: What each attention is of, "encoder", "decoder" or "cross", where there are two texts.
    stacks: tuple[str, ...] = ()
    #: Where a written text is looked up; nothing where there is one text.
    target_embedding: Any = None


class Forward:
    """The sites of one pass: what was asked for of each, and what was kept."""

    def __init__(
        self, question: Question, items: list[int], parts: Parts, editor: Editor, device: Any
    ) -> None:
        self.question, self.items, self.parts, self.device = question, items, parts, device
        self.lengths = [len(question.ids[item]) for item in items]
        self.width = max(self.lengths)
        #: The tensors of each site that was asked for.
        self.kept: dict[str, list[Any]] = {}
        self.layer = 0
        self._editor = editor
        self._wanted = frozenset(question.keep) | question.differentiate
        self._place = {item: place for place, item in enumerate(items)}
        self._block = 0

    def inputs(self, pad: int, other: int) -> dict[str, Any]:
        """Return what the module is called with; `other` stands for a padding token in a text."""
        ids = [self.question.ids[item] for item in self.items]
        return {
            "input_ids": self.padded([np.where(one == pad, other, one) for one in ids], pad),
            "attention_mask": self.padded([np.ones_like(one) for one in ids], 0),
            "token_type_ids": self.padded([self.question.types[item] for item in self.items], 0),
        }

    def apart(
        self, site: str, arrays: list[NDArray[np.float32]], *, is_gradient: bool = False
    ) -> list[NDArray[np.float32]]:
        """Return every item's part of a kept site, whose tensors or gradients these are."""
        return unpadded(arrays[0], self.lengths)

    def row(self, item: int) -> int:
        """Return where in a module's scores the row stands that is read."""
        return int(self.question.rows[item])

    @staticmethod
    def padded(rows: list[NDArray[Any]], fill: int) -> NDArray[np.int64]:
        """Return rows of several lengths as one array."""
        made = np.full((len(rows), max(len(row) for row in rows)), fill, np.int64)
        for place, row in enumerate(rows):
            made[place, : len(row)] = row
        return made

    # Attention

    def attention(self, value: Any) -> Any:
        """Return what stands in for a softmax's result in an attention module."""
        shape = (len(self.items), self.width)
        pattern = squared(value, *shape)
        if pattern is None:
            return value
        layer, self.layer = self.layer, self.layer + 1
        site = f"blocks.{layer}.{PATTERN}"
        if layer not in self.question.edited and site not in self._wanted:
            return value
        if layer in self.question.edited:
            pattern = edited(
                pattern,
                lambda array, cotangent: self._editor(layer, self.items, array, cotangent),
            )
        return restored(self.watched(site, pattern), value)

    # Rows of tokens

    def rows(self, site: str, value: Any) -> Any:
        """Return what goes on from a site of token rows: edited if asked, and remembered."""
        if self.parts.sideways:
            return self._rows(site, value.transpose(0, 1)).transpose(0, 1)
        return self._rows(site, value)

    def _rows(self, site: str, value: Any) -> Any:
        for patch in self.question.patches:
            place = self._place.get(patch["sequence"])
            if patch["site"] != site or place is None:
                continue
            if patch["value"].shape[1] != value.shape[-1]:
                raise UnsupportedModelError.of(
                    f"intervention patch at {site}",
                    f"rows of {value.shape[-1]} numbers",
                    patch["value"].shape[1],
                )
            tokens = torch().from_numpy(np.array(patch["tokens"], np.int64)).to(value.device)
            value = value.clone()
            value[place, tokens] = like(patch["value"], value)
        return self.watched(site, value)

    def embedded(self, value: Any) -> Any:
        """Return the embeddings that go on: looked up, or those that stand in for them."""
        given = self.question.embeddings
        if given is not None:
            value = value.detach().clone()
            for place, item in enumerate(self.items):
                rows = value[:, place] if self.parts.sideways else value[place]
                rows[: self.lengths[place]] = like(given[item], value)
        # A network may scale its embeddings in place; what is remembered must not change with them.
        return self.rows("embedding", value).clone()

    def watched(self, site: str, value: Any) -> Any:
        """Keep a value that was asked for, as something that gradients reach."""
        if site not in self._wanted:
            return value
        if site in self.question.differentiate and not value.requires_grad:
            value = value.detach().requires_grad_()
        self.kept.setdefault(site, []).append(value)
        return value

    # Hooks

    def attach(self, undo: ExitStack) -> None:
        """Put the hooks in place until `undo` is closed."""
        mode = softmax_mode(self.attention)
        entered: list[Any] = []

        def enter(*_: object) -> None:
            mode.__enter__()
            entered.append(mode)

        def leave(*_: object) -> None:
            if entered:
                entered.pop().__exit__(None, None, None)

        hooks = self.embedding_hooks()
        for module in {id(one): one for one in self.parts.attentions}.values():
            hooks.append(module.register_forward_pre_hook(enter))
            hooks.append(module.register_forward_hook(leave, always_call=True))
        if self._looks_at_states():
            for module in {id(one): one for one in self.parts.blocks}.values():
                hooks.append(module.register_forward_pre_hook(self._entering, with_kwargs=True))
                hooks.append(module.register_forward_hook(self._leaving))
        for hook in hooks:
            undo.callback(hook.remove)
        undo.callback(leave)

    def embedding_hooks(self) -> list[Any]:
        """Look the true ids up, and let something stand in for what was found."""
        rows = self.padded([self.question.ids[item] for item in self.items], 0)
        ids = torch().from_numpy(rows).to(self.device)
        looked_up = ids.t() if self.parts.sideways else ids

        def look_up(_: Any, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
            same = bool(given) and given[0].shape == looked_up.shape
            return (looked_up, *given[1:]) if same else None

        def stand_in(table: Any, _: object, value: Any) -> Any:
            if not hasattr(value, "shape"):
                raise UnsupportedModelError.of(
                    "embeddings", "one tensor", f"{type(value).__name__} of {type(table).__name__}"
                )
            return self.embedded(value) if value.shape[:2] == looked_up.shape else value

        table = self.parts.embedding
        return [
            table.register_forward_pre_hook(look_up),
            table.register_forward_hook(stand_in),
        ]

    def _looks_at_states(self) -> bool:
        sites = self._wanted | {patch["site"] for patch in self.question.patches}
        return any(site.partition(".")[2].endswith(_EDGES) for site in sites)

    def _entering(self, _: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        site = f"blocks.{self._block}.input"
        if given:
            return (self.rows(site, given[0]), *given[1:]), named
        return given, {**named, "hidden_states": self.rows(site, named["hidden_states"])}

    def _leaving(self, _: Any, given: tuple[Any, ...], value: Any) -> Any:
        site = f"blocks.{self._block}.output"
        self._block += 1
        if isinstance(value, tuple | list):
            return type(value)((self.rows(site, value[0]), *value[1:]))
        return self.rows(site, value)


def squared(value: Any, count: int, width: int) -> Any:
    """Return a softmax's result as patterns [inputs, heads, n, n]; `None` if it is none.

    A column more than there are keys is a learned sink's, which no query can be made to attend to.
    """
    if value.dim() == 3 and value.shape[0] % count == 0 and value.shape[1] == width:
        value = value.view(count, value.shape[0] // count, *value.shape[1:])
    if value.dim() != 4 or value.shape[0] != count or value.shape[2] != width:
        return None
    if value.shape[3] == width + 1:
        return value[..., :width]
    return value if value.shape[3] == width else None


def restored(pattern: Any, value: Any) -> Any:
    """Return patterns in the shape of the softmax's result that they were taken from."""
    if value.shape[-1] > pattern.shape[-1]:
        pattern = torch().cat([pattern, value.view(*pattern.shape[:3], -1)[..., -1:]], dim=-1)
    return pattern.reshape(value.shape)
