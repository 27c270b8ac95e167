"""Live modules: borrowed weights. Oracles: the checkpoint on disk, pointer identity, and torch."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assay

FIXTURE = Path(__file__).parents[3] / "Tests" / "Fixtures" / "bert-gelu-20x5"
IDS = np.arange(3, 10, dtype=np.int32)


@dataclass
class Parameter:
    """What a torch parameter says of itself."""

    array: np.ndarray[Any, Any]
    device: str = "cpu"
    dtype: str = "torch.float32"

    def is_contiguous(self) -> bool:
        return bool(self.array.flags.c_contiguous)

    def detach(self) -> "Parameter":
        return self

    def numpy(self) -> np.ndarray[Any, Any]:
        return self.array


class Config:
    def to_dict(self) -> dict[str, Any]:
        return dict(json.loads((FIXTURE / "config.json").read_text()))


class Module:
    """A transformers module as far as `from_torch` looks at one."""

    config = Config()

    def __init__(self, **changes: Any) -> None:
        arrays = assay.load(FIXTURE).parameters()
        self.parameters = {n: Parameter(array.copy(), **changes) for n, array in arrays.items()}

    def named_parameters(self) -> Any:
        return self.parameters.items()


def test_a_live_module_predicts_what_its_checkpoint_predicts() -> None:
    live, saved = assay.from_torch(Module()), assay.load(FIXTURE)
    np.testing.assert_array_equal(live.predict(IDS).logits, saved.predict(IDS).logits)


def test_weights_are_borrowed_and_outlive_the_module() -> None:
    module = Module()
    addresses = {name: p.array.ctypes.data for name, p in module.parameters.items()}
    model = assay.from_torch(module)
    before = model.predict(IDS).logits
    del module
    shared = {name: view.ctypes.data for name, view in model.parameters().items()}
    assert shared == addresses
    np.testing.assert_array_equal(model.predict(IDS).logits, before)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"device": "cuda:0"}, "cuda:0"),
        ({"device": "meta"}, "meta"),
        ({"dtype": "torch.float16"}, "module.float()"),
    ],
)
def test_a_module_that_cannot_be_borrowed_says_how_to_go_on(
    changes: dict[str, str], words: str
) -> None:
    with pytest.raises(assay.UnsupportedModelError, match=words.replace("(", r"\(")[:8]):
        assay.from_torch(Module(**changes))


def test_an_adapter_must_be_merged_first() -> None:
    module = Module()
    module.peft_config = {"default": object()}
    with pytest.raises(assay.UnsupportedModelError, match="merge_and_unload"):
        assay.from_torch(module)


def test_anything_else_is_refused() -> None:
    with pytest.raises(assay.InputTypeError, match="found int"):
        assay.from_torch(3)


def test_a_real_module_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        vocab_size=100,
    )  # fmt: skip
    module = transformers.BertForSequenceClassification(config).eval()
    ours = assay.from_torch(module).predict(IDS).logits
    theirs = module(torch.tensor(IDS[None].astype(np.int64))).logits.detach().numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def real(case: str) -> Any:
    """Load a fixture with transformers, in eager attention."""
    transformers = pytest.importorskip("transformers")
    return transformers.AutoModelForSequenceClassification.from_pretrained(
        FIXTURE.parent / case, attn_implementation="eager"
    ).eval()


def test_real_parameters_are_borrowed_by_address_and_memory_does_not_double() -> None:
    """Oracle: torch's own addresses, and the kernel's count of private memory."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(num_hidden_layers=4, vocab_size=8000)
    module = transformers.BertForSequenceClassification(config).eval()
    size = sum(p.numel() * 4 for p in module.parameters())

    def private() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))

    before = private()
    model = assay.from_torch(module)
    assert private() - before < 0.1 * size
    ours = {name: view.ctypes.data for name, view in model.parameters().items()}
    theirs = {name: p.data_ptr() for name, p in module.named_parameters()}
    assert ours.items() <= theirs.items()
    assert len(ours) == len(theirs)
    assert isinstance(module.classifier.weight, torch.nn.Parameter)


