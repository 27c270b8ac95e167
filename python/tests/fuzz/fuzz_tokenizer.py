"""Tokenizers of every kind with other values in them, beside special tokens that are none."""

import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers

import assay
from assay.models.folder import tokenizer as read_tokenizer

from . import VALUES, FindingError, cases, line, mutated_json

DEMO = Path(assay.__file__).parent / "embedded" / "demo"
FIXTURES = Path(__file__).parents[3] / "Tests" / "Fixtures"
#: Words kept of a large vocabulary, so that a case is quick.
WORDS = 400
TEXTS = [
    "a fine film", "", "   ", "a\0b", "\ud7ff🙂é", "film" * 50, "[CLS] a [MASK] film </s>",
    "\u202eabc", "ﷺ", "\n\t", "an awful thing", ("a fine", "film"), ("", "b"), "\ud800",
]  # fmt: skip
SHAPES = [
    {"type": "Lowercase"}, {"type": "NFKD"}, {"type": "Prepend", "prepend": "\u2581"},
    {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated", "invert": False},
    {"type": "Split", "pattern": {"Regex": "a|b"}, "behavior": "Removed", "invert": True},
    {"type": "Replace", "pattern": {"String": ""}, "content": "y"},
    {"type": "Replace", "pattern": {"String": "a"}, "content": "aa" * 50},
    {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
    {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}},
    {"type": "TemplateProcessing", "pair": [], "special_tokens": {}, "single": [
        {"Sequence": {"id": "A", "type_id": 7}}, {"Sequence": {"id": "A", "type_id": 2**31}}]},
    {"type": "BertProcessing", "sep": ["[SEP]", 10**9], "cls": ["[CLS]", 2**32 - 1]},
    {"type": "Punctuation", "behavior": "Removed"}, {"type": "FixedLength", "length": 0},
]  # fmt: skip
BESIDE = {
    "special_tokens_map.json": ["", "[]", "{}", '{"mask_token": 5}', '{"mask_token": {}}', '"x"'],
    "tokenizer_config.json": [
        '{"unk_token": "\\ud800"}',
        '{"a":' * 9000,
        "\ufeff{}",
        '{"a": 1e999}',
    ],
}


def tokenizers():
    """Return one tokenizer of every kind, as JSON."""
    words = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "film": 4, "fine": 5}
    letters = {"a": 0, "f": 1, "i": 2, "fi": 3}
    made = [
        Tokenizer(models.WordLevel(words, unk_token="[UNK]")),
        Tokenizer(models.Unigram([("a", -1.0), ("film", -2.0)])),
        Tokenizer(models.BPE(letters, [("f", "i")])),
        Tokenizer(models.BPE(letters, [("f", "i")], byte_fallback=True, unk_token="<unk>")),
        Tokenizer(models.WordPiece(words, unk_token="[UNK]")),
    ]
    made[0].pre_tokenizer = pre_tokenizers.Whitespace()
    made[1].pre_tokenizer = pre_tokenizers.Metaspace()
    found = [json.loads(one.to_str()) for one in made]
    for path in [DEMO / "tokenizer.json", *sorted(FIXTURES.glob("*/tokenizer.json"))]:
        one = json.loads(path.read_bytes())
        if isinstance(one["model"].get("vocab"), dict):
            one["model"]["vocab"] = dict(list(one["model"]["vocab"].items())[:WORDS])
            one["model"].pop("merges", None)
        found.append(one)
    return [json.dumps(one).encode() for one in found]


def run(seconds, seed):
    """Change tokenizers, and let the demo model read texts with them."""
    counts, started = Counter(), time.monotonic()
    demo, kinds = assay.load("demo"), tokenizers()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, draw in cases(seconds, seed):
            data = draw.choice(kinds)
            changes = (0, 1, 1, 2, 3)
            mutant = mutated_json(data, draw, changes=changes, values=VALUES + SHAPES)
            (folder / "tokenizer.json").write_bytes(mutant)
            for beside, contents in BESIDE.items():
                (folder / beside).unlink(missing_ok=True)
                if draw.random() < 0.1:
                    (folder / beside).write_text(draw.choice(contents), "utf-8")
            try:
                counts[_read(demo, folder, draw)] += 1
            except BaseException as error:
                raise FindingError(f"tokenizer, seed {seed}, case {number}: {error!r}") from error
    return line("tokenizers", counts, time.monotonic() - started)


def _read(demo, folder, draw):
    try:
        tokenizer = read_tokenizer(folder)
        model = demo.with_tokenizer(tokenizer)
        _ = model.vocabulary, tokenizer.fingerprint, tokenizer.to_json()
    except assay.AssayError as error:
        return f"{type(error).__name__} at opening"
    result = "read"
    for text in draw.sample(TEXTS, 3):
        try:
            tokens = model.tokenize(text, truncate=draw.random() < 0.3)
            tokens.word_texts(), repr(tokens)
            model.predict(text)
        except assay.AssayError as error:
            result = type(error).__name__
        except assay.TruncationWarning:
            result = "cut"
    return result
