"""Say how far bfloat16 changes logits, labels and the ranks of scores, as a table.

    python tools/measure_precision.py --model demo --texts FILE [--count 200]
    python tools/measure_precision.py --model FOLDER --tokens 128 [--count 20]

Kendall's tau between the scores of the same model in float32 and in bfloat16, for the class that
float32 predicts: the median over the texts, and the 5th percentile. `--texts` reads one text a
line, or the column `text` of a csv; without it texts are random ids of the model's vocabulary.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import assay
from assay.inputs.text import Tokens
from assay.models.model import Model

METHODS = ("integrated_gradients", "leave_one_out", "saliency")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="demo")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--tokens", type=int, default=32, help="of a random text")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--methods", nargs="+", default=METHODS, metavar="NAME")
    chosen = parser.parse_args()
    models = [assay.load(chosen.model, precision=name) for name in ("float32", "bfloat16")]
    inputs = (
        drawn(models[0], chosen.count, chosen.tokens)
        if chosen.texts is None
        else read(models[0], chosen.texts, chosen.count)
    )
    lengths = [len(tokens) for tokens in inputs]
    whole, halved = (model.predict(inputs) for model in models)
    distance = np.abs(whole.logits - halved.logits).max(axis=1)
    same = sum(a == b for a, b in zip(whole.labels, halved.labels, strict=True))
    print(f"{chosen.model}: {len(inputs)} texts of {min(lengths)} to {max(lengths)} tokens")
    print(
        f"logits differ by {np.median(distance):.1e} in the median, {distance.max():.1e} at most, "
        f"their spread being {whole.logits.std():.1e}; labels are the same for {same}"
    )
    print("| method | median tau | 5th percentile | same first token |\n|---|---|---|---|")
    for method in chosen.methods:
        row(method, models, inputs, [int(logits.argmax()) for logits in whole.logits])


def row(
    method: str, models: Sequence[Model], inputs: Sequence[Tokens], targets: Sequence[int]
) -> None:
    """Explain every text in both precisions and print how well the scores agree."""
    taus, firsts = [], []
    for tokens, target in zip(inputs, targets, strict=True):
        whole, halved = (
            assay.explain(model, tokens, method=method, target=target).scores for model in models
        )
        tau = assay.agreement(whole, halved, statistics=["kendall"])["kendall"].value
        if tau is not None:
            taus.append(tau)
            firsts.append(int(np.abs(whole).argmax() == np.abs(halved).argmax()))
    print(
        f"| {method} | {np.median(taus):.4f} | {np.percentile(taus, 5):.4f} "
        f"| {np.mean(firsts):.1%} |",
        flush=True,
    )


def read(model: Model, path: Path, count: int) -> list[Tokens]:
    """Return texts of a file, evenly spread over it, of at least four tokens."""
    with path.open(encoding="utf-8", newline="") as file:
        texts = (
            [record["text"] for record in csv.DictReader(file)]
            if path.suffix == ".csv"
            else [line.strip() for line in file]
        )
    items = (model.tokenize(text, truncate=True) for text in texts[:: max(1, len(texts) // count)])
    return [tokens for tokens in items if len(tokens) >= 4][:count]


def drawn(model: Model, count: int, tokens: int) -> list[Tokens]:
    """Return texts of random words between the first and the last id of a text."""
    ends = model.tokenize("").ids
    size = int((model.vocabulary or {})["size"])
    rng = np.random.default_rng(0)
    words = rng.integers(5, size, (count, tokens - 2))
    return [
        model.tokenize(np.concatenate([ends[:1], row, ends[-1:]]).astype(np.int32)) for row in words
    ]


if __name__ == "__main__":
    main()
