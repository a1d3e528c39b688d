"""The lines of ruled and squared paper, found and taken out of a picture of ink."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.components import Indices, find_runs, run_lengths
from app.preprocess import Picture

STEEPEST = 0.2
"""Of a rule that should be level: the tangent of 11 degrees."""
FANNED = 0.3
"""So much the slope may differ between the top and the bottom of a picture taken aslant."""
THIN = 1 / 120
"""Rules are at most this thick, as a part of the longer side of the picture."""
COVERED, ALONE = 0.6, 0.95
"""A rule covers at least the first part of the picture's width, for it may be hidden, faint or
bent; where it is alone, the second, or else it may be a stroke."""
INK = 0.2
"""From here on a pixel may be part of a rule, which is often paler than the pen."""
PALE = 0.7
"""Rules paler than this are told from strokes along them, which are darker."""
POINTS = 10_000
"""So many pixels tell the slope of the rules."""


class Direction(NamedTuple):
    """How rules run: at x = 0, the middle, they have the slope `at_top` + `fan` * y / height."""

    at_top: float
    fan: float

    def level(self, x: NDArray[np.float64], y: Indices, height: int) -> NDArray[np.float64]:
        """Where the rules through points cross the middle of the picture."""
        # Rules do not meet where they can be seen, although they would in a very wide picture.
        closer = np.maximum(1 + self.fan * x / height, 0.5)
        level: NDArray[np.float64] = (y - self.at_top * x) / closer
        return level


def without_rules(ink: Picture) -> Picture:
    """Take away rules in both directions, but not the strokes that cross them.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.

    Returns:
        The ink that remains; where that is none, the ink as it was.
    """
    level = _erase(ink, several=2)
    rest = _erase(level.T, several=2 if level is not ink else max(ink.shape)).T
    return rest if (rest > 0.5).any() else ink


def _erase(ink: Picture, several: int) -> Picture:
    """Take away level rules; `several` that are shorter than the picture are rules as well."""
    height, width = ink.shape
    mask = ink > INK
    lengths = run_lengths(mask.T).T
    rows, columns = np.nonzero((lengths > 0) & (lengths <= max(2, THIN * max(ink.shape))))
    if height == 1 or len(rows) < COVERED * width:
        return ink
    x = columns - width / 2
    direction = _direction(x, rows, height, width)
    # Rules cross the middle of the picture, continued upwards and downwards, at these levels.
    reach = height // 2
    level = np.rint(direction.level(x, rows, height)).astype(np.intp) + reach
    level = np.clip(level, 1, height + 2 * reach - 2)
    covered = np.zeros((height + 2 * reach, width), bool)
    for offset in (-1, 0, 1):
        covered[level + offset, columns] = True
    middles = np.arange(-reach, height + reach)[:, None]
    sample = np.arange(0, width, 8) - width / 2
    y = middles + (direction.at_top + direction.fan * middles / height) * sample
    room = ((y >= 0) & (y < height)).mean(axis=1) * width
    cover = np.where(room > width / 4, covered.sum(axis=1) / np.maximum(room, 1), 0)
    is_rule = cover > COVERED
    if len(find_runs(is_rule[None]).rows) < several:
        is_rule = cover > ALONE
    if not is_rule.any():
        return ink
    near = find_runs(np.convolve(is_rule, np.ones(5), "same")[None] > 0)
    number = np.searchsorted(near.starts, level, "right") - 1
    on_rule = (number >= 0) & (level < near.ends[number])
    of_pixel = lengths[rows, columns]
    for rule in range(len(near.starts)):
        of_rule = np.flatnonzero(on_rule & (number == rule))
        thickest = 1.5 * np.median(of_pixel[of_rule]) + 1
        on_rule[of_rule] = of_pixel[of_rule] <= thickest
    paleness = float(np.median(ink[rows[on_rule], columns[on_rule]]))
    if paleness < PALE:
        on_rule &= ink[rows, columns] < (1 + paleness) / 2
    erased = np.zeros_like(mask)
    erased[rows[on_rule], columns[on_rule]] = True
    erased[1:] |= erased[:-1] & ~mask[1:]
    erased[:-1] |= erased[1:] & ~mask[:-1]
    return np.where(erased, np.float32(0), ink)


def _direction(x: NDArray[np.float64], y: Indices, height: int, width: int) -> Direction:
    """The direction in which the projection of the pixels has the sharpest peaks (Postl, 1986)."""
    some = np.linspace(0, len(x) - 1, min(len(x), POINTS)).astype(np.intp)
    x, y = x[some], y[some]

    def sharpness(direction: Direction) -> float:
        level = np.rint(direction.level(x, y, height) + 2 * height + width).astype(np.intp)
        return float(np.square(np.bincount(level), dtype=np.float64).sum())

    step = 4 / width
    best = max(
        (
            Direction(slope - fan / 2, fan)
            for fan in np.linspace(-FANNED, FANNED, 13)
            for slope in np.arange(-STEEPEST, STEEPEST, 2 * step)
        ),
        key=sharpness,
    )
    for finer in (step, step / 2, step / 4, step / 8):
        steps = finer * np.arange(-2, 3)
        best = max(
            (Direction(best.at_top + a, best.fan + 2 * b) for a in steps for b in steps),
            key=sharpness,
        )
    return best
