"""The result of an audit: the answer, the rows, and ways to read both."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.audit import columns
from assay.audit.answer import answer_of
from assay.audit.configuration import Configuration
from assay.audit.run_files import ANSWER, REPORT
from assay.audit.run_folder import RunFolder
from assay.engine import disk
from assay.engine.arguments import checked
from assay.engine.errors import InputError, one_of
from assay.engine.extras import extra
from assay.results.report import Report, report_of
from assay.results.shown import Shown, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


@dataclass(frozen=True, eq=False, kw_only=True)
class Audit(Shown):
    """What an explanation method is worth on a data set.

    Attributes:
        answer: everything that the rows together say, as plain values: `answer` (`trustworthy`,
            `not trustworthy`, `open` or `no ceiling`), `sentences`, `standings` (each judged map
            beside the leave-one-out map and chance), `pairs` (map against map), `outcomes`,
            `statistics`, `data_set_test`, `agreement`, `removal`, `by_confidence`, `curves`,
            `most_trustworthy`, `least_trustworthy`, `errors`, `paragraph` and more.
        configuration: what was asked for.
        manifest: the configuration with the model, the data, the engine and the versions.
        folder: the run folder, or `None` where nothing was stored.
        recomputed: the parts that were in the folder, were not what the run had written (copied,
            edited or spoiled), and were computed again.
        beside: another run over the same rows, which the page shows beside this one.
    """

    answer: Mapping[str, Any]
    configuration: Configuration
    manifest: Mapping[str, Any]
    folder: Path | None
    recomputed: tuple[str, ...] = ()
    beside: Audit | None = None
    _partial: bool = False
    _records: tuple[Mapping[str, Any], ...] = ()

    def __repr__(self) -> str:
        verdicts = self.answer["outcomes"]["verdicts"]
        shown = ", ".join(f"{name} {one['count']}" for name, one in verdicts.items())
        return (
            f"<Audit rows={self.answer['rows']} {shown}, errors {len(self.errors)}: "
            f"{self.answer['answer']}>"
        )

    def __len__(self) -> int:
        return int(self.answer["rows"])

    @property
    def paragraph(self) -> str:
        """Whether the map can be trusted on this model, and the numbers behind it, in words."""
        return str(self.answer["paragraph"])

    @property
    def errors(self) -> list[tuple[int, str]]:
        """The rows that could not be used, and why."""
        return [(one["row"], one["error"]) for one in self.answer["errors"]]

    @checked
    def records(self, columns: list[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """Yield the rows in order, as plain values by column.

        Raises:
            OptionError: no such column.
        """
        for name in columns or ():
            one_of("columns", name, _names(self.configuration))
        if self.folder is not None:
            yield from RunFolder(self.folder).records(columns, partial=self._partial)
            return
        for record in self._records:
            names = _names(self.configuration) if columns is None else columns
            yield {name: record.get(name) for name in names}

    def to_frame(self) -> DataFrame:
        """Return the rows as a pandas table, one an example, without the stored reports.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas = extra("pandas", "a table")
        names = [name for name in _names(self.configuration) if name != "report"]
        frame: DataFrame = pandas.DataFrame.from_records(list(self.records(names)), columns=names)
        return frame

    @checked
    def report(self, row: int) -> Report:
        """Return the single report of a row; the draws of its nulls were not stored.

        Raises:
            InputError: there is no such row, or it could not be examined.
        """
        if self.folder is not None:
            record: Mapping[str, Any] = RunFolder(self.folder).report(
                row, self.configuration.shard_rows
            )
        elif 0 <= row < len(self._records):
            record = self._records[row]
        else:
            raise InputError.of("row", f"0 to {len(self) - 1}", row)
        if record.get("error") is not None:
            raise InputError(f"row {row} has no report: {record['error']}", subject="row")
        return report_of(json.loads(record["report"]))

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest and the answer as plain values."""
        return {"manifest": dict(self.manifest), "answer": dict(self.answer)}

    @checked
    def to_html(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        compare_to: Audit | str | os.PathLike[str] | None = None,
    ) -> str:
        """Return the page, and write it to `path` if given.

        Args:
            path: where to write it.
            compare_to: another run over the same rows (another model, map or setting), or its
                folder: the page then shows both verdicts of every row and opens both reports side
                by side. By default the run that the audit was made to be compared with, if any.

        Raises:
            InputError: the folder is no finished run, or of other rows.
        """
        other = self.beside if compare_to is None else opened(compare_to)
        if other is None:
            return super().to_html(path)
        text = str(show().audit_page_beside(self, other))
        if path is not None:
            disk.write(path, text)
        return text

    @checked
    def plot(self, kind: str = "outcomes") -> Figure:
        """Draw with matplotlib, for a paper: `a.plot("curves").savefig("curves.pdf")`.

        Args:
            kind: `standings`, `outcomes`, `statistics`, `curves`, `agreement`, `removal` or
                `confidence`.

        Raises:
            OptionError: no such kind.
            InputError: the audit has nothing of that kind.
            MissingExtraError: matplotlib is not installed.
        """
        figure: Figure = show().plot_of(self, kind)
        return figure

    @staticmethod
    @checked
    def load(folder: str | os.PathLike[str], *, partial: bool = False) -> Audit:
        """Read a finished run; with `partial`, whatever an unfinished one holds so far.

        Raises:
            InputError: there is no run in the folder, it is not finished, or a file of it was
                changed since it was written.
        """
        held = RunFolder(folder)
        manifest = held.manifest()
        configuration = Configuration.from_dict(manifest["configuration"])
        unfinished = False
        try:
            answer = json.loads(held.files.own(ANSWER))
            if (held.path / REPORT).exists():
                held.files.own(REPORT)
        except FileNotFoundError as error:
            if not partial:
                raise InputError(
                    f"{held.path}: the run is not finished; give the same data again to go on, "
                    "or partial=True to read what is there",
                    subject="out",
                ) from error
            unfinished = True
            answer = answer_of(
                held.records(list(columns.empty(configuration)), partial=True), configuration
            )
        return Audit(
            answer=answer,
            configuration=configuration,
            manifest=manifest,
            folder=held.path,
            _partial=unfinished,
        )


def _names(configuration: Configuration) -> list[str]:
    return list(columns.names(configuration))


def opened(run: Audit | str | os.PathLike[str]) -> Audit:
    """Return an audit, or the one that a folder holds."""
    return run if isinstance(run, Audit) else Audit.load(run)
