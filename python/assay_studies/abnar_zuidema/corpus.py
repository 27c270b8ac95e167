"""Number agreement: the words before a verb, and whether the verb is singular or plural."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay_studies.shared.corpora import Labelled, reading, shuffled
from assay_studies.shared.study import Request

SINGULAR, PLURAL = 0, 1
#: Files of sentences whose rare words are parts of speech, as in Linzen et al. 2016.
TAGGED = ("edinburgh_nlu/wiki-dev.txt", "edinburgh_nlu/wiki-test.txt")
#: Real sentences with the verb's place and its two forms (Gulordava et al. 2018).
WORDED = "gulordava_linzen_testset/subj_agr_filtered"
MADE = "lm_syneval_agreement/agreement_minimal_pairs.tsv"


@dataclass(frozen=True)
class Sentences:
    """The sentences of the study, in parts that share none; `names` are those of `templates`."""

    train: Labelled
    validation: Labelled
    test: Labelled
    templates: Labelled
    names: Sequence[str]


def parts(request: Request) -> Sentences:
    """Split the real sentences; the made ones join the training and are tested apart."""
    real = real_sentences(request.data / "linzen_agreement")
    made, names = templates(request.file(MADE))
    order, other = shuffled(len(real), 42), shuffled(len(made), 43)
    tested = max(min(2000, len(real) // 4), 1)
    held = max(min(600, len(real) // 10), 1)
    kept, examined = min(4000, len(made) // 2), min(2000, len(made) // 4)
    begun, joined = real.take(order[tested + held :]), made.take(other[:kept])
    if request.quick:
        begun, joined = begun.first(400), joined.first(100)
    last = other[kept : kept + examined]
    return Sentences(
        train=Labelled([*begun.texts, *joined.texts], [*begun.labels, *joined.labels]),
        validation=real.take(order[tested : tested + held]),
        test=real.take(order[:tested]),
        templates=made.take(last),
        names=[names[i] for i in last],
    )


def real_sentences(folder: Path) -> Labelled:
    """Return the beginnings of real sentences, each once, in the files' order.

    Raises:
        InputError: a file is missing or a line of it cannot be read.
    """
    found: dict[str, int] = {}
    with reading(folder):
        for name in TAGGED:
            for row in _rows(folder / name):
                words = row["sentence"].split()[: int(row["verb_idx"])]
                found.setdefault(" ".join(words), SINGULAR if row["verb_pos"] == "VBZ" else PLURAL)
        texts, gold = ((folder / f"{WORDED}.{one}").read_text("utf-8") for one in ("text", "gold"))
        for sentence, line in zip(_lines(texts), _lines(gold), strict=True):
            place, right, wrong, _ = line.split("\t")
            words = sentence.split()[: int(place)]
            found.setdefault(" ".join(words), number(right, wrong))
    found.pop("", None)
    return Labelled(tuple(found), tuple(found.values()))


def templates(path: Path) -> tuple[Labelled, Sequence[str]]:
    """Return the beginnings of made sentences (Marvin & Linzen 2018), and each one's template.

    A beginning ends where the grammatical and the ungrammatical sentence part.

    Raises:
        InputError: the file is missing.
    """
    found: dict[str, tuple[int, str]] = {}
    with reading(path):
        for row in _rows(path):
            right, wrong = row["grammatical"].split(), row["ungrammatical"].split()
            pairs = zip(right, wrong, strict=False)
            place = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
            if place:
                label = number(right[place], wrong[place])
                found.setdefault(" ".join(right[:place]), (label, row["template"]))
    labels = [label for label, _ in found.values()]
    return Labelled(tuple(found), labels), [template for _, template in found.values()]


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


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")
