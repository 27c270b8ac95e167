"""Parts of a report in words: tokens by their spelling, rivals, and the repaired map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assay.inputs.tokens import Tokens
from assay.results.report import Report, Rival
from assay.show.blocks import number, words
from assay.show.explanation import spelling

#: Tokens that a sentence names before it only counts.
NAMED = 6


def spelled(tokens: Tokens, positions: Iterable[int]) -> str:
    """Return tokens as they stand in the text, joined where they touch, each letter once."""
    text, last = "", None
    for position in sorted(positions):
        piece, spaced = spelling(tokens, position)
        if tokens.shares_letter(position):
            if last is not None and last in _letter(tokens, position):
                last = position
                continue
            piece = tokens.covered(position).strip()
        text += piece if last == position - 1 and not spaced else f" {piece}"
        last = position
    return text.strip()


def _letter(tokens: Tokens, position: int) -> list[int]:
    """Return the tokens that a letter is spelled by, or the one token alone."""
    first = last = position
    while tokens.shares_letter(first):
        first -= 1
    while last + 1 < len(tokens) and tokens.shares_letter(last + 1):
        last += 1
    return list(range(first, last + 1))


def units(report: Report, positions: Iterable[int]) -> tuple[str, ...]:
    """Return positions as the report's units in quotes: tokens, or whole words and spans."""
    chosen = set(positions)
    found = {unit for unit in report.units if len(unit) > 1 and chosen & set(unit)}
    grouped = {one for unit in found for one in unit}
    found |= {
        tuple(place for place in _letter(report.tokens, one) if place in chosen)
        for one in chosen - grouped
    }
    return tuple(f"“{spelled(report.tokens, unit)}”" for unit in sorted(found))


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as a list in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"], "or"), listed([])
    ('a, b and c', 'a', '')
    """
    if len(names) > NAMED:
        return f"{', '.join(names[: NAMED - 1])} {last} {len(names) - NAMED + 1} others"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def rival(report: Report, one: Rival) -> str:
    """Return the spelling of a rival, in quotes."""
    return f"“{spelled(report.tokens, one.positions)}”"


def exclusivity(report: Report) -> str:
    """Say whether attention elsewhere would have done as well, and where; empty if unknown."""
    if report.exclusive is None:
        return ""
    if report.exclusive:
        return (
            "Exclusive: yes, attention on no other single token would have given the same answer."
        )
    where = listed([rival(report, one) for one in report.rivals], "or")
    return f"Exclusive: no, attention on {where} instead would have given nearly the same answer."


def is_exclusivity(sentence: str) -> bool:
    """Tell whether a sentence of the engine's is the one that `exclusivity` says with names."""
    return sentence.startswith(("Exclusive: ", "Not exclusive: "))


def repair(report: Report) -> tuple[tuple[str, str], ...]:
    """Return what the repaired map changes: the best set, idle tokens, and missing ones."""
    best = report.repaired
    if best is None:
        return ()
    share = "" if best.efficiency is None else f" (efficiency {number(best.efficiency, 2)})"
    same = set(best.positions) == set(report.highlighted)
    names = " ".join(units(report, best.positions))
    facts = [("best set found", "the highlighted one" + share if same else names + share)]
    if best.idle:
        facts.append(("highlighted, but idle", " ".join(units(report, best.idle))))
    if best.missing:
        facts.append(("important, but missing", " ".join(units(report, best.missing))))
    return tuple(facts)


def oracle(report: Report) -> str:
    """Say how the leave-one-out map fares under the same rule, as far as that was run."""
    found = report.oracle
    if found is None:
        return ""
    marks = " ".join(units(report, found.highlighted)) or "nothing"
    said = [f"leave-one-out marks {marks}"]
    if found.verdict is not None:
        said.append(f"under the same rule it is {found.verdict}")
    elif found.passes_removal is not None:
        said.append(f"it {'passes' if found.passes_removal else 'does not pass'} removal")
    efficiencies = [
        f"{words(name)} {number(value, 2)}"
        for name, value in found.efficiencies.items()
        if value is not None
    ]
    return "; ".join(said) + (f" ({', '.join(efficiencies)})" if efficiencies else "")
