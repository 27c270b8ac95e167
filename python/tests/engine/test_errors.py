"""The exception family."""

import pickle

import pytest

from assay._errors import from_native
from assay.engine import errors


@pytest.mark.parametrize(
    ("kind", "own", "builtin"),
    [
        (1, errors.OptionError, ValueError),
        (2, errors.InputError, ValueError),
        (3, errors.ShapeError, ValueError),
        (4, errors.CheckpointError, ValueError),
        (5, errors.UnsupportedModelError, NotImplementedError),
        (6, errors.NumericError, ArithmeticError),
        (7, errors.CancelledError, RuntimeError),
        (8, errors.InternalError, RuntimeError),
        (9, errors.MemoryBudgetError, MemoryError),
        (10, errors.ModelNotFoundError, FileNotFoundError),
        (4711, errors.InternalError, RuntimeError),
    ],
)
def test_each_kind_is_an_assay_error_and_the_builtin_one_would_catch(kind, own, builtin):
    error = from_native(kind, "a: expected b, found c", "a", "b", "c")
    assert type(error) is own
    assert isinstance(error, errors.AssayError)
    assert isinstance(error, builtin)
    assert str(error) == "a: expected b, found c"
    assert (error.subject, error.expected, error.found) == ("a", "b", "c")


@pytest.mark.parametrize("kind", range(1, 11))
def test_errors_survive_pickling_as_process_pools_need(kind):
    error = from_native(kind, "message", "subject", "expected", "found")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), copy.subject) == ("message", "subject")
