"""A live `transformers` module as an Assay model: run by the engine, or by torch itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.arguments import checked
from assay.engine.asking import attribute
from assay.engine.errors import (
    CheckpointError,
    InputTypeError,
    OptionError,
    UnsupportedModelError,
    one_of,
)
from assay.engine.extras import optional
from assay.inputs.tokenizer import Tokenizer, tokenizer_of
from assay.models.model import Model
from assay.models.torch_door.opening import TorchModel

_ENGINES = ("auto", "native", "torch")


@checked
def from_torch(
    module: Any,
    tokenizer: Any = None,
    *,
    engine: str = "auto",
    precision: str = "float32",
    memory_budget: int = 1 << 30,
    explain: str = "source",
) -> Model:
    """Open a `transformers` model that is in memory, of any architecture and on any device.

    A float32 module on the CPU, of a family in `assay.families()`, is run by the engine itself,
    which borrows its parameters and copies none. The module must stay as it is while the model
    lives: training it in place changes what the model computes, except where weights were already
    packed. Put it in no particular mode: Assay never applies dropout.

    Everything else torch runs and the engine judges: other architectures, devices and types,
    adapters, quantised weights. Attention is then captured and edited where the module takes its
    softmax, in evaluation mode and with eager attention for the time of a run, and the module is
    left as it was. What needs the engine's own inside (`attention_norms`, `alti`,
    `value_zeroing`, `deep_lift`, other weights) is not applicable; all else works.

    Args:
        module: a `transformers` model, or one wrapped by adapters of `peft`.
        tokenizer: its fast tokenizer, or a `tokenizers.Tokenizer`; without one inputs are ids.
        engine: `native` for the engine, `torch` for torch, `auto` for the engine where it can.
        precision: `float32` or `bfloat16`, as for `assay.load`; torch has the module's own.
        explain: for a network that reads a source and writes a target, which of the two is
            explained. Its inputs are a source, or a pair of a source and the target so far.
        memory_budget: bytes of intermediate values that torch may hold at once.

    Raises:
        InputTypeError: not a `transformers` module, or a tokenizer without a fast backend.
        UnsupportedModelError: attention that cannot be reached, weights on the meta device, or, by
            the engine, what only torch runs; the message names the module and says how to go on.
            Also a precision that this processor does not have.
        CheckpointError: parameters that do not fit the module's configuration.
        OptionError: no such engine, and a precision or a budget that cannot be.
    """
    one_of("engine", engine, _ENGINES)
    one_of("explain", explain, ("source", "target"))
    if isinstance(memory_budget, bool) or not isinstance(memory_budget, int) or memory_budget < 1:
        raise OptionError.of("memory_budget", "1 byte or more", f"{memory_budget!r}")
    ours = tokenizer_of(tokenizer)
    name = f"torch {type(module).__name__}"
    if engine == "torch":
        return TorchModel(module, ours, memory_budget, name, explain)
    by_torch = engine == "auto" and precision == "float32" and _is_of_torch(module)
    try:
        model = _native(module, ours, precision, name)
    except (UnsupportedModelError, CheckpointError):
        if not by_torch:
            raise
    else:
        if not by_torch or model.has_head or getattr(module, "base_model", module) is module:
            return model
    # What the engine does not run, or a head that it does not know.
    return TorchModel(module, ours, memory_budget, name, explain)


def _is_of_torch(module: Any) -> bool:
    """Tell whether torch itself can run a module, of which the engine needs the weights alone."""
    nn = optional("torch.nn")
    return nn is not None and isinstance(module, nn.Module)


def _native(module: Any, tokenizer: Tokenizer | None, precision: str, name: str) -> Model:
    """Open a module by the engine, which borrows its weights."""
    config: Any = attribute(module, "config")
    if attribute(module, "named_parameters") is None or attribute(config, "to_dict") is None:
        raise InputTypeError.of(
            "module",
            "a transformers model with a config",
            f"{type(module).__name__}; for other networks use assay.black_box",
        )
    if attribute(module, "peft_config"):
        raise _unsupported("a plain module", "one wrapped by adapters", "merge_and_unload()")
    tensors = {name: _borrowed(name, value) for name, value in module.named_parameters()}
    handle = door.open_model(
        {"config": _plain(config.to_dict()), "tensors": tensors, "precision": precision},
        vocabulary=None if tokenizer is None else tokenizer.vocabulary,
    )
    return Model(handle, None, name, tokenizer=tokenizer)


def _borrowed(name: str, parameter: Any) -> NDArray[np.float32]:
    """View a parameter's memory."""
    device = str(parameter.device)
    if device == "meta":
        raise _unsupported("weights in memory", f"{name} on the meta device", "load the weights")
    if not device.startswith("cpu"):
        raise _unsupported("weights on the CPU", f"{name} on {device}", "module.cpu()")
    if str(parameter.dtype) != "torch.float32":
        raise _unsupported("float32 weights", f"{name} in {parameter.dtype}", "module.float()")
    if not parameter.is_contiguous():
        raise _unsupported("contiguous weights", f"{name} is strided", "parameter.contiguous()")
    array: NDArray[np.float32] = parameter.detach().numpy()
    return array


def _unsupported(expected: str, found: str, remedy: str) -> UnsupportedModelError:
    return UnsupportedModelError.of(
        "module", expected, f"{found}; call {remedy} first, or let torch run it with engine='torch'"
    )


def _plain(value: Any) -> Any:
    """Leave out what JSON has no word for (dtypes, classes)."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and np.isfinite(value):
        return value
    return None if isinstance(value, float) else str(value)
