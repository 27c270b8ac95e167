"""Say what one verdict takes, in passes and in seconds, as a table.

    python tools/measure_verify.py [--threads 2]

The embedded model with its own words; and a model of BERT-base's shape with random weights made on
the spot, 32 tokens. The first line that the progress shows names the passes that are expected.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

import assay
from assay.engine import door
from assay.inputs.tokens import Tokens
from assay.models.model import Model

LAYERS, WIDTH, HEADS, WORDS, POSITIONS = 12, 768, 12, 30522, 512
SHORT = "a gripping , beautifully acted film"
LONG = (
    "a gripping film that never quite loses its nerve , though the plot is thin , the jokes are "
    "stale and the second half of it drags on and on"
)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    assay.set_num_threads(parser.parse_args().threads)
    demo = assay.load("demo")
    long = demo.tokenize(LONG)
    print(
        "| model | tokens | explanation | passes expected | passes made | seconds "
        "| first stage shown |\n|---|---|---|---|---|---|---|"
    )
    for tokens in (demo.tokenize(SHORT), long):
        for method in ("attention_rollout", "integrated_gradients"):
            row("demo", demo, tokens, method, 7)
    base = bert_base()
    words = np.random.default_rng(0).integers(5, WORDS, 30)
    # Without a tokenizer no position is special: 32 explained tokens, the most there can be.
    ids = np.concatenate([[2], words, [3]]).astype(np.int32)
    row("BERT-base shape", base, base.tokenize(ids), "attention_rollout", 1)


def row(name: str, model: Model, tokens: Tokens, method: str, repeats: int) -> None:
    """Verify several times and print the median."""
    stages: list[str] = []
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        report = assay.verify(
            model, tokens, explanation=method, progress=lambda _, stage: stages.append(stage)
        )
        seconds.append(time.perf_counter() - start)
    record = report.to_dict()
    print(
        f"| {name} | {len(tokens.ids)} | `{method}` | {passes(record['estimate'])} "
        f"| {passes(record['cost'])} "
        f"| {statistics.median(seconds):.2f} | {stages[0] if stages else '—'} |",
        flush=True,
    )


def passes(cost: dict[str, int]) -> int:
    """A backward pass counts as two forward passes."""
    return cost["forwards"] + 2 * cost["backwards"]


def bert_base() -> Model:
    """Make a classifier of BERT-base's shape whose weights are random."""
    draw = np.random.default_rng(0)

    def matrix(*shape: int) -> np.ndarray:
        return draw.standard_normal(shape, np.float32) * np.float32(0.04)

    tensors: dict[str, np.ndarray] = {}

    def linear(name: str, rows: int, columns: int) -> None:
        tensors[f"{name}.weight"] = matrix(rows, columns)
        tensors[f"{name}.bias"] = np.zeros(rows, np.float32)

    def norm(name: str) -> None:
        tensors[f"{name}.weight"] = np.ones(WIDTH, np.float32)
        tensors[f"{name}.bias"] = np.zeros(WIDTH, np.float32)

    sizes = {"word": WORDS, "position": POSITIONS, "token_type": 2}
    for table, size in sizes.items():
        tensors[f"bert.embeddings.{table}_embeddings.weight"] = matrix(size, WIDTH)
    norm("bert.embeddings.LayerNorm")
    for index in range(LAYERS):
        layer = f"bert.encoder.layer.{index}"
        for part in ("query", "key", "value"):
            linear(f"{layer}.attention.self.{part}", WIDTH, WIDTH)
        linear(f"{layer}.attention.output.dense", WIDTH, WIDTH)
        norm(f"{layer}.attention.output.LayerNorm")
        linear(f"{layer}.intermediate.dense", 4 * WIDTH, WIDTH)
        linear(f"{layer}.output.dense", WIDTH, 4 * WIDTH)
        norm(f"{layer}.output.LayerNorm")
    linear("bert.pooler.dense", WIDTH, WIDTH)
    linear("classifier", 2, WIDTH)
    config = {
        "model_type": "bert",
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": 4 * WIDTH,
        "vocab_size": WORDS,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
        "num_labels": 2,
        "hidden_act": "gelu",
    }
    return Model(door.open_model({"config": config, "tensors": tensors}), name="BERT-base shape")


if __name__ == "__main__":
    main()
