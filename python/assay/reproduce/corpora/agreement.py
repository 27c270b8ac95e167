"""Number agreement: the words before a verb, and whether the verb is singular or plural."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from assay.engine.errors import InputError
from assay.reproduce.corpora import reader
from assay.reproduce.training import Labelled

SINGULAR, PLURAL = 0, 1
#: Files of sentences whose rare words are parts of speech, as in Linzen et al. 2016.
TAGGED = ("edinburgh_nlu/wiki-dev.txt", "edinburgh_nlu/wiki-test.txt")
#: Real sentences with the verb's place and its two forms (Gulordava et al. 2018).
WORDED = "gulordava_linzen_testset/subj_agr_filtered"


@reader
def real_sentences(folder: Path) -> Labelled:
    """Return the beginnings of real sentences, each once, in the files' order.

    Raises:
        InputError: a file is missing or a line of it cannot be read.
    """
    found: dict[tuple[str, ...], int] = {}
    for name in TAGGED:
        with _opened(folder / name) as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                words = row["sentence"].split()[: int(row["verb_idx"])]
                found.setdefault(tuple(words), SINGULAR if row["verb_pos"] == "VBZ" else PLURAL)
    with _opened(folder / f"{WORDED}.text") as text, _opened(folder / f"{WORDED}.gold") as gold:
        for sentence, line in zip(text, gold, strict=True):
            place, right, wrong, _ = line.rstrip("\n").split("\t")
            found.setdefault(tuple(sentence.split()[: int(place)]), number(right, wrong))
    found.pop((), None)
    return Labelled(tuple(found), tuple(found.values()))


@reader
def templates(path: Path) -> tuple[Labelled, tuple[str, ...]]:
    """Return the beginnings of made sentences (Marvin & Linzen 2018), and each one's template.

    A beginning ends where the grammatical and the ungrammatical sentence part.

    Raises:
        InputError: the file is missing.
    """
    found: dict[tuple[str, ...], tuple[int, str]] = {}
    with _opened(path) as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            right, wrong = row["grammatical"].split(), row["ungrammatical"].split()
            pairs = zip(right, wrong, strict=False)
            place = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
            if place:
                label = number(right[place], wrong[place])
                found.setdefault(tuple(right[:place]), (label, row["template"]))
    labels = tuple(label for label, _ in found.values())
    return Labelled(tuple(found), labels), tuple(template for _, template in found.values())


def number(right: str, wrong: str) -> int:
    """Tell a present-tense verb's number from its right and its wrong form.

    >>> number("laughs", "laugh"), number("are", "is"), number("focuses", "focus")
    (0, 1, 0)
    """
    if right.endswith("s") and not wrong.endswith("s"):
        return SINGULAR
    if wrong.endswith("s") and not right.endswith("s"):
        return PLURAL
    return SINGULAR if len(right) > len(wrong) else PLURAL


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(
            f"data: expected the file {path}, found none", subject="data", expected=str(path)
        ) from error
