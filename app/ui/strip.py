"""The strip below the paper: numbers that were read, each with its ink, to be brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from app.ink import Ink, bounding_box
from app.ui import texts
from app.ui.shapes import rounded
from app.ui.theme import Look, shortened, text
from app.ui.thumbnail import thumbnail

PADDING, GAP, CORNER, SIZE = 6, 6, 8, 15
"""Of the numbers, in pixels of usual density."""
WIDEST = 2.0
"""How much wider than high the picture of a number is at most."""
LONGEST = 110
"""Width of a number's text, in pixels of usual density."""
NOWHERE = (-1, -1)


@dataclass(frozen=True, eq=False)
class Item:
    """A number to be shown, the ink it was read in, and what brings it back or forgets it."""

    text: str
    ink: Ink
    restore: Callable[[], None]
    forget: Callable[[], None]


class Strip:
    """Shows numbers, the latest first; a click brings one back, the right button forgets it.

    Attributes:
        changed: whether it looks otherwise than it was last drawn.
    """

    def __init__(self) -> None:
        self.changed = False
        self._items: Sequence[Item] = ()
        self._faces: list[Surface] = []
        self._left = 0
        self._hovered: int | None = None
        self._pressed: int | None = None

    def build(self, area: Rect, look: Look) -> None:
        """Lay it out for a size of the window and a theme."""
        self._area, self._look = area, look
        self.show(self._items)

    def show(self, items: Sequence[Item]) -> None:
        """Show these numbers."""
        self._items = items
        self._faces = [self._face(item) for item in items] if self._area.height else []
        self._left, self._hovered, self._pressed = 0, None, None
        self.changed = True

    def handle(self, event: pygame.Event) -> bool:
        """Take an event of the mouse; whether it was for the strip."""
        if event.type == pygame.WINDOWLEAVE:
            self._hover(NOWHERE)
        elif event.type == pygame.MOUSEMOTION:
            self._hover(event.pos)
        elif event.type == pygame.MOUSEWHEEL and self._area.collidepoint(pygame.mouse.get_pos()):
            self._scroll(round((event.precise_y - event.precise_x) * self._look.px(60)))
            return True
        elif event.type == pygame.MOUSEBUTTONDOWN:
            self._pressed = self._at(event.pos)
            return self._area.collidepoint(event.pos)
        elif event.type == pygame.MOUSEBUTTONUP:
            pressed, self._pressed = self._pressed, None
            if pressed is not None and pressed == self._at(event.pos):
                item = self._items[pressed]
                if event.button == pygame.BUTTON_LEFT:
                    item.restore()
                elif event.button == pygame.BUTTON_RIGHT:
                    item.forget()
        return False

    def _hover(self, position: tuple[int, int]) -> None:
        hovered = self._at(position)
        if hovered != self._hovered:
            self._hovered = hovered
            self.changed = True

    def _scroll(self, by: int) -> None:
        """Move the numbers to the right by so many pixels, as far as there are so many."""
        length = sum(face.get_width() + self._look.px(GAP) for face in self._faces)
        self._left = min(max(self._left - by, 0), max(length - self._area.width, 0))
        self.changed = True

    def _places(self) -> list[Rect]:
        """Where the numbers are in the window, also those that are scrolled away."""
        places, x = [], self._area.left - self._left
        for face in self._faces:
            places.append(Rect((x, self._area.top), face.get_size()))
            x += face.get_width() + self._look.px(GAP)
        return places

    def _at(self, position: tuple[int, int]) -> int | None:
        if not self._area.collidepoint(position):
            return None
        return next((i for i, p in enumerate(self._places()) if p.collidepoint(position)), None)

    def draw(self, screen: Surface) -> None:
        """Draw all that is seen of it."""
        self.changed = False
        palette, look = self._look.palette, self._look
        if self._area.height and not self._faces:
            words = text(texts.NO_NUMBERS, look.px(13), palette.disabled)
            screen.blit(words, words.get_rect(midleft=self._area.midleft))
        clip = screen.get_clip()
        screen.set_clip(self._area.clip(clip))
        for number, (face, place) in enumerate(zip(self._faces, self._places(), strict=True)):
            if place.colliderect(self._area):
                line = palette.accent if number == self._hovered else palette.line
                rounded(screen, place, line, look.px(CORNER))
                rounded(screen, place.inflate(-2, -2), palette.paper, look.px(CORNER) - 1)
                screen.blit(face, place)
        screen.set_clip(clip)

    def _face(self, item: Item) -> Surface:
        """The ink, small, and beside it the number."""
        look, palette = self._look, self._look.palette
        padding = look.px(PADDING)
        line = shortened(" ".join(item.text.split()), look.px(SIZE), look.px(LONGEST), bold=True)
        words = text(line, look.px(SIZE), palette.text, bold=True)
        side = self._area.height - padding
        ink = thumbnail(item.ink, side, palette.ink, round(side * _aspect(item.ink)))
        width = ink.get_width() + words.get_width() + 3 * padding
        face = Surface((width, self._area.height), pygame.SRCALPHA)
        face.blit(ink, ink.get_rect(midleft=(padding, self._area.height // 2)))
        face.blit(words, words.get_rect(midright=(width - padding, self._area.height // 2)))
        return face


def _aspect(ink: Ink) -> float:
    """Width over height of a picture that suits ink."""
    box = bounding_box(ink.lines())
    return min(max(box.width / max(box.height, 1), 0.5), WIDEST)
