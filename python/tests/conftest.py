"""Small tokenizers made on the spot, one for each way of marking words, and a small model."""

import pytest
import tokenizers
from small import small_model
from tokenizers import models, normalizers, pre_tokenizers, processors

import assay
from assay.inputs.tokenizer import Tokenizer

LETTERS = [chr(c) for c in range(33, 127)]


def wordpiece():
    """Return a BERT-like tokenizer: punctuation splits words, ## marks their continuations."""
    words = ["a", "film", "grip", "##ping", "act", "##ed", "don", "'", "t", ",", "the", "good"]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    pieces += [c for c in LETTERS if c not in pieces] + [f"##{c}" for c in LETTERS]
    fast = tokenizers.Tokenizer(
        models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    fast.normalizer = normalizers.BertNormalizer(lowercase=True)
    fast.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    fast.add_special_tokens(pieces[:5])
    fast.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return fast


def byte_level():
    """Return a GPT-like tokenizer: every byte a piece, a leading space belongs to the word."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    fast = tokenizers.Tokenizer(models.BPE({c: i for i, c in enumerate(alphabet)}, []))
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return fast


def unigram():
    """Return a SentencePiece-like tokenizer without a pre-tokenizer: it sees one long word."""
    pieces = [("<unk>", 0.0), ("▁", -1.0), ("▁good", -1.5), ("film", -2.0)]
    pieces += [(c, -3.0) for c in LETTERS]
    fast = tokenizers.Tokenizer(models.Unigram(pieces, unk_id=0))
    fast.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    return fast


@pytest.fixture(params=[wordpiece, byte_level, unigram], ids=lambda make: make.__name__)
def any_tokenizer(request):
    return Tokenizer(request.param())


@pytest.fixture
def tokenizer():
    return Tokenizer(wordpiece())


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    return small_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="session")
def model(model_folder):
    return assay.load(model_folder)


def pytest_configure(config):
    # The plugin says so itself where Assay is installed; a tree that is only on the path has none.
    config.addinivalue_line("markers", "assay: thresholds of `assay_verify`")


def pytest_addoption(parser):
    parser.addoption(
        "--whole", action="store_true", help="every repetition of the tests that take minutes"
    )


@pytest.fixture
def share(request):
    """Return how much of a long test runs: one case in so many, or with --whole every one."""
    return lambda usual: 1 if request.config.getoption("--whole") else usual
