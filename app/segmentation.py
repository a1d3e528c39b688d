"""Which strokes make which digit: candidates, their scores, and the best path through them.

Every small set of strokes near each other is a candidate for a digit, or for a mark that is none
(a dash, a slash). A partition of a line into candidates scores the sum of theirs, each a weighted
sum of what the network says and of the geometry, all lengths in line heights. The weights make
it a segmental conditional random field (S. Sarawagi, W. Cohen, "Semi-Markov conditional random
fields for information extraction", 2004), trained by `training/segment.py`, so that the
probability of the best partition among all is known too. Strokes are taken from left to right but
a candidate need not be a run of them, so that a bar may come late and boxes may overlap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.pieces import Piece, cuts, distances, find_lines, line_height, strike

Floats = NDArray[np.float64]
Pieces = tuple[Piece, ...]
Score = Callable[[Sequence[Pieces]], NDArray[np.float32]]
"""n groups of pieces to (n, 10) probabilities, all low for what is no digit."""

ACCEPTED = 0.5
"""The probability from which on a digit is named and no longer doubted."""
MOST_STROKES = 4
REACH = 0.3
"""Strokes of a digit are at most so far from the next of them, in line heights."""
WIDEST, HIGHEST = 1.7, 1.8
"""Digits of several strokes are at most so wide and so high, in line heights."""
MOST_CANDIDATES = 8
"""Of the candidates with several strokes that a stroke is in, so many are scored."""
TOUCH = 0.08
"""Strokes closer than that touch, in line heights."""

WIDE = 0.5
"""A doubted stroke may run through several digits if it is wider, in line heights."""
LONG = 1.5
"""So long, in line heights, at least."""
STRAIGHT = 0.9
"""Chord over length from which on a part of a stroke is straight."""
SURE = 6.0
"""Log odds beyond which a part reads no better."""
LEFT_OUT = 1.0
"""What it costs to leave out a line between two digits, per line height of its length."""
DOT = 0.2
"""Marks at most so large, in line heights, are dots: they part no numbers."""
SPACE, SPACE_RATIO = 0.9, 2.5
"""A gap parts numbers from so many line heights on and so many times the usual gap."""
USUAL_GAP = 0.5
"""Between two digits where there are no others, in line heights."""
USUAL_LEAN = 0.2
"""Of a 1, to the right, in radians."""

STROKES = np.log(
    np.array(
        [
            [0.95, 0.86, 0.96, 0.96, 0.35, 0.2, 0.96, 0.2, 0.92, 0.93],
            [0.04, 0.13, 0.03, 0.03, 0.63, 0.78, 0.03, 0.78, 0.07, 0.06],
            [0.005, 0.01, 0.005, 0.005, 0.015, 0.015, 0.005, 0.015, 0.005, 0.005],
            [0.002, 0.002, 0.002, 0.002, 0.004, 0.004, 0.002, 0.004, 0.002, 0.002],
        ]
    )
)
"""How likely it is that a digit (column) has 1 to 4 strokes (row), as pen digits tell."""

WEIGHTS_OF = {
    "overlap": -1.84,
    "digit": -2.50,
    "digit: log p": 2.79,
    "digit: doubt": 0.51,
    "digit: strokes": 1.38,
    "digit: wide": -3.14,
    "digit: low": -2.18,
    "digit: height": -2.58,
    "digit: below": -4.29,
    "digit: beside": -6.24,
    "digit: bar beside": 0.74,
    "mark": -4.47,
    "mark: log 1 - p": 0.00,
    "mark: no 1": -3.23,
    "mark: height": 0.50,
    "mark: tall": 0.82,
    "mark: width": -4.71,
    "mark: flat": 1.96,
    "mark: off the middle": -4.44,
    "mark: dot": -0.42,
    "mark: lean": 13.08,
    "mark: oblique": -0.43,
    "mark: bow": 5.41,
    "mark: below": 2.98,
    "mark: crossing": 4.55,
    "mark: strokes": -2.97,
    "mark: apart": -6.66,
    "mark: near": -2.43,
    "mark: touch": -1.16,
}
"""Of what speaks for a candidate as a digit, or as a mark; see `_features`."""
FEATURES = tuple(WEIGHTS_OF)
WEIGHTS = np.array(list(WEIGHTS_OF.values()))


class Candidates(NamedTuple):
    """The candidates of one line.

    Attributes:
        members: (c, n) bool, which of the n pieces each candidate has; pieces go from left to
            right.
        probabilities: (c, 10), what the network says.
        features: (2, c, f), for each as a digit and as a mark.
    """

    members: NDArray[np.bool_]
    probabilities: NDArray[np.float32]
    features: Floats


@dataclass(frozen=True)
class Group:
    """Pieces that make a digit, or a mark that is none.

    Attributes:
        pieces: from left to right.
        digit: whether it is meant to be a digit.
        line: the number of its line, from 0.
        probabilities: (10,), what the network says.
        spaced: whether a gap, or a mark, parts it from what is to its left.
    """

    pieces: Pieces
    digit: bool
    line: int
    probabilities: NDArray[np.float32]
    spaced: bool = False

    @property
    def low(self) -> Floats:
        """Left and top in canvas pixels."""
        low: Floats = np.min([piece.low for piece in self.pieces], axis=0)
        return low

    @property
    def high(self) -> Floats:
        """Right and bottom in canvas pixels."""
        high: Floats = np.max([piece.high for piece in self.pieces], axis=0)
        return high

    @property
    def size(self) -> Floats:
        return self.high - self.low

    @property
    def middle(self) -> float:
        """x of the middle of its box."""
        return float(self.low[0] + self.high[0]) / 2

    def parts(self, a: Group, b: Group, height: float) -> bool:
        """Whether it is a mark between two digits, neither a bar in one nor a bit of its top."""
        covered = max(a.high[0] - self.low[0], 0) + max(self.high[0] - b.low[0], 0)
        between = a.middle < self.middle < b.middle and covered <= 0.5 * max(self.size[0], 1)
        off = abs((self.low + self.high - (a.low + a.high + b.low + b.high) / 2)[1]) / 2
        return bool(between and off < 0.3 * height)


def from_left(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces in the order of their middles from left to right."""
    return sorted(pieces, key=lambda piece: piece.middle)


