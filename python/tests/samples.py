"""A report made by hand, in the form that the engine answers in."""

import re

import numpy as np

from assay.inputs.tokens import Tokens
from assay.results import report, storage

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


def record(text=SENTENCE, verdict="inconclusive", reason="partly_right", ladder=3):
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
    order = np.argsort(-attention)
    explained = np.flatnonzero(~tokens.special)
    highlighted = explained[order[: max(1, count // 3)]].tolist()

    def trial(statistic, efficiency):
        """The measures of one way of removing or exchanging the highlighted set."""
        return {
            "tvd": statistic / 2, "statistic": statistic, "efficiency": efficiency,
            "random_mean": 0.1, "best": 0.7, "best_set": highlighted[:1], "p_value": 0.01,
            "random": np.sort(draw.random(64) * 0.5).tolist(), "draws": 64,
        }  # fmt: skip

    operators = [
        {
            "operator": name, "outcome": "supports", "counted": i < 2, "breaks_text": i == 2,
            "leave_one_out": [0.1] * count, **trial(0.6 - i / 10, 0.9 - i / 10),
        }
        for i, name in enumerate(("delete", "mask", "replace"))
    ]  # fmt: skip
    others = [int(one) for one in explained if one not in highlighted] or highlighted
    pours = [
        {"to": [one], "tvd": float(t), "distance": 0.2}
        for one, t in zip(others, np.sort(draw.random(len(others)) * 0.5), strict=True)
    ]
    checks = {
        "gradient_agreement": check(
            "supports", "primary", "consistency", null=null | {"values": values},
            details={"independent": True, "references": [
                {"name": f"integrated_gradients from {name}", "efficiency": 0.6, "counted": True,
                 "dropped": "", "scores": np.abs(gradient).tolist()} for name in ("mean", "mask")
            ]},
            sentence="The map puts its weight where integrated gradients do.",
        ),
        "removal": check(
            "supports", "primary", "causal_relevance", null=null | {"values": values},
            details={"operators": operators, "held": [], "conflict": False,
                     "removed": highlighted, "unit": "total variation distance"},
            sentence="Taking the highlighted tokens away moves the prediction by 0.31.",
        ),
        "redirect": check(
            "supports", "primary", "counterfactual_robustness",
            details={"knock_out": 0.3, "pour_median": 0.2, "swap_median": 0.25, "pours": pours,
                     "placement": trial(0.4, 0.8)},
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
    return {
        "tokens": storage.tokens_record(tokens),
        "labels": ["negative", "positive"],
        "model": "demo",
        "edition": 2,
        "verdict": verdict,
        "reason": reason,
        "ladder": ladder,
        "weakest_link": "counterfactual_robustness",
        "strength": 0.6,
        "exclusive": False,
        "rivals": [{"positions": others[:1], "restored": 0.96, "distance": 0.2}],
        "repaired": {
            "positions": [*highlighted[1:], others[0]],
            "idle": highlighted[:1],
            "missing": others[:1],
            "efficiency": 1.0,
        },
        "oracle": {
            "verdict": None,
            "efficiencies": {"consistency": 0.97},
            "highlighted": highlighted[:1],
            "passes_removal": True,
        },
        "calibrated": False,
        "kind": "encoder, classes, up to 32 tokens",
        "granularity": "token",
        "units": [[int(one)] for one in explained],
        "sentences": [
            "The evidence does not decide whether the explanation is true.",
            "The map is right in part.",
            "See the repaired map: which highlighted tokens do nothing, which are missing.",
            "Not exclusive: attention on 1 other token instead would have given nearly the same "
            "answer.",
            "This holds for this model and this input.",
        ],
        "agreeing_kinds": 2,
        "target": 1,
        "probabilities": [0.028, 0.972],
        "logits": [-1.8, 1.75],
        "explanation": explanation(tokens, "attention_rollout", attention),
        "baseline": explanation(tokens, "integrated_gradients", gradient),
        "highlighted": highlighted,
        "conditions": {
            "consistency": {
                "outcome": "supported",
                "efficiency": 0.6,
                "reasons": ["Gradient methods agree: 0.62 of the best possible, p = 0.005."],
                "checks": ["gradient_agreement"],
            },
            "causal_relevance": {
                "outcome": "supported",
                "efficiency": 0.6,
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
    return report.report_of(record(*arguments, **options))
