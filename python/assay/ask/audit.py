"""Whether an explanation holds across the examples of a data set."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assay.audit.carry_out import carry_out
from assay.audit.configuration import Configuration, whole
from assay.audit.defaults import COMPARED, RANDOM_SETS, SHARD_ROWS
from assay.audit.inputs import Columns, read_rows
from assay.audit.progress import RowProgress
from assay.audit.result import Audit, opened
from assay.engine.arguments import checked
from assay.engine.errors import OptionError
from assay.models.facts import Target
from assay.models.model import Model


@checked
def audit(
    model: Model,
    texts: object,
    labels: str | Iterable[Any] | None = None,
    *,
    explanation: str | Iterable[Any] | None = None,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Any = None,
    resume: bool = True,
    rationales: str | Iterable[Any] | None = None,
    explanation_column: str | None = None,
    text_column: str = "text",
    pair_column: str | None = None,
    target: Target = None,
    checks: str | Sequence[str] = "default",
    seed: int = 0,
    method_options: Mapping[str, Any] | None = None,
    versus: str | Sequence[str] = (),
    compare: Sequence[str] | None = None,
    random_sets: int = RANDOM_SETS,
    truncate: bool = False,
    shard_rows: int = SHARD_ROWS,
    progress: RowProgress = None,
    compare_to: Audit | str | os.PathLike[str] | None = None,
    **options: Any,
) -> Audit:
    """Verify an explanation on every example of a data set and say whether it holds.

    A row that cannot be used (missing, empty, not text, too long) is reported in the result with
    its number and the reason; it neither stops the run nor disappears. Results do not depend on
    the number of workers, on the executor or on how often the run was interrupted.

    Args:
        model: from `assay.load`.
        texts: a list or any iterable of texts, (text, pair) tuples or records; a csv, tsv, jsonl
            or Parquet file; a pandas, pyarrow or polars table; a split of `datasets`; an ERASER
            jsonl file beside its `docs`.
        labels: gold labels, indices or names, one a row; or the name of their column.
        explanation: a method's name, by default the model's (`model.default_method`), or what
            another library made, one a row: whatever `assay.verify` takes as scores of tokens,
            words or spans (numbers, pairs, mappings, objects of shap, Captum, LIME, ferret, …).
        out: the run folder; without one nothing is stored and nothing can be resumed.
        workers: threads of this process, at most 1,024; by default one a processor. With an
            executor, how many shards to keep it busy with.
        executor: any `concurrent.futures.Executor`, or a `dask.distributed.Client`. The model
            goes to other processes as its path and hash, and is mapped there once.
        resume: go on with the run in `out`; if false, start over and remove its files.
        rationales: what a person marked, one a row: character spans, marks a word or strings; or
            the name of their column.
        explanation_column: where such scores are, in the place of `explanation`.
        text_column: where the text of a table or record is.
        pair_column: where the second text of a pair is.
        target: what to explain; by default the predicted class of each row.
        checks: `default`, `all` or names in `assay.checks()`.
        seed: keys every random draw; a row's own seed depends on it and on the row's number.
        method_options: options of the explanation method.
        versus: methods that are judged on every text as well, on the same evidence, and compared
            with the tested one text by text; each costs less than an audit of its own.
        compare: methods for the agreement matrix beside the references of the checks; by default
            `attention`, and `attention_rollout` where the model has it.
        random_sets: how many random sets of the highlighted set's size are removed beside it, at
            most 10,000.
        truncate: cut inputs that are too long instead of reporting them.
        shard_rows: how many rows a part of the run folder holds.
        progress: True for a bar, False for none, or a function of (rows done, rows in all); by
            default a bar where somebody can see it.
        compare_to: an audit of the same rows (of another model, map or setting), or its folder,
            which the page shows beside this one; `assay.beside` does it afterwards.
        **options: of the verdict and the checks: `alpha`, `epsilon`; `oracle="needed"` leaves the
            ceiling out, and with it the answer, for a third fewer passes.

    Raises:
        InputError: no data set, no such column, `out` is not a run's, or `compare_to` is no run
            of these rows.
        OptionError: no such method, check or option; or the run in `out` is of something else.
        UnsupportedModelError: the model lacks what was asked for.
        MissingExtraError: a library that only this needs is not installed.

    >>> import assay
    >>> texts = ["a gripping, beautifully acted film", "", "a dull film"]
    >>> a = assay.audit(assay.load("demo"), texts, labels=[1, 1, 0], progress=False)
    >>> len(a), a.errors
    (3, [(1, 'text: empty')])
    """
    if explanation is not None and explanation_column is not None:
        raise OptionError.of("explanation_column", "none beside `explanation`", "both")
    external = explanation_column is not None or not isinstance(explanation, str | None)
    explanation = model.default_method if explanation is None else explanation
    named = [versus] if isinstance(versus, str) else versus
    compared = [name for name in COMPARED if name in ("attention", model.default_method)]
    configuration = Configuration(
        explanation="external" if external else str(explanation),
        method_options=dict(method_options or {}),
        target=target,
        checks=checks if checks in ("default", "all")
        else (checks,) if isinstance(checks, str) else tuple(checks),
        seed=whole("seed", seed, 0),
        options=options,
        truncate=truncate,
        versus=tuple(name for name in dict.fromkeys(named) if name != explanation),
        compare=tuple(compared if compare is None else compare),
        random_sets=whole("random_sets", random_sets, 0, 10_000),
        shard_rows=whole("shard_rows", shard_rows, 1, 2**31),
    )  # fmt: skip
    configuration.check(model)
    other = None if compare_to is None else opened(compare_to)
    given = {"label": labels, "rationale": rationales}
    columns = {kind: one for kind, one in given.items() if isinstance(one, str)}
    data = read_rows(
        texts,
        model,
        columns=Columns(text=text_column, pair=pair_column, scores=explanation_column, **columns),
        labels=None if isinstance(labels, str) else labels,
        rationales=None if isinstance(rationales, str) else rationales,
        scores=None if isinstance(explanation, str) else explanation,
        target=target,
    )
    workers = None if workers is None else whole("workers", workers, 1)
    return carry_out(
        model, data, configuration,
        out=out, workers=workers, executor=executor, resume=resume, progress=progress,
        beside=other,
    )  # fmt: skip
