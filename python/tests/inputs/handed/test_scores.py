"""Scores from elsewhere. Oracle: the units and scores that a person reads off each object."""

from types import SimpleNamespace

import numpy as np
import pytest
from golden import FIXTURES
from small import FAST

import assay
from assay.inputs.handed import scores
from inputs.handed.libraries import (
    RUNS,
    SCORES,
    TEXT,
    WORDS,
    Dlpack,
    Eager,
    Ferret,
    Frame,
    Lime,
    Series,
    Tensor,
    captum_record,
    inseq,
    shap,
)

FIVE = SCORES[:5]
SPECIAL = ("[CLS]", *WORDS, "[SEP]")
EIGHT = (9.0, *SCORES, 9.0)
COLUMNS = np.stack([np.zeros(6), SCORES], axis=1)
#: Each row: what is handed over, the texts of the units, and the score of each.
TOKENS, UNITS = dict(zip(WORDS, SCORES, strict=True)), dict(zip(RUNS, FIVE, strict=True))
NAMED = {"a": -0.125, "gripping": 0.25, ",": 0.0, "beautifully": 0.0, "acted": 0.0, "film": 0.5}
HANDED = {
    "a list": (list(SCORES), TOKENS),
    "an array over all tokens": (np.array(EIGHT), TOKENS),
    "half precision": (np.array(SCORES, np.float16), TOKENS),
    "an array of words": (np.array(FIVE), UNITS),
    "captum: a tensor with a batch axis": (Tensor(np.array([EIGHT])), TOKENS),
    "captum: a tensor with a history": (Tensor(np.array(SCORES)), TOKENS),
    "captum: a record over all tokens": (captum_record(np.array(EIGHT), SPECIAL), TOKENS),
    "captum: a record with a tensor": (captum_record(Tensor(np.array(SCORES)), WORDS), TOKENS),
    "captum: a record of words": (captum_record(np.array(FIVE), RUNS), UNITS),
    "shap: one text of a batch, one label": (
        shap(SCORES, np.array(["a ", "gripping", ", ", "beautifully ", "acted ", "film"])), TOKENS,
    ),
    "shap: a batch of one, all labels": (shap(COLUMNS[None], (np.array(WORDS),)), TOKENS),
    "shap: with the marks at both ends": (
        shap((0.0, *FIVE, 0.0), np.array(["", "a ", "gripping, ", "beautifully ", "acted ",
                                          "film", ""])), UNITS,
    ),
    "inseq: an output": (inseq(np.array(SCORES)[:, None], WORDS), TOKENS),
    "inseq: one sequence of it": (
        inseq(Tensor(np.array([EIGHT]).T), SPECIAL).sequence_attributions[0], TOKENS
    ),
    "lime: an explanation": (Lime(), NAMED),
    "ferret: an explanation": (Ferret(TEXT, list(SPECIAL), np.array(EIGHT), "LIME", 1), TOKENS),
    "an object with words and scores": (SimpleNamespace(tokens=RUNS, scores=list(FIVE)), UNITS),
    "pairs in the order of the text": (list(zip(WORDS, SCORES, strict=True)), TOKENS),
    "pairs of words": (list(zip(RUNS, FIVE, strict=True)), UNITS),
    "pairs by weight": ([("film", 0.5), ("gripping", 0.25), ("a", -0.125)], NAMED),
    "pairs in capitals": ([("Film", 0.5), ("GRIPPING", 0.25), ("A", -0.125)], NAMED),
    "a mapping": ({"film": 0.5, "gripping": 0.25, "a": -0.125}, NAMED),
    "a mapping of phrases": (
        {"a gripping": 1.0, "acted film": 2.0},
        {"a gripping": 1.0, ",": 0.0, "beautifully": 0.0, "acted film": 2.0},
    ),
    "a mapping of two lists": ({"tokens": list(WORDS), "scores": list(SCORES)}, TOKENS),
    "captum: attributions with their delta": (
        (Tensor(np.array([EIGHT])), Tensor(np.array([0.01]))), TOKENS,
    ),
    "captum: a batch of one with a delta of no axis": (
        (np.array([SCORES]), np.float64(0.01)), TOKENS,
    ),
    "jax: an array": (Dlpack(np.array(EIGHT, np.float32)), TOKENS),
    "tensorflow: a tensor with a batch axis": (Eager(np.array([SCORES])), TOKENS),
    "a table of tokens": (Frame(token=WORDS, score=SCORES, rank=range(6)), TOKENS),
    "a table of words": (Frame(attribution=FIVE, word=RUNS), UNITS),
    "transformers-interpret: pairs with special tokens": (
        list(zip(SPECIAL, EIGHT, strict=True)), TOKENS,
    ),
    "a pandas Series": (Series(SCORES, WORDS), TOKENS),
    "a pandas Series of words": (Series(FIVE, RUNS), UNITS),
}  # fmt: skip


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


