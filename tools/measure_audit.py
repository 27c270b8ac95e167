"""Measure audits: time, memory over the run, and whether interrupted runs equal whole ones.

    python tools/measure_audit.py sentences --data DIR --count 2000 --output sst.csv
    python tools/measure_audit.py run FOLDER -- assay audit sst.csv --label-column label --workers 2
    python tools/measure_audit.py kill FOLDER --times 5 -- assay audit sst.csv --workers 2
    python tools/measure_audit.py compare FOLDER FOLDER ...
    python tools/measure_audit.py sharing sst.csv --count 12

DIR holds the Stanford Sentiment Treebank's trees, as for tools/train_demo.py. `run` and `kill` give
the command its `--out FOLDER`. Memory is private memory: the weights are mapped and shared.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import assay
from demo_model import trees

SPLITS = ("test.txt", "dev.txt", "train.txt")
LABELS = {0: "NEGATIVE", 1: "NEGATIVE", 3: "POSITIVE", 4: "POSITIVE"}
PHRASE_WORDS = range(4, 7)
#: The tested method and those judged beside it, and the checks that these go through.
JUDGED = ("attention_rollout", "attention", "integrated_gradients", "leave_one_out")
DECIDING = [
    name
    for name, info in assay.checks().items()
    if info["role"] == "primary" or name in ("tracing_agreement", "polarity")
]
#: Seconds between two looks at a process.
STEP = 1.0


def main() -> int:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="MEASUREMENT")
    sentences = commands.add_parser("sentences", help="write texts and labels as csv")
    sentences.add_argument("--data", type=Path, required=True)
    sentences.add_argument("--count", type=int, required=True)
    sentences.add_argument("--output", type=Path, required=True)
    sentences.add_argument("--phrases", action="store_true", help="of 4 to 6 words instead")
    sentences.set_defaults(measure=write_sentences)
    run = commands.add_parser("run", help="time a command and watch its memory")
    run.set_defaults(measure=watched_run)
    kill = commands.add_parser("kill", help="kill a command at random moments, then let it finish")
    kill.add_argument("--times", type=int, default=5)
    kill.add_argument("--seed", type=int, default=0)
    kill.add_argument("--longest", type=float, default=60, help="seconds before a kill at most")
    kill.set_defaults(measure=killed_run)
    for one in (run, kill):
        one.add_argument("folder", type=Path)
        one.add_argument("command", nargs="+")
    compare = commands.add_parser("compare", help="say whether run folders hold the same bytes")
    compare.add_argument("folders", nargs="+", type=Path)
    compare.set_defaults(measure=compared)
    sharing = commands.add_parser("sharing", help="count passes of rows with several methods")
    sharing.add_argument("data", type=Path)
    sharing.add_argument("--count", type=int, default=12)
    sharing.add_argument("--tokens", type=int, nargs=2, default=(24, 32))
    sharing.set_defaults(measure=shared_passes)
    chosen = parser.parse_args()
    status: int = chosen.measure(chosen)
    return status


def write_sentences(chosen: argparse.Namespace) -> int:
    """Write the first texts of the treebank, test set first; a neutral one has no label."""
    found = [tree for name in SPLITS for tree in trees.read(chosen.data / name)]
    rows = [(" ".join(tree.words), LABELS.get(tree.label, "")) for tree in found]
    if chosen.phrases:
        spans = [(tree, phrase) for tree in found for phrase in tree.phrases]
        rows = [
            (" ".join(tree.words[start:end]), LABELS.get(label, ""))
            for tree, (start, end, label) in spans
            if end - start in PHRASE_WORDS
        ]
    with chosen.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label"))
        writer.writerows(rows[: chosen.count])
    return 0


def watched_run(chosen: argparse.Namespace) -> int:
    """Run the command to its end; print times, and private memory as the parts came in."""
    started = time.monotonic()
    process = subprocess.Popen(completed(chosen))
    seen: list[tuple[int, float]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(STEP):
            seen.append((parts(chosen.folder), private_megabytes(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = process.wait()
    wall = time.monotonic() - started
    done.set()
    watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    last = max((count for count, _ in seen), default=0)
    running = [megabytes for count, megabytes in seen if 0 < count < last]
    tenths = [running[len(running) * step // 10] for step in range(10)] if running else []
    record = {
        "wall_seconds": round(wall, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "parts": parts(chosen.folder),
        "private_megabytes_by_tenth_of_the_run": tenths,
        "largest_during_the_run": max(running, default=None),
        "largest_with_the_report": max((m for _, m in seen), default=None),
        "peak_resident_megabytes": round(used.ru_maxrss / 1024, 1),
        "report_megabytes": megabytes_of(chosen.folder / "report.html"),
        "parts_megabytes": round(
            sum(megabytes_of(path) for path in (chosen.folder / "parts").iterdir()), 1
        ),
    }
    print(json.dumps(record, indent=1))
    return status


def killed_run(chosen: argparse.Namespace) -> int:
    """Kill the command with SIGKILL at random moments; the last time it runs to its end."""
    draw = random.Random(chosen.seed)
    for _ in range(chosen.times):
        before = parts(chosen.folder)
        process = subprocess.Popen(completed(chosen))
        try:
            process.wait(draw.uniform(2, chosen.longest))
            print("finished before it was killed", file=sys.stderr)
            return 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        print(f"killed with {parts(chosen.folder)} parts, {before} when it started", flush=True)
    return subprocess.run(completed(chosen)).returncode


def compared(chosen: argparse.Namespace) -> int:
    """Print a hash over each folder's parts, answer and manifest."""
    totals = set()
    for folder in chosen.folders:
        total = hashlib.sha256()
        paths = [*sorted((folder / "parts").iterdir()), folder / "answer.json"]
        for path in [*paths, folder / "manifest.json"]:
            total.update(path.name.encode() + b"\0" + path.read_bytes())
        totals.add(total.hexdigest())
        print(total.hexdigest(), len(paths) - 1, "parts", folder.name)
    return 0 if len(totals) == 1 else 1


