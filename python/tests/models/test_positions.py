"""Heads over positions and over the vocabulary: where they are read, and what is explained."""

import json
import shutil

import numpy as np
import pytest
import tokenizers
from conftest import wordpiece
from golden import FIXTURES, Golden, assert_close
from tokenizers import models, pre_tokenizers

import assay


def with_tokenizer(case, folder, fast):
    """Copy a fixture and put a tokenizer beside it, its vocabulary widened to the model's size."""
    target = folder / case
    shutil.copytree(FIXTURES / case, target)
    fast.save(str(target / "tokenizer.json"))
    return target


@pytest.fixture
def masked(tmp_path):
    """A masked language model of 53 ids and a tokenizer whose first ids they are."""
    folder = with_tokenizer("bert-masked-20x2", tmp_path, wordpiece())
    return assay.load(folder)


def byte_level():
    """Return a byte-level tokenizer in which a space makes another token."""
    spellings = [
        "Ġ",
        "h",
        "i",
        "s",
        "e",
        "r",
        "hi",
        "his",
        "Ġhis",
        "Ġh",
        "Ġhi",
        "he",
        "her",
        "Ġher",
    ]
    merges = [("h", "i"), ("hi", "s"), ("Ġ", "h"), ("Ġh", "i"), ("Ġhi", "s"), ("Ġ", "his")]
    fast = tokenizers.Tokenizer(models.BPE({s: i for i, s in enumerate(spellings)}, merges))
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return fast


@pytest.fixture
def causal(tmp_path):
    return assay.load(with_tokenizer("gpt2-causal-20x4", tmp_path, byte_level()))


@pytest.mark.parametrize(
    "case", ["bert-masked-20x2", "gpt2-tokens-20x4", "distilbert-masked-21x3", "llama-causal-24x4"]
)
def test_chosen_positions_equal_torchs(case):
    """Oracle: transformers 5.23, the row of that position."""
    golden = Golden(case)
    model = assay.load(golden.folder)
    items = [golden.of(length, "ids") for length in golden.lengths]
    places = [golden.meta["position"][str(length)] for length in golden.lengths]
    batch = model.predict(items, positions=places)
    for row, length, place in zip(batch.logits, golden.lengths, places, strict=True):
        assert_close(row, golden.of(length, "logits"), 1e-4)
        ids = golden.of(length, "ids")
        back = place - length
        assert np.array_equal(model.predict(ids, positions=back).logits[0], row)
    gradient = model.gradient(
        items[1], position=places[1], target=golden.meta["target"][str(golden.lengths[1])]
    )
    assert_close(gradient, golden.of(golden.lengths[1], "gradient.embedding"), 1e-3)


def test_explanations_and_verdicts_take_a_position(masked):
    ids = np.array([2, 6, 4, 7, 3])
    first, other = (
        assay.explain(masked, ids, method="saliency", target=9, position=place) for place in (2, 3)
    )
    assert not np.array_equal(first.scores, other.scores)
    both = assay.explain_batch(masked, [ids, ids], method="saliency", target=9, positions=[2, 3])
    assert np.array_equal(both[0].scores, first.scores)
    assert np.array_equal(both[1].scores, other.scores)
    report = assay.verify(masked, ids, explanation="attention", target=9, position=3)
    assert report.tokens.position == 3


def test_a_saved_explanation_keeps_its_position(masked, tmp_path):
    explanation = assay.explain(masked, [2, 6, 4, 7, 3], method="attention", position=-2)
    explanation.save(tmp_path / "e.json")
    assert assay.Explanation.load(tmp_path / "e.json").tokens.position == 3


@pytest.mark.parametrize("position", [5, -6, 1.5, True, "2"])
def test_a_position_that_is_not_there_is_refused(masked, position):
    with pytest.raises(assay.OptionError, match="position"):
        masked.predict([2, 6, 4, 7, 3], positions=[position])


def test_positions_belong_to_heads_over_positions():
    model = assay.load("demo")
    with pytest.raises(assay.OptionError, match="row of its own"):
        model.predict("a film", positions=1)


def test_as_many_positions_as_inputs(masked):
    with pytest.raises(assay.InputError, match="each of 1 inputs"):
        masked.predict([2, 6, 4, 7, 3], positions=[1, 2])


def test_a_masked_model_explains_words(masked):
    fast = wordpiece()
    explanation = assay.explain(masked, "a [MASK]", method="saliency", target="film")
    assert explanation.target == fast.token_to_id("film")
    contrast = assay.explain(masked, "a [MASK]", method="saliency", target=("film", "##ping"))
    assert contrast.target == (fast.token_to_id("film"), fast.token_to_id("##ping"))
    report = assay.verify(masked, "a [MASK] film", explanation="saliency", target=("film", "act"))
    assert report.target_label == "film rather than act"
    assert (
        masked.predict("a [MASK]").labels[0]
        == fast.id_to_token(int(masked.predict("a [MASK]").logits[0].argmax()))
        or masked.predict("a [MASK]").logits[0].argmax() >= fast.get_vocab_size()
    )


def test_a_word_of_several_tokens_is_refused_with_its_pieces(masked):
    with pytest.raises(assay.OptionError, match="'grip', '##ping'"):
        assay.explain(masked, "a [MASK]", target="gripping")
    with pytest.raises(assay.OptionError, match="none"):
        assay.explain(masked, "a [MASK]", target="")


def test_a_space_makes_another_token_of_a_byte_level_model(causal):
    fast = byte_level()
    plain = assay.explain(causal, "his", method="saliency", target=("his", " his"))
    assert plain.target == (fast.token_to_id("his"), fast.token_to_id("Ġhis"))


def test_a_language_model_without_a_tokenizer_takes_ids_only():
    model = assay.load(FIXTURES / "gpt2-causal-20x4")
    with pytest.raises(assay.OptionError, match="without a tokenizer"):
        model.gradient([5, 6, 7], target="his")


def test_classifiers_take_the_names_of_their_labels(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(FIXTURES / "bert-gelu-20x5", folder)
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "NEGATIVE", "1": "POSITIVE"}
    (folder / "config.json").write_text(json.dumps(config))
    model = assay.load(folder)
    explanation = assay.explain(
        model, [5, 6, 7], method="saliency", target=("positive", "NEGATIVE")
    )
    assert explanation.target == (1, 0)
    with pytest.raises(assay.OptionError, match="NEGATIVE, POSITIVE"):
        model.gradient([5, 6], target="his")
