"""The columns of a run's parts: the same names and types in every part of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from assay.audit.configuration import Configuration
from assay.engine.extras import extra
from assay.engine.registry import checks

CONDITIONS = ("consistency", "causal_relevance", "counterfactual_robustness")
#: What is stored of every judged map: what the rule made of it and of the leave-one-out map,
#: whether the text can tell maps apart, and whether the same weights at random are trusted.
JUDGED = (
    {"verdict": "string"}
    | dict.fromkeys(CONDITIONS, "string")
    | {f"{condition}_efficiency": "float64" for condition in CONDITIONS}
    | {"removal_efficiencies": "numbers", "oracle_verdict": "string"}
    | {f"oracle_{condition}": "string" for condition in CONDITIONS}
    | {"testable": "bool", "chance_trusted": "bool"}
)

_BEFORE = {
    "row": "int64",
    "text": "string",
    "pair": "string",
    "label": "string",
    "error": "string",
    "seed": "int64",
    "truncated": "bool",
    "verdict": "string",
    "reason": "string",
    "ladder": "int32",
    "agreeing_kinds": "int32",
    "predicted": "string",
    "confidence": "float64",
    "target": "string",
    "probability": "float64",
    "correct": "bool",
    "tokens": "int32",
    "highlighted": "int32",
}
_AFTER = {
    "agreement_kendall": "numbers",
    "agreement_lift": "numbers",
    "lift_variance": "numbers",
    "removed_same": "bool",
    "random_same": "float64",
    "removed_correct": "bool",
    "random_correct": "float64",
    "plausibility_auprc": "float64",
    "plausibility_token_f1": "float64",
    "plausibility_iou_f1": "float64",
    "curves": "named numbers",
    "report": "string",
}


def prefix(configuration: Configuration, judged: str) -> str:
    """Return what the columns of a judged map begin with: nothing for the tested one."""
    return "" if judged == configuration.explanation else f"{judged}_"


def check_names(configuration: Configuration) -> tuple[str, ...]:
    """Return the checks that a configuration runs, in the order of the registry."""
    return _selected(configuration.checks)


@cache
def _selected(chosen: str | tuple[str, ...]) -> tuple[str, ...]:
    """Ask the registry, which never changes, once for a selection."""
    return tuple(
        name
        for name, info in checks().items()
        if chosen == "all"
        or (info["default"] if chosen == "default" else name in chosen)
        or info["role"] == "primary"
    )


def names(configuration: Configuration) -> dict[str, str]:
    """Return the type of every column by name, in order."""
    judged = {
        prefix(configuration, one) + name: kind
        for one in configuration.judged()
        for name, kind in JUDGED.items()
    }
    measured = {
        f"{check}_{part}": kind
        for check in check_names(configuration)
        for part, kind in (("outcome", "string"), ("statistic", "float64"), ("p_value", "float64"))
    }
    return _BEFORE | judged | measured | _AFTER


def table(
    records: Sequence[Mapping[str, Any]], configuration: Configuration, facts: Mapping[str, str]
) -> Any:
    """Return records as an Arrow table; `facts` become its metadata.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    arrow = extra("pyarrow", "a run folder")
    types = {
        "int64": arrow.int64(),
        "int32": arrow.int32(),
        "float64": arrow.float64(),
        "string": arrow.string(),
        "bool": arrow.bool_(),
        "numbers": arrow.list_(arrow.float64()),
        "named numbers": arrow.map_(arrow.string(), arrow.list_(arrow.float64())),
    }
    columns = names(configuration)
    schema = arrow.schema(
        [(name, types[kind]) for name, kind in columns.items()], metadata=dict(facts)
    )
    arrays = [
        arrow.array([record.get(name) for record in records], types[kind])
        for name, kind in columns.items()
    ]
    return arrow.Table.from_arrays(arrays, schema=schema)


def empty(configuration: Configuration) -> dict[str, list[Any]]:
    """Return a list for every column but the reports, which stay in their parts."""
    return {name: [] for name in names(configuration) if name != "report"}
