"""A model that begins with random weights."""

import json
import re

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

import assay

CONFIG = {
    "model_type": "pre_norm_encoder",
    "n_embd": 16,
    "n_head": 2,
    "n_layer": 2,
    "n_positions": 16,
    "initializer_range": 0.1,
    "id2label": {"0": "BAD", "1": "GOOD"},
}
OPTIONS = {"passes": 12, "tokens_per_step": 64, "rate": 0.01, "dropout": 0.0}
TEXTS = ["the film is fine", "the film is dull", "a fine story", "a dull story"] * 8
LABELS = ["GOOD", "BAD"] * 16
WORDS = ["[PAD]", "[UNK]", "the", "a", "film", "story", "is", "fine", "dull"]


@pytest.fixture
def tokenizer():
    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def trained(folder, tokenizer, **options):
    return assay.train(
        CONFIG, TEXTS, LABELS, tokenizer=tokenizer, output=folder, options=OPTIONS, **options
    )


def test_it_learns_and_its_folder_opens_again(tokenizer, tmp_path):
    """Oracle: the word that decides; the folder's model gives the same numbers."""
    model = trained(tmp_path / "a", tokenizer)
    assert list(model.predict(["a fine film", "the dull film"]).labels) == ["GOOD", "BAD"]
    again = assay.load(tmp_path / "a")
    assert np.array_equal(again.predict(TEXTS).logits, model.predict(TEXTS).logits)
    config = json.loads((tmp_path / "a" / "config.json").read_text("utf-8"))
    assert config == {**CONFIG, "vocab_size": len(WORDS)}
    assert model.history[-1].done == 1
    assert {one.name for one in (tmp_path / "a").iterdir()} == {
        "config.json", "model.safetensors", "tokenizer.json"
    }  # fmt: skip


def test_the_same_seed_gives_the_same_bits_and_another_one_others(tokenizer, tmp_path):
    prints = [
        trained(tmp_path / str(i), tokenizer, seed=seed).fingerprint
        for i, seed in enumerate((1, 1, 2))
    ]
    assert prints[0] == prints[1] != prints[2]


def test_attention_keeps_off_what_is_impermissible(tokenizer, tmp_path):
    """Oracle: without the cost the deciding word draws attention, with it next to none."""
    flags = [[int(word in ("fine", "dull")) for word in text.split()] for text in TEXTS]
    mass = []
    for name, hidden in (("free", None), ("kept", flags)):
        model = trained(tmp_path / name, tokenizer, impermissible=hidden, layers=(0, 1))
        maps = model.attention("the film is fine")
        mass.append(max(float(layer.mean(axis=0)[0, 3]) for layer in maps))
    assert mass[1] < 0.1 < mass[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tokenizer": None}, "tokenizer: expected one, found none"),
        ({"labels": ["GOOD"]}, "texts: expected one label a text, found 32 texts and 1 labels"),
        ({"labels": ["WORSE"] * 32}, "labels: expected BAD, GOOD, found 'WORSE'"),
        ({"impermissible": [[1]] * 32}, "expected one weight for every token"),
    ],
)
def test_what_cannot_be_trained_is_said(tokenizer, tmp_path, arguments, message):
    whole = {"labels": LABELS, "tokenizer": tokenizer, "options": OPTIONS, **arguments}
    with pytest.raises(assay.InputError, match=re.escape(message)):
        assay.train(CONFIG, TEXTS, output=tmp_path / "a", **whole)
    assert not (tmp_path / "a" / "model.safetensors").exists()
