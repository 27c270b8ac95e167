"""Is this attention explanation real? Evidence, checks and a verdict.

>>> import assay
>>> model = assay.load("demo")
>>> report = assay.verify(model, "a gripping, beautifully acted film")
>>> report.verdict in ("trustworthy", "not trustworthy", "inconclusive")
True
"""

from assay._engine import get_num_threads, set_num_threads
from assay._errors import (
    AssayError,
    CancelledError,
    CheckpointError,
    InputError,
    InputTypeError,
    InternalError,
    MemoryBudgetError,
    ModelNotFoundError,
    NumericError,
    OptionError,
    ShapeError,
    TruncationWarning,
    UnsupportedModelError,
)
from assay._version import __version__
from assay.calibration import Calibration, calibrate
from assay.explanation import Explanation, WordScores, explain, explain_batch
from assay.intervention import Intervention
from assay.model import Model, Prediction, load
from assay.registry import build_info, checks, families, methods
from assay.report import Check, Condition, Report, verify
from assay.statistics import Agreement, Statistic, agreement, flow, rollout
from assay.text import Tokens
from assay.torch_models import from_torch

__all__ = [
    "Agreement",
    "AssayError",
    "Calibration",
    "CancelledError",
    "Check",
    "CheckpointError",
    "Condition",
    "Explanation",
    "InputError",
    "InputTypeError",
    "InternalError",
    "Intervention",
    "MemoryBudgetError",
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
    "UnsupportedModelError",
    "WordScores",
    "__version__",
    "agreement",
    "build_info",
    "calibrate",
    "checks",
    "explain",
    "explain_batch",
    "families",
    "flow",
    "from_torch",
    "get_num_threads",
    "load",
    "methods",
    "rollout",
    "set_num_threads",
    "verify",
]
