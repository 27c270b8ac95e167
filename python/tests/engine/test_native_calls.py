"""Calls into the engine: errors, progress, interruption, threads and fork."""

import json
import multiprocessing
import signal
import sys
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from native_model import agreement, open_wide, parameters, predict, tensors

from assay import _native
from assay._version import __version__
from assay.engine.errors import ModelNotFoundError, OptionError, UnsupportedModelError

SCORES = np.random.default_rng(0).normal(size=(2, 2000))
#: An agreement that takes minutes unless it is stopped.
LONG = {"draws": 100_000}


def test_the_engine_has_the_version_of_the_package():
    assert _native.version == __version__
    assert json.loads(_native.call("build_info", None, "{}", [], None)[0])["version"] == __version__


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (("nothing", None, "{}", []), OptionError, "operation: expected one of "),
        (("build_info", None, "", []), OptionError, "a JSON value, found the end of the text"),
        (("build_info", None, '{"a": 1, "a": 2}', []), OptionError, "every key once"),
        (("build_info", None, "[" * 10**6, []), OptionError, "nested"),
        (("build_info", None, '{"x": 1e999}', []), OptionError, "range of a double"),
        (("parameters", None, "{}", []), OptionError, "model: expected an open model"),
        (("build_info", None, "\ud800", []), UnicodeEncodeError, "surrogates"),
        (("build\0info", None, "{}", []), ValueError, "null character"),
        (("build_info", 1, "{}", []), TypeError, "Model or None"),
        (("build_info", None, b"{}", []), TypeError, "must be str"),
        (("build_info", None, "{}", 1), TypeError, "not iterable"),
        (("build_info", None, "{}", [], 1), TypeError, "callable"),
        (("build_info",), TypeError, "argument"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        _native.call(*call)


def test_an_error_carries_its_parts():
    with pytest.raises(OptionError) as caught:
        agreement(*SCORES, k=0)
    assert caught.value.subject == "k"
    assert caught.value.expected == "an integer in 1...2147483647"
    assert caught.value.found == "the integer 0"


def test_a_folder_that_is_not_there_is_not_found():
    with pytest.raises(ModelNotFoundError):
        _native.open('{"path": "no/such/folder"}', [], None)
    with pytest.raises(FileNotFoundError):
        _native.open('{"path": "no/such/folder"}', [], None)


@pytest.mark.parametrize("count", [0, -1, 1025, 2**31, 2**63, -(2**100)])
def test_a_number_of_threads_out_of_range_is_refused(count):
    before = _native.get_num_threads()
    with pytest.raises(OptionError, match=r"threads: expected 1\.\.\.1024"):
        _native.set_num_threads(count)
    with pytest.raises(TypeError):
        _native.set_num_threads("2")
    assert _native.get_num_threads() == before


def test_the_engine_asks_whether_to_go_on():
    calls = []

    class EnoughError(Exception):
        pass

    def poll(fraction, message):
        assert isinstance(fraction, float)
        assert isinstance(message, str)
        calls.append(fraction)
        if len(calls) == 4:
            raise EnoughError

    with pytest.raises(EnoughError):
        agreement(*SCORES, poll=poll, **LONG)
    assert len(calls) == 4


def test_an_exception_from_poll_keeps_its_traceback_and_leaves_the_engine_usable():
    def poll(fraction, message):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as caught:
        agreement(*SCORES, poll=poll, **LONG)
    assert caught.traceback[-1].name == "poll"
    assert agreement(*SCORES, draws=0)["n"] == 2000


def test_poll_cannot_enter_the_engine_again():
    def poll(fraction, message):
        agreement(*SCORES, draws=0)

    with pytest.raises(UnsupportedModelError, match="inside a poll function"):
        agreement(*SCORES, poll=poll, **LONG)
    assert agreement(*SCORES, draws=0)["n"] == 2000


@contextmanager
def pressed():
    """Have Ctrl-C pressed once the engine has begun: an alarm does what SIGINT does."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_control_c_stops_a_call():
    with pytest.raises(KeyboardInterrupt), pressed():
        agreement(*SCORES, **LONG)
    assert agreement(*SCORES, draws=0)["n"] == 2000


def test_other_threads_run_while_the_engine_works():
    """Oracle: a thread that is let go by the first poll has ended before one of the next."""
    began, ended = threading.Event(), threading.Event()

    def poll(fraction, message):
        began.set()
        if ended.is_set():
            raise InterruptedError

    def work():
        began.wait()
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    with pytest.raises(InterruptedError):
        agreement(*SCORES, poll=poll, **LONG)
    thread.join()


def test_a_model_serves_eight_threads_at_once():
    model = open_wide()
    expected = predict(model, 64)
    failures = []

    def work():
        try:
            for _ in range(5):
                assert predict(model, 64) == expected
                assert len(parameters(model)) == len(tensors())
                with pytest.raises(OptionError):
                    agreement(*SCORES, k=0)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_results_do_not_depend_on_the_number_of_threads():
    model = open_wide()
    before = _native.get_num_threads()
    answers = set()
    for count in (1, 2, 5):
        _native.set_num_threads(count)
        answers.add(predict(model, 100))
    _native.set_num_threads(before)
    assert len(answers) == 1


def test_work_goes_on_after_fork():
    model = open_wide()
    expected = predict(model, 100)

    def work():
        sys.exit(0 if predict(model, 100) == expected else 1)

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert predict(model, 100) == expected


def test_control_c_stops_a_model():
    model = open_wide()
    predict(model, 8)
    record = """{"input": {"ids": {"$array": 0}, "offsets": {"$array": 1}}, "seed": 0,
        "method": "integrated_gradients", "options": {"n_steps": 1000}}"""
    arrays = [np.full(512, 7, np.int32), np.array([0, 512])]
    with pytest.raises(KeyboardInterrupt), pressed():
        _native.call("explain", model, record, arrays, None)
    predict(model, 8)


def test_a_second_interpreter_is_refused():
    interpreters = pytest.importorskip("_xxsubinterpreters")
    load = f"""
from importlib import machinery, util
loader = machinery.ExtensionFileLoader("assay._native", {_native.__file__!r})
loader.exec_module(util.module_from_spec(util.spec_from_loader("assay._native", loader)))
"""
    other = interpreters.create()
    try:
        with pytest.raises(Exception, match="main interpreter"):
            interpreters.run_string(other, load)
    finally:
        interpreters.destroy(other)
