"""What an audit was asked to do: everything that its results depend on, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay.audit.defaults import COMPARED, RANDOM_SETS, SHARD_ROWS
from assay.engine import disk, registry
from assay.engine.door import encode, plain
from assay.engine.errors import OptionError
from assay.models.facts import Target
from assay.models.model import Model
from assay.results import records


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """How every row is examined.

    Attributes:
        explanation: a method's name, or `external` for scores that came with the rows.
        method_options: its options.
        target: what is explained; by default the predicted class.
        checks: `default`, `all` or names.
        seed: what the row's seeds are made of.
        options: of the verdict and the checks.
        truncate: whether inputs that are too long are cut.
        versus: methods that are judged beside it on every text.
        compare: methods that the tested one is compared with.
        random_sets: how many random sets of K's size are removed.
        shard_rows: rows in a shard.
    """

    explanation: str = "attention_rollout"
    method_options: Mapping[str, Any] = field(default_factory=dict)
    target: Target = None
    checks: str | tuple[str, ...] = "default"
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    truncate: bool = False
    versus: tuple[str, ...] = ()
    compare: tuple[str, ...] = COMPARED
    random_sets: int = RANDOM_SETS
    shard_rows: int = SHARD_ROWS

    def row_seed(self, row: int) -> int:
        """Return the seed of a row, which depends on this seed and on the row's number alone.

        >>> Configuration(seed=0).row_seed(5) == Configuration(seed=0).row_seed(5)
        True
        """
        state = np.random.SeedSequence((self.seed, row)).generate_state(1, np.uint64)
        return int(state[0]) >> 11  # what every JSON reader keeps exactly

    def methods(self) -> tuple[str, ...]:
        """Return the names of the rows and columns of the agreement matrix."""
        named = (self.explanation, *self.compare, *registry.references())
        return tuple(dict.fromkeys(named))

    def judged(self) -> tuple[str, ...]:
        """Return the names of the judged maps, the tested one first."""
        return (self.explanation, *self.versus)

    def check(self, model: Model) -> None:
        """Find out before the first row whether all names exist.

        Raises:
            OptionError: an unknown method, check or target, or an option that no file can hold.
        """
        try:
            disk.json_of(encode(self._fields())[0])
        except ValueError as error:
            if isinstance(error, OptionError):
                raise
            raise OptionError(f"options: {error}", subject="options") from error
        known = registry.methods()
        for name in (self.explanation, *self.versus, *self.compare):
            if name not in known and (name != "external" or name in self.versus):
                raise OptionError.of("method", f"one of {', '.join(known)}", f"{name!r}")
        if not isinstance(self.checks, str):
            checks = registry.checks()
            for name in self.checks:
                if name not in checks:
                    raise OptionError.of(
                        "checks", f"default, all or names from {', '.join(checks)}", f"{name!r}"
                    )
        model.target_index(self.target)

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        record: dict[str, Any] = plain(self._fields())
        return record

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @staticmethod
    def from_dict(record: Mapping[str, Any]) -> Configuration:
        """Return the configuration of a manifest.

        Raises:
            InputError: the manifest holds something else.
        """
        return records.read(Configuration, record, "configuration")


def whole(name: str, value: object, least: int, most: int = 2**62) -> int:
    """Return a whole number of a range.

    Raises:
        OptionError: it is not.
    """
    fits = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not fits or not least <= int(value) <= most:  # type: ignore[call-overload]
        bound = f", at most {most}" if fits and int(value) > most else ""  # type: ignore[call-overload]
        raise OptionError.of(name, f"a whole number from {least} on{bound}", f"{value!r:.80}")
    return int(value)  # type: ignore[call-overload, no-any-return]
