"""Records to the engine and back."""

import json

import numpy as np
import pytest

from assay.engine import door
from assay.engine.errors import OptionError


def test_arrays_anywhere_in_a_record_are_named_and_put_back():
    record = {"a": np.arange(3, dtype=np.int32), "b": [{"c": np.zeros((2, 2), np.float32)}], "d": 1}
    text, arrays = door.encode(record)
    assert json.loads(text) == {"a": {"$array": 0}, "b": [{"c": {"$array": 1}}], "d": 1}
    back = door.decode(json.loads(text), arrays)
    assert back["a"] is record["a"]
    assert back["b"][0]["c"] is record["b"][0]["c"]


def test_values_that_only_look_different_from_json_are_written_as_json():
    text, arrays = door.encode({"n": np.int64(3), "x": np.float32(0.5), "r": range(2)})
    assert json.loads(text) == {"n": 3, "x": 0.5, "r": [0, 1]}
    assert arrays == []


@pytest.mark.parametrize("kind", ["f2", ">f4", ">i8", "u1", "?"])
def test_arrays_of_other_types_are_converted_on_the_way(kind):
    _, arrays = door.encode({"a": np.ones(4, kind)[::2]})
    assert arrays[0].flags.c_contiguous
    assert arrays[0].dtype in (np.float32, np.int32, np.int64)
    assert arrays[0].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("value", "message"),
    [(float("nan"), "finite"), (float("inf"), "finite"), (object(), "found object"),
     (1j, "found complex"), (np.array(["a"]), "array of <U1")],
    ids=str,
)  # fmt: skip
def test_values_that_cannot_cross_are_an_option_error(value, message):
    with pytest.raises(OptionError, match=message):
        door.encode({"option": value})


def test_plain_records_hold_lists_instead_of_arrays():
    assert door.plain({"a": np.eye(2), "b": (1, None)}) == {
        "a": [[1.0, 0.0], [0.0, 1.0]],
        "b": [1, None],
    }
