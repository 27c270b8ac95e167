"""A golden model, opened through the native module from arrays of this process."""

import json
from pathlib import Path

import numpy as np

from assay import _native

FOLDER = Path(__file__).parents[2] / "Tests" / "Fixtures" / "bert-gelu-20x5"


def tensors():
    """Read the float tensors of the model, each an array of its own."""
    data = (FOLDER / "model.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    entries = json.loads(data[8 : 8 + length])
    entries.pop("__metadata__", None)
    start = 8 + length
    return {
        name: np.frombuffer(data[start + span[0] : start + span[1]], "<f4")
        .reshape(entry["shape"])
        .copy()
        for name, entry in entries.items()
        if entry["dtype"] == "F32"
        for span in [entry["data_offsets"]]
    }


def open_from(arrays, **changes):
    """Open the model on the given arrays, with changes to its configuration."""
    names = {name: {"$array": index} for index, name in enumerate(arrays)}
    config = json.loads((FOLDER / "config.json").read_text()) | changes
    return _native.open(
        json.dumps({"config": config, "tensors": names}), list(arrays.values()), None
    )


def open_wide():
    """Open a model with enough work in it for several threads: random weights, width 320."""
    extents = {20: 320, 37: 1280, 24: 512}
    random = np.random.default_rng(0)
    arrays = {
        name: random.normal(
            scale=0.05, size=[extents.get(extent, extent) for extent in array.shape]
        ).astype("f4")
        for name, array in tensors().items()
    }
    return open_from(arrays, hidden_size=320, intermediate_size=1280, max_position_embeddings=512)


def predict(model, length, poll=None):
    """Return the logits of one sequence as bytes."""
    ids = np.arange(length, dtype=np.int32) % 20 + 5
    record = '{"input": {"ids": {"$array": 0}, "offsets": {"$array": 1}}}'
    text, arrays = _native.call("predict", model, record, [ids, np.array([0, length])], poll)
    return bytes(arrays[json.loads(text)["logits"]["$array"]])


def parameters(model):
    """Return the parameters of a model as the module gives them."""
    text, arrays = _native.call("parameters", model, "{}", [], None)
    names = json.loads(text)["parameters"]
    return {name: arrays[place["$array"]] for name, place in names.items()}


def agreement(a, b, poll=None, **options):
    """Compare two vectors through the native module."""
    record = {"a": {"$array": 0}, "b": {"$array": 1}, **options}
    return json.loads(_native.call("agreement", None, json.dumps(record), [a, b], poll)[0])
