"""What the engine borrows: the caller's memory itself, or a clear refusal."""

import array
import gc
import sys
import weakref

import numpy as np
import pytest
from native_model import agreement, open_from, parameters, tensors

from assay import _native
from assay.engine.errors import OptionError, ShapeError

ORDER = np.array([1.0, 3.0, 2.0, 4.0])
LIST = [1, 2, 3, 4]


def address(view):
    return np.asarray(view).__array_interface__["data"][0]


def test_a_model_from_memory_uses_the_callers_memory():
    given = tensors()
    found = parameters(open_from(given))
    assert found.keys() == given.keys()
    for name, view in found.items():
        assert address(view) == address(given[name]), name
        assert np.array_equal(view, given[name])


def test_borrowed_memory_lives_as_long_as_a_view_of_it():
    given = tensors()
    name = next(iter(given))
    watched = weakref.ref(given[name])
    expected = given[name].copy()
    model = open_from(given)
    del given
    gc.collect()
    assert watched() is not None
    view = parameters(model)[name]
    del model
    gc.collect()
    assert np.array_equal(view, expected)
    assert watched() is not None
    del view
    gc.collect()
    assert watched() is None


def test_a_borrowed_bytearray_cannot_be_resized_until_it_comes_back():
    given = tensors()
    memory = bytearray(next(iter(given.values())).tobytes())
    name = next(iter(given))
    given[name] = np.frombuffer(memory, "f4").reshape(given[name].shape)
    model = open_from(given)
    del given
    with pytest.raises(BufferError):
        memory.clear()
    del model
    memory.clear()


@pytest.mark.parametrize("kind", ["f4", "f8", "i4", "i8"])
def test_every_element_type_of_the_engine_is_read(kind):
    assert agreement(ORDER.astype(kind), np.array(LIST, kind))["kendall"]["value"] == pytest.approx(
        2 / 3, abs=1e-15
    )


@pytest.mark.parametrize("code", ["f", "d", "i", "l", "q"])
def test_anything_with_the_buffer_protocol_is_read(code):
    values = array.array(code, LIST)
    assert agreement(values, memoryview(values))["kendall"]["value"] == 1
    assert agreement(values, memoryview(values).toreadonly())["kendall"]["value"] == 1


@pytest.mark.parametrize(
    ("refused", "found"),
    [
        (ORDER.astype("f2"), "float16"),
        (ORDER.astype("i2"), "int16"),
        (ORDER.astype("u4"), "uint32"),
        (ORDER.astype("u8"), "uint64"),
        (ORDER.astype("?"), "elements of the format ?"),
        (ORDER.astype("c16"), "elements of the format Zd"),
        (ORDER.astype(">f8"), "big-endian float64"),
        (ORDER.astype(">i4"), "big-endian int32"),
        (ORDER.astype(object), "elements of the format O"),
        (ORDER.astype("U1"), "elements of the format 1w"),
        (ORDER.astype("f4, f4"), "elements of the format T{f:f0:f:f1:}"),
        (b"four", "uint8"),
        (np.stack([ORDER, ORDER], 1)[:, 0], "a strided one"),
        (ORDER[::-1], "a strided one"),
        (np.asfortranarray(np.ones((2, 3))), "a strided one"),
        (np.broadcast_to(ORDER[:1], (4,)), "a strided one"),
        (LIST, "an object of type list"),
        (None, "an object of type NoneType"),
        (1.0, "an object of type float"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_array_that_would_need_a_copy_is_refused_by_name(refused, found):
    with pytest.raises(ShapeError) as caught:
        agreement(ORDER, refused)
    assert caught.value.subject == "array 1"
    assert caught.value.found == found
    assert str(caught.value).startswith("array 1: expected ")


def test_an_unaligned_array_is_refused():
    unaligned = np.frombuffer(b"\0" + ORDER.tobytes(), "f8", offset=1)
    with pytest.raises(ShapeError, match="aligned to 8 bytes"):
        agreement(ORDER, unaligned)


def test_more_axes_than_the_engine_has_are_refused():
    with pytest.raises(ShapeError, match="at most 8 axes, found 9"):
        agreement(ORDER, np.ones((1,) * 9))


def test_a_number_without_axes_and_an_empty_array_are_arrays():
    with pytest.raises(ShapeError, match=r"b: expected shape \[any\], found float64\[\]"):
        agreement(ORDER, np.array(1.0))
    empty = np.empty(0)
    assert agreement(empty, empty)["kendall"]["undefined"].startswith("0 scores")


def test_arrays_without_a_reference_and_references_without_an_array_are_refused():
    with pytest.raises(OptionError, match="none to array 0 of 1"):
        _native.call("build_info", None, "{}", [ORDER], None)
    with pytest.raises(OptionError, match="an index below 0"):
        _native.call("build_info", None, '{"a": {"$array": 0}}', [], None)


def test_no_reference_is_kept_to_an_array_after_the_call():
    values = ORDER.copy()
    before = sys.getrefcount(values)
    agreement(values, values)
    with pytest.raises(ShapeError):
        agreement(values, LIST)
    with pytest.raises(OptionError):
        agreement(values, values, k=0)
    assert sys.getrefcount(values) == before


def test_an_exception_of_the_sequence_propagates():
    class Broken:
        def __iter__(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _native.call("build_info", None, "{}", Broken(), None)
