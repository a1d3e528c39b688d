"""The ink of a page to its digits in reading order.

Ink is traced back to the strokes of a pen, which are put together to digits as drawn ones are. What
a network then sees of a digit is the ink itself, each pixel of which belongs to the nearest stroke.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.blobs import FAINT, Blob, find_blobs, together, trimmed
from app.candidates import Pieces
from app.ink import lengths_along
from app.pieces import Piece, find_lines
from app.potentials import of_pictures
from app.preprocess import Picture, block_maximum
from app.segmentation import segment_lines
from app.tracing import RING, trace

Classify = Callable[[list[Picture]], NDArray[np.float32]]
"""Pictures of one digit each to their (n, 10) probabilities, all low for what is no digit."""
Labels = NDArray[np.intp]

HEIGHT = 64
"""Digits are traced at this height in pixels."""
LONGEST = 4000
"""What is longer is traced at this length."""
CLEAR = 0.4
"""From here on a pixel is traced."""
SURE = 0.9
"""What is read with this confidence is not taken apart."""
WIDEST = 1.2
"""Unless it is wider, in heights of a digit."""


class Found(NamedTuple):
    """What may be a digit: its ink, its line, from 0, and whether a gap parts it from its left."""

    blob: Blob
    line: int
    spaced: bool


class Written(NamedTuple):
    """Ink that hangs together, and the strokes that it was drawn in.

    Attributes:
        blob: the ink.
        stroke: (height, width), the number of the stroke that each of its pixels belongs to.
        along: (height, width) float32, at which part of the length of that stroke.
        pieces: the strokes, in pixels of the page.
    """

    blob: Blob
    stroke: Labels
    along: NDArray[np.float32]
    pieces: list[Piece]


def find_digits(ink: Picture, classify: Classify) -> list[Found]:
    """The digits of a page in reading order.

    Args:
        ink: (height, width) float32, 0 = paper to 1 = ink.
        classify: what the network says.
    """
    written = find_strokes(ink, classify)
    pieces = [piece for one in written for piece in one.pieces]
    if not pieces:
        return []
    ends = np.cumsum([len(one.pieces) for one in written])
    wholes = [Piece(i, i, np.concatenate([p.xy for p in w.pieces])) for i, w in enumerate(written)]
    lines = [
        [piece.stroke for i in line for piece in written[i].pieces] for line in find_lines(wholes)
    ]

    def ink_of(group: Pieces) -> Blob:
        owners = {int(np.searchsorted(ends, piece.stroke, side="right")) for piece in group}
        return together([_own(written[owner], group) for owner in owners])

    def score(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        return classify([ink_of(group).ink for group in groups])

    groups = segment_lines(pieces, lines, score, of_pictures()).groups
    return [Found(ink_of(group.pieces), group.line, group.spaced) for group in groups]


def one_digit(ink: Picture) -> Blob | None:
    """Everything written on a page, (height, width) float32, without specks and frames, if any."""
    blobs, _ = find_blobs(ink)
    return together(blobs) if blobs else None


def find_strokes(ink: Picture, classify: Classify) -> list[Written]:
    """What is written on a page, piece of ink by piece; what reads as a digit is one stroke."""
    blobs, height = find_blobs(ink)
    if not blobs:
        return []
    written: list[Written] = []
    first = 0
    for blob, row in zip(blobs, classify([blob.ink for blob in blobs]), strict=True):
        # A 1 may be a slash or a bracket, which is seen by its stroke.
        is_digit = row.max() >= SURE and row.argmax() != 1 and blob.ink.shape[1] < WIDEST * height
        written.append(_traced(blob, height, first, whole=bool(is_digit)))
        first += len(written[-1].pieces)
    return written


def _traced(blob: Blob, height: float, first: int, whole: bool) -> Written:
    """The strokes of a blob, numbered from `first`, all in one if it is to stay `whole`."""
    scale = min(HEIGHT / height, LONGEST / max(blob.ink.shape))
    size = [max(round(length * scale), 1) for length in blob.ink.shape]
    ink = block_maximum(blob.ink, int(1 / scale))  # a mean would leave thin lines faint
    scaled = np.asarray(Image.fromarray(ink).resize(size[::-1], Image.Resampling.BILINEAR))
    lines = trace(scaled >= min(CLEAR, float(scaled.max())))
    if whole:
        lines = [np.concatenate(lines)]
    points = np.concatenate(lines)
    strokes = np.repeat(np.arange(first, first + len(lines)), [len(line) for line in lines])
    along = [lengths_along(line) for line in lines]
    parts = np.concatenate([a / max(float(a[-1]), 1e-9) for a in along])
    nearest = _nearest(points, scaled > 0)
    rows, columns = (
        np.minimum((np.arange(length) + 0.5) * scaled.shape[axis] / length, scaled.shape[axis] - 1)
        for axis, length in enumerate(blob.ink.shape)
    )
    of_pixel = nearest[np.ix_(rows.astype(np.intp), columns.astype(np.intp))]
    ratio = np.array(blob.ink.shape)[::-1] / scaled.shape[::-1]
    corner = [blob.left, blob.top]
    return Written(
        blob,
        strokes[of_pixel],
        parts[of_pixel].astype(np.float32),
        [
            Piece(number, number, (line + 0.5) * ratio - 0.5 + corner)
            for number, line in enumerate(lines, start=first)
        ],
    )


def _nearest(points: NDArray[np.float64], ink: NDArray[np.bool_]) -> Labels:
    """(height, width) which of (n, 2) points each pixel of ink is nearest to, going through ink."""
    column, row = np.rint(points).astype(np.intp).T
    padded = np.full((ink.shape[0] + 2, ink.shape[1] + 2), -1)
    nearest = padded[1:-1, 1:-1]
    nearest[row, column] = np.arange(len(points))
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
    """The ink of a piece of ink that belongs to the strokes of a group."""
    own = np.zeros(written.blob.ink.shape, bool)
    for piece in group:
        start, stop = piece.part
        within = (written.along >= start) & (written.along <= stop)
        own |= (written.stroke == piece.stroke) & within
    ink = np.where(own, written.blob.ink, np.float32(0))
    if not (ink >= FAINT).any():
        ink = written.blob.ink
    return trimmed(ink, written.blob.left, written.blob.top)
