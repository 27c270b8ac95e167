"""Text to tokens."""

import numpy as np
import pytest
from conftest import byte_level, unigram, wordpiece
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.engine.errors import InputError, InputTypeError, TruncationWarning
from assay.inputs.text import is_batch, tokenize
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens, tokens_of_ids


def words_of(tokens):
    return [
        (word, [p for p, w in zip(tokens.pieces, tokens.words, strict=True) if w == i])
        for i, word in enumerate(tokens.word_texts())
    ]


def test_word_pieces_are_grouped_by_the_tokenizer_and_punctuation_stands_alone(tokenizer):
    tokens = tokenize("A gripping film, don't", tokenizer)
    assert words_of(tokens) == [
        ("A", ["a"]),
        ("gripping", ["grip", "##ping"]),
        ("film", ["film"]),
        (",", [","]),
        ("don", ["don"]),
        ("'", ["'"]),
        ("t", ["t"]),
    ]
    assert tokens.pieces[0] == "[CLS]"
    assert tokens.special.tolist() == [True] + [False] * 8 + [True]
    assert tokens.words[[0, -1]].tolist() == [-1, -1]


def test_byte_level_pieces_are_grouped_though_nothing_marks_a_continuation():
    tokens = tokenize("good film", Tokenizer(byte_level()))
    assert [word for word, _ in words_of(tokens)] == ["good", "film"]
    assert tokens.words.tolist() == [0] * 4 + [1] * 5


def test_white_space_parts_words_when_the_tokenizer_has_no_notion_of_them():
    tokens = tokenize("good film ab", Tokenizer(unigram()))
    assert [word for word, _ in words_of(tokens)] == ["good", "film", "ab"]


def test_the_two_texts_of_a_pair_have_their_own_words_and_types(tokenizer):
    tokens = tokenize(("a film", "film good"), tokenizer)
    assert tokens.word_texts() == ("a", "film", "film", "good")
    assert tokens.types.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert tokens.words.tolist() == [-1, 0, 1, -1, 2, 3, -1]


def test_special_tokens_typed_by_a_person_are_special_but_unknown_words_are_not(tokenizer):
    tokens = tokenize("a [SEP] film [MASK] 電影", tokenizer)
    special = dict(zip(tokens.pieces, tokens.special.tolist(), strict=True))
    assert special == {
        "[CLS]": True, "a": False, "[SEP]": True, "film": False, "[MASK]": False, "[UNK]": False,
    }  # fmt: skip


def test_roles_are_found_by_their_usual_spelling_and_by_the_names_a_checkpoint_gives():
    tokenizer = Tokenizer(wordpiece())
    vocabulary = tokenizer.vocabulary
    punctuation = vocabulary.pop("punctuation_ids")
    assert {",", "'", "##!"} <= {tokenizer.piece(number) for number in punctuation}
    assert not {"a", "##s", "$"} & {tokenizer.piece(number) for number in punctuation}
    assert vocabulary == {
        "mask": 4, "pad": 0, "unk": 1, "cls": 2, "sep": 3,
        "special_ids": [0, 1, 2, 3, 4], "size": tokenizer.size,
    }  # fmt: skip
    assert Tokenizer(wordpiece(), {"pad_token": "[SEP]"}).vocabulary["pad"] == 3
    assert Tokenizer(byte_level()).vocabulary["mask"] is None


def test_padding_and_truncation_saved_in_a_tokenizer_are_switched_off():
    fast = wordpiece()
    fast.enable_truncation(4)
    fast.enable_padding(length=32)
    assert len(tokenize("a good film", Tokenizer(fast))) == 5


def test_a_text_that_is_too_long_is_an_error_that_says_how_to_go_on(tokenizer):
    with pytest.raises(InputError, match=r"at most 16 tokens, found 10,002.*truncate=True"):
        tokenize("film " * 10_000, tokenizer, limit=16)


def test_truncation_keeps_the_special_tokens_and_warns(tokenizer):
    with pytest.warns(TruncationWarning, match="10,002 tokens"):
        tokens = tokenize("film " * 10_000, tokenizer, limit=16, truncate=True)
    assert len(tokens) == 16
    assert (tokens.pieces[0], tokens.pieces[-1]) == ("[CLS]", "[SEP]")


