"""Counts of work, compared with what they were: fails when a method needs more than it did.

Products, multiplications and memory are counted by the engine and do not depend on the machine or
its load, so this is what CI runs; `make bench` measures time.

    python -m benchmarks.smoke [--update]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import assay
from assay.audit.configuration import Configuration
from assay.audit.examination import examine
from assay.audit.rows import Row
from assay.engine import door

#: Counts by name, for every task.
Counts: TypeAlias = dict[str, dict[str, int]]

EXPECTED = Path(__file__).with_name("smoke.json")
TEXT = "a gripping, beautifully acted film that never loses its nerve"
SHORT = "a gripping , beautifully acted film"
LONG = (
    "a gripping film that never quite loses its nerve , though the plot is thin , the jokes are "
    "stale and the second half drags on"
)
#: What may grow by this share before it counts as a regression: memory, and the counts of verdicts,
#: in which the last bits, and so the instruction set, decide which of two inputs need running.
SLACK = 0.02

#: Fewer draws than a verdict should have: crossings do not depend on them.
FAST = {"permutations": 199, "shuffles": 5}

METHODS = (
    "attention_rollout",
    "attention_flow",
    "attention_gradient",
    "saliency",
    "integrated_gradients",
    "leave_one_out",
    "shapley_sampling",
    "kernel_shap",
    "value_zeroing",
)


def counted(work: Callable[[], object], *, alone: bool = False) -> dict[str, int]:
    """What the engine did during one call, in a process that has done the same before.

    How much new memory it took is counted where one thread does it all: helpers keep memory too,
    and which of them does a piece is a matter of chance.
    """
    for _ in range(2):
        work()
        before = door.call("work", {})
    work()
    after = door.call("work", {})
    names = [name for name in after if alone or name != "new_blocks"]
    return {name: int(after[name]) - int(before[name]) for name in names}


def measure() -> Counts:
    """The counts of every task on the embedded model."""
    assay.set_num_threads(2)  # a long list is cut into a piece for each
    model = assay.load("demo")
    found = {
        "predict": counted(lambda: model.predict(TEXT), alone=True),
        "predict 32": counted(lambda: model.predict([TEXT] * 32)),
        "gradient": counted(lambda: model.gradient(TEXT, target=0), alone=True),
        "verify": counted(lambda: assay.verify(model, TEXT)),
    }
    for method in METHODS:
        found[method] = counted(lambda: assay.explain(model, TEXT, method=method))
        found[method] |= passes(model, method)
    for text in (SHORT, LONG):
        found[f"verify, {len(model.tokenize(text).ids)} tokens"] = passes_of_a_verdict(model, text)
    return found | data_sets(model)


def passes_of_a_verdict(model: assay.Model, text: str) -> dict[str, int]:
    """The passes of a default verify, backward ones twice."""
    cost = assay.verify(model, text).to_dict()["cost"]
    return {"passes a verdict": cost["forwards"] + 2 * cost["backwards"]}


def passes(model: assay.Model, method: str) -> dict[str, int]:
    """The forward and backward passes that a method says it used."""
    items = [model.tokenize(TEXT)]
    answer = model.call("explain", items, {"method": method, "options": {}, "seed": 0})
    return {name: int(value) for name, value in answer["explanations"][0]["cost"].items()}


def data_sets(model: assay.Model) -> Counts:
    """What a data set asks of the engine: a chunk of rows, the page of a run, a search of heads."""
    texts = [f"{TEXT} {number}" for number in range(20)]
    rows = [Row(number=number, text=text) for number, text in enumerate(texts)]
    asked = Configuration(compare=("attention",), options=FAST)
    examine(model, rows[:1], asked, None)  # what is asked once in a process is asked
    with tallied(door, "call") as calls, tallied(json.JSONEncoder, "encode") as encodings:
        examine(model, rows, asked, None)
    chunk = {"crossings a chunk": calls(), "JSON encodings a row": encodings() // len(rows)}
    audit = assay.audit(model, texts[:4], progress=False, workers=1, **FAST)
    with tallied(door, "call") as calls:
        audit.to_html()
    search = assay.search_heads(model, texts)
    return {
        "audit": chunk | {"calls a page": calls()} | passes_of_a_row(model),
        "search_heads": {"passes a text": search.passes // len(texts)},
    }


#: The tested method and those judged beside it on the same text.
JUDGED = ("attention_rollout", "attention", "integrated_gradients", "leave_one_out")


def passes_of_a_row(model: assay.Model) -> dict[str, int]:
    """The passes of one row when one, two and four methods are judged, backward ones twice."""
    found: dict[str, int] = {}
    for count in (1, 2, 4):
        asked = {
            "methods": [JUDGED[0], "saliency", "input_x_gradient"],
            "versus": list(JUDGED[1:count]),
            "rows": [{"seed": 0}],
        }
        cost = model.call("examine", [model.tokenize(TEXT)], asked)["rows"][0]["cost"]
        passes = int(cost["forwards"]) + 2 * int(cost["backwards"])
        found[f"passes a row, {count} judged"] = passes
    return found


@contextmanager
def tallied(owner: Any, name: str) -> Iterator[Callable[[], int]]:
    """Count the calls of a function while the block runs."""
    count = 0
    function = getattr(owner, name)

    def counting(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        return function(*arguments, **options)

    setattr(owner, name, counting)
    try:
        yield lambda: count
    finally:
        setattr(owner, name, function)


def changes(found: Counts, expected: Counts) -> tuple[list[str], int]:
    """Every count that is larger than it may be, and how many are smaller than they were."""
    worse: list[str] = []
    fewer = 0
    for task, counts in found.items():
        for name, value in counts.items():
            known = expected.get(task, {}).get(name)
            decided = task == "verify" or name.startswith(("passes a row", "passes a verdict"))
            slack = SLACK if name == "bytes" or decided else 0
            if known is None or value > known * (1 + slack):
                worse.append(f"{task}: {name} {value:,}, expected at most {known}")
            elif value < known:
                fewer += 1
    return worse, fewer


def main() -> int:
    """Compare, or with `--update` write down what is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.smoke", description=__doc__)
    parser.add_argument("--update", action="store_true", help="accept the present counts")
    update = parser.parse_args().update
    found = measure()
    if update:
        EXPECTED.write_text(json.dumps(found, indent=1) + "\n")
        return 0
    worse, fewer = changes(found, json.loads(EXPECTED.read_text()))
    print("\n".join(worse) or f"{len(found)} tasks: no count has grown, {fewer} are smaller")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