def candidates(pieces: Sequence[Piece], score: Score) -> Candidates:
    """The candidates of a line, whose pieces go from left to right."""
    height = line_height(pieces)
    apart = distances(pieces, height)
    members = _members(pieces, apart, height)
    groups = [tuple(pieces[i] for i in np.flatnonzero(row).tolist()) for row in members]
    probabilities = score(groups)
    return Candidates(
        members, probabilities, _features(pieces, members, probabilities, apart, height)
    )


def _members(pieces: Sequence[Piece], apart: Floats, height: float) -> NDArray[np.bool_]:
    """(c, n): every piece alone, and the closest sets of up to `MOST_STROKES` near each other."""
    count = len(pieces)
    low, high = _boxes(pieces)
    sets = {frozenset([i]): 0.0 for i in range(count)}
    last = dict(sets)
    for _ in range(MOST_STROKES - 1):
        grown: dict[frozenset[int], float] = {}
        for members, cost in last.items():
            inside = list(members)
            nearest = apart[inside].min(axis=0)
            for j in np.flatnonzero(nearest < REACH):
                wider = members | {int(j)}
                if int(j) in members or wider in grown:
                    continue
                all_of = list(wider)
                size = high[all_of].max(axis=0) - low[all_of].min(axis=0)
                if size[0] < WIDEST * height and size[1] < HIGHEST * height:
                    # What lies above or within each other belongs together rather.
                    beside = size[0] - (high[all_of, 0] - low[all_of, 0]).max()
                    grown[wider] = cost + float(nearest[j]) + beside / height + 0.2
        sets.update(grown)
        last = grown
    kept = set(sets)
    for i in range(count):
        with_i = sorted((cost, sorted(s)) for s, cost in sets.items() if i in s and len(s) > 1)
        kept -= {frozenset(s) for _, s in with_i[MOST_CANDIDATES:]}
    rows = np.zeros((len(kept), count), bool)
    for row, group in zip(rows, sorted(kept, key=sorted), strict=True):
        row[list(group)] = True
    return rows


def _boxes(pieces: Sequence[Piece]) -> tuple[Floats, Floats]:
    return np.array([p.low for p in pieces]), np.array([p.high for p in pieces])


