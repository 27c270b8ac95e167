"""Saved results that hold another type than was written: refused by name, for every field."""

import json

import pytest

import assay
from assay.results import storage

#: What no field of a token record holds.
STRANGE = [{"a": 1}, [[["x"]]], 0.5, "x" * 3, [0.5], [None], [["a"]], True]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return what the file of an explanation holds."""
    path = tmp_path_factory.mktemp("results") / "saved.json"
    assay.explain(assay.load("demo"), "a gripping, beautifully acted film").save(path)
    return json.loads(path.read_text())


def names(saved):
    """Return the fields of the tokens, in which nothing is free in form."""
    return sorted(saved["tokens"])


def test_every_field_of_the_tokens_refuses_what_it_does_not_hold(saved, tmp_path):
    whole = storage.tokens_of(saved["tokens"])
    path = tmp_path / "saved.json"
    refused = dict.fromkeys(names(saved), 0)
    for name in refused:
        for value in STRANGE:
            record = saved | {"tokens": saved["tokens"] | {name: value}}
            path.write_text(json.dumps(record))
            try:
                loaded = assay.Explanation.load(path)
            except assay.InputError as error:
                refused[name] += str(path) in str(error)
            else:
                assert type(getattr(loaded.tokens, name)) is type(getattr(whole, name)) or (
                    name in ("pair", "position")
                )
    # Text is the one field that a string of STRANGE fits, and so is a pair's.
    assert min(refused.values()) >= len(STRANGE) - 1


def test_pieces_that_are_numbers_are_named(saved, tmp_path):
    pieces = [7, *saved["tokens"]["pieces"][1:]]
    record = saved | {"tokens": saved["tokens"] | {"pieces": pieces}}
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(record))
    with pytest.raises(assay.InputError, match=r"tokens\.pieces.*expected str.*int 7"):
        assay.Explanation.load(path)
