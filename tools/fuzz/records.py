"""Sound arguments of every operation, which the fuzzer then spoils.

An operation of the engine's that is not here is called with an input and whatever members it says
it knows, so that a new one is fuzzed from the day it is registered.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.fuzz.models import Opened

Record = dict[str, Any]


def texts(rng: random.Random, model: Opened, most: int = 3) -> Record:
    """A ragged batch of inputs that the model reads."""
    if model.picture:
        count = rng.randrange(1, most + 1)
        pixels = np.random.default_rng(rng.randrange(2**31)).normal(size=[count, *model.picture])
        return {"pixels": pixels.astype("f4")}
    lengths = [rng.choice((1, 2, 3, 5, 9)) for _ in range(rng.randrange(1, most + 1))]
    total = sum(lengths)
    record: Record = {
        "ids": np.array([rng.randrange(model.words) for _ in range(total)], np.int32),
        "offsets": np.cumsum([0, *lengths]).astype(np.int32),
    }
    if rng.random() < 0.5:
        record["special"] = np.array([rng.random() < 0.2 for _ in range(total)], np.int32)
    if rng.random() < 0.3:
        record["words"] = np.array([rng.randrange(-1, 4) for _ in range(total)], np.int32)
    if rng.random() < 0.3:
        record["types"] = np.zeros(total, np.int32)
    if rng.random() < 0.3 or model.masked:
        record["positions"] = np.array([rng.randrange(one) for one in lengths], np.int32)
    if rng.random() < 0.6:
        record["vocabulary"] = {
            "mask": 4, "pad": 0, "unk": 1, "cls": 2, "sep": 3, "special_ids": [0, 1, 2, 3],
            "punctuation_ids": [5, 5], "size": model.words, "replacements": [6, 7, 7],
        }  # fmt: skip
    return record


def count(batch: Record) -> int:
    """How many inputs a batch has."""
    return len(batch["pixels"] if "pixels" in batch else batch["offsets"]) - ("ids" in batch)


def one_text(rng: random.Random, model: Opened) -> Record:
    """A batch of one."""
    return texts(rng, model, 1)


def option(rng: random.Random, accepts: str) -> Any:
    """A value for an option, from what the registry says that it accepts."""
    if "one of" in accepts and rng.random() < 0.9:
        words = accepts.split("one of ")[1].split(", or ")[0].split(", ")
        return rng.choice(words)
    accepts, _, time = accepts.partition(", or a time")
    if time and rng.random() < 0.5:
        return rng.choice(["500ms", "10s", "2min", "0s", "1e9s", "-1s", "s", "nan s", "1h"])
    if "..." in accepts:
        low, high = accepts.split(" in ")[1].split("...")
        if "whole" in accepts:
            ends = [int(low), int(high), int(low) + 1, min(int(high), 3), min(int(high), 40)]
            value = rng.choice(ends)
            return [value, value] if "numbers" in accepts else value
        return rng.choice([float(low), float(high), 0.5, 0.01])
    return rng.random() < 0.5


def options(rng: random.Random, specs: list[Record]) -> Record:
    """Some of the options, mostly small numbers where numbers mean work."""
    chosen = [spec for spec in specs if rng.random() < 0.4]
    values = {spec["name"]: option(rng, spec["accepts"]) for spec in chosen}
    for name in ("n_samples", "permutations", "rankings", "shuffles", "swaps", "draws"):
        if name in values and rng.random() < 0.8:
            values[name] = rng.choice((2, 4, 19, 199))
    return values


def intervention(rng: random.Random, length: int) -> Record:
    """One change to a forward pass."""
    kind = rng.choice(("replace", "uniform", "permute", "scale", "knock_out", "move", "patch"))
    record: Record = {"kind": kind}
    for name in ("layers", "heads", "queries", "keys"):
        if rng.random() < 0.3:
            record[name] = [rng.randrange(3) for _ in range(rng.randrange(3))]
    if kind in ("replace", "patch"):
        shape = rng.choice(([length, length], [1, length], [2, length, length], [length, 20], [20]))
        record["value"] = np.full(shape, 1 / max(length, 1), np.float32)
    if kind == "patch":
        record["site"] = rng.choice(("embedding", "blocks.0.output", "pooled", "final", "logits"))
    if kind == "scale":
        record["factor"] = rng.choice((0.0, -1.0, 1e30, 3e38, 0.5))
    if kind == "move":
        record["to"] = rng.randrange(4)
    return record


def scores(rng: random.Random, count: int) -> Any:
    """Numbers, often tied."""
    return np.array([rng.choice((0.0, 0.5, 1.0, rng.random())) for _ in range(count)])


def examples(rng: random.Random, model: Opened, labels: int) -> Record:
    """Labelled texts of `fit`."""
    batch = texts(rng, model)
    total = 0 if "pixels" in batch else len(batch["ids"])
    targets = np.zeros([count(batch), labels], np.float32)
    if labels:
        targets[:, rng.randrange(labels)] = 1
    record: Record = {"input": batch, "targets": targets}
    if rng.random() < 0.3:
        record["label_weights"] = rng.choice(["balanced", np.ones(labels)])
    if rng.random() < 0.3:
        record["attention"] = np.full(total, 0.5, np.float32)
    if rng.random() < 0.3:
        record["withheld"] = np.array([rng.random() < 0.5 for _ in range(total)], np.int32)
    if rng.random() < 0.2:
        record["uniform"] = True
    return record


def rows(rng: random.Random, model: Opened, many: int) -> list[Record]:
    """What `examine` knows of the inputs."""
    made: list[Record] = [{"seed": rng.randrange(2**40)} for _ in range(many)]
    for row in made:
        if rng.random() < 0.3:
            row["label"] = rng.randrange(max(1, model.labels))
    return made


def columns(rng: random.Random, checks: list[str]) -> Record:
    """What `summarise` reads: the columns of a few rows, of which some have nothing."""
    many, methods = rng.choice((0, 1, 2, 7)), ["attention", "saliency"][: rng.choice((1, 2))]
    draw = np.random.default_rng(rng.randrange(2**31))
    named = ("verdict", "reason", "consistency", "causal_relevance", "counterfactual_robustness",
             *(f"{name}_outcome" for name in checks))  # fmt: skip
    numbers = ("ladder", "confidence", "correct", "removed_same", "random_same",
               "removed_correct", "random_correct", "plausibility_auprc", "plausibility_token_f1",
               "plausibility_iou_f1", *(f"{name}_statistic" for name in checks))  # fmt: skip
    widths = {
        "agreement_kendall": len(methods) ** 2,
        "agreement_lift": len(methods) ** 2,
        "lift_variance": len(methods),
    }

    def drawn(*shape: int) -> NDArray[np.float64]:
        return draw.choice([0.0, 0.5, 1.0, np.nan], size=shape)

    words = ("supported", "trustworthy", "supports", "x")

    def judged(name: str) -> Record:
        conditions = named[2:5]
        outcomes = [*conditions, *(f"oracle_{one}" for one in conditions)]
        return (
            {"map": name, "removal_efficiencies": drawn(many, rng.choice((0, 8)))}
            | {one: {"words": ["supported", "inconclusive"],
                     "codes": draw.integers(-1, 2, many).astype(np.int32)} for one in outcomes}
            | {one: {"words": ["trustworthy", "not trustworthy"],
                     "codes": draw.integers(-1, 2, many).astype(np.int32)}
               for one in ("verdict", "oracle_verdict")}
            | {one: drawn(many) for one in ("testable", "chance_trusted",
                                            *(f"{name}_efficiency" for name in conditions))}
        )  # fmt: skip

    return (
        {"row": np.arange(many), "checks": checks, "methods": methods, "seed": rng.randrange(9)}
        | {"judged": [judged(name) for name in methods]}
        | {"curves": {name: drawn(many, 44) for name in checks if rng.random() < 0.3}}
        | {name: {"words": list(words), "codes": draw.integers(-1, 4, many).astype(np.int32)}
           for name in named}
        | {name: drawn(many) for name in numbers}
        | {name: drawn(many, width) for name, width in widths.items()}
    )  # fmt: skip
