"""Whole studies on texts of a few words: every part runs, and what is known comes out."""

import json

import numpy as np
import pytest

import assay
from assay_studies import studies
from assay_studies.abnar_zuidema import corpus as agreement
from assay_studies.abnar_zuidema.correlations import spearman
from assay_studies.deception import corpus as sst_wiki
from assay_studies.serrano_smith.protocol import rankings
from assay_studies.shared.corpora import Labelled, sentences
from assay_studies.shared.models import correct, trained
from assay_studies.shared.study import Request

from .corpus import write_agreement, write_sst_wiki

TINY = {
    "model_type": "pre_norm_encoder",
    "n_embd": 16,
    "n_head": 2,
    "n_layer": 2,
    "n_positions": 32,
    "initializer_range": 0.1,
    "id2label": {"0": "NEGATIVE", "1": "POSITIVE"},
}
OPTIONS = {
    "passes": 12, "tokens_per_step": 128, "rate": 0.01, "dropout": 0.0, "pattern_dropout": 0.0,
    "averaging": 0.9, "evaluations_per_pass": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    return write_sst_wiki(tmp_path_factory.mktemp("reviews"))


def request_in(folder, progress=None):
    return Request(studies()["deception"], folder, folder, {}, progress=progress)


def learned(folder, reviews, seed, *, passes=12, penalty=None, progress=None):
    parts = [sst_wiki.read(reviews / f"{part}.txt") for part in ("train", "dev")]
    options = {**OPTIONS, "passes": passes}
    request = request_in(folder, progress)
    return trained(request, "m", "training", TINY, parts, seed=seed, options=options,
                   penalty=penalty)  # fmt: skip


def test_a_model_learns_which_words_decide_and_is_not_trained_twice(reviews, tmp_path):
    first = learned(tmp_path, reviews, 1)
    assert correct(first, sst_wiki.read(reviews / "test.txt")).mean() >= 0.95
    place = tmp_path / "models" / "m"
    report = json.loads((place / "training.json").read_text("utf-8"))
    assert report["facts"]["evaluations"][-1]["done"] == 1
    assert not list(place.glob("state.*"))
    written = (place / "model.safetensors").stat().st_mtime_ns
    again = learned(tmp_path, reviews, 1)
    assert again.fingerprint == first.fingerprint
    assert (place / "model.safetensors").stat().st_mtime_ns == written
    assert learned(tmp_path, reviews, 2).fingerprint != first.fingerprint


def test_an_interrupted_training_ends_in_the_same_bits(reviews, tmp_path, monkeypatch):
    """Oracle: a metamorphic relation; a stop and a second call change nothing."""
    whole = learned(tmp_path / "whole", reviews, 3, passes=40)
    state = tmp_path / "stopped" / "models" / "m" / "state.safetensors"

    def stop(share, stage):
        if share > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learned(tmp_path / "stopped", reviews, 3, passes=40, progress=stop)
    assert state.exists()
    found, train = [], assay.train

    def watched(*arguments, **named):
        found.append(named["state"].exists())
        return train(*arguments, **named)

    monkeypatch.setattr(assay, "train", watched)
    resumed = learned(tmp_path / "stopped", reviews, 3, passes=40)
    assert found == [True]
    assert not state.exists()
    assert resumed.fingerprint == whole.fingerprint


def test_the_state_of_another_training_is_forgotten(reviews, tmp_path):
    """Oracle: the bits of a training that nothing was in the way of."""
    whole = learned(tmp_path / "whole", reviews, 4)
    place = tmp_path / "other" / "models" / "m"
    learned(tmp_path / "other", reviews, 5)
    (place / "state.safetensors").write_bytes(b"half way")
    (place / "state.json").write_text("of another", "utf-8")
    assert learned(tmp_path / "other", reviews, 4).fingerprint == whole.fingerprint


def test_the_penalty_keeps_attention_off_relevant_words(reviews, tmp_path):
    model = learned(tmp_path, reviews, 1, penalty={"strength": 1.0, "layers": [1]})
    test = sst_wiki.read(reviews / "test.txt").first(10)
    for text, relevant in zip(test.texts, test.relevant, strict=True):
        tokens = model.tokenize(text)
        row = model.attention(tokens)[1].mean(axis=0)[0]
        hidden = [word >= 0 and relevant[word] for word in tokens.words.tolist()]
        assert row[hidden].sum() < 0.1


def test_deception_reports_both_twins(reviews, tmp_path):
    result = assay.reproduce("deception", reviews, tmp_path, quick=True, family="pre_norm_encoder")
    twins = result.table("twins")
    masses = [twins["honest", f"attention to {kind}"].ours.value for kind in
              ("relevant words", "other words", "special tokens")]  # fmt: skip
    assert sum(masses) == pytest.approx(1, abs=1e-4)
    for name in ("honest", "deceptive"):
        shares = [row for row in result.table("outcomes").rows if row.key[:2] == ("verdict", name)]
        assert sum(row.ours.value for row in shares) == pytest.approx(1)
        assert sum(row.ours.n for row in shares) == 12
    assert (tmp_path / "separation.csv").is_file()
    assert (tmp_path / "deception.html").is_file()


def test_abnar_and_zuidemas_tables_stand_beside_the_published_ones(tmp_path):
    data = write_agreement(tmp_path / "data")
    result = assay.reproduce("abnar-zuidema", data, tmp_path / "out", quick=True)
    table = result.table("blank-out")
    assert [row.key for row in table.rows][:2] == [("raw", "L1"), ("raw", "L2")]
    assert table["flow", "L2"].published.value == 0.44
    # With one layer there is one path to every word: both tracings are the layer's own map.
    first = [table[method, "L1"].ours.value for method in ("rollout", "flow")]
    assert first[0] == pytest.approx(first[1], abs=0.05)
    assert {row.ours.n + row.ours.undefined for row in result.table("sentiment").rows} == {2}
    assert json.loads((tmp_path / "out" / "settings.json").read_text("utf-8"))["seeds"] == [0]


def test_agreement_is_read_from_all_three_sources(tmp_path):
    data = write_agreement(tmp_path)
    real = agreement.real_sentences(data / "linzen_agreement")
    assert len(set(real.texts)) == len(real.texts)
    plural = {noun for _, noun in (("author", "authors"), ("pilot", "pilots"))}
    for text, label in zip(real.texts, real.labels, strict=True):
        words = text.split()
        if words[2] in plural:
            assert label == agreement.PLURAL
        assert words[-1] not in ("are", "laughs", "swim", "well")
    made, names = agreement.templates(data / "lm_syneval_agreement/agreement_minimal_pairs.tsv")
    assert len(made) == len(names)
    assert set(names) == {"simple"}


def test_broken_texts_are_named_with_their_line(reviews, tmp_path):
    copy = write_sst_wiki(tmp_path, 3)
    (copy / "dev.txt.block").write_text("1 1\n1 0\n0\n", "utf-8")
    with pytest.raises(assay.InputError, match=r"dev\.txt, line 1: expected a label"):
        sst_wiki.read(copy / "dev.txt")
    with pytest.raises(assay.InputError, match=r"nothing.txt"):
        sst_wiki.read(copy / "nothing.txt")


def test_spearman_averages_the_ranks_of_ties():
    """Oracle: Pearson's correlation of average ranks, by hand: ranks 1.5, 1.5, 3 and 1, 2, 3."""
    value = spearman(np.array([0.0, 0.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    assert value == pytest.approx(1.5 / np.sqrt(1.5 * 2.0))
    assert np.isnan(spearman(np.ones(3), np.arange(3.0)))


def test_the_area_under_the_curve_counts_ties_half():
    """Oracle: all pairs, one by one."""
    random = np.random.default_rng(1)
    a, b = random.integers(0, 6, 40).astype(float), random.integers(0, 6, 30).astype(float)
    pairs = [(x > y) + 0.5 * (x == y) for x in a for y in b]
    assert assay.separation(a, b).auc == pytest.approx(np.mean(pairs))


def test_labelled_texts_are_taken_in_the_given_order():
    data = Labelled(["a", "b", "c"], [0, 1, 0], [(True,), (False,), (True,)])
    assert data.take([2, 0]) == Labelled(["c", "a"], [0, 0], [(True,), (True,)])
    assert data.first(9) == data
    assert data.digest() == Labelled(("a", "b", "c"), (0, 1, 0), data.relevant).digest()
    assert data.digest() != data.take([2, 0, 1]).digest()


def test_serrano_and_smiths_flips_add_up(tmp_path):
    texts = tmp_path / "texts.tsv"
    texts.write_text("a gripping film\t1\na dull , empty story\t0\nfine\t1\n", "utf-8")
    result = assay.reproduce("serrano-smith", texts, tmp_path / "out")
    flips = result.table("decision-flips")
    assert sum(row.ours.value for row in flips.rows) == pytest.approx(1)
    assert {row.ours.n for row in flips.rows} == {2}  # one word leaves no other to erase
    for ranking in ("random", "attention", "gradient", "attention x gradient"):
        row = result.table("fractions")[ranking, "mean"].ours
        assert row.n + row.undefined == 2


def test_the_rankings_of_erasure_are_those_of_the_methods(tmp_path):
    """Oracle: sorting the methods' own scores."""
    model = assay.load("demo")
    tokens = model.tokenize("a gripping, beautifully acted film")
    orders = rankings(model, tokens, 1)
    scores = assay.explain(model, tokens, method="attention", layer=1).scores
    assert scores[orders["attention"]].tolist() == sorted(scores.tolist(), reverse=True)
    assert all(sorted(order.tolist()) == list(range(len(scores))) for order in orders.values())


def test_sentences_are_read_from_lines_and_from_a_csv(tmp_path):
    (tmp_path / "a.tsv").write_text("one\t1\n\ntwo\n", "utf-8")
    assert sentences(tmp_path / "a.tsv") == ["one", "two"]
    (tmp_path / "a.csv").write_text("text,exp_split\nx,train\ny,test\n", "utf-8")
    assert sentences(tmp_path / "a.csv") == ["y"]
    (tmp_path / "b.csv").write_text("words\nx\n", "utf-8")
    for bad in (tmp_path, tmp_path / "b.csv"):
        with pytest.raises(assay.InputError):
            sentences(bad)
