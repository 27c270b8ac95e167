"""Every architecture through the door. Oracle: torch's own eager run, mask and autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

import assay  # noqa: E402
from torch_door import oracle  # noqa: E402
from torch_door.architectures import ARCHITECTURES, Architecture  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
IDS = np.array([11, 23, 35, 5, 47, 23, 59, 71, 17], np.int32)
ROW = len(IDS) - 1
#: Two orders of adding the same float32 products.
CLOSE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-5}


@pytest.fixture(scope="module", params=ARCHITECTURES, ids=lambda one: one.name)
def case(request: pytest.FixtureRequest) -> tuple[Architecture, Any, assay.Model]:
    architecture = request.param
    module = architecture.module()
    return architecture, module, assay.from_torch(module, engine="torch")


def row_of(model: assay.Model) -> dict[str, int]:
    """The position that is read, for heads over all of them."""
    return {"positions": ROW} if not model.labels else {}


def test_scores_and_patterns_are_those_of_eager_attention(case: Any) -> None:
    architecture, module, model = case
    with torch.no_grad():
        expected, said = oracle.scores(module, IDS, ROW, output_attentions=True)
    np.testing.assert_allclose(
        model.predict(IDS, **row_of(model)).logits[0], expected.numpy(), **CLOSE
    )
    patterns = model.attention(IDS)
    assert len(patterns) == model.layers
    if said.attentions and "attentions" not in architecture.without:
        for ours, theirs in zip(patterns, said.attentions, strict=True):
            np.testing.assert_allclose(ours, theirs[0].numpy(), **CLOSE)


def test_gradients_are_those_of_autograd(case: Any) -> None:
    architecture, module, model = case
    sites = [f"blocks.{layer}.attention.pattern" for layer in range(model.layers)]
    position = {"position": ROW} if not model.labels else {}
    ours = model.gradient(IDS, target=1, at=["embedding", *sites], **position)
    if "inputs_embeds" in architecture.without:
        # The table's own gradient, which adds up where a token stands twice.
        logits, _ = oracle.scores(module, IDS, ROW)
        (table,) = torch.autograd.grad(logits[1], module.get_input_embeddings().weight)
        for token in set(IDS.tolist()):
            mine = ours[0][token == IDS].sum(axis=0)
            np.testing.assert_allclose(mine, table[token].numpy(), **CLOSE)
        return
    given = torch.as_tensor(IDS[None].astype(np.int64))
    embedded = module.get_input_embeddings()(given).detach().requires_grad_()
    logits, said = oracle.scores(
        module, IDS, ROW, inputs_embeds=embedded * 1, output_attentions=True
    )
    wanted = [embedded, *(said.attentions or ())]
    if architecture.without.keys() & {"attention gradients", "attentions"}:
        wanted = wanted[:1]
    theirs = torch.autograd.grad(logits[1], wanted)
    for mine, other in zip(ours, theirs, strict=False):
        scale = max(1.0, float(other.abs().max()))
        np.testing.assert_allclose(mine / scale, other[0].numpy() / scale, **CLOSE)


def test_an_identity_changes_nothing(case: Any) -> None:
    _, _, model = case
    plain = model.predict(IDS, **row_of(model)).logits
    for layer, pattern in enumerate(model.attention(IDS)):
        replaced = assay.Intervention.replace(layer, pattern)
        for same in (replaced, assay.Intervention.scale(factor=1.0, layers=[layer])):
            edited = model.predict(IDS, interventions=[same], **row_of(model)).logits
            np.testing.assert_allclose(edited, plain, rtol=1e-6, atol=1e-6)


def test_a_key_that_is_knocked_out_is_a_key_that_is_masked(case: Any) -> None:
    architecture, module, model = case
    if "knock-out" in architecture.without:
        pytest.skip(f"{architecture.name}: {architecture.without['knock-out']}")
    key = 3
    places = [(None, None), *((layer, head) for layer in range(model.layers) for head in range(2))]
    reached = 0
    for layer, head in places:
        layers = list(range(model.layers)) if layer is None else [layer]
        heads = None if head is None else [head]
        expected = oracle.masked(module, IDS, key, layers, heads, ROW)
        if expected is None:
            continue
        reached += 1
        cut = assay.Intervention.knock_out(keys=[key], layers=layers, heads=heads)
        ours = model.predict(IDS, interventions=[cut], **row_of(model)).logits[0]
        np.testing.assert_allclose(ours, expected, **CLOSE)
    if not reached:
        if "attention_mask" in architecture.without:
            pytest.skip(f"{architecture.name}: {architecture.without['attention_mask']}")
        mask = torch.ones(1, len(IDS), dtype=torch.long)
        mask[0, key] = 0
        with torch.no_grad():
            expected, _ = oracle.scores(module, IDS, ROW, attention_mask=mask)
        cut = assay.Intervention.knock_out(keys=[key])
        ours = model.predict(IDS, interventions=[cut], **row_of(model)).logits[0]
        np.testing.assert_allclose(ours, expected.numpy(), **CLOSE)


def test_a_batch_is_its_members(case: Any) -> None:
    _, _, model = case
    texts = [IDS, IDS[:5], IDS[2:], IDS[1:6], np.array([0, 11, 0, 23], np.int32)]
    position = {"positions": 3} if not model.labels else {}
    cut = assay.Intervention.knock_out(keys=[1])
    for interventions in (None, [cut]):
        together = model.predict(texts, interventions=interventions, **position).logits
        for text, row in zip(texts, together, strict=True):
            alone = model.predict(text, interventions=interventions, **position).logits[0]
            np.testing.assert_allclose(row, alone, **CLOSE)
