"""An audit's answer as blocks: for a terminal, for a notebook, and between a page's figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assay.audit.result import Audit
from assay.show import audit_standing
from assay.show.blocks import (
    Banner,
    Block,
    Curve,
    Document,
    Heading,
    Paragraph,
    Table,
    Tone,
    number,
    probability,
)

#: What the answer over a data set is called, and its tone.
ANSWERS: dict[str | None, tuple[str, Tone]] = {
    "trustworthy": ("Can be trusted on this model", "good"),
    "not trustworthy": ("Cannot be trusted on this model", "bad"),
    "open": ("Not decided by these texts", "unsure"),
    "no ceiling": ("Cannot be told", "unsure"),
    None: ("Nothing was examined", "unsure"),
}
#: Rows in error that are listed one by one in a summary.
LISTED_ERRORS = 20


def audit_document(audit: Audit) -> Document:
    """Return the whole answer as blocks."""
    answer, manifest = audit.answer, audit.manifest
    return Document(
        (
            banner(answer, manifest),
            *audit_standing.blocks(answer),
            *outcomes(answer),
            *statistics(answer),
            *data_set_test(answer),
            *removal(answer),
            *agreement(answer),
            *groups(answer),
            *plausibility(answer),
            *extremes(answer),
            *errors(answer),
            *provenance(manifest),
        )
    )


def banner(answer: Mapping[str, Any], manifest: Mapping[str, Any]) -> Banner:
    """Return what to see first: whether the map can be trusted, in one sentence."""
    title, tone = ANSWERS[answer["answer"]]
    method = _title(manifest["configuration"]["explanation"])
    bad = len(answer["errors"])
    counted = f"{answer['examined']:,} of {answer['rows']:,} examples, {method}"
    missing = manifest["data"]["rows"] - answer["rows"]
    if missing:
        counted += f"; the run is not finished, {missing:,} are still to come"
    if bad:
        counted += f"; {bad:,} could not be used and are listed"
    return Banner(tone, title, answer["sentences"][0], (f"{counted}.",))


def outcomes(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield verdicts, conditions and reasons with their intervals."""
    yield Heading("Verdicts")
    found = answer["outcomes"]
    rows = [("verdict", name, *share(one)) for name, one in found["verdicts"].items()]
    for condition, values in found["conditions"].items():
        rows += [(_title(condition), name, *share(one)) for name, one in values.items()]
    rows += [("reason", _title(name), *share(one)) for name, one in found["reasons"].items()]
    shown = [row for row in rows if row[2] != "0" or row[0] == "verdict"]
    yield Table(tuple(shown), ("of", "outcome", "examples", "share", "95 % interval"))


