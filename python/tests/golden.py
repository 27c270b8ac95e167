"""Golden fixtures: tiny models and what torch and transformers computed for them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from assay.inputs.tokens import tokens_of_ids

FIXTURES = Path(__file__).parents[2] / "Tests" / "Fixtures"
#: Classifiers and encoders; heads over tokens, which read a chosen position, are tested in Swift.
CASES = sorted(
    path.parent.name
    for path in FIXTURES.glob("*/model.safetensors")
    if "position" not in json.loads((path.parent / "meta.json").read_text())
)
TYPES = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8"}


def tensors(path):
    """Read a safetensors file: 8 bytes of header length, JSON, then the numbers."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    result = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        part = data[8 + length + start : 8 + length + end]
        result[name] = np.frombuffer(part, TYPES[entry["dtype"]]).reshape(entry["shape"])
    return result


class Golden:
    """One case: its folder, and the expected arrays by length."""

    def __init__(self, case):
        self.folder = FIXTURES / case
        self.meta = json.loads((self.folder / "meta.json").read_text())
        self.expected = tensors(self.folder / "expected.safetensors")
        self.lengths = self.meta["lengths"]

    @property
    def has_head(self):
        return self.meta["output"] == "logits"

    def tokens(self, length):
        """Return the input of one length, with its token types where the case has them."""
        tokens = tokens_of_ids(self.of(length, "ids"))
        types = self.expected.get(f"{length}.types")
        return tokens if types is None else replace(tokens, types=types)

    def of(self, length, name):
        return self.expected[f"{length}.{name}"]

    def layers(self, length, name):
        found = {}
        for key, array in self.expected.items():
            if key.startswith(f"{length}.{name}."):
                found[int(key.rsplit(".", 1)[1])] = array
        return [found[index] for index in sorted(found)]


def assert_close(actual, expected, relative):
    """Compare within a share of the largest expected magnitude and name the worst element."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"{actual.shape} is not {expected.shape}"
    error = np.abs(actual.astype(np.float64) - expected)
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-30)
    worst = np.unravel_index(error.argmax(), error.shape)
    assert error[worst] <= relative * scale, (
        f"worst at {worst}: {actual[worst]} is not {expected[worst]} within {relative} of {scale}"
    )
