"""What studies measure, against plain loops over the public answers of the engine."""

import numpy as np
import pytest

import assay
from assay_studies.abnar_zuidema.correlations import correlate, correlate_sentiment
from assay_studies.deception import twins
from assay_studies.deception.twins import CHOSEN, EVIDENCE
from assay_studies.jain_wallace.measurements import ATTENTION_REMOVAL, measure
from assay_studies.serrano_smith.protocol import RANKINGS, Erasures, erase, rankings
from assay_studies.shared.corpora import Labelled, splits
from assay_studies.shared.tables import Cells, Measure, Row
from assay_studies.shortcuts.learning import Learned, counting
from assay_studies.shortcuts.planting import Planted

from .corpus import write_splits

TEXT = "a gripping film that is never dull"


@pytest.fixture(scope="module")
def model():
    return assay.load("demo")


def ranks(values):
    """Average ranks, by counting."""
    return np.array([np.sum(values < one) + (np.sum(values == one) + 1) / 2 for one in values])


def test_erasing_is_one_intervention_a_set(model):
    """Oracle: erase by hand, one call a set, and compare decisions and divergences."""
    tokens, found = model.tokenize(TEXT), Erasures()
    erase(model, tokens, 1, 7, found)
    positions = np.flatnonzero(~tokens.special)
    base = model.predict([tokens]).probabilities[0]
    random, others = assay.random_orders(len(positions), 2, seed=7)
    orders = {"random": random, **rankings(model, tokens, 1)}

    def erased(places):
        keys = [int(positions[place]) for place in places]
        edit = assay.Intervention.knock_out(keys=keys, queries=[0], layers=[1])
        return model.predict([tokens], interventions=[[edit]]).probabilities[0]

    for name in RANKINGS:
        shares = [
            size / len(positions)
            for size in range(1, len(positions) + 1)
            if erased(orders[name][:size]).argmax() != base.argmax()
        ]
        assert found.fractions[name] == pytest.approx([min(shares, default=np.nan)], nan_ok=True)
    largest = orders["attention"][0]
    other = next(place for place in others if place != largest)
    pair = [erased([largest]), erased([other])]
    assert found.flips == [tuple(one.argmax() != base.argmax() for one in pair)]
    top, rest = (assay.divergence(base, one) for one in pair)
    assert found.differences == pytest.approx([top - rest], abs=1e-7)


def test_correlations_are_those_of_each_sentence_by_itself(model):
    """Oracle: Pearson's correlation of counted ranks, maps and scores one sentence at a time."""
    data, found = Labelled([TEXT, "a dull story"], [1, 0]), Cells()
    correlate(model, data, found, lambda share: None)
    for place, (text, label) in enumerate(zip(data.texts, data.labels, strict=True)):
        ids = model.tokenize(text).ids
        maps = np.stack(model.attention(ids))
        blank = assay.explain(model, ids, method="leave_one_out", operator="unk", target=label)
        scores = np.abs(blank.scores.astype(float))
        for layer in range(1, model.layers + 1):
            traced = assay.rollout(maps[:layer])[0].astype(float)
            for part, name in ((slice(None), "blank-out"), (slice(1, -1), "blank-out-words-only")):
                expected = np.corrcoef(ranks(traced[part].round(6)), ranks(scores[part]))[0, 1]
                value = found.values[name, "rollout", f"L{layer}"][place]
                assert value == pytest.approx(expected, abs=1e-6)
        column = 0.5 * maps[0].mean(axis=0) + 0.5 * np.eye(len(ids))
        flows = assay.flow(maps, 0)
        reached = np.mean(flows >= np.minimum(1.0, column.sum(axis=0)) - 1e-4)
        assert found.values["saturated-flow", f"L{model.layers}"][place] == pytest.approx(reached)


def test_the_largest_weight_over_queries_is_what_sentiment_reads(model):
    """Oracle: the maximum of a column of the last layer, ranked by counting."""
    found = Cells()
    correlate_sentiment(model, [TEXT], found, lambda share: None)
    ids = model.tokenize(TEXT).ids
    column = model.attention(ids)[-1].mean(axis=0).max(axis=0).astype(float)
    slopes = assay.explain(model, ids, method="saliency", norm="sum").scores
    expected = np.corrcoef(ranks(column.round(6)), ranks(np.abs(slopes.astype(float))))[0, 1]
    key = ("sentiment", "largest", "raw", f"L{model.layers}")
    assert found.values[key] == pytest.approx([expected], abs=1e-6)


