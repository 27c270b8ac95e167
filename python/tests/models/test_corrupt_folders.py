"""Folders that are broken in every way a folder can be: a named error each, nothing left behind."""

import gc
import json
import os
import random
import shutil
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
from golden import FIXTURES

import assay

CASE = FIXTURES / "bert-gelu-20x5"
IDS = np.arange(3, 10)


@pytest.fixture
def folder(tmp_path):
    """A sound copy of a small checkpoint."""
    target = tmp_path / "model"
    shutil.copytree(CASE, target)
    return target


def parts(folder):
    """Return the header and the numbers of a weights file."""
    data = (folder / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def write(folder, header, numbers):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + numbers)


def entry(header):
    """Return the first tensor's entry."""
    return next(value for name, value in header.items() if name != "__metadata__")


def truncated(folder):
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])


def empty(folder):
    (folder / "model.safetensors").write_bytes(b"")


def offsets_beyond_the_file(folder):
    header, numbers = parts(folder)
    entry(header)["data_offsets"] = [len(numbers), 2 * len(numbers)]
    write(folder, header, numbers)


def offsets_backwards(folder):
    header, numbers = parts(folder)
    entry(header)["data_offsets"].reverse()
    write(folder, header, numbers)


def overlapping_tensors(folder):
    header, numbers = parts(folder)
    first, second = [v for n, v in header.items() if n != "__metadata__"][:2]
    size = second["data_offsets"][1] - second["data_offsets"][0]
    start = first["data_offsets"][0]
    second["data_offsets"] = [start, start + size]
    write(folder, header, numbers)


def shape_that_does_not_fill(folder):
    header, numbers = parts(folder)
    entry(header)["shape"][0] += 1
    write(folder, header, numbers)


def unknown_type(folder):
    header, numbers = parts(folder)
    entry(header)["dtype"] = "Q7"
    write(folder, header, numbers)


def integers_for_weights(folder):
    header, numbers = parts(folder)
    for value in header.values():
        if value.get("dtype") == "F32":
            value["dtype"] = "I32"
    write(folder, header, numbers)


def huge_header(folder):
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", 2**63) + b"{}")


def deep_header(folder):
    write(folder, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"")


def header_that_is_no_json(folder):
    write(folder, b'{"a": \xff}', b"")


def key_twice(folder):
    one = b'"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    write(folder, b"{" + one + b"," + one + b"}", b"\0" * 4)


def missing_tensor(folder):
    header, numbers = parts(folder)
    header["another.name"] = header.pop("classifier.bias")
    write(folder, header, numbers)


def no_weights(folder):
    (folder / "model.safetensors").unlink()


