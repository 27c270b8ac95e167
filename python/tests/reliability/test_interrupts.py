"""Ctrl-C stops whatever the engine does within 0.2 s.

Oracle: the processor's time from a signal to the exception it raises, in the middle of calls on one
thread that would take far longer; what else the machine does then counts for nothing. Every
operation, method, check and statistic of the registries is called so.
"""

import contextlib
import signal
import time
from pathlib import Path

import numpy as np
import pytest

import assay
from assay import _native
from assay.engine import door
from assay.engine.errors import AssayError

FIXTURES = Path(__file__).parents[3] / "Tests" / "Fixtures"
LATEST = 0.2
#: Calls that answer at once, whatever they are given.
QUICK = {
    "build_info", "checks", "describe", "families", "methods", "parameters", "save",
    "work",
}  # fmt: skip
#: How much of what a registry counts is asked for: more than anybody waits for.
COUNTED = (
    "n_samples", "n_steps", "draws", "permutations", "shuffles", "replacements",
)  # fmt: skip


class Interrupted(Exception):  # noqa: N818 - what Ctrl-C raises, but no test run ends by it
    """Raised by the signal."""


def latency(call, after):
    """Call; return how long after the signal it stopped, or None if it was done before."""

    def interrupt(number, frame):
        raise Interrupted

    before = signal.signal(signal.SIGPROF, interrupt)
    start = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, after)
    try:
        with door.working(1):
            call()
    except Interrupted:
        return time.process_time() - start - after
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return None


def is_stopped_in_time(call):
    """Whether the call stops early enough, wherever the signal meets it."""
    found = [late for after in (0.1, 0.25, 0.6) if (late := latency(call, after)) is not None]
    print(f"stopped {len(found)} times, at most {max(found, default=0):.3f} s late")
    return max(found, default=0) < LATEST


def operations():
    with pytest.raises(AssayError) as raised:
        _native.call("?", None, "{}", [])
    return raised.value.expected.removeprefix("one of ").split(", ")


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


def texts(count, length=60):
    ids = np.arange(count * length, dtype=np.int32) % 1000 + 5
    return {"ids": ids, "offsets": np.arange(count + 1, dtype=np.int32) * length}


def labelled(count):
    return {"input": texts(count), "targets": np.eye(2, dtype="f4")[np.arange(count) % 2]}


def study(count):
    return {
        "input": {"ids": np.arange(count * 40, dtype=np.int32) % 18,
                  "offsets": np.arange(count + 1, dtype=np.int32) * 40},
        "permutations": 100_000, "measures": False,
        "adversary": {"restarts": 64, "steps": 100_000},
    }  # fmt: skip


#: More work than 0.6 s, of every operation that works.
WORK = {
    "predict": lambda: {"input": texts(20_000)},
    "embed": lambda: {"input": texts(20_000)},
    "attention": lambda: {"input": texts(1, 120)},
    "hidden_states": lambda: {"input": texts(1, 120)},
    "gradient": lambda: {"input": texts(1, 120)},
    "explain": lambda: {"input": texts(2000)},
    "verify": lambda: {"input": texts(1, 100), "explanation": {"method": "attention_rollout"},
                       "checks": "all", "options": {"permutations": 100_000}},
    "rollout": lambda: {"attentions": np.full((4, 1, 2000, 2000), 1 / 2000, "f4")},
    "flow": lambda: {"attentions": np.random.default_rng(0).dirichlet(
        np.full(700, 0.01), size=(6, 1, 700)).astype("f4")},
    "agreement": lambda: {"a": np.arange(131_072.0), "b": -np.arange(131_072.0) % 1000,
                          "draws": 100_000},
    "calibrate": lambda: {"draws": 100_000},
    "structured_nulls": lambda: {"input": texts(2), "draws": 100_000},
    "fit": lambda: {"train": labelled(5000), "validation": labelled(500),
                    "options": {"passes": 1000}},
    "train": lambda: {
        "config": {"model_type": "attention_classifier", "vocab_size": 200_000,
                   "embedding_size": 300, "hidden_size": 64, "num_labels": 2},
        "output": "/nowhere/model.safetensors",
        "train": {"input": texts(5000), "labels": np.zeros(5000, np.int32)},
        "validation": {"input": texts(50), "labels": np.zeros(50, np.int32)}},
    "attention_study": lambda: study(300),
}  # fmt: skip


@pytest.mark.parametrize("operation", sorted(set(operations()) - QUICK))
def test_an_operation_stops_in_time(operation, demo):
    record = WORK.get(operation, lambda: {"input": texts(20_000)})()
    model = demo._handle
    if operation == "attention_study":
        model = assay.load(FIXTURES / "attention-bilstm-additive")._handle

    def call():
        if operation in WORK:
            return door.call(operation, record, model=model)
        with contextlib.suppress(AssayError):  # one that nobody knows here may be refused
            return door.call(operation, record, model=model)

    assert is_stopped_in_time(call)


def most(specs):
    """The largest number that each counting option takes."""
    return {
        spec["name"]: int(spec["accepts"].rsplit("...", 1)[1])
        for spec in specs
        if spec["name"] in COUNTED and "..." in spec["accepts"]
    }


@pytest.mark.parametrize("method", [one["name"] for one in door.call("methods", {})["methods"]])
def test_a_method_stops_in_time(method, demo):
    specs = {one["name"]: one for one in door.call("methods", {})["methods"]}[method]["options"]
    record = {"input": texts(1, 120), "method": method, "options": most(specs)}
    many = record | {"input": texts(3000, 120)} if not record["options"] else record
    assert is_stopped_in_time(lambda: door.call("explain", many, model=demo._handle))


@pytest.mark.parametrize("check", [one["name"] for one in door.call("checks", {})["checks"]])
def test_a_check_stops_in_time(check, demo):
    record = {
        "input": texts(1, 100),
        "explanation": {"method": "attention_rollout"},
        "checks": [check],
        "options": most(door.call("checks", {})["options"]),
    }

    assert is_stopped_in_time(lambda: door.call("verify", record, model=demo._handle))


STATISTICS = [
    "lift", "kendall", "spearman", "pearson", "top_k_overlap", "rbo", "kendall_top_k", "jsd",
]  # fmt: skip


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_statistic_stops_in_time(statistic):
    a, b = np.arange(131_072.0), np.arange(131_072.0)[::-1] % 5000
    record = {"a": a, "b": b.copy(), "statistics": [statistic], "draws": 100_000, "k": 100_000}
    assert is_stopped_in_time(lambda: door.call("agreement", record))


def test_every_statistic_is_tested():
    with pytest.raises(assay.OptionError) as raised:
        assay.agreement([1.0, 2.0], [2.0, 1.0], statistics=["?"])
    assert raised.value.expected.removeprefix("one of ").split(", ") == STATISTICS
