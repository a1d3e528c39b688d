"""The lines of text that strokes are on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.components import connected
from app.pieces import Piece, boxes, distances, line_height

Floats = NDArray[np.float64]
Lines = NDArray[np.intp]
"""(n,) the number of the line of each of n pieces."""

# All lengths are in line heights.
TALL = 0.4
"""What is less high, as bars and dots are, goes with the nearest line."""
BESIDE = 3.0
"""On a line are pieces with no wider gap between them,"""
LEVEL = 0.4
"""that overlap in height by so much of the lower one."""
HALVES = 0.12
"""Two halves of a digit, one above the other, are no farther apart,"""
HIGH, HIGH_ALONE = 1.4, 1.9
"""and together at most so high; the second is for one alone above or below a line, as of a tall
digit among small. Two digits are higher."""
ALL_HALVES = 0.2
"""Where each piece of two lines has its other half in the other one they are no farther apart; no
lines lie so near each other all along."""
STEP = 1.0
"""Digits less than that above or below each other may be on one line."""


def find_lines(pieces: Sequence[Piece]) -> list[list[int]]:
    """The lines of text from top to bottom, each the indices of its pieces.

    Tall pieces beside each other whose heights overlap are on one line; small ones, as bars and
    dots are, go with the nearest tall one.
    """
    height = line_height(pieces)
    low, high = boxes(pieces)
    tall = np.flatnonzero((high - low)[:, 1] >= TALL * height)
    if len(tall) < 2:
        return [list(range(len(pieces)))]
    apart = distances(pieces, height)
    lines = np.zeros(len(pieces), np.intp)
    lines[tall] = _lines_of_tall(low[tall], high[tall], apart[np.ix_(tall, tall)], height)
    middles = (low + high) / 2
    for i in sorted({*range(len(pieces))} - {*tall.tolist()}):
        nearest = apart[i, tall]
        if not np.isfinite(nearest).any():
            nearest = np.hypot(*(middles[tall] - middles[i]).T)
        lines[i] = lines[tall[nearest.argmin()]]
    found = [np.flatnonzero(lines == line) for line in sorted(set(lines.tolist()))]
    return [line.tolist() for line in sorted(found, key=lambda line: middles[line, 1].mean())]


def _lines_of_tall(low: Floats, high: Floats, apart: Floats, height: float) -> Lines:
    """The lines of what is tall, by boxes and distances."""
    size = high - low
    # (n, n) how much pieces overlap in x and in y, negative for a gap.
    in_x, in_y = np.moveaxis(np.minimum(high[:, None], high) - np.maximum(low[:, None], low), 2, 0)
    lower = np.minimum(size[:, None, 1], size[:, 1])
    lines = connected(len(size), *np.nonzero((in_x > -BESIDE * height) & (in_y >= LEVEL * lower)))
    together = np.maximum(high[:, None, 1], high[:, 1]) - np.minimum(low[:, None, 1], low[:, 1])
    above = in_x > 0
    lines = _with_halves(lines, (apart < HALVES) & above, together / height)
    lines = _of_halves(lines, (apart < ALL_HALVES) & above)
    return _with_steps(lines, low, high, np.maximum(in_x, 0), height)


def _with_halves(lines: Lines, near: NDArray[np.bool_], heights: Floats) -> Lines:
    """The lines, where a half of a digit is on that of the other one: an 8 of two circles, a 9 of
    one and a stem.

    `near` are (n, n) which pieces may be halves of each other, and `heights` of both together.
    Where each is on a line with others they are two digits.
    """
    alone = np.bincount(lines, minlength=len(lines))[lines] == 1
    joined = lines.copy()
    for i, j in np.argwhere(near & (heights < HIGH_ALONE)):
        if heights[i, j] < HIGH or alone[i] > alone[j]:
            joined[joined == joined[j]] = joined[i]
    return joined


def _of_halves(lines: Lines, near: NDArray[np.bool_]) -> Lines:
    """The lines, where two are one whose digits are of two halves each."""
    joined = lines.copy()
    for i, j in _pairs(lines):
        halves = near[np.ix_(joined == i, joined == j)]
        if min(halves.shape) > 1 and halves.any(axis=0).all() and halves.any(axis=1).all():
            joined[joined == j] = i
    return joined


def _with_steps(lines: Lines, low: Floats, high: Floats, in_x: Floats, height: float) -> Lines:
    """The lines, where one may take a step up or down; but nothing on it lies above something else.

    `in_x` are (n, n) how much pieces lie above each other.
    """
    width, middle = (high - low)[:, 0], (low + high)[:, 1] / 2
    joined = lines.copy()
    for i, j in _pairs(lines):
        a, b = np.flatnonzero(joined == i), np.flatnonzero(joined == j)
        if not (len(a) and len(b)) or np.abs(middle[a, None] - middle[b]).min() >= STEP * height:
            continue
        if in_x[np.ix_(a, b)].sum() < 0.5 * min(width[a].sum(), width[b].sum()):
            joined[joined == j] = i
    return joined


def _pairs(lines: Lines) -> list[tuple[int, int]]:
    """Each two of the lines."""
    return list(combinations(sorted(set(lines.tolist())), 2))
