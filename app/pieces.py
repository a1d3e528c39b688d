"""Strokes as segmentation looks at them: where they are, and on which line."""

from __future__ import annotations

from collections import Counter
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
STEP = 1.0
"""Digits less than that above or below each other may be on one line, in line heights."""
HIGH, HIGH_ALONE = 1.4, 1.9
"""Two strokes one above the other that touch are at most so high where they make a digit, in line
heights; the second is for a stroke alone above or below a line, as of a tall digit among small.
Two digits are higher."""
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


class Sized(Protocol):
    """What has a width and a height."""

    @property
    def size(self) -> Floats:
        """Both in canvas pixels."""
        ...


def line_height(parts: Sequence[Sized]) -> float:
    """The height of what is tall among the parts of a line, at least 1: about that of a digit."""
    heights = np.array([part.size[1] for part in parts])
    return max(quantile(heights[heights >= 0.5 * quantile(heights, 0.9)]), 1.0)


def distances(pieces: Sequence[Piece], height: float) -> Floats:
    """(n, n) shortest distances between pieces in line heights, infinite where far from `NEAR`."""
    count = len(pieces)
    low, high = (np.array([getattr(p, name) for p in pieces]) for name in ("low", "high"))
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


def find_lines(pieces: Sequence[Piece]) -> list[list[int]]:
    """The lines of text from top to bottom, each the indices of its pieces.

    Tall pieces beside each other whose heights overlap are on one line; small ones, as bars and
    dots are, go with the nearest tall one.
    """
    height = line_height(pieces)
    low, high = (np.array([getattr(p, name) for p in pieces]) for name in ("low", "high"))
    size = high - low
    tall = np.flatnonzero(size[:, 1] >= 0.4 * height).tolist()
    if len(tall) < 2:
        return [list(range(len(pieces)))]
    apart = distances(pieces, height)
    line_of: dict[int, int] = {i: i for i in tall}

    def join(i: int, j: int) -> None:
        new, old = line_of[i], line_of[j]
        line_of.update({k: new for k, line in line_of.items() if line == old})

    def overlaps(axis: int) -> Floats:
        """(n, n) how much pieces overlap in x or y, negative for a gap."""
        shared: Floats = np.minimum(high[:, None, axis], high[:, axis]) - np.maximum(
            low[:, None, axis], low[:, axis]
        )
        return shared

    in_x, in_y = overlaps(0), overlaps(1)
    lower = np.minimum(size[:, None, 1], size[:, 1])
    union = np.maximum(high[:, None, 1], high[:, 1]) - np.minimum(low[:, None, 1], low[:, 1])
    beside = (in_x > -3 * height) & (in_y >= 0.4 * lower)
    for n, i in enumerate(tall):
        for j in tall[n + 1 :]:
            if beside[i, j]:
                join(i, j)
    # An 8 of two circles, a 9 of one and a stem. Where each is on a line with others they are two.
    on_line = Counter(line_of.values())
    alone = {i: on_line[line] == 1 for i, line in line_of.items()}
    for i, j in np.argwhere((apart < 0.12) & (in_x > 0) & (union < HIGH_ALONE * height)).tolist():
        if i in alone and j in alone and (union[i, j] < HIGH * height or alone[i] > alone[j]):
            join(i, j)
    # So they are, unless each has its other half: no lines lie so near each other all along.
    near = (apart < 0.2) & (in_x > 0)
    for i in sorted(set(line_of.values())):
        for j in sorted(set(line_of.values())):
            a, b = ([k for k, line in line_of.items() if line == n] for n in (i, j))
            pairs = near[np.ix_(a, b)]
            if i < j and a and b and pairs.any(axis=0).all() and pairs.any(axis=1).all():
                join(i, j)
    # A line may take a step up or down, but nothing on it lies above something else.
    step = np.abs(low + high - (low + high)[:, None])[:, :, 1] / 2
    for i in sorted(set(line_of.values())):
        for j in sorted(set(line_of.values())):
            a, b = ([k for k, line in line_of.items() if line == n] for n in (i, j))
            if i < j and a and b and step[np.ix_(a, b)].min() < STEP * height:
                above = np.maximum(in_x[np.ix_(a, b)], 0).sum()
                if above < 0.5 * min(size[a, 0].sum(), size[b, 0].sum()):
                    join(i, j)
    lines: dict[int, list[int]] = {line: [] for line in sorted(set(line_of.values()))}
    centres = (low + high) / 2
    for i in range(len(pieces)):
        if i not in line_of:
            nearest = apart[i, tall]
            if not np.isfinite(nearest).any():
                nearest = np.hypot(*(centres[tall] - centres[i]).T)
            lines[line_of[tall[int(nearest.argmin())]]].append(i)
        else:
            lines[line_of[i]].append(i)
    return sorted(lines.values(), key=lambda line: float(centres[line, 1].mean()))


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
