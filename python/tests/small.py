"""A small model with a tokenizer, and sentences that it can read."""

import json
import random
import shutil
from pathlib import Path

import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, processors

FIXTURE = Path(__file__).parents[2] / "Tests" / "Fixtures" / "bert-gelu-20x5"
TEXT = """
a the film play story actor scene plot cast end is was not never very so and but of with
good bad fine dull great poor sharp slow funny sad warm cold bright flat rich thin bold weak
it he she they , .
"""
WORDS = TEXT.split()


#: Fewer draws than anybody should use, for tests of everything but the draws.
FAST = {"permutations": 199, "shuffles": 5}


def small_model(folder):
    """Write a trained-shape checkpoint of the golden fixtures with a tokenizer of 48 words."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(FIXTURE / "model.safetensors", folder)
    config = json.loads((FIXTURE / "config.json").read_text())
    config["id2label"] = {"0": "negative", "1": "positive"}
    config["label2id"] = {"negative": 0, "positive": 1}
    (folder / "config.json").write_text(json.dumps(config))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    assert len(pieces) <= config["vocab_size"]
    fast = tokenizers.Tokenizer(
        models.WordLevel({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    fast.normalizer = normalizers.BertNormalizer(lowercase=True)
    fast.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    fast.add_special_tokens(pieces[:5])
    fast.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    fast.save(str(folder / "tokenizer.json"))
    return folder


def sentences(count, seed=0):
    """Return texts of 4 to 12 words, drawn with a seed."""
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(4, 12))) for _ in range(count)]
