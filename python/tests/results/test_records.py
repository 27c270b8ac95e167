"""Frozen results out of plain records. Oracle: the declarations of small dataclasses, by hand."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import assay
from assay.results import records


@dataclass(frozen=True, kw_only=True)
class Leaf:
    name: str
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Tree:
    count: int
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    pair: tuple[int, str] | None = None
    places: tuple[int, ...] = ()
    target: int | tuple[int, int] | None = None
    scores: NDArray[np.float32] | None = None
    free: Mapping[str, Any] = field(default_factory=dict)


WHOLE = {
    "count": 3,
    "leaves": {"a": {"value": 1.5}, "b": {}},
    "pair": [1, "x"],
    "places": [4, 5],
    "target": [0, 1],
    "scores": [0.5, 2],
    "free": {"deep": {"stays": [1]}},
    "more": "than there are fields for",
}


def test_a_record_becomes_what_is_declared():
    tree = records.read(Tree, WHOLE)
    assert (tree.count, tree.pair, tree.places, tree.target) == (3, (1, "x"), (4, 5), (0, 1))
    assert dict(tree.leaves) == {"a": Leaf(name="a", value=1.5), "b": Leaf(name="b")}
    assert tree.scores.dtype == np.float32
    assert not tree.scores.flags.writeable
    assert tree.free["deep"] == {"stays": [1]}
    assert (records.read(Tree, {"count": 1}), records.read(Tree, WHOLE | {"pair": None}).pair) == (
        Tree(count=1),
        None,
    )


def test_an_array_of_the_engines_is_not_copied():
    scores = np.zeros(2, np.float32)
    assert records.read(Tree, {"count": 1, "scores": scores}).scores is scores


def test_what_is_made_already_is_taken_as_it_is():
    given = object()
    assert records.read(Tree, WHOLE, scores=given).scores is given


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": None}, "count: expected int, found none"),
        ({"count": True}, "count: expected int, found bool True"),
        ({"count": 1.5}, "count: expected int, found float 1.5"),
        ({"leaves": []}, "leaves: expected "),
        ({"leaves": {"a": 3}}, r"leaves\.a: expected Leaf, found int 3"),
        ({"leaves": {"a": {"value": "x"}}}, r"leaves\.a\.value: expected .*, found str 'x'"),
        ({"pair": [1]}, "pair: expected "),
        ({"places": [1, "x"]}, "places: expected int, found str 'x'"),
        ({"target": "x"}, "target: expected "),
        ({"scores": ["x"]}, "scores: expected numbers of float32"),
        ({"scores": [1e300]}, "scores: expected numbers of float32"),
    ],
)
def test_another_type_is_refused_with_its_place(change, said):
    with pytest.raises(assay.InputError, match=said):
        records.read(Tree, WHOLE | change)


def test_something_else_than_a_record_is_refused():
    with pytest.raises(assay.InputError, match="configuration: expected Tree, found list"):
        records.read(Tree, [], "configuration")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="names of types are new in Python 3.12")
def test_a_name_of_an_array_type_is_read_as_the_type():
    """Oracle: numpy 2.5, whose `NDArray` is such a name."""
    names: dict[str, Any] = {"np": np}
    exec("type Name[T] = np.ndarray[tuple[int, ...], np.dtype[T]]", names)
    expected = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    assert records.unaliased(names["Name"][np.float32]) == expected
