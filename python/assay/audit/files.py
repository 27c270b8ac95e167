"""Files to records: csv, tsv, jsonl and Parquet. A line that cannot be read is a `Broken` one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from assay.engine import disk
from assay.engine.errors import DataNotFoundError, InputError
from assay.engine.extras import extra

KINDS = (".csv", ".tsv", ".jsonl", ".parquet")


@dataclass(frozen=True)
class Broken:
    """A line that holds no record, and why."""

    reason: str
    found: str = ""


#: A record by column, a bare value, or what could not be read.
FileRecord: TypeAlias = "Mapping[str, Any] | Broken | str"


def read_file(
    path: Path, wanted: Collection[str] = ()
) -> tuple[Sequence[str] | None, Iterator[FileRecord]]:
    """Return the columns that the file declares (`None` for jsonl) and its records.

    Of a Parquet file only the `wanted` columns are read.

    Raises:
        InputError: of another kind, or not readable as a whole.
        DataNotFoundError: there is no such file.
    """
    if path.suffix.lower() in KINDS and not path.exists():
        raise DataNotFoundError.of(path, "a file", "none")
    match path.suffix.lower():
        case ".csv" | ".tsv" as kind:
            return _delimited(path, "\t" if kind == ".tsv" else ",")
        case ".jsonl":
            return None, _json_lines(path)
        case ".parquet":
            return _parquet(path, wanted)
    raise InputError(f"{path}: expected a file ending in {', '.join(KINDS)}", subject=str(path))


def _lines(path: Path) -> list[str]:
    """Return the lines with their ends; bytes that are not UTF-8 become lone surrogates."""
    try:
        content = io.BytesIO(disk.contents(path))
        text = io.TextIOWrapper(content, "utf-8-sig", "surrogateescape", newline="")
        lines = text.readlines()
    except OSError as error:
        raise InputError.of(path, "a file", error) from error
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _delimited(path: Path, delimiter: str) -> tuple[Sequence[str], Iterator[FileRecord]]:
    lines = _lines(path)
    header, rest = _one(lines, 0, delimiter)
    if isinstance(header, Broken) or not header:
        raise InputError.of(path, "a header line", "none")
    return header, _delimited_records(lines, rest, header, delimiter)


def _delimited_records(
    lines: list[str], place: int, header: Sequence[str], delimiter: str
) -> Iterator[FileRecord]:
    while place < len(lines):
        start = place
        fields, place = _one(lines, place, delimiter)
        found = lines[start].rstrip("\r\n")
        if isinstance(fields, Broken):
            yield Broken(f"line {start + 1}: {fields.reason}", found)
        elif not fields:
            yield Broken(f"line {start + 1}: empty")
        elif len(fields) != len(header):
            expected = f"expected {len(header)} fields, found {len(fields)}"
            yield Broken(f"line {start + 1}: {expected}", found)
        else:
            yield dict(zip(header, fields, strict=True))


def _one(lines: list[str], place: int, delimiter: str) -> tuple[list[str] | Broken, int]:
    """Read the record that starts on a line, and say where the next one starts.

    A quote that never closes would swallow the rest of the file, so a record that cannot be
    read is taken to be its first line alone.
    """
    if place >= len(lines):
        return [], place
    ahead = (lines[at] for at in range(place, min(place + 1000, len(lines))))
    reader = csv.reader(ahead, delimiter=delimiter, strict=True)
    try:
        fields = next(reader)
    except csv.Error as error:
        return Broken(f"not a record ({error})"), place + 1
    return fields, place + reader.line_num


def _json_lines(path: Path) -> Iterator[FileRecord]:
    for number, line in enumerate(_lines(path), start=1):
        text = line.strip()
        if not text:
            yield Broken(f"line {number}: empty")
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield Broken(f"line {number}: not JSON ({error})", text)
            continue
        if isinstance(value, dict | str):
            yield value
        else:
            kind = type(value).__name__
            yield Broken(f"line {number}: expected an object, found {kind}", text)


def _parquet(path: Path, wanted: Collection[str]) -> tuple[Sequence[str], Iterator[FileRecord]]:
    parquet = extra("pyarrow.parquet", "reading Parquet")
    if not path.is_file():
        raise InputError.of(path, "a file", "a folder, a pipe or a device")
    with _parsing(path):
        file = parquet.ParquetFile(path)
        names = list(file.schema_arrow.names)

    def records() -> Iterator[FileRecord]:
        read = [name for name in names if name in wanted]
        with _parsing(path):
            for batch in file.iter_batches(columns=read):
                yield from batch.to_pylist()

    return names, records()


@contextmanager
def _parsing(path: Path) -> Iterator[None]:
    """Say of a file that pyarrow cannot read which file it is."""
    try:
        yield
    except (ArithmeticError, LookupError, MemoryError, NotImplementedError, OSError, TypeError,
            ValueError, extra("pyarrow", "reading Parquet").ArrowException) as error:  # fmt: skip
        raise InputError.of(path, "Parquet", error) from error
