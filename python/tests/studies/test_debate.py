"""The debate about attention on short made-up stories: every part of both studies runs."""

import csv

import numpy as np
import pytest

import assay
from assay_studies.jain_wallace.measurements import Measured
from assay_studies.shared.corpora import splits, word_vectors
from assay_studies.wiegreffe_pinter.readings import PATTERN, read

from .corpus import write_splits


@pytest.fixture(scope="module")
def stories(tmp_path_factory):
    return write_splits(tmp_path_factory.mktemp("stories"))


@pytest.fixture(scope="module")
def base(stories):
    train = splits(stories)["train"]
    model = assay.AttentionClassifier("bilstm", hidden_size=16, embedding_size=16, split="spaces")
    return model.fit(train.texts, train.labels, epochs=8, learning_rate=0.02)


def test_every_table_of_jain_and_wallace_is_filled(stories, tmp_path):
    result = assay.reproduce(
        "jain-wallace", stories, tmp_path, quick=True, encoder="all", seeds=2, vectors=1.0
    )
    assert [table.name for table in result.tables] == [
        "performance", "correlations", "pairs", "variants", "seeds", "adversaries", "permutations"
    ]  # fmt: skip
    performance = result.table("performance")
    assert {row.key[0] for row in performance.rows} == {"bilstm", "cnn", "average"}
    assert all(row.ours.n == 2 for row in performance.rows)
    assert performance["bilstm", "accuracy"].published.value == pytest.approx(0.8081, abs=1e-4)
    agreement = result.table("pairs")["bilstm", "gradient-leave one out"]
    assert agreement.published.value == pytest.approx(0.66, abs=0.005)
    for row in result.table("adversaries").rows:
        assert 0 <= row.ours.value <= max(np.log(2), 1)
    assert any("order of attention-gradient" in sentence for sentence in result.findings)
    with (tmp_path / "pairs.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + 3 * 3
    # A second run opens the models of the first one: the same numbers without any training.
    again = assay.reproduce(
        "jain-wallace", stories, tmp_path, quick=True, encoder="all", seeds=2, vectors=1.0
    )
    assert again.table("pairs") == result.table("pairs")
    assert not any("training" in stage for stage in again.seconds)


def test_every_test_of_wiegreffe_and_pinter_is_reported(stories, tmp_path):
    result = assay.reproduce("wiegreffe-pinter", stories, tmp_path, quick=True)
    assert [row.key[0] for row in result.table("uniform").rows] == ["its own", "uniform"]
    guides = [row.key[0] for row in result.table("diagnostic").rows]
    assert guides == ["uniform", "its own", "base", "adversary"]
    sweep = result.table("adversaries")
    assert {row.key[0] for row in sweep.rows} == {"0", "0.01"}
    assert all(row.ours.n in (None, 60) for row in sweep.rows)
    assert (tmp_path / "wiegreffe-pinter.html").is_file()
    with pytest.raises(assay.OptionError, match="numbers from 0"):
        assay.reproduce("wiegreffe-pinter", stories, tmp_path, quick=True, strengths="-1 2")


def test_uniform_weights_are_uniform_over_the_words_and_zero_on_the_marks(base, stories):
    """Oracle: one over the number of words."""
    texts = splits(stories)["test"].texts[:5]
    for text, row in zip(texts, read(base, texts, uniform=True).attention, strict=True):
        words = len(text.split())
        assert row[1:-1] == pytest.approx(np.full(words, 1 / words))
        assert row[0] == row[-1] == 0


def test_a_guide_decides_what_a_model_reads(base, stories):
    """Oracle: a guide that is the model's own attention changes nothing, another one is obeyed."""
    texts = splits(stories)["test"].texts[:20]
    own = read(base, texts)
    assert read(base, texts, guide=own).probabilities == pytest.approx(own.probabilities, abs=1e-6)
    even = read(base, texts, uniform=True)
    guided = read(base, texts, guide=even)
    assert guided.distances(even).max() < 1e-6
    assert guided.divergences(even).max() < 1e-6


def test_an_adversary_predicts_the_same_from_other_attention(base, stories):
    """Oracle: without strength attention has no reason to leave; with it it goes far away."""
    train = splits(stories)["train"]
    own = read(base, train.texts)
    found = {}
    for strength in (0.0, 0.05):
        model = assay.AttentionClassifier(
            "bilstm", hidden_size=16, embedding_size=16, split="spaces"
        )
        model.fit(
            train.texts, train.labels, epochs=25, learning_rate=0.02, select="training_loss",
            imitate=(own.attention, own.probabilities), strength=strength,
        )  # fmt: skip
        found[strength] = read(model, train.texts)
    near, far = found[0.0], found[0.05]
    assert near.distances(own).mean() < 0.1
    assert far.distances(own).mean() < 0.15
    assert far.divergences(own).mean() > near.divergences(own).mean() + 0.1


def test_a_model_learns_under_fixed_attention(stories):
    """Oracle: a guide that shows only the last word of each move gives what decides."""
    parts = splits(stories)
    model = assay.AttentionClassifier("average", hidden_size=16, embedding_size=16, split="spaces")

    def guide(texts):
        rows = []
        for text in texts:
            row = np.zeros(len(text.split()) + 2, np.float32)
            row[5] = row[10] = 0.5
            rows.append(row)
        return rows

    train, dev = parts["train"], parts["dev"]
    fixed = (guide(train.texts), guide(dev.texts))
    model.fit(
        train.texts, train.labels, validation=(dev.texts, dev.labels), epochs=30,
        learning_rate=0.02, fixed_attention=fixed, select="accuracy",
    )  # fmt: skip
    rows = [row[None] for row in fixed[1]]
    edits = [[assay.Intervention.replace(0, row)] for row in rows]
    found = model.predict(dev.texts, interventions=edits, keep=[PATTERN])
    assert found.kept[PATTERN][0].reshape(-1) == pytest.approx(fixed[1][0])
    assert (found.probabilities.argmax(axis=1) == dev.labels).mean() > 0.95


def test_texts_of_five_words_or_fewer_do_not_count(tmp_path):
    rows = ["text,label,exp_split"]
    for part in ("train", "dev", "test"):
        rows += [f"one two three four five,1,{part}", f"one two three four five six,0,{part}"]
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n", "utf-8")
    parts = splits(tmp_path / "a.csv")
    assert {name: part.labels for name, part in parts.items()} == {
        "train": [0], "dev": [0], "test": [0]
    }  # fmt: skip
    (tmp_path / "b.csv").write_text("\n".join(rows[:3]) + "\n", "utf-8")
    with pytest.raises(assay.InputError, match="train, dev, test"):
        splits(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_text("words\na\n", "utf-8")
    with pytest.raises(assay.InputError, match="columns text, label and exp_split"):
        splits(tmp_path / "c.csv")


def test_word_vectors_are_read_for_the_words_of_the_texts(stories, tmp_path):
    """Oracle: the file's own numbers; training by so little a step leaves them all but there."""
    path = tmp_path / "vectors.txt"
    path.write_text("3 2\nmary 1 2\ngarden 0.5 -1\nelsewhere 7 7\n", "utf-8")
    found = word_vectors(path, {"mary", "garden", "john"})
    assert {word: vector.tolist() for word, vector in found.items()} == {
        "mary": [1, 2], "garden": [0.5, -1]
    }  # fmt: skip
    result = assay.reproduce(
        "jain-wallace", stories, tmp_path / "out", quick=True, encoder="average",
        word_vectors=str(path),
    )  # fmt: skip
    assert result.table("performance").rows
    model = assay.load(tmp_path / "out/models/average-additive-0")
    row = model.parameters()["embedding.weight"][model.tokenize("mary").ids[1]]
    assert row == pytest.approx([1, 2], abs=0.1)
    (tmp_path / "bad.txt").write_text("mary 1 2\njohn 1 2 3\n", "utf-8")
    for bad in (tmp_path / "bad.txt", tmp_path / "none.txt", stories):
        with pytest.raises(assay.InputError, match="expected"):
            word_vectors(bad, {"mary", "john"})


def test_only_adversaries_within_epsilon_count():
    """Oracle: by hand; the farthest one moved the prediction too much."""
    one = Measured(
        {"accuracy": [0.5]}, np.zeros(2, int), np.array([True, False]), np.array([0, 3]),
        {"a": {"tau": np.array([0.5, np.nan])}},
        np.zeros(2), np.array([[0.6, 0.3], [0.5, 0.4]]), np.array([[0.1, 0.04], [0.2, 0.3]]),
    )  # fmt: skip
    assert one.eps_max(0.05).tolist() == [0.3, 0.0]
    both = Measured.joined([one, one])
    assert both.performance["accuracy"].tolist() == [0.5, 0.5]
    assert both.means("a") == [0.5, 0.5]
    assert both.cell(1, 0).tolist() == [True, False, True, False]


def test_divergence_is_that_of_equal_and_of_disjoint_distributions():
    """Oracle: 0 and ln 2."""
    a, b = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.0, 1.0])
    assert assay.divergence(a, a) == 0
    assert assay.divergence(a, b) == pytest.approx(np.log(2))
