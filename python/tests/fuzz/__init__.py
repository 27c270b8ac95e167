"""Spoiled input without end: whatever it is, only an AssayError may come of it.

A target is a file `fuzz_WHAT.py` with a function `run(seconds, seed)` that returns a line of
figures and raises `FindingError` where something else came. Each case is drawn from (seed, number)
alone, so the line of a finding is enough to see it again. `python -m fuzz` runs all of them.
"""

import copy
import json
import random
import time

#: What stands where something else should.
VALUES = [
    None, True, False, 0, 1, -1, 7, 2**31, 2**32, 2**63, 2**70, 0.5, -0.5, 1e-45, -1e300,
    float("inf"), float("nan"), "", "x", "supports", "[UNK]", "<b>", "\0", "\ud800", "🙂",
    "9" * 50, [], {}, [0], [None], ["a", "b"], [[1, 2], [3]], {"a": 1}, {"values": [None]},
    {"type": "Whitespace"}, [[[[[[[[]]]]]]]],
]  # fmt: skip


class FindingError(AssertionError):
    """What a target has found: which case, and what came of it."""


def cases(seconds, seed, first=0):
    """Yield (number, random) until the time is up, at least one."""
    until = time.monotonic() + seconds
    number = first
    while number == first or time.monotonic() < until:
        yield number, random.Random(f"{seed} {number}")
        number += 1


def places(value, path=()):
    """Yield the path of everything inside a record, of a long list only its beginning."""
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    inside = pairs[: 40 if isinstance(value, dict) else 8]
    for key, item in inside:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def mutated(record, draw, changes=(1, 1, 2), values=VALUES):
    """Return a copy of a record with a few of its values replaced or gone."""
    result = copy.deepcopy(record)
    known = list(places(record))
    for _ in range(draw.choice(changes)):
        *path, last = draw.choice(known)
        try:
            inner = result
            for key in path:
                inner = inner[key]
            if draw.random() < 0.2:
                del inner[last]
            else:
                inner[last] = copy.deepcopy(draw.choice(values))
        except (LookupError, TypeError):  # an earlier change took the place away
            continue
    return result


def spoiled(data, draw):
    """Return bytes with a few bits flipped, or the beginning of them; of none, one."""
    if not data:
        return b"{"
    result = bytearray(data)
    if draw.random() < 0.1:
        return bytes(result[: draw.randrange(len(result))])
    for _ in range(draw.choice((1, 1, 3))):
        result[draw.randrange(len(result))] ^= 1 << draw.randrange(8)
    return bytes(result)


def mutated_json(data, draw, **options):
    """Return a JSON file with other values, or with other bits."""
    if draw.random() < 0.25:
        return spoiled(data, draw)
    try:
        record = json.loads(data)
    except ValueError:  # spoiled before
        record = None
    if not isinstance(record, dict | list) or not record:
        return spoiled(data, draw)
    return json.dumps(mutated(record, draw, **options)).encode()


def line(what, counts, seconds):
    """Return the figures of a target."""
    listed = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return f"{what}: {sum(counts.values()):,} cases in {seconds:.0f} s: {listed}"
