"""The exception family."""

import pickle

import pytest

from assay import _errors


@pytest.mark.parametrize(
    ("kind", "own", "builtin"),
    [
        (1, _errors.OptionError, ValueError),
        (2, _errors.InputError, ValueError),
        (3, _errors.ShapeError, ValueError),
        (4, _errors.CheckpointError, ValueError),
        (5, _errors.UnsupportedModelError, NotImplementedError),
        (6, _errors.NumericError, ArithmeticError),
        (7, _errors.CancelledError, RuntimeError),
        (8, _errors.InternalError, RuntimeError),
        (9, _errors.MemoryBudgetError, MemoryError),
        (10, _errors.ModelNotFoundError, FileNotFoundError),
        (4711, _errors.InternalError, RuntimeError),
    ],
)
def test_each_kind_is_an_assay_error_and_the_builtin_one_would_catch(kind, own, builtin):
    error = _errors.from_native(kind, "a: expected b, found c", "a", "b", "c")
    assert type(error) is own
    assert isinstance(error, _errors.AssayError)
    assert isinstance(error, builtin)
    assert str(error) == "a: expected b, found c"
    assert (error.subject, error.expected, error.found) == ("a", "b", "c")


@pytest.mark.parametrize("kind", range(1, 11))
def test_errors_survive_pickling_as_process_pools_need(kind):
    error = _errors.from_native(kind, "message", "subject", "expected", "found")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), copy.subject) == ("message", "subject")
