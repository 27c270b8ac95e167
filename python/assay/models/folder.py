"""A model's name to its folder, and the tokenizer in it. Nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import mmap
import os
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as FastTokenizer

from assay.engine import disk
from assay.engine.errors import (
    CheckpointError,
    InputError,
    InputTypeError,
    MemoryBudgetError,
    ModelNotFoundError,
)
from assay.inputs.tokenizer import Tokenizer, guarded

EMBEDDED = Path(__file__).parents[1] / "embedded"


def find(name: str | os.PathLike[str]) -> Path:
    """Return the folder of a model: an embedded one, a path, or a name in the local cache.

    Raises:
        InputTypeError: `name` is neither text nor a path.
        ModelNotFoundError: it leads nowhere; the message says where was looked.
    """
    if not isinstance(name, str | os.PathLike):
        raise InputTypeError.of("model", "a name or a path", type(name).__name__)
    text = os.fspath(name)
    looked: list[str] = []
    if isinstance(name, str) and text and "/" not in text and text not in {".", ".."}:
        embedded = EMBEDDED / text
        if _is_there(embedded):
            return embedded
        looked.append("the embedded models")
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # `~name` of somebody who has no home
        path = Path(text)
    if text and _is_there(path):
        return path
    looked.append("the file system")
    if text.count("/") == 1 and all(part not in {"", ".", ".."} for part in text.split("/")):
        cached = _cached(text)
        if cached is not None:
            return cached
        looked.append(f"the Hugging Face cache in {_cache()}")
    known = ", ".join(sorted(item.name for item in EMBEDDED.glob("*/"))) or "none"
    raise ModelNotFoundError(
        f"model: nothing called {text!r} in {', '.join(looked)}; embedded models: {known}",
        subject="model",
        expected="a folder with config.json and model.safetensors, or an embedded model's name",
        found=text,
    )


def _is_there(path: Path) -> bool:
    """Tell whether something is at a path, which may be none at all (too long, with a NUL)."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _cache() -> Path:
    """Return where Hugging Face libraries keep downloads, by the variables they document."""
    if "HF_HUB_CACHE" in os.environ:
        return Path(os.environ["HF_HUB_CACHE"])
    if "HF_HOME" in os.environ:
        return Path(os.environ["HF_HOME"]) / "hub"
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "huggingface" / "hub"


def _cached(name: str) -> Path | None:
    """Return the snapshot that `refs/main` names, or else the newest one."""
    folder = _cache() / f"models--{name.replace('/', '--')}"
    reference = folder / "refs" / "main"
    if _is_there(reference) and reference.is_file():
        name = reference.read_bytes().decode("utf-8", "replace").strip()
        snapshot = folder / "snapshots" / name
        if name == snapshot.name and _is_there(snapshot):
            return snapshot
    snapshots = sorted(folder.glob("snapshots/*/"), key=lambda item: item.stat().st_mtime)
    return snapshots[-1] if snapshots else None


#: Bytes that the tokenizers library needs to read any file, and for each byte of a file.
READING, WORTH = 1 << 25, 32


def _require_memory(size: int, subject: str) -> None:
    """Ask for memory and give it back: the library ends the process where it gets none."""
    try:
        mmap.mmap(-1, size).close()
    except OSError as error:
        raise MemoryBudgetError.of(
            subject, f"{size >> 20} MB of memory to read it", "less"
        ) from error


def tokenizer(folder: Path) -> Tokenizer | None:
    """Read `tokenizer.json` and the files that name special tokens; `None` without the first.

    Raises:
        CheckpointError: a file is there and cannot be read.
        MemoryBudgetError: there is too little memory to read it.
    """
    path = folder / "tokenizer.json"
    if not os.path.lexists(path):
        return None
    content = _content(path)
    _require_memory(READING + WORTH * len(content), str(path))
    with guarded(CheckpointError, str(path), "a tokenizer"):
        fast = FastTokenizer.from_buffer(content)
    named: dict[str, str] = {}
    for file in ("special_tokens_map.json", "tokenizer_config.json"):
        named |= _special_tokens(folder / file)
    return Tokenizer(fast, named, digest=hashlib.sha256(content).hexdigest())


def _content(path: Path) -> bytes:
    """Read a file of a model's folder: one that is there and cannot be read is no missing one."""
    try:
        return disk.contents(path)
    except InputError as error:
        raise CheckpointError.of(path, error.expected, error.found) from error
    except OSError as error:
        raise CheckpointError.of(path, "a file that can be read", error.strerror) from error


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object, such as a `config.json`.

    Raises:
        CheckpointError: it cannot be read, or holds something else.
    """
    try:
        entries = disk.json_of(_content(path), numbers=False)
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError.of(path, "JSON", error) from error
    if not isinstance(entries, dict):
        raise CheckpointError(f"{path}: expected a JSON object", subject=str(path))
    return entries


def _special_tokens(path: Path) -> dict[str, str]:
    """Return the entries `*_token` of a JSON file, whose values are text or {"content": text}."""
    if not os.path.lexists(path):
        return {}
    result: dict[str, str] = {}
    for name, value in read_object(path).items():
        spelling = value.get("content") if isinstance(value, dict) else value
        if name.endswith("_token") and isinstance(spelling, str):
            result[name] = spelling
    return result
