"""Networks that read a source and write a target. Oracle: torch's own run, mask and autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

import assay  # noqa: E402
from torch_door import oracle  # noqa: E402
from torch_door.architectures import WRITERS  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
SOURCE = np.array([11, 23, 35, 5, 47, 29, 2], np.int32)
TARGET = np.array([17, 31, 9], np.int32)
CLOSE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-5}


@pytest.fixture(scope="module", params=WRITERS, ids=lambda one: one.name)
def case(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    module = request.param.module()
    return module, assay.from_torch(module)


def run(module: Any, **more: Any) -> Any:
    """What torch says of source and target, the decoder's start before it."""
    start = module.config.decoder_start_token_id
    target = torch.tensor([[start, *TARGET.tolist()]])
    source = torch.tensor([SOURCE.tolist()])
    given = {"input_ids": source, "decoder_input_ids": target, "use_cache": False}
    with oracle.attention(module):
        return module(**(given | more))


def joint(said: Any, model: Any) -> list[Any]:
    """Torch's attention in the order of the layers that the model names."""
    own = {
        "encoder": iter(said.encoder_attentions),
        "decoder": iter(said.decoder_attentions),
        "cross": iter(said.cross_attentions),
    }
    return [next(own[stack]) for stack in model.stacks]


def block(pattern: Any, stack: str) -> Any:
    count = len(SOURCE)
    rows = slice(0, count) if stack == "encoder" else slice(count, None)
    columns = slice(count, None) if stack == "decoder" else slice(0, count)
    return pattern[:, rows, columns]


def test_scores_and_every_stacks_patterns_are_torchs(case: Any) -> None:
    module, model = case
    with torch.no_grad():
        said = run(module, output_attentions=True)
    np.testing.assert_allclose(
        model.predict(model.tokenize((SOURCE, TARGET))).logits[0],
        said.logits[0, -1].numpy(),
        **CLOSE,
    )
    assert model.stacks == ("encoder", "encoder", "decoder", "cross", "decoder", "cross")
    patterns = model.attention(model.tokenize((SOURCE, TARGET)))
    for stack, ours, theirs in zip(model.stacks, patterns, joint(said, model), strict=True):
        np.testing.assert_allclose(block(ours, stack), theirs[0].numpy(), **CLOSE)
        np.testing.assert_allclose(ours.sum(axis=-1), 1, rtol=1e-5)


def test_gradients_are_those_of_autograd(case: Any) -> None:
    module, model = case
    sites = [f"blocks.{layer}.attention.pattern" for layer in range(model.layers)]
    ours = model.gradient(model.tokenize((SOURCE, TARGET)), target=7, at=["embedding", *sites])
    said = run(module, output_attentions=True)
    theirs = torch.autograd.grad(said.logits[0, -1, 7], joint(said, model))
    for stack, mine, other in zip(model.stacks, ours[1:], theirs, strict=True):
        np.testing.assert_allclose(block(mine, stack), other[0].numpy(), **CLOSE)
    assert ours[0].shape[0] == len(SOURCE) + 1 + len(TARGET)
    # Along its own direction the score's difference is what the gradient says.
    step = 2e-3 / np.linalg.norm(ours[0])
    plain = model.predict(model.tokenize((SOURCE, TARGET)), keep=["embedding"]).kept["embedding"][0]
    sides = [
        model.predict(
            model.tokenize((SOURCE, TARGET)),
            interventions=[assay.Intervention.patch("embedding", plain + sign * step * ours[0])],
        ).logits[0, 7]
        for sign in (1, -1)
    ]
    measured = (sides[0] - sides[1]) / (2 * step)
    np.testing.assert_allclose(measured, (ours[0] ** 2).sum(), rtol=0.02)


def test_a_source_token_that_is_knocked_out_is_one_that_is_masked(case: Any) -> None:
    module, model = case
    for key in (0, 3):
        mask = torch.ones(1, len(SOURCE), dtype=torch.long)
        mask[0, key] = 0
        with torch.no_grad():
            expected = run(module, attention_mask=mask).logits[0, -1].numpy()
        cut = assay.Intervention.knock_out(keys=[key])
        ours = model.predict(model.tokenize((SOURCE, TARGET)), interventions=[cut]).logits[0]
        np.testing.assert_allclose(ours, expected, **CLOSE)


