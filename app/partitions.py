"""Partitions of pieces into candidates: the best one, and how likely it is among all.

Each candidate has a score as a digit and one as a mark that is none, and a partition has the sum of
its candidates' scores. That makes it a conditional random field (J. Lafferty, A. McCallum,
F. Pereira, 2001), which dynamic programming solves. Pieces are taken from left to right, but a
candidate need not be a run of them, so that a bar may come late and boxes may overlap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
State = int
"""The pieces that are used up, a bit for each, the leftmost first."""
Step = tuple[State, int, State]
"""A candidate, by its number, that leads from one state to another."""

MOST_STATES = 64
"""Writing leads to no more than a few with the same leftmost piece, scribbles to millions."""


class Partition(NamedTuple):
    """The best partition.

    Attributes:
        chosen: the numbers of its candidates, by their leftmost pieces.
        odds: of each to be a digit rather than a mark, as a logarithm.
        score: the sum of their scores.
        log_total: logarithm of the sum of exp(score) of all partitions.
    """

    chosen: list[int]
    odds: list[float]
    score: float
    log_total: float


def lattice(members: NDArray[np.bool_], best: Sequence[float]) -> list[Step]:
    """The steps of all partitions, those into a state before those out of it.

    Each takes a candidate with the leftmost piece that is left. Of too many states with the same
    leftmost piece left, only the best are followed.

    Args:
        members: (c, n) which pieces each candidate has; each piece is one alone, too.
        best: (c,) the better score of each.
    """
    masks = [sum(1 << int(i) for i in np.flatnonzero(row)) for row in members]
    of_lowest: dict[int, list[int]] = {}
    for c, mask in enumerate(masks):
        of_lowest.setdefault((mask & -mask).bit_length() - 1, []).append(c)
    values: dict[State, float] = {0: 0.0}
    waiting: dict[int, list[State]] = {0: [0]}
    steps: list[Step] = []
    for lowest in range(members.shape[1]):
        states = waiting.pop(lowest, [])
        if len(states) > MOST_STATES:
            states = sorted(states, key=lambda state: -values[state])[:MOST_STATES]
        for state in states:
            value = values[state]
            for c in of_lowest[lowest]:
                if state & masks[c]:
                    continue
                new = state | masks[c]
                if new not in values:
                    lowest_left = (~new & (new + 1)).bit_length() - 1
                    waiting.setdefault(lowest_left, []).append(new)
                    values[new] = -math.inf
                values[new] = max(values[new], value + best[c])
                steps.append((state, c, new))
    return steps


def best_path(members: NDArray[np.bool_], scores: Floats) -> Partition:
    """The partition with the best sum of scores.

    Args:
        members: (c, n) which pieces each candidate has; each piece is one alone, too.
        scores: (2, c) of the candidates as digits and as marks.
    """
    odds: list[float] = (scores[0] - scores[1]).tolist()
    best, total = scores.max(axis=0).tolist(), np.logaddexp(*scores).tolist()
    values: dict[State, float] = {0: 0.0}
    totals: dict[State, float] = {0: 0.0}
    came_from: dict[State, tuple[int, State]] = {}
    for state, c, new in lattice(members, best):
        value, summed = values[state] + best[c], totals[state] + total[c]
        if new not in values or value > values[new]:
            values[new], came_from[new] = value, (c, state)
        totals[new] = log_add(totals[new], summed) if new in totals else summed
    everything = (1 << members.shape[1]) - 1
    path: list[int] = []
    state = everything
    while state:
        c, state = came_from[state]
        path.insert(0, c)
    return Partition(path, [odds[c] for c in path], values[everything], totals[everything])


def marginals(members: NDArray[np.bool_], scores: Floats) -> tuple[Floats, float]:
    """How likely each candidate is in a partition as a digit and as a mark, (2, c), and the
    logarithm of the sum of exp(score) of all partitions; the arguments are those of `best_path`.
    """
    total: Floats = np.logaddexp(*scores)
    steps = lattice(members, scores.max(axis=0).tolist())
    everything = (1 << members.shape[1]) - 1
    forward: dict[State, float] = {0: 0.0}
    for state, c, new in steps:
        value = forward[state] + float(total[c])
        forward[new] = log_add(forward[new], value) if new in forward else value
    backward: dict[State, float] = {everything: 0.0}
    share = np.zeros(len(total))
    for state, c, new in reversed(steps):
        if new not in backward:  # it was not followed
            continue
        value = backward[new] + float(total[c])
        share[c] += math.exp(forward[state] + value - forward[everything])
        backward[state] = log_add(backward[state], value) if state in backward else value
    return share * np.exp(scores - total), forward[everything]


def log_add(a: float, b: float) -> float:
    """Logarithm of the sum of exp(a) and exp(b)."""
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
