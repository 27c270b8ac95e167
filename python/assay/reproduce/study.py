"""What a study is, what it is asked for, and what it answers."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from assay.engine import disk
from assay.engine.door import plain
from assay.engine.errors import InputError, OptionError
from assay.engine.progress import Progress, polling
from assay.reproduce.figures import Figure
from assay.reproduce.tables import Table

#: The file that says of which study a folder is.
SETTINGS = "settings.json"


@dataclass(frozen=True)
class Option:
    """One argument of a study: `--name` on the command line, `name=` in Python.

    `default` also says the type; `choices` limits a text.
    """

    name: str
    default: str | int | float
    help: str
    choices: tuple[str, ...] = ()

    def read(self, value: Any) -> str | int | float:
        """Return the value in the option's type.

        Raises:
            OptionError: it is of another type, or none of the choices.
        """
        kind = type(self.default)
        try:
            read = kind(value)
        except (TypeError, ValueError) as error:
            raise OptionError(
                f"{self.name}: expected {kind.__name__}, found {value!r}", subject=self.name
            ) from error
        if self.choices and read not in self.choices:
            known = ", ".join(self.choices)
            raise OptionError(
                f"{self.name}: expected one of {known}, found {value!r}",
                subject=self.name,
                expected=known,
                found=str(value),
            )
        return read


@dataclass(frozen=True)
class Study:
    """One registered study; `module` beside this file has its `run(request) -> Result`."""

    name: str
    module: str
    summary: str
    source: str
    data: str
    options: tuple[Option, ...] = ()

    def load(self) -> Callable[[Request], Result]:
        """Import the study's module and return its `run`."""
        run: Callable[[Request], Result] = import_module(f"assay.reproduce.{self.module}").run
        return run


@dataclass(frozen=True)
class Request:
    """What a study is asked for.

    Attributes:
        data: the folder or file of the texts.
        output: the folder that receives everything; trained models go below `output/models`.
        seed: the first seed; run i of several uses `seed + i`.
        seeds: how many trainings each figure is averaged over.
        quick: a small part of the data and of the training: shows that everything works.
        options: every option of the study, resolved.
        progress: as everywhere; it receives the share of the whole study.
    """

    data: Path
    output: Path
    seed: int = 0
    seeds: int = 1
    quick: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def all_seeds(self) -> range:
        """Every seed, the first one first."""
        return range(self.seed, self.seed + self.seeds)

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[float], None]]:
        """Time a part of the study and show how far it is; call the function with 0 to 1.

        The same name may come several times: its times add up.
        """
        started = time.perf_counter()
        with polling(self.progress, name) as poll:

            def done(share: float) -> None:
                if poll is not None:
                    poll(share, name)

            done(0.0)
            yield done
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started

    def file(self, *names: str) -> Path:
        """Return the first of the files that exists below `data`.

        Raises:
            InputError: none of them is there.
        """
        places = [self.data / name for name in names]
        for place in places:
            if place.is_file():
                return place
        wanted = " or ".join(str(place) for place in places)
        raise InputError(
            f"data: expected the file {wanted}, found none", subject="data", expected=wanted
        )


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a study found: the figures beside the published ones, and all that made them.

    Attributes:
        study: the registered name.
        title: what was reproduced.
        source: the paper.
        findings: sentences that say what was found, the first one first.
        differences: sentences that say where the figures or the protocol differ, and why.
        tables: ours, published, difference.
        figures: the paper's figures redrawn.
        settings: everything that decides the numbers: data, sizes, options, seeds.
        seconds: how long each part took.
        command: the command line that gives the same result.
    """

    study: str
    title: str
    source: str
    findings: tuple[str, ...]
    differences: tuple[str, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    settings: Mapping[str, Any]
    seconds: Mapping[str, float]
    command: str = ""

    def table(self, name: str) -> Table:
        """Return the table of that name.

        Raises:
            KeyError: there is none.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def __str__(self) -> str:
        from assay.reproduce.document import document
        from assay.show.as_text import render

        return render(document(self))

    def _repr_html_(self) -> str:
        from assay.reproduce.page import fragment

        return fragment(self)

    def write(self, folder: Path) -> Path:
        """Write one csv a table, `settings.json`, the page and its text; return the page's path."""
        from assay.reproduce.markdown import markdown
        from assay.reproduce.page import page

        folder.mkdir(parents=True, exist_ok=True)
        files: dict[str, str] = {}
        for table in self.tables:
            lines = io.StringIO(newline="")
            csv.writer(lines, lineterminator="\n").writerows(table.records())
            files[f"{table.name}.csv"] = lines.getvalue()
        settings = {"study": self.study, **plain(dict(self.settings)), "seconds": {
            name: round(seconds, 1) for name, seconds in self.seconds.items()
        }}  # fmt: skip
        text = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
        place = folder / f"{self.study}.html"
        files |= {SETTINGS: text, f"{self.study}.md": markdown(self), place.name: page(self)}
        with disk.staged() as staged:
            for name, content in files.items():
                staged.write(folder / name, content)
        return place


def claim(folder: Path, study: str) -> None:
    """Make the folder of a study, which `settings.json` says it is from then on.

    Raises:
        InputError: the folder holds something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = disk.json_of(disk.read(folder / SETTINGS), numbers=False)
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict) and "study" in found:
        return
    if any(folder.iterdir()):
        raise InputError(
            f"{folder}: expected a new folder or a study's, found other files", subject="output"
        )
    disk.write(folder / SETTINGS, json.dumps({"study": study}) + "\n")