def statistics(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield each check's outcomes and the distribution of its statistic."""
    yield Heading("Checks")
    rows = []
    for name, one in answer["statistics"].items():
        supports = answer["outcomes"]["checks"][name]["supports"]
        contradicts = answer["outcomes"]["checks"][name]["contradicts"]
        middle, spread = "none", "none"
        if one["n"]:
            quantiles = one["quantiles"]
            interval = f"[{number(one['median_low'])}, {number(one['median_high'])}]"
            middle = f"{number(one['median'])} {interval}"
            spread = f"{number(quantiles['0.25'])} to {number(quantiles['0.75'])}"
        rows.append(
            (_title(name), share(supports)[1], share(contradicts)[1], middle, spread,
             str(one["undefined"]))
        )  # fmt: skip
    header = ("check", "supports", "contradicts", "median [95 %]", "middle half", "undefined")
    yield Table(tuple(rows), header)


def data_set_test(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the test over all rows against each reference."""
    yield Heading("One test over the data set")
    shown = {one["sentence"] for part in ("standings", "pairs") for one in answer[part]}
    said = [one for one in answer["sentences"] if one not in shown]
    yield Paragraph(" ".join(said))
    rows = tuple(
        (_title(name), f"{one['n']:,}", number(one["mean_lift"]), number(one["z"], 1),
         probability(one["p_value"]),
         "none" if one["above_chance"] is None else f"{one['above_chance']:.0%}")
        for name, one in answer["data_set_test"].items()
    )  # fmt: skip
    yield Table(rows, ("reference", "examples", "mean lift", "Z", "one-sided", "above chance"))
    yield Paragraph(
        "Lift: 0 is what the map's weights reach placed at random, 1 puts all of them on the "
        "reference's top token. Z adds lift over the examples and divides by what chance spreads.",
        muted=True,
    )


def removal(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield what becomes of predictions when K or random sets of its size are deleted."""
    found = answer["removal"]
    yield Heading("Without the highlighted tokens")
    rows = []
    if "accuracy" in found:
        one = found["accuracy"]
        rows.append(("accuracy", *(percent(one[k]) for k in ("before", "removed", "random"))))
    stays = found["prediction_stays"]
    rows.append(("prediction stays", "100%", percent(stays["removed"]), percent(stays["random"])))
    yield Table(tuple(rows), ("", "whole text", "without K", "without random tokens"))
    for name, one in answer["curves"].items():
        doing = "removing" if name == "comprehensiveness" else "keeping"
        yield Curve(
            tuple(one["fractions"]),
            tuple(one["observed"]),
            tuple(one["random_mean"]),
            tuple(one["random_low"]),
            tuple(one["random_high"]),
            f"{_title(name)}: drop of the predicted probability, {doing} the top share of tokens; "
            f"mean of {one['n']:,} examples, band: what random orders reach in one",
        )


def agreement(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the mean agreement between methods as numbers."""
    found = answer["agreement"]
    yield Heading("Method by method")
    names = [_title(name) for name in found["methods"]]
    for kind, words in (
        ("kendall", "Kendall's tau"),
        ("lift", "lift of the row's map in the column's"),
    ):
        rows = tuple(
            (name, *(number(value, 2) for value in values))
            for name, values in zip(names, found[kind]["mean"], strict=True)
        )
        yield Table(rows, (words, *names))


def groups(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield outcomes by confidence, and by whether the model was right."""
    yield Heading("Confidence and accuracy")
    named = [
        (f"confidence {band['from']:.2f} to {band['to']:.2f}", band)
        for band in answer["by_confidence"]
    ]
    named += [(f"prediction {name}", one) for name, one in answer["by_correctness"].items()]
    rows = tuple(
        (name, f"{one['n']:,}", *map(audit_standing.short, one["verdicts"].values()),
         audit_standing.short(one["consistency_supported"]))
        for name, one in named
    )  # fmt: skip
    verdicts = ("trustworthy", "inconclusive", "not trustworthy")
    yield Table(rows, ("examples with", "number", *verdicts, "consistency supported"))


def plausibility(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield agreement with what people marked, if they did."""
    found = answer["plausibility"]
    if not found:
        return
    yield Heading("Against human rationales")
    rows = tuple(
        (name.upper() if name == "auprc" else _title(name), str(one["n"]), percent(one))
        for name, one in found.items()
    )
    yield Table(rows, ("measure", "examples", "mean"))
    yield Paragraph("Looking right to people is no part of any verdict.", muted=True)


def extremes(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the most and the least trustworthy examples."""
    for key, title in (
        ("most_trustworthy", "Most trustworthy"),
        ("least_trustworthy", "Least trustworthy"),
    ):
        yield Heading(title)
        yield Table(
            tuple(
                (str(one["row"]), one["verdict"], _title(one["reason"]), _cut(one["text"]))
                for one in answer[key]
            ),
            ("row", "verdict", "reason", "text"),
        )


def errors(answer: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the rows that could not be used."""
    found: Sequence[Mapping[str, Any]] = answer["errors"]
    if not found:
        return
    yield Heading(f"Rows that could not be used: {len(found):,}")
    listed = found[:LISTED_ERRORS]
    yield Table(tuple((str(one["row"]), one["error"]) for one in listed), ("row", "reason"))
    if len(found) > len(listed):
        more = len(found) - len(listed)
        yield Paragraph(f"And {more:,} more, in the answer's errors.", muted=True)


def provenance(manifest: Mapping[str, Any]) -> Iterator[Block]:
    """Yield how the run was made."""
    yield Heading("How this was made")
    configuration = manifest["configuration"]
    rows = [
        ("model", f"{manifest['model']['name']}, hash {manifest['model']['hash']}"),
        ("data", f"{manifest['data']['rows']:,} rows, hash {manifest['data']['hash'][:16]}…"),
        ("explanation", _title(configuration["explanation"])),
        ("checks", ", ".join(configuration["checks"]) if isinstance(configuration["checks"], list)
         else configuration["checks"]),
        ("seed", str(configuration["seed"])),
        ("random sets", str(configuration["random_sets"])),
        ("engine", f"assay {manifest['engine']['version']}, "
         f"{manifest['engine']['instruction_set']} instructions"),
    ]  # fmt: skip
    rows += [(f"option {_title(n)}", str(v)) for n, v in configuration["method_options"].items()]
    rows += [(f"option {_title(n)}", str(v)) for n, v in configuration["options"].items()]
    yield Table(tuple(rows))


def share(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """Write a share as its count, its value and its interval."""
    if one["share"] is None:
        return str(one["count"]), "none", ""
    return f"{one['count']:,}", f"{one['share']:.1%}", f"{one['low']:.1%} to {one['high']:.1%}"


def percent(one: Mapping[str, Any]) -> str:
    """Write a mean with its interval in one cell."""
    if one["mean"] is None:
        return "none"
    return f"{one['mean']:.1%} [{one['low']:.1%}, {one['high']:.1%}]"


def _cut(text: str, limit: int = 70) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _title(name: str) -> str:
    return name.replace("_", " ")
