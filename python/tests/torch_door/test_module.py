"""What happens to a module and around it. Oracles: the module before and after; its own copies."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
transformers = pytest.importorskip("transformers", reason="transformers is not installed")

import assay  # noqa: E402
from torch_door.architectures import ARCHITECTURES, Architecture  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
IDS = np.array([11, 23, 35, 5, 47, 29, 59], np.int32)
CUT = assay.Intervention.knock_out(keys=[3])
SITES = ["embedding", "blocks.0.attention.pattern", "blocks.1.attention.pattern"]


def architecture(name: str) -> Architecture:
    return next(one for one in ARCHITECTURES if one.name == name)


def state(module: Any) -> dict[str, Any]:
    """Everything that a run may change and has to give back."""
    parts = dict(module.named_modules())
    return {
        "attention": module.config._attn_implementation,
        "padding": module.config.pad_token_id,
        "training": {name: part.training for name, part in parts.items()},
        "hooks": {
            name: (len(part._forward_hooks), len(part._forward_pre_hooks))
            for name, part in parts.items()
        },
        "asks": {name: one.requires_grad for name, one in module.named_parameters()},
        "gradients": [one.grad is None for one in module.parameters()],
        "random": torch.get_rng_state().tolist(),
        "enabled": torch.is_grad_enabled(),
    }


@pytest.mark.parametrize("name", ["bert", "gpt2", "llama", "xlnet", "bloom"])
def test_a_module_is_left_as_it_was(name: str) -> None:
    module = architecture(name).module()
    module.config._attn_implementation = "eager" if name in ("xlnet", "bloom") else "sdpa"
    module.train()
    before = state(module)
    model = assay.from_torch(module, engine="torch")
    model.predict(IDS, interventions=[CUT])
    model.gradient(IDS, at=SITES)
    assert state(module) == before


@pytest.mark.parametrize("place", ["attention", "block", "head"])
def test_a_module_is_left_as_it_was_after_an_exception(place: str) -> None:
    module = architecture("bert").module().train()
    model = assay.from_torch(module, engine="torch")
    parts = {
        "attention": module.bert.encoder.layer[1].attention.self,
        "block": module.bert.encoder.layer[1],
        "head": module.classifier,
    }

    def fail(*_: object) -> None:
        raise ZeroDivisionError("in the module")

    hook = parts[place].register_forward_hook(fail)
    before = state(module)
    with pytest.raises(ZeroDivisionError, match="in the module"):
        model.predict(IDS, interventions=[CUT])
    assert state(module) == before
    hook.remove()
    assert np.isfinite(model.predict(IDS).logits).all()


def test_dropout_is_never_applied() -> None:
    module = architecture("bert").module()
    still = assay.from_torch(module, engine="torch").predict(IDS).logits
    module.train()
    np.testing.assert_array_equal(
        assay.from_torch(module, engine="torch").predict(IDS).logits, still
    )


def test_low_rank_adapters_are_part_of_the_model() -> None:
    peft = pytest.importorskip("peft", reason="peft is not installed")
    module = architecture("bert").module()
    config = peft.LoraConfig(target_modules=["query", "value"], r=2, task_type="SEQ_CLS")
    wrapped = peft.get_peft_model(module, config).eval()
    torch.manual_seed(1)
    with torch.no_grad():
        for name, parameter in wrapped.named_parameters():
            if "lora" in name:
                parameter.normal_(std=0.5)
    model = assay.from_torch(wrapped)
    merged = assay.from_torch(copy.deepcopy(wrapped).merge_and_unload(), engine="native")
    for interventions in (None, [CUT]):
        np.testing.assert_allclose(
            model.predict(IDS, interventions=interventions).logits,
            merged.predict(IDS, interventions=interventions).logits,
            rtol=1e-4,
            atol=1e-4,
        )
    for ours, theirs in zip(
        model.gradient(IDS, target=1, at=SITES),
        merged.gradient(IDS, target=1, at=SITES),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_a_learned_prompt_is_refused_by_name() -> None:
    peft = pytest.importorskip("peft", reason="peft is not installed")
    module = architecture("bert").module()
    config = peft.PromptTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=3)
    with pytest.raises(assay.UnsupportedModelError, match="learned prompt"):
        assay.from_torch(peft.get_peft_model(module, config), engine="torch")


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_half_precision_is_run_as_it_is(name: str) -> None:
    module = architecture(name).module().bfloat16()
    model = assay.from_torch(module)
    assert model.precision == "bfloat16"
    with torch.no_grad():
        expected = module(torch.as_tensor(IDS[None].astype(np.int64))).logits[0].float().numpy()
    # Eight bits of a mantissa, through two blocks.
    np.testing.assert_allclose(model.predict(IDS).logits[0], expected, atol=0.03, rtol=0.03)
    full = assay.from_torch(architecture(name).module(), engine="torch")
    for ours, theirs in zip(model.attention(IDS), full.attention(IDS), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=0.05)
    report = assay.verify(model, IDS, explanation="attention_rollout")
    assert all(one.outcome != "not applicable" for one in report.conditions.values())


@pytest.mark.parametrize("name", ["bert", "llama", "gpt2", "deberta-v2"])
def test_a_gpu_gives_the_same(name: str) -> None:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    here = assay.from_torch(architecture(name).module(), engine="torch")
    there = assay.from_torch(architecture(name).module().to("cuda"))
    for interventions in (None, [CUT]):
        np.testing.assert_allclose(
            there.predict(IDS, interventions=interventions).logits,
            here.predict(IDS, interventions=interventions).logits,
            rtol=1e-3,
            atol=1e-4,
        )
    for ours, theirs in zip(
        there.gradient(IDS, target=1, at=SITES), here.gradient(IDS, target=1, at=SITES), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-2, atol=1e-4)


def limited(module: Any, most: int) -> Callable[[], list[int]]:
    """Let a module run out of memory above so many inputs; returns how large its batches were."""
    sizes: list[int] = []

    def check(_: Any, given: Any, named: dict[str, Any]) -> None:
        size = len(named["input_ids"])
        if size > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        sizes.append(size)

    module.register_forward_pre_hook(check, with_kwargs=True)
    return lambda: sizes


def test_a_device_with_too_little_memory_gets_smaller_batches() -> None:
    module = architecture("bert").module()
    model = assay.from_torch(module, engine="torch")
    texts = [IDS] * 12
    expected = model.predict(texts).logits
    sizes = limited(module, 3)
    with pytest.warns(ResourceWarning, match="too little memory for 12 inputs") as said:
        np.testing.assert_allclose(model.predict(texts).logits, expected, rtol=1e-5, atol=1e-6)
    assert len(said) == 1
    assert sum(sizes()) == 12
    assert max(sizes()) == 3
    model.predict(texts)
    assert len(said) == 1


def test_a_device_too_small_for_one_input_says_so() -> None:
    module = architecture("bert").module()
    model = assay.from_torch(module, engine="torch")
    limited(module, 0)
    with pytest.raises(assay.MemoryBudgetError, match="an input of 7 tokens"):
        model.predict(IDS)


def test_a_memory_budget_bounds_a_batch() -> None:
    module = architecture("bert").module()
    small = assay.from_torch(module, engine="torch", memory_budget=1 << 17)
    large = assay.from_torch(module, engine="torch")
    sizes = limited(module, 1000)
    few = small.predict([IDS] * 40).logits
    assert max(sizes()) < 40
    np.testing.assert_allclose(few, large.predict([IDS] * 40).logits, rtol=1e-5, atol=1e-6)


def test_weights_that_are_elsewhere_are_named() -> None:
    config = transformers.BertConfig(num_hidden_layers=1, hidden_size=8, num_attention_heads=2)
    with torch.device("meta"):
        module = transformers.BertModel(config)
    module.hf_device_map = {"encoder": "disk"}
    with pytest.raises(assay.UnsupportedModelError, match=r"meta device \(offloaded: .*disk"):
        assay.from_torch(module, engine="torch")


def test_attention_out_of_reach_is_named_with_a_remedy() -> None:
    module = Architecture("mra", "MaskedLM").module()
    with pytest.raises(assay.UnsupportedModelError, match="MraSelfAttention") as caught:
        assay.from_torch(module)
    assert "attn_implementation='eager'" in str(caught.value)
    assert "black_box" in str(caught.value)


def test_what_needs_the_engines_own_inside_is_not_applicable() -> None:
    model = assay.from_torch(architecture("bert").module(), engine="torch")
    for method in ("attention_norms", "alti", "value_zeroing", "deep_lift"):
        with pytest.raises(assay.UnsupportedModelError, match=f"method {method}"):
            assay.explain(model, IDS, method=method)


def test_an_engine_is_chosen_by_what_it_can() -> None:
    module = architecture("bert").module()
    assert type(assay.from_torch(module)).__name__ == "Model"
    assert type(assay.from_torch(module, engine="torch")).__name__ == "TorchModel"
    assert type(assay.from_torch(module.double())).__name__ == "TorchModel"
    with pytest.raises(assay.UnsupportedModelError, match="engine='torch'"):
        assay.from_torch(module, engine="native")
    with pytest.raises(assay.OptionError, match="auto, native, torch"):
        assay.from_torch(module, engine="cuda")
    with pytest.raises(assay.InputTypeError, match="black_box"):
        assay.from_torch(torch.nn.Linear(2, 2), engine="torch")


def test_states_can_be_read_and_replaced() -> None:
    module = architecture("bert").module()
    ours = assay.from_torch(module, engine="torch")
    theirs = assay.from_torch(module, engine="native")
    for mine, other in zip(ours.hidden_states(IDS), theirs.hidden_states(IDS), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)
    value = np.full((1, 32), 0.5, np.float32)
    for site in ("embedding", "blocks.1.input", "blocks.0.output"):
        patch = assay.Intervention.patch(site, value, tokens=[2])
        np.testing.assert_allclose(
            ours.predict(IDS, interventions=[patch]).logits,
            theirs.predict(IDS, interventions=[patch]).logits,
            rtol=1e-4,
            atol=1e-5,
        )


@pytest.mark.parametrize("kind", ["uniform", "permute", "scale", "knock_out", "move"])
@pytest.mark.parametrize("name", ["bert", "gpt2", "mistral"])
def test_every_kind_of_edit_is_the_engines_own(name: str, kind: str) -> None:
    module = architecture(name).module()
    ours = assay.from_torch(module, engine="torch")
    theirs = assay.from_torch(module, engine="native")
    place: dict[str, Any] = {"layers": [1], "heads": [0, 2], "queries": [3, 6]}
    options: dict[str, dict[str, Any]] = {
        "uniform": {},
        "permute": {"seed": 5},
        "scale": {"factor": 0.3, "keys": [1]},
        "knock_out": {"keys": [1, 2]},
        "move": {"keys": [1], "to": 2},
    }
    edit = getattr(assay.Intervention, kind)(**place, **options[kind])
    # Beside a shorter input, so that there is padding.
    texts = [IDS, IDS[:6], IDS[::-1].copy()]
    each = [[edit], [], [edit]]
    np.testing.assert_allclose(
        ours.predict(texts, interventions=each).logits,
        theirs.predict(texts, interventions=each).logits,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("name", ["BertModel", "GPT2Model", "DistilBertModel"])
def test_a_model_without_a_head_gives_states(name: str) -> None:
    kind = name.removesuffix("Model").lower()
    module = Architecture(kind, "", architecture(kind).more).module()
    assert type(module).__name__ == name
    ours = assay.from_torch(module, engine="torch")
    theirs = assay.from_torch(module, engine="native")
    assert ours.labels == ()
    texts = [IDS, IDS[:5]]
    np.testing.assert_allclose(ours.embed(texts), theirs.embed(texts), rtol=1e-4, atol=1e-5)
    for mine, other in zip(ours.attention(IDS), theirs.attention(IDS), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)
    with pytest.raises(assay.UnsupportedModelError, match="classification head"):
        ours.predict(IDS)


def test_a_head_of_one_score_a_token_is_read_at_a_token() -> None:
    module = transformers.ElectraForPreTraining(architecture("electra").module().config).eval()
    model = assay.from_torch(module, engine="torch")
    with torch.no_grad():
        expected = module(torch.as_tensor(IDS[None].astype(np.int64))).logits[0].numpy()
    for position in (0, 4):
        found = model.predict(IDS, positions=position)
        np.testing.assert_allclose(found.logits[0], expected[[position]], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(
            found.probabilities[0], 1 / (1 + np.exp(-expected[[position]])), rtol=1e-5
        )


def test_a_head_that_says_something_else_is_named() -> None:
    module = transformers.BertForQuestionAnswering(architecture("bert").module().config)
    with pytest.raises(assay.UnsupportedModelError, match="start_logits, end_logits"):
        assay.from_torch(module)


def test_sentences_in_a_row_are_told_by_a_head_of_two() -> None:
    module = transformers.BertForNextSentencePrediction(architecture("bert").module().config).eval()
    model = assay.from_torch(module)
    assert type(model).__name__ == "TorchModel"
    with torch.no_grad():
        expected = module(torch.as_tensor(IDS[None].astype(np.int64))).logits.numpy()
    np.testing.assert_allclose(model.predict(IDS).logits, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["bert", "roberta", "gpt2", "llama", "electra"])
def test_a_padding_token_in_a_text_is_a_token_like_any_other(name: str) -> None:
    module = architecture(name).module()
    ours = assay.from_torch(module, engine="torch")
    theirs = assay.from_torch(module, engine="native")
    texts = [np.array([11, 0, 35, 0], np.int32), IDS, np.array([0, 0, 7], np.int32)]
    np.testing.assert_allclose(
        ours.predict(texts).logits, theirs.predict(texts).logits, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("family", ["Bert", "Electra", "Roberta"])
def test_a_module_that_does_not_run_on_a_text_is_refused(family: str) -> None:
    """Oracle: the class of the error, what it names, and the module as it was."""
    config = getattr(transformers, f"{family}Config")(
        vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=32,
    )  # fmt: skip
    module = getattr(transformers, f"{family}ForMultipleChoice")(config)
    before = state(module)
    with pytest.raises(assay.UnsupportedModelError, match=f"{family}ForMultipleChoice") as caught:
        assay.from_torch(module)
    assert "black_box" in str(caught.value)
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert state(module) == before
