"""One row of the benchmark: what was asked, what was measured, on which machine."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "results"


@dataclass(frozen=True)
class Ratio:
    """Peer's time over ours, the median over pairs, and the 10th and 90th percentile."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """What one case gave; times are medians in seconds.

    Attributes:
        name: the case, as it is printed.
        unit: what `values` and `ratios` are of: seconds, or megabytes.
        values: the median of each side, ours under `assay`.
        cpu: the same of processor time over all threads, where it was measured.
        ratios: each peer's value over ours.
        goal: the least ratio to the best peer that was asked for.
        peak: the fraction of the machine's multiply-add peak that ours reached.
        peak_goal: the fraction that was asked for.
        difference: the largest difference between our numbers and a peer's.
        note: what a reader must know to judge the row.
    """

    name: str
    unit: str
    values: dict[str, float]
    ratios: dict[str, Ratio] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    goal: float | None = None
    peak: float | None = None
    peak_goal: float | None = None
    difference: float | None = None
    note: str = ""
    point: tuple[str, float] | None = None

    @property
    def best(self) -> Ratio | None:
        """The ratio to the best peer."""
        return min(self.ratios.values(), key=lambda ratio: ratio.median, default=None)

    @property
    def met(self) -> bool | None:
        """Whether the goals hold; None where there is none."""
        answers = []
        if self.goal is not None and self.best is not None:
            answers.append(self.best.median >= self.goal)
        if self.peak_goal is not None and self.peak is not None:
            answers.append(self.peak >= self.peak_goal)
        return all(answers) if answers else None


def machine() -> dict[str, Any]:
    """What the numbers depend on: processor, instruction set, versions."""
    import assay

    names = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": names[0].split(":", 1)[1].strip() if names else platform.processor(),
        "cores": len(names),
        "instruction_set": assay.build_info()["instruction_set"],
        "python": platform.python_version(),
        "peers": _versions(),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in ("torch", "transformers", "onnxruntime", "captum", "scipy", "igraph", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def save(line: str, results: list[Result]) -> None:
    """Write a line's rows to `results/<line>.json`."""
    FOLDER.mkdir(exist_ok=True)
    record: dict[str, Any] = {"line": line, "machine": machine()}
    record["rows"] = [asdict(result) for result in results]
    (FOLDER / f"{line}.json").write_text(json.dumps(record, indent=1) + "\n")


def add(line: str, result: Result) -> None:
    """Put one row among those of earlier runs, in place of the row of that name."""
    found = load(line)
    rows = [row for row in found[1] if row.name != result.name] if found else []
    save(line, [*rows, result])


def load(line: str) -> tuple[dict[str, Any], list[Result]] | None:
    """Read a line's rows back; None when it was not measured."""
    path = FOLDER / f"{line}.json"
    if not path.exists():
        return None
    record = json.loads(path.read_text())
    return record, [_row(row) for row in record.pop("rows")]


def _row(row: dict[str, Any]) -> Result:
    ratios = {name: Ratio(**ratio) for name, ratio in row.pop("ratios").items()}
    point = row.pop("point")
    return Result(ratios=ratios, point=tuple(point) if point else None, **row)
