"""Checkpoints of the benchmarked shapes, with random weights and a tokenizer of plain words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

#: Where checkpoints and exported graphs are kept between runs.
CACHE = Path(__file__).resolve().parents[2] / ".build-bench"
VOCABULARY = 30522
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: The first id that is a word.
FIRST_WORD = len(SPECIAL)


@dataclass(frozen=True)
class Shape:
    """The extents that decide the cost of a model."""

    name: str
    family: str
    layers: int
    width: int
    heads: int

    @property
    def inner(self) -> int:
        return 4 * self.width

    def operations(self, lengths: list[int]) -> float:
        """Multiplications and additions of a forward pass through the blocks."""
        per_token = 2 * (4 * self.width**2 + 2 * self.width * self.inner)
        per_pair = 4 * self.width
        return float(
            self.layers * sum(per_token * length + per_pair * length**2 for length in lengths)
        )


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("bert-tiny", "bert", 2, 128, 2),
        Shape("minilm", "bert", 6, 384, 12),
        Shape("distilbert", "distilbert", 6, 768, 12),
        Shape("bert-base", "bert", 12, 768, 12),
        Shape("gpt2", "gpt2", 12, 768, 12),
    )
}


def torch_module(name: str, layers: int | None = None, positions: int = 512) -> Any:
    """Build the classifier of a shape, its weights drawn from a fixed seed."""
    import torch
    import transformers

    shape = SHAPES[name]
    torch.manual_seed(0)
    common = {"num_labels": 2, "vocab_size": VOCABULARY}
    depth = layers or shape.layers
    if shape.family == "bert":
        config = transformers.BertConfig(
            hidden_size=shape.width,
            num_hidden_layers=depth,
            num_attention_heads=shape.heads,
            intermediate_size=shape.inner,
            max_position_embeddings=positions,
            **common,
        )
        module = transformers.BertForSequenceClassification(config)
    elif shape.family == "distilbert":
        config = transformers.DistilBertConfig(
            dim=shape.width, n_layers=depth, n_heads=shape.heads, hidden_dim=shape.inner, **common
        )
        module = transformers.DistilBertForSequenceClassification(config)
    else:
        config = transformers.GPT2Config(
            n_embd=shape.width,
            n_layer=depth,
            n_head=shape.heads,
            n_positions=max(positions, 1024),
            pad_token_id=0,
            **common,
        )
        module = transformers.GPT2ForSequenceClassification(config)
    _spread(module)
    return module.eval().requires_grad_(False)


def _spread(module: Any) -> None:
    """Widen the matrices, so that attention and predictions vary as they do in trained models."""
    import torch

    with torch.no_grad():
        for name, weight in module.named_parameters():
            if weight.ndim == 2 and "embedding" not in name and "wte" not in name:
                weight.mul_(2)


def checkpoint(name: str, layers: int | None = None, positions: int = 512) -> Path:
    """Return the folder of a shape's checkpoint, made on first use."""
    label = name if layers is None and positions == 512 else f"{name}-{layers}-{positions}"
    folder = CACHE / "models" / label
    if not (folder / "tokenizer.json").exists():
        torch_module(name, layers, positions).save_pretrained(folder)
        _save_tokenizer(folder)
    return folder


def _save_tokenizer(folder: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors

    words = {word: index for index, word in enumerate(SPECIAL)}
    words |= {f"w{index}": index for index in range(FIRST_WORD, VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.add_special_tokens([AddedToken(word, special=True) for word in SPECIAL])
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}
    names |= {f"{word.strip('[]').lower()}_token": word for word in SPECIAL}
    (folder / "tokenizer_config.json").write_text(json.dumps(names))


def text(tokens: int, seed: int = 0) -> str:
    """Return a text that tokenises to `tokens` ids, the special two included."""
    rng = np.random.default_rng(seed)
    return " ".join(f"w{index}" for index in rng.integers(FIRST_WORD, VOCABULARY, tokens - 2))


def ids(tokens: int, seed: int = 0) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return the ids of `text(tokens, seed)`."""
    rng = np.random.default_rng(seed)
    words = rng.integers(FIRST_WORD, VOCABULARY, tokens - 2)
    return np.concatenate([[2], words, [3]]).astype(np.int32)
