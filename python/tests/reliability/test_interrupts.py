"""Ctrl-C stops whatever the engine does within 0.2 s.

Oracle: the processor's time from a signal to the exception it raises, in the middle of calls on one
thread that would take far longer; what else the machine does then counts for nothing. Every
operation, method, check and statistic of the registries is called so.
"""

import collections
import json
import shutil
import signal
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

import assay
from assay import _native
from assay.audit.columns import CONDITIONS
from assay.engine import door
from assay.engine.errors import AssayError

FIXTURES = Path(__file__).parents[3] / "Tests" / "Fixtures"
LATEST = 0.2
#: Calls that answer at once, whatever they are given; `edit_attention` is asked by a run outside, a
#: layer of a batch at a time, and it is the run that is stopped.
QUICK = {
    "build_info", "checks", "describe", "edit_attention", "families", "fresh_head", "methods",
    "parameters", "proportion", "save", "work",
}  # fmt: skip
#: How much of what a registry counts is asked for: more than anybody waits for.
COUNTED = (
    "n_samples", "n_steps", "draws", "permutations", "shuffles", "replacements",
)  # fmt: skip


METHODS = door.call("methods", {})["methods"]
CHECKS = door.call("checks", {})


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


#: When the signal comes, in seconds of the processor; one moment for each entry of a registry, and
#: all of them with --whole.
MOMENTS = (0.05, 0.25, 0.6)


@pytest.fixture
def is_stopped_in_time(request, share):
    """Return whether a call works long enough to be stopped, and stops early enough wherever the
    signal meets it."""
    number, among = zlib.crc32(request.node.name.encode()), share(len(MOMENTS))
    moments = [one for place, one in enumerate(MOMENTS) if (place + number) % among == 0]

    def measured(call):
        found = [late for after in moments if (late := latency(call, after)) is not None]
        found = found or [late for late in [latency(call, MOMENTS[0])] if late is not None]
        print(f"stopped {len(found)} times, at most {max(found, default=0):.3f} s late")
        return bool(found) and max(found) < LATEST

    return measured


def operations():
    with pytest.raises(AssayError) as raised:
        _native.call("?", None, "{}", [])
    return raised.value.expected.removeprefix("one of ").split(", ")


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.fixture(scope="module")
def models(demo, tmp_path_factory):
    """The model that an operation works on: the demo's, where it is not named."""
    folder = tmp_path_factory.mktemp("long") / "model"
    shutil.copytree(FIXTURES / "llama-24x4", folder)
    config = json.loads((folder / "config.json").read_text()) | {"max_position_embeddings": 5000}
    (folder / "config.json").write_text(json.dumps(config))
    long = assay.load(folder)
    named = dict.fromkeys(("attention", "hidden_states", "gradient"), long)
    named["attention_study"] = assay.load(FIXTURES / "attention-bilstm-additive")
    return collections.defaultdict(lambda: demo, named)


def texts(count, length=60):
    ids = np.arange(count * length, dtype=np.int32) % 1000 + 5
    return {"ids": ids, "offsets": np.arange(count + 1, dtype=np.int32) * length}


def one_long_text():
    return {"input": {"ids": np.arange(5000, dtype=np.int32) % 20}}


def labelled(count):
    return {"input": texts(count), "targets": np.eye(2, dtype="f4")[np.arange(count) % 2]}


def study(count):
    return {
        "input": {"ids": np.arange(count * 40, dtype=np.int32) % 18,
                  "offsets": np.arange(count + 1, dtype=np.int32) * 40},
        "permutations": 100_000, "measures": False,
        "adversary": {"restarts": 64, "steps": 100_000},
    }  # fmt: skip


def rows(count):
    return {
        "input": texts(count), "rows": [{"seed": 0, "label": 1}] * count, "checks": "all",
        "methods": ["attention_rollout", *(one["name"] for one in METHODS)],
        "options": most(CHECKS["options"]), "random_sets": 100_000,
    }  # fmt: skip


