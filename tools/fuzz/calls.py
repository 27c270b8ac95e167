"""One case: an operation, a model, arguments, and what the engine made of them."""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assay import _native
from assay.engine import door
from assay.engine.errors import AssayError, InternalError
from tools.fuzz import records, values
from tools.fuzz.models import Opened, names, opened

Record = dict[str, Any]
#: How long a case may work before it is stopped, and how long it may take to stop.
WORK, STOP = 1.0, 1.0


@cache
def operations() -> tuple[str, ...]:
    """The engine's registry, which it names when asked for what is not in it."""
    try:
        _native.call("?", None, "{}", [])
    except AssayError as error:
        return tuple(str(error.expected).removeprefix("one of ").split(", "))
    raise AssertionError("an operation called ?")


@cache
def registry(operation: str, key: str) -> list[Record]:
    """A list that an operation without arguments returns."""
    listed: list[Record] = door.call(operation, {})[key]
    return listed


def classifier(rng: random.Random) -> Record:
    """The configuration of an attention classifier."""
    return {
        "model_type": "attention_classifier", "vocab_size": 12, "embedding_size": 4,
        "hidden_size": 4, "encoder": rng.choice(("bilstm", "cnn", "average")),
        "kernel_sizes": [1, 3], "attention": rng.choice(("additive", "dot")), "num_labels": 2,
    }  # fmt: skip


def training(rng: random.Random) -> Record:
    """Options of `fit`."""
    record: Record = {"passes": rng.choice((1, 2)), "tokens_per_step": rng.choice((1, 8, 100))}
    for name, ends in (("rate", (1e-12, 1e-3, 10)), ("warm_up", (0, 0.5, 1)),
                       ("averaging", (0, 0.9, 1)), ("dropout", (0, 0.5)),
                       ("evaluations_per_pass", (1, 1000)), ("patience", (1,)),
                       ("clip", (1e-9, 1)), ("penalty", (0, 1e6)),
                       ("texts_per_step", (1, 50))):  # fmt: skip
        if rng.random() < 0.2:
            record[name] = rng.choice(ends)
    return record


def arguments(rng: random.Random, operation: str, model: Opened, folder: Path) -> Record:
    """Sound arguments of an operation, or what comes close."""
    one = {"input": records.one_text(rng, model)}
    many = {"input": records.texts(rng, model)}
    method = rng.choice(registry("methods", "methods"))
    chosen = records.options(rng, method["options"])
    checked = records.options(rng, registry("checks", "options"))
    count = rng.choice((1, 2, 3, 8))
    small = np.full([rng.choice((1, 2)), 2, count, count], 1 / count, np.float32)
    length = len(one["input"].get("ids", ()))
    known: dict[str, Record] = {
        "predict": many | {"keep": ["logits", "logits", "blocks.0.output", "embedding"],
                           "interventions": [[records.intervention(rng, length)]]},
        "gradient": one | {"at": ["embedding", "blocks.0.attention.pattern", "embedding"],
                           "output": rng.choice(("logit", "probability", "log_probability"))},
        "explain": many | {"method": method["name"], "options": chosen, "seed": 1},
        "verify": one | {"explanation": {"method": method["name"], "options": chosen},
                         "options": checked,
                         "checks": [rng.choice(registry("checks", "checks"))["name"]] * 2},
        "rollout": {"attentions": small, "residual": 0.5, "head_fusion": "mean"},
        "flow": {"attentions": small, "sources": [0, count - 1]},
        "agreement": {"a": records.scores(rng, count), "b": records.scores(rng, count),
                      "draws": rng.choice((0, 7, 199)), "k": rng.choice((1, count)),
                      "statistics": ["kendall", "lift", "rbo", "kendall_top_k", "jsd", "kendall"]},
        "calibrate": {"draws": 1, "families": ["selector", "selector"], "wrong_maps": False},
        "structured_nulls": many | {"draws": 1},
        "attention_study": many | {"permutations": 2, "k": 2,
                                   "adversary": {"restarts": 2, "steps": 3}},
        "fresh_head": {"labels": rng.choice((["a", "b"], ["a", "a"], [])), "seed": 1,
                       "config": classifier(rng)},
        "save": {"path": str(folder / "saved.safetensors")},
        "fit": {"train": records.examples(rng, model, model.labels), "options": training(rng),
                "validation": records.examples(rng, model, model.labels),
                "state": str(folder / "state.safetensors"), "resume": rng.random() < 0.3},
        "examine": many | {"rows": records.rows(rng, model, records.count(many["input"])),
                           "methods": [method["name"], method["name"], "saliency"],
                           "method_options": chosen, "options": checked, "random_sets": 3},
        "summarise": records.columns(
            rng, [check["name"] for check in registry("checks", "checks")]),
        "compare": one | {"methods": [method["name"], "saliency"], "verdicts": rng.random() < 0.5,
                          "options": checked},
        "exhaustive_truth": one | {"methods": [method["name"]] * 2, "checks": ["polarity"]},
        "search_heads": {"input": records.texts(rng, model, 12), "reference": method["name"]},
        "separation": {"positive": records.scores(rng, count), "paired": rng.random() < 0.7,
                       "negative": records.scores(rng, count), "seed": 3},
        "random_orders": {"count": count, "draws": rng.choice((0, 1, 199)), "seed": 3},
        "proportion": {"trials": count, "successes": rng.randrange(count + 1)},
    }  # fmt: skip
    if operation == "fit" and rng.random() < 0.5:
        return known["fit"] | {"config": classifier(rng)}
    if operation in known:
        return known[operation]
    return one if rng.random() < 0.7 else {}


class Stopped(Exception):  # noqa: N818 - no error: the case had its time
    """The case had its time."""


class Watch:
    """Stops a case after a while, and knows since when it should have stopped."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.asked: float | None = None

    def __call__(self, fraction: float, stage: str) -> None:
        """End the call once it has had its time."""
        if time.monotonic() > self.started + WORK:
            self.asked = self.asked or time.monotonic()
            raise Stopped


def case(seed: int, only: str | None = None) -> tuple[str, str | None]:
    """Run one case; return what it was, and what was wrong."""
    rng = random.Random(seed)
    operation = only or rng.choice((*operations(), "open", "state"))
    model = opened(rng.choice(names()))
    title = f"{operation} on {model.name}"
    # Cases run in a folder of their own: a spoilt path is a file there.
    with (
        tempfile.TemporaryDirectory(prefix="assay-fuzz-") as name,
        contextlib.chdir(name),
        np.errstate(all="ignore"),
    ):
        if operation in ("open", "state"):
            from tools.fuzz import files

            made = files.spoilt(rng, operation, Path(name))
        else:
            record = arguments(rng, operation, model, Path(name))
            for _ in range(rng.choice((0, 1, 1, 2, 4))):
                record = values.spoil(rng, record)
            made = (operation, model.handle, record)
        return title, run(*made)


def run(operation: str, handle: Any, record: Any) -> str | None:
    """Call the engine; return what is wrong with how it answered."""
    watch = Watch()
    try:
        text, arrays = door.encode(record)
    except (AssayError, ValueError, TypeError, OverflowError):
        return None  # refused before the engine
    try:
        if operation == "open":
            _native.open(text, arrays, watch)
        else:
            _native.call(operation, handle, text, arrays, watch)
    except InternalError as error:
        return f"InternalError: {error}"
    except (AssayError, MemoryError, Stopped):
        pass
    except Exception as error:
        return f"raw {type(error).__name__}: {error}"
    late = time.monotonic() - (watch.asked or watch.started + WORK)
    return f"stopped {late:.2f} s late" if late > STOP else None
