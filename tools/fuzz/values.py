"""Values that programs forget, and how a sound record is spoiled by them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Numbers at the ends of what integers and floats of some width hold.
INTEGERS = (0, 1, -1, 2, 3, 7, 255, 2**15, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53, 2**63 - 1)
NUMBERS = (0.0, -0.0, 0.5, 1.0, -1.0, 1e-300, 1e300, 1.7e308, -1e18, 1e18, 3.4e38, 0.999999)
TEXTS = ("", "mean", "logits", "embedding", "blocks.0.attention.pattern", "a" * 300, "\0", "é")
DTYPES = ("<f4", "<f8", "<i4", "<i8")


def leaf(rng: random.Random) -> Any:
    """One value of any kind."""
    pick = rng.randrange(8)
    if pick < 2:
        return rng.choice(INTEGERS)
    if pick < 4:
        return rng.choice(NUMBERS)
    if pick == 4:
        return rng.choice(TEXTS)
    if pick == 5:
        return rng.choice((None, True, False))
    if pick == 6:
        return rng.choice(([], {}, [0, 0], [[]], {"ids": []}, [None], ["x", "x"]))
    return array(rng)


def array(rng: random.Random) -> NDArray[Any]:
    """One array, of any shape and of any numbers."""
    shape = [rng.choice((0, 1, 1, 2, 3, 5, 8)) for _ in range(rng.randrange(5))]
    numbers = np.array([spoilt_number(rng) for _ in range(int(np.prod(shape, dtype=int)))])
    with np.errstate(all="ignore"):
        return np.asarray(numbers.reshape(shape), rng.choice(DTYPES))


def spoilt_number(rng: random.Random) -> float:
    """A number for an array, which may be none."""
    if rng.random() < 0.7:
        return float(rng.randrange(-2, 12))
    return rng.choice((*NUMBERS, float("nan"), float("inf"), float("-inf"), 2.0**31, -5e9))


def spoilt_array(rng: random.Random, given: NDArray[Any]) -> NDArray[Any]:
    """An array like the given one, but for something."""
    made = np.array(given, copy=True)
    pick = rng.randrange(7)
    if pick < 3 and made.size:
        with np.errstate(all="ignore"):
            made.reshape(-1)[rng.randrange(made.size)] = np.asarray(
                spoilt_number(rng) if made.dtype.kind == "f" else rng.choice(INTEGERS[:10])
            ).astype(made.dtype)
        return made
    if pick == 3 and made.ndim:
        axis = rng.randrange(made.ndim)
        return np.ascontiguousarray(np.take(made, range(made.shape[axis] - 1), axis=axis))
    if pick == 4 and made.ndim:
        return np.concatenate([made, made])
    if pick == 5:
        return made.reshape([1, *made.shape]) if rng.random() < 0.5 else made.reshape(-1)
    with np.errstate(all="ignore"):
        return made.astype(rng.choice(DTYPES))


def spoil(rng: random.Random, record: Any) -> Any:
    """The record with one thing in it changed, at a place of any depth."""
    if isinstance(record, dict) and record and rng.random() < 0.85:
        key = rng.choice(list(record))
        changed = dict(record)
        pick = rng.random()
        if pick < 0.1:
            del changed[key]
        elif pick < 0.15:
            changed[rng.choice(("x", "seed", "threads", "options", "input"))] = leaf(rng)
        else:
            changed[key] = spoil(rng, record[key])
        return changed
    if isinstance(record, list) and record and rng.random() < 0.85:
        place = rng.randrange(len(record))
        pick = rng.random()
        if pick < 0.35:
            return [*record, record[place]]
        if pick < 0.5:
            return record[:place] + record[place + 1 :]
        return [*record[:place], spoil(rng, record[place]), *record[place + 1 :]]
    if isinstance(record, np.ndarray) and rng.random() < 0.9:
        return spoilt_array(rng, record)
    return leaf(rng)
