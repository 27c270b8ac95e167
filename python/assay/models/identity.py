"""By what a run knows its model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def hashed(
    configuration: str, parameters: Mapping[str, NDArray[np.float32]], tokenizer: str | None
) -> str:
    """Return a hash of a configuration's, of every byte of the weights, and of a tokenizer's."""
    content = hashlib.sha256(configuration.encode())
    for name, weights in sorted(parameters.items()):
        content.update(f"\n{name} {weights.dtype} {weights.shape}\n".encode())
        content.update(np.ascontiguousarray(weights).data)
    if tokenizer is not None:
        content.update(f"\ntokenizer {tokenizer}".encode())
    return content.hexdigest()[:32]
