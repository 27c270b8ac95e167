"""A film review's sentence followed by an encyclopaedia's: only the first one decides.

The format of Pruthi et al. 2020: `NAME.txt` has a label, a tab and the words; `NAME.txt.block` has
one flag a word, 1 for the words of the review.
"""

from __future__ import annotations

from pathlib import Path

import assay
from assay_studies.shared.corpora import PARTS, Labelled, reading
from assay_studies.shared.study import Request

#: Where the files may lie below the folder of the texts.
PLACES = ("", "sst-wiki/", "deceptive_attention/sst-wiki/")


def parts(request: Request) -> dict[str, Labelled]:
    """Read the three parts; few texts where a quick look is enough."""
    found = {
        part: read(request.file(*(f"{place}{part}.txt" for place in PLACES))) for part in PARTS
    }
    return {part: one.first(150) for part, one in found.items()} if request.quick else found


def read(path: Path) -> Labelled:
    """Return the texts of one part with their relevant words.

    Raises:
        InputError: a file is missing, or a line of it cannot be read.
    """
    block = path.with_name(path.name + ".block")
    with reading(path):
        lines, flags = (one.read_text("utf-8").splitlines() for one in (path, block))
    if len(lines) != len(flags):
        raise assay.InputError(
            f"{block}: expected {len(lines)} lines, as in {path.name}, found {len(flags)}",
            subject="data",
        )
    found: list[tuple[str, int, tuple[bool, ...]]] = []
    for place, (line, marks) in enumerate(zip(lines, flags, strict=True), 1):
        label, tab, text = line.partition("\t")
        words, chosen = text.split(), tuple(mark == "1" for mark in marks.split())
        if not tab or label not in ("0", "1") or len(words) != len(chosen) or not words:
            raise assay.InputError(
                f"{path}, line {place}: expected a label (0 or 1), a tab and as many words as "
                f"{block.name} has flags, found {len(words)} words and {len(chosen)} flags",
                subject="data",
            )
        found.append((" ".join(words), int(label), chosen))
    return Labelled(*zip(*found, strict=True)) if found else Labelled((), ())
