"""Whatever is handed over in the place of an argument is refused with an error of ours, in time."""

import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from strange_calls import Room, parameters

import assay
from assay.engine import arguments
from assay.engine.readers import ANYTHING, reader_of

#: Methods between the package's own rooms: what they take was read before.
INSIDE = {
    "before",
    "call",
    "covered",
    "described",
    "label",
    "marked",
    "placed",
    "plain",
    "shares_letter",
    "target_index",
    "without",
}


def public():
    """Yield every public function, class that is made by hand, and method that takes something."""
    for name in assay.__all__:
        value = getattr(assay, name)
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value) and not issubclass(value, BaseException | Warning):
            for own, method in inspect.getmembers(value, callable):
                written = getattr(method, "__module__", None) or ""
                if not own.startswith("_") and written.startswith("assay."):
                    yield f"{name}.{own}", method


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return Room(tmp_path_factory.mktemp("room"))


def test_everything_public_is_called(room):
    """Oracle: the public names; a method that several classes share is called of one of them."""
    called = {inspect.unwrap(function) for function, _ in room.calls().values()}
    called |= {getattr(one, "__func__", one) for one in called}
    for name, function in public():
        bare = inspect.unwrap(getattr(function, "__func__", function))
        takes = [one for one in inspect.signature(bare).parameters if one not in ("self", "cls")]
        known = bare in called or name in room.calls() or bare.__name__ in INSIDE
        assert known or not takes, f"{name}: strange_calls has no call of it"


def test_good_calls_answer(room):
    for name, (function, given) in room.calls().items():
        assert parameters(name, function), name
        if name not in ("from_torch", "reproduce"):
            function(**given)


def test_strange_values_are_refused_in_time(share):
    """Oracle: a process of its own, which says what raised anything else or did not end."""
    ran = subprocess.run(
        [sys.executable, "-B", "-m", "strange_calls", str(share(6))],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    print(ran.stderr.splitlines()[-1])
    assert ran.stdout == ""
    assert ran.returncode == 0, ran.stderr[-3000:]


@pytest.mark.parametrize("value", ["demo", b"demo", None, 5, np.zeros(3), Path("demo")], ids=repr)
def test_what_is_no_model_is_refused_by_its_name(value, room):
    calls = [call for call in room.calls().values() if "model" in call[1]]
    assert len(calls) >= 7
    for function, given in calls:
        with pytest.raises(assay.InputTypeError, match=r"^model: expected a Model, found ") as said:
            function(**given | {"model": value})
        assert said.value.subject == "model"
        assert isinstance(value, str | Path) == ("assay.load(" in str(said.value))


def test_a_model_s_name_is_refused_with_what_opens_it():
    with pytest.raises(assay.InputTypeError, match=r"'demo'; assay\.load\('demo'\) opens one$"):
        assay.explain("demo", "a film")
    with pytest.raises(
        assay.InputTypeError, match=r"function; assay\.from_torch or assay\.black_box"
    ):
        assay.explain(lambda texts: texts, "a film")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"checks": None}, "checks: expected a text or a list of texts, found None"),
        ({"checks": ["sinks", 5]}, r"checks\[1\]: expected a text, found 5"),
        ({"seed": "7"}, "seed: expected an integer, found text '7'"),
        ({"truncate": "yes"}, "truncate: expected True or False, found text 'yes'"),
        ({"scope": {"layers": range(2**40)}}, r"scope\['layers'\]: expected at most 16,777,216 it"),
        ({"target": (1, None)}, r"target\[1\]: expected an integer or a text, found None"),
        ({"seed": 10**5000}, "seed: expected an integer, found one of more than 64 bits"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_option_of_another_type_is_refused_with_what_it_may_be(given, said):
    with pytest.raises(assay.OptionError, match=f"^{said}"):
        assay.verify(assay.load("demo"), "a film", **given)


@pytest.mark.parametrize(
    "keys", [range(2**40), np.broadcast_to(np.int32(1), 2**40), range(2**70)], ids=type
)
def test_a_list_without_end_is_not_gone_through(keys):
    with pytest.raises(assay.OptionError, match=r"^keys: expected"):
        assay.Intervention.knock_out(keys=keys)


def test_what_a_list_is_read_from_makes_no_difference():
    expected = assay.Intervention.knock_out(keys=[1, 2]).record
    for keys in ((1, 2), range(1, 3), np.array([1, 2]), iter([1, 2]), {1: 0, 2: 0}.keys()):
        assert assay.Intervention.knock_out(keys=keys).record == expected


def test_every_parameter_of_a_question_is_read_by_its_type_or_as_it_is():
    """Oracle: the types that the functions declare; none is forgotten, and all can be resolved."""
    left = {}
    for name, function in public():
        checked = getattr(function, "__func__", function)
        if hasattr(checked, "__wrapped__"):
            hints = arguments.hints(inspect.unwrap(checked))
            left[name] = {one for one, hint in hints.items() if reader_of(hint) is ANYTHING}
    assert len(left) > 40
    assert left["verify"] == {"text", "explanation", "options"}
    assert left["flow"] == {"attentions"}
