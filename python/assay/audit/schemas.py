"""JSON Schemas of the files of a run: the manifest, the answer, and a row of its parts."""

from __future__ import annotations

from assay.audit import columns
from assay.audit.configuration import Configuration
from assay.audit.run_files import FORMAT
from assay.results.schemas import NUMBERS, Schema, headed, of_record

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_LIST: Schema = {"type": "array"}
_RECORD: Schema = {"type": "object"}
_CELLS: dict[str, Schema] = {
    "int64": {"type": "integer"},
    "int32": {"type": "integer"},
    "float64": {"type": "number"},
    "string": _TEXT,
    "bool": {"type": "boolean"},
    "numbers": {"$ref": "#/$defs/numbers"},
    "named numbers": {
        "anyOf": [
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/numbers"}},
            {"type": "array", "items": _LIST | {"minItems": 2, "maxItems": 2}},
        ]
    },
}
_MANIFEST: dict[str, Schema] = {
    "model": _RECORD | {"required": ["name", "hash", "precision"]},
    "data": _RECORD | {"properties": {"rows": _COUNT, "hash": _TEXT}, "required": ["rows", "hash"]},
    "engine": _RECORD | {"required": ["version", "instruction_set"]},
    "seeds": _TEXT,
    "methods": _LIST | {"items": _TEXT},
    "versions": _RECORD,
}
_ANSWER: dict[str, Schema] = {
    "rows": _COUNT,
    "errors": _LIST | {"items": _RECORD | {"required": ["row", "error"]}},
    "examined": _COUNT,
    "answer": {"enum": ["trustworthy", "not trustworthy", "open", "no ceiling"]},
    "sentences": _LIST | {"items": _TEXT},
    "standings": _LIST | {"items": _RECORD | {"required": ["map", "answer"]}},
    "pairs": _LIST,
    "outcomes": _RECORD | {"required": ["verdicts", "reasons", "ladder", "conditions", "checks"]},
    "statistics": _RECORD,
    "removal": _RECORD,
    "agreement": _RECORD | {"required": ["methods", "kendall", "lift"]},
    "data_set_test": _RECORD,
    "by_confidence": _LIST,
    "curves": _RECORD,
    "intervals": _RECORD | {"required": ["level", "draws", "seed"]},
    "paragraph": _TEXT,
    "most_trustworthy": _LIST,
    "least_trustworthy": _LIST,
}


def run() -> Schema:
    """Return the schema of `manifest.json`."""
    configuration = of_record(Configuration)
    definitions = configuration.pop("$defs")
    every = {"configuration": configuration} | _MANIFEST
    schema = _RECORD | {"properties": every, "required": list(every), "$defs": definitions}
    return _of_format(schema)


def answer() -> Schema:
    """Return the schema of `answer.json`, whose version is the manifest's beside it."""
    schema = _RECORD | {"properties": dict(_ANSWER), "required": list(_ANSWER)}
    return headed(schema, FORMAT.replace("audit", "answer"), written=False)


def row(configuration: Configuration | None = None) -> Schema:
    """Return the schema of a row of a run's Parquet parts, by default of the usual run."""
    names = columns.names(configuration or Configuration())
    cells = {
        name: {"anyOf": [_CELLS[kind], {"type": "null"}]} if name != "row" else _CELLS[kind]
        for name, kind in names.items()
    }
    schema: Schema = _RECORD | {"properties": cells, "required": list(cells)}
    schema["$defs"] = {"numbers": NUMBERS}
    return headed(schema, FORMAT.replace("audit", "row"), written=False)


def _of_format(schema: Schema) -> Schema:
    """Return the schema of a file that says its format, but not who wrote it."""
    made = headed(schema, FORMAT)
    del made["properties"]["written_by"]
    return made
