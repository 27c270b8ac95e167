"""The one door to torch: what of it the other modules use, imported when a module is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.extras import extra

#: Maps a pattern, and for the way back the cotangent of what became of it, to an array like it.
Ask = Callable[[NDArray[np.float32], NDArray[np.float32] | None], NDArray[np.float32]]


def torch() -> Any:
    """Return the library."""
    return extra("torch", "a module that torch runs")


def functional() -> Any:
    """Return `torch.nn.functional`."""
    return extra("torch.nn.functional", "a module that torch runs")


def to_numpy(tensor: Any) -> NDArray[np.float32]:
    """Copy a tensor of any device and type to a dense float32 array."""
    array: NDArray[np.float32] = tensor.detach().float().cpu().contiguous().numpy()
    return array


def like(array: NDArray[Any], tensor: Any) -> Any:
    """Return an array as a tensor of the type and on the device of another one."""
    # Arrays of the engine are read-only, which torch has no word for.
    writable = np.array(array, np.float32)
    return torch().from_numpy(writable).to(device=tensor.device, dtype=tensor.dtype)


def edited(pattern: Any, ask: Ask) -> Any:
    """Return what the engine makes of a pattern, with the engine's own way back."""
    library = torch()

    def forward(context: Any, value: Any) -> Any:
        context.save_for_backward(value)
        return like(ask(to_numpy(value), None), value)

    def backward(context: Any, cotangent: Any) -> Any:
        (value,) = context.saved_tensors
        return like(ask(to_numpy(value), to_numpy(cotangent)), cotangent)

    body = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    operation: Any = type("EditedAttention", (library.autograd.Function,), body)
    return operation.apply(pattern)


def softmax_mode(receive: Callable[[Any], Any]) -> Any:
    """Return a context in which what `receive` makes of it stands in for each softmax's result."""
    library, functions = torch(), functional()
    overrides = extra("torch.overrides", "a module that torch runs")
    softmax = {functions.softmax, library.softmax, library.Tensor.softmax}

    def handle(
        _: Any, function: Any, types: Any, given: tuple[Any, ...] = (), named: Any = None
    ) -> Any:
        value = function(*given, **(named or {}))
        return receive(value) if function in softmax else value

    body = {"__torch_function__": handle}
    return type("SoftmaxMode", (overrides.TorchFunctionMode,), body)()


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether a device had too little memory."""
    return isinstance(error, torch().OutOfMemoryError)
