"""The paper on the screen: a picture of the ink."""

from __future__ import annotations

from itertools import pairwise

import pygame

from app.ink import Ink, Stroke
from app.ui import texts
from app.ui.shapes import draw_line, round_off, transparent
from app.ui.theme import Look, text

_CORNER = 14


class Paper:
    """Draws ink, and of ink that has grown only what is new.

    Attributes:
        area: the paper in pixels of the window.
    """

    def __init__(self, area: pygame.Rect, look: Look, pen_width: int) -> None:
        """`pen_width` is given in pixels of usual density."""
        self.area = area
        self._look = look
        self._width = pen_width * look.scale
        self._picture = transparent(area.size, look.palette.ink)
        self._drawn: list[tuple[Stroke, int]] = []

    def follow(self, ink: Ink) -> pygame.Rect:
        """Bring the picture up to date; what changed, in pixels of the window."""
        whole = not self._drawn or not self._is_continued_by(ink)
        if whole:
            self._picture.fill((*pygame.Color(self._look.palette.ink)[:3], 0))
            self._drawn.clear()
        touched = [self._draw_new_points(i, stroke) for i, stroke in enumerate(ink.strokes)]
        self._drawn = [(stroke, len(stroke.points)) for stroke in ink.strokes]
        if whole:
            return self.area.copy()
        changed = [area for area in touched if area.width]
        if not changed:
            return pygame.Rect(self.area.topleft, (0, 0))
        return changed[0].unionall(changed[1:]).move(self.area.topleft)

    def _is_continued_by(self, ink: Ink) -> bool:
        """Whether the ink is what has been drawn and perhaps more."""
        return len(ink.strokes) >= len(self._drawn) and all(
            stroke is drawn and len(stroke.points) >= points
            for stroke, (drawn, points) in zip(ink.strokes, self._drawn, strict=False)
        )

    def _draw_new_points(self, number: int, stroke: Stroke) -> pygame.Rect:
        done = self._drawn[number][1] if number < len(self._drawn) else 0
        touched = pygame.Rect(0, 0, 0, 0)
        if done == len(stroke.points):
            return touched
        alpha = pygame.surfarray.pixels_alpha(self._picture)
        # A first point is a line to itself: a dot.
        points = [point[:2] for point in stroke.points[max(done - 1, 0) :]]
        for start, end in pairwise(points if done else points[:1] + points):
            area = draw_line(alpha, start, end, self._width)
            touched = touched.union(area) if touched.width else area
        return touched

    def draw(self, screen: pygame.Surface) -> None:
        """Draw the paper with its ink."""
        palette = self._look.palette
        inner = self.area.inflate(-2, -2)
        screen.fill(palette.line, self.area)
        screen.fill(palette.paper, inner)
        if not self._drawn:
            self._draw_hint(screen)
        screen.blit(self._picture, inner, inner.move(-self.area.left, -self.area.top))
        round_off(screen, inner, palette.line, self._look.px(_CORNER) - 1)
        round_off(screen, self.area, palette.background, self._look.px(_CORNER))

    def _draw_hint(self, screen: pygame.Surface) -> None:
        hint = text(texts.HINT, self._look.px(20), self._look.palette.disabled)
        screen.blit(hint, hint.get_rect(center=self.area.center))
