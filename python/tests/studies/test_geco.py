"""Twin sentences: what is read, what a mass is, and a study on made ones."""

import csv
import json
import random

import numpy as np
import pytest

import assay
from assay_studies.geco.corpus import labelled, read
from assay_studies.geco.measurements import TRUTH, UNIFORM, mass_accuracy

from .corpus import PLAIN

PAIRS = (("he", "she"), ("man", "woman"), ("his", "her"))


def write_twins(folder, count=120):
    """Write both parts of twins in which one word tells who is meant."""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(9)
    for part in ("train", "test"):
        lines = []
        for number in range(count if part == "train" else count // 4):
            words = source.choices(PLAIN, k=7)
            place, pair = source.randrange(8), source.choice(PAIRS)
            for target in (1, 0):
                whole = [*words[:place], pair[1 - target], *words[place:]]
                marks = [int(at == place) for at in range(8)]
                lines.append(
                    {"sentence": whole, "ground_truth": marks, "target": target,
                     "gender": "any", "sentence_idx": number}
                )  # fmt: skip
        text = "\n".join(json.dumps(line) for line in lines) + "\n"
        (folder / f"binary_gender_all_{part}.jsonl").write_text(text, "utf-8")
    return folder


def test_a_word_with_a_space_is_two_and_what_is_no_twin_is_named(tmp_path):
    """Oracle: the words and marks written here."""
    twins = [
        {"sentence": ["of his", "own"], "ground_truth": [1, 0], "target": 1, "sentence_idx": 0},
        {"sentence": ["of her", "own"], "ground_truth": [1, 0], "target": 0, "sentence_idx": 0},
    ]
    place = tmp_path / "twins.jsonl"
    place.write_text("\n".join(json.dumps(one) for one in twins), "utf-8")
    found = labelled(read(place))
    assert found.texts == ["of his own", "of her own"]
    assert found.labels == [1, 0]
    assert found.relevant == [[True, True, False]] * 2
    place.write_text(json.dumps(twins[0]), "utf-8")
    with pytest.raises(assay.InputError, match="found 1 without one"):
        read(place)
    place.write_text(json.dumps(twins[0] | {"ground_truth": [1]}), "utf-8")
    with pytest.raises(assay.InputError, match="line 1: expected words, as many marks"):
        read(place)
    place.write_text("{}", "utf-8")
    with pytest.raises(assay.InputError, match="expected texts of this study"):
        read(place)


def test_mass_is_a_share_of_magnitudes():
    """Oracle: sums by hand; a map of nothing has none, an even one their share of the words."""
    changed = np.array([True, False, False, True])
    assert mass_accuracy(np.array([-3.0, 1.0, 0.0, 1.0]), changed) == 0.8
    assert mass_accuracy(np.ones(4), changed) == 0.5
    assert np.isnan(mass_accuracy(np.zeros(4), changed))


def test_a_study_weighs_and_judges_every_map(tmp_path):
    data, out = write_twins(tmp_path / "data"), tmp_path / "out"
    result = assay.reproduce("geco", data, out, quick=True, judged="leave_one_out", part="all")
    assert result.table("learned")[("right on both twins",)].ours.value == 1
    mass = {row.key[0]: row.ours.value for row in result.table("mass").rows}
    assert mass[UNIFORM] == pytest.approx(1 / 8)
    assert set(mass) <= {UNIFORM, *assay.methods()}
    assert {"attention_rollout", "attention_flow"} <= set(mass)
    # What removes each word in turn finds the one that tells who is meant.
    assert mass["leave_one_out"] > 0.8
    with (out / "each-verdict.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["map"] for line in lines} == {TRUTH, "leave_one_out"}
    assert any(line["verdict"] == "trustworthy" for line in lines if line["map"] == TRUTH)
    # Nothing is trained twice: the second run reads what the first one finished.
    again = assay.reproduce("geco", data, out, quick=True, judged="leave_one_out", part="all")
    assert again.settings["seconds a training"] == result.settings["seconds a training"]
    assert again.table("mass") == result.table("mass")
