"""What is drawn about writing and is none: scratches and lines that strike it out, lines under it,
rings and frames round it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.pieces import Piece, boxes, line_height, quantile

Floats = NDArray[np.float64]

TEETH = 4
"""A stroke that turns back so often is a scratch and no digit."""
TOOTH = 0.35
"""Going back counts from this part of the stroke's extent on."""
COVERED = 0.6
"""The part of a stroke within a scratch from which on it is struck out."""
MARGIN = 0.1
"""A scratch covers so much more than its ink, in lengths of it."""
THROUGH = 0.25
"""What goes through the middle of a stroke is no farther aside of it, in parts of its extent."""
TALL = 0.5
"""Lines are under and through what is so high at least. This and the following are in line heights
but for slopes."""
LONG, LONG_ALONE = 1.2, 2.0
"""A line under or through several digits, or under one, is longer than any bar in a digit."""
SLOPE = 0.25
"""And no steeper."""
SUNK = 0.2
"""So far what is above a line may reach below it."""
CLOSED = 0.3
"""The ends of a ring are so near each other, in parts of its size."""
ROOMY = 1.4
"""A ring is so many times higher than the writing, and than what is in it, which has room."""
LEAST = 0.3
"""What is lower in a ring, in parts of its height, may be the dot of a zero."""
UPRIGHT = 0.35
"""What is steeper, in width per height, is no slash of one."""


def written(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What of the pieces is writing that stands, and what struck out the rest.

    Pieces come in the order of writing: a scratch strikes what was there before it. One over
    nothing is a drawing like any other, and so is a line under nothing or an empty ring.
    """
    left: list[Piece] = []
    strikes: list[Piece] = []
    for piece in pieces:
        struck = _struck(piece, left)
        if struck:
            left = [p for p in left if p not in struck]
            strikes.append(piece)
        else:
            left.append(piece)
    return plain(left), strikes


def plain(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without lines under others and rings round them."""
    if not pieces:
        return []
    low, high = boxes(pieces)
    return [
        piece
        for i, piece in enumerate(pieces)
        if not (_is_line(piece) and _underlines(piece, _above(i, pieces, low, high)))
        and not (_is_ring(piece) and _surrounds(i, pieces, low, high))
    ]


def _struck(piece: Piece, others: Sequence[Piece]) -> list[Piece]:
    """Which of the others a stroke strikes out."""
    if _is_scratch(piece):
        return [p for p in others if _covers(piece, p) or _goes_through(piece, p)]
    if _is_line(piece):
        through = [p for p in others if _goes_through(piece, p, margin=0)]
        height = line_height(through) if through else 1.0
        if piece.size[0] >= LONG * height and _several(through, height):
            return through
    return []


def _is_scratch(piece: Piece) -> bool:
    """Whether a stroke goes to and fro more often than any digit does."""
    if piece.length < 2 * piece.size.max():
        return False
    along = piece.xy @ _axes(piece)[:, -1]
    tooth = TOOTH * np.ptp(along)
    turns, direction, extreme = 0, 0, along[0]
    for value in along:
        if (direction >= 0 and value > extreme) or (direction <= 0 and value < extreme):
            if direction == 0 and abs(value - extreme) >= tooth:
                direction = 1 if value > extreme else -1
            extreme = value if direction else extreme
        elif direction and abs(value - extreme) >= tooth:
            turns, direction, extreme = turns + 1, -direction, value
    return turns >= TEETH


def _axes(piece: Piece) -> Floats:
    """(2, 2) the directions across and along a stroke, in columns."""
    steps = np.diff(piece.xy, axis=0)
    axes: Floats = np.linalg.eigh(steps.T @ steps)[1]
    return axes


def _covers(scratch: Piece, piece: Piece) -> bool:
    """Whether most of a piece is within the box of a scratch, upright and turned as it is."""
    within = np.ones(len(piece.points), bool)
    for axes in (np.eye(2), _axes(scratch)):
        area, points = scratch.xy @ axes, piece.points @ axes
        margin = MARGIN * np.ptp(area, axis=0).max()
        within &= (points >= area.min(axis=0) - margin).all(axis=1)
        within &= (points <= area.max(axis=0) + margin).all(axis=1)
    return bool(within.mean() >= COVERED)


def _goes_through(stroke: Piece, piece: Piece, margin: float = MARGIN) -> bool:
    """Whether a narrow stroke leads through the middle of a piece, from before it to behind it but
    for a margin in lengths of the stroke.
    """
    axes = _axes(stroke)
    area, points = stroke.xy @ axes, piece.points @ axes
    low, high = points.min(axis=0), points.max(axis=0)
    first, last = area[:, 1].min(), area[:, 1].max()
    slack = margin * (last - first)
    passes = first - slack <= low[1] and high[1] <= last + slack
    width = high[0] - low[0]
    narrow = np.ptp(area[:, 0]) <= width
    aside = abs(quantile(area[:, 0]) - (low[0] + high[0]) / 2)
    return bool(passes and narrow and aside < THROUGH * width)


def _is_line(piece: Piece) -> bool:
    """Whether a stroke is straight and level."""
    width, height = piece.size
    return piece.is_straight and bool(height <= SLOPE * width)


def _above(line: int, pieces: Sequence[Piece], low: Floats, high: Floats) -> list[Piece]:
    """What is tall above a line, that with this index, and no line itself."""
    of_line = pieces[line]
    middle = (low[:, 0] + high[:, 0]) / 2
    over = (of_line.low[0] <= middle) & (middle <= of_line.high[0]) & (low[:, 1] < of_line.low[1])
    over[line] = False
    found = [pieces[i] for i in np.flatnonzero(over).tolist() if not _is_line(pieces[i])]
    if not found:
        return []
    height = line_height(found)
    foot = float(of_line.points[:, 1].mean()) + SUNK * height
    return [p for p in found if p.size[1] >= TALL * height and p.high[1] <= foot]


def _underlines(line: Piece, above: Sequence[Piece]) -> bool:
    """Whether a line is long enough to be one under what is above it."""
    if not above:
        return False
    height = line_height(above)
    return bool(line.size[0] >= (LONG if _several(above, height) else LONG_ALONE) * height)


def _several(pieces: Sequence[Piece], height: float) -> bool:
    """Whether of what is tall some is beside the rest, as several digits are."""
    tall = [p for p in pieces if p.size[1] >= TALL * height]
    return bool(tall) and max(p.low[0] for p in tall) > min(p.high[0] for p in tall)


def _is_ring(piece: Piece) -> bool:
    """Whether a stroke leads back to where it began."""
    return piece.chord <= CLOSED * float(piece.size.max())


def _surrounds(ring: int, pieces: Sequence[Piece], low: Floats, high: Floats) -> bool:
    """Whether a ring, that with this index, is one round writing."""
    within = (low > low[ring]).all(axis=1) & (high < high[ring]).all(axis=1)
    if not within.any():
        return False
    tall = float(high[within, 1].max() - low[within, 1].min())
    size = float(pieces[ring].size[1])
    rest = line_height([p for i, p in enumerate(pieces) if i != ring])
    inside = [pieces[i] for i in np.flatnonzero(within).tolist()]
    has_room = size > ROOMY * max(rest, tall)
    return has_room and tall > LEAST * size and not (len(inside) == 1 and _is_slash(inside[0]))


def _is_slash(piece: Piece) -> bool:
    """Whether a stroke in a zero may be its slash."""
    return piece.chord > 0.75 * piece.length and bool(piece.size[0] > UPRIGHT * piece.size[1])
