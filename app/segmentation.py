"""Which strokes make which digit: the best partition of each line, once what is drawn about it is
set aside, and whether it hangs together as writing does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.annotations import find_rings, written
from app.candidates import (
    MOST_CANDIDATES,
    MOST_STROKES,
    REACH,
    Candidates,
    Pieces,
    Score,
    candidates,
)
from app.dates import LIKELY, slashes
from app.groups import ACCEPTED, CERTAIN, Group, as_one, from_left, is_attached, spaced, untangled
from app.lines import find_lines
from app.partitions import Partition, best_path, log_add
from app.pieces import STRAIGHT, Piece, boxes, cuts, distances, line_height
from app.potentials import Potentials, of_ink

Floats = NDArray[np.float64]
WIDE = 0.5
"""A doubted stroke may run through several digits if it is wider, in line heights."""
MOST_SPLIT = 4
"""Of the strokes of a line, and of their parts, so many are tried to be split."""
LONG = 1.5
"""So long, in line heights, at least."""
CLOSED = 0.15
"""A stroke whose ends are so near, in line heights, leads back and not on to the next digit."""
SURE = 6.0
"""Log odds beyond which a part reads no better."""
LEFT_OUT = 0.3
"""What it costs to leave out a line between two digits, per line height of its length."""
LEAST = 1e-9
"""Probability that is taken in place of less: a stranger's network may give zeros alone."""
SENSE = 0.5
"""A line is taken for one thing where the probability that all of it is read rightly is less than
this to the power of its digits."""
MANY, MOST, TANGLED = 300, 3000, 3.0
"""More strokes on a line, or in all, are taken for one thing, which hardly ever looks like a digit;
and so are many where each overlaps more others in the mean than it would on a page of numbers."""
MOST_TO_SPLIT = 40
"""Where more strokes are on a line, none of them is split."""


class Line(NamedTuple):
    """What a line consists of.

    Attributes:
        groups: from left to right.
        score: that of its best partition.
        log_total: logarithm of the sum of exp(score) of all partitions.
    """

    groups: list[Group]
    score: float
    log_total: float

    @property
    def log_probability(self) -> float:
        """Logarithm of the probability of the best partition among all."""
        return self.score - self.log_total


def best_partition(found: Candidates, potentials: Potentials) -> Partition:
    """The best partition of a line into its candidates, as these potentials weigh them.

    What has a digit among several strokes is no mark, whatever they say.
    """
    scores = potentials(found.features)
    scores[1, _with_a_digit(found)] = -np.inf
    return best_path(found.members, scores)


def _with_a_digit(found: Candidates) -> NDArray[np.bool_]:
    """(c,) which candidates of several strokes have one that is named alone, and is no 1 as the
    strokes of a plus sign are.
    """
    one = found.members.sum(axis=1) == 1
    named = (np.delete(found.probabilities, 1, axis=1) >= ACCEPTED).any(axis=1)
    digits = found.members[one & named].any(axis=0)
    with_a_digit: NDArray[np.bool_] = ~one & (found.members & digits).any(axis=1)
    return with_a_digit


class Weighing(NamedTuple):
    """How the candidates of pieces, drawn or traced, are weighed, and how many there are at most of
    those with several pieces that a piece is in.
    """

    potentials: Potentials
    most: int = MOST_CANDIDATES


class Segmentation(NamedTuple):
    """What a drawing consists of.

    Attributes:
        groups: the digits in reading order.
        certainty: the probability of this partition among all, 0 to 1.
    """

    groups: list[Group]
    certainty: float


def segment(
    pieces: Sequence[Piece], score: Score, whole: Collection[Hashable] = ()
) -> Segmentation:
    """The digits of a drawing; where it has none, all of it as one, and so a line that reads as
    nothing likely. Scratches come first.

    The pieces with the keys in `whole` are not parted.
    """
    if len(pieces) > MOST or (len(pieces) > MANY and _is_tangle(pieces)):
        return Segmentation([as_one(pieces, score)], 1.0)
    pieces, strikes = written(pieces)
    if not pieces:
        return Segmentation([], 1.0)

    def read(some: Sequence[Piece]) -> Segmentation:
        return segment_lines(some, find_lines(some), score, Weighing(of_ink()), whole, strikes)

    return beyond_rings(pieces, read)


