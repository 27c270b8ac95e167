"""Attention classifiers: trained, saved, opened again, and then like any other model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assay

FILLERS = ["film", "play", "song", "book", "plot", "cast", "score", "scene"]
MARKS = {1: "lovely", 0: "dreadful"}


def task(count: int, seed: int) -> tuple[list[str], list[int]]:
    """Texts whose one telling word decides the label."""
    generator = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(count):
        words = list(generator.choice(FILLERS, int(generator.integers(4, 9))))
        words[int(generator.integers(len(words)))] = MARKS[number % 2]
        texts.append(" ".join(words))
        labels.append(number % 2)
    return texts, labels


def trained(encoder: str = "bilstm", attention: str = "additive", **options: Any) -> Any:
    """A small classifier of the task."""
    model = assay.AttentionClassifier(encoder, attention, hidden_size=8, embedding_size=12)
    settings = {"epochs": 6, "learning_rate": 0.02, "validation": task(40, 2), **options}
    return model.fit(*task(160, 1), **settings)


@pytest.mark.parametrize("encoder", ["bilstm", "cnn", "average"])
@pytest.mark.parametrize("attention", ["additive", "dot"])
def test_every_encoder_and_attention_learns_the_telling_word(encoder: str, attention: str) -> None:
    model = trained(encoder, attention)
    texts, labels = task(60, 3)
    found = model.predict(texts).probabilities.argmax(axis=1)
    assert (found == labels).mean() > 0.9
    assert not model.history[0].best
    assert model.layers == model.heads == 1


def test_a_classifier_is_verified_like_any_other_model(tmp_path: Path) -> None:
    model = trained()
    model.save(tmp_path / "model")
    opened = assay.load(tmp_path / "model")
    text = "film plot lovely scene"
    assert opened.labels == ("0", "1")
    np.testing.assert_array_equal(opened.predict(text).logits, model.predict(text).logits)
    pattern = opened.attention(text)[0]
    assert pattern.shape == (1, 1, 6)
    assert pattern[0, 0, 0] == pattern[0, 0, -1] == 0
    report = assay.verify(opened, text)
    # Rollout, the default elsewhere, cannot trace one learned query's attention.
    assert report.explanation.method == opened.default_method == "attention"
    assert assay.explain(opened, text).method == "attention"
    assert assay.audit(opened, [text, "film plot"], progress=False).errors == []
    assert report.verdict in {"trustworthy", "not trustworthy", "inconclusive"}
    assert report.checks["redirect"].outcome != "not applicable"
    assert assay.explain(opened, text, method="integrated_gradients").scores.shape == (4,)


def test_the_same_seed_gives_the_same_bits(tmp_path: Path) -> None:
    first = trained(epochs=2).parameters()
    second = trained(epochs=2).parameters()
    other = trained(epochs=2, seed=1).parameters()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not all(np.array_equal(first[name], other[name]) for name in first)


def test_an_interrupted_training_continues_to_the_same_bits(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def interrupt(done: float, _stage: str) -> None:
        if done > 0.5:
            raise StopError

    state = tmp_path / "state.safetensors"
    with pytest.raises(StopError):
        trained(epochs=40, state=state, progress=interrupt)
    assert state.is_file()
    resumed = trained(epochs=40, state=state).parameters()
    whole = trained(epochs=40).parameters()
    assert all(np.array_equal(resumed[name], whole[name]) for name in whole)


def test_attention_can_be_fixed() -> None:
    """Oracle: weights frozen at uniform are what the decision is made from."""
    model = assay.AttentionClassifier("average", hidden_size=8, embedding_size=12)
    assert model.fit(*task(160, 1), uniform_attention=True, epochs=2).is_fitted


def test_an_untrained_classifier_says_so() -> None:
    model = assay.AttentionClassifier()
    assert not model.is_fitted
    with pytest.raises(assay.InputError, match="call fit first"):
        model.predict("a film")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encoder": "lstm"}, "bilstm, cnn, average"),
        ({"attention": "self"}, "additive, dot"),
        ({"split": "letters"}, "words, spaces"),
    ],
)
def test_an_unknown_shape_is_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(assay.OptionError, match=message):
        assay.AttentionClassifier(**options)  # type: ignore[arg-type]


def test_labels_must_fit_the_texts() -> None:
    model = assay.AttentionClassifier()
    with pytest.raises(assay.InputError, match="one label a text"):
        model.fit(["a film"], [1, 0])
    with pytest.raises(assay.InputError, match="two or more"):
        model.fit(["a film", "a play"], [1, 1])