def shared_passes(chosen: argparse.Namespace) -> int:
    """Print the median passes of a row with one, two and four methods, together and alone."""
    model = assay.load("demo")
    with chosen.data.open(encoding="utf-8", newline="") as file:
        texts = [model.tokenize(row["text"]) for row in csv.DictReader(file)]
    low, high = chosen.tokens
    texts = [one for one in texts if low <= int((~one.special).sum()) <= high][: chosen.count]

    def passes(text: assay.Tokens, tested: str, versus: Sequence[str], checks: object) -> int:
        asked = {"methods": [tested, "saliency"], "versus": list(versus), "checks": checks,
                 "random_sets": 0, "rows": [{"seed": 0}]}  # fmt: skip
        cost = model.call("examine", [text], asked)["rows"][0]["cost"]
        return int(cost["forwards"]) + 2 * int(cost["backwards"])

    for count in (1, 2, 4):
        first, *others = JUDGED[:count]
        together = [passes(text, first, others, "default") for text in texts]
        alone = [
            passes(text, first, (), "default")
            + sum(passes(text, name, (), DECIDING) for name in others)
            for text in texts
        ]
        record = {"methods": count, "texts": len(texts), "together": median(together)}
        print(json.dumps(record | {"one by one": median(alone)}))
    return 0


def completed(chosen: argparse.Namespace) -> list[str]:
    """Return the command with the folder it is to write to."""
    return [*chosen.command, "--out", str(chosen.folder)]


def parts(folder: Path) -> int:
    """Return how many parts there are."""
    found = folder / "parts"
    return len(list(found.glob("*.parquet"))) if found.is_dir() else 0


def private_megabytes(process: int) -> float:
    """Return the anonymous resident memory of a process, 0 once it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    pages = [line.split()[1] for line in lines if line.startswith("RssAnon")]
    return round(int(pages[0]) / 1024, 1) if pages else 0.0


def megabytes_of(path: Path) -> float:
    """Return the size of a file, 0 if there is none."""
    return round(path.stat().st_size / 1e6, 2) if path.is_file() else 0.0


if __name__ == "__main__":
    sys.exit(main())
