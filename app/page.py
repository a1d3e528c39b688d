"""The ink of a page to its digits in reading order.

Pieces of ink are put together to digits, and digits that touch are cut, in the way that the
network reads best: a shortest path through a graph of candidates (O. Matan, C. Burges, Y. LeCun,
J. Denker, "Multi-digit recognition using a space displacement neural network", 1992).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.blobs import FAINT, NEAR, WHOLE, Blob, attach, find_blobs, together, trimmed
from app.preprocess import Picture

Classify = Callable[[list[Picture]], NDArray[np.float32]]
"""Pictures of one digit each to the confidence of each, (n,) float32, 0 to 1."""

# All lengths are parts of the height of the digits on the page.
WIDEST = 1.2
"""What is wider is more than one digit."""
NARROW = 0.5
"""What is narrower is not cut."""
SPACE = 0.75
"""A number begins where the gap is wider."""
NEXT_LINE = 0.6
"""A line begins where the middle of a digit is so far below those of the line before."""
STEEPEST = 0.2
"""Tangent of the angle up to which lines may rise or fall."""
SURE = 0.9
"""What is read with this confidence is not cut."""
STRETCH = 0.2
"""One cut is tried in each such stretch."""
CUT_COST = 1.0
"""What a cut must gain in the logarithm of the confidence."""
THICK = 0.35
"""More ink than this is not cut through."""
ASIDE = 0.1
"""What a step aside costs a seam, in pixels of ink."""
SMALL_COST = 2.0
"""What is smaller than `WHOLE` must be so much more likely, in the logarithm, to stand alone."""
MERGE_COST = 1.0
"""What taking two components for one digit must gain, likewise."""
MOST_PARTS = 6


class Found(NamedTuple):
    """What may be a digit: its ink, and in which line and number of the page it stands, from 0."""

    blob: Blob
    line: int
    number: int


def find_digits(ink: Picture, classify: Classify) -> list[Found]:
    """The digits of a page in reading order.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.
        classify: how sure the network is of what it reads.
    """
    blobs, height = find_blobs(ink)
    blobs = attach(blobs, height)
    if not blobs:
        return []
    found: list[Found] = []
    number = -1
    for line, members in enumerate(_lines(blobs, height)):
        behind = -np.inf
        for blob in _best_reading(members, height, classify):
            number += blob.left - behind > SPACE * height
            behind = max(behind, blob.right)
            found.append(Found(blob, line, number))
    return found


def one_digit(ink: Picture) -> Blob | None:
    """Everything written on a page, (height, width) float32, without specks and frames, if any."""
    blobs, _ = find_blobs(ink)
    return together(blobs) if blobs else None


def _lines(blobs: list[Blob], height: float) -> list[list[Blob]]:
    """The lines from top to bottom, each from left to right."""
    x = np.array([(p.left + p.right) / 2 for p in blobs])
    y = np.array([(p.top + p.bottom) / 2 for p in blobs])
    level = y - _slope(x, y, height) * x
    lines: list[list[int]] = []
    for i in np.argsort(level):
        if lines and level[i] - np.median(level[lines[-1]]) < NEXT_LINE * height:
            lines[-1].append(i)
        else:
            lines.append([i])
    return [sorted((blobs[i] for i in line), key=lambda p: p.left + p.right) for line in lines]


def _slope(x: NDArray[np.float64], y: NDArray[np.float64], height: float) -> float:
    """The slope of the lines of digits, at which their middles lie on the fewest levels."""

    def sharpness(slope: float) -> float:
        level = (y - slope * x) / (0.1 * height)
        profile = np.bincount(np.rint(level - level.min()).astype(np.intp))
        smooth = np.convolve(profile, [1, 2, 3, 2, 1])
        return float(np.square(smooth).sum()) * (1 - abs(slope))

    slopes = np.linspace(-STEEPEST, STEEPEST, 81)
    return float(max(slopes[np.argsort(np.abs(slopes))], key=sharpness))


def _best_reading(line: list[Blob], height: float, classify: Classify) -> list[Blob]:
    """The blobs of a line put together and cut so that the network is surest of all of them."""
    sure = classify([blob.ink for blob in line])
    parts: list[Blob] = []
    cut_before: list[bool] = []
    for blob, confidence in zip(line, sure, strict=True):
        cut = [blob] if confidence >= SURE else _cut(blob, height)
        parts += cut
        cut_before += [False] + [True] * (len(cut) - 1)
    spans = [
        (start, stop)
        for start in range(len(parts))
        for stop in range(start + 1, min(start + MOST_PARTS, len(parts)) + 1)
        if stop == start + 1 or _may_be_one(parts[start:stop], height)
    ]
    groups = [together(parts[start:stop]) for start, stop in spans]
    confidences = classify([group.ink for group in groups])
    best = [(0.0, -1)] + [(-np.inf, -1)] * len(parts)
    for index, (start, stop) in enumerate(spans):
        score = best[start][0] + (stop - start) * float(np.log(confidences[index] + 1e-6))
        score -= CUT_COST * cut_before[start]
        score -= MERGE_COST * cut_before[start + 1 : stop].count(False)
        score -= SMALL_COST * (max(groups[index].ink.shape) < WHOLE * height)
        if score > best[stop][0]:
            best[stop] = (score, index)
    chosen: list[Blob] = []
    stop = len(parts)
    while stop > 0:
        index = best[stop][1]
        chosen.append(groups[index])
        stop = spans[index][0]
    return chosen[::-1]


def _may_be_one(parts: Sequence[Blob], height: float) -> bool:
    gaps = [b.left - a.right for a, b in pairwise(parts)]
    width = max(p.right for p in parts) - min(p.left for p in parts)
    return max(gaps) < NEAR * height and width < WIDEST * height


def _cut(blob: Blob, height: float) -> list[Blob]:
    """Cut a blob from top to bottom along the seams that cross the least ink."""
    width = blob.ink.shape[1]
    if width < NARROW * height or width > 6 * height:
        return [blob]
    costs, came_from = _seams(blob.ink)
    # The best seam of each stretch, so that they are not all in one place.
    stretch = max(1, round(STRETCH * height))
    starts = range(stretch // 2, width - stretch // 2, stretch)
    ends = [start + int(costs[start : start + stretch].argmin()) for start in starts]
    ends = [end for end in ends if costs[end] <= THICK * height]
    part = np.zeros(blob.ink.shape, np.intp)
    for end in ends:
        x = end
        for y in range(len(part) - 1, -1, -1):
            part[y, x:] += 1
            x += int(came_from[y, x])
    blobs = [np.where(part == number, blob.ink, 0) for number in range(len(ends) + 1)]
    return [trimmed(ink, blob.left, blob.top) for ink in blobs if (ink >= FAINT).any()]


def _seams(ink: Picture) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """The paths from top to bottom through the least ink (S. Avidan, A. Shamir, 2007).

    Returns:
        The cost of the best path to each column at the bottom, (width,), in pixels of ink; and
        the step to the column of the row above, -1, 0 or 1, for each pixel.
    """
    costs = np.zeros(ink.shape[1])
    came_from = np.zeros(ink.shape, np.int8)
    for y, row in enumerate(ink):
        beside = np.pad(costs + ASIDE, 1, constant_values=np.inf)
        options = np.stack([beside[:-2], costs, beside[2:]])
        came_from[y] = options.argmin(axis=0) - 1
        costs = options.min(axis=0) + row
    return costs, came_from
