"""How files come into the window: chosen in a dialog, dropped on it, or pasted.

Pictures and ink files come onto the paper, and a network from then on reads what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame

from app.ink import InkError
from app.photo import PhotoError
from app.recent import recent_files, remember_file
from app.ui import texts
from app.ui.canvas import Canvas
from app.ui.dialog import FileDialog
from app.ui.folder import first_folder
from app.ui.networks import SUFFIXES, Networks
from app.ui.picture import ReadPicture
from app.ui.reader import READ, FileReader, ReadInk
from app.ui.save_dialog import SaveDialog
from app.ui.theme import Look
from app.ui.view import fitted


class Opening:
    """Has files read, and says what comes of it where that is not seen.

    Attributes:
        dialog: in which a file is being chosen, if it is open; then it takes all events.
        changed: whether the dialog looks otherwise than it was last drawn.
    """

    def __init__(self, networks: Networks, canvas: Canvas) -> None:
        """What has been read is put on the canvas."""
        self.dialog: FileDialog | None = None
        self.changed = False
        self._networks = networks
        self._reader = FileReader(networks.wait)
        self._canvas = canvas
        self._folder: Path | None = None
        self._reading: Path | None = None
        self._dropped: list[Path] = []
        self._dropping = False
        self._message = ""

    @property
    def notice(self) -> str:
        """What is to be said now, empty for nothing."""
        if self._reader.name:
            return texts.READING.format(name=self._reader.name)
        return self._message

    def dismiss(self) -> None:
        """What was said has been seen."""
        self._message = ""

    def build(self, window: pygame.Rect, look: Look) -> None:
        """Follow the size of the window and the theme."""
        self._window, self._look = window, look
        if self.dialog:
            self.dialog.build(window, look)

    def choose(self) -> None:
        """Open the dialog, in the folder where it was closed."""
        folder = self._folder or first_folder()
        self._ask(FileDialog(folder, self._open, self._close, recent=recent_files()))

    def choose_place(
        self, name: str, formats: tuple[str, ...], save: Callable[[Path], None]
    ) -> None:
        """Have the user choose where to save a file of this name; then `save` is called."""

        def close_and_save(path: Path) -> None:
            self._close()
            self.dismiss()
            save(path)

        folder = self._folder or first_folder()
        self._ask(SaveDialog(folder, close_and_save, self._close, name, formats))

    def _ask(self, dialog: FileDialog) -> None:
        self.dialog = dialog
        dialog.build(self._window, self._look)
        self.changed = True

    def paste(self) -> None:
        """Read what is in the clipboard."""
        self._reading = None
        self._reader.paste()

    def cancel(self) -> bool:
        """Give up the file that is being read; whether there was one."""
        return self._reader.cancel()

    def handle(self, event: pygame.Event) -> bool:
        """Take an event; whether it is not for others."""
        if event.type == READ:
            self._take(self._reader.result(event))
        elif event.type == pygame.DROPFILE:
            self._drop(Path(event.file))
        elif event.type in (pygame.DROPBEGIN, pygame.DROPCOMPLETE):
            self._dropping = event.type == pygame.DROPBEGIN
            self._dropped.clear()
        elif self.dialog:
            self.changed |= self.dialog.handle(event)
        else:
            return False
        return True

    def _take(self, result: ReadPicture | ReadInk | PhotoError | InkError | None) -> None:
        match result:
            case ReadPicture():
                self._canvas.show(result)
                if not result.reading.digits:
                    self.say(texts.NOTHING_FOUND.format(name=result.name))
            case ReadInk(drawing, note):
                paper = drawing.paper
                ink = drawing.ink if paper else fitted(drawing.ink, self._canvas.clean_page)
                self._canvas.show(ink, paper)
                self.say(note)
            case PhotoError() | InkError():
                self.say(texts.sentence(str(result)))
        if self._reading and isinstance(result, ReadPicture | ReadInk):
            remember_file(self._reading)

    def say(self, sentence: str) -> None:
        """Say something beside what is being said."""
        self._message = f"{self._message} {sentence}".strip()

    def _drop(self, path: Path) -> None:
        """Read the first of the files that are dropped together."""
        self._dropped.append(path)
        if not self._dropping or len(self._dropped) == 1:
            self._open(path)
        else:
            self._message = texts.FIRST_ONLY.format(name=texts.short(self._dropped[0].name))

    def _open(self, path: Path) -> None:
        self._close()
        self.dismiss()
        if path.suffix.lower() in SUFFIXES:
            self._networks.load(path)
            return
        self._reading = path
        self._reader.open(path)

    def _close(self) -> None:
        if self.dialog:
            self._folder = self.dialog.folder
            self.dialog = None
            self.changed = True

    def draw(self, screen: pygame.Surface) -> None:
        """Draw the dialog over everything else, if it is open."""
        self.changed = False
        if self.dialog:
            self.dialog.draw(screen)
