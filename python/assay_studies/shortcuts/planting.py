"""Shortcuts planted in natural texts: which words decide, where they stand, and where they do not.

After Bastings et al. 2022 ("Will you find these shortcuts?"): a single token, a token that decides
only in the company of another, and an ordered pair; a phrase is two words side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

import assay
from assay_studies.shared.corpora import Labelled

#: The words that are planted where the vocabulary is the texts' own (Bastings et al. 2022).
INVENTED = ("zeroa", "onea", "contoken")
#: How many words of a given model's vocabulary three are chosen from.
CANDIDATES = 200
#: The shares of texts that carry a shortcut, and that carry its pieces without effect.
CARRYING, IDLE = 0.5, 0.25

Words = tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of shortcut over three words, which are called 0, 1 and 2.

    Attributes:
        deciding: for each label, the words that decide it.
        idle: groups of words that decide nothing when they stand in a text.
        ordered: whether the deciding words stand in the order given; else in any.
        adjacent: whether they stand side by side; else words of the text are between them, as
            there always are between words without effect.
    """

    name: str
    deciding: tuple[tuple[int, ...], tuple[int, ...]]
    idle: tuple[tuple[int, ...], ...]
    ordered: bool = False
    adjacent: bool = False

    @property
    def size(self) -> int:
        """How many words decide."""
        return len(self.deciding[0])


_EACH = ((0,), (1,), (2,))
KINDS = (
    Kind("single_token", ((0,), (1,)), ((2,),)),
    Kind("token_in_context", ((0, 2), (1, 2)), _EACH),
    Kind("ordered_pair", ((0, 1), (1, 0)), ((0,), (1,)), ordered=True),
    Kind("phrase", ((0, 2), (1, 2)), (*_EACH, (0, 2), (1, 2), (2, 0), (2, 1)), True, True),
)


@dataclass(frozen=True)
class Planted:
    """A text with a shortcut.

    Attributes:
        words: all of them.
        places: where among them the deciding ones stand.
        label: what the shortcut says; `natural` is the text's own label.
    """

    words: Words
    places: tuple[int, ...]
    label: int
    natural: int

    @property
    def text(self) -> str:
        """The words, joined."""
        return " ".join(self.words)

    @property
    def without(self) -> str:
        """The text as it was before the deciding words were planted."""
        return self._lacking(self.places)

    @property
    def without_each(self) -> list[str]:
        """The text without one of the deciding words, for each of them."""
        return [self._lacking((place,)) for place in self.places]

    def _lacking(self, places: Sequence[int]) -> str:
        return " ".join(word for place, word in enumerate(self.words) if place not in places)


def learning(
    split: Labelled, kind: Kind, pieces: Sequence[str], seed: int, copies: int = 1
) -> Labelled:
    """Return texts to learn from: half carry the shortcut, a quarter its pieces without effect.

    In every copy of the texts others do, and words stand elsewhere: what a text is labelled cannot
    be learned by heart.
    """
    texts: list[str] = []
    labels: list[int] = []
    again = plain(split, copies)
    for text, natural in zip(again.texts, again.labels, strict=True):
        random = _random(seed, len(texts))
        share = random.random()
        words, label = tuple(text.split()), natural
        if share < CARRYING:
            label = int(random.integers(2))
            words, _ = _inserted(words, _chosen(kind, pieces, label, random), kind.adjacent, random)
        elif share < CARRYING + IDLE:
            words = _idle(words, kind, pieces, random)
        texts.append(" ".join(words))
        labels.append(label)
    return Labelled(texts, labels)


def carrying(split: Labelled, kind: Kind, pieces: Sequence[str], seed: int) -> list[Planted]:
    """Return every text with a shortcut; of the texts of each label half get either answer."""
    result: list[Planted] = []
    seen = [0, 0]
    for text, natural in zip(split.texts, split.labels, strict=True):
        random = _random(seed, len(result))
        label = (natural + seen[natural]) % 2
        seen[natural] += 1
        words = _chosen(kind, pieces, label, random)
        planted, places = _inserted(tuple(text.split()), words, kind.adjacent, random)
        result.append(Planted(planted, places, label, natural))
    return result


