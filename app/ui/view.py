"""Which part of the plane that ink lies in the paper shows, and how large."""

from __future__ import annotations

from typing import NamedTuple

from pygame import Rect

from app.ink import Box, Ink, bounding_box

Position = tuple[float, float]

FILLED = 0.7
"""How much of the paper's width or height ink from elsewhere is made to fill."""


class View(NamedTuple):
    """How ink lies in the window.

    Attributes:
        scale: pixels of the window per pixel of the ink.
        left, top: where the ink's origin is, in pixels of the window.
    """

    scale: float
    left: float
    top: float

    @classmethod
    def plain(cls, area: Rect, scale: float) -> View:
        """The view of clean paper, an area of the window: the origin is its corner."""
        return cls(scale, area.left, area.top)

    @classmethod
    def fit(cls, page: Box, area: Rect) -> View:
        """A page of the ink's plane, as large as fits into an area of the window, in its middle."""
        scale = min(area.width / page.width, area.height / page.height)
        left = area.left + (area.width - scale * page.width) / 2 - scale * page.x
        top = area.top + (area.height - scale * page.height) / 2 - scale * page.y
        # Rounded, so that a page and what is shown of it lead to the same view again.
        return cls(float(f"{scale:.6g}"), round(left, 2), round(top, 2))

    def page(self, area: Rect) -> Box:
        """What an area of the window shows of the ink's plane."""
        x, y = self.to_ink(area.topleft)
        return Box(x, y, area.width / self.scale, area.height / self.scale)

    def to_ink(self, position: Position) -> Position:
        """A position in the window, in pixels of the ink."""
        return (position[0] - self.left) / self.scale, (position[1] - self.top) / self.scale

    def to_window(self, point: Position) -> Position:
        """A point of the ink, in pixels of the window."""
        return self.left + self.scale * point[0], self.top + self.scale * point[1]

    def area_of(self, box: Box) -> Rect:
        """A box round ink, in whole pixels of the window."""
        (x, y), scale = self.to_window(box[:2]), self.scale
        return Rect(round(x), round(y), round(scale * box.width), round(scale * box.height))


def fitted(ink: Ink, page: Box) -> Ink:
    """Ink, at least one point of it, moved to the middle of a page and made as large as fits well.

    Every program has its own idea of what a pixel is.
    """
    box = bounding_box(ink.lines())
    room = FILLED * page.width, FILLED * page.height
    sizes = (box.width, box.height)
    scale = min((r / size for r, size in zip(room, sizes, strict=True) if size), default=1.0)
    left = page.x + (page.width - scale * box.width) / 2 - scale * box.x
    top = page.y + (page.height - scale * box.height) / 2 - scale * box.y
    return ink.moved(scale, left, top)
