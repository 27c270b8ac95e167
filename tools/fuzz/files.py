"""Spoilt checkpoints and training states."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from assay import _native
from assay.engine import door
from tools.fuzz import records, values
from tools.fuzz.models import folders, opened

Call = tuple[str, Any, Any]


def spoilt(rng: random.Random, what: str, folder: Path) -> Call:
    """A call that reads a file with something wrong in it."""
    return _checkpoint(rng, folder) if what == "open" else _state(rng, folder)


def _checkpoint(rng: random.Random, folder: Path) -> Call:
    source = rng.choice(folders())
    target = folder / "model"
    shutil.copytree(source, target)
    if rng.random() < 0.6:
        path = target / "config.json"
        config = json.loads(path.read_text())
        for _ in range(rng.choice((1, 1, 2))):
            config = values.spoil(rng, config)
        path.write_text(json.dumps(door.plain(config)))
    else:
        spoil_file(rng, target / "model.safetensors")
    return "open", None, {"path": str(target), "mapped": rng.random() < 0.5}


def spoil_file(rng: random.Random, path: Path) -> None:
    """Change a number of a safetensors file's header, a text in it, or bytes anywhere."""
    data = bytearray(path.read_bytes())
    length = int.from_bytes(data[:8], "little")
    if rng.random() < 0.7:
        header = json.loads(data[8 : 8 + length])
        if "__metadata__" in header and rng.random() < 0.8:
            key = rng.choice(list(header["__metadata__"]))
            header["__metadata__"][key] = rng.choice(
                ("", "nan", "-1", "1e400", "999999999999", "9223372036854775807", "0 0 0 0 0 0",
                 "nan 1 1 1 1 1", "1 1 1 1 1 1", "inf", "x")
            )  # fmt: skip
        else:
            header = values.spoil(rng, header)
        text = json.dumps(door.plain(header)).encode()
        path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])
        return
    for _ in range(rng.choice((1, 4, 40))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data[: rng.randrange(len(data))] if rng.random() < 0.2 else data)


def _state(rng: random.Random, folder: Path) -> Call:
    """Save a training's state, spoil it, and go on from there."""
    model = opened(rng.choice(("attention-average-additive", "bert-relu-48x1")))
    path = folder / "state.safetensors"
    sound = random.Random(rng.randrange(100))
    examples = {
        "input": records.texts(sound, model),
        "targets": None,
    }
    count = len(examples["input"]["offsets"]) - 1
    import numpy as np

    examples["targets"] = np.eye(model.labels, dtype=np.float32)[np.zeros(count, int)]
    record = {
        "train": examples,
        "validation": examples,
        "options": {"passes": 2, "evaluations_per_pass": 1, "tokens_per_step": 4},
        "state": str(path),
    }
    text, arrays = door.encode(record)
    try:
        _native.call("fit", model.handle, text, arrays)
    except Exception:
        return "fit", model.handle, record  # the sound call is refused, and is told so again
    spoil_file(rng, path)
    if rng.random() < 0.2:
        record = values.spoil(rng, record)
    return "fit", model.handle, record | {"resume": True} if isinstance(record, dict) else record