def test_a_twins_attention_is_added_up_by_kind_of_word(model):
    """Oracle: the last layer's first row, token by token."""
    words = TEXT.split()
    flags = tuple(word in ("gripping", "dull") for word in words)
    found = Cells()
    twins.weigh(model, Labelled([TEXT], [1], [flags]), "honest", found)
    tokens, sums = model.tokenize(TEXT), {"relevant": 0.0, "other": 0.0, "special": 0.0}
    for place, weight in enumerate(model.attention(tokens)[-1].mean(axis=0)[0]):
        word = int(tokens.words[place])
        kind = "relevant" if word >= 0 and flags[word] else "other"
        sums["special" if tokens.special[place] else kind] += float(weight)
    masses = found.below("twins", "honest").values()
    for mass, total in zip(masses, sums.values(), strict=True):
        assert mass == pytest.approx([total], abs=1e-6)


def test_a_twins_evidence_is_that_of_its_report(model):
    """Oracle: the report of the same text."""
    found, outcomes = Cells(), {}
    data = Labelled([TEXT], [1])
    twins.verify(model, data, "attention", "honest", found, outcomes, lambda share: None)
    report = assay.verify(model, TEXT, explanation="attention")
    assert outcomes["verdict", "honest"] == [report.verdict]
    assert found.values["evidence", "honest", EVIDENCE[2]] == [report.checks["removal"].effect]
    both = [report.checks[name].statistic for name in ("gradient_agreement", "removal")]
    assert found.values["evidence", "honest", CHOSEN] == [min(both)]


def test_sentences_without_evidence_of_both_twins_do_not_count():
    """Oracle: all pairs of the sentences that have both."""
    found = Cells()
    found.values["evidence", "honest", "e"] = [0.9, np.nan, 0.4, 0.4]
    found.values["evidence", "deceptive", "e"] = [0.1, 0.2, np.nan, 0.4]
    area, n = twins.separation(found, "e")
    pairs = [(a > b) + 0.5 * (a == b) for a in (0.9, 0.4) for b in (0.1, 0.4)]
    assert (area.auc, n) == (pytest.approx(np.mean(pairs)), 2)
    found.values["evidence", "honest", "e"] = [np.nan] * 4
    assert twins.separation(found, "e")[0].auc is None


def test_classifiers_are_measured_as_they_predict(tmp_path):
    """Oracle: predictions of the public method, counts by hand, tau of single texts."""
    parts = splits(write_splits(tmp_path))
    train, test = parts["train"], parts["test"].first(12)
    model = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8, split="spaces")
    model.fit(train.texts, train.labels, epochs=4, learning_rate=0.02)
    found = measure(model, test, 0, steps=20)
    says = model.predict(list(test.texts)).probabilities[:, 1] > 0.5
    right = np.array(test.labels) == 1
    hits, misses = np.sum(says & right), np.sum(says != right)
    assert found.positive.tolist() == says.tolist()
    assert found.performance["accuracy"] == [pytest.approx(np.mean(says == right))]
    assert found.performance["F1 of class 1"] == [pytest.approx(2 * hits / (2 * hits + misses))]
    largest = [model.attention(text)[0].max() for text in test.texts]
    assert found.bins.tolist() == [min(int(one * 4), 3) for one in largest]
    assert set(found.agreement[ATTENTION_REMOVAL]) >= {"tau", "p_value", "top_k"}
    assert (found.eps_max(2.0) == found.divergences.max(axis=1)).all()


def test_a_model_counts_by_its_shares_and_a_text_by_its_answers(model):
    """Oracle: three standard errors around one half of 100 texts are .15."""
    names = ("follows", "twin", "natural", "idle")
    for shares, counts in (
        ((0.99, 0.5, 0, 0), True), ((0.98, 0.5, 0, 0), False),
        ((1.0, 0.649, 0, 0), True), ((1.0, 0.651, 0, 0), False),
    ):  # fmt: skip
        assert Learned(dict(zip(names, shares, strict=True)), 100).counts == counts
    texts = [("a wonderful film", 1), ("a wonderful film", 2), ("wonderful but dull", 0)]
    planted = [
        Planted(tuple(text.split()), (place,), label, 0)
        for text, place in texts
        for label in (0, 1)
    ]
    for one in planted:
        said, without = model.predict([one.text, one.without]).logits.argmax(axis=1)
        chosen = one in counting(model, planted, 99)
        assert chosen == (said == one.label and without != one.label)


def test_cells_fill_a_table_in_the_order_of_measuring():
    """Oracle: by hand; what nobody published stands beside nothing."""
    cells = Cells()
    for value in (1.0, 3.0):
        cells.add("t", "b", value=value)
        cells.add("t", "a", "c", value=np.nan)
    cells.add("other", "b", value=0.0)
    rows = cells.rows("t", {("t", "b"): Measure(5.0)})
    assert rows[0] == Row(("b",), Measure(2.0, 1.0, 2), Measure(5.0))
    assert rows[1] == Row(("a", "c"), Measure(None, None, 0, 2))
    assert cells.below("t", "a") == {("c",): [pytest.approx(np.nan, nan_ok=True)] * 2}
