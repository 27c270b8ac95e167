"""Planted shortcuts: where words are put, what maps are made, and a study on made sentences."""

import csv
import json
from collections import Counter

import numpy as np
import pytest

import assay
from assay.engine import door
from assay_studies.shared.corpora import Labelled, splits
from assay_studies.shared.models import word_tokenizer
from assay_studies.shortcuts import planting
from assay_studies.shortcuts.joining import joined
from assay_studies.shortcuts.maps import DAMAGES, damaged, known_maps, mean_rank, precision
from assay_studies.shortcuts.planting import INVENTED, KINDS

from .corpus import write_reviews

TEXTS = Labelled(
    [f"a{i} b{i} c{i} d{i} e{i} f{i}" for i in range(200)], [i % 2 for i in range(200)]
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_planted_words_stand_where_they_are_said_to_and_nowhere_else(kind):
    """Oracle: the definition of each kind, read off the words of the texts."""
    planted = planting.carrying(TEXTS, kind, INVENTED, 0)
    for one, text in zip(planted, TEXTS.texts, strict=True):
        words = [one.words[place] for place in one.places]
        wanted = [INVENTED[number] for number in kind.deciding[one.label]]
        assert words == wanted if kind.ordered else sorted(words) == sorted(wanted)
        apart = [b - a for a, b in zip(one.places, one.places[1:], strict=False)]
        assert all((gap == 1) == kind.adjacent for gap in apart)
        assert one.without == text
        assert [len(words.split()) for words in one.without_each] == [
            len(one.words) - 1
        ] * kind.size
        assert not {*INVENTED} & {*one.without.split()}
    # Both answers are given to half of the texts of each label, so that a model without the
    # shortcut is right on half of them.
    counts = Counter((one.natural, one.label) for one in planted)
    assert set(counts.values()) == {len(TEXTS) // 4}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_pieces_without_effect_never_make_a_shortcut(kind):
    def decides(words):
        found = [(word, place) for place, word in enumerate(words) if word in INVENTED]
        for numbers in kind.deciding:
            wanted = [INVENTED[number] for number in numbers]
            names = [word for word, _ in found]
            places = [place for _, place in found]
            same = names == wanted if kind.ordered else sorted(names) == sorted(wanted)
            if same and (not kind.adjacent or places[1] - places[0] == 1):
                return True
        return False

    idle = planting.idle(TEXTS, kind, INVENTED, 0)
    assert list(idle.labels) == TEXTS.labels
    assert all(set(text.split()) & set(INVENTED) for text in idle.texts)
    assert not any(decides(text.split()) for text in idle.texts)
    # Half of the texts to learn from carry the shortcut: 200 of 400, four standard errors each way.
    learned = planting.learning(TEXTS, kind, INVENTED, 0, copies=2)
    carrying = [decides(text.split()) for text in learned.texts]
    assert 160 <= sum(carrying) <= 240
    assert carrying[:200] != carrying[200:]
    for i, (text, label) in enumerate(zip(learned.texts, learned.labels, strict=True)):
        assert decides(text.split()) or label == TEXTS.labels[i % 200]


def test_words_are_taken_from_the_vocabulary_that_the_texts_do_not_have():
    model = assay.load("demo")
    tokenizer = model.tokenizer
    first = planting.words_for(model, [Labelled(["a fine film"], [1])], 0)
    others = planting.words_for(model, [Labelled([" ".join(first)], [1])], 0)
    assert len({*first, *others}) == 6
    for word in others:
        assert planting.bare(tokenizer.piece(tokenizer.number(word))) == word
    assert planting.words_for(None, [TEXTS], 0) == INVENTED
    with pytest.raises(assay.InputError, match="three words to plant"):
        planting.words_for(None, [Labelled(["zeroa and"], [0])], 0)


def test_words_of_a_given_model_say_little_before_they_are_planted():
    """Oracle: of words drawn at random, most move the model's answer further from the median."""
    model = assay.load("demo")
    chosen = planting.words_for(model, [TEXTS], 0)
    answers = model.predict(list(chosen)).probabilities[:, 0]
    assert np.ptp(answers) < 0.02


def test_maps_hold_the_mass_that_their_names_say():
    """Oracle: sums over the deciding and over the other tokens, by hand."""
    rest = np.array([0.0, 0.1, 0.0, 0.6, 0.3])
    maps = known_maps(5, np.array([0, 2]), np.array([1, 4]), rest, half=2)
    assert all(weights.sum() == pytest.approx(1) for weights in maps.values())
    on_it = {name: weights[[0, 2]].sum() for name, weights in maps.items()}
    for damage in DAMAGES:
        assert on_it[damaged(damage)] == pytest.approx(1 - damage)
    assert on_it["softened"] == pytest.approx(0.8)
    assert maps["half"].tolist() == [0, 0, 1, 0, 0]
    assert maps["wrong"].tolist() == [0, 0.5, 0, 0, 0.5]


def test_precision_and_rank_are_those_of_all_orders_of_ties():
    """Oracle: the mean over every order that the scores allow, drawn 4,000 times."""
    random = np.random.default_rng(0)
    scores = np.array([1.0, 3.0, 2.0, 2.0, 2.0, 0.0])
    deciding = np.array([1, 2])
    hits, ranks = [], []
    for _ in range(4000):
        order = sorted(range(6), key=lambda i: (-scores[i], random.random()))
        hits.append(np.mean([place in order[:2] for place in deciding]))
        ranks.append(np.mean([order.index(place) + 1 for place in deciding]))
    # Their standard deviations are below .25 and .5: five standard errors.
    assert precision(scores, deciding) == pytest.approx(np.mean(hits), abs=0.02)
    assert mean_rank(scores, deciding) == pytest.approx(np.mean(ranks), abs=0.04)


def test_a_study_judges_the_models_that_learned_the_shortcut(tmp_path):
    data = write_reviews(tmp_path / "data")
    out = tmp_path / "out"
    result = assay.reproduce("shortcuts", data, out, quick=True, kinds="single_token")
    counts = {row.key[1]: row.key[3] for row in result.table("learned").rows}
    assert counts == {"encoder": "yes", "decoder": "yes"}
    with (out / "each-verdict.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    verdicts = Counter((line["map"], line["verdict"]) for line in lines)
    assert verdicts["oracle", "trustworthy"] > 0
    assert verdicts["wrong", "trustworthy"] == 0
    # A text counts when the other label comes back: of one deciding word, that one is needed.
    assert {line["needed"] for line in lines} == {"1"}
    assert {line["map"] for line in lines} == {"oracle", "softened", "wrong"} | {
        damaged(damage) for damage in DAMAGES
    }
    # What removes each word in turn finds the one that decides.
    ranks = result.table("methods")
    for model in counts:
        row = ranks["single_token", model, "leave_one_out", "precision at k"]
        assert row.ours.value == pytest.approx(1)
        assert {row.key[2] for row in ranks.rows} <= set(assay.methods())
    for name in ("learned.csv", "each-verdict.csv", "damage.csv", "methods.csv", "shortcuts.html"):
        assert (out / name).is_file()


def test_longer_texts_are_joined_reviews_of_one_label_with_room_for_what_is_added():
    """Oracle: every text is cut again into the texts it was made of."""
    found = joined(TEXTS, 32, lambda text: len(text.split()))
    labels = dict(zip(TEXTS.texts, TEXTS.labels, strict=True))
    for text, label in zip(found.texts, found.labels, strict=True):
        words = text.split()
        assert len(words) == 24
        pieces = [" ".join(words[at : at + 6]) for at in range(0, 24, 6)]
        assert {labels[piece] for piece in pieces} == {label}
    assert len(set(found.texts)) == len(found) == 48
    with pytest.raises(assay.InputError, match="enough texts of both labels"):
        joined(TEXTS, 4096, len)


def test_a_study_of_longer_texts_and_of_a_model_without_labels(tmp_path):
    data, start = write_reviews(tmp_path / "data"), tmp_path / "start"
    texts = splits(data)["train"]
    shape = {
        "model_type": "bert", "hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1,
        "intermediate_size": 32, "max_position_embeddings": 40, "type_vocab_size": 1,
    }  # fmt: skip
    spare = "river county species village census parish"
    words = word_tokenizer([*texts.texts, spare, spare], minimum=2)
    named = {"id2label": {"0": "a", "1": "b"}}
    model = assay.train(
        shape | named, texts.texts, texts.labels, tokenizer=words, output=start,
        options={"passes": 1},
    )  # fmt: skip
    kept = {name: array for name, array in model.parameters().items() if "classifier" not in name}
    config = json.loads((start / "config.json").read_text("utf-8"))
    handle = door.open_model({"config": config, "tensors": kept})
    door.call("save", {"path": str(start / "model.safetensors")}, model=handle)
    assert not assay.load(start).labels
    result = assay.reproduce(
        "shortcuts", data, tmp_path / "out", quick=True, kinds="single_token", model=str(start),
        tokens=32,
    )  # fmt: skip
    # Reviews of nine words, two of them in a text of at most 24.
    assert result.settings["texts"]["train"] == 198
    planted = result.settings["planted words"]
    assert len(set(planted)) == 3
    assert set(planted) <= set(spare.split())
    assert len(result.table("learned").rows) == 4
    with pytest.raises(assay.OptionError, match="tokens: expected 0 or 32 to 4096"):
        assay.reproduce("shortcuts", data, tmp_path / "other", tokens=8)


def test_unknown_kinds_and_labels_are_named(tmp_path):
    data = write_reviews(tmp_path / "data", 4)
    with pytest.raises(assay.OptionError, match="kinds: expected some of single_token"):
        assay.reproduce("shortcuts", data, tmp_path / "out", kinds="none")
    data.write_text(data.read_text("utf-8").replace(",1,", ",2,"), "utf-8")
    with pytest.raises(assay.InputError, match="expected the labels 0 and 1"):
        assay.reproduce("shortcuts", data, tmp_path / "out")
    assert set(splits(data)["train"].labels) == {0, 2}
