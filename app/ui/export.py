"""A drawing as a file: PNG, SVG or ink, with lines as they are seen in the window."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.ink import Box, Drawing, Ink, bounding_box, format_drawing
from app.points import Point, Points
from app.ui.picture import ReadPicture
from app.ui.shapes import draw_line
from app.ui.theme import PALETTES
from app.ui.trace import outline

DENSITY = 2
"""Pixels of a PNG per pixel of the ink."""
LONGEST = 4000
"""Pixels on the longer side of a PNG at most."""
COLOUR, PAPER = PALETTES["light"].ink, PALETTES["light"].paper
"""The same in any theme, as paper elsewhere is white."""


def _lines(ink: Ink) -> list[NDArray[np.float64]]:
    return [np.array(outline(stroke)) for stroke in ink.strokes if stroke.points]


def _frame(lines: list[NDArray[np.float64]], pen_width: float) -> Box:
    """The ink with its width, and as much again of paper around it."""
    box = bounding_box(lines)
    margin = 1.5 * pen_width
    return Box(
        box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin
    )  # fmt: skip


def to_png(ink: Ink, pen_width: float) -> bytes:
    """Ink, at least one point of it, on white paper; `pen_width` in pixels of the ink."""
    lines = _lines(ink)
    frame = _frame(lines, pen_width)
    scale = min(DENSITY, LONGEST / max(frame.width, frame.height))
    size = round(scale * frame.width), round(scale * frame.height)
    alpha = np.zeros((max(size[0], 1), max(size[1], 1)), np.uint8)
    for line in lines:
        points = ((line - frame[:2]) * scale - 0.5).tolist()
        for start, end in zip(points, points[1:] or points, strict=False):
            draw_line(alpha, start, end, pen_width * scale)
    image = Image.new("RGB", alpha.shape, PAPER)
    image.paste(COLOUR, mask=Image.fromarray(np.ascontiguousarray(alpha.T)))
    return _png(image)


def picture_to_png(picture: ReadPicture) -> bytes:
    """A picture that was read, as far as it was kept, without what was found in it."""
    with Image.open(BytesIO(picture.packed)) as image:
        return _png(image)


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def to_svg(ink: Ink, pen_width: float) -> bytes:
    """Ink, at least one point of it, as a path per stroke, without paper."""
    lines = _lines(ink)
    x, y, width, height = _frame(lines, pen_width)
    paths = "".join(f'<path d="{_path(line)}"/>\n' for line in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}"'
        f' viewBox="{x:.2f} {y:.2f} {width:.2f} {height:.2f}">\n'
        f'<g fill="none" stroke="{COLOUR}" stroke-width="{pen_width:g}"'
        f' stroke-linecap="round" stroke-linejoin="round">\n{paths}</g>\n</svg>\n'
    ).encode()


def _path(line: NDArray[np.float64]) -> str:
    """A dot is a line of no length, which round ends make visible."""
    (x, y), *rest = line.tolist()
    onward = "".join(f" {x:.2f},{y:.2f}" for x, y in rest or [(x, y)])
    return f"M{x:.2f},{y:.2f} L{onward[1:]}"


def to_ink_file(ink: Ink, page: Box | None) -> bytes:
    """An ink file of one drawing, whose times begin with 0; `page` is what the paper shows."""
    times = [point.t for stroke in ink.strokes for point in stroke.points if point.t is not None]
    begin = min(times, default=0.0)
    strokes = tuple(
        replace(stroke, points=Points(_earlier(point, begin) for point in stroke.points))
        for stroke in ink.strokes
    )
    return f"{format_drawing(Drawing.on_paper(Ink(strokes), page))}\n".encode()


def _earlier(point: Point, by: float) -> Point:
    """Times are rounded to microseconds, finer than any pointing device tells them."""
    return point if point.t is None else point._replace(t=round(point.t - by, 6))
