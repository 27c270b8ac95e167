"""Texts that studies read where the caller has them: labelled, alone, and word vectors."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.study import Request

PARTS = ("train", "dev", "test")


@dataclass(frozen=True)
class Labelled:
    """Texts and what they are labelled; `relevant` has one flag a word, where a study needs it."""

    texts: Sequence[str]
    labels: Sequence[int]
    relevant: Sequence[Sequence[bool]] = ()

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Iterable[int]) -> Labelled:
        """Return some of the texts, in the given order."""
        chosen = list(places)
        return Labelled(
            [self.texts[i] for i in chosen],
            [self.labels[i] for i in chosen],
            [self.relevant[i] for i in chosen] if self.relevant else (),
        )

    def first(self, count: int) -> Labelled:
        """Return the first texts."""
        return self.take(range(min(count, len(self))))

    def digest(self) -> str:
        """Return what tells these texts, labels and flags from others."""
        content = (list(self.texts), list(self.labels), list(self.relevant))
        return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read.

    A reader speaks of what its corpus may lack; a line that is nothing of the kind raises what
    taking it apart raises.
    """
    try:
        yield
    except assay.AssayError:
        raise
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError,
            csv.Error) as error:  # fmt: skip
        place = getattr(error, "filename", None) or path
        raise assay.InputError(
            f"{place}: expected texts of this study ({type(error).__name__}: {error})",
            subject="data",
        ) from error


def sentences(path: Path) -> list[str]:
    """Return the texts of a file.

    A csv with a column `text` gives that column (of the rows whose `exp_split` is `test`, where
    there is such a column); any other file gives its lines up to the first tab.

    Raises:
        InputError: the file cannot be read or has no text.
    """
    if path.is_dir():
        raise assay.InputError(
            f"data: expected a file of sentences, found the folder {path}", subject="data"
        )
    with reading(path):
        if path.suffix == ".csv":
            tested = [row for row in _rows(path) if row.get("exp_split", "test") == "test"]
            texts = [row.get("text") or "" for row in tested]
        else:
            texts = [line.partition("\t")[0] for line in path.read_text("utf-8").splitlines()]
        texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        raise assay.InputError(f"{path}: expected sentences, found none", subject="data")
    return texts


def splits(path: Path) -> dict[str, Labelled]:
    """Return the parts `train`, `dev` and `test` of a csv with `text`, `label` and `exp_split`.

    As Jain & Wallace do, a text counts if it has more than five words.

    Raises:
        InputError: a column or a part is missing.
    """
    with reading(path):
        rows = _rows(path)
        if not rows or not {"text", "label", "exp_split"} <= set(rows[0]):
            raise assay.InputError(
                f"{path}: expected a csv with the columns text, label and exp_split", subject="data"
            )
        parts: dict[str, tuple[list[str], list[int]]] = {}
        for row in rows:
            if len(row["text"].split()) > 5:
                texts, labels = parts.setdefault(row["exp_split"], ([], []))
                texts.append(row["text"])
                labels.append(int(float(row["label"])))
    if set(PARTS) - set(parts):
        raise assay.InputError(
            f"{path}: expected texts whose exp_split is {', '.join(PARTS)}, found "
            f"{', '.join(sorted(parts))}",
            subject="data",
        )
    return {name: Labelled(*part) for name, part in parts.items()}


def parts(request: Request, quick: int | None = None) -> dict[str, Labelled]:
    """Read the splits that a study is given, a csv or the folder of sst; a quick look's are few."""
    found = splits(request.file("sst_dataset.csv") if request.data.is_dir() else request.data)
    return {
        name: one.first(quick) if request.quick and quick else one for name, one in found.items()
    }


def word_vectors(path: Path, words: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """Return the vectors of some words as word2vec, GloVe and fastText write them.

    A word and its numbers a line; what the file lacks is left out, and so is a first line of two
    numbers, how many words and how many numbers each.

    Raises:
        InputError: the file cannot be read, has none of the words, or lines of different lengths.
    """
    found: dict[str, NDArray[np.float32]] = {}
    with reading(path), path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            word, *numbers = line.split() or [""]
            if word in words and len(numbers) > 1:
                found.setdefault(word, np.array(numbers, np.float32))
    if len({len(vector) for vector in found.values()}) != 1:
        raise assay.InputError(
            f"{path}: expected vectors of one length for words of the texts, found "
            f"{len(found)} words",
            subject=str(path),
        )
    return found


def digest(table: Mapping[str, NDArray[np.float32]]) -> str:
    """Return what tells these vectors from others."""
    state = hashlib.sha256()
    for word in sorted(table):
        state.update(word.encode() + table[word].tobytes())
    return state.hexdigest()[:16]


def shuffled(count: int, seed: int) -> list[int]:
    """Return the numbers below `count` in an order that the seed decides."""
    order = np.random.Generator(np.random.Philox(key=seed)).permutation(count)
    return [int(place) for place in order]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
