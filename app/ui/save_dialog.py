"""A dialog over the window, to choose where a drawing is saved, under which name, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame
from pygame import Rect, Surface

from app.ui import texts
from app.ui.dialog import BUTTON, FileDialog
from app.ui.shapes import rounded
from app.ui.theme import Look, shortened, text

PNG, SVG, INK = FORMATS = (".png", ".svg", ".ndjson")
"""The endings of the files that a drawing can be saved as."""
LONGEST_NAME = 200
TAB = 52
"""Width of the button of a format, in pixels of usual density."""


class SaveDialog(FileDialog):
    """Lists the folders and files of a folder, and takes a name.

    Characters and Backspace change the name, Tab the format; a click on a file takes its name. What
    is there already is replaced only when that has been asked for a second time.
    """

    def __init__(
        self,
        folder: Path,
        choose: Callable[[Path], None],
        close: Callable[[], None],
        name: str,
        formats: tuple[str, ...],
    ) -> None:
        """`name` is proposed, without its ending; `formats` are some of `FORMATS`."""
        self._formats = formats
        self._format = formats[0]
        self._name = name
        self._is_proposal = True
        self._replaces = False
        super().__init__(folder, choose, close, suffixes=formats)

    @property
    def title(self) -> str:
        """The line above the list, for saving."""
        return texts.SAVE_DRAWING

    @property
    def action(self) -> str:
        """The label of the button, for saving."""
        return texts.SAVE

    @property
    def path(self) -> Path:
        """The file as it would be saved now."""
        return self.folder / f"{self._name.strip()}{self._ending}"

    @property
    def _ending(self) -> str:
        """That of the format, unless one was typed."""
        return "" if Path(self._name.strip()).suffix.lower() in self._formats else self._format

    def build(self, window: Rect, look: Look) -> None:
        """Lay it out as the other one, the formats beside the title, the name below the list."""
        super().build(window, look)
        px = look.px
        tab = Rect(0, 0, px(TAB), px(BUTTON - 6))
        tab.topright = self._title.topright
        self._tabs = [tab.move(-number * px(TAB + 4), 0) for number in range(len(self._formats))]
        self._tabs.reverse()
        self._field = self._help.inflate(-px(12), 0)
        self._field.left = self._help.left

    def _handle_key(self, event: pygame.Event) -> None:
        listing = self._listing
        match event.key:
            case pygame.K_TAB:
                number = self._formats.index(self.path.suffix.lower())
                self._take_format((number + 1) % len(self._formats))
            case pygame.K_BACKSPACE:
                self._rename("" if self._is_proposal else self._name[:-1])
            case pygame.K_RETURN | pygame.K_KP_ENTER | pygame.K_ESCAPE:
                super()._handle_key(event)
            case _ if event.unicode and event.unicode.isprintable():
                self._rename(("" if self._is_proposal else self._name) + event.unicode)
            case _:
                super()._handle_key(event)
                self._take_name(listing.selected)

    def _at(self, position: tuple[int, int]) -> str | int | None:
        for area, ending in zip(self._tabs, self._formats, strict=True):
            if area.collidepoint(position):
                return ending
        return super()._at(position)

    def _click(self, on: str | int | None) -> None:
        if isinstance(on, str) and on in self._formats:
            self._take_format(self._formats.index(on))
        elif isinstance(on, int) and not self._listing.entries[on].is_folder:
            self._listing.selected = on
            self._take_name(on)
        else:
            super()._click(on)

    def _rename(self, name: str) -> None:
        self._name, self._is_proposal, self._replaces = name[:LONGEST_NAME], False, False
        self._listing.selected = None

    def _take_format(self, number: int) -> None:
        if not self._ending:
            self._name = Path(self._name.strip()).stem
        self._format, self._replaces = self._formats[number], False

    def _take_name(self, row: int | None) -> None:
        """The name and format of a file that is listed."""
        self._replaces = False
        if row is not None and not self._listing.entries[row].is_folder:
            path = self._listing.entries[row].path
            self._name, self._is_proposal = path.stem, False
            self._format = path.suffix

    def _open_selected(self) -> None:
        """Enter a folder that is selected, else save."""
        row = self._listing.selected
        if row is not None and self._listing.entries[row].is_folder:
            super()._open_selected()
        elif not self.can_open:
            return
        elif self.path.exists() and not self._replaces:
            self._replaces = True
        else:
            self._choose(self.path)

    @property
    def can_open(self) -> bool:
        """Whether there is a name; what it must not contain differs between systems."""
        row = self._listing.selected
        if row is not None and self._listing.entries[row].is_folder:
            return True
        return bool(self._name.strip()) and not set(self._name) & set('/\\:*?"<>|')

    def _subtitle(self) -> tuple[str, str]:
        if self._replaces:
            name = texts.short(self.path.name)
            return texts.EXISTS.format(name=name), self._look.palette.warning
        return super()._subtitle()

    def _words(self) -> tuple[str, str]:
        return "", self._look.palette.muted

    def _draw_name(self, screen: Surface) -> None:
        """The name in a field, with a caret behind what has been typed; a proposal is marked."""
        look, palette, size = self._look, self._look.palette, self._look.px(15)
        rounded(screen, self._field, palette.line, look.px(8))
        rounded(screen, self._field.inflate(-2, -2), palette.paper, look.px(7))
        room = self._field.width - look.px(24)
        ending = text(self._ending, size, palette.muted)
        name = texts.printable(self._name)
        name = shortened(name, size, room - ending.get_width(), from_start=True)
        words = text(name, size, palette.text)
        place = words.get_rect(midleft=(self._field.left + look.px(10), self._field.centery))
        if self._is_proposal:
            rounded(screen, place.inflate(look.px(4), -look.px(2)), palette.press, look.px(4))
        screen.blit(words, place)
        screen.fill(
            palette.accent, Rect(place.right + 1, place.top + 2, look.px(1), place.height - 4)
        )
        screen.blit(ending, ending.get_rect(midleft=(place.right + look.px(3), place.centery)))

    def draw(self, screen: Surface) -> None:
        """Draw it over everything else."""
        super().draw(screen)
        look, palette = self._look, self._look.palette
        self._draw_name(screen)
        for area, ending in zip(self._tabs, self._formats, strict=True):
            chosen = ending == self.path.suffix.lower()
            rounded(screen, area, palette.accent if chosen else palette.faint, look.px(8))
            name = shortened(texts.FORMATS[ending], look.px(13), area.width)
            words = text(name, look.px(13), palette.paper if chosen else palette.text)
            screen.blit(words, words.get_rect(center=area.center))
