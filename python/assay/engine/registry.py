"""What this build knows: the engine's registries of methods, checks and families."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from assay.engine import door


def methods() -> Mapping[str, Mapping[str, Any]]:
    """Return the explanation methods: options with defaults, source and cost, by name.

    >>> import assay
    >>> "integrated_gradients" in assay.methods()
    True
    """
    return _registry("methods")


@cache
def references() -> tuple[str, ...]:
    """Return the methods that every map of an audit stands beside.

    >>> from assay.engine.registry import references
    >>> references()[-1]
    'leave_one_out'
    """
    return tuple(door.call("methods", {})["references"])


def checks() -> Mapping[str, Mapping[str, Any]]:
    """Return the checks: role, condition, claim, own options, source and cost, by name.

    >>> import assay
    >>> assay.checks()["redirect"]["role"]
    'primary'
    """
    return _registry("checks")


def verdict_options() -> tuple[Mapping[str, Any], ...]:
    """Return what `verify` takes whatever checks run: name, values, default and meaning.

    >>> from assay.engine.registry import verdict_options
    >>> [one["default"] for one in verdict_options() if one["name"] == "granularity"]
    ['token']
    """
    return tuple(door.call("checks", {})["options"])


def families() -> Mapping[str, Mapping[str, Any]]:
    """Return the model families that `load` understands, by name.

    >>> import assay
    >>> "bert" in assay.families()
    True
    """
    return _registry("families")


def build_info() -> Mapping[str, Any]:
    """Return how the engine was built and what it runs on.

    That is its version, the instruction set, which instruction sets and precisions there are on
    this processor, and the threads.

    >>> import assay
    >>> assay.build_info()["version"] == assay.__version__
    True
    """
    return MappingProxyType(door.call("build_info", {}))


def _registry(name: str) -> Mapping[str, Mapping[str, Any]]:
    answer = door.call(name, {})
    entries = answer.get(name, answer)
    if isinstance(entries, list):
        entries = {entry["name"]: entry for entry in entries}
    return MappingProxyType(entries)