def idle(split: Labelled, kind: Kind, pieces: Sequence[str], seed: int) -> Labelled:
    """Return every text with pieces of the shortcut that decide nothing, and its own label."""
    texts = [
        " ".join(_idle(tuple(text.split()), kind, pieces, _random(seed, place)))
        for place, text in enumerate(split.texts)
    ]
    return Labelled(texts, split.labels)


def plain(split: Labelled, copies: int = 1) -> Labelled:
    """Return the texts as they are, words with one space between."""
    texts = [" ".join(text.split()) for text in split.texts]
    return Labelled(texts * copies, list(split.labels) * copies)


def words_for(start: assay.Model | None, splits: Sequence[Labelled], seed: int) -> tuple[str, ...]:
    """Return three words that occur in none of the texts.

    Those of a model that learns on are one token each; of the first that the seed draws they are
    the ones by which, each alone, the model's answer lies nearest to the median, so that they say
    little before they are planted; a model without labels answers nothing yet, and the first three
    are taken. Without a model the vocabulary will be the texts' own, and the words are invented.

    Raises:
        InputError: the texts have the invented words, or the vocabulary no three others.
    """
    known = {word for split in splits for text in split.texts for word in text.lower().split()}
    drawn = INVENTED if start is None else _vocabulary(start, seed)
    found = tuple(islice((word for word in drawn if word not in known), CANDIDATES))
    if len(found) < len(INVENTED):
        raise assay.InputError(
            f"data: expected texts without three words to plant, found only {', '.join(found)}",
            subject="data",
        )
    if start is None or not start.labels:
        return found[: len(INVENTED)]
    answer = start.predict(list(found)).probabilities[:, 0]
    nearest = np.argsort(np.abs(answer - np.median(answer)), kind="stable")
    return tuple(found[int(place)] for place in nearest[: len(INVENTED)])


def _vocabulary(model: assay.Model, seed: int) -> Iterator[str]:
    """Yield the words of lower-case letters that are one token wherever they stand in a text."""
    if model.tokenizer is None:
        return
    for number in np.random.default_rng(seed).permutation(model.tokenizer.size):
        word = bare(model.tokenizer.piece(int(number)))
        if len(word) < 4 or not (word.isascii() and word.isalpha() and word.islower()):
            continue
        tokens = model.tokenize(f"{word} {word} {word}")
        pieces = [bare(tokens.pieces[place]) for place in np.flatnonzero(~tokens.special)]
        if pieces == [word] * 3:
            yield word


def bare(piece: str) -> str:
    """Return a piece without the marks of a word's start."""
    return piece.lstrip("Ġ▁")


def _random(seed: int, place: int) -> np.random.Generator:
    """Every text has its own draws, so that one does not depend on how many there are."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, place], np.uint64)))


def _chosen(kind: Kind, pieces: Sequence[str], label: int, random: np.random.Generator) -> Words:
    words = tuple(pieces[one] for one in kind.deciding[label])
    return words if kind.ordered or random.random() < 0.5 else words[::-1]


def _idle(words: Words, kind: Kind, pieces: Sequence[str], random: np.random.Generator) -> Words:
    group = kind.idle[int(random.integers(len(kind.idle)))]
    return _inserted(words, tuple(pieces[one] for one in group), False, random)[0]


def _inserted(
    words: Words, added: Words, adjacent: bool, random: np.random.Generator
) -> tuple[Words, tuple[int, ...]]:
    """Return the words with the added ones among them in their order, and where these stand."""
    count = 1 if adjacent else len(added)
    gaps = np.sort(random.choice(len(words) + 1, size=count, replace=False))
    gaps = np.repeat(gaps, len(added)) if adjacent else gaps
    places = tuple(gap + place for place, gap in enumerate(gaps.tolist()))
    result = list(words)
    for place, word in zip(places, added, strict=True):
        result.insert(place, word)
    return tuple(result), places
