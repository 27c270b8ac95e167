"""Labelled texts of a csv whose rows say which part they belong to."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from assay.engine.errors import InputError
from assay.reproduce.corpora import reader

PARTS = ("train", "dev", "test")


@dataclass(frozen=True)
class Split:
    """Labelled texts."""

    texts: list[str]
    labels: list[int]

    def __len__(self) -> int:
        return len(self.texts)

    def first(self, count: int) -> Split:
        """Return the first texts."""
        return Split(self.texts[:count], self.labels[:count])

    def digest(self) -> str:
        """Return what tells these texts and labels from others."""
        return hashlib.sha256(repr((self.texts, self.labels)).encode()).hexdigest()[:16]


@reader
def read(path: Path) -> dict[str, Split]:
    """Return the parts `train`, `dev` and `test` of a csv with `text`, `label` and `exp_split`.

    As Jain & Wallace do, a text counts if it has more than five words.

    Raises:
        InputError: a column or a part is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"text", "label", "exp_split"} <= set(rows[0]):
        raise InputError(
            f"{path}: expected a csv with the columns text, label and exp_split", subject="data"
        )
    parts: dict[str, Split] = {}
    for row in rows:
        if len(row["text"].split()) > 5:
            part = parts.setdefault(row["exp_split"], Split([], []))
            part.texts.append(row["text"])
            part.labels.append(int(float(row["label"])))
    if set(PARTS) - set(parts):
        raise InputError(
            f"{path}: expected texts whose exp_split is {', '.join(PARTS)}, found "
            f"{', '.join(sorted(parts))}",
            subject="data",
        )
    return parts
