"""The paper on the screen: a picture of the ink, or one that was read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pygame

from app.ink import Ink, Stroke
from app.ui import texts
from app.ui.shapes import draw_line, round_off, transparent
from app.ui.theme import Look, text

Position = tuple[float, float]

CORNER = 14
NOTHING = pygame.Rect(0, 0, 0, 0)
STEADY_STEP = 8
"""Length in pixels from which on a step of the pen is believed as it is."""
SMALLEST_PART = 0.35
"""How much of a short step the trace takes."""


class Trace:
    """The line that is drawn of a stroke, and how far it has been drawn.

    A mouse tells whole pixels, which makes slow lines rough. So the trace follows a pen that
    moves in small steps by a part of each step only, at most 2 pixels behind.
    """

    def __init__(self, stroke: Stroke) -> None:
        self.stroke = stroke
        self._points = 0
        self._end: Position = (0.0, 0.0)

    def new_lines(self) -> Iterator[tuple[Position, Position]]:
        """Start and end of a line for each point that is new; the first is a dot."""
        for x, y, _ in self.stroke.points[self._points :]:
            start = self._end if self._points else (x, y)
            part = min(max(math.dist(start, (x, y)) / STEADY_STEP, SMALLEST_PART), 1)
            self._end = start[0] + part * (x - start[0]), start[1] + part * (y - start[1])
            self._points += 1
            yield start, self._end


class Paper:
    """Draws ink, and of ink that has grown only what is new.

    Attributes:
        area: the paper in pixels of the window.
        hint: whether clean paper says what it is for.
    """

    def __init__(
        self,
        area: pygame.Rect,
        look: Look,
        pen_width: int,
        shown: pygame.Surface | None = None,
        hint: bool = False,
    ) -> None:
        """`pen_width` is given in pixels of usual density; `shown` lies in the middle."""
        self.area = area
        self._look = look
        self._shown = shown
        self.hint = hint
        self._width = pen_width * look.scale
        self._picture = transparent(area.size, look.palette.ink)
        self._drawn: list[Trace] = []

    def follow(self, ink: Ink) -> pygame.Rect:
        """Bring the picture up to date; what changed, in pixels of the window."""
        whole = not self._drawn or not self._is_continued_by(ink)
        if whole:
            self._picture.fill((*pygame.Color(self._look.palette.ink)[:3], 0))
            self._drawn.clear()
        self._drawn += [Trace(stroke) for stroke in ink.strokes[len(self._drawn) :]]
        alpha = pygame.surfarray.pixels_alpha(self._picture)
        touched = [
            draw_line(alpha, start, end, self._width)
            for trace in self._drawn
            for start, end in trace.new_lines()
        ]
        if whole:
            return self.area.copy()
        changed = [area for area in touched if area.width]
        return changed[0].unionall(changed[1:]).move(self.area.topleft) if changed else NOTHING

    def _is_continued_by(self, ink: Ink) -> bool:
        """Whether the ink is what has been drawn and perhaps more."""
        return len(ink.strokes) >= len(self._drawn) and all(
            stroke is trace.stroke for stroke, trace in zip(ink.strokes, self._drawn, strict=False)
        )

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
