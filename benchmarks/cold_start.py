"""From the start of a process to its first prediction, the files already in the page cache."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from benchmarks.harness import models
from benchmarks.harness.bench import Bench, ratio, show
from benchmarks.harness.result import Result

TITLE = "Cold start: process start to first prediction, text of 32 tokens"

OURS = """
import sys, assay
model = assay.load(sys.argv[1])
print(model.predict(sys.argv[2]).labels)
"""
THEIRS = """
import sys, torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForSequenceClassification.from_pretrained(sys.argv[1]).eval()
with torch.inference_mode():
    print(model(**tokenizer(sys.argv[2], return_tensors="pt")).logits)
"""
IMPORT = "import assay"


def measure(bench: Bench) -> list[Result]:
    """Pairs of processes, one after the other; the goal is 0.4 s for MiniLM."""
    rounds = 2 if bench.quick else 5
    rows = []
    for name in ("minilm",) if bench.quick else ("bert-tiny", "minilm", "bert-base"):
        folder, text = str(models.checkpoint(name)), models.text(32)
        sides: dict[str, list[float]] = {"assay": [], "torch": []}
        for _ in range(rounds):
            for side, script in (("assay", OURS), ("torch", THEIRS)):
                sides[side].append(seconds(script, folder, text))
        rows.append(row(f"{name}, first prediction", sides, "0.4 s asked for MiniLM"))
    sides = {"assay": [seconds(IMPORT) for _ in range(rounds)]}
    rows.append(row("import alone", sides, ""))
    return rows


def seconds(script: str, *arguments: str) -> float:
    """Wall time of a process that runs a script."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True,
        capture_output=True,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )
    return time.perf_counter() - start


def row(name: str, sides: dict[str, list[float]], note: str) -> Result:
    """Medians, and the ratio pair by pair."""
    middles = {side: sorted(times)[len(times) // 2] for side, times in sides.items()}
    ratios = {side: ratio(sides["assay"], times) for side, times in sides.items()}
    del ratios["assay"]
    result = Result(name=name, unit="s", values=middles, ratios=ratios, note=note)
    show(result)
    return result
