"""What a model costs in memory: seconds to load, and private memory after each kind of work.

Private memory is `RssAnon` of /proc/self/status less what the process had before the model; mapped
weights are the page cache's and do not count. Every folder is measured in a process of its own.

    python benchmarks/memory.py [FOLDER ...] [--tokens 128]

Without a folder a BERT-base of random weights (110 M parameters) is made and measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

#: The most private memory, as a share of the weights file, that each stage may take.
LIMITS = {"load": 0.1, "forward": 1.1, "gradient": 2.1}
SECONDS = 0.3
WIDTH, INNER, LAYERS, HEADS, WORDS, POSITIONS = 768, 3072, 12, 12, 30522, 512


def shapes() -> dict[str, list[int]]:
    """Return the tensors of a BERT-base classifier by name."""
    dense = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH),
        "output.dense": (WIDTH, INNER),
    }
    found: dict[str, list[int]] = {
        "bert.embeddings.word_embeddings.weight": [WORDS, WIDTH],
        "bert.embeddings.position_embeddings.weight": [POSITIONS, WIDTH],
        "bert.embeddings.token_type_embeddings.weight": [2, WIDTH],
        "bert.pooler.dense.weight": [WIDTH, WIDTH],
        "bert.pooler.dense.bias": [WIDTH],
        "classifier.weight": [2, WIDTH],
        "classifier.bias": [2],
    }
    norms = ["bert.embeddings.LayerNorm"]
    for layer in range(LAYERS):
        block = f"bert.encoder.layer.{layer}"
        for name, (outputs, inputs) in dense.items():
            found[f"{block}.{name}.weight"] = [outputs, inputs]
            found[f"{block}.{name}.bias"] = [outputs]
        norms += [f"{block}.attention.output.LayerNorm", f"{block}.output.LayerNorm"]
    return found | {f"{norm}.{part}": [WIDTH] for norm in norms for part in ("weight", "bias")}


def bert_base(folder: Path) -> None:
    """Write the checkpoint: small random numbers, everything that training would change."""
    config = {
        "model_type": "bert",
        "hidden_size": WIDTH,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "vocab_size": WORDS,
        "max_position_embeddings": POSITIONS,
    }
    (folder / "config.json").write_text(json.dumps(config))
    header, end = {}, 0
    for name, shape in shapes().items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = np.random.default_rng(0)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for shape in shapes().values():
            file.write((0.02 * random.standard_normal(shape, np.float32)).tobytes())


def private() -> int:
    """Return the bytes of memory that belong to this process alone."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def measure(folder: Path, tokens: int) -> dict[str, float]:
    """Load the folder here and work with it: seconds, and shares of the file's size."""
    import assay

    assay.load("demo").gradient("a film", target=0)  # the libraries' own first-use memory
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    ids = np.arange(tokens) % 1000 + 1000
    before = private()
    start = time.perf_counter()
    model = assay.load(folder)
    seconds = time.perf_counter() - start
    shares = {"seconds": seconds, "size": size, "load": (private() - before) / size}
    run = model.predict if model.labels else model.embed
    run([ids])
    shares["forward"] = (private() - before) / size
    if model.labels:
        model.gradient(ids, target=0)
        shares["gradient"] = (private() - before) / size
    return shares


def report(folder: Path, title: str, tokens: int) -> bool:
    """Measure in a new process and print; true if every limit holds."""
    command = [sys.executable, __file__, str(folder), "--tokens", str(tokens), "--here"]
    shares = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"{title}: {shares['size'] / 1e6:.0f} MB, loaded in {shares['seconds'] * 1e3:.0f} ms")
    holds = shares["seconds"] <= SECONDS
    for stage, limit in LIMITS.items():
        if stage in shares:
            holds = holds and shares[stage] <= limit
            share = f"{shares[stage]:5.2f} of the file (at most {limit})"
            print(f"  private memory after {stage:8} {share}")
    return bool(holds)


def main() -> int:
    """Measure the folders, or a BERT-base made for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--here", action="store_true", help="measure in this process, print JSON")
    chosen = parser.parse_args()
    if chosen.here:
        print(json.dumps(measure(chosen.folders[0], chosen.tokens)))
        return 0
    if chosen.folders:
        measured = [report(one, str(one), chosen.tokens) for one in chosen.folders]
        return int(not all(measured))
    with tempfile.TemporaryDirectory() as folder:
        bert_base(Path(folder))
        return int(not report(Path(folder), "BERT-base, random weights", chosen.tokens))


if __name__ == "__main__":
    sys.exit(main())
