"""What comes from outside and cannot be used is refused with an error of ours, and quickly."""

import contextlib
import io
import json
import random
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tokenizers

import assay
from assay import cli
from assay.inputs.tokenizer import Tokenizer, guarded
from assay.inputs.tokens import grouped
from fuzz import fuzz_saved, mutated_json

DEMO = Path(assay.__file__).parent / "embedded" / "demo"


class PanicException(BaseException):
    """What a broken invariant of the tokenizers library looks like."""


@pytest.mark.parametrize("raised", [Exception("bare"), OverflowError("big"), PanicException("x")])
def test_whatever_the_tokenizers_library_raises_is_ours(raised):
    refusing = pytest.raises(assay.InputError, match=f"refuses .{raised}")
    with refusing as refusal, guarded(assay.InputError, "text", "one that is read"):
        raise raised
    assert refusal.value.__cause__ is raised


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit])
def test_what_stops_a_process_is_not_swallowed(raised):
    with pytest.raises(raised), guarded(assay.InputError, "text", "one that is read"):
        raise raised


def changed_demo(folder, change):
    """Write the demo model with another tokenizer."""
    shutil.copytree(DEMO, folder)
    record = json.loads((folder / "tokenizer.json").read_bytes())
    change(record)
    (folder / "tokenizer.json").write_text(json.dumps(record))
    return assay.load(folder)


def without_unknown(record):
    record["added_tokens"] = [t for t in record["added_tokens"] if t["content"] != "[UNK]"]
    vocabulary = record["model"]["vocab"]
    record["model"] = {
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {"[PAD]": 0, "[CLS]": vocabulary["[CLS]"], "film": vocabulary["film"]},
    }  # fmt: skip


def with_a_huge_id(record):
    record["post_processor"] = {
        "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2**32 - 1],
    }  # fmt: skip


def with_a_huge_type(record):
    record["post_processor"] = {
        "type": "TemplateProcessing", "pair": [], "special_tokens": {},
        "single": [{"Sequence": {"id": "A", "type_id": 2**31}}],
    }  # fmt: skip


@pytest.mark.parametrize("change", [without_unknown, with_a_huge_id, with_a_huge_type])
def test_a_tokenizer_that_cannot_read_a_text_says_so(change, tmp_path):
    model = changed_demo(tmp_path / "model", change)
    with pytest.raises(assay.AssayError, match="tokenizers library refuses"):
        model.predict("an awful film")


@pytest.mark.parametrize("number", [-1, 2**31, 2**40])
def test_a_number_that_is_no_id_has_no_spelling(number):
    tokenizer = assay.load("demo").tokenizer
    with contextlib.suppress(assay.InputError):
        assert tokenizer.piece(number) == str(number)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--target", "²"], ["--target", "9" * 5000], ["--target", "-"], ["--target=--1"],
        ["--option", "layer=" + "[" * 5000], ["--option", "layer=" + "9" * 5000],
        ["--option", "layer=NaN"], ["--option", "layer=1e999"], ["--option", "layer"],
        ["--option", 'layer={"a": [null]}'], ["--option", "\udcff=1"], ["--model", "a" * 5000],
        ["--model", "~nobody/x"], ["--model", "\udcff"], ["--seed", "99999999999999999999"],
        ["--seed", "-1"], ["--precision", "x"],
    ],
    ids=lambda value: " ".join(value)[:30].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_the_command_line_refuses_with_status_two(arguments, capsys):
    assert cli.main(["explain", "a good film", "--method", "attention", *arguments]) == 2
    assert capsys.readouterr().err.startswith("assay: ")


def test_bytes_that_are_no_text_on_standard_input_are_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe film"), "utf-8"))
    assert cli.main(["explain", "-"]) == 2
    assert "valid Unicode" in capsys.readouterr().err


def test_options_that_no_record_holds_are_refused():
    model, deep, round_about = assay.load("demo"), [], []
    for _ in range(100_000):
        deep = [deep]
    round_about.append(round_about)
    for value in (deep, round_about, float("nan"), {(1, 2): 3}, object(), 10**400, {1, 2}):
        with pytest.raises(assay.OptionError):
            assay.explain(model, "a good film", method="attention", layer=value)
        with pytest.raises(assay.OptionError):
            assay.audit(model, ["a good film"], method_options={"layer": value}, progress=False)


