"""Every file that the package writes, whole or not at all, and files from outside read with care.

A file is written beside its place, reaches the disk and is then renamed: a full disk, a kill or a
loss of power leaves what was there before. A link at a place is replaced and never followed.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

from assay.engine.errors import InputError

#: What a writer that was killed leaves behind, and nobody else calls a file.
PARTIAL = re.compile(r"\.assay-[0-9]+-[0-9]+\.tmp")
#: The largest whole number that every JSON reader and the engine keep, by amount.
WHOLE = 2**63
#: What may be half a character, written as JSON.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class Staged:
    """Files that appear under their names together, once all of them are written."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Path, Path]] = []

    def place(self, path: str | os.PathLike[str], *, beside: Path | None = None) -> Path:
        """Return an empty file in the folder of `path`, or `beside`, that takes its place."""
        final = _named(path)
        descriptor, temporary = _created(final, beside or final.parent)
        os.close(descriptor)
        self._waiting.append((temporary, final))
        return temporary

    def write(
        self, path: str | os.PathLike[str], data: bytes | str, *, beside: Path | None = None
    ) -> None:
        """Write a file; text is UTF-8, and what that cannot say (half a character) a mark."""
        try:
            with self.place(path, beside=beside).open("wb") as file:
                file.write(encoded(data))
        except OSError as error:
            # What is full or refuses to be written to is known by the file that was asked for.
            raise OSError(error.errno, error.strerror, error.filename or str(path)) from error

    def commit(self) -> None:
        """Flush all files to the disk and give them their names, in the order of the calls."""
        for temporary, final in self._waiting:
            _flush(temporary)
            with suppress(OSError):  # a file that is replaced keeps who may read it
                temporary.chmod(stat.S_IMODE(_regular(final).st_mode))
        for folder in self._renamed():
            _flush(folder)

    def _renamed(self) -> set[Path]:
        folders = set()
        while self._waiting:
            temporary, final = self._waiting[0]
            temporary.replace(final)
            folders.add(final.parent)
            self._waiting.pop(0)
        return folders

    def discard(self) -> None:
        """Remove what has no name yet."""
        for temporary, _ in self._waiting:
            temporary.unlink(missing_ok=True)


@contextmanager
def staged() -> Iterator[Staged]:
    """Give several files their names together; an exception leaves what was there before."""
    files = Staged()
    try:
        yield files
        files.commit()
    finally:
        files.discard()


def write(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Write a file so that it is there whole or not at all; text is UTF-8.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "a"
    >>> write(place, "whole")
    >>> place.read_text(), [item.name for item in place.parent.iterdir()]
    ('whole', ['a'])
    """
    if _is_device(_named(path)):  # a pipe or a terminal has nothing to lose and no name to take
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o666)  # of a pipe that nobody reads: an error at once
        os.set_blocking(descriptor, True)
        with os.fdopen(descriptor, "wb") as device:
            device.write(encoded(data))
        return
    with staged() as files:
        files.write(path, data)


def read(path: str | os.PathLike[str]) -> bytes:
    """Read a regular file. A link at its name is not followed, and nothing is waited for.

    Raises:
        OSError: there is no such file, or it is a link, a folder, a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        _require_regular(file, path)
        return file.read()


def contents(path: str | os.PathLike[str]) -> bytes:
    """Read a file of somebody else's, also behind a link. Nothing is waited for.

    Raises:
        InputError: a folder, a pipe or a device is there, or what is no path.
        OSError: there is no such file, or it may not be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL, or half a character
        raise InputError.of(f"{os.fspath(path)!r:.80}", "the path of a file", error) from error
    kind = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(kind):
        os.close(descriptor)
        found = "a folder" if stat.S_ISDIR(kind) else "a pipe or a device"
        raise InputError.of(os.fspath(path), "a file", found)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def nowhere(mode: str) -> IO[str]:
    """Open a text file that holds nothing and keeps nothing."""
    return Path(os.devnull).open(mode, encoding="utf-8")


def opened_own(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a regular file for writing without changing it, or make an empty one.

    Raises:
        OSError: something else than a regular file has the name.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.fdopen(os.open(path, flags, 0o666), "r+b")
    try:
        _require_regular(file, path)
    except OSError:
        file.close()
        raise
    return file


def is_regular(path: Path) -> bool:
    """Tell a file from links, folders, pipes, and from nothing."""
    try:
        _regular(path)
    except OSError:
        return False
    return True


def remove(paths: Sequence[Path]) -> None:
    """Remove files; whatever else has one of the names stays."""
    for path in paths:
        if is_regular(path):
            path.unlink()


def json_of(text: str | bytes, *, numbers: bool = True) -> Any:
    """Read JSON as it came from outside; `numbers` says whether every number must be usable.

    Raises:
        ValueError: not UTF-8 or not JSON; half a character; nested more deeply than Python follows;
            a number that is not finite or beyond 64 bits, unless `numbers` is false.

    >>> json_of('{"a": [1, 0.5]}')
    {'a': [1, 0.5]}
    """
    try:
        if numbers:
            value = json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
        else:
            value = json.loads(text)
        if _HALF.search(text if isinstance(text, bytes) else text.encode("utf-8", "replace")):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _finite(text: str) -> float:
    value = float(text)
    return value if abs(value) < float("inf") else _refuse(text)


def _whole(text: str) -> int:
    # 20 characters hold every number that is taken, and Python refuses to read thousands.
    value = int(text) if len(text) <= 20 else WHOLE
    return value if abs(value) < WHOLE else _refuse(text[:40])


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"expected finite numbers of at most 64 bits, found {text}")


def encoded(data: bytes | str) -> bytes:
    """Return what is written of a text."""
    return data.encode("utf-8", "replace") if isinstance(data, str) else data


def _named(path: str | os.PathLike[str]) -> Path:
    text = os.fspath(path)
    if not text or "\0" in text:
        raise OSError(errno.EINVAL, "expected the path of a file", text)
    return Path(text)


def _created(final: Path, folder: Path) -> tuple[int, Path]:
    """Make a file of our own, of a name that nothing has, that will take a place."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    if final.is_dir() and not final.is_symlink():
        raise IsADirectoryError(errno.EISDIR, "expected a place for a file", str(final))
    if _is_hardware(final):
        raise OSError(errno.EINVAL, "expected a place for a file, found a device", str(final))
    if is_regular(final) and not os.access(final, os.W_OK):
        raise PermissionError(errno.EACCES, "expected a file that may be written", str(final))
    attempt = 0
    while True:
        temporary = folder / f".assay-{os.getpid()}-{attempt}.tmp"
        try:
            return os.open(temporary, flags, 0o666), temporary
        except FileExistsError:
            attempt += 1
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(final)) from error


def _is_device(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    named = str(path.absolute()).startswith(("/dev/", "/proc/"))
    return named or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _is_hardware(path: Path) -> bool:
    """Tell a device, whose name no file takes, from everything that a file may replace."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def _regular(path: Path) -> os.stat_result:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path}: expected a file")
    return found


def _require_regular(file: IO[bytes], path: str | os.PathLike[str]) -> None:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise OSError(f"{os.fspath(path)}: expected a file, found something else of this name")


def _flush(path: Path) -> None:
    """Make what was written, or renamed in a folder, survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
