"""An audit of rows that nobody can use always returns, with one error for each of them."""

import hostile
import numpy as np
import pytest
from small import FAST

import assay
from assay.results import storage

FIXTURES = [
    "bert-gelu-20x5", "gpt2-20x4", "modernbert-masked-20x2", "attention-bilstm-dot",
]  # fmt: skip
GOOD = "a good film is not bad"


@pytest.fixture(scope="module")
def models(model):
    return {"transformer": model, "classifier": hostile.classifier(), "box": hostile.box()}


def audit(model, rows, **options):
    options = {"explanation": "leave_one_out", "progress": False, "workers": 1, **FAST} | options
    return assay.audit(model, rows, **options)


def refused(a):
    return [row for row, _ in a.errors]


@pytest.mark.parametrize("kind", ["transformer", "classifier", "box"])
def test_rows_without_a_text_are_reported_one_by_one(kind, models):
    bad = list(hostile.NO_TEXT.values())
    rows = [GOOD, *bad, GOOD]
    a = audit(models[kind], rows)
    assert len(a) == len(rows)
    assert refused(a) == list(range(1, 1 + len(bad))), dict(a.errors)
    assert all(error for _, error in a.errors)


@pytest.mark.parametrize("kind", ["transformer", "classifier", "box"])
@pytest.mark.parametrize(
    ("beside", "bad"),
    [
        ("labels", hostile.NO_LABEL),
        ("rationales", hostile.NO_RATIONALE),
        ("explanation", hostile.NO_SCORES),
    ],
)
def test_what_stands_beside_a_row_is_reported_with_it(beside, bad, kind, models):
    model = models[kind]
    count = int((~model.tokenize(GOOD).special).sum())
    good = {"labels": 1, "rationales": [[2, 6]], "explanation": list(range(count))}[beside]
    a = audit(model, [GOOD] * (len(bad) + 2), **{beside: [good, *bad, good]})
    assert refused(a) == list(range(1, 1 + len(bad))), dict(a.errors)


@pytest.mark.parametrize("kind", ["transformer", "classifier", "box"])
def test_lines_that_hold_nothing_are_reported_with_their_number(kind, models, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "sound").write_text("a good film")
    (tmp_path / "docs" / "spoiled").write_bytes(b"\xff\xfe fine")
    lines = ['{"text": "a good film"}', *hostile.NO_LINE, '{"text": "a good film"}']
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines), "utf-8", errors="surrogateescape")
    a = audit(models[kind], path)
    assert refused(a) == list(range(1, 1 + len(hostile.NO_LINE))), dict(a.errors)


def test_a_row_on_which_the_callers_function_fails_is_reported(models):
    a = audit(models["box"], [GOOD, *hostile.MOODS, GOOD])
    assert refused(a) == [1, 2, 3, 4, 5, 6], dict(a.errors)
    assert dict(a.errors)[1] == "ValueError: raise value (raised by the function given as predict)"


def test_a_fault_of_ours_is_not_taken_for_a_rows(models, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(storage, "tokens_record", broken)
    with pytest.raises(ZeroDivisionError):
        audit(models["transformer"], [GOOD])


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("explanation", ["leave_one_out", "attention", "saliency"])
def test_ids_of_every_length_and_size_are_rows(name, explanation):
    from golden import FIXTURES as ROOT

    model = assay.load(ROOT / name)
    size = model.vocabulary_size
    bad = [[10**30, 2], [-1, 2], [2**62], [size], [size - 1, size], "a text", [1.5], [True]]
    a = audit(model, [[1, 2, 3, 4], [1], [2, 2], *bad, [1, 2, 3]], explanation=explanation)
    assert len(a) == 4 + len(bad)
    assert set(refused(a)) >= set(range(3, 3 + len(bad))), dict(a.errors)


def test_every_method_and_operator_leaves_short_rows_to_themselves(model):
    rows = ["a good film", "film", "a", "a bad film"]
    for name in assay.methods():
        a = audit(model, rows, explanation=name, random_sets=1, compare=[])
        assert set(refused(a)) <= {1, 2}, (name, a.errors)


def test_what_was_asked_stops_a_run_and_a_row_does_not(model):
    for options in ({"operator": "no such"}, {"permutations": "x"}, {"target": 99}):
        with pytest.raises(assay.OptionError):
            audit(model, [GOOD, "", "film"], **options)
    bare = assay.black_box(predict=hostile.moody, labels=["bad", "good"])
    with pytest.raises(assay.UnsupportedModelError):
        audit(bare, [GOOD], explanation="attention_rollout")


def test_a_model_whose_numbers_are_not_finite_has_an_error_a_row(tmp_path):
    import json
    import shutil

    from golden import FIXTURES as ROOT

    folder = shutil.copytree(ROOT / "bert-gelu-20x5", tmp_path / "model")
    data = bytearray((folder / "model.safetensors").read_bytes())
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    start = 8 + length + header["classifier.weight"]["data_offsets"][0]
    data[start : start + 4] = np.float32("nan").tobytes()
    (folder / "model.safetensors").write_bytes(data)
    model = assay.load(folder)
    with pytest.raises(assay.NumericError):
        assay.verify(model, np.array([3, 4, 5]))
    assert refused(audit(model, [[3, 4, 5], [5, 6, 7]])) == [0, 1]