def test_arrays_go_back_to_torch_without_a_copy() -> None:
    """Oracle: the address."""
    torch = pytest.importorskip("torch")
    model = assay.from_torch(Module())
    explanation = assay.explain(model, IDS, method="integrated_gradients")
    arrays = [
        explanation.scores,
        model.gradient(IDS, target=0),
        model.predict(IDS).logits,
        *model.attention(IDS),
    ]
    for array in arrays:
        tensor = torch.from_dlpack(array)
        assert tensor.data_ptr() == array.ctypes.data
        assert tuple(tensor.shape) == array.shape


@pytest.mark.parametrize(
    ("case", "side"),
    [
        ("bert-gelu-20x5", "right"),
        ("distilbert-21x3", "right"),
        ("roberta-18x3", "right"),
        ("xlm-roberta-18x3", "right"),
        ("electra-18x3", "right"),
        ("albert-18x2", "right"),
        ("deberta-v2-18x3", "right"),
        ("modernbert-20x2", "right"),
        ("gpt2-20x4", "left"),
        ("gpt-neox-20x2", "left"),
        ("llama-24x4", "left"),
        ("mistral-24x4", "left"),
    ],
)
def test_a_padded_batch_of_torch_agrees_with_our_ragged_one(case: str, side: str) -> None:
    """Oracle: transformers with an attention mask; encoders read CLS and so pad on the right."""
    torch = pytest.importorskip("torch")
    module = real(case)
    module.config.pad_token_id = pad = 1 if "roberta" in case else 0
    items = [np.arange(3, 3 + length) % 40 + 5 for length in (4, 11, 7)]
    longest = max(map(len, items))
    ids = np.full((3, longest), pad)
    mask = np.zeros((3, longest), np.int64)
    for row, item in enumerate(items):
        place = slice(0, len(item)) if side == "right" else slice(longest - len(item), longest)
        ids[row, place], mask[row, place] = item, 1
    more = {}
    if case == "gpt2-20x4":
        more["position_ids"] = torch.tensor((mask.cumsum(1) - 1).clip(0))
    with torch.no_grad():
        theirs = module(torch.tensor(ids), attention_mask=torch.tensor(mask), **more).logits.numpy()
    ours = assay.load(FIXTURE.parent / case).predict(items).logits
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max())


@pytest.mark.parametrize("case", ["bert-gelu-20x5", "gpt2-20x4", "llama-24x4", "modernbert-20x2"])
def test_live_modules_of_several_families_agree_with_torch(case: str) -> None:
    torch = pytest.importorskip("torch")
    module = real(case)
    ours = assay.from_torch(module).predict(IDS).logits
    theirs = module(torch.tensor(IDS[None].astype(np.int64))).logits.detach().numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max())


def test_a_live_vision_model_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    module = transformers.ViTForImageClassification.from_pretrained(
        FIXTURE.parent / "vit-20x5"
    ).eval()
    picture = np.random.default_rng(0).standard_normal((3, 15, 15)).astype(np.float32)
    ours = assay.from_torch(module).predict(picture).logits
    theirs = module(torch.tensor(picture[None])).logits.detach().numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max())


def test_a_module_on_the_meta_device_is_told_to_load_its_weights() -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    with torch.device("meta"):
        module = transformers.BertModel(transformers.BertConfig(num_hidden_layers=1))
    with pytest.raises(assay.UnsupportedModelError, match="load the weights"):
        assay.from_torch(module)
    half = transformers.BertModel(
        transformers.BertConfig(num_hidden_layers=1, vocab_size=99)
    ).bfloat16()
    with pytest.raises(assay.UnsupportedModelError, match="float32"):
        assay.from_torch(half)