def _features(
    pieces: Sequence[Piece],
    members: NDArray[np.bool_],
    probabilities: NDArray[np.float32],
    apart: Floats,
    height: float,
) -> Floats:
    """(2, c, f): each candidate as a digit and as a mark."""
    low, high = _boxes(pieces)
    inside = members[:, :, None]
    group_low = np.where(inside, low, np.inf).min(axis=1)
    group_high = np.where(inside, high, -np.inf).max(axis=1)
    width, tall = ((group_high - group_low) / height).T
    counts = members.sum(axis=1)
    widest = np.where(members, high[:, 0] - low[:, 0], 0).max(axis=1) / height
    # Each piece's way to the nearest other one of its group.
    pairs = np.where(members[:, :, None] & members[:, None], apart, np.inf).min(axis=2)
    way = np.where(members & (counts > 1)[:, None], np.minimum(pairs, REACH), 0).sum(axis=1)
    shared = np.minimum(group_high[:, None, 0], high[:, 0]) - np.maximum(
        group_low[:, None, 0], low[:, 0]
    )
    narrower = np.minimum(width[:, None], (high[:, 0] - low[:, 0]) / height)
    overlap = np.clip(shared / height / np.maximum(narrower, 0.15), 0, 1)
    overlap = np.where(members, 0, overlap).sum(axis=1)
    touch = (members.astype(float) @ (apart < TOUCH) * ~members).sum(axis=1)
    outside = np.where(members[:, :, None] & ~members[:, None], apart, 0.3).min(axis=(1, 2))
    near = 0.3 - np.minimum(outside, 0.3)
    best = np.clip(probabilities.max(axis=1).astype(np.float64), 0.1, 1 - 1e-4)
    beside = np.where(counts > 1, width - widest, 0)
    labels = probabilities.argmax(axis=1)
    ratio = np.log(np.maximum(tall, 0.05))
    one = np.ones(len(members))
    shapes = _shapes(pieces, height)
    lean, steep, bow = np.where(inside & (counts == 1)[:, None, None], shapes, 0).sum(axis=1).T
    other = np.delete(probabilities, 1, axis=1).max(axis=1)
    crossing = np.array([_is_cross(pieces, np.flatnonzero(row)) for row in members])
    flat = tall < 0.3 * width
    upright = (high - low)[:, 1] > 0.5 * height
    foot = float(np.median(high[upright, 1]))
    below = np.maximum((group_high[:, 1] - foot) / height, 0)
    middle = (foot + float(np.median(low[upright, 1]))) / 2
    digit = [
        one,
        np.log(best),
        np.maximum(np.log(0.5 / best), 0),
        STROKES[counts - 1, labels] * (counts > 1),
        np.maximum(width - 0.9, 0),
        np.maximum(0.7 - tall, 0),
        ratio**2,
        below,
        beside,
        beside * ((labels == 5) | (labels == 7)),
    ]
    mark = [
        one,
        np.log(1 - best),
        other,
        ratio**2 * (tall < 1),
        np.maximum(tall - 1, 0),
        width,
        flat,
        flat * np.maximum(np.abs((group_low + group_high)[:, 1] / 2 - middle) / height - 0.2, 0),
        np.maximum(width, tall) < 0.2,
        lean * (tall > 0.6),
        steep * (tall > 0.6),
        bow * (tall > 0.6),
        below * (tall < 0.6),
        crossing,
        counts - 1,
        way,
        near,
        touch,
    ]
    nothing = np.zeros_like(one)
    as_digit = np.stack([overlap, *digit, *[nothing] * len(mark)], axis=1)
    as_mark = np.stack([overlap, *[nothing] * len(digit), *mark], axis=1)
    return np.stack([as_digit, as_mark])


def _is_cross(pieces: Sequence[Piece], members: NDArray[np.intp]) -> bool:
    """Whether a group is two strokes that cross in the middle of both."""
    if len(members) != 2:
        return False
    a, b = (pieces[i].points for i in members)
    at = np.unravel_index(np.square(a[:, None] - b).sum(axis=2).argmin(), (len(a), len(b)))
    return all(0.25 < index / len(a) < 0.75 for index in at)


