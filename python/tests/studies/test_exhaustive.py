"""Every set against random ones: what the door answers, and the study on a few sentences."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

import assay
from assay_studies.exhaustive.protocol import FEWEST, MOST

TEXT = "a gripping film with a fine cast and no story"


def test_exact_values_are_those_of_the_definition():
    """Oracle: every coalition of words run here, and the weights |S|! (n - |S| - 1)! / n!."""
    model, text = assay.load("demo"), "a dull thin film"
    found = assay.exhaustive_truth(model, [text], checks=())[0]
    tokens = model.tokenize(text)
    words = np.flatnonzero(~tokens.special)
    how = dict(assay.explain(model, text, method="shapley_sampling").options)["operator"]
    assert how == "mask"
    mask = model.vocabulary["mask"]
    target = int(model.predict(text).logits[0].argmax())

    def value(present):
        ids = tokens.ids.copy()
        ids[[place for place in words if place not in present]] = mask
        return float(model.predict([replace(tokens, ids=ids)]).probabilities[0][target])

    count = len(words)
    game = {
        chosen: value(chosen)
        for size in range(count + 1)
        for chosen in itertools.combinations(words.tolist(), size)
    }
    for place, word in enumerate(words.tolist()):
        total = 0.0
        for chosen in game:
            if word not in chosen:
                size = len(chosen)
                weight = math.factorial(size) * math.factorial(count - size - 1)
                more = tuple(sorted((*chosen, word)))
                total += weight / math.factorial(count) * (game[more] - game[chosen])
        # Masked runs here are one by one, in float32.
        assert found.exact[place] == pytest.approx(total, abs=1e-4)


def test_a_pair_of_verdicts_says_how_many_sets_there_are():
    """Oracle: binomial coefficients; a verdict with all sets never takes fewer passes."""
    model = assay.load("demo")
    found = assay.exhaustive_truth(model, [TEXT], methods=["attention", "saliency"])
    for method, pair in zip(("attention", "saliency"), found[0].decisions, strict=True):
        assert pair.method == method
        assert pair.sets == math.comb(pair.tokens, pair.highlighted)
        assert pair.exhaustive.passes >= pair.sampled.passes
        same = (pair.sampled.verdict, pair.sampled.reason) == (
            pair.exhaustive.verdict, pair.exhaustive.reason
        )  # fmt: skip
        assert pair.agrees == same
        report = assay.verify(model, TEXT, explanation=method)
        assert (pair.sampled.verdict, pair.sampled.reason) == (report.verdict, report.reason)


def test_longer_texts_and_unknown_methods_are_refused():
    model = assay.load("demo")
    with pytest.raises(assay.InputError, match="1 to 14 explained tokens"):
        assay.exhaustive_truth(model, [" ".join([TEXT, TEXT])])
    with pytest.raises(assay.OptionError, match="methods"):
        assay.exhaustive_truth(model, [TEXT], methods=["none"])
    with pytest.raises(assay.InputError, match="at least one text"):
        assay.exhaustive_truth(model, [])


def test_a_study_counts_what_is_decided_alike(tmp_path):
    data = tmp_path / "texts.txt"
    data.write_text("\n".join([TEXT, "too short", " ".join([TEXT, TEXT])]) + "\n", "utf-8")
    result = assay.reproduce("exhaustive", data, tmp_path / "out", quick=True, methods="attention")
    assert result.settings["texts judged"] == 1
    assert FEWEST <= len(TEXT.split()) <= MOST
    rows = {row.key[:2]: row.ours for row in result.table("decisions").rows}
    assert rows["attention", "all"].n == 1
    assert (tmp_path / "out" / "each-text.csv").is_file()
