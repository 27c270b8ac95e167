"""A report made by hand, in the form that the engine answers in."""

import re

import numpy as np

from assay import report, storage
from assay.tokens import Tokens

SENTENCE = "a gripping, beautifully acted film that never lets go of you"


def tokens_of(text, special=True):
    """Split at spaces and punctuation but keep tags whole, as a stand-in for a tokenizer."""
    spans = [match.span() for match in re.finditer(r"<[^>]*>|\w+|[^\w\s]", text)]
    edge = [(0, 0)] if special else []
    spans = [*edge, *spans, *edge]
    count = len(spans)
    marks = np.zeros(count, bool)
    if special:
        marks[[0, -1]] = True
    words = np.where(marks, -1, np.cumsum(~marks) - 1)
    pieces = [text[start:end] for start, end in spans]
    if special:
        pieces[0], pieces[-1] = "[CLS]", "[SEP]"
    return Tokens(
        ids=np.arange(count, dtype=np.int32),
        pieces=tuple(pieces),
        special=marks,
        words=words.astype(np.int32),
        offsets=np.array(spans, np.int32),
        types=np.zeros(count, np.int32),
        text=text,
    )


def explanation(tokens, method, scores, **extra):
    explained = np.flatnonzero(~tokens.special).astype(np.int32)
    return {
        "method": method,
        "target": 1,
        "options": {"layer": -1, "head_fusion": "mean"},
        "seed": 0,
        "scores": np.asarray(scores, np.float32),
        "positions": explained,
        "cost": {"forwards": 1, "backwards": 0},
        **extra,
    }


def check(outcome, role, condition, **extra):
    return {
        "outcome": outcome,
        "role": role,
        "condition": condition,
        "claim": "The tokens that the map ranks first matter to the prediction.",
        "limits": "That other tokens do not matter as well.",
        "hypothesis": "The weights stand at random places.",
        "source": "DeYoung et al. 2020",
        "sentence": "Found as one would expect if the map were real.",
        "statistic": 0.62,
        "effect": 0.41,
        "p_value": 0.005,
        "p_min": 0.005,
        "null": None,
        "seed": 0,
        "cost": {"forwards": 40, "backwards": 0},
        "details": {},
        **extra,
    }


def record(text=SENTENCE, verdict="inconclusive", reason="not_unique", ladder=3):
    """Return what the engine answers to `verify`, with the tokens beside it."""
    tokens = tokens_of(text)
    count = int((~tokens.special).sum())
    draw = np.random.default_rng(3)
    attention = draw.dirichlet(np.full(count, 0.5))
    gradient = 0.6 * attention + 0.4 * draw.dirichlet(np.full(count, 0.5))
    gradient[draw.integers(count)] *= -1
    null = {"name": "the map permuted", "draws": 999, "mean": 0.02, "sd": 0.21}
    values = draw.normal(0.02, 0.21, 999)
    curve = {
        "fractions": [0.0, 0.05, 0.1, 0.2, 0.5],
        "observed": [0.0, 0.18, 0.34, 0.52, 0.61],
        "random_mean": [0.0, 0.04, 0.09, 0.18, 0.4],
        "random_low": [0.0, 0.0, 0.01, 0.05, 0.2],
        "random_high": [0.0, 0.12, 0.22, 0.37, 0.58],
    }
    kinds = ("knock_out", "pour", "swap")
    redirections = [
        {"kind": kinds[min(i, 2)], "to": [1 + i % count], "tvd": float(t)}
        for i, t in enumerate(np.sort(draw.random(min(count, 9)) * 0.5)[::-1])
    ]
    operators = [
        {
            "operator": name,
            "outcome": "supports",
            "tvd": 0.2 + i / 10,
            "lift": 0.7 - i / 10,
            "leave_one_out": [0.1] * count,
        }
        for i, name in enumerate(("delete", "mask", "replace"))
    ]
    checks = {
        "gradient_agreement": check(
            "supports", "primary", "consistency", null=null | {"values": values},
            details={"ceiling": 0.83, "dropped": []},
            sentence="The map puts its weight where three gradient methods put theirs.",
        ),
        "removal": check(
            "supports", "primary", "causal_relevance",
            details={"operators": operators, "conflict": False},
            sentence="Taking the highlighted tokens away moves the prediction by 0.31.",
        ),
        "redirect": check(
            "inconclusive", "primary", "counterfactual_robustness", p_value=None, p_min=None,
            details={"redirections": redirections, "minimum": 0.01, "median": 0.21},
            sentence="Most other placements change the prediction; pouring onto “film” does not.",
        ),
        "comprehensiveness": check(
            "supports", "supporting", "causal_relevance", details={"curves": curve}
        ),
        "uniform": check(
            "not applicable", "descriptive", "counterfactual_robustness", statistic=None,
            effect=None, p_value=None, p_min=None, sentence="", cost={},
        ),
    }  # fmt: skip
    order = np.argsort(-attention)
    return {
        "tokens": storage.tokens_record(tokens),
        "labels": ["negative", "positive"],
        "model": "demo",
        "verdict": verdict,
        "reason": reason,
        "ladder": ladder,
        "weakest_link": "redirect",
        "sentences": [
            "The map names tokens that the prediction depends on, but attention elsewhere would "
            "have done as well.",
            "Read the highlighted tokens as sufficient, not as the only possible ones.",
            "This holds for this model and this input.",
        ],
        "agreeing_kinds": 2,
        "target": 1,
        "probabilities": [0.028, 0.972],
        "logits": [-1.8, 1.75],
        "explanation": explanation(tokens, "attention_rollout", attention),
        "baseline": explanation(tokens, "integrated_gradients", gradient),
        "highlighted": np.flatnonzero(~tokens.special)[order[: max(1, count // 3)]].tolist(),
        "conditions": {
            "consistency": {
                "outcome": "supported",
                "reasons": ["Gradient methods agree: 0.62 of the best possible, p = 0.005."],
                "checks": ["gradient_agreement"],
            },
            "causal_relevance": {
                "outcome": "supported",
                "reasons": ["Removing the highlighted tokens matters under all three operators."],
                "checks": ["removal", "comprehensiveness"],
            },
            "counterfactual_robustness": {
                "outcome": "inconclusive",
                "reasons": ["One alternative placement leaves the prediction as it was."],
                "checks": ["redirect", "uniform"],
            },
        },
        "checks": checks,
        "thresholds": {"epsilon": 0.05, "alpha": 0.05, "supported": 0.5, "contradicted": 0.1},
        "provisional": True,
        "seed": 0,
        "instruction_set": "v3",
        "version": "0.1.0",
        "with_special": {"verdict": "inconclusive", "reason": "sinks"},
    }


def sample(*arguments, **options):
    """Return the report of such a record."""
    return report.from_record(record(*arguments, **options))
