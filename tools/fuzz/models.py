"""The models that operations are fuzzed on: every family's fixture, and a black box."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assay import _native
from assay.engine import door

FIXTURES = Path(__file__).parents[2] / "Tests" / "Fixtures"


@dataclass(frozen=True)
class Opened:
    """A model and what inputs for it look like."""

    name: str
    handle: Any
    words: int
    labels: int
    picture: tuple[int, int, int] | None
    masked: bool


@cache
def folders() -> tuple[Path, ...]:
    """Every fixture that is a model with weights beside it."""
    return tuple(
        sorted(
            one.parent
            for one in FIXTURES.glob("*/config.json")
            if (one.parent / "model.safetensors").stat().st_size < 2_000_000
        )
    )


@cache
def opened(name: str) -> Opened:
    """Open a model of `names`, once."""
    handle = black_box() if name == "black box" else _native.open(
        json.dumps({"path": str(FIXTURES / name)}), [], None
    )  # fmt: skip
    card = door.call("describe", {}, model=handle)
    grid = card["grid"]
    return Opened(
        name,
        handle,
        card["vocabulary_size"] or 20,
        card["score_count"],
        (grid["channels"], grid["height"], grid["width"]) if grid else None,
        "masked" in name,
    )


def names() -> list[str]:
    """All of them."""
    return [one.name for one in folders()] + ["black box"]


def black_box() -> Any:
    """A function that answers everything it may be asked."""

    def answer(question: str, arrays: list[Any]) -> tuple[str, list[Any]]:
        record = door.decode(json.loads(question), arrays)
        count, tokens = len(record["offsets"]) - 1, len(record["ids"])
        if record["ask"] == "predict":
            first = np.asarray(record["ids"][record["offsets"][:-1]] % 7, float) / 7
            said: dict[str, Any] = {"probabilities": np.stack([first, 1 - first], axis=1)}
        elif record["ask"] == "attention":
            said = {"attention": np.full([2, 2, tokens, tokens], 1 / max(tokens, 1), np.float32)}
        else:
            said = {"gradient": np.ones([tokens, count + 2], np.float32)}
        return door.encode(said)

    facts = {"labels": ["a", "b"], "layers": 2, "heads": 2, "gradient": True}
    return _native.wrap(json.dumps(facts), answer)
