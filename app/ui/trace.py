"""The line that is seen of a stroke: steady where the pen is slow, curved where it is fast."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from app.ink import Stroke
from app.ui.view import Position

Segment = tuple[Position, Position]

STEADY_STEP = 8
"""Length in pixels of the ink from which on a step of the pen is believed as it is."""
SMALLEST_PART = 0.35
"""How much of a short step the line takes."""
CORNER = math.cos(math.radians(70))
"""Cosine of the turn from which on the pen has gone round a corner and not along a curve."""
FLAT = 0.1
"""How far a curve may be from the straight lines that are drawn of it, in pixels of the ink."""

MOST_LINES = 100
"""So many are drawn of a curve at most, as files may hold ink of any size."""


class Trace:
    """The line that is drawn of a stroke, and how far it has been drawn.

    A mouse tells whole pixels, which makes slow lines rough. So the line follows a pen that moves
    in small steps by a part of each step only, at most 2 pixels behind. A fast mouse tells few
    positions. Between these the line is a quadratic B-spline, which touches the middle of each
    step; from the last middle on it is not known yet how it will go.

    Attributes:
        tail: from there to the pen, to be drawn anew each time.
    """

    def __init__(self, stroke: Stroke) -> None:
        self.stroke = stroke
        self.tail: Segment = ((0.0, 0.0), (0.0, 0.0))
        self._points = 0
        self._from: Position = (0.0, 0.0)

    @property
    def is_behind(self) -> bool:
        """Whether the stroke has points that are new."""
        return self._points < len(self.stroke.points)

    def new_lines(self) -> Iterator[Segment]:
        """Start and end of each line that has become certain since the last call."""
        for x, y, _ in self.stroke.points[self._points :]:
            self._points += 1
            if self._points == 1:
                self._from = (x, y)
                self.tail = (x, y), (x, y)
                continue
            middle, before = self.tail
            step = math.dist(before, (x, y))
            part = min(max(step / STEADY_STEP, SMALLEST_PART), 1)
            end = before[0] + part * (x - before[0]), before[1] + part * (y - before[1])
            to = _middle(before, end)
            yield from pairwise(_curve(middle, before, to, self._from, end))
            self.tail, self._from = (to, end), before


def _middle(a: Position, b: Position) -> Position:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _curve(
    start: Position, control: Position, end: Position, before: Position, after: Position
) -> list[Position]:
    """Points of a quadratic Bezier curve, or round the corner where there is one at `control`."""
    ax, ay = control[0] - before[0], control[1] - before[1]
    bx, by = after[0] - control[0], after[1] - control[1]
    if ax * bx + ay * by <= CORNER * math.hypot(ax, ay) * math.hypot(bx, by):
        return [start, control, end]
    off = math.dist(control, _middle(start, end)) / 2
    count = min(max(math.ceil(math.sqrt(off / FLAT)), 1), MOST_LINES)
    points = [start]
    for number in range(1, count + 1):
        t = number / count
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append(
            (
                a * start[0] + b * control[0] + c * end[0],
                a * start[1] + b * control[1] + c * end[1],
            )
        )
    return points


def outline(stroke: Stroke) -> list[Position]:
    """The points of the line that is seen of a stroke, one for a dot; none where it has none."""
    if not stroke.points:
        return []
    trace = Trace(stroke)
    points = [stroke.points[0][:2], *(end for _, end in trace.new_lines())]
    return points if trace.tail[1] == points[-1] else [*points, trace.tail[1]]
