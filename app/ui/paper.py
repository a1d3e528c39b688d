"""The paper on the screen: a picture of the ink, or one that was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from app.ink import Ink, Stroke
from app.ui import texts
from app.ui.shapes import Alpha, draw_line, line_area, round_off, transparent
from app.ui.theme import Look, text
from app.ui.trace import Segment, Trace
from app.ui.view import Position, View

CORNER = 14
NOTHING = pygame.Rect(0, 0, 0, 0)


class _Drawn:
    """A stroke on the picture, and where it is, in pixels of the paper."""

    def __init__(self, stroke: Stroke) -> None:
        self.trace = Trace(stroke)
        self.area = NOTHING


class Paper:
    """Draws ink; where it has grown or lost strokes, only what is new there.

    Attributes:
        area: the paper in pixels of the window.
        hint: whether clean paper says what it is for.
    """

    def __init__(
        self,
        area: pygame.Rect,
        look: Look,
        pen_width: int,
        view: View,
        shown: pygame.Surface | None = None,
        hint: bool = False,
    ) -> None:
        """`pen_width` is given in pixels of the ink; `shown` lies in the middle."""
        self.area = area
        self._look = look
        self._shown = shown
        self.hint = hint
        self._view = view
        self._width = pen_width * view.scale
        self._picture = transparent(area.size, look.palette.ink)
        self._drawn: list[_Drawn] = []
        self._under: tuple[_Drawn, pygame.Rect, Alpha] | None = None

    def follow(self, ink: Ink) -> pygame.Rect:
        """Bring the picture up to date; what changed, in pixels of the window."""
        was_clean = not self._drawn
        changed = self._take_off(ink)
        known = {id(drawn.trace.stroke): drawn for drawn in self._drawn}
        self._drawn = [known.get(id(s)) or _Drawn(s) for s in ink.strokes]
        alpha = pygame.surfarray.pixels_alpha(self._picture)
        for drawn in self._drawn:
            if drawn.trace.is_behind:
                changed += self._draw_new(alpha, drawn)
        if was_clean != (not self._drawn):  # the hint comes or goes
            return self.area.copy()
        return _union(changed).move(self.area.topleft)

    def _take_off(self, ink: Ink) -> list[pygame.Rect]:
        """Take strokes off the picture that are not in the ink; the areas where they were."""
        there = {id(stroke) for stroke in ink.strokes}
        gone = [drawn.area for drawn in self._drawn if id(drawn.trace.stroke) not in there]
        if not gone:
            return []
        self._under = None
        self._drawn = [drawn for drawn in self._drawn if id(drawn.trace.stroke) in there]
        hole = _union(gone)
        alpha = pygame.surfarray.pixels_alpha(self._picture)
        alpha[hole.left : hole.right, hole.top : hole.bottom] = 0
        for drawn in self._drawn:
            if drawn.area.colliderect(hole):
                again = Trace(drawn.trace.stroke)
                for line in (*again.new_lines(), again.tail):
                    self._draw_line(alpha, line, hole)
        return [hole]

    def _draw_new(self, alpha: Alpha, drawn: _Drawn) -> list[pygame.Rect]:
        """Draw what has become certain of a stroke, and its tail for now; where that is."""
        changed = []
        if self._under and self._under[0] is drawn:
            _, area, under = self._under
            alpha[area.left : area.right, area.top : area.bottom] = under
            changed.append(area)
        changed += [self._draw_line(alpha, line) for line in drawn.trace.new_lines()]
        area = self._area_of(drawn.trace.tail)
        under = alpha[area.left : area.right, area.top : area.bottom].copy()
        self._under = drawn, area, under
        changed.append(self._draw_line(alpha, drawn.trace.tail))
        drawn.area = _union([drawn.area, *changed])
        return changed

    def _draw_line(
        self, alpha: Alpha, line: Segment, within: pygame.Rect | None = None
    ) -> pygame.Rect:
        start, end = map(self._placed, line)
        return draw_line(alpha, start, end, self._width, within)

    def _area_of(self, line: Segment) -> pygame.Rect:
        start, end = map(self._placed, line)
        return line_area(start, end, self._width, self._picture.get_rect())

    def _placed(self, point: Position) -> Position:
        """A point of the ink, in pixels of the paper."""
        x, y = self._view.to_window(point)
        return x - self.area.left, y - self.area.top

    def draw(
        self, screen: pygame.Surface, beneath: Callable[[pygame.Surface], None] | None = None
    ) -> None:
        """Draw the paper, what lies beneath the ink, and the ink."""
        palette = self._look.palette
        inner = self.area.inflate(-2, -2)
        screen.fill(palette.line, self.area)
        screen.fill(palette.paper, inner)
        if self._shown:
            place = self._shown.get_rect(center=self.area.center)
            screen.fill(palette.line, place.inflate(2, 2))
            screen.blit(self._shown, place)
        elif self.hint and not self._drawn:
            self._draw_hint(screen)
        if beneath:
            beneath(screen)
        screen.blit(self._picture, inner, inner.move(-self.area.left, -self.area.top))
        round_off(screen, inner, palette.line, self._look.px(CORNER) - 1)
        round_off(screen, self.area, palette.background, self._look.px(CORNER))

    def _draw_hint(self, screen: pygame.Surface) -> None:
        look, width = self._look, self.area.width * 4 // 5
        y = self.area.centery - look.px(40)
        for words, size in ((texts.HINT, 20), (texts.HINT_DETAILS, 14)):
            line = text(words, look.px(size), look.palette.muted, wrap=width)
            screen.blit(line, line.get_rect(midtop=(self.area.centerx, y)))
            y += line.get_height() + look.px(10)


def _union(areas: Sequence[pygame.Rect]) -> pygame.Rect:
    """The area round all that are not empty."""
    areas = [area for area in areas if area.width and area.height]
    return areas[0].unionall(areas[1:]) if areas else NOTHING