def beyond_rings(
    pieces: Sequence[Piece], read: Callable[[Sequence[Piece]], Segmentation]
) -> Segmentation:
    """What is read of pieces without the rings round numbers; a ring round anything else, as round
    the eyes of a face, is one of them.
    """
    rings = find_rings(pieces)
    if not rings:
        return read(pieces)
    found = read([piece for piece in pieces if piece not in rings])
    drawn = {ring for ring, inside in rings.items() if not _is_number(inside, found.groups)}
    if not drawn:
        return found
    return read([piece for piece in pieces if piece not in rings or piece in drawn])


def _is_number(pieces: Sequence[Piece], groups: Sequence[Group]) -> bool:
    """Whether pieces were read as certain digits on one line."""
    strokes = {piece.stroke for piece in pieces}
    own = [g for g in groups if any(piece.stroke in strokes for piece in g.pieces)]
    certain = all(g.probabilities.max() >= CERTAIN for g in own)
    return certain and len({g.line for g in own}) == 1


def segment_lines(
    pieces: Sequence[Piece],
    lines: Sequence[Sequence[int]],
    score: Score,
    weighing: Weighing,
    whole: Collection[Hashable] = (),
    strikes: Sequence[Piece] = (),
) -> Segmentation:
    """The digits of lines, each the indices of its pieces; every piece is on one of them.

    What `strikes` out the rest has been obeyed, but fills gaps.
    """
    read: list[Group] = []
    log_certainty = 0.0
    for number, line in enumerate(lines):
        own = [pieces[i] for i in line]
        groups, *_ = found = _read_line(own, score, weighing, whole)
        if not _makes_sense(found):
            groups = [as_one(own, score)]
        read += [replace(group, line=number) for group in groups]
        log_certainty += found.log_probability
    groups = spaced(untangled(read, line_height(pieces), score), strikes)
    used = {piece for group in groups for piece in group.pieces}
    # Two circles are an 8 rather than two lines, a flat stroke beside a digit its bar.
    odd = used != set(pieces) or any(group.line or group.doubted for group in groups)
    if not groups or (odd and _is_close(pieces)):
        one = as_one(pieces, score)
        attached = len(groups) == 1 and is_attached(groups[0], pieces)
        if not groups or attached or not one.doubted:
            return Segmentation([one], 1.0)
    # Whatever else a lone stroke might be, it would be read as a digit all the same.
    certain = len(pieces) == len(groups) == 1
    return Segmentation(groups, 1.0 if certain else math.exp(min(log_certainty, 0)))


def _makes_sense(line: Line) -> bool:
    """Whether a line is a number rather than a drawing or foreign characters."""
    digits = [group for group in line.groups if group.digit]
    logs = [math.log(max(float(group.probabilities.max()), LEAST)) for group in digits]
    if len(line.groups) == 1 or not logs:
        return True
    return line.log_probability + sum(logs) >= len(logs) * math.log(SENSE)


def _is_tangle(pieces: Sequence[Piece]) -> bool:
    """Whether the boxes of strokes lie all over one another."""
    low, high = boxes(pieces)
    overlaps = (np.maximum(low[:, None], low) <= np.minimum(high[:, None], high)).all(axis=2)
    return bool(overlaps.sum() > (TANGLED + 1) * len(pieces))


def _is_close(pieces: Sequence[Piece]) -> bool:
    """Whether there are no more strokes than a digit has, each near the others."""
    if not 1 < len(pieces) <= MOST_STROKES:
        return len(pieces) == 1
    whole = max(float(np.ptp([(p.low[1], p.high[1]) for p in pieces])), 1)
    apart = distances(pieces, whole)
    return bool((apart.min(axis=1) < REACH).all())


def _read_line(
    pieces: Sequence[Piece], score: Score, weighing: Weighing, whole: Collection[Hashable]
) -> Line:
    """The best partition of a line, with strokes split where that reads better."""
    if len(pieces) > MANY:
        return Line([as_one(pieces, score)], 0.0, 0.0)
    line = _parted(pieces, score, weighing)
    height = line_height(pieces)
    most = MOST_SPLIT if len(pieces) <= MOST_TO_SPLIT else 0
    tried: set[Hashable] = set()
    while len(tried) < most and (
        doubted := [
            (piece, beside)
            for piece, beside in _long(line.groups, height)
            if piece.key not in tried and piece.key not in whole
        ]
    ):
        [long, beside], *_ = doubted
        tried.add(long.key)
        rest = [p for p in pieces if p is not long]
        for parts in _splits(long, beside, height, score):
            other = _parted([*rest, *parts], score, weighing)
            if other.score > line.score and _are_digits(other.groups, parts):
                pieces, line = [*rest, *parts], other
    return line


