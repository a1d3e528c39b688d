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
"""Lines are under and through what is so high at least. This and what follows are in line heights
but where something else is said."""
LONG, LONG_ALONE = 1.2, 2.0
"""A line under or through several digits, or under one, is longer than any bar in a digit."""
SLOPE = 0.25
"""And no steeper."""
SUNK, FAR = 0.2, 0.6
"""So far what is above a line may reach below it, or end above it."""
BEGINS, HANGS = 0.1, 0.3
"""What begins no farther below a line, and ends farther below it, belongs to it."""
CLOSED = 0.3
"""The ends of a ring are so near its other end, in parts of its size."""
ROOMY, ROOMY_ALONE = 1.4, 1.75
"""A ring is so many times higher than what is in it, and than a straight stroke that may be the
slash of a zero,"""
UPRIGHT = 0.35
"""which leans so much at least, in width per height,"""
LEAST = 0.3
"""and what is no higher than this, in parts of the ring's height, may be the dot of one."""


def written(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What of the pieces is writing that stands, perhaps with rings, and what struck out the rest.

    Pieces come in the order of writing: a scratch strikes what was there before it. One over
    nothing is a drawing like any other, and so is a line under nothing.
    """
    if not pieces:
        return [], []
    left: list[int] = []
    strikes: list[Piece] = []
    low, high = boxes(pieces)
    for i, piece in enumerate(pieces):
        # Of what was there before, all that the piece could reach.
        reach = MARGIN * max(float(piece.size.max()), 1)
        near = ((low[:i] <= high[i] + reach) & (high[:i] >= low[i] - reach)).all(axis=1)
        others = [pieces[j] for j in left if near[j]]
        struck = _struck(piece, others) if others else []
        if struck:
            left = [j for j in left if pieces[j] not in struck]
            strikes.append(piece)
        else:
            left.append(i)
    return without_underlines([pieces[j] for j in left]), strikes


def without_underlines(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without lines under others."""
    is_line = np.array([_is_line(piece) for piece in pieces], bool)
    if not is_line.any() or is_line.all():
        return list(pieces)
    others = [piece for piece, line in zip(pieces, is_line, strict=True) if not line]
    low, high = boxes(others)
    return [
        piece
        for piece, line in zip(pieces, is_line, strict=True)
        if not (line and _is_under(piece, others, low, high))
    ]


def find_rings(pieces: Sequence[Piece]) -> dict[Piece, list[Piece]]:
    """The rings that may be round numbers, each with what is inside."""
    closed = {i for i, piece in enumerate(pieces) if _is_closed(piece)}
    if not closed or len(pieces) < 2:
        return {}
    low, high = boxes(pieces)
    rest = [piece for i, piece in enumerate(pieces) if i not in closed]
    height = line_height(rest) if rest else 0.0
    rings = {}
    for i in sorted(closed):
        within = (low > low[i]).all(axis=1) & (high < high[i]).all(axis=1)
        inside = [pieces[j] for j in np.flatnonzero(within).tolist()]
        if inside and _has_room(pieces[i], inside, height):
            rings[pieces[i]] = inside
    return rings


def _struck(piece: Piece, others: Sequence[Piece]) -> list[Piece]:
    """Which of the others a stroke strikes out."""
    if _is_scratch(piece):
        return [p for p in others if _covers(piece, p) or _goes_through(piece, p)]
    if not _is_line(piece):
        return []
    through = [p for p in others if _goes_through(piece, p, margin=0)]
    # Straight strokes alone are a tally or a letter.
    if not through or all(p.is_straight for p in through):
        return []
    height = line_height(through)
    return through if piece.size[0] >= LONG * height and _several(through, height) else []


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
    """Whether a stroke, and no dot, is straight and level."""
    width, height = piece.size
    return piece.is_straight and width > 0 and bool(height <= SLOPE * width)


def _is_under(line: Piece, others: Sequence[Piece], low: Floats, high: Floats) -> bool:
    """Whether a line is one under some of the others, with these boxes."""
    y = float(line.points[:, 1].mean())
    middle = (low[:, 0] + high[:, 0]) / 2
    beside = (line.low[0] <= middle) & (middle <= line.high[0])
    over = [others[i] for i in np.flatnonzero(beside & (low[:, 1] < y)).tolist()]
    if not over:
        return False
    height = line_height(over)
    ends = high[:, 1] - y
    above = [
        p
        for p in over
        if p.size[1] >= TALL * height and -FAR * height <= p.high[1] - y <= SUNK * height
    ]
    hangs = beside & (low[:, 1] < y + BEGINS * height) & (ends > HANGS * height)
    least = LONG if _several(above, height) else LONG_ALONE
    return bool(above and not hangs.any() and line.size[0] >= least * height)


def _several(pieces: Sequence[Piece], height: float) -> bool:
    """Whether of what is tall some is beside the rest, as several digits are."""
    tall = [p for p in pieces if p.size[1] >= TALL * height]
    return bool(tall) and max(p.low[0] for p in tall) > min(p.high[0] for p in tall)


def _is_closed(piece: Piece) -> bool:
    """Whether a stroke leads back to where it began, or past it."""
    half = len(piece.points) // 2
    near = CLOSED * float(piece.size.max())
    to_start = np.hypot(*(piece.points[half:] - piece.points[0]).T).min()
    to_end = np.hypot(*(piece.points[:half] - piece.points[-1]).T).min()
    return bool(max(to_start, to_end) <= near)


def _has_room(ring: Piece, inside: Sequence[Piece], height: float) -> bool:
    """Whether a ring is large for what is inside and for writing of this height."""
    tall = float(max(p.high[1] for p in inside) - min(p.low[1] for p in inside))
    size = float(ring.size[1])
    only, *more = inside
    may_be_slash = not more and only.chord > 0.75 * only.length
    if may_be_slash and only.size[0] > UPRIGHT * only.size[1]:
        return False
    roomy = ROOMY_ALONE if may_be_slash else ROOMY
    return size > max(ROOMY * height, roomy * tall) and tall > LEAST * size
