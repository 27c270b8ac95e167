"""Live modules: borrowed weights. Oracles: the checkpoint on disk, pointer identity, and torch."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assay

FIXTURE = Path(__file__).parents[2] / "Tests" / "Fixtures" / "bert-gelu-20x5"
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
