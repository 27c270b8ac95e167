"""Does agreement persist across examples? One test over the data set, and a paragraph that says.

Z = sum lift_i / sqrt(sum Var_i) with the permutation variance of each example (METHODS section
6). For agreement with gradients to hold it must hold with every gradient reference, so the
smallest Z decides and needs no correction (an intersection-union test).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from assay.document import number

GRADIENTS = ("saliency", "input_x_gradient", "integrated_gradients")
LEVEL = 0.05


def data_set_test(
    lifts: Sequence[float | None], variances: Sequence[float | None]
) -> dict[str, Any]:
    """Return Z, its one-sided normal p, and how often lift was above 0.

    Examples whose lift is undefined or cannot vary (a flat map) count for nothing.

    >>> data_set_test([0.5, 0.7, None], [0.04, 0.05, None])["z"]
    4.0
    """
    pairs = [
        (value, variance)
        for value, variance in zip(lifts, variances, strict=True)
        if value is not None and variance is not None and variance > 0
    ]
    result: dict[str, Any] = {"n": len(pairs), "undefined": len(lifts) - len(pairs)}
    if not pairs:
        return result | {"mean_lift": None, "z": None, "p_value": None, "above_chance": None}
    z = math.fsum(value for value, _ in pairs) / math.sqrt(math.fsum(v for _, v in pairs))
    return result | {
        "mean_lift": math.fsum(value for value, _ in pairs) / len(pairs),
        "z": round(z, 12),
        "p_value": 0.5 * math.erfc(z / math.sqrt(2)),
        "above_chance": sum(1 for value, _ in pairs if value > 0) / len(pairs),
    }


def judged(tests: Mapping[str, Mapping[str, Any]], supports: Mapping[str, Any] | None) -> str:
    """Return `persists`, `selected cases`, `about half`, `chance` or `undecided`.

    `supports` is the share of examples in which agreement was supported, with its interval.
    """
    zs = [tests[name] for name in GRADIENTS if name in tests and tests[name]["z"] is not None]
    if not zs or supports is None or supports["share"] is None:
        return "undecided"
    weakest = min(zs, key=lambda one: float(one["z"]))
    if weakest["p_value"] > LEVEL:
        return "chance"
    if supports["low"] > 0.5:
        return "persists"
    return "selected cases" if supports["high"] < 0.5 else "about half"


def paragraph(answer: Mapping[str, Any]) -> str:
    """Say whether agreement persists, in words and with the numbers that it rests on."""
    examined = answer["examined"]
    if not examined:
        return "No example could be examined, so nothing can be said."
    judgement = answer["persistence"]
    tests = [answer["data_set_test"].get(name) for name in GRADIENTS]
    defined = [one for one in tests if one and one["z"] is not None]
    supports = answer["outcomes"]["conditions"]["consistency"].get("supported")
    lead = {
        "persists": "Agreement persists: it is not confined to selected examples.",
        "selected cases": "Agreement holds only in selected cases.",
        "about half": "Agreement is more than chance over the data set, but whether most single "
        "examples show it is open.",
        "chance": "Over the data set the maps agree with gradients no better than chance.",
        "undecided": "Whether agreement persists cannot be decided.",
    }[judgement]
    sentences = [lead]
    trusted = answer["outcomes"]["verdicts"]["trustworthy"]
    untrue = answer["outcomes"]["verdicts"]["not trustworthy"]
    verdict = f"trustworthy in {_share(trusted)} and not trustworthy in {_share(untrue)}"
    if judgement == "persists" and trusted["high"] < 0.5:
        sentences.append(f"That is not enough to trust the maps: the full verdict is {verdict}.")
    else:
        sentences.append(f"The full verdict is {verdict}.")
    if supports and supports["share"] is not None:
        sentences.append(
            f"The consistency condition is supported in {_share(supports)} of {examined:,} "
            "examples."
        )
    if defined:
        weakest = min(defined, key=lambda one: float(one["z"]))
        sentences.append(
            f"Over all of them the weakest of {len(defined)} gradient references gives "
            f"Z = {number(weakest['z'], 1)} ({_p(weakest['p_value'])}); the mean lift is "
            f"{number(weakest['mean_lift'])}, where 0 is chance and 1 is all mass on the "
            f"reference's top token, and {weakest['above_chance']:.0%} of examples lie above "
            "chance."
        )
    bands = [
        band
        for band in answer["by_confidence"]
        if band["consistency_supported"]["share"] is not None
    ]
    if len(bands) > 1:
        low = min(bands, key=lambda band: float(band["consistency_supported"]["share"]))
        high = max(bands, key=lambda band: float(band["consistency_supported"]["share"]))
        sentences.append(
            f"Support runs from {low['consistency_supported']['share']:.0%} (confidence "
            f"{_range(low)}) to {high['consistency_supported']['share']:.0%} (confidence "
            f"{_range(high)})."
        )
    accuracy = answer["removal"].get("accuracy")
    if accuracy and accuracy["removed"]["mean"] is not None:
        sentences.append(
            f"Accuracy is {accuracy['before']['mean']:.1%}; without the highlighted tokens it is "
            f"{accuracy['removed']['mean']:.1%}, without as many random ones "
            f"{accuracy['random']['mean']:.1%}."
        )
    return " ".join(sentences)


def _share(one: Mapping[str, Any]) -> str:
    if one["share"] is None:
        return "none"
    digits = 1 if one["share"] < 0.1 else 0
    return f"{one['share']:.{digits}%} [{one['low']:.{digits}%}, {one['high']:.{digits}%}]"


def _range(band: Mapping[str, Any]) -> str:
    return f"{band['from']:.2f} to {band['to']:.2f}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {number(value)}"
