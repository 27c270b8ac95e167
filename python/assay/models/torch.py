"""A live `transformers` module as an Assay model: its weights shared, not copied."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.arguments import checked
from assay.engine.asking import attribute
from assay.engine.errors import InputTypeError, UnsupportedModelError
from assay.inputs.tokenizer import tokenizer_of
from assay.models.model import Model


@checked
def from_torch(module: Any, tokenizer: Any = None, *, precision: str = "float32") -> Model:
    """Open a `transformers` model that is in memory; its parameters are borrowed, not copied.

    The module must stay as it is while the model lives: training it in place changes what the
    model computes, except where weights were already packed. Put it in no particular mode: Assay
    never applies dropout.

    Args:
        module: a `transformers` model of a family in `assay.families()`, float32, on the CPU.
        tokenizer: its fast tokenizer, or a `tokenizers.Tokenizer`; without one inputs are ids.
        precision: `float32` or `bfloat16`, as for `assay.load`.

    Raises:
        InputTypeError: not a `transformers` module, or a tokenizer without a fast backend.
        UnsupportedModelError: on a GPU or the meta device, not float32, or wrapped by an adapter;
            the message says how to go on. Also a precision that this processor does not have.
        CheckpointError: parameters that do not fit the module's configuration.
    """
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
    ours = tokenizer_of(tokenizer)
    handle = door.open_model(
        {"config": _plain(config.to_dict()), "tensors": tensors, "precision": precision},
        vocabulary=None if ours is None else ours.vocabulary,
    )
    return Model(handle, None, f"torch {type(module).__name__}", tokenizer=ours)


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
    return UnsupportedModelError.of("module", expected, f"{found}; call {remedy} first")


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
