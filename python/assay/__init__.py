"""Is this attention explanation real? Evidence, checks and a verdict.

>>> import assay
>>> model = assay.load("demo")
>>> report = assay.verify(model, "a gripping, beautifully acted film")
>>> report.verdict in ("trustworthy", "not trustworthy", "inconclusive")
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from assay._engine import get_num_threads, set_num_threads
from assay._errors import (
    AssayError,
    CancelledError,
    CheckpointError,
    DataNotFoundError,
    InputError,
    InputTypeError,
    InternalError,
    MemoryBudgetError,
    MissingExtraError,
    ModelNotFoundError,
    NumericError,
    OptionError,
    ShapeError,
    TruncationWarning,
    UnsupportedModelError,
)
from assay._version import __version__

# The names that packages beside this file have as well, and which must not be shadowed by them when
# a module of such a package is imported later.
from assay.audit import audit
from assay.reproduce import reproduce

if TYPE_CHECKING:
    from assay.audit.result import Audit
    from assay.calibration import Calibration, calibrate
    from assay.classifier import AttentionClassifier
    from assay.comparison import Comparison, compare
    from assay.explanation import Explanation, WordScores, explain, explain_batch
    from assay.fine_tuning import TunedModel, fine_tune
    from assay.head_search import Candidate, HeadSearch, search_heads
    from assay.intervention import Intervention
    from assay.loading import load
    from assay.model import Model
    from assay.outside import black_box
    from assay.prediction import Prediction
    from assay.registry import build_info, checks, families, methods
    from assay.report import Check, Condition, Report, verify
    from assay.statistics import Agreement, Statistic, agreement, flow, rollout
    from assay.tokens import Tokens
    from assay.torch_models import from_torch

__all__ = [
    "Agreement",
    "AssayError",
    "AttentionClassifier",
    "Audit",
    "Calibration",
    "CancelledError",
    "Candidate",
    "Check",
    "CheckpointError",
    "Comparison",
    "Condition",
    "DataNotFoundError",
    "Explanation",
    "HeadSearch",
    "InputError",
    "InputTypeError",
    "InternalError",
    "Intervention",
    "MemoryBudgetError",
    "MissingExtraError",
    "Model",
    "ModelNotFoundError",
    "NumericError",
    "OptionError",
    "Prediction",
    "Report",
    "ShapeError",
    "Statistic",
    "Tokens",
    "TruncationWarning",
    "TunedModel",
    "UnsupportedModelError",
    "WordScores",
    "__version__",
    "agreement",
    "audit",
    "black_box",
    "build_info",
    "calibrate",
    "checks",
    "compare",
    "explain",
    "explain_batch",
    "families",
    "fine_tune",
    "flow",
    "from_torch",
    "get_num_threads",
    "load",
    "methods",
    "reproduce",
    "rollout",
    "search_heads",
    "set_num_threads",
    "verify",
]

# Modules are imported when one of their names is first used, so that `import assay` stays light.
# The imports under TYPE_CHECKING say the same to type checkers; a test compares the two.
_HOMES = {
    "audit.result": ("Audit",),
    "calibration": ("Calibration", "calibrate"),
    "classifier": ("AttentionClassifier",),
    "comparison": ("Comparison", "compare"),
    "explanation": ("Explanation", "WordScores", "explain", "explain_batch"),
    "fine_tuning": ("TunedModel", "fine_tune"),
    "head_search": ("Candidate", "HeadSearch", "search_heads"),
    "intervention": ("Intervention",),
    "loading": ("load",),
    "model": ("Model",),
    "outside": ("black_box",),
    "prediction": ("Prediction",),
    "registry": ("build_info", "checks", "families", "methods"),
    "report": ("Check", "Condition", "Report", "verify"),
    "statistics": ("Agreement", "Statistic", "agreement", "flow", "rollout"),
    "tokens": ("Tokens",),
    "torch_models": ("from_torch",),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"assay.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'assay' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