def test_a_cross_attention_alone_is_masked_in_every_layer_and_head(case: Any) -> None:
    module, model = case
    key = 3
    for layer, stack in enumerate(model.stacks):
        for head in range(2) if stack == "cross" else ():
            with torch.no_grad():
                expected = oracle.masked_pair(module, SOURCE, TARGET, key, layer, head)
            if expected is None:
                pytest.skip(f"{module.config.model_type} dispatches no attention function")
            cut = assay.Intervention.knock_out(keys=[key], layers=[layer], heads=[head])
            ours = model.predict(model.tokenize((SOURCE, TARGET)), interventions=[cut]).logits[0]
            np.testing.assert_allclose(ours, expected, **CLOSE)


def test_an_identity_changes_nothing_and_a_batch_is_its_members(case: Any) -> None:
    _, model = case
    pairs = [(SOURCE, TARGET), (SOURCE[2:], TARGET[:1]), (SOURCE[3:], TARGET)]
    texts = [model.tokenize(pair) for pair in pairs]
    patterns = model.attention(texts[0])
    same = [assay.Intervention.replace(layer, one) for layer, one in enumerate(patterns)]
    cut = [assay.Intervention.knock_out(keys=[1])]
    plain = model.predict(texts[0]).logits
    np.testing.assert_allclose(model.predict(texts[0], interventions=same).logits, plain, **CLOSE)
    for each in ([], cut):
        together = model.predict(texts, interventions=[each] * 3).logits
        for text, row in zip(texts, together, strict=True):
            alone = model.predict(text, interventions=[each]).logits[0]
            size = max(1.0, float(np.abs(alone).max()))
            np.testing.assert_allclose(row / size, alone / size, **CLOSE)


@pytest.mark.parametrize("explain", ["source", "target"])
def test_every_condition_is_tested(case: Any, explain: str) -> None:
    model = assay.from_torch(case[0], explain=explain)
    tokens = model.tokenize((SOURCE, TARGET))
    explained = np.flatnonzero(~tokens.special)
    count = len(SOURCE)
    assert explained.tolist() == (
        list(range(count)) if explain == "source" else list(range(count + 1, count + 4))
    )
    scores = np.linspace(1, 0.3, len(explained))
    report = assay.verify(model, tokens, explanation=scores)
    for check in ("gradient_agreement", "removal", "redirect"):
        assert report.checks[check].outcome != "not applicable", check
    for method in ("attention_rollout", "attention_gradient", "attention_flow", "leave_one_out"):
        made = assay.explain(model, tokens, method=method)
        assert made.positions.tolist() == explained.tolist()


def test_what_is_written_is_explained_token_by_token(case: Any) -> None:
    _, model = case
    made = assay.explain_generation(model, SOURCE, max_new_tokens=3, method="attention_rollout")
    forced = assay.explain_generation(
        model, SOURCE, made.tokens.ids[made.start :], method="attention_rollout"
    )
    np.testing.assert_array_equal(made.matrix, forced.matrix)
    assert np.isfinite(made.matrix[:, : len(SOURCE)]).all()
    assert np.isnan(made.matrix[:, len(SOURCE) :]).all()


def test_nothing_need_be_left_of_a_source(case: Any) -> None:
    module, model = case
    pad = module.config.pad_token_id
    start = [module.config.decoder_start_token_id, *TARGET.tolist()]
    with torch.no_grad(), oracle.attention(module):
        said = module(
            input_ids=torch.tensor([[pad]]),
            attention_mask=torch.tensor([[1]]),
            decoder_input_ids=torch.tensor([start]),
        )
    tokens = model.tokenize((SOURCE, TARGET))
    alone = tokens.without(tokens.types == 0)
    both = model.predict([alone, tokens]).logits
    size = float(said.logits.abs().max())
    # M2M100 gives a padding token no position, where the door takes it for a token like any other.
    if module.config.model_type != "m2m_100":
        np.testing.assert_allclose(both[0] / size, said.logits[0, -1].numpy() / size, **CLOSE)
    made = assay.explain(model, tokens, method="shapley_sampling", operator="delete")
    assert np.isfinite(made.scores).all()
