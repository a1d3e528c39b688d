"""The ink of a page to its digits in reading order.

Ink is traced back to the strokes of a pen, which are put together to digits as drawn ones are. What
a network then sees of a digit is the ink itself: of each stroke what is nearest to it, and where it
crosses others all that the pen left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.annotations import without_underlines
from app.blobs import FAINT, Blob, find_blobs, together, trimmed
from app.candidates import Pieces
from app.groups import CERTAIN
from app.ink import Box, lengths_along
from app.pieces import Piece, boxes
from app.potentials import of_pictures
from app.preprocess import Picture, block_maximum, width_of_pen
from app.scores import Scores
from app.segmentation import Segmentation, Weighing, beyond_rings, segment_lines
from app.tracing import RING, trace

Classify = Callable[[list[Picture]], NDArray[np.float32]]
"""Pictures of one digit each to their (n, 10) probabilities, all low for what is no digit."""
Indices = NDArray[np.intp]

LARGE, HEIGHT = 96, 64
"""Higher digits are looked at smaller, and all are traced at this height, in pixels."""
AREA = 1_000_000
"""So many pixels at most: a frame or a net is traced smaller."""
FINEST = 2.0
"""Pens are as wide when they are traced, in pixels, that no line falls apart."""
CLEAR = 0.4
"""From here on a pixel is traced."""
MOST_CANDIDATES = 12
"""Of the candidates with several strokes that a stroke is in; more than where the pen was seen."""
WIDEST = 1.2
"""What is certain and no wider is not taken apart. This and what follows are in heights of a
digit."""
TALL = 0.4
"""What is less high, a bar or a dot, goes with the nearest line."""
NEXT_LINE = 0.6
"""A line begins where the middle of something tall is so far below those of the line before."""
STEEPEST = 0.2
"""Tangent of the angle up to which lines may rise or fall."""


class Found(NamedTuple):
    """What may be a digit.

    Attributes:
        ink: (height, width) float32, 0 = paper to 1 = ink, cropped to it; may be smaller than on
            the page.
        box: where it lies, in pixels of the page.
        line: its line, from 0.
        spaced: whether a gap, or a mark, parts it from what is to its left.
    """

    ink: Picture
    box: Box
    line: int
    spaced: bool


class Written(NamedTuple):
    """Ink that hangs together, and the strokes that it was drawn in.

    Attributes:
        blob: the ink.
        pieces: the strokes, in pixels of the page.
        points: (p, 2) row and column of each point of these, at the size at which they were traced.
        strokes, along: (p,) the number of its stroke and at which part of the length of that.
        nearest: (h, w) which of these points is nearest.
        pen: about the width of the pen, an odd number of pixels of the same size.
        rows, columns: those of `nearest` for each row and column of the ink.
        boxes: (n, 4) left, top, right and bottom of each stroke and the ink nearest to it, in
            pixels of the ink.
    """

    blob: Blob
    pieces: list[Piece]
    points: Indices
    strokes: Indices
    along: NDArray[np.float64]
    nearest: NDArray[np.int32]
    pen: int
    rows: Indices
    columns: Indices
    boxes: Indices


class Page:
    """What is written on a page.

    Attributes:
        pieces: its strokes, whose numbers are their indices, in pixels of the page.
        lines: from top to bottom, the indices of their pieces.
    """

    def __init__(self, blobs: Sequence[Blob], height: float, classify: Classify) -> None:
        """`blobs`, and the usual height of a digit, are what `find_blobs` finds; `classify` is what
        a network says of parts of them.
        """
        self._classify = classify
        self._written: list[Written] = []
        self._scores: Scores[NDArray[np.float32]] = Scores(self._look_at)
        self.pieces: list[Piece] = []
        self.lines: list[list[int]] = []
        if not blobs:
            return
        for blob, row in zip(blobs, classify([blob.ink for blob in blobs]), strict=True):
            # A 1 may be a slash or a bracket, which is seen by its stroke.
            certain = row.max() >= CERTAIN and row.argmax() != 1
            whole = bool(certain) and blob.ink.shape[1] < WIDEST * height
            self._written.append(_traced(blob, height, len(self.pieces), whole))
            pieces = self._written[-1].pieces
            if len(pieces) == 1:
                self._scores.know(tuple(pieces), row)
            self.pieces += pieces
        self._ends = np.cumsum([len(written.pieces) for written in self._written])
        for line in _lines(blobs, height):
            self.lines.append([p.stroke for blob in line for p in self._written[blob].pieces])

    def ink_of(self, group: Pieces) -> Blob:
        """The ink that belongs to pieces, or to parts of them."""
        owners = {int(np.searchsorted(self._ends, p.stroke, side="right")) for p in group}
        return together([_own(self._written[owner], group) for owner in owners])

    def score(self, groups: Sequence[Pieces]) -> NDArray[np.float32]:
        """Groups of pieces to (n, 10) probabilities; the network looks at each group once."""
        return np.array(self._scores(groups))

    def _look_at(self, groups: Sequence[Pieces]) -> list[NDArray[np.float32]]:
        return list(self._classify([self.ink_of(group).ink for group in groups]))


def find_digits(ink: Picture, classify: Classify) -> list[Found]:
    """The digits of a page in reading order.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.
        classify: what the network says.
    """
    blobs, height = find_blobs(ink)
    shrink = max(int(height / LARGE), 1)
    if shrink > 1:
        blobs, height = find_blobs(block_maximum(ink, shrink))
    page = Page(blobs, height, classify)
    if not page.pieces:
        return []
    weighing = Weighing(of_pictures(), MOST_CANDIDATES)

    def read(pieces: Sequence[Piece]) -> Segmentation:
        index = {piece.stroke: i for i, piece in enumerate(pieces)}
        lines = ([index[i] for i in line if i in index] for line in page.lines)
        return segment_lines(pieces, [line for line in lines if line], page.score, weighing)

    groups = beyond_rings(without_underlines(page.pieces), read).groups
    found = []
    for group in groups:
        blob = page.ink_of(group.pieces)
        box = Box(*(shrink * length for length in blob.box))
        found.append(Found(blob.ink, box, group.line, group.spaced))
    return found


def one_digit(ink: Picture) -> Blob | None:
    """Everything written on a page, (height, width) float32, without specks and frames, if any."""
    blobs, _ = find_blobs(ink)
    return together(blobs) if blobs else None


def _lines(blobs: Sequence[Blob], height: float) -> list[list[int]]:
    """The lines from top to bottom, each the indices of its blobs from left to right."""
    low, high = boxes(blobs)
    x, y = (low + high).T / 2
    tall = np.flatnonzero((high - low)[:, 1] >= TALL * height)
    if not len(tall):
        tall = np.arange(len(blobs))
    level = y - _slope(x[tall], y[tall], height) * x
    lines: list[list[int]] = []
    for i in tall[np.argsort(level[tall])].tolist():
        if lines and level[i] - np.median(level[lines[-1]]) < NEXT_LINE * height:
            lines[-1].append(i)
        else:
            lines.append([i])
    line_of = {i: line for line in lines for i in line}
    for i in set(range(len(blobs))) - set(tall.tolist()):
        gaps = np.maximum(np.maximum(low[i], low[tall]) - np.minimum(high[i], high[tall]), 0)
        line_of[int(tall[np.hypot(*gaps.T).argmin()])].append(i)
    return [sorted(line, key=lambda i: x[i]) for line in lines]


def _slope(x: NDArray[np.float64], y: NDArray[np.float64], height: float) -> float:
    """The slope of the lines of digits, at which their middles lie on the fewest levels."""

    def sharpness(slope: float) -> float:
        level = (y - slope * x) / (0.1 * height)
        profile = np.bincount(np.rint(level - level.min()).astype(np.intp))
        smooth = np.convolve(profile, [1, 2, 3, 2, 1])
        return float(np.square(smooth).sum()) * (1 - abs(slope))

    slopes = np.linspace(-STEEPEST, STEEPEST, 81)
    return float(max(slopes[np.argsort(np.abs(slopes))], key=sharpness))


def _traced(blob: Blob, height: float, first: int, whole: bool) -> Written:
    """The strokes of a blob, numbered from `first`, all in one if it is to stay `whole`."""
    drawn_with = width_of_pen(blob.ink)
    scale = max(HEIGHT / height, min(FINEST / drawn_with, 1))
    scale = min(scale, (AREA / blob.ink.size) ** 0.5)
    size = [max(round(length * scale), 1) for length in blob.ink.shape]
    ink = block_maximum(blob.ink, int(1 / scale))  # a mean would leave thin lines faint
    if drawn_with < FINEST:
        ink = _wider(ink)
    scaled = np.asarray(Image.fromarray(ink).resize(size[::-1], Image.Resampling.BILINEAR))
    lines = trace(scaled >= min(CLEAR, float(scaled.max())))
    if whole:
        lines = [np.concatenate(lines)]
    strokes = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    lengths = [lengths_along(line) for line in lines]
    along = np.concatenate([length / max(float(length[-1]), 1e-9) for length in lengths])
    points = np.rint(np.concatenate(lines)[:, ::-1]).astype(np.intp)
    nearest = _nearest(points, scaled > 0)
    width = scaled.sum() / max(sum(length[-1] for length in lengths), 1)
    pen = 2 * int(min(width, *scaled.shape) / 2) + 1  # a blot has hardly any length
    ratio = np.array(blob.ink.shape) / scaled.shape
    rows, columns = (
        np.minimum((np.arange(length) + 0.5) / zoom, scaled.shape[axis] - 1).astype(np.intp)
        for axis, (length, zoom) in enumerate(zip(blob.ink.shape, ratio, strict=True))
    )
    pieces = [
        Piece(number, number, (line + 0.5) * ratio[::-1] - 0.5 + blob.low)
        for number, line in enumerate(lines, start=first)
    ]
    at = np.argwhere(scaled > 0)
    # A stroke may have no ink of its own where others cross it.
    places, owners = np.concatenate([at, points]), [strokes[nearest[tuple(at.T)]], strokes]
    boxes = _boxes(places, np.concatenate(owners), len(lines)) * np.tile(ratio[::-1], 2)
    margin = pen / 2 * ratio[::-1] + 1
    boxes = boxes + np.concatenate([-margin, margin])
    boxes = np.clip(boxes, 0, np.tile(blob.ink.shape[::-1], 2)).astype(np.intp)
    return Written(blob, pieces, points, strokes + first, along, nearest, pen, rows, columns, boxes)


def _wider(ink: Picture) -> Picture:
    """The ink of a pen that is a pixel wider."""
    padded = np.pad(ink, [(1, 0), (1, 0)])
    across = np.maximum(padded[:, 1:], padded[:, :-1])
    wider: Picture = np.maximum(across[1:], across[:-1])
    return wider


def _boxes(pixels: Indices, labels: Indices, count: int) -> Indices:
    """(count, 4) left, top, right, bottom of (n, 2) rows and columns with each label."""
    boxes = np.zeros((count, 4), np.intp)
    boxes[:, :2] = pixels.max() + 1
    for place, at in zip((1, 0), pixels.T, strict=True):
        np.minimum.at(boxes[:, place], labels, at)
        np.maximum.at(boxes[:, place + 2], labels, at + 1)
    return boxes


def _nearest(points: Indices, ink: NDArray[np.bool_]) -> NDArray[np.int32]:
    """(height, width) which of (n, 2) rows and columns each pixel of ink is nearest to, going
    through ink.
    """
    padded = np.full((ink.shape[0] + 2, ink.shape[1] + 2), -1, np.int32)
    nearest = padded[1:-1, 1:-1]
    nearest[tuple(points.T)] = np.arange(len(points))
    while True:
        left = (nearest < 0) & ink
        before = padded.copy()
        for down, right in RING:
            beside = before[1 + down :, 1 + right :][: ink.shape[0], : ink.shape[1]]
            take = left & (nearest < 0) & (beside >= 0)
            nearest[take] = beside[take]
        if not (left & (nearest >= 0)).any():
            return np.maximum(nearest, 0)


def _own(written: Written, group: Pieces) -> Blob:
    """The ink of a piece of ink that belongs to the strokes of a group.

    Where strokes cross, each has all the ink that the pen leaves.
    """
    blob, first = written.blob, written.pieces[0].stroke
    own = [piece for piece in group if 0 <= piece.stroke - first < len(written.pieces)]
    boxes = written.boxes[[piece.stroke - first for piece in own]]
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    is_own = np.zeros(len(written.strokes), bool)
    for piece in own:
        start, stop = piece.part
        within = (written.along >= start) & (written.along <= stop)
        is_own |= (written.strokes == piece.stroke) & within
    drawn = np.zeros(written.nearest.shape, bool)
    drawn[tuple(written.points[is_own].T)] = True
    rows, columns = written.rows[top:bottom], written.columns[left:right]
    corner, end = (rows[0], columns[0]), (rows[-1] + 1, columns[-1] + 1)
    area = slice(corner[0], end[0]), slice(corner[1], end[1])
    belongs = is_own[written.nearest[area]] | _widened(drawn[area], written.pen)
    belongs = belongs[np.ix_(rows - corner[0], columns - corner[1])]
    ink = np.where(belongs, blob.ink[top:bottom, left:right], np.float32(0))
    if not (ink >= FAINT).any():  # all of it lies below other strokes
        return blob
    return trimmed(ink, blob.left + int(left), blob.top + int(top))


def _widened(drawn: NDArray[np.bool_], pen: int) -> NDArray[np.bool_]:
    """A (height, width) mask drawn anew with a square pen, an odd number of pixels wide."""
    around = pen // 2
    sums = np.pad(drawn.astype(np.int32), (around + 1, around)).cumsum(axis=0).cumsum(axis=1)
    columns = sums[:, pen:] - sums[:, :-pen]
    under: NDArray[np.bool_] = columns[pen:] > columns[:-pen]
    return under
