"""How the pen moved: a second opinion on which digit ink is, beside what its picture shows.

A 4 and a 9 may leave the same picture and yet be drawn in different ways. What a small network
makes of the way of the pen is pooled with what the network of images says. That online and offline
recognition err on different drawings, so that both together err less, is known from
A. Vinciarelli and M. Perrone, "Combining online and offline handwriting recognition" (2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from app.ink import evenly, lengths_along
from app.network import Network
from app.preprocess import DOT, resample
from app.settings import ASSETS

Floats = NDArray[np.float64]
Probabilities = NDArray[np.float32]
Lines = Sequence[Floats]
"""(n, 2) arrays of points, a stroke each, in the order and direction in which they were drawn."""

TRAJECTORY_MODEL = ASSETS / "trajectory.h5"

DIRECTIONS = 8
GRID = 5
"""Directions are gathered at so many places along each side of the ink's box."""
MOST_STROKES = 4
OF_DIRECTIONS = DIRECTIONS * GRID**2 + 8 + MOST_STROKES
POINTS, OF_POINT = 64, 6
"""Along the way of the pen, and what is told of each."""
FEATURES = OF_DIRECTIONS + POINTS * OF_POINT
LONGEST = 16.0
"""The way of a digit, in sizes of the ink, is shorter; how much longer another is says no more."""
STEP = 0.04
"""Distance between two points of a stroke, in sizes of the ink."""
TINY = 1e-6

EXPONENT = 0.4
"""To which all opinions are raised; such that knew nothing of each other would have 1."""
LEAST = 3e-3
"""The pen may move in any way, so that its opinion rules out nothing."""

_CORNERS = np.array(list(product((0, 1), repeat=3)))[:, :, None]


def features(lines: Lines) -> NDArray[np.float32]:
    """How a pen moved, as (FEATURES,) float32: in which directions it drew, and its way.

    Directions are the length of ink in each of `DIRECTIONS` at each place of a grid over its box,
    shared linearly between neighbours, its square root taken (after Z. Bai and Q. Huo, "A study on
    the use of 8-directional features for online handwritten Chinese character recognition", 2005);
    where the first and the last stroke begin and end; and, one-hot, how many there are. The way is
    told at `POINTS` equal steps, be the pen lifted or not: where it is (x, y), where it goes
    (x, y), whether it draws, and how long all of the way is.

    Args:
        lines: at least one, each of at least one point; any unit and place, y down; ink less than
            `DOT` units long and wide is not magnified further.
    """
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), DOT)
    placed = [(line - (low + high) / 2) / size for line in lines]
    drawn = [resample(line, STEP) for line in placed]
    ways = np.concatenate([np.diff(line, axis=0) for line in drawn])
    places = np.concatenate([(line[1:] + line[:-1]) / 2 for line in drawn])
    ends = [drawn[0][0], drawn[0][-1], drawn[-1][0], drawn[-1][-1]]
    count = np.eye(MOST_STROKES)[min(len(drawn), MOST_STROKES) - 1]
    told = [_gathered(ways, places), *ends, count, _way(placed).ravel()]
    return np.concatenate(told).astype(np.float32)


def _gathered(ways: Floats, places: Floats) -> Floats:
    """Square roots of the lengths of (n, 2) ways, by direction, row and column."""
    x, y = ways.T
    turn = np.arctan2(y, x) / (2 * np.pi) * DIRECTIONS % DIRECTIONS
    column, row = np.clip(places.T + 0.5, 0, 1) * (GRID - 1)
    at = np.stack([turn, row, column])
    whole = np.minimum(np.floor(at), [[DIRECTIONS - 1], [GRID - 2], [GRID - 2]])
    rest = at - whole
    direction, row, column = np.moveaxis(whole.astype(np.intp) + _CORNERS, 1, 0)
    shares = np.where(_CORNERS, rest, 1 - rest).prod(axis=1) * np.hypot(x, y)
    cells = (direction % DIRECTIONS * GRID + row) * GRID + column
    return np.sqrt(np.bincount(cells.ravel(), shares.ravel(), DIRECTIONS * GRID**2))


def _way(lines: Sequence[Floats]) -> Floats:
    """(POINTS, OF_POINT) of strokes that are placed in a square of size 1 around 0."""
    points = np.concatenate(lines)
    draws = np.concatenate([np.arange(len(line)) > 0 for line in lines])  # on the way to each point
    far = lengths_along(points)
    at = np.linspace(0, far[-1], POINTS)
    places = evenly(points, far, POINTS).T
    steps = np.gradient(places, axis=1)
    steps /= np.hypot(*steps) + TINY
    drawn = draws[np.minimum(np.maximum(np.searchsorted(far, at), 1), len(points) - 1)]
    length = np.full(POINTS, min(far[-1], LONGEST) / 4)
    return np.stack([*2 * places, *steps, drawn, length], axis=1)


class Trajectories:
    """Knows how digits are drawn."""

    def __init__(self, network: Network) -> None:
        """`network` takes `features` and gives the probabilities of ten digits."""
        self._network = network

    @classmethod
    def load(cls, path: str | PathLike[str] = TRAJECTORY_MODEL) -> Trajectories:
        """With the network of a Keras `.h5` file that is known to be sound; raises NetworkError."""
        return cls(Network.load(path, shapes=[(FEATURES,)]))

    def judge(self, drawings: Sequence[Lines]) -> Probabilities:
        """What n drawings are by how they were drawn alone: (n, 10) probabilities."""
        return self._network(np.array([features(lines) for lines in drawings]))

    def weigh(self, rows: Probabilities, drawings: Sequence[Lines]) -> Probabilities:
        """The (n, 10) probabilities of n drawings by their pictures, and by how they were drawn.

        A logarithmic opinion pool (C. Genest and J. Zidek, "Combining probability distributions: a
        critique and an annotated bibliography", 1986) of three: directions and ways are judged
        apart, and the network gives the mean of both.
        """
        pooled = (rows * (self.judge(drawings) + LEAST) ** 2) ** np.float32(EXPONENT)
        weighed: Probabilities = pooled / pooled.sum(axis=1, keepdims=True)
        return weighed
