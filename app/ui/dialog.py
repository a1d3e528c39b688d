"""A dialog over the window, to choose a picture file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame
from pygame import Rect, Surface

from app.ui import texts
from app.ui.folder import Entry, entries
from app.ui.icons import FOLDER, PICTURE, UP
from app.ui.shapes import drawing, rounded
from app.ui.theme import Look, font, text

WIDTH, HEIGHT, MARGIN, ROW, BUTTON, SCROLLBAR = 620, 560, 20, 34, 36, 8
"""In pixels of usual density."""
SCRIM = 110
"""Opacity of the shade over the rest of the window, 0 to 255."""
NOWHERE = (-1, -1)


class FileDialog:
    """Lists the folders and pictures of a folder.

    A click selects, a second one opens; the keys are the arrows, Enter, Escape, Backspace for the
    folder above, and letters, which leave only the names that contain them.

    Attributes:
        folder: what is in it is listed.
    """

    def __init__(
        self, folder: Path, choose: Callable[[Path], None], close: Callable[[], None]
    ) -> None:
        """`choose` is called with the file that was chosen, `close` when it is none."""
        self._choose = choose
        self._close = close
        self._pressed: tuple[int, int] | None = None
        self._moved = False
        self._mouse = NOWHERE
        self._enter(folder)

    def _enter(self, folder: Path) -> None:
        self.folder = folder
        self._trouble = ""
        self._typed = ""
        try:
            self._entries = entries(folder)
        except OSError as error:
            self._entries = []
            self._trouble = texts.DIALOG_CLOSED_FOLDER.format(reason=error.strerror or error)
        self._list()

    def _list(self) -> None:
        """List the entries whose names contain what was typed, and before them the way up."""
        typed = self._typed.casefold()
        self._listed = [entry for entry in self._entries if typed in entry.name.casefold()]
        self._selected = 0 if typed and self._listed else None
        above = self.folder.parent
        if above != self.folder and not typed:
            name = texts.DIALOG_PARENT.format(name=above.name or above)
            self._listed.insert(0, Entry(name, above, True))
        self._top = 0
        """Pixels of the list that have been scrolled away."""

    def build(self, window: Rect, look: Look) -> None:
        """Lay it out for a size of the window and a theme."""
        self._look = look
        px = look.px
        self._window = window
        self._area = Rect(0, 0, px(WIDTH), px(HEIGHT)).clip(window.inflate(-px(24), -px(24)))
        self._area.center = window.center
        inner = self._area.inflate(-2 * px(MARGIN), -2 * px(MARGIN))
        self._title = Rect(inner.topleft, (inner.width, px(58)))
        self._rows = Rect(inner.left, self._title.bottom, inner.width, 0)
        self._rows.height = inner.bottom - px(BUTTON + 14) - self._rows.top
        self._open = Rect(0, 0, px(96), px(BUTTON))
        self._open.bottomright = inner.bottomright
        self._cancel = self._open.move(-self._open.width - px(8), 0)
        self._help = Rect(inner.left, self._open.top, self._cancel.left - inner.left, px(BUTTON))
        self._scroll_to(self._top)

    # Events

    def handle(self, event: pygame.Event) -> bool:
        """Take an event of mouse or keyboard; whether it looks otherwise now."""
        if event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            self._pressed, self._moved = event.pos, False
        elif event.type == pygame.MOUSEMOTION:
            return self._handle_motion(event)
        elif event.type == pygame.WINDOWLEAVE:
            self._mouse = NOWHERE
        elif event.type == pygame.MOUSEBUTTONUP and event.button == pygame.BUTTON_LEFT:
            pressed, self._pressed = self._pressed, None
            if pressed and not self._moved:
                self._click(pressed)
        elif event.type == pygame.MOUSEWHEEL:
            self._scroll_to(self._top - round(event.precise_y * 3 * self._row))
        else:
            return False
        return True

    def _handle_key(self, event: pygame.Event) -> None:
        page = max(self._rows.height // self._row - 1, 1)
        last = len(self._listed)
        match event.key:
            case pygame.K_ESCAPE:
                self._close()
            case pygame.K_RETURN | pygame.K_KP_ENTER:
                self._open_selected()
            case pygame.K_BACKSPACE:
                if self._typed:
                    self._type(self._typed[:-1])
                else:
                    self._go_up()
            case pygame.K_DOWN:
                self._select(-1 if self._selected is None else self._selected, 1)
            case pygame.K_UP:
                self._select(last if self._selected is None else self._selected, -1)
            case pygame.K_PAGEDOWN:
                self._select(self._selected or 0, page)
            case pygame.K_PAGEUP:
                self._select(self._selected or 0, -page)
            case pygame.K_HOME:
                self._select(0, 0)
            case pygame.K_END:
                self._select(last, 0)
            case _ if event.unicode and event.unicode.isprintable():
                self._type(self._typed + event.unicode)

    def _handle_motion(self, event: pygame.Event) -> bool:
        """Dragging the list, or the bar beside it, moves it."""
        hovered, self._mouse = self._target(self._mouse), event.pos
        if not self._pressed or not event.buttons[0]:
            self._pressed = None
            return self._target(event.pos) != hovered
        x, y = self._pressed
        if not self._rows.collidepoint(x, y):
            return False
        by = y - event.pos[1]
        if self._moved or abs(by) > self._look.px(4):
            self._moved = True
            self._pressed = x, event.pos[1]
            if x >= self._rows.right - 2 * self._look.px(SCROLLBAR):
                by = -round(by * self._length / self._rows.height)
            self._scroll_to(self._top + by)
        return True

    def _target(self, position: tuple[int, int]) -> str | int | None:
        """What a click there would be for: a button, by its label, or a row."""
        if self._cancel.collidepoint(position):
            return texts.DIALOG_CANCEL
        if self._open.collidepoint(position):
            return texts.DIALOG_OPEN
        index = (position[1] - self._rows.top + self._top) // self._row
        return index if self._rows.collidepoint(position) and index < len(self._listed) else None

    def _click(self, position: tuple[int, int]) -> None:
        target = self._target(position)
        if target == texts.DIALOG_CANCEL:
            self._close()
        elif target == texts.DIALOG_OPEN or (target is not None and target == self._selected):
            self._open_selected()
        else:
            assert not isinstance(target, str)
            self._selected = target

    def _type(self, typed: str) -> None:
        self._typed = typed
        self._list()

    def _select(self, start: int, by: int) -> None:
        """Select another row and scroll to it."""
        if self._listed:
            self._selected = min(max(start + by, 0), len(self._listed) - 1)
            top = self._selected * self._row
            self._scroll_to(min(max(self._top, top + self._row - self._rows.height), top))

    def _open_selected(self) -> None:
        if self._selected is None:
            return
        entry = self._listed[self._selected]
        if entry.is_folder:
            self._enter(entry.path)
        else:
            self._choose(entry.path)

    def _go_up(self) -> None:
        if self.folder.parent != self.folder:
            self._enter(self.folder.parent)

    # The list

    @property
    def _row(self) -> int:
        return self._look.px(ROW)

    @property
    def _length(self) -> int:
        """Height of all rows."""
        return len(self._listed) * self._row

    def _scroll_to(self, top: int) -> None:
        self._top = min(max(top, 0), max(self._length - self._rows.height, 0))

    # The picture of it

    def draw(self, screen: Surface) -> None:
        """Draw it over everything else."""
        look, palette = self._look, self._look.palette
        scrim = Surface(self._window.size)
        scrim.set_alpha(SCRIM)
        screen.blit(scrim, (0, 0))
        frame = self._area.inflate(2, 2)
        rounded(screen, frame, palette.line, look.px(14) + 1)
        rounded(screen, self._area, palette.background, look.px(14))
        title = text(texts.DIALOG_TITLE, look.px(17), palette.text, bold=True)
        screen.blit(title, self._title)
        place = self._shortened(str(self.folder), look.px(13), self._title.width, from_start=True)
        path = text(place, look.px(13), palette.muted)
        screen.blit(path, path.get_rect(left=self._title.left, top=self._title.top + look.px(27)))
        rounded(screen, self._rows, palette.paper, look.px(8))
        hovered = None if self._moved else self._target(self._mouse)
        clip = screen.get_clip()
        screen.set_clip(self._rows.clip(clip))
        self._draw_rows(screen, hovered)
        screen.set_clip(clip)
        self._draw_bar(screen)
        typed = texts.DIALOG_FILTER.format(typed=self._typed) if self._typed else texts.DIALOG_HELP
        typed = self._shortened(typed, look.px(13), self._help.width - look.px(12))
        words = text(typed, look.px(13), palette.accent if self._typed else palette.muted)
        screen.blit(words, words.get_rect(midleft=self._help.midleft))
        over = hovered == texts.DIALOG_CANCEL
        fill = palette.press if over else palette.faint
        self._draw_button(screen, self._cancel, texts.DIALOG_CANCEL, fill, palette.text)
        can = self._selected is not None
        fill, colour = (palette.accent, palette.paper) if can else (palette.faint, palette.disabled)
        self._draw_button(screen, self._open, texts.DIALOG_OPEN, fill, colour)

    def _draw_rows(self, screen: Surface, hovered: str | int | None) -> None:
        look, palette = self._look, self._look.palette
        first = self._top // self._row
        for index in range(
            first, min(first + self._rows.height // self._row + 2, len(self._listed))
        ):
            entry = self._listed[index]
            row = Rect(self._rows.left, 0, self._rows.width, self._row)
            row.top = self._rows.top + index * self._row - self._top
            selected = index == self._selected
            if selected or index == hovered:
                rounded(screen, row, palette.accent if selected else palette.hover, look.px(6))
            colour = palette.paper if selected else palette.text
            lines = PICTURE if not entry.is_folder else UP if self._leads_up(entry) else FOLDER
            icon = drawing(lines, look.px(18), colour, 1.5 * look.scale)
            screen.blit(icon, icon.get_rect(midleft=(row.left + look.px(10), row.centery)))
            name = self._shortened(entry.name, look.px(15), row.width - look.px(56))
            words = text(name, look.px(15), colour)
            screen.blit(words, words.get_rect(midleft=(row.left + look.px(38), row.centery)))
        if not any(not self._leads_up(entry) for entry in self._listed):
            nothing = texts.DIALOG_NOTHING_SUITS if self._typed else texts.DIALOG_EMPTY
            words = text(
                self._trouble or nothing, look.px(15), palette.muted, wrap=self._rows.width - 40
            )
            screen.blit(words, words.get_rect(center=self._rows.center))

    def _leads_up(self, entry: Entry) -> bool:
        return entry.path == self.folder.parent

    def _draw_bar(self, screen: Surface) -> None:
        """Which part of a long list is seen."""
        if self._length > self._rows.height:
            share = self._rows.height / self._length
            bar = Rect(0, 0, self._look.px(SCROLLBAR) // 2, round(self._rows.height * share))
            bar.height = max(bar.height, self._look.px(24))
            way = self._rows.height - bar.height
            bar.top = self._rows.top + way * self._top // (self._length - self._rows.height)
            bar.right = self._rows.right - self._look.px(3)
            rounded(screen, bar, self._look.palette.bar, bar.width // 2)

    def _draw_button(self, screen: Surface, area: Rect, label: str, fill: str, colour: str) -> None:
        rounded(screen, area, fill, self._look.px(8))
        words = text(label, self._look.px(15), colour)
        screen.blit(words, words.get_rect(center=area.center))

    def _shortened(self, string: str, size: int, width: int, from_start: bool = False) -> str:
        """As much of a text as fits into a width; what is left out is its end, or its start."""
        string = texts.printable(string)
        if font(size).size(string)[0] <= width:
            return string
        fits, step = 0, len(string)
        while step := step // 2:
            length = fits + step
            part = string[-length:] if from_start else string[:length]
            if font(size).size(part + "...")[0] <= width:
                fits = length
        return "..." + string[len(string) - fits :] if from_start else string[:fits] + "..."
