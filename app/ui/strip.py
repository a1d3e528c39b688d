"""The strip below the paper: numbers that were read, each with its ink, to be brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from app.album import Entry
from app.ui import texts
from app.ui.layout import NOWHERE
from app.ui.picture import ReadPicture, small
from app.ui.scroll import STEADY
from app.ui.shapes import rounded
from app.ui.theme import Look, font, shortened, text
from app.ui.thumbnail import thumbnail

PADDING, GAP, CORNER, SIZE = 6, 6, 8, 15
"""Of the numbers, in pixels of usual density."""
WIDEST = 2.0
"""How much wider than high the picture of a number is at most."""
LONGEST = 110
"""Width of a number's text, in pixels of usual density."""


@dataclass(frozen=True, eq=False)
class Item:
    """A number to be shown, what it was read in, and what brings it back or forgets it."""

    text: str
    source: Entry | ReadPicture
    restore: Callable[[], None]
    forget: Callable[[], None]


@dataclass(eq=False)
class _Cell:
    """An item as it is shown, its face only while it is seen; widths in display pixels."""

    item: Item
    picture: int
    width: int
    face: Surface | None = None


class Strip:
    """Shows numbers, the latest first; a click brings one back, the right button forgets it, the
    wheel and dragging scroll.

    Attributes:
        changed: whether it looks otherwise than it was last drawn.
    """

    def __init__(self) -> None:
        self.changed = False
        self._items: Sequence[Item] = ()
        self._cells: list[_Cell] = []
        self._known: dict[int, _Cell] = {}
        self._left = 0
        self._hovered: int | None = None
        self._pressed: int | None = None
        self._held: int | None = None

    def build(self, area: Rect, look: Look) -> None:
        """Lay it out for a size of the window and a theme."""
        self._area, self._look = area, look
        self._known.clear()
        self.show(self._items)

    def show(self, items: Sequence[Item]) -> None:
        """Show these numbers."""
        self._items = items
        known = self._known
        cells = [known.get(id(item.source)) or self._cell(item) for item in items]
        self._known = {id(cell.item.source): cell for cell in cells}
        self._cells = cells if self._area.height else []
        self._left, self._hovered, self._pressed, self._held = 0, None, None, None
        self.changed = True

    def handle(self, event: pygame.Event) -> bool:
        """Take an event of the mouse; whether it was for the strip."""
        if event.type == pygame.WINDOWLEAVE:
            self._hover(NOWHERE)
        elif event.type == pygame.MOUSEMOTION:
            self._hover(event.pos)
            self._drag(event)
        elif event.type == pygame.MOUSEWHEEL and self._area.collidepoint(pygame.mouse.get_pos()):
            self._scroll(round((event.precise_y - event.precise_x) * self._look.px(60)))
            return True
        elif event.type == pygame.MOUSEBUTTONDOWN:
            self._pressed = self._at(event.pos)
            here = self._area.collidepoint(event.pos)
            self._held = event.pos[0] if here and event.button == pygame.BUTTON_LEFT else None
            return here
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

    def _drag(self, event: pygame.Event) -> None:
        """Scroll by what is held; it is no click any more."""
        if self._held is None or not event.buttons[0]:
            self._held = None
            return
        by = event.pos[0] - self._held
        if self._most and (self._pressed is None or abs(by) > self._look.px(STEADY)):
            self._pressed, self._held = None, event.pos[0]
            self._scroll(by)

    def _scroll(self, by: int) -> None:
        """Move the numbers to the right by so many pixels, as far as there are so many."""
        self._left = min(max(self._left - by, 0), self._most)
        self.changed = True

    @property
    def _most(self) -> int:
        """How far the numbers can be scrolled."""
        length = sum(cell.width + self._look.px(GAP) for cell in self._cells)
        return max(length - self._area.width, 0)

    def _places(self) -> list[Rect]:
        """Where the numbers are in the window, also those that are scrolled away."""
        places, x = [], self._area.left - self._left
        for cell in self._cells:
            places.append(Rect(x, self._area.top, cell.width, self._area.height))
            x += cell.width + self._look.px(GAP)
        return places

    def _at(self, position: tuple[int, int]) -> int | None:
        if not self._area.collidepoint(position):
            return None
        return next((i for i, p in enumerate(self._places()) if p.collidepoint(position)), None)

    def draw(self, screen: Surface) -> None:
        """Draw all that is seen of it."""
        self.changed = False
        palette, look = self._look.palette, self._look
        if self._area.height and not self._cells:
            words = text(texts.NO_NUMBERS, look.px(13), palette.muted, wrap=self._area.width)
            screen.blit(words, words.get_rect(midleft=self._area.midleft))
        clip = screen.get_clip()
        screen.set_clip(self._area.clip(clip))
        for number, (cell, place) in enumerate(zip(self._cells, self._places(), strict=True)):
            if not place.colliderect(self._area):
                cell.face = None  # a hundred faces take megabytes
            else:
                line = palette.accent if number == self._hovered else palette.line
                rounded(screen, place, line, look.px(CORNER))
                rounded(screen, place.inflate(-2, -2), palette.paper, look.px(CORNER) - 1)
                cell.face = cell.face or self._face(cell)
                screen.blit(cell.face, place)
        screen.set_clip(clip)

    def _cell(self, item: Item) -> _Cell:
        look = self._look
        text_width = font(look.px(SIZE), bold=True).size(self._line(item))[0]
        side = self._area.height - look.px(PADDING)
        picture = round(side * _aspect(item.source))
        return _Cell(item, picture, picture + text_width + 3 * look.px(PADDING))

    def _line(self, item: Item) -> str:
        """The number on one line, or as much of it as there is room for."""
        look = self._look
        return shortened(" ".join(item.text.split()), look.px(SIZE), look.px(LONGEST), bold=True)

    def _face(self, cell: _Cell) -> Surface:
        """The ink, small, and beside it the number."""
        look, palette, height = self._look, self._look.palette, self._area.height
        padding = look.px(PADDING)
        source, size = cell.item.source, (cell.picture, height - padding)
        if isinstance(source, ReadPicture):
            ink = small(source, size)
        else:
            ink = thumbnail(source.drawing.ink, size[1], palette.ink, size[0])
        words = text(self._line(cell.item), look.px(SIZE), palette.text, bold=True)
        face = Surface((cell.width, height), pygame.SRCALPHA)
        face.blit(ink, ink.get_rect(midleft=(padding, height // 2)))
        face.blit(words, words.get_rect(midright=(cell.width - padding, height // 2)))
        return face


def _aspect(source: Entry | ReadPicture) -> float:
    """Width over height of a small picture that suits ink or a picture."""
    if isinstance(source, ReadPicture):
        aspect = source.size[0] / source.size[1]
    else:
        aspect = source.box.width / max(source.box.height, 1)
    return min(max(aspect, 0.5), WIDEST)
