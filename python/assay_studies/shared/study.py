"""What a study is, what it is asked for, and what it answers."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import sys
import time
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import assay
from assay_studies.shared import pages
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.folder import write
from assay_studies.shared.tables import Row, Table

#: True writes to standard error how far it is; a function gets (share done, what is being done).
Progress: TypeAlias = "bool | Callable[[float, str], object] | None"
#: The file that says of which study a folder is.
SETTINGS = "settings.json"


@dataclass(frozen=True)
class Option:
    """One argument of a study: `--name` on the command line, `name=` in Python.

    `default` also says the type; `choices` limits a text; `quick` is what stands in its place where
    a quick look is enough. With `path` it is a place of the reader's, which pages do not name.
    """

    name: str
    default: str | int | float
    help: str
    choices: Sequence[str] = ()
    quick: int | None = None
    path: bool = False

    def read(self, value: Any) -> str | int | float:
        """Return the value in the option's type.

        Raises:
            OptionError: it is of another type, or none of the choices.
        """
        kind = type(self.default)
        try:
            read = kind(value)
        except (TypeError, ValueError) as error:
            raise assay.OptionError(
                f"{self.name}: expected {kind.__name__}, found {value!r}", subject=self.name
            ) from error
        if self.choices:
            require(self.name, read, self.choices)
        return read


def require(name: str, value: object, known: Collection[str], quantity: str = "one") -> None:
    """Refuse a value that is not known.

    Raises:
        OptionError: it is not; the message lists those that are.
    """
    if value not in known:
        names = ", ".join(known)
        raise assay.OptionError(
            f"{name}: expected {quantity} of {names}, found {value!r}",
            subject=name,
            expected=names,
            found=str(value),
        )


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study as its `study.toml` declares it; `protocol.py` beside that has `run(request)`.

    Attributes:
        name: on the command line; `module` is the folder's.
        summary: one line of what it does, `data` one of what it reads.
        source: the paper, `paper` with its title; `title` is the page's.
        published: where published figures are from; `{published}` in a table's note.
        options: what it takes; `constants` are numbers that the protocol is made of.
        tables: title, keys, note and digits of every table, by name; `figures` likewise.
        differences: sentences that say where the protocol or the figures differ, and why, by the
            case that they speak of; those of `always` hold in every one.
    """

    name: str
    module: str
    summary: str
    data: str
    source: str
    paper: str
    title: str
    published: str = ""
    options: Sequence[Option] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    differences: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @staticmethod
    def read(folder: Path) -> Study:
        """Read the declaration in a study's folder."""
        declared = tomllib.loads((folder / "study.toml").read_text("utf-8"))
        options = tuple(Option(**one) for one in declared.pop("options", ()))
        return Study(module=f"assay_studies.{folder.name}", options=options, **declared)

    def run(self, request: Request) -> Result:
        """Import the protocol and follow it."""
        result: Result = import_module(f"{self.module}.protocol").run(request)
        return result

    def table(self, name: str, rows: Iterable[Row], **named: object) -> Table:
        """Return a declared table with its rows; `named` stands in for names in its note."""
        table = Table(name=name, rows=tuple(rows), **self.tables[name])
        return replace(table, note=table.note.format(published=self.published, **named))

    def figure(self, name: str, series: Iterable[Series], *named: str, **more: Any) -> Figure:
        """Return a declared figure; `named` fill the gaps in its texts, `more` is added."""
        texts = {
            key: value.format(*named) if isinstance(value, str) else value
            for key, value in self.figures[name].items()
        }
        return Figure(series=tuple(series), **{**texts, **more})


