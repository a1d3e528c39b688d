"""What is beside the paper, and what can be clicked there: the panels, or the inside view."""

from __future__ import annotations

from collections.abc import Callable

import pygame
from pygame import Rect, Surface

from app.recognizer import Digit, Reading
from app.ui.layout import Layout
from app.ui.panels import bar_rows, draw_answer, draw_bars, draw_picture, picture_frame
from app.ui.theme import Look

PICTURE = "picture"
NOWHERE = (-1, -1)


class Side:
    """Shows a reading; a click on a bar corrects a digit."""

    def __init__(self, correct: Callable[[int], None], look_inside: Callable[[], None]) -> None:
        """`correct` is called with the digit whose bar was clicked."""
        self._correct = correct
        self._look_inside = look_inside
        self._reading = Reading()
        self._digit: Digit | None = None
        self._hovered: int | str | None = None
        self._pressed: int | str | None = None

    def build(self, layout: Layout, look: Look) -> None:
        """Follow the size of the window and the theme."""
        self._layout, self._look = layout, look

    def show(self, reading: Reading, digit: Digit | None) -> list[Rect]:
        """Show a whole reading, and more of one of its digits; what is to be drawn anew."""
        if reading is self._reading and digit is self._digit:
            return []
        self._reading, self._digit = reading, digit
        return [self._layout.side]

    def handle(self, event: pygame.Event) -> list[Rect]:
        """Take what the mouse says; what is to be drawn anew."""
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
                    self._click(pressed)
        return []

    def _at(self, position: tuple[int, int]) -> int | str | None:
        """What can be clicked at a position: the bar of a digit, or the picture."""
        layout, look = self._layout, self._look
        if picture_frame(layout.picture, look, layout.compact).collidepoint(position):
            return PICTURE
        rows = bar_rows(layout.bars, look, layout.compact)
        return next((i for i, row in enumerate(rows) if row.collidepoint(position)), None)

    def _hover(self, position: tuple[int, int]) -> list[Rect]:
        at = self._at(position) if self._digit else None
        if at == self._hovered:
            return []
        self._hovered = at
        return [self._layout.side]

    def _click(self, on: int | str) -> None:
        if isinstance(on, int):
            self._correct(on)
        else:
            self._look_inside()

    def draw(self, screen: Surface) -> None:
        """Draw all of it."""
        layout, look, digit = self._layout, self._look, self._digit
        compact, hovered = layout.compact, self._hovered
        draw_answer(screen, layout.answer, look, self._reading)
        bar = hovered if isinstance(hovered, int) else None
        draw_bars(screen, layout.bars, look, digit, compact, bar)
        draw_picture(screen, layout.picture, look, digit, compact, hovered == PICTURE)
