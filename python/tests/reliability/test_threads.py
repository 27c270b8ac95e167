"""Threads belong to a call: what one asks for changes nothing for another.

Oracle: what the engine says of its own calls and of the process's setting.
"""

import threading

import numpy as np
import pytest

import assay
from assay import _native
from assay.engine import door


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


def threads_of_a_call(record):
    return door.call("build_info", record)["threads"]


@pytest.mark.parametrize("count", [1, 3, 1024])
def test_a_call_uses_the_threads_that_it_asks_for(count):
    before = assay.get_num_threads()
    assert threads_of_a_call({"threads": count}) == count
    assert threads_of_a_call({}) == before == assay.get_num_threads()


@pytest.mark.parametrize("count", [0, -1, 1025, 2**63 - 1, "two", [1], True, 1.5])
def test_threads_out_of_range_are_refused(count):
    with pytest.raises(assay.OptionError, match="threads"):
        threads_of_a_call({"threads": count})


def test_every_operation_takes_threads(demo):
    with pytest.raises(assay.OptionError) as unknown:
        _native.call("?", None, "{}", [])
    for operation in unknown.value.expected.removeprefix("one of ").split(", "):
        with pytest.raises(assay.OptionError, match=r"threads: expected an integer"):
            door.call(operation, {"threads": 0}, model=demo._handle)


def test_a_context_divides_threads_for_itself_alone():
    before = assay.get_num_threads()
    seen = []

    def other():
        seen.append(threads_of_a_call({}))

    with door.working(7):
        assert threads_of_a_call({}) == 7
        beside = threading.Thread(target=other)
        beside.start()
        beside.join()
    assert seen == [before] == [threads_of_a_call({})]


def test_overlapping_audits_leave_the_setting_as_it_was(demo):
    before = assay.get_num_threads()
    rows = ["a fine film", "a dull mess"]

    def audit(times):
        assay.audit(demo, rows * times, progress=False, workers=2, shard_rows=1, checks=["sinks"])

    running = [threading.Thread(target=audit, args=(times,)) for times in (1, 3)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert assay.get_num_threads() == before


def test_calls_on_several_threads_say_the_same(demo):
    ids = np.arange(60, dtype=np.int32) + 5
    expected = demo.predict(ids).logits.tobytes()
    found = []

    def call(count):
        with door.working(count):
            found.extend(demo.predict(ids).logits.tobytes() for _ in range(5))

    running = [threading.Thread(target=call, args=(count,)) for count in (1, 2, 4, 2)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert set(found) == {expected}
    assert len(found) == 20
