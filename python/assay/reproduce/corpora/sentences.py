"""Sentences alone: a file of lines, of tab-separated lines, or a csv with a column of texts."""

from __future__ import annotations

import csv
from pathlib import Path

from assay.engine.errors import InputError
from assay.reproduce.corpora import reader


@reader
def read(path: Path) -> list[str]:
    """Return the texts of a file.

    A csv with a column `text` gives that column (of the rows whose `exp_split` is `test`, where
    there is such a column); any other file gives its lines up to the first tab.

    Raises:
        InputError: the file cannot be read or has no text.
    """
    if path.is_dir():
        raise InputError(
            f"data: expected a file of sentences, found the folder {path}", subject="data"
        )
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        tested = [row for row in rows if row.get("exp_split", "test") == "test"]
        texts = [row.get("text") or "" for row in tested]
    else:
        texts = [line.partition("\t")[0] for line in path.read_text("utf-8").splitlines()]
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        raise InputError(f"{path}: expected sentences, found none", subject="data")
    return texts
