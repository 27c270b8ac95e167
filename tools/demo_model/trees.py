"""Sentiment trees in Penn Treebank brackets, with the words as ordinary text has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(r"\(|\)|[^\s()]+")
#: What the treebank writes in place of a character.
SPELLINGS = {"-LRB-": "(", "-RRB-": ")", "``": '"', "''": '"', "`": "'"}


@dataclass(frozen=True)
class Tree:
    """A sentence and its phrases: (first word, end, label 0..4) each, the sentence last."""

    words: tuple[str, ...]
    phrases: tuple[tuple[int, int, int], ...]

    @property
    def label(self) -> int:
        """The sentence's label, 0 (very negative) to 4 (very positive)."""
        return self.phrases[-1][2]


def spell(word: str) -> str:
    """Undo the treebank's spelling of brackets, quotes, slashes and asterisks."""
    return SPELLINGS.get(word, word).replace("\\/", "/").replace("\\*", "*")


def parse(line: str) -> Tree:
    """Read one tree such as `(3 (2 a) (3 (3 fine) (2 film)))`."""
    words: list[str] = []
    phrases: list[tuple[int, int, int]] = []
    open_nodes: list[tuple[int, int]] = []
    expects_label = False
    for token in TOKEN.findall(line):
        if token == "(":
            expects_label = True
        elif token == ")":
            label, start = open_nodes.pop()
            phrases.append((start, len(words), label))
        elif expects_label:
            open_nodes.append((int(token), len(words)))
            expects_label = False
        else:
            words.append(spell(token))
    if open_nodes or not phrases:
        raise ValueError(f"unbalanced tree of {len(words)} words")
    return Tree(tuple(words), tuple(phrases))


def read(path: Path) -> list[Tree]:
    """Read a file of one tree a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [parse(line) for line in lines if line.strip()]
