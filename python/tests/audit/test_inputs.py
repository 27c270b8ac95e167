"""Data sets of every kind become the same rows, and bad rows stay with a reason."""

import json

import numpy as np
import pytest

from assay import DataNotFoundError, InputError, InputTypeError
from assay.audit import inputs
from assay.audit.inputs import Columns
from assay.audit.rows import fingerprint

TEXTS = ["a good film", "a dull, slow plot", 'the "end"']
LABELS = ["positive", "negative", None]
LABELLED = Columns(label="label")


def check_rows(rows):
    assert [row.text for row in rows] == TEXTS
    assert [row.label for row in rows] == [1, 0, None]
    assert [row.error for row in rows] == [None] * 3


def test_lists_and_generators_are_read(model):
    check_rows(inputs.read_rows(TEXTS, model, columns=Columns(), labels=LABELS))
    check_rows(inputs.read_rows(iter(TEXTS), model, columns=Columns(), labels=iter([1, 0, None])))


def test_records_and_columns_are_read(model):
    records = [{"text": t, "label": y} for t, y in zip(TEXTS, LABELS, strict=True)]
    check_rows(inputs.read_rows(records, model, columns=LABELLED))
    check_rows(inputs.read_rows({"text": TEXTS, "label": LABELS}, model, columns=LABELLED))


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_a_file_of_any_kind_gives_the_same_rows(kind, model, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"number": [1, 2, 3], "text": TEXTS, "label": LABELS})
    path = tmp_path / f"data.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    rows = inputs.read_rows(path, model, columns=LABELLED)
    check_rows(rows)
    assert fingerprint(rows) == fingerprint(
        inputs.read_rows(TEXTS, model, columns=Columns(), labels=LABELS)
    )


def test_tables_are_read(model):
    pandas, arrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = pandas.DataFrame({"text": TEXTS, "label": [1.0, 0.0, float("nan")]})
    check_rows(inputs.read_rows(frame, model, columns=LABELLED))
    check_rows(inputs.read_rows(frame["text"], model, columns=Columns(), labels=frame["label"]))
    check_rows(
        inputs.read_rows(arrow.table({"text": TEXTS, "label": LABELS}), model, columns=LABELLED)
    )


def test_a_data_set_of_the_datasets_library_is_read_by_its_shape(model):
    class Split:
        column_names = ("text", "label")

        def __iter__(self):
            return ({"text": t, "label": y} for t, y in zip(TEXTS, LABELS, strict=True))

    check_rows(inputs.read_rows(Split(), model, columns=LABELLED))


def test_pairs_are_read_from_tuples_and_from_two_columns(model):
    [row] = inputs.read_rows([("a film", "good")], model, columns=Columns())
    assert row.input == ("a film", "good")
    [row] = inputs.read_rows(
        [{"text": "a film", "other": "good"}], model, columns=Columns(pair="other")
    )
    assert row.input == ("a film", "good")


BAD = [
    (None, "text: missing"),
    (float("nan"), "text: missing"),
    ("", "text: empty"),
    (" \t\n", "text: only white space"),
    (5, "text: expected text, found int"),
    (b"bytes", "text: expected text, found bytes"),
    (["a", "list"], None),
    (["one"], "text: expected text, found list"),
    ("lone \ud800 surrogate", "text: not valid Unicode"),
    (("a film", None), "pair: missing"),
    (("a film", 3), "pair: expected text, found int"),
    ({"a": "set"}, "text: missing"),
    ({"words"}, "text: expected text, found set"),
    (np.array([[1, 2]]), "text: expected text, found ndarray"),
]


@pytest.mark.parametrize(("value", "reason"), BAD, ids=[repr(value)[:20] for value, _ in BAD])
def test_a_bad_row_stays_in_its_place_with_a_reason(value, reason, model):
    rows = inputs.read_rows(["fine", value, "good"], model, columns=Columns())
    assert [row.number for row in rows] == [0, 1, 2]
    assert (rows[1].error or None) == reason
    assert (rows[0].error, rows[2].error) == (None, None)


def test_labels_that_mean_nothing_are_errors_of_their_rows(model):
    rows = inputs.read_rows(
        ["a"] * 5, model, columns=Columns(), labels=["Positive", 7, "1", "so", ""]
    )
    assert [row.label for row in rows] == [1, None, 1, None, None]
    assert "expected one of negative, positive or its index, found 7" in rows[1].error
    assert "found 'so'" in rows[3].error


def test_broken_lines_of_a_csv_are_rows_of_their_own(model, tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(
        b'text,label\ngood,1\n"never closed,0\nfine,1,more\nfew\n\nb\xe9d,1\n'
        b'"two\nlines",0\nend,1\n'
    )
    rows = inputs.read_rows(path, model, columns=LABELLED)
    assert [row.text for row in rows if row.error is None] == ["good", "two\nlines", "end"]
    assert [row.number for row in rows] == list(range(8))
    errors = [row.error for row in rows if row.error]
    assert "line 3: not a record" in errors[0]
    assert errors[1:4] == [
        "line 4: expected 2 fields, found 3",
        "line 5: expected 2 fields, found 1",
        "line 6: empty",
    ]
    assert errors[4] == "text: not valid Unicode"


def test_broken_lines_of_a_jsonl_are_rows_of_their_own(model, tmp_path):
    path = tmp_path / "data.jsonl"
    lines = [json.dumps({"text": "good"}), "{", "", "[1]", '"fine"', json.dumps({"words": "x"})]
    path.write_text("\n".join(lines) + "\n")
    rows = inputs.read_rows(path, model, columns=Columns())
    assert [row.text for row in rows if row.error is None] == ["good", "fine"]
    errors = [row.error for row in rows if row.error]
    assert errors[0].startswith("line 2: not JSON")
    assert errors[1:] == ["line 3: empty", "line 4: expected an object, found list",
                          "text: missing"]  # fmt: skip


def test_what_is_no_data_set_is_refused_with_the_reason(model, tmp_path):
    with pytest.raises(InputError, match="found none"):
        inputs.read_rows([], model, columns=Columns())
    with pytest.raises(InputTypeError, match="found int"):
        inputs.read_rows(5, model, columns=Columns())
    for name in ("none.csv", "none.jsonl", "none.parquet"):
        with pytest.raises(DataNotFoundError, match="expected a file, found none") as missing:
            inputs.read_rows(tmp_path / name, model, columns=Columns())
        assert isinstance(missing.value, FileNotFoundError)
    with pytest.raises(InputError, match="expected a file ending in"):
        inputs.read_rows("a lonely sentence", model, columns=Columns())
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="expected a column 'text', found a, b"):
        inputs.read_rows(tmp_path / "x.csv", model, columns=Columns())
    (tmp_path / "x.parquet").write_text("no")
    with pytest.raises(InputError, match="expected Parquet"):
        inputs.read_rows(tmp_path / "x.parquet", model, columns=Columns())
    with pytest.raises(InputError, match="labels: expected 2, one a row, found 1"):
        inputs.read_rows(["a", "b"], model, columns=Columns(), labels=[1])