def units(tokens, found):
    """Return the texts of the units of an alignment with their scores."""
    explained = np.flatnonzero(~tokens.special).tolist()
    numbers = range(len(explained))
    if found.granularity == "word":
        numbers = tokens.words[explained].tolist()
    if found.granularity == "span":
        numbers = [n if n >= 0 else ~place for place, n in enumerate(found.spans)]
    members = {}
    for place, number in zip(explained, numbers, strict=True):
        members.setdefault(number, []).append(place)
    edges = [(tokens.offsets[one[0], 0], tokens.offsets[one[-1], 1]) for one in members.values()]
    texts = [tokens.text[start:end] for start, end in edges]
    return dict(zip(texts, found.scores.tolist(), strict=True))


@pytest.mark.parametrize("name", HANDED)
def test_scores_come_to_the_units_that_they_are_about(demo, name):
    handed, expected = HANDED[name]
    tokens = demo.tokenize(TEXT)
    found = scores.aligned(scores.read(handed, lambda: 1), tokens)
    assert units(tokens, found) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("name", HANDED)
def test_every_kind_is_judged_on_its_units(demo, name):
    handed, expected = HANDED[name]
    report = assay.verify(demo, TEXT, explanation=handed, target=1, **FAST)
    assert len(report.units or report.explanation.positions) == len(expected)


def test_every_kind_of_the_registry_is_tried():
    tried = {kind.name for kind in scores.KINDS for handed, _ in HANDED.values() if
             not isinstance(handed, np.ndarray) and kind.fits(handed)}  # fmt: skip
    assert tried == {kind.name for kind in scores.KINDS}


def test_scores_of_words_and_the_same_scores_as_a_span_give_one_verdict(demo):
    """Oracle: the same units named by hand."""
    spans = [0, 1, 1, 2, 3, 4]
    ours = assay.verify(demo, TEXT, explanation=dict(zip(RUNS, FIVE, strict=True)), **FAST)
    named = assay.verify(
        demo, TEXT, explanation=list(FIVE), granularity="span", spans=spans, **FAST
    )
    assert ours.to_dict() == named.to_dict()


def test_words_of_several_pieces_become_words(demo):
    text = "an unwatchably sentimental melodrama"
    tokens = demo.tokenize(text)
    assert len(tokens) - 2 > 4
    found = scores.aligned(scores.read([1.0, 2.0, 3.0, 4.0], int), tokens)
    assert found.granularity == "word"
    named = dict(zip(text.split(), range(4), strict=True))
    by_name = scores.aligned(scores.read(named, int), tokens)
    assert (by_name.granularity, by_name.scores.tolist()) == ("word", [0, 1, 2, 3])
    report = assay.verify(demo, text, explanation=[1.0, 2.0, 3.0, 4.0], **FAST)
    assert report.granularity == "word"
    assert len(report.units) == 4


def test_a_name_is_every_place_where_it_occurs(demo):
    tokens = demo.tokenize("bad, bad film")
    found = scores.aligned(scores.read({"bad": 2.0}, int), tokens)
    assert found.scores.tolist() == [2.0, 0.0, 2.0, 0.0]


def test_both_texts_of_a_pair_are_looked_through(model):
    tokens = model.tokenize(("a good film", "the end"))
    found = scores.aligned(scores.read({"good": 1.0, "end": 2.0}, int), tokens)
    assert found.scores.tolist() == [0, 1, 0, 0, 2]
    spelled = [(word, n) for n, word in enumerate(["a", "good", "film", "the", "end"])]
    assert scores.aligned(scores.read(spelled, int), tokens).scores.tolist() == [0, 1, 2, 3, 4]


