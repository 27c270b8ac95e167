"""Twin sentences, one male and one female, that differ in the marked words alone.

The format of GECO (Wilming et al. 2024): an object a line with `sentence` (a list of words),
`ground_truth` (0 or 1 a word), `target` (1 male, 0 female) and `sentence_idx`, which twins share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import assay
from assay_studies.shared.corpora import Labelled, reading, shuffled
from assay_studies.shared.study import Request

#: Every tenth pair of the training sentences decides which parameters are kept.
HELD = 10
#: How many pairs of a part a quick look reads.
QUICK = 150

Line = Mapping[str, Any]


def parts(request: Request) -> dict[str, Labelled]:
    """Read both files and hold back pairs of the training sentences.

    Raises:
        InputError: a file is missing, or a line of it is no sentence of this kind.
    """
    name = f"binary_gender_{request.options['part']}"
    train, test = (
        read(request.file(f"{name}_{part}.jsonl"), QUICK if request.quick else None)
        for part in ("train", "test")
    )
    order = shuffled(len(train), 7)
    held = set(order[::HELD])
    return {
        "train": labelled(one for place, one in enumerate(train) if place not in held),
        "dev": labelled(one for place, one in enumerate(train) if place in held),
        "test": labelled(test),
    }


def read(path: Path, count: int | None = None) -> Sequence[Sequence[Line]]:
    """Return the pairs of a file, in the order of their first sentences.

    Raises:
        InputError: a line has other members, or a sentence no twin.
    """
    found: dict[int, list[Line]] = {}
    with reading(path):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            one = json.loads(line)
            words, marks = one["sentence"], one["ground_truth"]
            if (
                not words
                or len(words) != len(marks)
                or set(marks) - {0, 1}
                or one["target"] not in (0, 1)
                or not all(isinstance(word, str) for word in words)
            ):
                raise assay.InputError(
                    f"{path}, line {number}: expected words, as many marks (0 or 1) and a target "
                    f"(0 or 1), found {len(words)} words and {len(marks)} marks",
                    subject="data",
                )
            found.setdefault(int(one["sentence_idx"]), []).append(one)
    alone = [name for name, pair in found.items() if {one["target"] for one in pair} != {0, 1}]
    if alone or not found:
        raise assay.InputError(
            f"{path}: expected sentences with twins, found {len(alone)} without one", subject="data"
        )
    return list(found.values())[:count]


def labelled(pairs: Iterable[Sequence[Line]]) -> Labelled:
    """Return the sentences of some pairs with their targets, their marked words as relevant.

    What is a word with a space in it is two of them, marked alike.
    """
    lines = [line for pair in pairs for line in pair]
    marked = [
        [
            (part, mark == 1)
            for word, mark in zip(line["sentence"], line["ground_truth"], strict=True)
            for part in word.split()
        ]
        for line in lines
    ]
    return Labelled(
        [" ".join(word for word, _ in one) for one in marked],
        [int(line["target"]) for line in lines],
        [[mark for _, mark in one] for one in marked],
    )
