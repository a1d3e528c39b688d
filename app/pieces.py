"""Strokes as segmentation looks at them: where they are, how large, how near each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.ink import evenly, lengths_along

Floats = NDArray[np.float64]

SAMPLES = 32
"""Points, evenly along a stroke, that stand for it where distances are measured."""
AT_ONCE = 1000
"""Of so many pairs of strokes distances are measured at once, as each takes 8 KB."""
NEAR = 0.6
"""Distances are measured between boxes less than this many line heights apart."""
STRAIGHT = 0.9
"""Chord over length from which on a stroke, or a part of it, is straight."""
CUT_POINTS, REACH = 81, 4
"""Points along a stroke that is to be cut, and how many of them a corner takes."""
CORNER = 0.6
"""Radians by which the pen turns there at least."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A stroke, or a part of one that runs through several digits.

    Attributes:
        stroke: its number in the ink.
        key: names its points; the same key stands for the same points as long as they exist.
        xy: (n, 2) canvas pixels, n >= 1.
        part: where on the stroke it begins and ends, 0 to 1 of its length.
    """

    stroke: int
    key: Hashable
    xy: Floats
    part: tuple[float, float] = (0.0, 1.0)
    low: Floats = field(init=False)
    high: Floats = field(init=False)
    points: Floats = field(init=False)
    """(SAMPLES, 2), evenly along it."""
    length: float = field(init=False)

    def __post_init__(self) -> None:
        along = lengths_along(self.xy)
        for name, value in (
            ("low", self.xy.min(axis=0)),
            ("high", self.xy.max(axis=0)),
            ("points", evenly(self.xy, along, SAMPLES)),
            ("length", float(along[-1])),
        ):
            object.__setattr__(self, name, value)

    @property
    def size(self) -> Floats:
        """Width and height in canvas pixels."""
        difference: Floats = self.high - self.low
        return difference

    @property
    def chord(self) -> float:
        """From its beginning to its end, in canvas pixels."""
        return float(np.hypot(*(self.xy[-1] - self.xy[0])))

    @property
    def is_straight(self) -> bool:
        """Whether it leads to its end without a detour."""
        return self.chord >= STRAIGHT * self.length

    @property
    def middle(self) -> float:
        """x of the middle of its box."""
        return float(self.low[0] + self.high[0]) / 2


def as_drawn(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces in the order in which their strokes were drawn."""
    return sorted(pieces, key=lambda piece: piece.stroke)


def quantile(values: Sequence[float] | Floats, share: float = 0.5) -> float:
    """The value that a share of the values, 0 to 1, is below; by default the median.

    NumPy's functions give the same, but first import its masked arrays, which takes half as long
    as to load the network.
    """
    ranks = np.arange(len(values))
    return float(np.interp(share * ranks[-1], ranks, np.sort(values)))


class Boxed(Protocol):
    """What has a box."""

    @property
    def low(self) -> Floats | tuple[float, float]:
        """Left and top."""
        ...

    @property
    def high(self) -> Floats | tuple[float, float]:
        """Right and bottom."""
        ...


class Sized(Protocol):
    """What has a width and a height."""

    @property
    def size(self) -> Floats:
        """Both in canvas pixels."""
        ...


def boxes(things: Sequence[Boxed]) -> tuple[Floats, Floats]:
    """(n, 2) left and top of each, and right and bottom."""
    low = np.array([thing.low for thing in things], np.float64)
    return low, np.array([thing.high for thing in things], np.float64)


def line_height(parts: Sequence[Sized]) -> float:
    """The height of what is tall among the parts of a line, at least 1: about that of a digit."""
    heights = np.array([part.size[1] for part in parts])
    return max(quantile(heights[heights >= 0.5 * quantile(heights, 0.9)]), 1.0)


def distances(pieces: Sequence[Piece], height: float) -> Floats:
    """(n, n) shortest distances between pieces in line heights; infinite from each to itself, and
    where boxes are farther apart than `NEAR`, to the side or up and down.
    """
    count = len(pieces)
    low, high = boxes(pieces)
    apart = np.maximum(low[:, None], low[None]) - np.minimum(high[:, None], high[None])
    first, second = np.nonzero(np.triu((apart < NEAR * height).all(axis=2), 1))
    result = np.full((count, count), np.inf)
    if len(first):
        points = np.array([piece.points for piece in pieces])
        for start in range(0, len(first), AT_ONCE):
            i, j = first[start : start + AT_ONCE], second[start : start + AT_ONCE]
            a, b = points[i], points[j]
            squares = (a[:, :, None, 0] - b[:, None, :, 0]) ** 2
            squares += (a[:, :, None, 1] - b[:, None, :, 1]) ** 2
            result[i, j] = result[j, i] = np.sqrt(squares.min(axis=(1, 2))) / height
    return result


def cuts(piece: Piece) -> tuple[Floats, list[int]]:
    """Where a stroke may go over from one digit to the next: corners, and places all along it.

    Returns:
        (n, 2) points evenly along the stroke, and indices of them, ascending.
    """
    xy = evenly(piece.xy, lengths_along(piece.xy), CUT_POINTS)
    before, after = xy[REACH:-REACH] - xy[: -2 * REACH], xy[2 * REACH :] - xy[REACH:-REACH]
    turn = np.abs(
        np.arctan2(
            before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1)
        )
    )
    chosen: list[int] = []
    for index in [*np.argsort(-turn)[: np.sum(turn > CORNER)], *range(0, len(turn), 2 * REACH)]:
        if all(abs(index - other) >= REACH for other in chosen):
            chosen.append(int(index))
    return xy, sorted(index + REACH for index in chosen)
