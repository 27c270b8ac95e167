"""What a module must be for torch to run it here, and what stands in the way if it is not."""

from __future__ import annotations

import inspect
from typing import Any

from assay.engine.errors import InputTypeError, UnsupportedModelError


def plain(module: Any) -> Any:
    """Return the `transformers` module that is to be run: without the wrapper of adapters.

    Raises:
        InputTypeError: not a `transformers` module.
        UnsupportedModelError: weights that are elsewhere, or adapters that are no part of it.
    """
    adapters = getattr(module, "peft_config", None)
    if adapters and hasattr(module, "get_base_model"):
        if any(getattr(one, "is_prompt_learning", False) for one in adapters.values()):
            raise UnsupportedModelError.of(
                "module",
                "adapters that change weights, such as LoRA",
                f"{type(module).__name__} with a learned prompt, whose positions are no tokens",
            )
        module = module.get_base_model()
    config = getattr(module, "config", None)
    if not callable(getattr(module, "get_input_embeddings", None)) or config is None:
        raise InputTypeError.of(
            "module",
            "a transformers model with a config",
            f"{type(module).__name__}; for other networks use assay.black_box",
        )
    for name, parameter in module.named_parameters():
        if str(parameter.device) == "meta":
            where = getattr(module, "hf_device_map", None)
            raise UnsupportedModelError.of(
                "module",
                "weights in memory",
                f"{name} on the meta device"
                + (f" (offloaded: {where})" if where else "")
                + "; load the module without offloading first",
            )
    return module


def parameters_of(module: Any) -> frozenset[str]:
    """Return what the module's forward takes by name."""
    return frozenset(inspect.signature(module.forward).parameters)


def text_config(module: Any) -> Any:
    """Return the configuration of the part that reads tokens."""
    config = module.config
    return config.get_text_config() if hasattr(config, "get_text_config") else config


def scores(said: Any) -> Any:
    """Return the scores of a head, or the state of a module without one.

    Raises:
        UnsupportedModelError: the module says something else, such as two ends of a span.
    """
    if getattr(said, "logits", None) is not None:
        return said.logits
    if getattr(said, "pooler_output", None) is not None:
        return said.pooler_output
    if getattr(said, "last_hidden_state", None) is not None:
        return said.last_hidden_state
    raise UnsupportedModelError.of(
        "head",
        "a module that says logits or hidden states",
        f"{type(said).__name__} with {', '.join(said.keys())}; use assay.black_box",
    )


def unreachable(module: Any, names: list[str], found: str) -> UnsupportedModelError:
    """Return the error for attention that nobody can look at, naming the modules that have it."""
    kinds = {name: type(part).__name__ for name, part in module.named_modules()}
    listed = ", ".join(f"{name} ({kinds.get(name, '?')})" for name in names[:3]) or "none found"
    return UnsupportedModelError.of(
        "attention",
        "attention that is computed as a softmax over keys in every layer",
        f"{found}: {listed}; load the module with attn_implementation='eager', or use "
        "assay.black_box, which needs no more than predictions",
    )