@pytest.mark.parametrize("value", [[10**400, 1.0], [[1], [2, 3]], ["x"], [object()], [1j]])
def test_scores_that_are_none_are_refused(value):
    with pytest.raises(assay.InputError):
        assay.verify(assay.load("demo"), "a good film", explanation=value)
    with pytest.raises(assay.InputError):
        assay.agreement(value, value)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a saved result of every kind."""
    place, found = tmp_path_factory.mktemp("saved") / "result.json", []
    for result in fuzz_saved.results():
        result.save(place)
        found.append((type(result), place.read_bytes()))
    return found


def test_six_hundred_changes_of_saved_results_raise_errors_of_ours_alone(saved, tmp_path):
    place, refused = tmp_path / "changed.json", 0
    for number in range(600):
        draw = random.Random(number)
        kind, data = saved[number % 2]
        place.write_bytes(mutated_json(data, draw))
        try:
            fuzz_saved.use(kind.load(place))
        except assay.InputError:
            refused += 1
    assert 300 < refused < 600


def test_a_saved_result_is_refused_with_what_is_wrong_in_it(saved, tmp_path):
    place, (kind, data) = tmp_path / "changed.json", saved[0]
    for change, named in (
        ({"verdict": 5}, "verdict"), ({"ladder": None}, "int"), ({"labels": [1, 2]}, "labels"),
        ({"highlighted": [99]}, "highlighted"), ({"logits": [None]}, "logits"),
    ):  # fmt: skip
        place.write_text(json.dumps(json.loads(data) | change))
        with pytest.raises(assay.InputError, match=named):
            kind.load(place)


def test_a_tokenizer_with_an_id_beyond_all_is_not_counted_up_to_it(tmp_path):
    """Oracle: the library would go through two thousand million numbers first."""
    words = {"[PAD]": 0, "[UNK]": 1, "film": 2**31}
    fast = tokenizers.Tokenizer(tokenizers.models.WordPiece(words, unk_token="[UNK]"))
    for refused in (
        lambda: Tokenizer(fast).to_json(),
        lambda: Tokenizer(fast).save(tmp_path / "tokenizer.json"),
        lambda: assay.load("demo").with_tokenizer(fast),
    ):
        started = time.process_time()
        with pytest.raises(assay.CheckpointError, match=r"ids below 16,777,216, found 2,147,483,6"):
            refused()
        assert time.process_time() - started < 2


#: Texts on which a pattern that reads from every letter would take minutes.
LONG = 200_000
TEXTS = {
    "spaces": "a" + " " * LONG, "one word": "x" * LONG, "digits": "7" * LONG, "lines": "\n" * LONG,
    "hyphens": "a-" * (LONG // 2), "words": "ab " * (LONG // 4), "marks": "'" * (LONG // 4),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_long_text_is_read_in_the_time_of_its_letters(name):
    """Oracle: it comes to an end; reading from each of its letters would take minutes."""
    box = assay.black_box(predict=lambda texts: [[0.3, 0.7]] * len(texts), labels=["a", "b"])
    texts, labels = ["a good film", "a bad film"] * 4, [1, 0] * 4
    classifier = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8)
    classifier.fit(texts, labels, epochs=1)
    for model in (box, classifier):
        tokens = model.tokenize(TEXTS[name])
        assert len(tokens.word_texts()) == len(set(tokens.words[tokens.words >= 0].tolist()))


def test_words_of_a_long_text_are_found_in_one_pass():
    count = 100_000
    words = np.repeat(np.arange(count // 2, dtype=np.int32), 2)
    found = grouped(words)
    assert len(found) == count // 2
    assert [found[n].tolist() for n in (0, 7)] == [[0, 1], [14, 15]]


def test_two_tokenizers_are_one_if_they_read_alike(tmp_path):
    model = assay.load("demo")
    copy = Tokenizer(tokenizers.Tokenizer.from_str(model.tokenizer.to_json()))
    assert copy.to_json() == model.tokenizer.to_json()
    model.tokenizer.save(tmp_path / "tokenizer.json")
    from assay.models import folder

    assert folder.tokenizer(tmp_path).fingerprint == copy.fingerprint


def test_a_text_that_is_no_unicode_ends_a_training_with_an_error_of_ours():
    model = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8)
    with pytest.raises(assay.InputError, match="tokenizers library refuses"):
        model.fit(["a good film", "a bad \ud800 film"], [1, 0], epochs=1)
