"""Letters of several bytes, and scripts without spaces. Oracle: the text, read by a person."""

import numpy as np
import pytest
import tokenizers
from conftest import byte_level, wordpiece
from small import FAST
from tokenizers import models, pre_tokenizers

import assay
from assay.inputs.tokenizer import Tokenizer
from assay.show.report_words import spelled


def metaspace():
    """Return a SentencePiece-like tokenizer with a pre-tokenizer that splits at spaces alone."""
    pieces = ["▁", "国家", "中国", "美国", "▁film", "คน", "ไทย", "です", "日本"]
    fast = tokenizers.Tokenizer(
        models.Unigram([("<unk>", 0.0), *((piece, -1.0) for piece in pieces)], unk_id=0)
    )
    fast.pre_tokenizer = pre_tokenizers.Metaspace()
    return fast


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("国家中国美国", ("国家", "中国", "美国")),
        ("国家 film", ("国家", "film")),
        ("คนไทย", ("คน", "ไทย")),
        ("日本です film", ("日本", "です", "film")),
    ],
)
def test_a_script_without_spaces_has_a_word_for_each_token(text, words):
    assert Tokenizer(metaspace()).encode(text).word_texts() == words


@pytest.mark.parametrize("make", [byte_level, wordpiece])
def test_a_letter_of_several_tokens_is_one_word(make):
    tokens = Tokenizer(make()).encode("日本 film, 国")
    assert tokens.word_texts() == ("日", "本", *tokens.word_texts()[2:-1], "国")


@pytest.mark.parametrize("text", ["한국 영화", "naïve café", "großer Film", "кино"])
def test_words_of_scripts_with_spaces_stay_whole(text):
    tokens = Tokenizer(byte_level()).encode(text)
    assert tokens.word_texts() == tuple(text.split())


@pytest.mark.parametrize("text", ["日本", "naïve", "a 🎬 film", "кино"])
def test_pieces_of_bytes_are_read_as_the_letters_they_are_part_of(text):
    tokens = Tokenizer(byte_level()).encode(text)
    for letter in text.replace(" ", ""):
        assert letter in tokens.readable
    assert not set("".join(tokens.readable)) - set(text) - {"Ġ"}
    assert spelled(tokens, range(len(tokens))).replace("Ġ", "") == text


def test_a_report_names_a_letter_once():
    def predict(ids):
        return np.array([[0.1, 0.9] if one.size > 6 else [0.8, 0.2] for one in ids])

    model = assay.black_box(predict=predict, tokenizer=byte_level())
    scores = [0.0, 0.0, 0.0, 3.0, 3.0, 3.0, 0.0, 1.0, 0.0]
    report = assay.verify(model, "日本 ok", explanation=scores, **FAST)
    said = str(report)
    assert "“本”" in said
    assert "“本”, “本”" not in said
    assert "æ" not in said
    assert "æ" not in report.to_html()
    assert "æ" not in repr(report.explanation) + repr(report.tokens)
