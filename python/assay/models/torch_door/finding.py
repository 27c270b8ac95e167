"""Where in a module attention happens, which blocks hold it, and how many positions there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import UnsupportedModelError
from assay.models.torch_door import inspection
from assay.models.torch_door.borrowing import Borrowed
from assay.models.torch_door.forward import Parts, squared
from assay.models.torch_door.library import softmax_mode, torch

#: Inputs of the probe that looks for attention, which no other axis is likely to be as long as.
_COUNT = 2


def positions(module: Any) -> int | None:
    """Return the most tokens that the module has positions for; `None` where there is no limit."""
    learned = [
        part.weight.shape[0] - offset
        for name, part in module.named_modules()
        if name.rpartition(".")[2] in _POSITIONS and getattr(part, "weight", None) is not None
        for offset in [_offset(part)]
    ]
    told = getattr(inspection.text_config(module), "max_position_embeddings", None)
    known = learned or ([told] if isinstance(told, int) and told > 0 else [])
    return min(known, default=None)


_POSITIONS = frozenset(("position_embeddings", "embed_positions", "wpe", "positions_embed"))


def _offset(part: Any) -> int:
    """Return how many rows of a table of positions stand for none."""
    padding = getattr(part, "padding_idx", None)
    return int(getattr(part, "offset", 0)) or (0 if padding is None else padding + 1)


def parts_of(module: Any, ids: NDArray[np.int32]) -> Parts:
    """Find the modules in which each softmax over keys happens, and the blocks around them."""
    embedding, target_embedding = _tables(module)
    names = {id(part): name for name, part in module.named_modules()}
    stack: list[Any] = []
    attentions: list[Any] = []
    called: list[Any] = []
    shape = (_COUNT, len(ids))
    # Another length than the source's tells the stacks apart.
    target = None if target_embedding is None else ids[: max(1, len(ids) - 4)]
    stacks: list[str] = []
    looked_up: list[tuple[int, ...]] = []

    def seen(value: Any) -> Any:
        if not stack:
            return value
        if target is not None:
            known = _stack_of(value, len(ids), len(target))
            if known is not None:
                attentions.append(stack[-1])
                stacks.append(known)
        elif squared(value, *shape) is not None:
            attentions.append(stack[-1])
        return value

    def enter(part: Any, given: Any) -> None:
        stack.append(part)
        called.append(part)
        if part is embedding and given:
            looked_up.append(tuple(given[0].shape))

    def leave(part: Any, *_: object) -> None:
        while stack and stack.pop() is not part:
            pass

    library = torch()

    def twice(text: NDArray[np.int32]) -> Any:
        rows = np.stack([text] * _COUNT).astype(np.int64)
        return library.from_numpy(rows).to(embedding.weight.device)

    given = twice(ids)
    takes = inspection.parameters_of(module)
    more: dict[str, Any] = {"use_cache": False} if "use_cache" in takes else {}
    if target is not None:
        more["decoder_input_ids"] = twice(target)
    with Borrowed(module)() as undo, library.no_grad():
        for part in module.modules():
            undo.callback(part.register_forward_pre_hook(enter).remove)
            undo.callback(part.register_forward_hook(leave, always_call=True).remove)
        with softmax_mode(seen):
            more["attention_mask"] = library.ones_like(given)
            try:
                module(input_ids=given, **more)
            except library.OutOfMemoryError:
                raise
            except (RuntimeError, ValueError, TypeError, IndexError) as error:
                said = str(error).partition("\n")[0]
                raise UnsupportedModelError.of(
                    "module",
                    "one that runs on input_ids [batch, tokens] and a mask",
                    f"{type(module).__name__}, which raised {type(error).__name__}: {said}; "
                    "a function that gives it what it needs can be an assay.black_box",
                ) from error
    if not looked_up:
        name = names.get(id(embedding), type(embedding).__name__)
        raise UnsupportedModelError.of(
            "embeddings",
            "a module that looks token embeddings up",
            f"{name}, which the module does not call; use assay.black_box",
        )
    alike = [name for name, part in module.named_modules() if "Attention" in type(part).__name__]
    if not attentions:
        raise inspection.unreachable(module, alike, "none in these modules")
    if target is not None:
        return Parts(embedding, attentions, [], False, tuple(stacks), target_embedding)
    blocks = _blocks(module, attentions, called)
    held = {id(inner) for block in blocks for inner in block.modules()}
    missed = [
        names[id(one)]
        for one in _siblings(module, blocks)
        if id(one) not in held and any(one is part for part in called)
    ]
    if missed:
        raise inspection.unreachable(module, missed, "blocks without any")
    return Parts(embedding, attentions, blocks, sideways=shape not in looked_up)


def _tables(module: Any) -> tuple[Any, Any]:
    """Return where tokens are looked up; where a written text's are, if there is one beside."""
    takes = inspection.parameters_of(module)
    if not getattr(module.config, "is_encoder_decoder", False) or "decoder_input_ids" not in takes:
        return module.get_input_embeddings(), None
    stacks = (module.get_encoder(), module.get_decoder())
    first, second = (stack.get_input_embeddings() for stack in stacks)
    return first, second


def _stack_of(value: Any, source: int, target: int) -> str | None:
    """Return which stack a softmax's result is of, by how many rows and columns it has."""
    if value.dim() not in (3, 4) or value.shape[0] % _COUNT:
        return None
    kinds = {(source, source): "encoder", (target, target): "decoder", (target, source): "cross"}
    return kinds.get(tuple(value.shape[-2:]))


def _blocks(module: Any, attentions: Sequence[Any], called: Sequence[Any]) -> list[Any]:
    """Return the block around each attention: the outermost element of a list that holds it alone.

    Empty where attentions share what holds them, or where it is not called once for each.
    """
    kinds = ("ModuleList", "Sequential")
    lists = [part for part in module.modules() if type(part).__name__ in kinds]
    distinct = {id(one) for one in attentions}
    found: list[Any] = []
    for attention in attentions:
        holders = []
        for element in [element for one in lists for element in one]:
            inner = {id(part) for part in element.modules()}
            if inner & distinct == {id(attention)}:
                holders.append((len(inner), element))
        if not holders:
            return []
        found.append(max(holders, key=lambda holder: holder[0])[1])
    calls = sum(any(part is block for block in _distinct(found)) for part in called)
    return found if calls == len(attentions) else []


def _siblings(module: Any, blocks: Sequence[Any]) -> list[Any]:
    """Return the elements of the lists that the blocks stand in."""
    return [
        element
        for part in module.modules()
        if type(part).__name__ == "ModuleList"
        and any(element is block for element in part for block in blocks)
        for element in part
    ]


def _distinct(parts: Sequence[Any]) -> list[Any]:
    return list({id(part): part for part in parts}.values())
