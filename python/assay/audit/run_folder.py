"""The folder of a run: a manifest, one Parquet part a shard, and the answer when all are there.

A file appears under its name only when it is whole: it is written beside it, flushed to the disk
and renamed. A process that is killed leaves at most a temporary file, which the next run removes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from assay._errors import InputError, OptionError
from assay._extras import extra
from assay.audit import columns
from assay.audit.configuration import Configuration

FORMAT = "assay.audit/1"
#: What the results depend on; the rest of a manifest only says how they came about.
DECISIVE = ("format", "configuration", "model", "data", "engine")


class RunFolder:
    """A run's files, held by one process at a time; use it as a context manager."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._parts = self.path / "parts"
        self._lock: IO[str] | None = None

    def __enter__(self) -> RunFolder:
        """Take the folder.

        Raises:
            InputError: it is a file, holds something else, or another process writes to it.
        """
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path}: expected a folder, found a file", subject="out")
        if self.path.is_dir() and any(self.path.iterdir()) and not self._is_ours():
            raise InputError(
                f"{self.path}: expected a new folder or an audit's, found other files",
                subject="out",
            )
        self._parts.mkdir(parents=True, exist_ok=True)
        self._lock = (self.path / "lock").open("w")
        try:
            _lock(self._lock)
        except OSError as error:
            self._lock.close()
            raise InputError(
                f"{self.path}: another process is writing to this run", subject="out"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lock is not None:
            self._lock.close()

    def _is_ours(self) -> bool:
        ours = {"lock", "parts", "manifest.json"}
        return all(item.name in ours or self._manifest.exists() for item in self.path.iterdir())

    @property
    def _manifest(self) -> Path:
        return self.path / "manifest.json"

    def manifest(self) -> dict[str, Any]:
        """Return what the run is of.

        Raises:
            InputError: there is no run in the folder.
        """
        try:
            record = json.loads(self._manifest.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path}: expected an audit's run folder ({error})") from error
        if not isinstance(record, dict) or record.get("format") != FORMAT:
            raise InputError(f"{self.path}: expected the format {FORMAT}")
        return record

    def begin(self, manifest: Mapping[str, Any], *, resume: bool) -> None:
        """Start a run, or go on with one that was asked for in the same way.

        With `resume` false the files of an earlier run are removed.

        Raises:
            OptionError: the folder holds a run of something else; the message names every
                difference.
        """
        for stale in [*self.path.glob("*.tmp"), *self._parts.glob("*.tmp")]:
            stale.unlink()
        if self._manifest.exists():
            if resume:
                self._refuse_another(manifest)
                return
            self._manifest.unlink()
            for name in ("answer.json", "report.html"):
                (self.path / name).unlink(missing_ok=True)
        for part in self._parts.glob("part-*.parquet"):
            part.unlink()
        write(self._manifest, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")

    def _refuse_another(self, manifest: Mapping[str, Any]) -> None:
        found = self.manifest()
        differences = [
            f"{name} was {then} and is now {now}"
            for part in DECISIVE
            for name, then, now in _differences(found.get(part), manifest[part], part)
        ]
        if differences:
            raise OptionError(
                f"{self.path}: this run cannot be resumed: {'; '.join(differences)}. Choose "
                "another folder, or resume=False to start over",
                subject="out",
            )

    def finished(self, shards: Sequence[int]) -> set[int]:
        """Return the shards whose parts are there and whole, given how many rows each has."""
        parquet = extra("pyarrow.parquet", "a run folder")
        result = set()
        for shard, count in enumerate(shards):
            try:
                metadata = parquet.read_metadata(self._part(shard))
            except (OSError, ValueError):
                continue
            if metadata.num_rows == count:
                result.add(shard)
        return result

    def add(
        self, shard: int, records: Sequence[Mapping[str, Any]], configuration: Configuration
    ) -> None:
        """Write the part of a shard."""
        parquet = extra("pyarrow.parquet", "a run folder")
        table = columns.table(records, configuration, {"assay.shard": str(shard)})
        path = self._part(shard)
        temporary = path.with_name(path.name + ".tmp")
        with temporary.open("wb") as file:
            parquet.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _flush_folder(self._parts)

    def records(self, only: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of all parts in order, or some columns of them."""
        parquet = extra("pyarrow.parquet", "a run folder")
        for path in sorted(self._parts.glob("part-*.parquet")):
            yield from parquet.read_table(path, columns=only).to_pylist()

    def report(self, row: int, shard_rows: int) -> dict[str, Any]:
        """Return the stored record of one row."""
        parquet = extra("pyarrow.parquet", "a run folder")
        path = self._part(row // shard_rows)
        if not path.exists():
            raise InputError(f"{self.path}: row {row} has not been examined", subject="row")
        records: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
        return next(record for record in records if record["row"] == row)

    def _part(self, shard: int) -> Path:
        return self._parts / f"part-{shard:06d}.parquet"


def write(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _flush_folder(path.parent)


def _flush_folder(path: Path) -> None:
    """Make a rename survive a loss of power."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lock(file: IO[str]) -> None:
    """Take a lock that the system releases however the process ends."""
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _differences(then: Any, now: Any, name: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            yield from _differences(then.get(key), now.get(key), f"{name}.{key}")
    elif then != now:
        yield name, json.dumps(then, ensure_ascii=False), json.dumps(now, ensure_ascii=False)
