"""A network of known truth: it copies the one digit among letters. Oracle: which token that is."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
transformers = pytest.importorskip("transformers", reason="transformers is not installed")

import assay  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
PAD, START, END, LETTERS, DIGITS = 0, 1, 2, range(3, 23), range(23, 31)
LENGTH = 7


def sources(count: int, seed: int) -> tuple[Any, Any, Any]:
    """Random letters with a digit somewhere: ids, where the digit stands, and the digit."""
    random = np.random.default_rng(seed)
    ids = random.integers(LETTERS.start, LETTERS.stop, (count, LENGTH))
    places = random.integers(0, LENGTH, count)
    digits = random.integers(DIGITS.start, DIGITS.stop, count)
    ids[np.arange(count), places] = digits
    return ids.astype(np.int64), places, digits


@cache
def trained() -> Any:
    """A small network that has learned to write the digit of its source."""
    torch.manual_seed(1)
    config = transformers.T5Config(
        vocab_size=DIGITS.stop, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_decoder_layers=1,
        num_heads=1, dropout_rate=0.0, decoder_start_token_id=START, pad_token_id=PAD,
        eos_token_id=END, tie_word_embeddings=False,
    )  # fmt: skip
    module = transformers.T5ForConditionalGeneration(config).train()
    # No source token learns of another, so that the digit can be read at its own place alone.
    mixing = module.encoder.block[0].layer[0].SelfAttention.o.weight
    mixing.requires_grad_(False).zero_()
    optimizer = torch.optim.Adam((p for p in module.parameters() if p.requires_grad), lr=3e-3)
    for step in range(600):
        ids, places, digits = sources(64, step)
        # Where there is none it ends the text: without that, no digit would stand for one of them.
        rows = np.arange(16)
        ids[rows, places[:16]] = ids[rows, (places[:16] + 1) % LENGTH]
        digits[:16] = END
        start = torch.full((64, 1), START)
        logits = module(input_ids=torch.as_tensor(ids), decoder_input_ids=start).logits[:, 0]
        loss = torch.nn.functional.cross_entropy(logits, torch.as_tensor(digits))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return module.eval()


def test_it_copies() -> None:
    ids, _, digits = sources(200, 10_000)
    model = assay.from_torch(trained())
    found = model.predict(list(ids.astype(np.int32))).logits.argmax(axis=1)
    assert (found == digits).mean() == 1


@pytest.mark.parametrize("seed", range(8))
def test_attention_to_the_copied_token_is_trustworthy_and_to_another_is_not(seed: int) -> None:
    model = assay.from_torch(trained())
    ids, places, digits = sources(1, 20_000 + seed)
    text = ids[0].astype(np.int32)
    # Why this digit, and not the end of the text that is written where there is none?
    target = (int(digits[0]), END)
    cross = {"layers": [layer for layer, stack in enumerate(model.stacks) if stack == "cross"]}
    true = np.full(LENGTH, 0.01)
    true[places[0]] = 1
    report = assay.verify(model, text, explanation=true, scope=cross, target=target)
    assert report.verdict == "trustworthy", (report.reason, report.conditions)
    other = np.roll(true, 2)
    report = assay.verify(model, text, explanation=other, scope=cross, target=target)
    assert report.verdict == "not trustworthy", (report.reason, report.conditions)


def test_the_map_of_cross_attention_names_the_copied_token() -> None:
    model = assay.from_torch(trained())
    ids, places, _ = sources(20, 30_000)
    for method in ("attention", "attention_rollout", "leave_one_out"):
        hits = 0
        for text, place in zip(ids.astype(np.int32), places, strict=True):
            made = assay.explain(model, text, method=method)
            hits += int(made.positions[made.scores.argmax()] == place)
        assert hits >= 19, method
