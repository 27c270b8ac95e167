"""Lines of many scripts, tokenizers trained on them, and the tokens that `tokenizers` gives.

python tools/make_tokenizer_cases.py FOLDER [--lines 60] [--vocabulary 500] [--texts FILE …]

Each FOLDER/NAME.json holds `tokenizer` (a whole tokenizer.json), `lines`, and for every line
`ids`, `offsets` (pairs), `words` and `types`; every seventh line is a pair with the next. The Swift
tests read Tests/TokenizationTests/Cases, or the folder that ASSAY_TOKENIZER_CASES names.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import tokenizers
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

SCRIPTS = {
    "latin": [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x17F), (0x1E00, 0x1EFF)],
    "greek": [(0x391, 0x3A9), (0x3B1, 0x3C9), (0x1F00, 0x1FFE)],
    "cyrillic": [(0x410, 0x44F), (0x450, 0x52F)],
    "arabic": [(0x621, 0x64A), (0x64B, 0x65F), (0x660, 0x669)],
    "hebrew": [(0x5D0, 0x5EA), (0x591, 0x5C7)],
    "devanagari": [(0x904, 0x939), (0x93A, 0x94F), (0x966, 0x96F)],
    "thai": [(0xE01, 0xE3A), (0xE40, 0xE5B)],
    "hangul": [(0xAC00, 0xD7A3), (0x1100, 0x11FF)],
    "kana": [(0x3041, 0x3096), (0x30A1, 0x30FA), (0x3099, 0x309A)],
    "han": [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF)],
    "tamil": [(0xB85, 0xBCD)],
    "georgian": [(0x10A0, 0x10FF)],
    "ethiopic": [(0x1200, 0x137C)],
    "emoji": [(0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x200D, 0x200D), (0x1F3FB, 0x1F3FF)],
    "marks": [(0x300, 0x36F), (0x61, 0x7A)],
    "symbols": [(0x20, 0x7E), (0xA0, 0xBF), (0x2000, 0x206F), (0x2100, 0x21FF), (0xFF00, 0xFFEF)],
}
BETWEEN = [" "] * 5 + ["  ", "\t", "\n", " \n ", "\r\n", ", ", ". ", "'s ", "-", "…", "\u00a0"]
BETWEEN += ["\u200b", "   ", "'ll ", " 12345 ", "3.14", "!?", '"', ""]
TOKENS = ["[MASK]", " [MASK] x", "<|endoftext|>", "<mask>", "  <mask>  a", "[SEP]", "<|im_end|>"]
ODD = ["", " ", "\n\n\n", "a" * 300, " " * 50, "İstanbul ǅ ß ẞ ﬁ Å é é ñ", "가각 각"]
ODD += ["e\u0301\u0323x", "\u0000\ufffd\u0007a", "wordy swordy wordy.", "a   b    c"]
LLAMA = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN = LLAMA.replace("{1,3}", "")


def lines(count: int, texts: list[str]) -> list[str]:
    draw = random.Random(7)

    def word(script: str) -> str:
        ranges = SCRIPTS[script]
        size = draw.randint(1, 9)
        return "".join(chr(draw.randint(*draw.choice(ranges))) for _ in range(size))

    result = draw.sample(texts, min(len(texts), count // 2))
    while len(result) < count:
        scripts = [draw.choice(list(SCRIPTS)) for _ in range(draw.randint(1, 3))]
        parts = (word(draw.choice(scripts)) + draw.choice(BETWEEN) for _ in range(1, 12))
        line = " " * draw.choice([0, 0, 0, 0, 1, 4]) + "".join(parts)
        result.append(line + draw.choice(TOKENS) if draw.random() < 0.1 else line)
    return [*result, *ODD]


def made(corpus: list[str], size: int) -> dict[str, Tokenizer]:
    def trained(model: Any, special: list[str], **parts: Any) -> Tokenizer:
        tokenizer = Tokenizer(model)
        for name, part in parts.items():
            setattr(tokenizer, name, part)
        common = {"vocab_size": size, "special_tokens": special, "show_progress": False}
        if isinstance(model, models.BPE):
            alphabet = pre_tokenizers.ByteLevel.alphabet()
            trainer = trainers.BpeTrainer(initial_alphabet=alphabet, **common)
        else:
            trainer = trainers.WordPieceTrainer(**common)
        tokenizer.train_from_iterator(corpus, trainer)
        return tokenizer

    def byte_level(**options: bool) -> Any:
        return pre_tokenizers.ByteLevel(**{"add_prefix_space": False, **options})

    def split(pattern: str) -> Any:
        cut = pre_tokenizers.Split(Regex(pattern), "isolated")
        return pre_tokenizers.Sequence([cut, byte_level(use_regex=False)])

    found = {}
    for name, lowers in (("bert", True), ("bert-cased", False)):
        found[name] = trained(
            models.WordPiece(unk_token="[UNK]"),
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
            normalizer=normalizers.BertNormalizer(lowercase=lowers),
            pre_tokenizer=pre_tokenizers.BertPreTokenizer(),
            post_processor=processors.TemplateProcessing(
                "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)]
            ),
        )
    found["gpt2"] = trained(
        models.BPE(),
        ["<|endoftext|>"],
        pre_tokenizer=byte_level(),
        post_processor=processors.ByteLevel(trim_offsets=False),
    )
    for name, adds in (("roberta", False), ("roberta-prefix", True)):
        found[name] = trained(
            models.BPE(),
            ["<s>", "<pad>", "</s>", "<unk>"],
            pre_tokenizer=byte_level(add_prefix_space=adds),
            post_processor=processors.RobertaProcessing(("</s>", 2), ("<s>", 0), True, adds),
        )
        found[name].add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    start = "<|begin_of_text|>"
    found["llama"] = trained(
        models.BPE(ignore_merges=True),
        [start, "<|end_of_text|>"],
        pre_tokenizer=split(LLAMA),
        post_processor=processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(
                    f"{start} $A", f"{start} $A {start}:1 $B:1", [(start, 0)]
                ),
            ]
        ),
    )
    found["qwen"] = trained(
        models.BPE(),
        ["<|endoftext|>", "<|im_end|>"],
        normalizer=normalizers.NFC(),
        pre_tokenizer=split(QWEN),
        post_processor=processors.ByteLevel(trim_offsets=False),
    )
    found["modernbert"] = trained(
        models.BPE(unk_token="[UNK]"),
        ["[UNK]", "[CLS]", "[SEP]", "[PAD]"],
        normalizer=normalizers.NFC(),
        pre_tokenizer=byte_level(),
        post_processor=processors.TemplateProcessing(
            "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]", [("[CLS]", 1), ("[SEP]", 2)]
        ),
    )
    found["modernbert"].add_special_tokens([AddedToken("[MASK]", lstrip=True, normalized=False)])
    found["modernbert"].add_tokens([AddedToken("   "), AddedToken("wordy", single_word=True)])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=60)
    parser.add_argument("--vocabulary", type=int, default=500)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    chosen = parser.parse_args()
    texts = [line for path in chosen.texts for line in path.read_text("utf-8").splitlines()]
    corpus = lines(chosen.lines, texts)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name, tokenizer in made(corpus, chosen.vocabulary).items():
        pairs = [
            (line, corpus[(index + 1) % len(corpus)] if index % 7 == 3 else None)
            for index, line in enumerate(corpus)
        ]
        encodings = [tokenizer.encode(line, pair) for line, pair in pairs]
        record = {
            "library": f"tokenizers {tokenizers.__version__}",
            "tokenizer": json.loads(tokenizer.to_str()),
            "lines": corpus,
            "ids": [one.ids for one in encodings],
            "offsets": [[place for pair in one.offsets for place in pair] for one in encodings],
            "words": [one.word_ids for one in encodings],
            "types": [one.type_ids for one in encodings],
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        (chosen.folder / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
