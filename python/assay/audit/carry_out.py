"""A run from its data to its answer, in memory or in a run folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import Any

from assay.audit.answer import answer_of
from assay.audit.beside import require_same_rows, texts_of
from assay.audit.columns import empty
from assay.audit.configuration import Configuration
from assay.audit.examination import RowRecord
from assay.audit.manifest import manifest
from assay.audit.progress import RowProgress, counting
from assay.audit.result import Audit
from assay.audit.rows import Row
from assay.audit.run_files import ANSWER, REPORT
from assay.audit.run_folder import RunFolder
from assay.audit.runner import Shard, run
from assay.engine.extras import extra
from assay.models.model import Model


def carry_out(
    model: Model,
    data: Sequence[Row],
    configuration: Configuration,
    *,
    out: str | os.PathLike[str] | None,
    workers: int | None,
    executor: Any,
    resume: bool,
    progress: RowProgress,
    beside: Audit | None = None,
) -> Audit:
    """Examine what is not done yet, and write down what all of it says.

    Raises:
        InputError: the run `beside`, which the page shows as well, is of other rows.
    """
    described = manifest(model, data, configuration)
    if beside is not None:  # before hours of work, not after them
        require_same_rows("compare_to", [(row.text, row.pair) for row in data], texts_of(beside))
    if out is None:
        kept: dict[int, list[RowRecord]] = {}
        _work(model, data, configuration, set(), kept.__setitem__, workers, executor, progress)
        records = tuple(record for _, part in sorted(kept.items()) for record in part)
        return Audit(
            answer=answer_of(records, configuration),
            configuration=configuration,
            manifest=described,
            folder=None,
            beside=beside,
            _records=records,
        )
    extra("pyarrow.parquet", "a run folder")
    with RunFolder(out) as folder:
        folder.begin(described, resume=resume)
        done = folder.finished([len(part) for part in _parts(data, configuration)])

        def store(shard: int, records: list[RowRecord]) -> None:
            folder.add(shard, records, configuration)

        _work(model, data, configuration, done, store, workers, executor, progress)
        result = Audit(
            answer=answer_of(folder.records(list(empty(configuration))), configuration),
            configuration=configuration,
            manifest=described,
            folder=folder.path,
            recomputed=folder.damaged,
            beside=beside,
        )
        text = json.dumps(result.answer, ensure_ascii=False, indent=1, allow_nan=False)
        folder.files.write({ANSWER: text + "\n", REPORT: result.to_html()})
        return result


def _work(
    model: Model,
    data: Sequence[Row],
    configuration: Configuration,
    done: set[int],
    store: Callable[[int, list[RowRecord]], None],
    workers: int | None,
    executor: Any,
    progress: RowProgress,
) -> None:
    """Examine every shard that is not done yet and hand its records to `store`."""
    parts = list(_parts(data, configuration))
    shards = (
        Shard(index, model, part, configuration)
        for index, part in enumerate(parts)
        if index not in done
    )
    before = sum(len(parts[index]) for index in done)
    with ExitStack() as stack:
        advance = stack.enter_context(counting(progress, before, len(data)))
        results = run(shards, workers=workers, executor=executor, done=advance)
        for index, records in stack.enter_context(closing(results)):
            store(index, records)


def _parts(data: Sequence[Row], configuration: Configuration) -> Iterator[Sequence[Row]]:
    for start in range(0, len(data), configuration.shard_rows):
        yield data[start : start + configuration.shard_rows]
