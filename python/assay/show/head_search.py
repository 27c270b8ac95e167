"""A search for the best head as blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.results.head_search import Candidate, HeadSearch
from assay.show.blocks import Banner, Document, Heading, Paragraph, Table, number, probability


def head_search_document(found: HeadSearch) -> Document:
    """Return the blocks of a search."""
    chosen = found.chosen
    better = found.difference_low is not None and found.difference_low > 0
    interval = f"[{number(found.difference_low)}, {number(found.difference_high)}]"
    return Document(
        (
            Banner(
                "good" if better else "unsure",
                chosen.name.capitalize(),
                f"Chosen on {found.selection:,} texts; on {found.test:,} others its lift is "
                f"{number(chosen.test_lift)}, that of the average over all layers and heads "
                f"{number(found.average_lift)}.",
                (
                    f"The difference is {number(found.difference)} {interval}, "
                    f"{probability(found.difference_p)} one-sided; one of "
                    f"{number(found.detectable)} would have been seen four times in five.",
                    f"Lift is against {found.reference.replace('_', ' ')}: 0 is chance, 1 all mass "
                    "on its top token.",
                ),
            ),
            Heading("All candidates"),
            Table(
                tuple(_rows(found.candidates)),
                ("candidate", "lift, choosing", "lift, testing", "Z", "one-sided", "corrected"),
            ),
            Paragraph(
                f"Corrected for {len(found.candidates)} candidates (Holm 1979). "
                f"{len(found.errors)} rows could not be used.",
                muted=True,
            ),
        )
    )


def _rows(candidates: Sequence[Candidate]) -> Iterator[tuple[str, ...]]:
    for one in candidates:
        yield (
            one.name,
            number(one.selection_lift),
            number(one.test_lift),
            number(one.z, 1),
            probability(one.p_value),
            probability(one.corrected),
        )
