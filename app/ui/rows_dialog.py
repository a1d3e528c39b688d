"""A dialog of rows over the window: each says something, and has buttons to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pygame
from pygame import Rect, Surface

from app.ui.layout import NOWHERE
from app.ui.plate import draw_plate
from app.ui.scroll import BAR, NOTCH, Scroll
from app.ui.shapes import rounded
from app.ui.theme import Look, text

WIDTH, HEIGHT, MARGIN, BUTTON = 560, 600, 20, 34
PICTURE, LINE = 52, 22
"""Least height of rows with a picture, and of those with neither that nor a button."""
SIZE, SMALL, GAP, PADDING = 15, 13, 10, 9
"""In pixels of usual density; the sizes are the text's, the gap is between things side by side."""


@dataclass(frozen=True)
class Button:
    """What can be pressed; `do` is called then.

    Attributes:
        chosen: whether it is the one of several that holds, or what is usually pressed.
        can: whether it can be pressed at all.
    """

    label: str
    do: Callable[[], None]
    chosen: bool = False
    can: bool = True


@dataclass(frozen=True)
class Row:
    """A line of a dialog.

    Attributes:
        words: what it says, on the left.
        buttons: on the right, or below the words where there is no room.
        note: said in a fainter colour on the right.
        faint: whether the words are small and in a fainter colour, too.
        picture: drawn on the left of the words, of a height in display pixels and a colour.
    """

    words: str
    buttons: tuple[Button, ...] = ()
    note: str = ""
    faint: bool = False
    picture: Callable[[int, str], Surface] | None = None


@dataclass(frozen=True)
class Content:
    """What is on a dialog now.

    Attributes:
        title: its title.
        rows: these scroll where there is no room for all.
        buttons: at its foot; Enter presses the last one, which is on the right.
    """

    title: str
    rows: list[Row] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class _Placed:
    """A button and where it is, from the top left of the rows or of the window."""

    button: Button
    area: Rect