def examined(count):
    """What an audit of so many rows has stored, column by column."""
    draw = np.random.default_rng(0)
    words = {"words": ["a", "b"], "codes": draw.integers(-1, 2, count).astype("i4")}
    checks, methods = [one["name"] for one in CHECKS["checks"]], ["attention", "saliency"]
    named = ["verdict", "reason", *CONDITIONS, *(f"{name}_outcome" for name in checks)]
    numbers = ["ladder", "confidence", "random_same", "random_correct", "plausibility_auprc",
               "plausibility_token_f1", "plausibility_iou_f1",
               *(f"{name}_statistic" for name in checks)]  # fmt: skip
    flags = ["correct", "removed_same", "removed_correct"]
    widths = {"agreement_kendall": 4, "agreement_lift": 4, "lift_variance": 2}
    standing = {name: {"words": ["supported"], "codes": words["codes"] * 0} for name in CONDITIONS}
    verdicts = {
        "words": ["trustworthy", "not trustworthy"],
        "codes": np.arange(count, dtype="i4") % 2,
    }
    judged = standing | {f"oracle_{name}": one for name, one in standing.items()} | {
        "map": "attention", "verdict": verdicts, "oracle_verdict": verdicts,
        "testable": np.ones(count), "chance_trusted": np.zeros(count),
        "removal_efficiencies": np.zeros([count, 0]),
        **{f"{name}_efficiency": draw.random(count) for name in CONDITIONS},
    }  # fmt: skip
    return (
        {"row": np.arange(count), "checks": checks, "methods": methods}
        | {"judged": [judged, judged | {"map": "saliency"}]}
        | {"curves": {"removal": draw.random([count, 44])}}
        | dict.fromkeys(named, words)
        | {name: draw.random(count) for name in numbers}
        | {name: np.arange(count) % 2.0 for name in flags}
        | {name: draw.random([count, width]) for name, width in widths.items()}
    )


def paired(count):
    positive, negative = np.random.default_rng(0).random([2, count])
    return {"positive": positive, "negative": negative, "paired": True}


#: More work than 0.6 s, of every operation that works.
WORK = {
    "predict": lambda: {"input": texts(20_000)},
    "embed": lambda: {"input": texts(20_000)},
    "attention": one_long_text,
    "hidden_states": one_long_text,
    "gradient": one_long_text,
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
    "attention_study": lambda: study(300),
    "examine": lambda: rows(100),
    "compare": lambda: {"input": texts(1, 100), "verdicts": True,
                        "options": {"permutations": 100_000}},
    "exhaustive_truth": lambda: {"input": texts(200, 12), "methods": ["attention"]},
    "search_heads": lambda: {"input": texts(5000), "reference": "integrated_gradients"},
    "summarise": lambda: examined(100_000),
    "separation": lambda: paired(200_000),
    "random_orders": lambda: {"count": 1000, "draws": 200_000},
}  # fmt: skip


@pytest.mark.parametrize("operation", sorted(set(operations()) - QUICK))
def test_an_operation_stops_in_time(operation, models, is_stopped_in_time):
    assert operation in WORK, "a new operation: what keeps it busy?"
    record, model = WORK[operation](), models[operation]._handle
    assert is_stopped_in_time(lambda: door.call(operation, record, model=model))


def most(specs):
    """The largest number that each counting option takes."""
    return {
        spec["name"]: int(spec["accepts"].rsplit("...", 1)[1])
        for spec in specs
        if spec["name"] in COUNTED and "..." in spec["accepts"]
    }


@pytest.mark.parametrize("method", [one["name"] for one in METHODS])
def test_a_method_stops_in_time(method, demo, is_stopped_in_time):
    specs = {one["name"]: one for one in METHODS}[method]["options"]
    record = {"input": texts(1, 120), "method": method, "options": most(specs)}
    many = record | {"input": texts(3000, 120)} if not record["options"] else record
    assert is_stopped_in_time(lambda: door.call("explain", many, model=demo._handle))


@pytest.mark.parametrize("check", [one["name"] for one in CHECKS["checks"]])
def test_a_check_stops_in_time(check, demo, is_stopped_in_time):
    record = {
        "input": texts(1, 100),
        "explanation": {"method": "attention_rollout"},
        "checks": [check],
        "options": most(CHECKS["options"]),
    }

    assert is_stopped_in_time(lambda: door.call("verify", record, model=demo._handle))


STATISTICS = [
    "lift", "kendall", "spearman", "pearson", "top_k_overlap", "rbo", "kendall_top_k", "jsd",
]  # fmt: skip


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_statistic_stops_in_time(statistic, is_stopped_in_time):
    a, b = np.arange(131_072.0), np.arange(131_072.0)[::-1] % 5000
    record = {"a": a, "b": b.copy(), "statistics": [statistic], "draws": 100_000, "k": 100_000}
    assert is_stopped_in_time(lambda: door.call("agreement", record))


def test_every_statistic_is_tested():
    with pytest.raises(assay.OptionError) as raised:
        assay.agreement([1.0, 2.0], [2.0, 1.0], statistics=["?"])
    assert raised.value.expected.removeprefix("one of ").split(", ") == STATISTICS
