"""A dialog over the window, to choose a file to open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pygame
from pygame import Rect, Surface

from app.ink import is_ink_file
from app.ui import texts
from app.ui.folder import SUFFIXES, Entry, Listing
from app.ui.icons import FOLDER, INK, PICTURE, RECENT, UP
from app.ui.layout import NOWHERE
from app.ui.plate import draw_plate
from app.ui.scroll import Scroll
from app.ui.shapes import drawing, rounded
from app.ui.theme import Look, shortened, text

WIDTH, HEIGHT, MARGIN, ROW, BUTTON = 620, 560, 20, 34, 36
"""In pixels of usual density."""


class FileDialog:
    """Lists the folders and files of a folder.

    A click selects, a second one opens; the keys are the arrows, Enter, Escape, Backspace for the
    folder above, and characters, which leave only the names that contain them, or a path.
    """

    def __init__(
        self,
        folder: Path,
        choose: Callable[[Path], None],
        close: Callable[[], None],
        suffixes: Sequence[str] = SUFFIXES,
        recent: Sequence[Path] = (),
    ) -> None:
        """`choose` is called with the file that was chosen, `close` when it is none.

        Files are listed that have one of the `suffixes`, and above them the `recent` ones.
        """
        self._choose = choose
        self._close = close
        self._listing = Listing(folder, suffixes, recent)
        self._scroll = Scroll(notch=3 * ROW)
        self._pressed: tuple[int, int] | None = None
        self._mouse = NOWHERE

    @property
    def title(self) -> str:
        """The line above the list that says what it is for."""
        return texts.OPEN_FILE

    @property
    def action(self) -> str:
        """The label of the button that does what the dialog is for."""
        return texts.OPEN

    @property
    def folder(self) -> Path:
        """The folder whose contents are listed."""
        return self._listing.folder

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
        self._scroll.build(self._rows, self._length, look)

    def handle(self, event: pygame.Event) -> bool:
        """Take an event of mouse or keyboard; whether it looks otherwise now."""
        moved = self._scroll.handle(event)
        if event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            self._pressed = event.pos
        elif event.type == pygame.MOUSEMOTION:
            before, self._mouse = self._at(self._mouse), event.pos
            if not event.buttons[0]:
                self._pressed = None
            return moved or (not self._pressed and self._at(event.pos) != before)
        elif event.type == pygame.MOUSEBUTTONUP and event.button == pygame.BUTTON_LEFT:
            pressed, self._pressed = self._pressed, None
            if pressed and not self._scroll.dragged and self._at(pressed) == self._at(event.pos):
                self._click(self._at(pressed))
        elif event.type == pygame.WINDOWLEAVE:
            self._mouse = NOWHERE
        else:
            return moved
        return True

    def _handle_key(self, event: pygame.Event) -> None:
        listing = self._listing
        page = max(self._rows.height // self._row - 1, 1)
        last = len(listing.entries) - 1
        selected = listing.selected
        match event.key:
            case pygame.K_ESCAPE:
                self._close()
            case pygame.K_RETURN | pygame.K_KP_ENTER:
                self._open_selected()
            case pygame.K_BACKSPACE if listing.typed:
                self._type(listing.typed[:-1])
            case pygame.K_BACKSPACE:
                listing.enter_parent()
                self._show_list()
            case pygame.K_DOWN:
                self._select(-1 if selected is None else selected, 1)
            case pygame.K_UP:
                self._select(last + 1 if selected is None else selected, -1)
            case pygame.K_PAGEDOWN:
                self._select(selected or 0, page)
            case pygame.K_PAGEUP:
                self._select(selected or 0, -page)
            case pygame.K_HOME:
                self._select(0, 0)
            case pygame.K_END:
                self._select(last, 0)
            case _ if event.unicode and event.unicode.isprintable():
                self._type(listing.typed + event.unicode)

    def _at(self, position: tuple[int, int]) -> str | int | None:
        """What is at a position: a button, by its label, or a row, by its index."""
        for area, label in ((self._cancel, texts.CANCEL), (self._open, self.action)):
            if area.collidepoint(position):
                return label
        if not self._rows.collidepoint(position):
            return None
        index = (position[1] - self._rows.top + self._scroll.top) // self._row
        return index if index < len(self._listing.entries) else None

    def _click(self, on: str | int | None) -> None:
        if on == texts.CANCEL:
            self._close()
        elif on == self.action or (on is not None and on == self._listing.selected):
            self._open_selected()
        elif isinstance(on, int):
            self._listing.selected = on

    def _type(self, typed: str) -> None:
        self._listing.type(typed)
        self._show_list()

    def _show_list(self) -> None:
        """From its beginning, as it is another one."""
        self._scroll.build(self._rows, self._length, self._look)
        self._scroll.to(0)

    def _select(self, start: int, by: int) -> None:
        """Select the row so many behind another, and scroll to it."""
        self._listing.move(start, by)
        if self._listing.selected is not None:
            top = self._listing.selected * self._row
            self._scroll.show(top, top + self._row)

    def _open_selected(self) -> None:
        if self._listing.selected is None:
            return
        entry = self._listing.entries[self._listing.selected]
        if entry.is_folder:
            self._listing.enter(entry.path)
            self._show_list()
        else:
            self._choose(entry.path)

    @property
    def _row(self) -> int:
        """Height of a row."""
        return self._look.px(ROW)

    @property
    def _length(self) -> int:
        """Height of all rows."""
        return len(self._listing.entries) * self._row

    def draw(self, screen: Surface) -> None:
        """Draw it over everything else."""
        look, palette = self._look, self._look.palette
        draw_plate(screen, self._window, self._area, look)
        title = text(self.title, look.px(17), palette.text, bold=True)
        screen.blit(title, self._title)
        size = look.px(13)
        words, colour = self._subtitle()
        path = text(shortened(words, size, self._title.width, from_start=True), size, colour)
        screen.blit(path, path.get_rect(left=self._title.left, top=self._title.top + look.px(27)))
        hovered = None if self._pressed and self._scroll.dragged else self._at(self._mouse)
        self._draw_list(screen, hovered)
        words, colour = self._words()
        line = text(shortened(words, size, self._help.width - look.px(12)), size, colour)
        screen.blit(line, line.get_rect(midleft=self._help.midleft))
        fill = palette.press if hovered == texts.CANCEL else palette.faint
        self._draw_button(screen, self._cancel, texts.CANCEL, fill, palette.text)
        fill, colour = palette.faint, palette.disabled
        if self.can_open:
            fill, colour = palette.accent, palette.paper
        self._draw_button(screen, self._open, self.action, fill, colour)

    @property
    def can_open(self) -> bool:
        """Whether something is chosen."""
        return self._listing.selected is not None

    def _subtitle(self) -> tuple[str, str]:
        """What is said below the title, and its colour."""
        return texts.printable(str(self.folder)), self._look.palette.muted

    def _words(self) -> tuple[str, str]:
        """What is said beside the buttons, and its colour."""
        typed, palette = self._listing.typed, self._look.palette
        if typed:
            return texts.FINDING.format(typed=typed), palette.accent
        return texts.FIND_HELP, palette.muted

    def _draw_list(self, screen: Surface, hovered: str | int | None) -> None:
        look, palette, listing = self._look, self._look.palette, self._listing
        rounded(screen, self._rows, palette.paper, look.px(8))
        clip = screen.get_clip()
        screen.set_clip(self._rows.clip(clip))
        first = self._scroll.top // self._row
        last = first + self._rows.height // self._row + 2
        for index, entry in enumerate(listing.entries[first:last], start=first):
            row = Rect(self._rows.left, 0, self._rows.width, self._row)
            row.top = self._rows.top + index * self._row - self._scroll.top
            selected = index == listing.selected
            if selected or index == hovered:
                rounded(screen, row, palette.accent if selected else palette.hover, look.px(6))
            self._draw_entry(screen, row, entry, palette.paper if selected else palette.text)
        if listing.empty:
            nothing = texts.NOTHING_OF_THAT_NAME if listing.typed else texts.NO_PICTURES
            wrap = self._rows.width - look.px(40)
            words = text(listing.trouble or nothing, look.px(15), palette.muted, wrap=wrap)
            screen.blit(words, words.get_rect(center=self._rows.center))
        screen.set_clip(clip)
        self._scroll.draw(screen)

    def _draw_entry(self, screen: Surface, row: Rect, entry: Entry, colour: str) -> None:
        look = self._look
        lines = FOLDER if entry.is_folder else PICTURE
        if is_ink_file(entry.path) and not entry.is_folder:
            lines = INK
        if entry.is_recent:
            lines = RECENT
        if entry.path == self.folder.parent:
            lines = UP
        icon = drawing(lines, look.px(18), colour, 1.5 * look.scale)
        screen.blit(icon, icon.get_rect(midleft=(row.left + look.px(10), row.centery)))
        name = shortened(texts.printable(entry.name), look.px(15), row.width - look.px(56))
        words = text(name, look.px(15), colour)
        place = screen.blit(words, words.get_rect(midleft=(row.left + look.px(38), row.centery)))
        if entry.is_recent:
            room = row.right - place.right - look.px(24)
            folder = shortened(
                texts.printable(str(entry.path.parent)), look.px(13), room, from_start=True
            )
            where = text(
                folder, look.px(13), colour if colour == look.palette.paper else look.palette.muted
            )
            screen.blit(where, where.get_rect(midright=(row.right - look.px(12), row.centery)))

    def _draw_button(self, screen: Surface, area: Rect, label: str, fill: str, colour: str) -> None:
        rounded(screen, area, fill, self._look.px(8))
        words = text(label, self._look.px(15), colour)
        screen.blit(words, words.get_rect(center=area.center))
