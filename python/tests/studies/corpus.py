"""Texts in the studies' formats, made of a few words: small enough to train on in a test."""

from __future__ import annotations

import random
from pathlib import Path

GOOD, BAD = ("fine", "great", "moving"), ("dull", "poor", "empty")
PLAIN = ("the", "film", "is", "a", "story", "of", "and", "in", "it", "with")
OTHER = ("river", "county", "species", "village", "century", "census", "parish", "district")
NOUNS = (("author", "authors"), ("pilot", "pilots"), ("guard", "guards"), ("farmer", "farmers"))
VERBS = (("laughs", "laugh"), ("swims", "swim"), ("is", "are"))


def write_sst_wiki(folder: Path, count: int = 60) -> Path:
    """Write three parts of reviews that go on with words of an encyclopaedia."""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(5)
    for part in ("train", "dev", "test"):
        lines, blocks = [], []
        for _ in range(count):
            label = source.randrange(2)
            review = [*source.choices(PLAIN, k=4), source.choice((BAD, GOOD)[label])]
            rest = source.choices(OTHER, k=4)
            lines.append(f"{label}\t{' '.join(review + rest)}")
            blocks.append(" ".join(["1"] * len(review) + ["0"] * len(rest)))
        (folder / f"{part}.txt").write_text("\n".join(lines) + "\n", "utf-8")
        (folder / f"{part}.txt.block").write_text("\n".join(blocks) + "\n", "utf-8")
    return folder


def write_agreement(folder: Path, count: int = 80) -> Path:
    """Write real and made sentences in which a noun decides a verb's number."""
    source = random.Random(6)
    tagged = folder / "linzen_agreement" / "edinburgh_nlu"
    worded = folder / "linzen_agreement" / "gulordava_linzen_testset"
    made = folder / "lm_syneval_agreement"
    for place in (tagged, worded, made):
        place.mkdir(parents=True, exist_ok=True)

    def sentence() -> tuple[list[str], int, str, str]:
        number = source.randrange(2)
        words = ["the", source.choice(PLAIN), source.choice(NOUNS)[number], source.choice(PLAIN)]
        words += source.choices(OTHER, k=source.randrange(3))
        verb = source.choice(VERBS)
        return words, number, verb[number], verb[1 - number]

    for name in ("wiki-dev.txt", "wiki-test.txt"):
        rows = ["sentence\tsubj_idx\tverb_idx\tverb_pos\tverb\tinflected_verb"]
        for _ in range(count):
            words, number, right, wrong = sentence()
            text = " ".join([*words, right, "well"])
            rows.append(f"{text}\t2\t{len(words)}\t{('VBZ', 'VBP')[number]}\t{right}\t{wrong}")
        (tagged / name).write_text("\n".join(rows) + "\n", "utf-8")
    texts, golds = [], []
    for _ in range(count):
        words, _, right, wrong = sentence()
        texts.append(" ".join([*words, right, "<eos>"]))
        golds.append(f"{len(words)}\t{right}\t{wrong}\t0")
    (worded / "subj_agr_filtered.text").write_text("\n".join(texts) + "\n", "utf-8")
    (worded / "subj_agr_filtered.gold").write_text("\n".join(golds) + "\n", "utf-8")
    rows = ["template\tcondition\tgrammatical\tungrammatical"]
    for _ in range(count):
        words, _, right, wrong = sentence()
        text = " ".join(words)
        rows.append(f"simple\tany\t{text} {right}\t{text} {wrong}")
    (made / "agreement_minimal_pairs.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    sentiment = folder / "sst"
    sentiment.mkdir(parents=True, exist_ok=True)
    rows = ["text,label,exp_split", "a fine film,1,test", "a dull story,0,test", "x,1,train"]
    (sentiment / "sst_dataset.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


PEOPLE, INDOORS = ("mary", "john", "sandra", "daniel"), ("kitchen", "bathroom", "office")
OUTDOORS = ("garden", "street", "park")


def write_splits(folder: Path, count: int = 60) -> Path:
    """Write a csv of short stories as bAbI tells them: was anybody indoors at all?"""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(7)
    rows = ["text,label,exp_split"]
    for part in ("train", "dev", "test"):
        for _ in range(count):
            label = source.randrange(2)
            places = [source.choice(OUTDOORS), source.choice((OUTDOORS, INDOORS)[label])]
            source.shuffle(places)
            story = [f"{source.choice(PEOPLE)} moved to the {place}" for place in places]
            rows.append(f"{' '.join(story)},{label},{part}")
    (folder / "stories.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder / "stories.csv"


def write_reviews(folder: Path, count: int = 400) -> Path:
    """Write a csv of short reviews in which one word says what is thought of the film."""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(8)
    rows = ["text,label,exp_split"]
    for part in ("train", "dev", "test"):
        for number in range(count if part == "train" else count // 4):
            label = number % 2
            words = [*source.choices(PLAIN, k=8), source.choice((BAD, GOOD)[label])]
            source.shuffle(words)
            rows.append(f"{' '.join(words)},{label},{part}")
    (folder / "reviews.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder / "reviews.csv"
