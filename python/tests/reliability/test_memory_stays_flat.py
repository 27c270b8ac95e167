"""Memory stays flat over many calls, whatever becomes of them."""

import contextlib
import gc
from pathlib import Path

import numpy as np
import pytest
from native_model import agreement, open_from, parameters, tensors

import assay
from assay import _native
from assay.engine.errors import AssayError

#: What allocators and caches may still add after a warm-up, in bytes.
ALLOWANCE = 2 << 20


def resident():
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def growth(work, count):
    """Return how much `count` calls add to memory after a twentieth of them as warm-up."""
    for _ in range(count // 20):
        work()
    gc.collect()
    before = resident()
    for _ in range(count):
        work()
    gc.collect()
    return resident() - before


def test_a_hundred_thousand_calls_leave_nothing_behind(share):
    a, b = np.random.default_rng(0).normal(size=(2, 4))
    arguments = '{"a": {"$array": 0}, "b": {"$array": 1}, "statistics": ["spearman"], "draws": 0}'

    def work():
        _native.call("agreement", None, arguments, [a, b], None)

    assert growth(work, 100_000 // share(5)) < ALLOWANCE


@pytest.mark.parametrize("options", [{"k": 0}, {"unknown": 1}], ids=str)
def test_refused_calls_leave_nothing_behind(options, share):
    a, b = np.random.default_rng(0).normal(size=(2, 4))

    def work():
        with contextlib.suppress(AssayError):
            agreement(a, b, **options)

    assert growth(work, 20_000 // share(2)) < ALLOWANCE


def test_views_and_capsules_leave_nothing_behind():
    model = open_from(tensors())

    def work():
        for view in parameters(model).values():
            np.asarray(view)
            np.from_dlpack(view)
            view.__dlpack__()
            view.__dlpack__(max_version=(1, 0))

    assert growth(work, 1_000) < ALLOWANCE


def test_models_leave_nothing_behind():
    given = tensors()
    assert growth(lambda: open_from(given), 1_000) < ALLOWANCE


def test_calls_stopped_by_poll_leave_nothing_behind(share):
    scores = np.random.default_rng(0).normal(size=(2, 16))

    def poll(fraction, message):
        raise KeyError(message)

    def work():
        with contextlib.suppress(KeyError):
            agreement(*scores, poll=poll)

    assert growth(work, 20_000 // share(2)) < ALLOWANCE


def test_predictions_through_python_leave_nothing_behind():
    demo = assay.load("demo")
    ids = demo.tokenize("fine").ids
    assert growth(lambda: demo.predict(ids), 3_000) < 4 * ALLOWANCE
