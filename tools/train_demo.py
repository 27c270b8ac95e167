"""Train the embedded demo model from the Stanford Sentiment Treebank, with one command.

    python tools/train_demo.py --data DIR [--output python/assay/embedded/demo] [--state FILE]

DIR holds train.txt, dev.txt and test.txt: one bracketed tree a line, a label 0..4 on every node.
This script reads the trees, trains the tokenizer and writes the model's folder; the training
itself is Assay's: it builds and runs `assay-train-demo` (Sources/TrainDemo). Needs numpy,
tokenizers and Swift. With the same data and seed every file comes out the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from demo_model import card, examples, tokenizer, trees

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = {
    "architectures": ["BertForSequenceClassification"],
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.2,
    "hidden_size": 128,
    "id2label": {"0": "NEGATIVE", "1": "POSITIVE"},
    "initializer_range": 0.02,
    "intermediate_size": 512,
    "label2id": {"NEGATIVE": 0, "POSITIVE": 1},
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 256,
    "model_type": "bert",
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "problem_type": "single_label_classification",
    "type_vocab_size": 2,
}


def write_json(path: Path, value: object) -> None:
    """Write a JSON file as people read it."""
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def train(data: Path, folder: Path, arguments: argparse.Namespace) -> dict[str, object]:
    """Run Assay's own training on the prepared examples and return what it reports."""
    build = ["swift", "build", "-c", "release", "--product", "assay-train-demo"]
    build += ["--scratch-path", str(arguments.scratch)] if arguments.scratch else []
    environment = {name: value for name, value in os.environ.items() if name != "ASSAY_PYTHON"}
    subprocess.run(build, cwd=ROOT, env=environment, check=True)
    shown = subprocess.run(
        [*build, "--show-bin-path"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    program = Path(shown.stdout.decode().strip()) / "assay-train-demo"
    command = [str(program), str(data), str(folder), "--seed", str(arguments.seed)]
    command += ["--threads", str(arguments.threads)]
    command += ["--state", str(arguments.state)] if arguments.state else []
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line
    if process.returncode != 0:
        raise SystemExit(process.returncode)
    outcome: dict[str, object] = json.loads(last)
    return outcome


def main() -> None:
    """Read the trees, train tokenizer and model, write the folder and its model card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the trees")
    parser.add_argument("--output", type=Path, default=ROOT / "python/assay/embedded/demo")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--state", type=Path, help="save the training here and continue from it")
    parser.add_argument("--scratch", type=Path, help="SwiftPM's build folder")
    arguments = parser.parse_args()

    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: trees.read(arguments.data / f"{name}.txt") for name in examples.PARTS}
    fast = tokenizer.train(tree.words for tree in parts["train"])
    fast.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", tokenizer.CONFIGURATION)
    configuration = {**CONFIGURATION, "vocab_size": fast.get_vocab_size()}
    write_json(folder / "config.json", dict(sorted(configuration.items())))
    with tempfile.TemporaryDirectory() as temporary:
        prepared = Path(temporary) / "examples.safetensors"
        counts = examples.write(parts, fast, prepared)
        outcome = train(prepared, folder, arguments)
    text = card.render(
        configuration,
        counts,
        outcome,
        targets=examples.TARGETS,
        sentence_weight=examples.SENTENCE_WEIGHT,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