@dataclass(frozen=True)
class Request:
    """What a study is asked for, and how long its parts took.

    Attributes:
        study: which one.
        data: the folder or file of the texts.
        output: the folder that receives everything; trained models go below `output/models`.
        asked: every option of the study, as it was asked for.
        seed: the first seed; run i of `seeds` uses `seed + i`.
        quick: a small part of the data and of the training: shows that everything works.
        progress: as everywhere; it receives the share of the stage.
    """

    study: Study
    data: Path
    output: Path
    asked: Mapping[str, Any]
    seed: int = 0
    seeds: int = 1
    quick: bool = False
    progress: Progress = None
    seconds: dict[str, float] = field(default_factory=dict)
    trainings: dict[str, float] = field(default_factory=dict)

    @property
    def options(self) -> Mapping[str, Any]:
        """What counts: what was asked for, or the quick look's."""
        quick = {one.name: one.quick for one in self.study.options if one.quick is not None}
        return {**self.asked, **quick} if self.quick else self.asked

    @property
    def all_seeds(self) -> range:
        """Every seed, the first one first."""
        return range(self.seed, self.seed + self.seeds)

    @property
    def command(self) -> str:
        """The command line that asks for the same; the texts' place is the reader's."""
        words = ["assay", "reproduce", self.study.name, "--data", "PATH"]
        words += ["--seed", str(self.seed), "--seeds", str(self.seeds)]
        words += ["--quick"] if self.quick else []
        for name, value in self.shown(self.asked).items():
            if value != "":  # an option of which nothing was said
                words += [f"--{name.replace('_', '-')}", str(value)]
        return shlex.join(words)

    def shown(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return options as a page has them: without the places of this machine."""
        places = {one.name for one in self.study.options if one.path}
        return {
            name: "PATH" if name in places and os.path.sep in str(value) else value
            for name, value in options.items()
        }

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[float], None]]:
        """Time a part of the study and show how far it is; call the function with 0 to 1.

        The same name may come several times: its times add up.
        """
        started, progress = time.perf_counter(), self.progress

        def done(share: float) -> None:
            if callable(progress):
                progress(share, name)
            elif progress:
                sys.stderr.write(f"\r{name} {share:4.0%}\x1b[K")
                sys.stderr.flush()

        try:
            done(0.0)
            yield done
        finally:
            if progress is True:
                sys.stderr.write("\r\x1b[K")
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
        raise assay.InputError(
            f"data: expected the file {wanted}, found none", subject="data", expected=wanted
        )


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a study found: the figures beside the published ones, and all that made them.

    Attributes:
        request: what was asked for.
        findings: sentences that say what was found, the first one first.
        tables: ours, published, difference; `figures` are the paper's redrawn.
        facts: what decides the numbers beside options and seeds: sizes of the data, hashes.
        cases: those that the study's differences speak of.
        records: further csv files of many lines, by name.
    """

    request: Request
    findings: Sequence[str]
    tables: Sequence[Table]
    figures: Sequence[Figure]
    facts: Mapping[str, Any]
    cases: Sequence[str] = ("always",)
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def differences(self) -> list[str]:
        """Sentences that say where the figures or the protocol differ, and why."""
        return [one for case in self.cases for one in self.request.study.differences[case]]

    @property
    def settings(self) -> Mapping[str, Any]:
        """Everything that decides the numbers, and how long each training took."""
        shown = self.request.shown(self.request.options)
        asked = {"options": shown, "seeds": list(self.request.all_seeds)}
        trainings = {"seconds a training": self.request.trainings} if self.request.trainings else {}
        return {**asked, **self.facts, **trainings}

    @property
    def seconds(self) -> Mapping[str, float]:
        """How long each part took."""
        return self.request.seconds

    def table(self, name: str) -> Table:
        """Return the table of that name; a `KeyError` where there is none."""
        return {table.name: table for table in self.tables}[name]

    def __str__(self) -> str:
        return pages.markdown(self)

    def _repr_html_(self) -> str:
        return pages.fragment(self)

    def write(self) -> None:
        """Write a csv a table, `settings.json`, the page and its text into the output's folder."""
        name = self.request.study.name
        seconds = {stage: round(one, 1) for stage, one in self.seconds.items()}
        settings = {"study": name, **self.settings, "seconds": seconds}
        files = {
            SETTINGS: json.dumps(settings, indent=2, ensure_ascii=False) + "\n",
            f"{name}.md": pages.markdown(self),
            f"{name}.html": pages.page(self),
        }
        lines: dict[str, Iterable[Iterable[object]]] = {
            one.name: one.records() for one in self.tables
        }
        for key, some in self.records.items():
            lines |= {key: [list(some[0]), *(one.values() for one in some)]} if some else {}
        for key, rows in lines.items():
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(rows)
            files[f"{key}.csv"] = text.getvalue()
        write({self.request.output / file: text for file, text in files.items()})