class RowsDialog:
    """Shows a content that is asked for anew after everything that was pressed.

    Keys: Tab goes from button to button, Enter and Space press it; the arrows scroll; Escape
    closes.
    """

    def __init__(self, content: Callable[[], Content], close: Callable[[], None]) -> None:
        self._content = content
        self._close = close
        self._scroll = Scroll()
        self._focus: int | None = None
        self._pressed: int | None = None
        self._mouse = NOWHERE

    def build(self, window: Rect, look: Look) -> None:
        """Lay it out for a size of the window, a theme and what it has to show now."""
        self._window, self._look = window, look
        self._shown = self._content()
        px = look.px
        area = Rect(0, 0, px(WIDTH), px(HEIGHT)).clip(window.inflate(-px(24), -px(24)))
        inner = area.width - 2 * px(MARGIN)
        self._title = text(self._shown.title, px(17), look.palette.text, bold=True)
        head = self._title.get_height() + px(GAP)
        self._lines, self._buttons, length = self._lay_rows(inner)
        foot = px(BUTTON + 14)
        around = 2 * px(MARGIN) + head + foot
        area.height = min(area.height, around + length)
        area.center = window.center
        self._area = area
        inside = area.inflate(-2 * px(MARGIN), -2 * px(MARGIN))
        self._rows = Rect(inside.left, inside.top + head, inside.width, 0)
        self._rows.height = inside.bottom - foot - self._rows.top
        right = inside.right
        self._foot: list[_Placed] = []
        for button in reversed(self._shown.buttons):
            place = Rect(0, 0, self._width_of(button.label), px(BUTTON))
            place.bottomright = right, inside.bottom
            self._foot.insert(0, _Placed(button, place))
            right = place.left - px(GAP)
        self._scroll.build(self._rows, length, look)

    def _words(self, row: Row, wrap: int) -> Surface:
        look, palette = self._look, self._look.palette
        size, colour = (SMALL, palette.muted) if row.faint else (SIZE, palette.text)
        return text(row.words, look.px(size), colour, wrap=max(wrap, look.px(60)))

    def _lay_rows(self, width: int) -> tuple[list[tuple[Row, Rect, Rect]], list[_Placed], int]:
        """Rows with the areas of all and of the words, their buttons, and the height of all."""
        px = self._look.px
        lines, placed = [], []
        y = 0
        for row in self._shown.rows:
            size = self._least_height(row)
            left = size + px(GAP) if row.picture else 0
            beside = sum(self._width_of(b.label) for b in row.buttons)
            if row.note:
                beside += text(row.note, px(SIZE), self._look.palette.muted).get_width()
            room = width - left - px(BAR + GAP)
            below = bool(row.buttons) and beside > room * 3 // 5
            wrap = room if below else room - beside - px(GAP)
            words = self._words(row, wrap)
            height = max(size, words.get_height() + px(PADDING))
            buttons_at = y + (height - px(BUTTON)) // 2 + px(2)
            whole = height
            if below:
                buttons_at, whole = y + height, height + px(BUTTON)
            x = left if below else width - px(BAR + 2) - beside
            for button in row.buttons:
                area = Rect(x, buttons_at, self._width_of(button.label), px(BUTTON - 4))
                placed.append(_Placed(button, area))
                x += area.width
            lines.append((row, Rect(0, y, width, whole), Rect(left, y, wrap, height)))
            y += whole + px(PADDING)
        return lines, placed, y

    def _least_height(self, row: Row) -> int:
        return self._look.px(PICTURE if row.picture else BUTTON if row.buttons else LINE)

    def _width_of(self, label: str) -> int:
        """Of a button, with the gap to the next one."""
        words = text(label, self._look.px(SIZE), self._look.palette.text)
        return words.get_width() + self._look.px(28)

    def _all(self) -> list[_Placed]:
        """All buttons where they are in the window."""
        x, y = self._rows.left, self._rows.top - self._scroll.top
        return [_Placed(p.button, p.area.move(x, y)) for p in self._buttons] + self._foot

    def handle(self, event: pygame.Event) -> bool:
        """Take an event of mouse or keyboard; whether it looks otherwise now."""
        hovered = self._at(self._mouse)
        moved = self._scroll.handle(event)
        match event.type:
            case pygame.KEYDOWN:
                self._handle_key(event)
                return True
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self._pressed = self._at(event.pos)
            case pygame.MOUSEBUTTONUP if event.button == pygame.BUTTON_LEFT:
                pressed, self._pressed = self._pressed, None
                if pressed is not None and not self._scroll.dragged:
                    self._press(pressed if pressed == self._at(event.pos) else None)
                return True
            case pygame.MOUSEMOTION:
                self._mouse = event.pos
            case pygame.WINDOWLEAVE:
                self._mouse = NOWHERE
        return moved or self._at(self._mouse) != hovered

    def _handle_key(self, event: pygame.Event) -> None:
        back = bool(event.mod & pygame.KMOD_SHIFT)
        match event.key:
            case pygame.K_ESCAPE:
                self._close()
            case pygame.K_RETURN | pygame.K_KP_ENTER | pygame.K_SPACE:
                self._press(len(self._all()) - 1 if self._focus is None else self._focus)
            case pygame.K_TAB:
                self._go(-1 if back else 1)
            case pygame.K_LEFT | pygame.K_RIGHT if self._focus is not None:
                self._go(1 if event.key == pygame.K_RIGHT else -1)
            case pygame.K_DOWN | pygame.K_UP:
                step = self._look.px(NOTCH)
                self._scroll.to(self._scroll.top + (step if event.key == pygame.K_DOWN else -step))
            case pygame.K_PAGEDOWN | pygame.K_PAGEUP:
                page = self._rows.height
                by = page if event.key == pygame.K_PAGEDOWN else -page
                self._scroll.to(self._scroll.top + by)
            case pygame.K_HOME:
                self._scroll.to(0)
            case pygame.K_END:
                self._scroll.to(self._scroll.length)

    def _go(self, by: int) -> None:
        """Put the focus on the next button that can be pressed, and scroll to it."""
        buttons = self._all()
        index = self._focus
        for _ in buttons:
            start = -1 if by > 0 else 0
            index = ((start if index is None else index) + by) % len(buttons)
            if buttons[index].button.can:
                self._focus = index
                break
        if self._focus is not None and self._focus < len(self._buttons):
            area = self._buttons[self._focus].area
            self._scroll.show(area.top, area.bottom + self._look.px(PADDING))

    def _at(self, position: tuple[int, int]) -> int | None:
        """The number of the button at a position."""
        for index, placed in enumerate(self._all()):
            scrolled = index < len(self._buttons)
            if placed.area.collidepoint(position) and (
                not scrolled or self._rows.collidepoint(position)
            ):
                return index
        return None

    def _press(self, index: int | None) -> None:
        buttons = self._all()
        if index is None or not buttons[index].button.can:
            return
        self._focus = index
        buttons[index].button.do()
        self.build(self._window, self._look)
        count = len(self._all())
        if index >= count:
            self._focus = count - 1 if count else None

    def draw(self, screen: Surface) -> None:
        """Draw it over everything else."""
        look = self._look
        draw_plate(screen, self._window, self._area, look)
        screen.blit(self._title, self._area.move(look.px(MARGIN), look.px(MARGIN)))
        clip = screen.get_clip()
        screen.set_clip(self._rows.clip(clip))
        for row, area, words in self._lines:
            here = area.move(self._rows.left, self._rows.top - self._scroll.top)
            if here.colliderect(self._rows):
                self._draw_row(screen, row, here, words.width)
        hovered = self._at(self._mouse)
        buttons = self._all()
        for index, placed in enumerate(buttons):
            if index == len(self._buttons):
                screen.set_clip(clip)
            self._draw_button(screen, placed, index == hovered, index == self._focus)
        screen.set_clip(clip)
        self._scroll.draw(screen)

    def _draw_row(self, screen: Surface, row: Row, area: Rect, wrap: int) -> None:
        look, palette = self._look, self._look.palette
        left = area.left
        height = self._least_height(row)
        if row.picture:
            picture = row.picture(height, palette.ink)
            frame = Rect(left, area.top, height, height)
            rounded(screen, frame, palette.paper, look.px(6))
            screen.blit(picture, picture.get_rect(center=frame.center))
            left += height + look.px(GAP)
        words = self._words(row, wrap)
        height = max(height, words.get_height() + look.px(PADDING))
        screen.blit(words, words.get_rect(midleft=(left, area.top + height // 2)))
        if row.note:
            note = text(row.note, look.px(SIZE), palette.muted)
            right = area.right - look.px(BAR + 2)
            screen.blit(note, note.get_rect(midright=(right, area.top + height // 2)))

    def _draw_button(self, screen: Surface, placed: _Placed, hovered: bool, focused: bool) -> None:
        look, palette, button = self._look, self._look.palette, placed.button
        area = placed.area.inflate(-look.px(4), 0)
        corner = look.px(8)
        if focused:
            rounded(screen, area.inflate(look.px(4), look.px(4)), palette.text, corner + look.px(2))
            rounded(screen, area.inflate(look.px(1), look.px(1)), palette.background, corner)
        fill = palette.accent if button.chosen else palette.press if hovered else palette.faint
        colour = palette.paper if button.chosen else palette.text
        if not button.can:
            fill, colour = palette.faint, palette.muted
        rounded(screen, area, fill, corner)
        words = text(button.label, look.px(SIZE), colour)
        screen.blit(words, words.get_rect(center=area.center))