def pickled_weights(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def missing_shard(folder):
    header, _ = parts(folder)
    names = {name: "model-2.safetensors" for name in header if name != "__metadata__"}
    (folder / "model.safetensors").unlink()
    index = {"weight_map": names}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def configured(**changes):
    """Return a way to change the configuration; a value of None takes a field out."""

    def change(folder):
        config = json.loads((folder / "config.json").read_text())
        for name, value in changes.items():
            config.pop(name, None)
            if value is not None:
                config[name] = value
        (folder / "config.json").write_text(json.dumps(config))

    change.__name__ = "_".join(f"{name}_{value}"[:40] for name, value in changes.items())
    return change


def no_configuration(folder):
    (folder / "config.json").unlink()


def deep_configuration(folder):
    (folder / "config.json").write_text("[" * 200_000 + "]" * 200_000)


def cut_configuration(folder):
    text = (folder / "config.json").read_text()
    (folder / "config.json").write_text(text[: len(text) // 2])


WAYS = [
    (truncated, "model.safetensors"),
    (empty, "model.safetensors"),
    (offsets_beyond_the_file, "offsets"),
    (offsets_backwards, "offsets"),
    (overlapping_tensors, "safetensors"),
    (shape_that_does_not_fill, "safetensors"),
    (unknown_type, "Q7"),
    (integers_for_weights, "I32"),
    (huge_header, "header"),
    (deep_header, "safetensors"),
    (header_that_is_no_json, "safetensors"),
    (key_twice, "safetensors"),
    (missing_tensor, "classifier.bias"),
    (no_weights, "model.safetensors"),
    (pickled_weights, "convert them to safetensors"),
    (missing_shard, "model-2.safetensors"),
    (no_configuration, "config.json"),
    (deep_configuration, "config.json"),
    (cut_configuration, "config.json"),
    (configured(hidden_size=None), "hidden_size"),
    (configured(num_hidden_layers=-2), "num_hidden_layers"),
    (configured(num_attention_heads=0), "num_attention_heads"),
    (configured(num_attention_heads=3), "multiple of 3"),
    (configured(vocab_size=2**40), "vocab_size"),
    (configured(vocab_size="many"), "vocab_size"),
    (configured(intermediate_size=1.5), "intermediate_size"),
    (configured(layer_norm_eps=-1), "layer_norm_eps"),
    (configured(hidden_act="mystery"), "hidden_act"),
    (configured(id2label={"7": "x"}), "id2label"),
    (configured(model_type=None), "model_type"),
]


@pytest.mark.parametrize(("spoil", "named"), WAYS, ids=[way.__name__ for way, _ in WAYS])
def test_a_broken_folder_is_a_named_error(folder, spoil, named):
    spoil(folder)
    with pytest.raises(assay.CheckpointError, match=named.replace(".", r"\.")) as caught:
        assay.load(folder)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("pytorch_model.bin", "opening them runs code"),
        ("adapter_model.safetensors", "merge_and_unload"),
    ],
)
def test_weights_that_are_never_opened_come_with_the_call_that_converts_them(folder, name, call):
    """Oracle: the calls of transformers and peft that write safetensors."""
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(assay.CheckpointError) as caught:
        assay.load(folder)
    assert call in str(caught.value)


def test_an_unknown_family_is_told_the_known_ones(folder):
    configured(model_type="mamba")(folder)
    with pytest.raises(assay.UnsupportedModelError, match=r"deberta-v2.*mamba"):
        assay.load(folder)


def test_a_folder_without_a_tokenizer_takes_ids(folder):
    model = assay.load(folder)
    assert model.predict(IDS).logits.shape == (1, 2)
    with pytest.raises(assay.InputError, match="without a tokenizer"):
        model.predict("a film")


def test_a_broken_tokenizer_is_named_when_it_is_needed(folder):
    (folder / "tokenizer.json").write_text('{"model": {"type": "BPE"')
    with pytest.raises(assay.CheckpointError, match=r"tokenizer\.json"):
        assay.load(folder).predict("a film")


def held():
    """Return the open files and the mapped files of this process."""
    gc.collect()
    files = len(list(Path("/proc/self/fd").iterdir()))
    lines = Path("/proc/self/maps").read_text().splitlines()
    mapped = sum(".safetensors" in line for line in lines)
    return files, mapped


def test_nothing_is_left_open_or_mapped(tmp_path):
    """Oracle: the kernel's own lists, before and after loading every broken folder three times."""
    ways = [way for way, _ in WAYS]
    for number, way in enumerate(ways):
        shutil.copytree(CASE, tmp_path / str(number))
        way(tmp_path / str(number))
    sound = assay.load(CASE)
    sound.predict(IDS)
    before = held()
    for _ in range(3):
        for number in range(len(ways)):
            with pytest.raises(assay.AssayError):
                assay.load(tmp_path / str(number))
        for mapped in (True, False):
            assay.load(CASE, mapped=mapped).predict(IDS)
    assert held() == before


@pytest.mark.parametrize("mapped", [True, False])
def test_a_file_with_flipped_bits_is_an_error_or_a_model(tmp_path, mapped):
    """Oracle: no outcome but an AssayError or a model that answers; the seed says which flips."""
    chance = random.Random(20)
    sound = (CASE / "model.safetensors").read_bytes()
    (header,) = struct.unpack("<Q", sound[:8])
    config = (CASE / "config.json").read_bytes()
    folder = tmp_path / "model"
    folder.mkdir()
    loaded = 0
    for round_number in range(300):
        weights, settings = bytearray(sound), bytearray(config)
        target = settings if round_number % 3 == 0 else weights
        # Most flips go where they matter: into the header rather than into the numbers.
        end = len(target) if target is settings or chance.random() < 0.2 else 8 + header
        for _ in range(chance.choice([1, 1, 2, 8])):
            target[chance.randrange(end)] ^= 1 << chance.randrange(8)
        (folder / "model.safetensors").write_bytes(weights)
        (folder / "config.json").write_bytes(settings)
        try:
            model = assay.load(folder, mapped=mapped)
            model.predict(IDS)
            assay.explain(model, IDS, method="saliency")
            loaded += 1
        except assay.AssayError:
            pass
    assert loaded > 10


def test_threads_and_a_forked_child_compute_the_same_bits():
    """Oracle: one call on one thread."""
    model = assay.load("demo")
    texts = ["a gripping, beautifully acted film", "dull", "a fine cast in a thin story"]

    def work():
        explanation = assay.explain(model, texts[0], method="integrated_gradients", n_steps=8)
        return model.predict(texts).logits.tobytes() + explanation.scores.tobytes()

    expected, found = work(), []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the child's own process
        same = b"0"
        try:
            same = b"1" if work() == expected else b"0"
        finally:
            os.write(writer, same)
            os._exit(0)
    os.close(writer)
    assert os.read(reader, 1) == b"1"
    os.close(reader)
    os.waitpid(child, 0)
