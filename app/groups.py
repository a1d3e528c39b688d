"""What became of the pieces of a drawing: groups that are digits, and marks that are none.

Whether they hang together as writing does, and where a number ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from app.candidates import TOUCH, Pieces, Score
from app.components import connected
from app.pieces import Piece, distances, line_height, quantile

Floats = NDArray[np.float64]
ACCEPTED = 0.6
"""The probability from which on a digit is named and no longer doubted."""
DOT = 0.2
"""Marks at most so large, in line heights, are dots: they part no numbers."""
CERTAIN = 0.9
"""From this probability on a digit is one whatever else speaks against it."""
MOST_DOUBTED = 0.2
"""Ink that hangs together is no number if more than this part of it is doubted."""
SPACE, SPACE_RATIO = 0.6, 2.0
"""A gap parts numbers from so many line heights on and so many times the usual gap."""
USUAL = 0.25
"""The usual gap is the one that so many are below: where numbers are short most gaps part them."""
USUAL_GAP = 0.5
"""Between two digits where there are no others, in line heights."""


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
        """Width and height in canvas pixels."""
        return self.high - self.low

    @property
    def length(self) -> float:
        """Of its ink in canvas pixels."""
        return sum(piece.length for piece in self.pieces)

    @property
    def doubted(self) -> bool:
        """Whether no digit is named."""
        return bool(self.probabilities.max() < ACCEPTED)

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


def as_one(pieces: Sequence[Piece], score: Score) -> Group:
    """All pieces as one digit."""
    everything = tuple(from_left(pieces))
    return Group(everything, True, 0, score([everything])[0])


def untangled(groups: Sequence[Group], height: float, score: Score) -> list[Group]:
    """The groups, with those as one doubted digit that hang together as no number does.

    Digits may touch their neighbours, and certain ones in rings, too. The strokes of a drawing or
    of a foreign character touch in rings, or much of what hangs together is doubted.
    """
    result = []
    for members, contacts in _clusters(groups, height):
        ink = sum(group.length for group in members)
        doubted = sum(group.length for group in members if group.digit and group.doubted)
        certain = all(g.probabilities.max() >= CERTAIN for g in members if g.digit)
        ring = contacts >= len(members) and not certain
        if len(members) > 1 and (ring or doubted > MOST_DOUBTED * ink):
            one = as_one([piece for group in members for piece in group.pieces], score)
            members = [replace(one, line=members[0].line)]
        result += members
    return sorted(result, key=lambda group: (group.line, group.middle))


def _clusters(groups: Sequence[Group], height: float) -> list[tuple[list[Group], int]]:
    """The groups that touch one another, together, and how many pairs of each cluster do.

    Dots touch nothing, and parts of a stroke that was split do not touch by that.
    """
    owners = np.array([i for i, group in enumerate(groups) for _ in group.pieces])
    pieces = [piece for group in groups for piece in group.pieces]
    strokes = np.array([piece.stroke for piece in pieces])
    touch = np.zeros((len(groups), len(groups)), bool)
    i, j = np.nonzero((distances(pieces, height) < TOUCH) & (strokes[:, None] != strokes))
    touch[owners[i], owners[j]] = True
    dots = [not group.digit and group.size.max() <= DOT * height for group in groups]
    touch[dots] = touch[:, dots] = False
    np.fill_diagonal(touch, False)
    labels = connected(len(groups), *np.nonzero(touch))
    clusters: list[tuple[list[Group], int]] = []
    for label in sorted(set(labels.tolist())):
        own = np.flatnonzero(labels == label)
        contacts = int(touch[np.ix_(own, own)].sum()) // 2
        clusters.append(([groups[i] for i in own.tolist()], contacts))
    return clusters


def is_attached(group: Group, pieces: Sequence[Piece]) -> bool:
    """Whether something touches a digit that is none of it, as the bar of a T touches a 1."""
    others = [p for p in pieces if p not in group.pieces]
    height = line_height(pieces)
    large = [p for p in others if p.size.max() > DOT * height]
    apart = distances([*group.pieces, *large], height)[: len(group.pieces), len(group.pieces) :]
    return bool((apart < TOUCH).any())


def spaced(groups: Sequence[Group], scratches: Sequence[Piece]) -> list[Group]:
    """The digits among the groups, told apart by marks and by gaps that no scratch fills."""
    result: list[Group] = []
    for _, on_line in groupby(groups, key=lambda group: group.line):
        result += _spaced(list(on_line), scratches)
    return result


def _spaced(groups: Sequence[Group], scratches: Sequence[Piece]) -> list[Group]:
    digits = [group for group in groups if group.digit]
    height = line_height(digits or groups)
    marks = [group for group in groups if not group.digit and group.size.max() > DOT * height]
    gaps = [_gap(a, b, scratches) for a, b in pairwise(digits)]
    result = digits[:1]
    for index, (a, b) in enumerate(pairwise(digits)):
        others = gaps[:index] + gaps[index + 1 :]
        usual = quantile(others, USUAL) if others else USUAL_GAP * height
        wide = bool(gaps[index] > max(SPACE * height, SPACE_RATIO * usual))
        parted = any(mark.parts(a, b, height) for mark in marks)
        result.append(replace(b, spaced=wide or parted))
    return result


def _gap(a: Group, b: Group, scratches: Sequence[Piece]) -> float:
    """From one digit to the next in canvas pixels; where some between them were struck out, what is
    left on either side of that, in the mean.
    """
    widths = [s.size[0] for s in scratches if a.middle < s.middle < b.middle]
    return float(b.low[0] - a.high[0] - sum(widths)) / (1 + len(widths))