@pytest.mark.parametrize(("first", "second"), [(3, 50), (50, 3), (50, 50), (0, 50)])
def test_truncating_a_pair_shortens_the_longer_text(tokenizer, first, second):
    with pytest.warns(TruncationWarning):
        tokens = tokenize(("a " * first, "film " * second), tokenizer, limit=16, truncate=True)
    kept = [tokens.pieces.count("a"), tokens.pieces.count("film")]
    assert sum(kept) == 13
    assert kept[int(first < second)] >= kept[int(first > second)]


def test_a_lone_surrogate_is_an_input_error(tokenizer):
    with pytest.raises(InputError, match="Unicode"):
        tokenize("a \ud800 film", tokenizer)


def test_ids_have_no_special_positions_and_each_token_is_its_own_word():
    tokens = tokenize([2, 7, 3], None)
    assert tokens.ids.tolist() == [2, 7, 3]
    assert not tokens.special.any()
    assert tokens.words.tolist() == [0, 1, 2]
    assert tokens.word_texts() == tokens.pieces == ("2", "7", "3")


@pytest.mark.parametrize("dtype", ["i1", "u2", ">i4", "<i8", ">u8"])
def test_ids_of_any_integer_type_and_layout_become_the_same_tokens(dtype):
    ids = np.repeat(np.array([2, 7, 3], dtype), 2)[::2]
    tokens = tokens_of_ids(ids)
    assert tokens.ids.dtype == np.int32
    assert tokens.ids.tolist() == [2, 7, 3]


@pytest.mark.parametrize("ids", [[0.5], [True], [[1, 2]], [-1], [2**31], ["a"], [[1], [2, 3]]])
def test_arrays_that_are_not_ids_are_refused(ids):
    with pytest.raises(InputError, match="ids: expected"):
        tokens_of_ids(ids)


@pytest.mark.parametrize("text", [None, b"bytes", {"a": 1}, 7, 1.5, {"a"}])
def test_things_that_are_not_text_are_a_type_error(text, tokenizer):
    with pytest.raises(InputTypeError, match="expected a str"):
        tokenize(text, tokenizer)


def test_text_without_a_tokenizer_is_an_error_that_asks_for_ids():
    with pytest.raises(InputError, match="array of ids"):
        tokenize("a film", None)


def test_tokens_are_read_only_and_pass_through(tokenizer):
    tokens = tokenize("a film", tokenizer)
    assert tokenize(tokens, tokenizer) is tokens
    for name in ("ids", "special", "words", "offsets", "types"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(tokens, name)[0] = 1


@pytest.mark.parametrize(
    ("texts", "batch"),
    [
        ("a", False),
        (("a", "b"), False),
        ([("a", "b")], True),
        (["a", "b"], True),
        ([1, 2], False),
        (np.array([1, 2]), False),
        (np.array([[1, 2]]), True),
        ([np.array([1]), np.array([1, 2])], True),
        ([], True),
    ],
)
def test_a_batch_is_told_from_one_input(texts, batch):
    assert is_batch(texts) is batch


@given(text=st.text(max_size=200), pair=st.none() | st.text(max_size=50))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_becomes_consistent_tokens(any_tokenizer, text, pair):
    """Oracle: words number 0, 1, … in order, belong to one text each, and are the non-special."""
    tokens = tokenize(text if pair is None else (text, pair), any_tokenizer)
    assert isinstance(tokens, Tokens)
    count = len(tokens)
    assert [len(v) for v in (tokens.ids, tokens.special, tokens.words, tokens.types)] == [count] * 4
    assert ((tokens.words >= 0) == ~tokens.special).all()
    numbered = tokens.words[tokens.words >= 0]
    assert np.isin(np.diff(numbered, prepend=-1), (0, 1)).all()
    assert len(tokens.word_texts()) == len(set(numbered.tolist()))
    for word in set(numbered.tolist()):
        assert len(set(tokens.types[tokens.words == word].tolist())) == 1


@pytest.mark.parametrize(
    "text", ["", "film", "🎬🎬 👩‍👩‍👧", "فيلم رائع", "<b>good</b> & <script>", "\0 a\n\n"]
)
def test_unusual_texts_survive(any_tokenizer, text):
    tokens = tokenize(text, any_tokenizer)
    assert len(tokens.word_texts()) == int(tokens.words.max(initial=-1)) + 1
