"""The best partition of pieces into candidates, against all of them."""

from itertools import combinations, product

import numpy as np
import pytest

from app.partitions import best_path, marginals

MEMBERS = np.array([row for row in product([False, True], repeat=4) if 1 <= sum(row) <= 2])
"""Four strokes and all candidates of one or two of them."""


def partitions(free: frozenset[int], sets: list[frozenset[int]]) -> list[list[frozenset[int]]]:
    if not free:
        return [[]]
    return [
        [group, *rest]
        for group in sets
        if min(free) in group and group <= free
        for rest in partitions(free - group, sets)
    ]


def test_the_best_path_is_the_best_of_all_partitions(rng: np.random.Generator) -> None:
    sets = [frozenset(c) for size in (1, 2, 3) for c in combinations(range(6), size)]
    members = np.array([[i in group for i in range(6)] for group in sets])
    for _ in range(20):
        scores = rng.normal(0, 2, (2, len(sets)))
        best = dict(zip(sets, scores.max(axis=0), strict=True))
        sums = [sum(best[s] for s in p) for p in partitions(frozenset(range(6)), sets)]
        found = best_path(members, scores)
        assert found.score == pytest.approx(max(sums))
        own = [scores[int(d < 0), c] for c, d in zip(found.chosen, found.odds, strict=True)]
        assert sum(own) == pytest.approx(found.score)
        firsts = [members[c].argmax() for c in found.chosen]
        assert firsts == sorted(firsts), "from left to right"
        total = dict(zip(sets, np.logaddexp(*scores), strict=True))
        sums = [sum(total[s] for s in p) for p in partitions(frozenset(range(6)), sets)]
        assert found.log_total == pytest.approx(np.logaddexp.reduce(sums))


def test_of_too_many_ways_the_best_are_followed(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.partitions.MOST_STATES", 8)
    sets = [frozenset(c) for size in (1, 2, 3) for c in combinations(range(8), size)]
    members = np.array([[i in group for i in range(8)] for group in sets])
    exact, found = 0.0, 0.0
    for _ in range(5):
        scores = rng.normal(0, 2, (2, len(sets)))
        best = dict(zip(sets, scores.max(axis=0), strict=True))
        exact += max(sum(best[s] for s in p) for p in partitions(frozenset(range(8)), sets))
        found += best_path(members, scores).score
    assert 0.8 * exact < found <= exact + 1e-9


def choices(members: np.ndarray) -> list[list[int]]:
    """All ways to take candidates so that each stroke is in one of them."""
    count = len(members)
    taken = (np.flatnonzero(choice) for choice in product([0, 1], repeat=count))
    return [list(some) for some in taken if (members[some].sum(axis=0) == 1).all()]


def test_the_sum_goes_over_every_partition_as_digits_and_as_marks(
    rng: np.random.Generator,
) -> None:
    scores = rng.normal(0, 1, (2, len(MEMBERS)))
    terms, used = [], []
    for chosen in choices(MEMBERS):
        for kinds in product([0, 1], repeat=len(chosen)):
            terms.append(sum(scores[kind, c] for kind, c in zip(kinds, chosen, strict=True)))
            used.append(np.zeros_like(scores))
            used[-1][list(kinds), chosen] = 1
    shares = np.exp(terms) / np.exp(terms).sum()
    likely, log_total = marginals(MEMBERS, scores)
    assert log_total == pytest.approx(np.log(np.exp(terms).sum()))
    assert likely == pytest.approx(np.einsum("p,pkc->kc", shares, np.array(used)))


def test_how_likely_candidates_are_is_the_gradient_of_the_sum(rng: np.random.Generator) -> None:
    small = 1e-5
    scores = rng.normal(0, 1, (2, len(MEMBERS)))
    gradient = np.zeros_like(scores)
    for place in np.ndindex(*scores.shape):
        step = np.zeros_like(scores)
        step[place] = small
        more, less = (marginals(MEMBERS, scores + sign * step)[1] for sign in (1, -1))
        gradient[place] = (more - less) / (2 * small)
    assert marginals(MEMBERS, scores)[0] == pytest.approx(gradient, abs=1e-6)
