"""Is this attention explanation real? Evidence, checks and a verdict.

>>> import assay
>>> model = assay.load("demo")
>>> report = assay.verify(model, "a gripping, beautifully acted film")
>>> report.verdict in ("trustworthy", "not trustworthy", "inconclusive")
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from assay._version import __version__
from assay.engine.door import get_num_threads, set_num_threads
from assay.engine.errors import (
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
from assay.reproduce import reproduce

if TYPE_CHECKING:
    from assay.ask.audit import audit
    from assay.ask.beside import beside
    from assay.ask.calibrate import calibrate
    from assay.ask.compare import compare
    from assay.ask.exhaustive import exhaustive_truth
    from assay.ask.explain import explain, explain_batch
    from assay.ask.explain_generation import explain_generation
    from assay.ask.head_view import head_view
    from assay.ask.samples import divergence, proportion, random_orders, separation
    from assay.ask.schema import schema
    from assay.ask.search_heads import search_heads
    from assay.ask.statistics import agreement, flow, rollout
    from assay.ask.verify import verify
    from assay.audit.beside import TwoRuns
    from assay.audit.result import Audit
    from assay.engine.registry import build_info, checks, families, methods
    from assay.inputs.tokens import Tokens
    from assay.models.black_box import black_box
    from assay.models.intervention import Intervention
    from assay.models.loading import load
    from assay.models.model import Model
    from assay.models.torch import from_torch
    from assay.results.calibration import Calibration
    from assay.results.comparison import Comparison
    from assay.results.exhaustive import Decision, DecisionPair, ExhaustiveTruth
    from assay.results.explanation import Explanation, WordScores
    from assay.results.generation import Generation
    from assay.results.head_search import Candidate, HeadSearch
    from assay.results.head_view import HeadRun, HeadView
    from assay.results.prediction import Prediction
    from assay.results.report import Check, Condition, Report
    from assay.results.samples import Agreement, Proportion, Separation, Statistic
    from assay.training.classifier import AttentionClassifier
    from assay.training.fine_tuning import TunedModel, fine_tune
    from assay.training.new_model import train

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
    "Decision",
    "DecisionPair",
    "ExhaustiveTruth",
    "Explanation",
    "Generation",
    "HeadRun",
    "HeadSearch",
    "HeadView",
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
    "Proportion",
    "Report",
    "Separation",
    "ShapeError",
    "Statistic",
    "Tokens",
    "TruncationWarning",
    "TunedModel",
    "TwoRuns",
    "UnsupportedModelError",
    "WordScores",
    "__version__",
    "agreement",
    "audit",
    "beside",
    "black_box",
    "build_info",
    "calibrate",
    "checks",
    "compare",
    "divergence",
    "exhaustive_truth",
    "explain",
    "explain_batch",
    "explain_generation",
    "families",
    "fine_tune",
    "flow",
    "from_torch",
    "get_num_threads",
    "head_view",
    "load",
    "methods",
    "proportion",
    "random_orders",
    "reproduce",
    "rollout",
    "schema",
    "search_heads",
    "separation",
    "set_num_threads",
    "train",
    "verify",
]

# Modules are imported when one of their names is first used, so that `import assay` stays light.
# The imports under TYPE_CHECKING say the same to type checkers; a test compares the two.
_HOMES = {
    "ask.audit": ("audit",),
    "ask.beside": ("beside",),
    "ask.calibrate": ("calibrate",),
    "ask.compare": ("compare",),
    "ask.exhaustive": ("exhaustive_truth",),
    "ask.explain": ("explain", "explain_batch"),
    "ask.explain_generation": ("explain_generation",),
    "ask.head_view": ("head_view",),
    "ask.samples": ("divergence", "proportion", "random_orders", "separation"),
    "ask.schema": ("schema",),
    "ask.search_heads": ("search_heads",),
    "ask.statistics": ("agreement", "flow", "rollout"),
    "ask.verify": ("verify",),
    "audit.beside": ("TwoRuns",),
    "audit.result": ("Audit",),
    "engine.registry": ("build_info", "checks", "families", "methods"),
    "inputs.tokens": ("Tokens",),
    "models.black_box": ("black_box",),
    "models.intervention": ("Intervention",),
    "models.loading": ("load",),
    "models.model": ("Model",),
    "models.torch": ("from_torch",),
    "results.calibration": ("Calibration",),
    "results.comparison": ("Comparison",),
    "results.exhaustive": ("Decision", "DecisionPair", "ExhaustiveTruth"),
    "results.explanation": ("Explanation", "WordScores"),
    "results.generation": ("Generation",),
    "results.head_search": ("Candidate", "HeadSearch"),
    "results.head_view": ("HeadRun", "HeadView"),
    "results.prediction": ("Prediction",),
    "results.report": ("Check", "Condition", "Report"),
    "results.samples": ("Agreement", "Proportion", "Separation", "Statistic"),
    "training.classifier": ("AttentionClassifier",),
    "training.fine_tuning": ("TunedModel", "fine_tune"),
    "training.new_model": ("train",),
}

# The room `audit` has the name of a function, which takes its place here. A room that was imported
# once is not put back.
import_module("assay.audit")
del globals()["audit"]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"assay.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'assay' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