def _long(groups: Sequence[Group], height: float) -> list[tuple[Piece, Pieces]]:
    """Strokes of doubted groups that are long enough to run through several digits, each with the
    others of its group.
    """
    return [
        (piece, tuple(other for other in group.pieces if other is not piece))
        for group in groups
        if group.doubted
        for piece in group.pieces
        if piece.chord > CLOSED * height
        and piece.size[0] > WIDE * height
        and piece.length > LONG * height
    ]


def _are_digits(groups: Sequence[Group], parts: Sequence[Piece]) -> bool:
    """Whether a stroke falls apart into digits, of which one is named at least, but not into ones
    alone, as V, N and M would.
    """
    digits = [g for g in groups if g.digit and any(piece in parts for piece in g.pieces)]
    ones = all(g.probabilities.argmax() == 1 for g in digits)
    return not ones and not all(g.doubted for g in digits)


def _parted(pieces: Sequence[Piece], score: Score, weighing: Weighing) -> Line:
    """The best partition of a line."""
    pieces = from_left(pieces)
    found = candidates(pieces, score, weighing.most)
    partition = best_partition(found, weighing.potentials)
    made = []
    for c, odds in zip(partition.chosen, partition.odds, strict=True):
        own = tuple(pieces[i] for i in np.flatnonzero(found.members[c]))
        made.append((Group(own, odds >= 0, 0, found.probabilities[c]), odds))
    made.sort(key=lambda pair: pair[0].middle)
    groups = [group for group, _ in made]
    line = Line(groups, partition.score, partition.log_total)
    date = slashes(groups, [odds for _, odds in made], line_height(pieces))
    return _as_date(line, *date) if date else line


def _as_date(line: Line, marks: Collection[int], cost: float) -> Line:
    """A line some of whose digits are slashes after all, so that it is a date."""
    groups = [replace(g, digit=False) if i in marks else g for i, g in enumerate(line.groups)]
    score = line.score - cost
    # It has counted among all partitions as if it were no likelier.
    log_total = log_add(line.log_total, score + math.log(math.expm1(LIKELY)))
    return Line(groups, score + LIKELY, log_total)


def _splits(piece: Piece, beside: Pieces, height: float, score: Score) -> list[list[Piece]]:
    """Ways to part a stroke into digits: those where both parts, or one of them, read best.

    What joins two digits is left out where it is straight. The strokes `beside` may be the rest of
    the digit that the stroke comes from or of the one that it leads to.
    """
    xy, places = cuts(piece)
    start, stop = piece.part
    at = np.linspace(start, stop, len(xy)).tolist()
    before = [Piece(piece.stroke, (piece.key, 0, i), xy[: i + 1], (start, at[i])) for i in places]
    after = [Piece(piece.stroke, (piece.key, i), xy[i:], (at[i], stop)) for i in places]
    earlier = tuple(other for other in beside if other.stroke < piece.stroke)
    later = tuple(other for other in beside if other not in earlier)
    shares = dict.fromkeys([((), ()), (beside, ()), ((), beside), (earlier, later)])
    groups: list[Pieces] = []
    for with_first, with_second in shares:
        groups += [(part, *with_first) for part in before]
        groups += [(part, *with_second) for part in after]
    p = np.maximum(score(groups).max(axis=1).astype(np.float64), LEAST)
    values = np.clip(np.log(p) - np.log1p(-np.minimum(p, 1 - 1e-4)), -SURE, SURE)
    ways = list(values.reshape(len(shares), 2, len(places)))
    left_out = np.full((len(places), len(places)), np.inf)
    for m, i in enumerate(places):
        for n, j in enumerate(places[m:], start=m):
            length = (before[n].length - before[m].length) / height
            if np.hypot(*(xy[j] - xy[i])) >= STRAIGHT * length * height and length < 1.5:
                left_out[m, n] = LEFT_OUT * length
    first, second = ways[0]
    options = []
    for a, b in [*ways, (first, 2 * second), (2 * first, second)]:
        m, n = np.unravel_index((a[:, None] + b - left_out).argmax(), left_out.shape)
        if (m, n) not in options:
            options.append((m, n))
    return [[before[m], after[n]] for m, n in options]
