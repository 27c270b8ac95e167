"""The folder of a run: a manifest, one Parquet part a shard, and the answer when all are there.

Nothing is touched before the folder is known to be new or a run's, no link is followed, and only
files of a run's exact names are ever replaced or removed. A part that is not what the run has
written is computed again; anything else that is not, is an error.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from assay.audit import columns
from assay.audit.configuration import Configuration
from assay.audit.run_files import (
    ANSWER,
    DECISIVE,
    FORMAT,
    LOCK,
    MANIFEST,
    REPORT,
    RunFiles,
    hash_of,
    is_partial,
    part,
    starts,
)
from assay.engine import disk
from assay.engine.errors import InputError, OptionError
from assay.engine.extras import extra

_log = logging.getLogger("assay.audit")


class RunFolder:
    """A run's files, held by one process at a time; use it as a context manager."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.files = RunFiles(self.path)
        self._lock: IO[bytes] | None = None
        #: The parts that were there, were not what the run had written, and are computed again.
        self.damaged: tuple[str, ...] = ()

    def __enter__(self) -> RunFolder:
        """Take the folder.

        Raises:
            InputError: it is a file, holds something else, or another process writes to it.
        """
        if self.path.is_symlink() and not self.path.exists():
            raise self._refused("a folder", "a link that leads nowhere")
        if self.path.exists() and not self.path.is_dir():
            raise self._refused("a folder", "a file")
        if self.path.is_dir():
            self._require_ours()
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            self._lock = disk.opened_own(self.path / LOCK)
        except OSError as error:
            raise self._refused("a file `lock` that can be written", str(error)) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
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

    def _require_ours(self) -> None:
        """Prove that the folder is empty, a run's, or one that a run had begun to make."""
        folders = (self.files.parts, self.files.hashes)
        for place in (*folders, self.path / LOCK, self.path / MANIFEST):
            if place.is_symlink():
                raise self._refused(f"{place.name} of its own", "a link")
        for place in folders:
            if place.exists() and not place.is_dir():
                raise self._refused(f"a folder {place.name}", "a file")
        if (self.path / MANIFEST).exists():
            self.files.manifest()
            return
        for item in self.path.iterdir():
            if item in folders:
                ours = {one.name for one in item.iterdir()} <= {hash_of(MANIFEST)}
            elif item.name == LOCK:
                ours = disk.is_regular(item) and item.stat().st_size == 0
            else:
                ours = is_partial(item)
            if not ours:
                raise self._refused("a new folder or an audit's", "other files")

    def _refused(self, expected: str, found: str) -> InputError:
        return InputError.of(self.path, expected, found, about="out")

    def manifest(self) -> dict[str, Any]:
        """Return what the run is of.

        Raises:
            InputError: there is no run, its manifest was changed, or it is another version's.
        """
        found = self.files.manifest()
        if found["format"] != FORMAT:
            raise self._refused(f"a run of the format {FORMAT}", str(found["format"])[:80])
        self.files.own(MANIFEST)
        return found

    def begin(self, manifest: Mapping[str, Any], *, resume: bool) -> None:
        """Start a run, or go on with one that was asked for in the same way.

        With `resume` false the files of an earlier run are removed, and nothing else.

        Raises:
            OptionError: the folder holds a run of something else, of which the message names every
                difference; or of a model that nobody can tell from another.
            InputError: the manifest was changed since it was written, or a folder has a file's
                name.
        """
        found = self.files.manifest() if (self.path / MANIFEST).exists() else None
        if found is not None and resume:
            self._refuse_another(found, manifest)
            self.manifest()
        self._require_files(len(starts(manifest)))
        if found is not None and not resume:
            self.files.remove(len(starts(found)))
        disk.remove([item for item in self.path.iterdir() if is_partial(item)])
        for folder in (self.files.parts, self.files.hashes):
            folder.mkdir(exist_ok=True)
        if found is None or not resume:
            self.files.start(manifest)

    def _refuse_another(self, found: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
        differences = [
            f"{name} was {then} and is now {now}"
            for one in DECISIVE
            for name, then, now in _differences(found.get(one), manifest[one], one)
        ]
        if not differences and not manifest["model"]["hash"]:
            differences = [
                "nothing tells this black box from another; black_box(identity='name and "
                "version') does"
            ]
        if differences:
            raise OptionError(
                f"{self.path}: this run cannot be resumed: {'; '.join(differences)}. Choose "
                "another folder, or resume=False to start over",
                subject="out",
            )

    def _require_files(self, shards: int) -> None:
        """Find out before the first row whether something stands where a file will be written."""
        parts = [name for place, name in self.files.listed().items() if place < shards]
        for name in (MANIFEST, ANSWER, REPORT, *parts):
            for place in (self.files.place(name), self.files.hashes / hash_of(name)):
                if place.is_dir() and not place.is_symlink():
                    raise InputError.of(place, "a file", "a folder", about="out")

    def finished(self, shards: Sequence[int]) -> set[int]:
        """Return the shards whose parts are what this run has written; say which ones are not."""
        found = self.files.listed()
        sound = {
            place
            for place, name in found.items()
            if place < len(shards) and self.files.is_sound(name)
        }
        damaged = sorted(set(found) - sound)
        for place in damaged:
            remedy = ": it is computed again" if place < len(shards) else " and is left alone"
            _log.warning(
                "%s is not what this run has written%s", self.files.place(found[place]), remedy
            )
        self.damaged = tuple(found[place] for place in damaged if place < len(shards))
        return sound

    def add(
        self, shard: int, records: Sequence[Mapping[str, Any]], configuration: Configuration
    ) -> None:
        """Write the part of a shard."""
        sink = extra("pyarrow", "a run folder").BufferOutputStream()
        table = columns.table(records, configuration, {"assay.shard": str(shard)})
        extra("pyarrow.parquet", "a run folder").write_table(table, sink, compression="zstd")
        self.files.write({part(shard): sink.getvalue().to_pybytes()})

    def records(
        self, only: Sequence[str] | None = None, *, partial: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of all parts in order, or some columns of them.

        With `partial`, parts that are not there yet are left out.

        Raises:
            InputError: a part is not there, or not what the run has written.
        """
        for shard in range(len(starts(self.files.manifest()))):
            try:
                data = self.files.own(part(shard))
            except FileNotFoundError as error:
                if partial:
                    continue
                raise InputError.of(
                    self.files.place(part(shard)), "a part of the run", "none", about="out"
                ) from error
            yield from _rows(data, only)

    def report(self, row: int, shard_rows: int) -> dict[str, Any]:
        """Return the stored record of one row.

        Raises:
            InputError: the row was not examined, or its part is not what the run has written.
        """
        try:
            data = self.files.own(part(max(row, 0) // shard_rows))
        except FileNotFoundError:
            data = None
        for record in () if data is None else _rows(data, None):
            if record["row"] == row:
                return record
        raise InputError(f"{self.path}: row {row} has not been examined", subject="row")


def _rows(data: bytes, only: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    source = extra("pyarrow", "a run folder").BufferReader(data)
    parquet = extra("pyarrow.parquet", "a run folder")
    yield from parquet.read_table(source, columns=only).to_pylist()


def _differences(then: Any, now: Any, name: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            yield from _differences(then.get(key), now.get(key), f"{name}.{key}")
    elif then != now:
        yield name, json.dumps(then, ensure_ascii=False), json.dumps(now, ensure_ascii=False)
