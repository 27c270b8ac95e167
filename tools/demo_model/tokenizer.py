"""The demo model's WordPiece tokenizer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

from . import pieces

VOCABULARY = 6000
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP, MASK = range(5)
QUOTES = {"\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'"}
QUOTES |= {"\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"'}
#: The treebank parts contractions before their clitic and keeps runs of dots and dashes, so the
#: same rule makes "isn't bad..." and "is n't bad ..." the same tokens.
PARTS = r"n't(?!\w)|'(?:s|re|ve|ll|d|m)(?!\w)|\.{2,}|-{2,}|[^\w\s]|_"

CONFIGURATION = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
    "model_max_length": 256,
    "pad_token": "[PAD]",
    "sep_token": "[SEP]",
    "unk_token": "[UNK]",
}


def train(sentences: Iterable[tuple[str, ...]]) -> Tokenizer:
    """Train on sentences given as words; the same sentences give the same tokenizer."""
    normalizer = normalizers.Sequence(
        [
            *(normalizers.Replace(old, new) for old, new in QUOTES.items()),
            normalizers.BertNormalizer(lowercase=True, strip_accents=True),
        ]
    )
    parting = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(PARTS), "isolated")]
    )
    counts: Counter[str] = Counter()
    for words in sentences:
        text = normalizer.normalize_str(" ".join(words))
        counts.update(part for part, _ in parting.pre_tokenize_str(text))
    learned = pieces.learn(counts, VOCABULARY - len(SPECIALS))
    vocabulary = {piece: number for number, piece in enumerate([*SPECIALS, *learned])}
    fast = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    fast.add_special_tokens(SPECIALS)
    fast.normalizer = normalizer
    fast.pre_tokenizer = parting
    fast.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    fast.decoder = decoders.WordPiece()
    return fast
