"""The lines of ruled and squared paper, found and taken out of a picture of ink."""

from __future__ import annotations

import numpy as np

from app.components import Mask, find_runs
from app.preprocess import Picture

STEEPEST = 0.2
"""Of a rule that should be level: the tangent of 11 degrees."""
THIN = 1 / 200
"""Rules are at most this thick, as a part of the longer side of the picture."""
COVERED = 0.6
"""A rule covers at least this part of the picture's width: it may be hidden, faint or bent."""
INK = 0.2
"""From here on a pixel may be part of a rule, which is often paler than the pen."""
PALE = 0.7
"""Rules paler than this are told from strokes along them, which are darker."""
POINTS = 20_000
"""So many pixels tell the slope of the rules."""


def without_rules(ink: Picture) -> Picture:
    """Take away rules in both directions, but not the strokes that cross them.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.

    Returns:
        The ink that remains; where that is none, the ink as it was.
    """
    rest = _without_level_rules(_without_level_rules(ink).T).T
    return rest if (rest > 0.5).any() else ink


def _without_level_rules(ink: Picture) -> Picture:
    height, width = ink.shape
    mask = ink > INK
    lengths = _vertical_runs(mask)
    thick = max(2, round(THIN * max(ink.shape)))
    thin = (lengths > 0) & (lengths <= thick)
    rows, columns = np.nonzero(thin)
    if len(rows) < COVERED * width:
        return ink
    slope = _slope(rows, columns, width)
    drop = np.rint(slope * (np.arange(width) - width / 2)).astype(np.intp)
    reach = int(np.abs(drop).max()) + 2
    # How much of each levelled row is covered, of that part of it which is in the picture.
    level = rows - drop[columns] + reach
    rows_in_all = height + 2 * reach
    covered = np.zeros((rows_in_all, width), bool)
    for offset in (-1, 0, 1):
        covered[level + offset, columns] = True
    first = np.bincount(reach - drop, minlength=rows_in_all + 1)
    room = np.cumsum(first - np.bincount(reach - drop + height, minlength=rows_in_all + 1))[:-1]
    is_rule = (covered.sum(axis=1) > COVERED * room) & (room > width / 4)
    if not is_rule.any():
        return ink
    near = np.convolve(is_rule, np.ones(5), "same") > 0
    on_rule = near[level]
    usual = float(np.median(lengths[rows[on_rule], columns[on_rule]]))
    on_rule &= lengths[rows, columns] <= 1.5 * usual + 1
    paleness = float(np.median(ink[rows[on_rule], columns[on_rule]]))
    if paleness < PALE:
        on_rule &= ink[rows, columns] < (1 + paleness) / 2
    erased = np.zeros_like(mask)
    erased[rows[on_rule], columns[on_rule]] = True
    erased[1:] |= erased[:-1] & ~mask[1:]
    erased[:-1] |= erased[1:] & ~mask[:-1]
    return np.where(erased, np.float32(0), ink)


def _vertical_runs(mask: Mask) -> np.ndarray:
    """The length of the vertical run that each pixel is in, 0 where the mask is not set."""
    runs = find_runs(mask.T)
    lengths = np.zeros(mask.T.shape, np.int32)
    lengths[mask.T] = np.repeat(runs.ends - runs.starts, runs.ends - runs.starts)
    return lengths.T


def _slope(rows: np.ndarray, columns: np.ndarray, width: int) -> float:
    """The slope at which the projection of the pixels has the sharpest peaks (Postl, 1986)."""
    some = np.linspace(0, len(rows) - 1, min(len(rows), POINTS)).astype(np.intp)
    y, x = rows[some].astype(np.float32), columns[some].astype(np.float32) - width / 2

    def sharpness(slope: float) -> float:
        profile = np.bincount(np.rint(y - np.float32(slope) * x + STEEPEST * width).astype(np.intp))
        return float(np.square(profile, dtype=np.float64).sum())

    step = 2 / width
    best = max(np.arange(-STEEPEST, STEEPEST, step), key=sharpness)
    return float(max(best + step * np.linspace(-1, 1, 9), key=sharpness))
