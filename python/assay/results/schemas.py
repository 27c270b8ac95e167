"""JSON Schemas of results, made of the types that read them: a field has one description alone."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import MappingProxyType, NoneType
from typing import Any

import numpy as np

from assay.inputs.tokens import Tokens
from assay.results.records import unaliased

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = {bool: "boolean", int: "integer", float: "number", str: "string"}
#: Arrays of any number of axes; what is undefined is null.
NUMBERS: Schema = {
    "type": "array",
    "items": {"anyOf": [{"type": ["number", "boolean", "null"]}, {"$ref": "#/$defs/numbers"}]},
}
#: Results say nothing about what later versions add to them.
_OPEN: Schema = {"type": "object", "additionalProperties": True}


def headed(schema: Schema, name: str, *, written: bool = True) -> Schema:
    """Return the schema of a file: with its name and version, and the lines that say them.

    Args:
        schema: of what is in the file.
        name: kind and version, such as `assay.report/1`.
        written: whether the file says them itself.
    """
    definitions = schema.pop("$defs", {})
    if written:
        schema["properties"] = {
            "format": {"const": name},
            "written_by": {"type": "string", "description": "the version of Assay"},
        } | schema["properties"]
        schema["required"] = ["format", *schema.get("required", [])]
    return {"$schema": DIALECT, "$id": f"urn:{name}", "title": name} | schema | {
        "$defs": definitions
    }  # fmt: skip


def of_record(kind: type, others: Mapping[str, Schema | None] = MappingProxyType({})) -> Schema:
    """Return the schema of a frozen result, the records in it under `$defs`.

    Args:
        kind: the result.
        others: by `Class.field`, schemas that no type says, and `None` for what stands in no file
            because it is made when a file is read.
    """
    definitions: dict[str, Schema] = {"numbers": NUMBERS}
    schema = _record(kind, definitions, others)
    return schema | {"$defs": definitions}


def tokens() -> Schema:
    """Return the schema of tokens, or of a picture in their place."""
    lists = {
        name: {"type": "array", "description": text}
        for name, text in _said(Tokens).items()
        if name in ("ids", "pieces", "special", "words", "offsets", "types")
    }
    texts: Schema = {
        "type": "object",
        "properties": lists
        | {
            "text": {"type": "string"},
            "pair": {"type": ["string", "null"]},
            "position": {"type": ["integer", "null"]},
        },
        "required": [*lists, "text"],
    }
    return {"anyOf": [texts, {"type": "object", "required": ["pixels"]}]}


def _record(
    kind: type, definitions: dict[str, Schema], others: Mapping[str, Schema | None]
) -> Schema:
    hints, said = typing.get_type_hints(kind), _said(kind)
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for field in fields(kind):
        if field.name.startswith("_") or not field.init:
            continue
        hint, place = hints[field.name], f"{kind.__name__}.{field.name}"
        if place in others and others[place] is None:
            continue
        one = others.get(place) or _of(hint, definitions, others)
        may_be_left_out = field.default is not MISSING or field.default_factory is not MISSING
        if may_be_left_out:
            one = _or_null(one)
        elif NoneType not in typing.get_args(hint):
            required.append(field.name)
        if field.name in said:
            one = one | {"description": said[field.name]}
        properties[field.name] = one
    doc = (inspect.getdoc(kind) or "").partition("\n")[0]
    return _OPEN | {"description": doc, "properties": properties, "required": required}


def _of(hint: Any, definitions: dict[str, Schema], others: Mapping[str, Schema | None]) -> Schema:
    hint = unaliased(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if isinstance(hint, type) and is_dataclass(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}  # a record may hold others of its own kind
            definitions[hint.__name__] = _record(hint, definitions, others)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if origin in (typing.Union, types.UnionType):
        every = [_of(one, definitions, others) for one in arguments if one is not NoneType]
        one = every[0] if len(every) == 1 else {"anyOf": every}
        return _or_null(one) if NoneType in arguments else one
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return {"type": "array", "items": _of(arguments[0], definitions, others)}
        every = [_of(one, definitions, others) for one in arguments]
        return {"type": "array", "prefixItems": every, "minItems": len(every),
                "maxItems": len(every)}  # fmt: skip
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(arguments[1], definitions, others)
    if origin is np.ndarray:
        return {"$ref": "#/$defs/numbers"}
    return {}


def _mapping(
    hint: Any, definitions: dict[str, Schema], others: Mapping[str, Schema | None]
) -> Schema:
    item = _of(hint, definitions, others)
    if isinstance(hint, type) and is_dataclass(hint):
        # A record in a mapping has its key for a name.
        record = definitions[hint.__name__]
        record["required"] = [name for name in record.get("required", []) if name != "name"]
    return {"type": "object", "additionalProperties": item or True}


def _or_null(schema: Schema) -> Schema:
    if not schema or "type" not in schema or not isinstance(schema["type"], str):
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    return schema | {"type": [schema["type"], "null"]}


def _said(kind: type) -> dict[str, str]:
    """Return what a docstring says of each attribute."""
    text = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", text, re.MULTILINE)
    return {name: " ".join(said.split()) for name, said in found}
