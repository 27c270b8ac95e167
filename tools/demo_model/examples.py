"""Training examples from trees: every distinct phrase with a soft target."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from . import tokenizer
from .trees import Tree

PARTS = ("train", "dev", "test")
#: The wanted probability of POSITIVE for each label. Neutral phrases are evidence for neither
#: side: a text without sentiment, or with its sentiment taken out, then scores near one half.
TARGETS = (0.0, 0.15, 0.5, 0.85, 1.0)
#: How much a whole sentence counts beside a phrase.
SENTENCE_WEIGHT = 2.0

#: Token ids, wanted probability of POSITIVE, weight.
Example = tuple[tuple[int, ...], float, float]
Arrays = dict[str, NDArray[np.float32] | NDArray[np.int32]]


def encode(words: Iterable[str], fast: Tokenizer) -> tuple[int, ...]:
    """The ids of a text, between [CLS] and [SEP]."""
    return tuple(fast.encode(" ".join(words)).ids)


def phrases(trees: list[Tree], fast: Tokenizer) -> list[Example]:
    """Every distinct phrase once; the targets of one that was labelled differently are averaged."""
    targets: dict[tuple[int, ...], list[float]] = {}
    sentences = set()
    for tree in trees:
        for start, end, label in tree.phrases:
            ids = encode(tree.words[start:end], fast)
            targets.setdefault(ids, []).append(TARGETS[label])
        sentences.add(ids)
    return [
        (ids, sum(values) / len(values), SENTENCE_WEIGHT if ids in sentences else 1.0)
        for ids, values in targets.items()
    ]


def sentences(trees: list[Tree], fast: Tokenizer) -> list[Example]:
    """The sentences that are not neutral, as the binary task has them."""
    return [
        (encode(tree.words, fast), float(tree.label > 2), 1.0) for tree in trees if tree.label != 2
    ]


def write(parts: dict[str, list[Tree]], fast: Tokenizer, path: Path) -> dict[str, int]:
    """Write the file that `assay-train-demo` reads; return how many examples each part has."""
    vocabulary = [fast.get_vocab_size(), tokenizer.MASK, tokenizer.PAD, tokenizer.UNK]
    vocabulary += [tokenizer.CLS, tokenizer.SEP]
    arrays: Arrays = {"vocabulary": np.array(vocabulary, np.int32)}
    counts = {}
    for name in PARTS:
        made = (phrases if name == "train" else sentences)(parts[name], fast)
        counts[name] = len(made)
        flat = [number for ids, _, _ in made for number in ids]
        arrays[f"{name}.ids"] = np.array(flat, np.int32)
        arrays[f"{name}.lengths"] = np.array([len(ids) for ids, _, _ in made], np.int32)
        arrays[f"{name}.positive"] = np.array([target for _, target, _ in made], np.float32)
        arrays[f"{name}.weight"] = np.array([weight for _, _, weight in made], np.float32)
    save(arrays, path)
    return counts


def save(arrays: Arrays, path: Path) -> None:
    """Write a safetensors file: the length of the header, the header, the numbers."""
    header = {}
    end = 0
    for name, array in arrays.items():
        start, end = end, end + array.nbytes
        kind = "I32" if array.dtype == np.int32 else "F32"
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for array in arrays.values():
            file.write(array.tobytes())
