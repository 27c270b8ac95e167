"""What functions that predict return. Oracle: the numbers that the answers were written with."""

from types import SimpleNamespace

import numpy as np
import pytest
from conftest import byte_level, wordpiece
from small import FAST

import assay
from assay.models import answers

TEXTS = ["a good film", "a dull one"]
SURE = np.array([[0.25, 0.75], [0.875, 0.125]])


def named(row):
    return {"bad": row[0], "good": row[1]}


def scored(row, reverse=False):
    found = [{"label": name, "score": score} for name, score in named(row).items()]
    return sorted(found, key=lambda one: -one["score"]) if reverse else found


class Table:
    """A table of pandas, as far as it is asked."""

    columns = ("bad", "good")

    def __init__(self, rows):
        self.rows = rows

    def to_numpy(self):
        return self.rows


ANSWERS = {
    "an array": lambda rows: rows,
    "lists": lambda rows: rows.tolist(),
    "a pipeline's": lambda rows: [scored(row) for row in rows],
    "a pipeline's, the surest first": lambda rows: [scored(row, reverse=True) for row in rows],
    "a zero-shot pipeline's": lambda rows: [
        {"sequence": "", "labels": ["good", "bad"], "scores": row[::-1].tolist()} for row in rows
    ],
    "mappings": lambda rows: [named(row) for row in rows],
    "a table": Table,
}


def rows_of(texts):
    return np.stack([SURE[0] if "good" in text else SURE[1] for text in texts])


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_of_every_kind_is_the_array_that_it_names(name):
    model = assay.black_box(
        predict=lambda texts: ANSWERS[name](rows_of(texts)), labels=["bad", "good"]
    )
    said = model.predict(TEXTS)
    assert np.allclose(said.probabilities, SURE)
    assert said.labels == ("good", "bad")


@pytest.mark.parametrize("name", [name for name in ANSWERS if name not in ("an array", "lists")])
def test_the_labels_of_an_answer_name_the_scores(name):
    model = assay.black_box(predict=lambda texts: ANSWERS[name](rows_of(texts)))
    assert np.allclose(model.predict(TEXTS).probabilities, SURE)
    assert model.labels == ("bad", "good")
    report = assay.verify(model, TEXTS[0], explanation="leave_one_out", target="good", **FAST)
    assert report.verdict == "trustworthy" or report.reason


def test_every_kind_of_the_registry_is_tried():
    said = [make(SURE) for make in ANSWERS.values()] + [[scored(SURE[0])[0]]]
    tried = {kind.name for kind in answers.KINDS for one in said if kind.fits(one)}
    assert tried == {kind.name for kind in answers.KINDS}


def test_numbered_labels_are_in_the_order_of_their_numbers():
    model = assay.black_box(
        predict=lambda texts: [{f"LABEL_{n}": 1 / 12 for n in range(12)}] * len(texts)
    )
    model.predict("a film")
    assert model.labels == tuple(f"LABEL_{n}" for n in range(12))


class Pipeline:
    """A text classification pipeline of transformers, which gives the best label unless asked."""

    task = "text-classification"
    model = SimpleNamespace(config=SimpleNamespace(id2label={1: "bad", 0: "good"}))

    def __init__(self):
        self.seen = []

    def postprocess(self):
        raise NotImplementedError

    def __call__(self, texts, top_k=1):
        self.seen += texts
        every = [scored(row, reverse=True) for row in rows_of([str(text) for text in texts])]
        return every if top_k is None else [one[0] for one in every]


def test_a_pipeline_is_asked_for_all_labels_in_its_models_order():
    model = assay.black_box(predict=Pipeline())
    assert model.labels == ("good", "bad")
    assert np.allclose(model.predict(TEXTS).probabilities, SURE[:, ::-1])


def test_a_pipeline_is_given_pairs_as_it_takes_them():
    pipeline = Pipeline()
    assay.black_box(predict=pipeline).predict([("a good film", "the end")])
    assert pipeline.seen[-1] == {"text": "a good film", "text_pair": "the end"}


class ZeroShot(Pipeline):
    """A zero-shot pipeline: the surest label first, and of a single text no list."""

    task = "zero-shot-classification"

    def __call__(self, texts, candidate_labels=None):
        assert candidate_labels == ["bad", "good"]
        made = ANSWERS["a zero-shot pipeline's"](rows_of(texts))
        return made[0] if len(made) == 1 else made


def test_a_zero_shot_pipeline_is_asked_for_the_given_labels():
    model = assay.black_box(predict=ZeroShot(), labels=["bad", "good"])
    assert np.allclose(model.predict(TEXTS).probabilities, SURE)
    assert np.allclose(model.predict(TEXTS[0]).probabilities, SURE[0])
    assert model.labels == ("bad", "good")