def test_scores_over_a_picture_may_lie_on_its_grid():
    vision = assay.load(FIXTURES / "vit-20x5")
    picture = np.random.default_rng(0).normal(size=vision.picture_shape).astype(np.float32)
    on_grid = np.arange(np.prod(vision.grid), dtype=float).reshape(vision.grid)
    laid = assay.verify(vision, picture, explanation=on_grid, **FAST)
    flat = assay.verify(vision, picture, explanation=on_grid.reshape(-1), **FAST)
    assert laid.to_dict() == flat.to_dict()


#: What cannot go in, and words of the message that say how it can.
REFUSED = {
    "too few": ([1.0, 2.0], "6 scores, one per explained token (or 8, one per token; 5, one per"),
    "captum: a width": (Tensor(np.zeros((1, 8, 16))), ".sum(-1)"),
    "captum: several inputs": (np.zeros((3, 8, 4)), ".sum(-1)"),
    "attention": (np.zeros((2, 3, 8, 8)), "assay.rollout(attentions)[row]"),
    "captum: a width with its delta": (
        (Tensor(np.zeros((1, 8, 16))), Tensor(np.zeros(1))), ".sum(-1)",
    ),
    "a table of other columns": (Frame(a=WORDS, b=SCORES), "rename them"),
    "shap: several texts": (shap(np.zeros((2, 6)), (WORDS, WORDS)), "explanation[i]"),
    "shap: a table of another label": (shap(np.zeros((6, 9)), np.array(WORDS)), None),
    "inseq: several tokens": (inseq(np.zeros((6, 3)), WORDS), "[:, k]"),
    "inseq: a width": (inseq(np.zeros((6, 3, 4)), WORDS), ".aggregate()"),
    "a word that is not there": ({"gripping": 1.0, "dragon": 2.0}, "'dragon', which is not in it"),
    "parts of a token": ([("film", 1.0), ("fil", 2.0)], "'fil', a part of one"),
    "words twice": ({"acted": 1.0, "acted film": 2.0}, "a part of one"),
    "not numbers": ([("film", "high")], "real numbers"),
    "not finite": ({"film": float("nan")}, "finite"),
    "an unequal record": (captum_record(np.zeros(3), WORDS), "6 scores, one per text"),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, row in REFUSED.items() if row[1]])
def test_a_refusal_says_how_it_could_go_in(demo, name):
    handed, said = REFUSED[name]
    with pytest.raises(assay.AssayError) as refusal:
        assay.verify(demo, TEXT, explanation=handed, **FAST)
    assert said in str(refusal.value)
    assert "expected" in str(refusal.value)
    assert "found" in str(refusal.value)


def test_a_pair_of_labels_has_no_column(demo):
    with pytest.raises(assay.OptionError, match="one label beside scores for each label"):
        assay.verify(demo, TEXT, explanation=shap(COLUMNS, np.array(WORDS)), target=(0, 1))


def test_the_predicted_label_chooses_the_column(demo):
    """Oracle: the model's own answer."""
    predicted = int(demo.predict(TEXT).logits.argmax())
    report = assay.verify(demo, TEXT, explanation=shap(COLUMNS, np.array(WORDS)), **FAST)
    assert report.explanation.scores.tolist() == COLUMNS[:, predicted].tolist()


def test_scores_by_something_else_than_was_asked_for_are_refused(demo):
    with pytest.raises(assay.ShapeError, match="5 by span"):
        assay.verify(demo, TEXT, explanation=UNITS, granularity="word")


@pytest.mark.parametrize("several", [["a", "b"], ("a", "b", "c"), np.array(["a", "b"])])
def test_several_texts_in_the_place_of_one_are_pointed_to_what_takes_them(demo, several):
    with pytest.raises(assay.InputTypeError, match=r"assay\.audit judges many"):
        assay.verify(demo, several)
    with pytest.raises(assay.InputTypeError, match=r"model\.predict"):
        assay.explain(demo, several)
