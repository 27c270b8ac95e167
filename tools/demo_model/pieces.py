"""Word pieces learned from word counts, the same from run to run.

`tokenizers`' own trainer breaks ties by the order of a hash table, which differs between runs; here
ties are broken by spelling.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise

PREFIX = "##"


def merged(first: str, second: str) -> str:
    """Two pieces of a word, joined."""
    return first + second.removeprefix(PREFIX)


def learn(counts: Mapping[str, int], size: int, least: int = 2) -> list[str]:
    """Learn at most `size` pieces: single characters, then the most frequent pair of pieces, again
    and again (Sennrich et al. 2016), as long as a pair occurs `least` times.

    Args:
        counts: how often each word occurs.
        size: how many pieces to learn at most.
        least: how often a pair must occur to become a piece.
    """
    words = sorted(counts)
    splits = [[word[0], *(PREFIX + letter for letter in word[1:])] for word in words]
    pairs: Counter[tuple[str, str]] = Counter()
    places: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for index, split in enumerate(splits):
        for pair in pairwise(split):
            pairs[pair] += counts[words[index]]
            places[pair].add(index)
    pieces = dict.fromkeys(sorted({piece for split in splits for piece in split}))
    queue = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(queue)
    while queue and len(pieces) < size:
        count, best = heapq.heappop(queue)
        if -count != pairs[best]:  # an entry from before the count changed
            continue
        if -count < least:
            break
        pieces[merged(*best)] = None
        changed: set[tuple[str, str]] = set()
        for index in sorted(places.pop(best)):
            weight = counts[words[index]]
            before, after = splits[index], join(splits[index], best)
            for pair in pairwise(before):
                pairs[pair] -= weight
                changed.add(pair)
            for pair in pairwise(after):
                pairs[pair] += weight
                places[pair].add(index)
                changed.add(pair)
            splits[index] = after
        for pair in changed:
            heapq.heappush(queue, (-pairs[pair], pair))
    return list(pieces)


def join(split: list[str], pair: tuple[str, str]) -> list[str]:
    """The pieces of a word with every occurrence of the pair joined, from the left."""
    result: list[str] = []
    position = 0
    while position < len(split):
        if tuple(split[position : position + 2]) == pair:
            result.append(merged(*pair))
            position += 2
        else:
            result.append(split[position])
            position += 1
    return result
