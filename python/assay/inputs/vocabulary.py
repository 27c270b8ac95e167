"""Word-level tokenizers made from texts: one token a word, a mark at each end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from assay.engine.errors import InputError
from assay.inputs.tokenizer import guarded

#: The reserved tokens, whose ids are their places: padding, unknown, start and end.
RESERVED = ("<pad>", "<unk>", "<s>", "</s>")
#: A word that holds a digit, and what stands for every one of them (Jain & Wallace 2019). A match
#: starts where a word does: started anywhere, a long word would be read from each of its letters.
NUMBER, NUMBERS = r"(?<!\S)[^\s\d]*\d\S*", "qqq"


def build(
    texts: Iterable[str],
    *,
    min_frequency: int = 1,
    lowercase: bool = True,
    split: str = "words",
) -> Tokenizer:
    """Make a tokenizer whose vocabulary is the words of `texts`.

    Args:
        texts: the texts that are trained on.
        min_frequency: rarer words are unknown.
        lowercase: whether letters lose their case.
        split: `words` (runs of letters and runs of punctuation) or `spaces`, for texts that are
            tokenised already.

    Words that hold a digit all become `qqq`. Frequent words come first; of equally frequent ones
    the one that came first.

    Raises:
        InputError: no word is frequent enough, or a text is not valid Unicode.

    >>> tokenizer = build(["a film", "a play in 3 acts"])
    >>> tokenizer.encode("a play in 1999").tokens
    ['<s>', 'a', 'play', 'in', 'qqq', '</s>']
    """
    steps = [normalizers.Lowercase()] if lowercase else []
    normalizer = normalizers.Sequence([*steps, normalizers.Replace(Regex(NUMBER), NUMBERS)])
    splitter = (
        pre_tokenizers.WhitespaceSplit() if split == "spaces" else pre_tokenizers.Whitespace()
    )
    counts: Counter[str] = Counter()
    with guarded(InputError, "texts", "texts that can be read"):
        for text in texts:
            pieces = splitter.pre_tokenize_str(normalizer.normalize_str(text))
            counts.update(piece for piece, _ in pieces)
    words = [word for word, count in counts.most_common() if count >= min_frequency]
    if not words:
        raise InputError.of("texts", f"words that occur {min_frequency} times or more", "none")
    known = {word: number for number, word in enumerate(_unique([*RESERVED, *words]))}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token=RESERVED[1]))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.add_special_tokens(list(RESERVED))
    start, end = RESERVED[2], RESERVED[3]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A $B {end}",
        special_tokens=[(start, 2), (end, 3)],
    )
    return tokenizer


def _unique(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))
