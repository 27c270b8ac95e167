"""The parts of tools/train_demo.py that need no training."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(autouse=True)
def tools_on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    yield
    for name in [name for name in sys.modules if name.startswith("demo_model")]:
        del sys.modules[name]


def test_a_tree_gives_its_words_and_every_phrase_with_its_label():
    from demo_model import trees

    tree = trees.parse(r"(3 (2 -LRB-) (4 (3 (2 ``) (2 fine)) (2 and\/or)))")
    assert tree.words == ("(", '"', "fine", "and/or")
    assert tree.phrases == (
        (0, 1, 2),
        (1, 2, 2),
        (2, 3, 2),
        (1, 3, 3),
        (3, 4, 2),
        (1, 4, 4),
        (0, 4, 3),
    )
    assert tree.label == 3


def test_an_unbalanced_tree_is_an_error():
    from demo_model import trees

    with pytest.raises(ValueError, match="unbalanced"):
        trees.parse("(3 (2 fine)")


def test_word_pieces_are_joined_by_frequency_and_ties_by_spelling():
    # The example of Sennrich et al. 2016, algorithm 1: es and est (9), ow and low (7), then those
    # of newest (6); among equals "##" comes before letters.
    from demo_model import pieces

    counts = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    learned = pieces.learn(counts, 100, least=6)
    letters = {piece for piece in learned if len(piece.removeprefix("##")) == 1}
    merges = [piece for piece in learned if piece not in letters]
    assert merges == ["##es", "##est", "##ow", "low", "##ew", "##ewest", "newest"]
    assert pieces.learn(Counter(counts), 100, least=6) == learned


def test_ordinary_text_and_treebank_text_have_the_same_tokens():
    from demo_model import tokenizer

    sentences = [("it", "is", "n't", "bad", "..."), ("we", "do", "n't", '"', "know", '"')] * 3
    fast = tokenizer.train(sentences)
    assert fast.encode("It isn\N{RIGHT SINGLE QUOTATION MARK}t bad...").tokens == [
        "[CLS]",
        "it",
        "is",
        "n't",
        "bad",
        "...",
        "[SEP]",
    ]
    assert fast.encode("it is n't bad ...").ids == fast.encode("It isn't bad...").ids
    assert [fast.token_to_id(token) for token in tokenizer.SPECIALS] == [0, 1, 2, 3, 4]
    assert fast.to_str() == tokenizer.train(sentences).to_str()


def test_phrases_are_distinct_and_labelled_softly(tmp_path):
    from demo_model import examples, tokenizer, trees

    parts = [trees.parse("(4 (2 a) (4 joy))"), trees.parse("(2 (2 a) (2 joy))")]
    fast = tokenizer.train(tree.words for tree in parts * 2)
    made = {fast.decode(list(ids)): (p, weight) for ids, p, weight in examples.phrases(parts, fast)}
    assert made == {"a": (0.5, 1), "joy": (0.75, 1), "a joy": (0.75, 2)}

    counts = examples.write({"train": parts, "dev": parts, "test": parts}, fast, tmp_path / "x")
    assert counts == {"train": 3, "dev": 1, "test": 1}
    raw = (tmp_path / "x").read_bytes()
    length = int.from_bytes(raw[:8], "little")
    assert b'"train.ids"' in raw[8 : 8 + length]
    assert np.frombuffer(raw[-4:], np.float32)[0] == 1


def test_the_interval_is_wilsons():
    # Agresti & Coull 1998: 0 of 20 has the 95 % score interval (0, 0.161).
    from demo_model import card

    low, high = card.wilson(0, 20)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(0.1611, abs=1e-4)
    assert card.wilson(1457, 1821) == pytest.approx((0.7812, 0.8177), abs=2e-4)
