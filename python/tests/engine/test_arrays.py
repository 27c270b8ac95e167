"""Arrays from callers: what is converted and what is refused."""

import numpy as np
import pytest

from assay.engine.arrays import converted, shared, vector
from assay.engine.errors import InputError, InputTypeError, ShapeError

VALUES = [3.0, -1.0, 2.0]


@pytest.mark.parametrize(
    "given",
    [
        VALUES,
        tuple(VALUES),
        np.array(VALUES, "f2"),
        np.array(VALUES, ">f8"),
        np.array(VALUES, "<f4"),
        np.array(VALUES, "i1"),
        np.array(VALUES, ">i2"),
        np.array(VALUES, np.longdouble),
        np.repeat(np.array(VALUES), 2)[::2],
        np.array(VALUES[::-1])[::-1],
        memoryview(np.array(VALUES)),
    ],
    ids=str,
)
def test_scores_of_any_real_type_and_layout_become_the_same_float64(given):
    result = vector(given, "scores")
    assert result.dtype == np.float64
    assert result.flags.c_contiguous
    assert result.tolist() == VALUES


def test_scores_are_read_through_dlpack():
    class Foreign:
        def __init__(self):
            self.array = np.array(VALUES, np.float32)

        def __dlpack__(self, **options):
            return self.array.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    assert vector(Foreign(), "scores").tolist() == VALUES


@pytest.mark.parametrize("given", ["text", [1j], [None], object(), [[1], [1, 2]], ["a"]], ids=str)
def test_what_is_not_real_numbers_is_a_type_error_that_names_the_argument(given):
    with pytest.raises(InputTypeError, match=r"^scores: expected an array") as found:
        vector(given, "scores")
    assert found.value.subject == "scores"


@pytest.mark.parametrize("given", [1.0, [[1.0]], np.zeros((2, 2))], ids=str)
def test_scores_have_one_axis(given):
    with pytest.raises(ShapeError, match="expected one axis, found shape"):
        vector(given, "scores")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_scores_are_finite_and_the_message_says_where_they_are_not(bad):
    with pytest.raises(InputError, match=r"finite numbers, found -?(nan|inf) at index 1"):
        vector([1.0, bad], "scores")


def test_arrays_that_fit_are_shared_without_a_copy():
    for kind in ("f4", "f8", "i4", "i8"):
        array = np.zeros((2, 3), kind)
        assert np.shares_memory(shared(array, "x"), array)


@pytest.mark.parametrize(
    "array",
    [np.zeros((2, 4), "f4")[:, ::2], np.zeros((2, 2), "f4", order="F"), np.zeros(2, ">f4"),
     np.zeros(2, "f2"), np.zeros(2, "u1"), np.zeros(2, bool)],
    ids=lambda array: f"{array.dtype}{array.strides}",
)  # fmt: skip
def test_arrays_that_need_a_copy_are_refused_unless_it_is_asked_for(array):
    with pytest.raises(ShapeError, match="pass copy=True"):
        shared(array, "x")
    copy = shared(array, "x", copy=True)
    assert copy.flags.c_contiguous
    assert copy.dtype.isnative
    assert copy.dtype in (np.float32, np.int32)
    assert copy.shape == array.shape


def test_converting_keeps_values_that_the_narrow_types_could_not_hold():
    assert converted(np.array([2**40], "u8")).dtype == np.int64
    assert converted(np.array([1e300], np.longdouble)).dtype == np.float64
