"""The ink of a page to its digits in reading order.

Pieces of ink are put together to digits, and digits that touch are cut, in the way that the network
reads best: a shortest path through a graph of candidates (O. Matan, C. Burges, Y. LeCun,
J. Denker, "Multi-digit recognition using a space displacement neural network", 1992).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.components import Mask, find_components
from app.ink import Box
from app.preprocess import Picture, ink_box

Classify = Callable[[list[Picture]], NDArray[np.float32]]
"""Pictures of one digit each to the confidence of each, (n,) float32, 0 to 1."""

FAINT, CLEAR = 0.2, 0.4
"""From the first on a pixel belongs to a stroke, if a pixel of the stroke reaches the second."""
LEAST = 8
"""Pixels; what is smaller cannot be read."""
SLIM, SOLID = 0.35, 2.5
"""What is so many times thinner or thicker than the usual stroke is a thing and no writing."""
# All other lengths are parts of the height of the digits on the page.
SPECK = 0.2
"""What is smaller is noise or a dot."""
WHOLE = 0.45
"""What is smaller is part of a digit nearby, if there is one."""
NEAR = 0.25
"""The parts of a digit are at most so far apart."""
WIDEST = 1.2
"""What is wider is more than one digit."""
NARROW = 0.5
"""What is narrower is not cut."""
DASH = 0.2
"""What is flatter, and longer than a digit is wide, is a line and no digit."""
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


class Piece(NamedTuple):
    """Ink with nothing round it.

    Attributes:
        ink: (height, width) float32, 0 = paper to 1 = ink.
        left, top: where on the page it lies.
    """

    ink: Picture
    left: int
    top: int

    @property
    def right(self) -> int:
        return self.left + int(self.ink.shape[1])

    @property
    def bottom(self) -> int:
        return self.top + int(self.ink.shape[0])

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.ink.shape[1], self.ink.shape[0])


class Found(NamedTuple):
    """What may be a digit: its ink, and in which line and number of the page it stands, from 0."""

    piece: Piece
    line: int
    number: int


def find_digits(ink: Picture, classify: Classify) -> list[Found]:
    """The digits of a page in reading order.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.
        classify: how sure the network is of what it reads.
    """
    pieces, height = _pieces(ink)
    pieces = _attach(pieces, height)
    if not pieces:
        return []
    found: list[Found] = []
    number = -1
    for line, members in enumerate(_lines(pieces, height)):
        behind = -np.inf
        for piece in _best_reading(members, height, classify):
            number += piece.left - behind > SPACE * height
            behind = piece.right
            found.append(Found(piece, line, number))
    return found


def one_digit(ink: Picture) -> Piece | None:
    """Everything written on a page, (height, width) float32, without specks and frames, if any."""
    pieces, _ = _pieces(ink)
    return _together(pieces) if pieces else None


def _pieces(ink: Picture) -> tuple[list[Piece], float]:
    """The pieces of ink that may be digits, and the usual height of a digit."""
    labels, boxes, areas = find_components(ink >= FAINT)
    is_clear = np.zeros(len(areas), bool)
    is_clear[labels[ink >= CLEAR]] = True
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    kept = np.flatnonzero(is_clear & (sizes >= LEAST))
    if not len(kept):
        return [], 0.0
    outlines = _outlines(labels, len(areas))
    pens = 2 * areas / outlines
    # What reaches the edge of the picture may be a desk or a dark corner.
    inside = (boxes[kept, :2] > 0).all(axis=1) & (boxes[kept, 2:] < ink.shape[::-1]).all(axis=1)
    usual = kept[inside] if inside.any() else kept
    thickness = pens / _weighted_median(pens[usual], outlines[usual])
    kept = kept[(thickness[kept] > SLIM) & (thickness[kept] < SOLID)]
    kept = kept[areas[kept] > 0.02 * areas[kept].max()]
    kept = kept[~_is_frame(labels, boxes, kept)]
    if not len(kept):
        return [], 0.0
    widths, heights = boxes[kept, 2] - boxes[kept, 0], boxes[kept, 3] - boxes[kept, 1]
    height = _weighted_median(np.maximum(heights, widths / 3), outlines[kept])
    is_dash = (heights < DASH * height) & (widths > height)
    kept = kept[(sizes[kept] >= SPECK * height) & ~is_dash]
    return [_cut_out(ink, labels, int(k), boxes[k]) for k in kept], height


def _outlines(labels: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    """The length of the outline of each component, for strokes of all directions."""
    sides = np.zeros(count + 1)
    for padded in (
        np.pad(labels, [(1, 1), (0, 0)], constant_values=-1),
        np.pad(labels.T, [(1, 1), (0, 0)], constant_values=-1),
    ):
        one, other = padded[:-1], padded[1:]
        differ = one != other
        sides += np.bincount(one[differ] + 1, minlength=count + 1)
        sides += np.bincount(other[differ] + 1, minlength=count + 1)
    outlines: NDArray[np.float64] = sides[1:] * np.pi / 4
    return outlines


def _is_frame(labels: NDArray[np.int32], boxes: NDArray[np.intp], kept: NDArray[np.intp]) -> Mask:
    """Whether the ink of each component lies at the edges of its box, with others inside."""
    is_frame = np.zeros(len(kept), bool)
    for i, k in enumerate(kept):
        left, top, right, bottom = boxes[k]
        other = boxes[kept]
        inside = (other[:, :2] > [left, top]).all(axis=1) & (other[:, 2:] < [right, bottom]).all(
            axis=1
        )
        if inside.any():
            mask = labels[top:bottom, left:right] == k
            y, x = (max(2, length // 20) for length in mask.shape)
            is_frame[i] = mask[y:-y, x:-x].sum() < 0.1 * mask.sum()
    return is_frame


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _cut_out(ink: Picture, labels: NDArray[np.int32], label: int, box: NDArray[np.intp]) -> Piece:
    """A component with the pale pixels at its edge."""
    left, top = np.maximum(box[:2] - 1, 0)
    right, bottom = box[2:] + 1
    area = labels[top:bottom, left:right]
    mask = np.pad(area == label, 1)
    wide = mask[:, :-2] | mask[:, 1:-1] | mask[:, 2:]
    wide = wide[:-2] | wide[1:-1] | wide[2:]
    own = np.where(wide & ((area == label) | (area < 0)), ink[top:bottom, left:right], 0)
    # Every pen is as dark as the others to the network, whatever its colour.
    own = np.minimum(own / np.percentile(own[own >= FAINT], 75), 1)
    return trimmed(own.astype(np.float32), int(left), int(top))


def trimmed(ink: Picture, left: int = 0, top: int = 0) -> Piece:
    """A picture that has ink without the paper round it."""
    rows, columns = ink_box(ink)
    return Piece(ink[rows, columns], left + columns.start, top + rows.start)


def _together(pieces: Sequence[Piece]) -> Piece:
    left, top = min(p.left for p in pieces), min(p.top for p in pieces)
    right, bottom = max(p.right for p in pieces), max(p.bottom for p in pieces)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for piece in pieces:
        area = ink[piece.top - top : piece.bottom - top, piece.left - left : piece.right - left]
        np.maximum(area, piece.ink, out=area)
    return Piece(ink, left, top)


def _attach(pieces: list[Piece], height: float) -> list[Piece]:
    """Join small pieces to the digit they are nearest to; those far from all are no digits."""
    whole = [[p] for p in pieces if max(p.ink.shape) >= WHOLE * height]
    if not whole:
        return pieces
    for small in (p for p in pieces if max(p.ink.shape) < WHOLE * height):
        nearest = min(whole, key=lambda group: _distance(group[0], small))
        if _distance(nearest[0], small) < NEAR * height:
            nearest.append(small)
    return [_together(group) for group in whole]


def _distance(one: Piece, other: Piece) -> float:
    """Between the boxes."""
    x = max(one.left, other.left) - min(one.right, other.right)
    y = max(one.top, other.top) - min(one.bottom, other.bottom)
    return float(np.hypot(max(x, 0), max(y, 0)))


def _lines(pieces: list[Piece], height: float) -> list[list[Piece]]:
    """The lines from top to bottom, each from left to right."""
    x = np.array([(p.left + p.right) / 2 for p in pieces])
    y = np.array([(p.top + p.bottom) / 2 for p in pieces])
    level = y - _slope(x, y, height) * x
    lines: list[list[int]] = []
    for i in np.argsort(level):
        if lines and level[i] - np.median(level[lines[-1]]) < NEXT_LINE * height:
            lines[-1].append(i)
        else:
            lines.append([i])
    return [sorted((pieces[i] for i in line), key=lambda p: p.left + p.right) for line in lines]


def _slope(x: NDArray[np.float64], y: NDArray[np.float64], height: float) -> float:
    """The slope of the lines of digits, at which their middles lie on the fewest levels."""

    def sharpness(slope: float) -> float:
        level = (y - slope * x) / (0.1 * height)
        profile = np.bincount(np.rint(level - level.min()).astype(np.intp))
        smooth = np.convolve(profile, [1, 2, 3, 2, 1])
        return float(np.square(smooth).sum()) * (1 - abs(slope))

    slopes = np.linspace(-STEEPEST, STEEPEST, 81)
    return float(max(slopes[np.argsort(np.abs(slopes))], key=sharpness))


def _best_reading(line: list[Piece], height: float, classify: Classify) -> list[Piece]:
    """The pieces of a line put together and cut so that the network is surest of all of them."""
    sure = classify([piece.ink for piece in line])
    parts: list[Piece] = []
    cut_before: list[bool] = []
    for piece, confidence in zip(line, sure, strict=True):
        cut = [piece] if confidence >= SURE else _cut(piece, height)
        parts += cut
        cut_before += [False] + [True] * (len(cut) - 1)
    spans = [
        (start, stop)
        for start in range(len(parts))
        for stop in range(start + 1, min(start + MOST_PARTS, len(parts)) + 1)
        if stop == start + 1 or _may_be_one(parts[start:stop], height)
    ]
    groups = [_together(parts[start:stop]) for start, stop in spans]
    confidences = classify([group.ink for group in groups])
    best = [(0.0, -1)] + [(-np.inf, -1)] * len(parts)
    for index, (start, stop) in enumerate(spans):
        score = best[start][0] + (stop - start) * float(np.log(confidences[index] + 1e-6))
        score -= CUT_COST * cut_before[start]
        score -= MERGE_COST * cut_before[start + 1 : stop].count(False)
        score -= SMALL_COST * (max(groups[index].ink.shape) < WHOLE * height)
        if score > best[stop][0]:
            best[stop] = (score, index)
    chosen: list[Piece] = []
    stop = len(parts)
    while stop > 0:
        index = best[stop][1]
        chosen.append(groups[index])
        stop = spans[index][0]
    return chosen[::-1]


def _may_be_one(parts: Sequence[Piece], height: float) -> bool:
    gaps = [b.left - a.right for a, b in pairwise(parts)]
    width = max(p.right for p in parts) - min(p.left for p in parts)
    return max(gaps) < NEAR * height and width < WIDEST * height


def _cut(piece: Piece, height: float) -> list[Piece]:
    """Cut a piece from top to bottom along the seams that cross the least ink."""
    width = piece.ink.shape[1]
    if width < NARROW * height or width > 6 * height:
        return [piece]
    costs, came_from = _seams(piece.ink)
    # The best seam of each stretch, so that they are not all in one place.
    stretch = max(1, round(STRETCH * height))
    starts = range(stretch // 2, width - stretch // 2, stretch)
    ends = [start + int(costs[start : start + stretch].argmin()) for start in starts]
    ends = [end for end in ends if costs[end] <= THICK * height]
    part = np.zeros(piece.ink.shape, np.intp)
    for end in ends:
        x = end
        for y in range(len(part) - 1, -1, -1):
            part[y, x:] += 1
            x += int(came_from[y, x])
    pieces = [np.where(part == number, piece.ink, 0) for number in range(len(ends) + 1)]
    return [trimmed(ink, piece.left, piece.top) for ink in pieces if (ink >= FAINT).any()]


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
