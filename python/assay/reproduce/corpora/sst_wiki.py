"""A film review's sentence followed by an encyclopaedia's: only the first one decides.

The format of Pruthi et al. 2020: `NAME.txt` has a label, a tab and the words; `NAME.txt.block` has
one flag a word, 1 for the words of the review.
"""

from __future__ import annotations

from pathlib import Path

from assay.engine.errors import InputError
from assay.reproduce.corpora import reader
from assay.reproduce.training import Labelled


@reader
def read(path: Path) -> Labelled:
    """Return the texts of one part with their relevant words.

    Raises:
        InputError: a file is missing, or a line of it cannot be read.
    """
    texts: list[tuple[str, ...]] = []
    labels: list[int] = []
    relevant: list[tuple[bool, ...]] = []
    block = path.with_name(path.name + ".block")
    try:
        lines = path.read_text("utf-8").splitlines()
        flags = block.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(
            f"data: expected the files {path} and {block.name}, found {error.filename} missing",
            subject="data",
            expected=str(path),
        ) from error
    if len(lines) != len(flags):
        raise InputError(
            f"{block}: expected {len(lines)} lines, as in {path.name}, found {len(flags)}",
            subject="data",
        )
    for place, (line, marks) in enumerate(zip(lines, flags, strict=True), 1):
        label, tab, text = line.partition("\t")
        words, chosen = tuple(text.split()), tuple(mark == "1" for mark in marks.split())
        if not tab or label not in ("0", "1") or len(words) != len(chosen) or not words:
            raise InputError(
                f"{path}, line {place}: expected a label (0 or 1), a tab and as many words as "
                f"{block.name} has flags, found {len(words)} words and {len(chosen)} flags",
                subject="data",
            )
        texts.append(words)
        labels.append(int(label))
        relevant.append(chosen)
    return Labelled(tuple(texts), tuple(labels), tuple(relevant))