class Classifier:
    """A fitted pipeline of scikit-learn, which is no function."""

    classes_ = np.array(["bad", "good"])

    def predict_proba(self, texts):
        return rows_of(texts)


def test_a_classifier_of_scikit_learn_is_asked_for_its_probabilities():
    model = assay.black_box(predict=Classifier())
    assert np.allclose(model.predict(TEXTS).probabilities, SURE)
    assert model.labels == ("bad", "good")
    assert assay.black_box(predict=Classifier().predict_proba, labels=["-", "+"]).labels == (
        "-",
        "+",
    )


def test_a_real_pipeline_of_scikit_learn():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    fitted = make_pipeline(text.TfidfVectorizer(), LogisticRegression()).fit(TEXTS, ["good", "bad"])
    model = assay.black_box(predict=fitted)
    assert np.allclose(model.predict(TEXTS).probabilities, fitted.predict_proba(TEXTS))
    assert model.labels == ("bad", "good")


def another_task():
    pipeline = Pipeline()
    pipeline.task = "token-classification"
    return pipeline


REFUSED = {
    "the best label alone": (lambda texts: [scored(SURE[0])[0] for _ in texts], "top_k=None"),
    "the best two of three": (
        lambda texts: [scored(SURE[0]) if n else scored(SURE[0])[:1] for n, _ in enumerate(texts)],
        "top_k=None",
    ),
    "an output with logits": (lambda texts: SimpleNamespace(logits=SURE), "torch.softmax"),
    "other labels": (lambda texts: [{"x": 1.0} if n else named(SURE[0]) for n, _ in
                                    enumerate(texts)], "bad, good"),
    "a pipeline of another task": (another_task(), "token-classification"),
    "a zero-shot pipeline without labels": (ZeroShot(), 'labels=["politics", "sports"]'),
    "words": (lambda texts: ["good"] * len(texts), "real numbers"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_to_return(name):
    function, said = REFUSED[name]
    with pytest.raises(assay.AssayError) as refusal:
        assay.black_box(predict=function).predict(TEXTS)
    assert said in str(refusal.value)


def is_part(word, whole):
    letters = iter(whole)
    return all(letter in letters for letter in word)


@pytest.mark.parametrize("make", [wordpiece, byte_level])
@pytest.mark.parametrize("maps", [False, True], ids=["predict", "attention"])
@pytest.mark.parametrize("text", ["i ate raisins", "国家中国美国, 日本 ok", "naïve café don't"])
def test_a_function_of_texts_is_given_no_glued_words_and_no_broken_letters(make, maps, text):
    """Oracle: every word that it is given has its letters from one word of the text, in order."""
    seen, count = [], []

    def predict(texts):
        seen.extend(texts)
        return [[0.4, 0.6]] * len(texts)

    def attention(text):
        return np.full((1, 1, count[0], count[0]), 1 / count[0])

    model = assay.black_box(
        predict=predict, tokenizer=make(), takes="texts", attention=attention if maps else None
    )
    count.append(len(model.tokenize(text)))
    for operator in ("delete", "mask"):
        assay.explain(model, text, method="leave_one_out", operator=operator)
    assert text in seen
    for one in seen:
        assert "�" not in one
        for word in one.replace("[MASK]", " ").replace("...", " ").split():
            assert any(is_part(word, whole) for whole in text.split()), one


def test_removing_the_middle_of_a_word_leaves_a_space():
    seen = []

    def predict(texts):
        seen.extend(texts)
        return [[0.4, 0.6]] * len(texts)

    model = assay.black_box(
        predict=predict, tokenizer=wordpiece(), takes="texts",
        gradient=lambda text, target: np.ones(5),
    )  # fmt: skip
    assert model.tokenize("a gripping").pieces == ("[CLS]", "a", "grip", "##ping", "[SEP]")
    assay.explain(model, "a gripping", method="leave_one_out", operator="delete")
    assert seen == ["a gripping", "a gripping", "gripping", "a ping", "a grip"] or {
        "gripping", "a ping", "a grip",
    } <= set(seen)  # fmt: skip


@pytest.mark.parametrize("maps", [False, True], ids=["predict", "attention"])
def test_a_pair_stays_a_pair_whatever_is_removed(maps):
    seen = []

    def predict(texts):
        seen.extend(texts)
        return [[0.4, 0.6]] * len(texts)

    model = assay.black_box(
        predict=predict, tokenizer=wordpiece(), takes="texts",
        gradient=(lambda text, target: np.ones(6)) if maps else None,
    )  # fmt: skip
    assay.explain(model, ("good film", "act"), method="leave_one_out", operator="delete")
    assert {("good film", "act"), ("film", "act"), ("good", "act"), ("good film", "")} == set(seen)
