"""Every family by its fixtures: each tensor is read, in half precision too; names, long texts."""

import json
import shutil
import struct

import numpy as np
import pytest
from golden import FIXTURES

import assay

CASES = sorted(path.parent.name for path in FIXTURES.glob("*/model.safetensors"))
#: Tensors whose absence says that the model has another head or no pooler, or that are tied.
OPTIONAL = (
    "classifier.weight",
    "score.weight",
    "predictions.transform.dense.weight",
    "predictions.dense.weight",
    "pooler.dense.weight",
    "pooler.dense.bias",
    "pooler.weight",
    "lm_head.weight",
    "decoder.bias",
)


def read(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def write(path, header, numbers):
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + numbers)


@pytest.mark.parametrize("case", CASES)
def test_every_tensor_is_read(case, tmp_path):
    """Oracle: a tensor that hides under a name that every family passes over is missed."""
    folder = tmp_path / case
    shutil.copytree(FIXTURES / case, folder)
    header, numbers = read(folder / "model.safetensors")
    not_missed = []
    for name in header.keys() - {"__metadata__"}:
        hidden = {("x.inv_freq" if key == name else key): value for key, value in header.items()}
        write(folder / "model.safetensors", hidden, numbers)
        try:
            assay.load(folder)
            not_missed.append(name)
        except assay.CheckpointError as error:
            assert name.rsplit(".", 1)[0] in str(error) or "unread" in str(error)  # noqa: PT017
    assert [name for name in not_missed if not name.endswith(OPTIONAL)] == []


@pytest.mark.parametrize("dtype", ["F16", "BF16"])
@pytest.mark.parametrize("case", ["bert-gelu-20x5", "llama-24x4", "gpt2-20x4", "vit-20x5"])
def test_half_precision_weights_are_converted(case, dtype, tmp_path):
    """Oracle: the same weights rounded first and stored as float32."""
    header, numbers = read(FIXTURES / case / "model.safetensors")
    halves, rounded = {}, {}
    small, large = b"", b""
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        values = np.frombuffer(numbers[start:end], "<f4")
        if dtype == "F16":
            stored = values.astype("<f2")
            back = stored.astype("<f4")
        else:
            stored = (values.view("<u4") >> 16).astype("<u2")
            back = (stored.astype("<u4") << 16).view("<f4")
        for table, part, data in ((halves, stored, small), (rounded, back, large)):
            span = [len(data), len(data) + part.nbytes]
            kind = dtype if table is halves else "F32"
            table[name] = {"dtype": kind, "shape": entry["shape"], "data_offsets": span}
        small, large = small + stored.tobytes(), large + back.tobytes()
    answers = []
    for kind, table, data in (("half", halves, small), ("single", rounded, large)):
        folder = tmp_path / kind
        folder.mkdir()
        shutil.copy(FIXTURES / case / "config.json", folder)
        write(folder / "model.safetensors", table, data)
        model = assay.load(folder)
        given = np.arange(3, 12) if model.grid is None else np.ones((3, 15, 15), np.float32)
        answers.append(model.predict(given).logits)
    assert np.array_equal(*answers)


def test_a_name_in_the_local_cache_is_loaded(tmp_path, monkeypatch):
    """Oracle: the folder itself; nothing is downloaded."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    root = tmp_path / "models--org--name"
    snapshot = root / "snapshots" / "abc"
    snapshot.parent.mkdir(parents=True)
    shutil.copytree(FIXTURES / "bert-gelu-20x5", snapshot)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("abc")
    ids = np.arange(3, 12)
    cached, direct = assay.load("org/name"), assay.load(FIXTURES / "bert-gelu-20x5")
    assert cached.name == "org/name"
    assert cached.path == snapshot
    assert np.array_equal(cached.predict(ids).logits, direct.predict(ids).logits)


def test_a_long_text_is_cut_with_a_warning_and_pairs_have_types():
    """Oracle: the tokens themselves."""
    model = assay.load("demo")
    text = "a fine film " * model.max_positions
    with pytest.raises(assay.InputError, match="truncate=True"):
        model.predict(text)
    with pytest.warns(assay.TruncationWarning):
        cut = model.tokenize(text, truncate=True)
    assert len(cut) == model.max_positions
    with pytest.warns(assay.TruncationWarning):
        assert assay.explain(model, text, method="attention", truncate=True).tokens.special[-1]
    pair = model.tokenize(("a fine film", "a dull play"))
    assert pair.types.tolist() == [0] * 5 + [1] * 4
    explanation = assay.explain(model, ("a fine film", "a dull play"), method="attention")
    assert explanation.words().texts == ("a", "fine", "film", "a", "dull", "play")