def _shapes(pieces: Sequence[Piece], height: float) -> Floats:
    """(n, 3) for straight pieces how far they lean to the right, in radians, and how much farther
    than what is straight on the line usually does; for others whether they are a bow.
    """
    leans = np.full(len(pieces), np.nan)
    bows = np.zeros(len(pieces))
    for i, piece in enumerate(pieces):
        a, b = piece.points[0], piece.points[-1]
        chord = float(np.hypot(*(a - b)))
        if chord < 0.75 * piece.length or not chord:
            continue
        across = (piece.points - a) @ np.array([b[1] - a[1], a[0] - b[0]]) / chord**2
        middle = np.abs(across).argmax() / len(across)
        if np.abs(across).max() < 0.08:
            right, down = (b - a) * np.sign(b[1] - a[1] or 1)
            leans[i] = np.arctan2(-right, down)
        elif min(-across.min(), across.max()) < 0.03:
            bows[i] = float(0.3 < middle < 0.7)
    upright = [lean for lean, p in zip(leans, pieces, strict=True) if p.size[1] > 0.5 * height]
    upright = [lean for lean in upright if np.isfinite(lean)]
    usual = sorted([USUAL_LEAN, *upright])[len(upright) // 2]
    lean = np.nan_to_num(leans)
    return np.stack([lean, np.maximum(lean - usual - 0.1, 0) * (lean != 0), bows], axis=1)


class Partition(NamedTuple):
    """The best partition of a line: candidates with whether each is a digit, left to right."""

    chosen: list[tuple[int, bool]]
    score: float
    log_total: float
    """Logarithm of the sum of exp(score) of all partitions."""


def best_path(members: NDArray[np.bool_], scores: Floats) -> Partition:
    """The partition with the best sum of scores, by dynamic programming.

    A state is the set of pieces that are used up; each step takes a candidate with the leftmost
    piece that is left. `scores` is (2, c), of candidates as digits and as marks.
    """
    masks = [sum(1 << int(i) for i in np.flatnonzero(row)) for row in members]
    as_digit = scores[0] >= scores[1]
    best, total = scores.max(axis=0).tolist(), np.logaddexp(*scores).tolist()
    everything = (1 << members.shape[1]) - 1
    steps = _steps(masks)
    # Bits fill up from the lowest, so that in this order all ways into a state come before it.
    states: dict[int, tuple[float, float, int, int]] = {0: (0.0, 0.0, -1, 0)}
    by_lowest: dict[int, list[int]] = {0: [0]}
    for bit in range(members.shape[1]):
        for state in by_lowest.pop(bit, []):
            value, summed, _, _ = states[state]
            for c in steps[bit]:
                if state & masks[c]:
                    continue
                new = state | masks[c]
                candidate = (value + best[c], summed + total[c], c, state)
                old = states.get(new)
                if old is None:
                    by_lowest.setdefault(_lowest_free(new), []).append(new)
                    states[new] = candidate
                else:
                    both = _log_add(old[1], candidate[1])
                    better = candidate if candidate[0] > old[0] else old
                    states[new] = (better[0], both, better[2], better[3])
    chosen: list[tuple[int, bool]] = []
    state = everything
    while state:
        _, _, c, before = states[state]
        chosen.append((c, bool(as_digit[c])))
        state = before
    value, log_total, _, _ = states[everything]
    return Partition(chosen[::-1], value, log_total)


def _steps(masks: Sequence[int]) -> dict[int, list[int]]:
    """The candidates by their lowest piece."""
    steps: dict[int, list[int]] = {}
    for c, mask in enumerate(masks):
        steps.setdefault((mask & -mask).bit_length() - 1, []).append(c)
    return steps


def _lowest_free(state: int) -> int:
    return (~state & (state + 1)).bit_length() - 1


def _log_add(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


class Segmentation(NamedTuple):
    """What a drawing consists of.

    Attributes:
        groups: the digits in reading order.
        certainty: the probability of this partition among all, 0 to 1.
    """

    groups: list[Group]
    certainty: float


def segment(pieces: Sequence[Piece], score: Score) -> Segmentation:
    """The digits of a drawing; where it has none, all of it as one. Scratches come first."""
    pieces, scratches = strike(pieces)
    if not pieces:
        return Segmentation([], 1.0)
    groups: list[Group] = []
    log_certainty = 0.0
    for number, line in enumerate(find_lines(pieces)):
        on_line, partition = _read_line([pieces[i] for i in line], scratches, score)
        groups += [replace(group, line=number) for group in on_line]
        log_certainty += partition.score - partition.log_total
    whole = Group(tuple(from_left(pieces)), True, 0, np.zeros(10, np.float32))
    used = sum(len(group.pieces) for group in groups)
    # Two circles are an 8 rather than two lines, a flat stroke beside a digit its bar.
    odd = used != len(pieces) or any(group.line or _doubted(group) for group in groups)
    if not groups or (odd and _is_close(pieces)):
        whole = replace(whole, probabilities=score([whole.pieces])[0])
        if not groups or not _doubted(whole):
            return Segmentation([whole], 1.0)
    # Whatever else a lone stroke might be, it would be read as a digit all the same.
    certain = len(pieces) == len(groups) == 1
    return Segmentation(groups, 1.0 if certain else math.exp(min(log_certainty, 0)))


def _is_close(pieces: Sequence[Piece]) -> bool:
    """Whether there are no more strokes than a digit has, each near another one."""
    if len(pieces) > MOST_STROKES:
        return False
    whole = max(float(np.ptp([(p.low[1], p.high[1]) for p in pieces])), 1)
    apart = distances(pieces, whole)
    return bool((apart.min(axis=1) < REACH).all())


def _doubted(group: Group) -> bool:
    return bool(group.probabilities.max() < ACCEPTED)


def _read_line(
    pieces: Sequence[Piece], scratches: Sequence[Piece], score: Score
) -> tuple[list[Group], Partition]:
    """The digits of a line from left to right, with strokes split where that reads better."""
    groups, partition = _partition(pieces, score)
    height = line_height(pieces)
    tried: set[Hashable] = set()
    while doubted := [p for p in _long(groups, height) if p.key not in tried]:
        tried.add(doubted[0].key)
        rest = [p for p in pieces if p is not doubted[0]]
        for parts in _splits(doubted[0], height, score):
            other_groups, other = _partition([*rest, *parts], score)
            if other.score > partition.score:
                pieces, groups, partition = [*rest, *parts], other_groups, other
    return _spaced(groups, scratches, height), partition


def _long(groups: Sequence[Group], height: float) -> list[Piece]:
    """Strokes of doubted groups that are long enough to run through several digits."""
    doubted = [piece for group in groups if _doubted(group) for piece in group.pieces]
    return [p for p in doubted if p.size[0] > WIDE * height and p.length > LONG * height]


def _partition(pieces: Sequence[Piece], score: Score) -> tuple[list[Group], Partition]:
    """The groups of the best partition, from left to right."""
    pieces = from_left(pieces)
    found = candidates(pieces, score)
    partition = best_path(found.members, found.features @ WEIGHTS)
    groups = [
        Group(
            tuple(pieces[i] for i in np.flatnonzero(found.members[c])),
            digit,
            0,
            found.probabilities[c],
        )
        for c, digit in partition.chosen
    ]
    return sorted(groups, key=lambda group: group.middle), partition


def _splits(piece: Piece, height: float, score: Score) -> list[list[Piece]]:
    """Ways to part a stroke into digits: those where both parts, or one of them, read best.

    What joins two digits is left out where it is straight.
    """
    xy, places = cuts(piece)
    before = [Piece(piece.stroke, (piece.key, 0, i), xy[: i + 1]) for i in places]
    after = [Piece(piece.stroke, (piece.key, i), xy[i:]) for i in places]
    p = score([(part,) for part in before + after]).max(axis=1).astype(np.float64)
    values = np.clip(np.log(p) - np.log1p(-np.minimum(p, 1 - 1e-4)), -SURE, SURE)
    first, second = values[: len(places)], values[len(places) :]
    pairs = np.full((len(places), len(places)), -np.inf)
    for m, i in enumerate(places):
        for n, j in enumerate(places[m:], start=m):
            length = (before[n].length - before[m].length) / height
            if np.hypot(*(xy[j] - xy[i])) >= STRAIGHT * length * height and length < 1.5:
                pairs[m, n] = first[m] + second[n] - LEFT_OUT * length
    options = []
    for preferred in (pairs, pairs + second, pairs + first[:, None]):
        m, n = np.unravel_index(preferred.argmax(), preferred.shape)
        if (m, n) not in options:
            options.append((m, n))
    return [[before[m], after[n]] for m, n in options]


def _spaced(groups: Sequence[Group], scratches: Sequence[Piece], height: float) -> list[Group]:
    """The digits among the groups, told apart by marks and by gaps that no scratch fills."""
    digits = [group for group in groups if group.digit]
    marks = [group for group in groups if not group.digit and group.size.max() > DOT * height]
    gaps = [
        b.low[0] - a.high[0] - sum(s.size[0] for s in scratches if a.middle < s.middle < b.middle)
        for a, b in pairwise(digits)
    ]
    result = digits[:1]
    for index, (a, b) in enumerate(pairwise(digits)):
        others = gaps[:index] + gaps[index + 1 :]
        usual = max(float(np.median(others)), 0) if others else USUAL_GAP * height
        wide = gaps[index] > max(SPACE * height, SPACE_RATIO * usual)
        parted = any(mark.parts(a, b, height) for mark in marks)
        result.append(replace(b, spaced=wide or parted))
    return result
