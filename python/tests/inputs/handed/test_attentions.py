"""Attention from elsewhere. Oracle: the plain array [layers, heads, n, n] that it was made of."""

from types import SimpleNamespace

import numpy as np
import pytest

import assay
from inputs.handed.libraries import Cache, Dlpack, Eager, Tensor

LAYERS, HEADS, COUNT = 3, 2, 5


def maps(count=COUNT, causal=False, batch=0):
    """Draw rows that sum to one, of tokens before and at each row where it is causal."""
    draw = np.random.default_rng(0).random((LAYERS, HEADS, count, count))
    draw = np.tril(draw) if causal else draw
    return (draw / draw.sum(axis=-1, keepdims=True)).astype(np.float32)


PLAIN, CAUSAL = maps(), maps(causal=True)
BATCHED = tuple(layer[None] for layer in PLAIN)


class Output(dict):
    """An output of transformers: a mapping whose entries are attributes too."""

    def __getattr__(self, name):
        if name == "to_tuple":
            return lambda: tuple(self.values())
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


def steps(prompt, beams=1, room=0):
    """Return causal attention as `generate()` does: a tuple of layers for each step."""
    rows = [(0, prompt)] + [(place, place + 1) for place in range(prompt, COUNT)]
    return tuple(
        tuple(
            np.pad(np.repeat(layer[None, :, start:stop, :stop], beams, axis=0),
                   ((0, 0), (0, 0), (0, 0), (0, room)))
            for layer in CAUSAL
        )
        for start, stop in rows
    )  # fmt: skip


HANDED = {
    "an array": (PLAIN, PLAIN),
    "a list of layers": (list(PLAIN), PLAIN),
    "lists of numbers": (PLAIN.tolist(), PLAIN),
    "transformers: a tuple with a batch of one": (BATCHED, PLAIN),
    "transformers: a tuple without": (tuple(PLAIN), PLAIN),
    "transformers: tensors with a history": (tuple(map(Tensor, BATCHED)), PLAIN),
    "transformers: an output": (SimpleNamespace(attentions=BATCHED, logits=0), PLAIN),
    "transformers: an output that is a mapping": (Output(logits=1, attentions=BATCHED), PLAIN),
    "transformers: an encoder's": (Output(logits=1, encoder_attentions=BATCHED), PLAIN),
    "transformers: stacked with the batch": (np.stack(BATCHED), PLAIN),
    "generate: a prompt and two steps": (steps(3), CAUSAL),
    "generate: one step": (steps(COUNT), CAUSAL),
    "generate: lists": ([list(step) for step in steps(1)], CAUSAL),
    "generate: an output": (Output(sequences=0, attentions=steps(4)), CAUSAL),
    "TransformerLens: a cache": (
        {f"blocks.{n}.attn.hook_pattern": layer[None] for n, layer in enumerate(PLAIN)}
        | {"blocks.0.hook_resid_pre": np.zeros((1, COUNT, 8), np.float32)}, PLAIN,
    ),
    "TransformerLens: an ActivationCache": (
        Cache({f"blocks.{n}.attn.hook_pattern": Tensor(one) for n, one in enumerate(BATCHED)}
              | {"blocks.0.attn.hook_q": np.zeros((1, COUNT, HEADS, 4), np.float32)}), PLAIN,
    ),
    "TransformerLens: a pattern a layer": (
        [Cache({"blocks.0.attn.hook_pattern": one})["pattern", 0] for one in BATCHED], PLAIN,
    ),
    "hooks: what attention modules returned": (
        {f"layers.{n}.attention": (np.zeros((1, COUNT, 8), np.float32), one)
         for n, one in enumerate(BATCHED)}, PLAIN,
    ),
    "hooks: a list of it": (
        [(np.zeros((1, COUNT, 8), np.float32), Tensor(one), None) for one in BATCHED], PLAIN,
    ),
    "bertviz: one array for its views": (list(map(Tensor, PLAIN)), PLAIN),
    "flax: a tuple of arrays of jax": (tuple(map(Dlpack, BATCHED)), PLAIN),
    "tensorflow: a tuple of tensors": (tuple(map(Eager, BATCHED)), PLAIN),
    "arrays by layer, in another order": ({f"layer.{n}": PLAIN[n] for n in (2, 0, 1)}, PLAIN),
}  # fmt: skip


@pytest.mark.parametrize("name", HANDED)
def test_attention_of_every_kind_gives_the_rollout_and_flow_of_the_plain_array(name):
    handed, plain = HANDED[name]
    # A list of numbers is read as float64.
    near = {"rtol": 1e-5, "atol": 0} if name == "lists of numbers" else {"rtol": 0, "atol": 0}
    assert np.allclose(assay.rollout(handed), assay.rollout(plain), **near)
    assert np.allclose(assay.flow(handed, 0), assay.flow(plain, 0), **near)


@pytest.mark.parametrize("name", [name for name in HANDED if not name.startswith("generate")])
def test_a_black_box_takes_attention_of_every_kind(name):
    """Oracle: the black box that is given the plain array."""
    handed, plain = HANDED[name]
    explained = [
        assay.explain(
            assay.black_box(
                predict=lambda texts: [[0.3, 0.7]] * len(texts),
                attention=lambda text, given=given: given,
            ),
            "one two three four five",
            method="attention_rollout",
        ).scores.tolist()
        for given in (handed, plain)
    ]
    assert explained[0] == explained[1]


EAGER = 'attn_implementation="eager"'
REFUSED = {
    "sdpa: a tuple of None": ((None,) * 3, EAGER),
    "sdpa: an empty tuple": ((), EAGER),
    "sdpa: an output with one": (Output(logits=1, attentions=()), EAGER),
    "sdpa: steps of None": (((None,) * 3, (None,) * 3), EAGER),
    "sdpa: an output of None": (Output(logits=1, attentions=(None,) * 3), EAGER),
    "an output without attention": (Output(logits=1), "output_attentions=True"),
    "some layers without attention": ((BATCHED[0], None, BATCHED[1]), "leave out layers"),
    "several inputs": (tuple(np.repeat(one, 2, axis=0) for one in BATCHED), "layer[i] for layer"),
    "two kinds": (
        Output(encoder_attentions=BATCHED, decoder_attentions=BATCHED), ".encoder_attentions",
    ),
    "cross-attention": (tuple(one[:, :, :3] for one in BATCHED), "layer[0, head, token]"),
    "cross-attention, stacked": (np.ascontiguousarray(PLAIN[:, :, :3]), "layer[0, head, token]"),
    "beams": (steps(3, beams=4), "layer[i] for layer"),
    "a static cache": (steps(3, room=7), "without a static cache"),
    "layers of several lengths": ((*BATCHED, maps(4)[0][None]), "layers of one shape"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_how_to_get_attention(name):
    handed, said = REFUSED[name]
    for question in (assay.rollout, assay.flow):
        with pytest.raises(assay.AssayError) as refusal:
            question(handed)
        assert said in str(refusal.value)
        assert "expected" in str(refusal.value)
        assert "found" in str(refusal.value)
