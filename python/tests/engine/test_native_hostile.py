"""Arguments that nobody would send: an answer or a clear error, and never the interpreter's end."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from native_model import FOLDER

from assay.engine import door
from assay.engine.errors import AssayError, InternalError

ROUNDS = 40

NUMBERS = [None, True, -1, 0, 1, 7, 2**31, 2**62, -(2**63), 10**30, 0.5, 1e308, -1e-320]
TEXTS = ["", "\0", "🙂", "a" * 10_000, "mask", "delete", "logits", "blocks.99.output"]
LISTS = [[], {}, [[]], [None], [-1], [10**9], [0, 0], {"a": 1}]
ARRAYS = [
    np.array(1.0),
    np.empty(0),
    np.empty((0, 5, 5), "f4"),
    np.empty((2, 2, 0, 0), "f4"),
    np.full(6, np.nan),
    np.full((2, 2, 4, 4), np.nan, "f4"),
    np.full((5, 6, 6), np.inf, "f4"),
    np.full(4, 1e308),
    np.array([-(2**63), 2**63 - 1]),
    np.array([0, 9, 6]),
    np.array([0, 0, 6]),
    np.array([2**31 - 1, -1], "i4"),
]


def batch(*lengths):
    """Return an input of sequences of those lengths."""
    ids = np.arange(sum(lengths), dtype=np.int32) % 5 + 5
    special = np.zeros_like(ids)
    special[0] = 1
    return {
        "ids": ids,
        "offsets": np.cumsum([0, *lengths]),
        "types": np.zeros_like(ids),
        "special": special,
        "words": np.where(special == 1, -1, ids),
        "vocabulary": {"mask": 4, "pad": 0, "special_ids": [0, 4], "size": 30},
    }


def sensible():
    """Return calls that succeed, by operation."""
    interventions = [
        {"kind": "uniform", "layers": [0], "heads": [0], "queries": [1], "keys": [0, 1]},
        {"kind": "replace", "layers": [0], "value": np.full((5, 6, 6), 1 / 6, np.float32)},
        {"kind": "scale", "layers": [1], "factor": 0.5},
        {"kind": "patch", "site": "blocks.0.output", "value": np.zeros((6, 20), np.float32)},
    ]
    scores = np.arange(5.0)
    return [
        ("describe", {}),
        ("parameters", {}),
        ("predict", {"input": batch(6, 3), "interventions": [], "keep": ["blocks.0.output"]}),
        ("predict", {"input": batch(6), "interventions": [interventions]}),
        ("attention", {"input": batch(6)}),
        ("hidden_states", {"input": batch(6)}),
        ("embed", {"input": batch(6, 4)}),
        ("gradient", {"input": batch(6), "target": 0, "at": ["embedding"], "output": "logit"}),
        ("explain", {"input": batch(6, 5), "method": "attention", "options": {}, "seed": 3}),
        ("verify", {"input": batch(6), "explanation": {"scores": scores}, "checks": "all"}),
        ("agreement", {"a": scores, "b": scores, "statistics": ["kendall"], "k": 2, "draws": 9}),
        ("rollout", {"attentions": np.ones((2, 2, 4, 4), "f4"), "residual": 0.5}),
        ("flow", {"attentions": np.ones((2, 2, 4, 4), "f4"), "sources": [0, 3]}),
    ]


def places(record, path=()):
    """Yield the path of everything inside a record."""
    items = (
        record.items()
        if isinstance(record, dict)
        else enumerate(record)
        if isinstance(record, list)
        else ()
    )
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def spoil(record, chance):
    """Put something absurd somewhere into a record."""
    places_inside = list(places(record))
    *path, last = chance.choice(places_inside) if places_inside else ("unknown",)
    target = record
    for key in path:
        target = target[key]
    old = target[last] if path or last in record else None
    if isinstance(old, np.ndarray) and old.size and chance.random() < 0.5:
        value = old.copy()
        value.flat[chance.randrange(old.size)] = chance.choice([-1, 0, 5, 99, 2**31 - 1])
        value = value[: chance.randrange(len(value) + 1)] if chance.random() < 0.3 else value
    else:
        value = chance.choice(chance.choice([NUMBERS, TEXTS, LISTS, ARRAYS]))
    target[last] = value


def test_every_sensible_call_succeeds():
    model = door.open_model({"path": str(FOLDER)})
    for operation, record in sensible():
        door.call(operation, record, model=model)


def test_no_call_ends_the_interpreter():
    process = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "engine.test_native_hostile"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    last = process.stdout.splitlines()[-1:]
    assert process.returncode == 0, f"{last}\n{process.stderr[-4000:]}"


@pytest.mark.parametrize("operation", ["describe", "predict", "parameters"])
def test_an_operation_on_a_model_needs_one(operation):
    with pytest.raises(AssayError, match="model: expected an open model, found none"):
        door.call(operation, {})


def main():
    """Make the calls, naming each one before it is made."""
    model = door.open_model({"path": str(FOLDER)})
    for round_number in range(ROUNDS):
        chance = random.Random(round_number)
        for operation, record in sensible():
            for _ in range(chance.choice([1, 1, 2])):
                spoil(record, chance)
            print(round_number, operation, repr(record)[:2000], flush=True)
            try:
                door.call(operation, record, model=model)
            except InternalError:
                raise
            except AssayError as error:
                if "expected" not in str(error):
                    raise


if __name__ == "__main__":
    main()
