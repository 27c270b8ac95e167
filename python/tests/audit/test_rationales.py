"""Rationales in all their forms."""

import json

import numpy as np
import pytest

from assay.audit import inputs
from assay.audit.inputs import Columns
from assay.audit.rationales import read_rationale

TEXT = "a truly good film"


@pytest.mark.parametrize(
    "value",
    [[[2, 12]], [(2, 7), (6, 12)], [0, 1, 1, 0], ["truly good"], "truly good", np.array([[2, 12]])],
    ids=str,
)
def test_every_form_marks_the_same_characters(value):
    marked = read_rationale(value, TEXT)["rationale"]
    assert "".join(TEXT[a:b] for a, b in marked).replace(" ", "") == "trulygood"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([[2, 99]], "does not lie in the text"),
        ([0, 1], "expected 4 marks"),
        (["awful"], "does not stand in the text"),
        (5, "expected spans, found int"),
        ([[1, 2, 3]], "expected \\[start, end\\) pairs"),
    ],
)
def test_a_broken_rationale_says_why(value, reason):
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(read_rationale(value, TEXT)["error"])


def test_an_eraser_annotation_finds_its_document_and_words(model, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "d1").write_text("a good film .\nthe end was bad .\n")
    evidence = {"docid": "d1", "start_token": 4, "end_token": 8, "text": "the end was bad"}
    good = {"annotation_id": "d1", "classification": "NEGATIVE", "evidences": [[evidence]]}
    lost = good | {"evidences": [[evidence | {"docid": "../x"}]]}
    far = good | {"evidences": [[evidence | {"end_token": 80}]]}
    path = tmp_path / "test.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (good, lost, far)))
    rows = inputs.read_rows(path, model, columns=Columns())
    assert rows[0].label == 0
    [(start, end)] = rows[0].rationale
    assert rows[0].text[start:end] == "the end was bad"
    assert "no document '../x'" in rows[1].error
    assert "words 4 to 80" in rows[2].error
