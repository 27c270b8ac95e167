"""JSON Schemas of everything that is written."""

from __future__ import annotations

from typing import Any

from assay.audit import schemas as run
from assay.engine.arguments import checked
from assay.engine.errors import one_of
from assay.results import schemas
from assay.results.calibration import Calibration
from assay.results.explanation import Explanation
from assay.results.report import Report

#: Names and texts that a report gets when it is read, and its tokens, which stand in it once.
_REPORT = {
    "Report.tokens": schemas.tokens(),
    "Report.target_label": {"type": "string"},
    "Explanation.tokens": None,
    "Rival.position": None,
    "Rival.token": None,
    "RepairedMap.tokens": None,
}
#: Every kind with what makes its schema.
_KINDS = {
    "report": lambda: schemas.headed(schemas.of_record(Report, _REPORT), "assay.report/1"),
    "explanation": lambda: schemas.headed(
        schemas.of_record(Explanation, {"Explanation.tokens": schemas.tokens()}),
        "assay.explanation/1",
    ),
    "calibration": lambda: schemas.headed(schemas.of_record(Calibration), "assay.calibration/1"),
    "run": run.run,
    "answer": run.answer,
    "row": run.row,
}


@checked
def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what is written; its `$id` names the version.

    Args:
        kind: `report`, `explanation` and `calibration`, which `save` writes; and of a run folder
            `run` (manifest.json), `answer` (answer.json) and `row` (a row of
            the Parquet parts).

    Raises:
        OptionError: no such kind.

    >>> import assay
    >>> assay.schema("report")["properties"]["format"]
    {'const': 'assay.report/1'}
    """
    made: dict[str, Any] = _KINDS[one_of("kind", kind, _KINDS)]()
    return made
