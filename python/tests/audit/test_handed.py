"""Scores that other libraries made, one a row. Oracle: `verify` of the same object and text."""

import json

import numpy as np
import pytest
from inputs.handed.libraries import RUNS, SCORES, TEXT, WORDS, Series, shap
from inputs.handed.test_scores import COLUMNS, FIVE, HANDED
from small import FAST

import assay
from assay import cli
from assay.audit.rows import Row, fingerprint

OPTIONS = {"progress": False, "compare": [], "random_sets": 2, "target": 1, **FAST}


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.fixture(scope="module")
def judged(demo):
    """All kinds in one audit, which groups them by what their scores are about."""
    return assay.audit(
        demo, [TEXT] * len(HANDED), explanation=[handed for handed, _ in HANDED.values()], **OPTIONS
    )


@pytest.mark.parametrize("name", HANDED)
def test_a_row_says_what_verify_says(demo, judged, name):
    row = list(HANDED).index(name)
    seed = next(
        record["seed"] for record in judged.records(["row", "seed"]) if record["row"] == row
    )
    alone = assay.verify(
        demo, TEXT, explanation=HANDED[name][0], target=1, seed=seed, oracle="full", **FAST
    )
    report = judged.report(row)
    assert (report.verdict, report.reason) == (alone.verdict, alone.reason)
    assert report.explanation.scores.tolist() == alone.explanation.scores.tolist()
    assert report.granularity == alone.granularity
    assert report.units == alone.units


def test_no_row_is_lost_or_moved_by_the_groups(judged):
    assert judged.errors == []
    assert [record["row"] for record in judged.records()] == list(range(len(HANDED)))
    assert {judged.report(row).granularity for row in range(len(HANDED))} >= {"token", "span"}


NAMED = dict(zip(RUNS, FIVE, strict=True))
#: Holders of one explanation a row, and what each row has.
HOLDERS = {
    "a generator": lambda: ((one for one in [NAMED] * 2), NAMED),
    "a pandas Series": lambda: (
        pytest.importorskip("pandas").Series([list(NAMED.items())] * 2), NAMED,
    ),
    "an Arrow column": lambda: (
        pytest.importorskip("pyarrow").array([list(SCORES)] * 2), list(SCORES),
    ),
    "an array": lambda: (np.array([SCORES] * 2), list(SCORES)),
    "series of words": lambda: ([Series(FIVE, RUNS)] * 2, NAMED),
    "a batch of shap": lambda: ([shap(COLUMNS, np.array(WORDS))] * 2, list(SCORES)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDERS)
def test_a_column_of_any_kind_is_gone_through(demo, name):
    holder, one = HOLDERS[name]()
    a = assay.audit(demo, [TEXT] * 2, explanation=holder, **OPTIONS)
    alone = assay.verify(demo, TEXT, explanation=one, target=1, **FAST)
    assert a.errors == []
    assert a.report(1).explanation.scores.tolist() == alone.explanation.scores.tolist()


def test_a_column_of_a_file_and_of_a_table_give_one_answer(demo, tmp_path, capsys):
    pandas = pytest.importorskip("pandas")
    rows = [{"text": TEXT, "words": list(zip(RUNS, FIVE, strict=True))},
            {"text": TEXT, "words": {"film": 1.0}}, {"text": TEXT, "words": None}]  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    frame = assay.audit(demo, pandas.DataFrame(rows), explanation_column="words", **OPTIONS)
    lines = assay.audit(demo, path, explanation_column="words", out=tmp_path / "a", **OPTIONS)
    assert frame.answer == lines.answer
    assert [row for row, _ in frame.errors] == [2]
    assert cli.main([
        "audit", str(path), "--explanation-column", "words", "--out", str(tmp_path / "b"),
        "--quiet", "--target", "1",
    ]) == 0  # fmt: skip
    ours, theirs = lines.report(1), assay.Audit.load(tmp_path / "b").report(1)
    assert ours.explanation.scores.tolist() == theirs.explanation.scores.tolist()
    with pytest.raises(assay.InputError, match="a column 'scores'"):
        assay.audit(demo, pandas.DataFrame(rows), explanation_column="scores", **OPTIONS)
    with pytest.raises(assay.OptionError, match="explanation_column"):
        assay.audit(demo, path, explanation="attention", explanation_column="words", **OPTIONS)


@pytest.mark.parametrize(
    ("handed", "said"),
    [
        ({"dragon": 1.0}, "expected words of the text, found 'dragon', which is not in it"),
        ([1.0, 2.0], "expected 6 scores, one per explained token"),
        (None, "expected scores, found none; leave the row out or score it"),
        (np.zeros((1, 8, 16)), "expected one axis, found shape (8, 16); add up the last axis"),
        (object(), "expected an array of real numbers, found an array of object"),
    ],
    ids=["a word", "a count", "nothing", "a width", "an object"],
)
def test_a_row_says_what_was_found_and_expected(demo, handed, said):
    a = assay.audit(demo, [TEXT] * 2, explanation=[list(SCORES), handed], **OPTIONS)
    [(row, error)] = a.errors
    assert row == 1
    assert said in error


def test_the_predicted_label_chooses_the_column(demo):
    """Oracle: the model's own answer."""
    predicted = int(demo.predict(TEXT).logits.argmax())
    options = OPTIONS | {"target": None}
    a = assay.audit(demo, [TEXT], explanation=[shap(COLUMNS, np.array(WORDS))], **options)
    assert a.report(0).explanation.scores.tolist() == COLUMNS[:, predicted].tolist()


def test_a_run_of_rows_with_plain_scores_has_the_hash_that_it_had():
    """Oracle: the hash that such a run wrote before words could be named."""
    rows = [Row(number=0, text="a film", scores=(0.5, 1.0))]
    expected = "8c0e59623f0731759bad61cb622826f6e7c6ee4b94bd2e5b816b0d96de655626"
    assert fingerprint(rows) == expected
    named = [Row(number=0, text="a film", scores=(0.5, 1.0), scored=("a", "film"))]
    assert fingerprint(named) != expected
