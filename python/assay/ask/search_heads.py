"""Which head or layer explains best: chosen on one part of a data set, tested on the other."""

from __future__ import annotations

from collections.abc import Sequence

from assay.audit import inputs
from assay.audit.inputs import Columns
from assay.audit.rows import Row
from assay.engine.arguments import checked
from assay.engine.errors import InputError, one_of
from assay.engine.progress import Progress
from assay.engine.registry import methods
from assay.inputs.tokens import Tokens
from assay.models.facts import Target
from assay.models.model import Model
from assay.results import records
from assay.results.head_search import HeadSearch


@checked
def search_heads(
    model: Model,
    texts: object,
    *,
    reference: str = "leave_one_out",
    target: Target = None,
    seed: int = 0,
    text_column: str = "text",
    pair_column: str | None = None,
    progress: Progress = None,
) -> HeadSearch:
    """Find the head or layer whose attention lies where it matters, and test it on other texts.

    Half of the texts choose: the candidate of the highest mean lift wins. The other half tests
    it, so its result there is not flattered by the choice. Every candidate's own test is shown
    with Holm's correction for their number.

    Args:
        model: from `assay.load`.
        texts: a data set in any form that `assay.audit` takes.
        reference: a method's name whose magnitudes say which tokens matter.
        target: a class index, a label, a pair; by default the predicted class of each text.
        seed: keys the parts and all draws.
        text_column: where the text of a table or record is.
        pair_column: where the second text of a pair is.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        OptionError: no such method or target.
        InputError: fewer than eight texts can be used.
        UnsupportedModelError: the model has no attention or no classes.

    >>> import assay
    >>> texts = ["a gripping film", "a dull mess", "a fine cast in a thin story"] * 4
    >>> found = assay.search_heads(assay.load("demo"), texts)
    >>> found.selection, found.test, len(found.candidates)
    (6, 6, 10)
    """
    one_of("reference", reference, methods())
    columns = Columns(text=text_column, pair=pair_column)
    items, errors = _usable(model, inputs.read_rows(texts, model, columns=columns))
    if not items:
        raise InputError.of("texts", "some that can be used", "none")
    asked = {"reference": reference, "target": model.target_index(target), "seed": seed}
    found = model.call("search_heads", items, asked, progress=progress)
    found |= {
        "chosen": found["candidates"][0],
        "passes": found["cost"]["forwards"],
        "reference": reference,
        "errors": errors,
        "seed": seed,
    }
    return records.read(HeadSearch, found)


def _usable(model: Model, rows: Sequence[Row]) -> tuple[list[Tokens], tuple[tuple[int, str], ...]]:
    items: list[Tokens] = []
    errors: list[tuple[int, str]] = []
    for row in rows:
        try:
            if row.error is not None:
                raise InputError(row.error)
            tokens = model.tokenize(row.input)
            if int((~tokens.special).sum()) < 2:
                raise InputError("text: expected two or more tokens to tell apart")
            items.append(tokens)
        except InputError as error:
            errors.append((row.number, str(error)))
    return items, tuple(errors)
