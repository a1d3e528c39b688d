"""What is beside the paper, and what can be clicked there: the panels, or the inside view."""

from __future__ import annotations

from collections.abc import Callable

import pygame
from pygame import Rect, Surface

from app.recognizer import Digit, Reading
from app.ui import texts
from app.ui.icons import CROSS
from app.ui.inside_view import InsideView
from app.ui.layout import CAPTION, NOWHERE, Layout
from app.ui.networks import Networks
from app.ui.panels import bar_rows, draw_answer, draw_bars, draw_picture, picture_frame
from app.ui.shapes import drawing
from app.ui.theme import Look, shortened, text

PICTURE = "picture"


class Side:
    """Shows a reading; a click on a bar corrects a digit, one on the picture looks inside.

    Attributes:
        is_inside: whether the inside view is in the place of the bars.
    """

    def __init__(self, networks: Networks, correct: Callable[[int], None]) -> None:
        """The network in use can be looked into; `correct` is called with the digit whose bar was
        clicked."""
        self._correct = correct
        self._inside = InsideView(networks)
        self.is_inside = False
        self._reading = Reading()
        self._digit: Digit | None = None
        self._hovered: int | str | None = None
        self._pressed: int | str | None = None

    def build(self, layout: Layout, look: Look) -> None:
        """Follow the size of the window and the theme."""
        self._layout, self._look = layout, look
        area = layout.side.copy()
        if not layout.compact:
            area.top = layout.bars.top
        self._heading = Rect(area.topleft, (area.width, look.px(CAPTION)))
        area.top = self._heading.bottom
        area.height = layout.side.bottom - area.top
        self._inside.build(area, look)

    @property
    def waits(self) -> bool:
        """Whether the inside view has something to find out yet."""
        return self.is_inside and self._inside.waits

    def look_inside(self) -> list[Rect]:
        """Show the inside view in the place of the bars, or no longer; what is to be drawn anew."""
        self.is_inside = not self.is_inside
        self._hovered = None
        return [self._layout.side]

    def update(self, now: float) -> list[Rect]:
        """Have the inside view find out more, for some milliseconds; what is to be drawn anew."""
        if not self.is_inside:
            return []
        self._inside.follow(self._digit)
        self._inside.update(now)
        return [self._layout.side] if self._inside.changed else []

    def show(self, reading: Reading, digit: Digit | None) -> list[Rect]:
        """Show a whole reading, and more of one of its digits; what is to be drawn anew."""
        if reading is self._reading and digit is self._digit:
            return []
        self._reading, self._digit = reading, digit
        return [self._layout.side]

    def handle(self, event: pygame.Event) -> list[Rect]:
        """Take what the mouse says; what is to be drawn anew."""
        if self.is_inside:
            self._inside.handle(event)
        match event.type:
            case pygame.MOUSEMOTION:
                return self._hover(event.pos)
            case pygame.WINDOWLEAVE:
                return self._hover(NOWHERE)
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self._pressed = self._at(event.pos)
            case pygame.MOUSEBUTTONUP if event.button == pygame.BUTTON_LEFT:
                pressed, self._pressed = self._pressed, None
                if pressed is not None and pressed == self._at(event.pos):
                    return self._click(pressed)
        return []

    def _at(self, position: tuple[int, int]) -> int | str | None:
        """What can be clicked at a position: the bar of a digit, or the picture."""
        layout, look = self._layout, self._look
        if self.is_inside:
            return PICTURE if self._heading.collidepoint(position) else None
        if picture_frame(layout.picture, look, layout.compact).collidepoint(position):
            return PICTURE
        rows = bar_rows(layout.bars, look, layout.compact)
        return next((i for i, row in enumerate(rows) if row.collidepoint(position)), None)

    def _hover(self, position: tuple[int, int]) -> list[Rect]:
        at = self._at(position) if self._digit or self.is_inside else None
        if at == self._hovered:
            return []
        self._hovered = at
        return [self._layout.side]

    def _click(self, on: int | str) -> list[Rect]:
        if isinstance(on, str):
            return self.look_inside()
        self._correct(on)
        return []

    def draw(self, screen: Surface) -> None:
        """Draw all of it."""
        layout, look, digit = self._layout, self._look, self._digit
        compact, hovered = layout.compact, self._hovered
        if not (compact and self.is_inside):
            draw_answer(screen, layout.answer, look, self._reading)
        if self.is_inside:
            self._draw_heading(screen)
            self._inside.draw(screen)
            return
        bar = hovered if isinstance(hovered, int) else None
        draw_bars(screen, layout.bars, look, digit, compact, bar)
        draw_picture(screen, layout.picture, look, digit, compact, hovered == PICTURE)

    def _draw_heading(self, screen: Surface) -> None:
        """The title of the inside view, which leads back."""
        look = self._look
        colour = look.palette.text if self._hovered else look.palette.muted
        size = look.px(13)
        words = text(shortened(texts.INSIDE, size, self._heading.width - look.px(24)), size, colour)
        screen.blit(words, self._heading)
        cross = drawing(CROSS, look.px(16), colour, 1.5 * look.scale)
        screen.blit(cross, cross.get_rect(topright=self._heading.topright))
