"""Frozen records out of the engine's answers, by the types that their fields declare."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def read(kind: Any, value: Any) -> Any:
    """`value` as `kind` declares it.

    Args:
        kind: a frozen dataclass, `tuple[X, ...]`, `Mapping[str, X]`, `X | None`, or a plain type.
        value: what the engine answered: a record, a list, or a plain value. A record may hold more
            than the dataclass has fields for.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        declared = _declared(kind)
        return kind(**{name: read(of, value[name]) for name, of in declared.items()})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        inner = next(one for one in arguments if one is not type(None))
        return None if value is None else read(inner, value)
    if origin is tuple:
        return tuple(read(arguments[0], one) for one in value)
    if origin is Mapping:
        return {key: read(arguments[1], one) for key, one in value.items()}
    return value


@cache
def _declared(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.init}
