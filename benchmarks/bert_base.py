"""Forward pass and input gradient of a BERT-base shape against torch, alternating in one process.

Both engines run the same random weights on one sequence of 128 tokens with the same number of
threads. A pair is one call of each, in alternating order; the printed ratio is the median over
pairs of torch's time over Assay's, so above 1 Assay is faster.

    python benchmarks/bert_base.py [--pairs 15] [--tokens 128] [--layers 12] [--width 768]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable

import numpy as np
import torch
from transformers import BertConfig, BertForSequenceClassification

import assay


def alternating(
    ours: Callable[[], object], theirs: Callable[[], object], pairs: int
) -> tuple[list[float], list[float]]:
    """Return the seconds of both, call by call, the order of each pair reversed every time."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(2):
        ours()
        theirs()
    for index in range(pairs):
        for side in (0, 1) if index % 2 == 0 else (1, 0):
            start = time.perf_counter()
            (ours, theirs)[side]()
            times[side].append(time.perf_counter() - start)
    return times


def report(title: str, ours: list[float], theirs: list[float]) -> None:
    """Print the medians and the spread of the pairwise ratio."""
    ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
    low, high = ratios[len(ratios) // 10], ratios[-1 - len(ratios) // 10]
    print(
        f"{title:34} assay {statistics.median(ours) * 1e3:8.1f} ms   "
        f"torch {statistics.median(theirs) * 1e3:8.1f} ms   "
        f"ratio {statistics.median(ratios):5.2f}  [{low:.2f}, {high:.2f}]"
    )


def main() -> None:
    """Build the model, check that both sides agree, and time them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--heads", type=int, default=12)
    options = parser.parse_args()

    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=options.width,
        num_hidden_layers=options.layers,
        num_attention_heads=options.heads,
        intermediate_size=4 * options.width,
        attn_implementation="sdpa",
    )
    peer = BertForSequenceClassification(config).eval().requires_grad_(False)
    ids = np.random.default_rng(0).integers(1000, 30000, options.tokens).astype(np.int32)
    batch = torch.tensor(ids[None].astype(np.int64))

    with tempfile.TemporaryDirectory() as folder:
        peer.save_pretrained(folder)
        model = assay.load(folder)

    def forward() -> torch.Tensor:
        with torch.inference_mode():
            return peer(input_ids=batch).logits

    def gradient() -> torch.Tensor:
        embedded = peer.bert.embeddings.word_embeddings(batch).detach().requires_grad_()
        peer(inputs_embeds=embedded).logits[0, 0].backward()
        assert embedded.grad is not None
        return embedded.grad[0]

    difference = abs(model.predict(ids).logits - forward().numpy()).max()
    slopes = abs(model.gradient(ids, target=0) - gradient().numpy()).max()
    print(f"largest difference: logits {difference:.1e}, gradient {slopes:.1e}")
    print(f"{assay.build_info()['instruction_set']}, torch {torch.__version__}")
    for threads in (1, 2):
        assay.set_num_threads(threads)
        torch.set_num_threads(threads)
        times = alternating(lambda: model.predict(ids), forward, options.pairs)
        report(f"forward, {options.tokens} tokens, {threads} thread(s)", *times)
        times = alternating(lambda: model.gradient(ids, target=0), gradient, options.pairs)
        report(f"input gradient, {threads} thread(s)", *times)


if __name__ == "__main__":
    main()
