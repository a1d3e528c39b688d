"""Erasing ink: whole strokes, or only what the eraser touches of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.ink import Ink, Stroke
from app.points import Point, Points

Floats = NDArray[np.float64]
Position = tuple[float, float]

CRUMB = 1.0
"""Parts of a stroke shorter than that, in canvas pixels, are not worth keeping."""


class Erasing:
    """One go of an eraser over a drawing.

    Attributes:
        ink: what is left of the drawing; the same object as long as nothing was touched.
    """

    def __init__(self, ink: Ink, parts: bool) -> None:
        """`parts` says whether only what is touched of a stroke goes, or all of it."""
        self.ink = ink
        self._parts = parts
        self._strokes = [(stroke, stroke.xy()) for stroke in ink.strokes]

    def rub(self, start: Position, end: Position, reach: float) -> bool:
        """Move a round eraser from one point to the next; whether that took anything.

        `reach` is the eraser's radius, in canvas pixels as the points.
        """
        left: list[tuple[Stroke, Floats]] = []
        touched = False
        for stroke, xy in self._strokes:
            spans = _touched(xy, np.array(start), np.array(end), reach)
            if not (spans[:, 0] <= spans[:, 1]).any():
                left.append((stroke, xy))
                continue
            touched = True
            if self._parts:
                left += [(part, part.xy()) for part in _outside(stroke, spans)]
        if touched:
            self._strokes = left
            self.ink = Ink(tuple(stroke for stroke, _ in left))
        return touched


def _touched(xy: Floats, start: Floats, end: Floats, reach: float) -> Floats:
    """(n - 1, 2) where an eraser's way enters and leaves each part of an (n, 2) line, 0 to 1.

    What it does not touch is entered at 1 and left at 0. A dot counts as one part.
    """
    a = xy[:-1] if len(xy) > 1 else xy
    d = np.diff(xy, axis=0) if len(xy) > 1 else np.zeros_like(xy)
    way = end - start
    length = float(np.hypot(*way))
    discs = [_in_disc(a - centre, d, reach) for centre in (start, end)]
    if not length:
        return discs[0]
    along, across = way / length, np.array([-way[1], way[0]]) / length
    strip = _common(
        _in_slab((a - start) @ along, d @ along, 0, length),
        _in_slab((a - start) @ across, d @ across, -reach, reach),
    )
    # All of it is convex, so that there is one stretch between the first and the last.
    spans = np.stack([*discs, strip])
    return np.stack([spans[:, :, 0].min(axis=0), spans[:, :, 1].max(axis=0)], axis=1)


def _in_disc(a: Floats, d: Floats, reach: float) -> Floats:
    """(n, 2) stretches of t, 0 to 1, in which a + t d is within `reach` of the origin."""
    square, middle = (d**2).sum(axis=1), -(a * d).sum(axis=1)
    still = square == 0
    square = np.where(still, 1, square)
    root = middle**2 - square * ((a**2).sum(axis=1) - reach**2)
    half = np.sqrt(np.maximum(root, 0))
    within = np.where(still, (a**2).sum(axis=1) <= reach**2, root >= 0)
    low = np.where(still, 0, (middle - half) / square)
    high = np.where(still, 1, (middle + half) / square)
    return _clipped(low, high, within)


def _in_slab(a: Floats, d: Floats, low: float, high: float) -> Floats:
    """(n, 2) stretches of t, 0 to 1, in which a + t d is between two values."""
    still = d == 0
    step = np.where(still, 1, d)
    first, second = (low - a) / step, (high - a) / step
    within = ~still | ((a >= low) & (a <= high))
    return _clipped(
        np.where(still, 0, np.minimum(first, second)),
        np.where(still, 1, np.maximum(first, second)),
        within,
    )


def _common(a: Floats, b: Floats) -> Floats:
    low, high = np.maximum(a[:, 0], b[:, 0]), np.minimum(a[:, 1], b[:, 1])
    return _clipped(low, high, low <= high)


def _clipped(low: Floats, high: Floats, within: NDArray[np.bool_]) -> Floats:
    low, high = np.maximum(low, 0), np.minimum(high, 1)
    within = within & (low <= high)
    return np.stack([np.where(within, low, 1), np.where(within, high, 0)], axis=1)


def _outside(stroke: Stroke, spans: Floats) -> Iterator[Stroke]:
    """The parts of a stroke between the stretches that were touched."""
    begin = 0.0
    for number, (low, high) in enumerate(spans.tolist()):
        if low <= high:
            yield from _part(stroke, begin, number + low)
            begin = number + high
    yield from _part(stroke, begin, float(len(stroke.points) - 1))


def _part(stroke: Stroke, begin: float, end: float) -> Iterator[Stroke]:
    """The part from one place to another, if it is longer than a crumb; 1.5 is between 1 and 2."""
    if end <= begin:
        return
    inner = range(int(begin) + 1, int(np.ceil(end)))
    places = [begin, *inner, end]
    points = Points(_point_at(stroke, place) for place in places)
    nearest = [round(place) for place in places]
    channels = tuple([channel[i] for i in nearest] for channel in stroke.channels)
    part = Stroke(points, channels)
    if float(np.hypot(*np.diff(part.xy(), axis=0).T).sum()) > CRUMB:
        yield part


def _point_at(stroke: Stroke, place: float) -> Point:
    number = min(int(place), len(stroke.points) - 2)
    share = place - number
    (ax, ay, at), (bx, by, bt) = stroke.points[number : number + 2]
    t = None if at is None or bt is None else at + share * (bt - at)
    return Point(ax + share * (bx - ax), ay + share * (by - ay), t)
