"""Objects of the shapes that other libraries return, with nothing of the libraries in them."""

from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

TEXT = "a gripping, beautifully acted film"
#: What is between spaces, and one score for each.
RUNS = ("a", "gripping,", "beautifully", "acted", "film")
WORDS = ("a", "gripping", ",", "beautifully", "acted", "film")
SCORES = (0.25, 2.0, -1.0, 0.5, 1.0, -0.5)


@dataclass
class Tensor:
    """A tensor with a history: numpy can have it only when it is detached and on the processor."""

    array: np.ndarray
    attached: bool = True
    device: str = "cuda:0"
    dtype: str = "torch.float32"

    @property
    def ndim(self):
        return self.array.ndim

    @property
    def shape(self):
        return self.array.shape

    def detach(self):
        return Tensor(self.array, False, self.device)

    def cpu(self):
        return Tensor(self.array, self.attached, "cpu")

    def __dlpack__(self, **options):
        if self.attached or self.device != "cpu":
            raise RuntimeError("Can't export tensors that require gradient, or of a device")
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Dlpack:
    """An array of jax: a capsule, no history and no way to the processor to be asked for."""

    def __init__(self, array):
        self.held = np.asarray(array)
        self.ndim, self.shape, self.dtype = self.held.ndim, self.held.shape, self.held.dtype

    def __dlpack__(self, **options):
        return self.held.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.held.__dlpack_device__()


class Eager:
    """A tensor of TensorFlow, which numpy asks for an array."""

    def __init__(self, array):
        self.held = np.asarray(array)
        self.ndim, self.shape = self.held.ndim, self.held.shape

    def __array__(self, dtype=None, copy=None):
        return self.held if dtype is None else self.held.astype(dtype)


class Frame:
    """A table of pandas, as far as it is asked."""

    iloc, ndim = object(), 2

    def __init__(self, **columns):
        self.held, self.columns = columns, list(columns)

    def __getitem__(self, name):
        return list(self.held[name])


class Cache:
    """An ActivationCache of TransformerLens: no mapping, but it has one."""

    def __init__(self, held):
        self.cache_dict = held

    def __getitem__(self, key):
        name, layer = key
        return self.cache_dict[f"blocks.{layer}.attn.hook_{name}"]


class Series:
    """A pandas Series, as far as it is asked."""

    iloc, ndim = object(), 1

    def __init__(self, values, index):
        self.values, self.index = np.asarray(values), list(index)

    def to_dict(self):
        return dict(zip(self.index, self.values, strict=True))

    def to_numpy(self):
        return self.values

    def __len__(self):
        return len(self.values)

    def __iter__(self):
        return iter(self.values)


class Lime:
    """LIME's explanation of one label, the weightiest word first."""

    def __init__(self):
        self.local_exp = {1: ()}

    def as_list(self, label=1):
        return [("film", 0.5), ("gripping", 0.25), ("a", -0.125)]


Shap = namedtuple("Shap", ["values", "base_values", "data"])
Token = namedtuple("Token", ["token", "id"])
Ferret = namedtuple("Ferret", ["text", "tokens", "scores", "explainer", "target"])


def shap(values, data):
    return Shap(np.asarray(values), 0.0, data)


def inseq(attributions, tokens):
    one = SimpleNamespace(
        source=[Token(token, 0) for token in tokens],
        source_attributions=attributions,
        target_attributions=None,
        attr_pos_start=0,
    )
    return SimpleNamespace(sequence_attributions=[one])


def captum_record(attributions, tokens):
    return SimpleNamespace(
        word_attributions=attributions, pred_prob=0.9, pred_class=1, attr_score=1.0,
        raw_input_ids=list(tokens), convergence_score=0.0,
    )  # fmt: skip
