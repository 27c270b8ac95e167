"""What torch itself says by other ways than the door's: eager outputs, its mask, its autograd."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

_NAME = "masked_by_the_oracle"
_STATE: dict[str, Any] = {}


def _attention(module: Any, query: Any, key: Any, value: Any, mask: Any, **more: Any) -> Any:
    """Attend by the model's own eager function, one key hidden in one layer and some heads."""
    eager = sys.modules[type(module).__module__].eager_attention_forward
    layer, _STATE["layer"] = _STATE["layer"], _STATE["layer"] + 1
    if layer in _STATE["layers"]:
        shape = (*query.shape[:3], key.shape[2])
        mask = torch.zeros(shape) if mask is None else mask.expand(shape).clone()
        heads = range(shape[1]) if _STATE["heads"] is None else _STATE["heads"]
        for head in heads:
            mask[:, head, :, _STATE["key"]] = torch.finfo(mask.dtype).min
    return eager(module, query, key, value, mask, **more)


AttentionInterface.register(_NAME, _attention)
AttentionMaskInterface.register(_NAME, eager_mask)


@contextmanager
def attention(module: Any, name: str = "eager") -> Iterator[None]:
    """Run a module with a named attention function."""
    configs = {id(c): c for part in module.modules() if (c := getattr(part, "config", None))}
    before = [(config, config._attn_implementation) for config in configs.values()]
    for config, _ in before:
        config._attn_implementation = name
    try:
        yield
    finally:
        for config, was in before:
            config._attn_implementation = was


def scores(module: Any, ids: Any, row: int, **more: Any) -> Any:
    """Return the scores of one input; at one position where every position has its own."""
    takes = module.forward.__code__.co_varnames
    more |= {"use_cache": False} if "use_cache" in takes else {}
    if "inputs_embeds" not in more:
        more["input_ids"] = torch.as_tensor(np.asarray(ids)[None], dtype=torch.long)
    with attention(module):
        said = module(**more)
    logits = said.logits[0] if hasattr(said, "logits") else said.last_hidden_state[0]
    return (logits[row] if logits.dim() == 2 else logits), said


def masked(module: Any, ids: Any, key: int, layers: list[int], heads: list[int] | None, row: int):
    """Return the scores with a key hidden from heads of some layers; None if out of reach."""
    _STATE.update(layer=0, layers=layers, heads=heads, key=key)
    given = torch.as_tensor(np.asarray(ids)[None], dtype=torch.long)
    takes = module.forward.__code__.co_varnames
    more = {"use_cache": False} if "use_cache" in takes else {}
    with torch.no_grad(), attention(module, _NAME):
        try:
            logits = module(given, **more).logits[0]
        except (KeyError, ValueError):
            return None
    if not _STATE["layer"]:
        return None
    return (logits[row] if logits.dim() == 2 else logits).numpy()


def masked_pair(module: Any, source: Any, target: Any, key: int, layer: int, head: int) -> Any:
    """Return the last scores with a source token hidden from one head; None if out of reach."""
    _STATE.update(layer=0, layers=[layer], heads=[head], key=key)
    start = module.config.decoder_start_token_id
    given = {
        "input_ids": torch.tensor([source.tolist()]),
        "decoder_input_ids": torch.tensor([[start, *target.tolist()]]),
        "use_cache": False,
    }
    with attention(module, _NAME):
        try:
            logits = module(**given).logits[0, -1]
        except (KeyError, ValueError):
            return None
    return logits.numpy() if _STATE["layer"] else None
