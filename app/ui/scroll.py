"""Scrolling what is longer than the area it is seen through."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from app.ui.shapes import rounded
from app.ui.theme import Look

BAR, SHORTEST_BAR = 8, 24
"""Width of the bar and the room round it, and its least length, in pixels of usual density."""
NOTCH = 60
"""Pixels of usual density that a notch of the wheel scrolls."""
STEADY = 8
"""How far a finger or an unsteady mouse may move in a click, in pixels of usual density."""


class Scroll:
    """Moves contents by the wheel, and by dragging them or the bar beside them.

    Attributes:
        area: what they are seen through, in pixels of the window.
        length: their height.
        top: how much of it is above what is seen.
        dragged: whether the mouse moves them, so that its release is no click.
    """

    def __init__(self, notch: int = NOTCH) -> None:
        """`notch` is what one of the wheel scrolls, in pixels of usual density."""
        self._notch = notch
        self.area = Rect(0, 0, 0, 0)
        self.length = 0
        self.top = 0
        self.dragged = False
        self._held: tuple[int, int] | None = None
        self._look: Look

    def build(self, area: Rect, length: int, look: Look) -> None:
        """Follow the sizes of both, and the look of the window."""
        self.area, self.length, self._look = area, length, look
        self.to(self.top)

    def to(self, top: int) -> bool:
        """Have so much above what is seen, as far as there is so much; whether that moves them."""
        before, self.top = self.top, min(max(top, 0), max(self.length - self.area.height, 0))
        return self.top != before

    def show(self, top: int, bottom: int) -> None:
        """Move them as little as is needed to see a part of them."""
        self.to(min(max(self.top, bottom - self.area.height), top))

    def handle(self, event: pygame.Event) -> bool:
        """Take what the mouse says; whether they have moved."""
        match event.type:
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self.dragged = False
                self._held = event.pos if self.area.collidepoint(event.pos) else None
            case pygame.MOUSEMOTION:
                return self._drag(event)
            case pygame.MOUSEBUTTONUP if event.button == pygame.BUTTON_LEFT:
                self._held = None
            case pygame.MOUSEWHEEL:
                return self.to(self.top - round(event.precise_y * self._look.px(self._notch)))
        return False

    def _drag(self, event: pygame.Event) -> bool:
        if not self._held or not event.buttons[0]:
            self._held = None
            return False
        x, y = self._held
        by = y - event.pos[1]
        too_short = self.length <= self.area.height
        if too_short or (not self.dragged and abs(by) <= self._look.px(STEADY)):
            return False
        self.dragged = True
        self._held = x, event.pos[1]
        if x >= self.area.right - 2 * self._look.px(BAR):
            by = -round(by * self.length / self.area.height)
        return self.to(self.top + by)

    def draw(self, screen: Surface) -> None:
        """Draw a bar that shows which part is seen, where it is not all."""
        height, length = self.area.height, self.length
        if length > height > 0:
            px = self._look.px
            bar = Rect(0, 0, px(BAR) // 2, max(round(height * height / length), px(SHORTEST_BAR)))
            bar.top = self.area.top + (height - bar.height) * self.top // (length - height)
            bar.right = self.area.right
            rounded(screen, bar, self._look.palette.bar, bar.width // 2)
