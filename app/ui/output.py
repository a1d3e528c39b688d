"""What leaves the window: the number or the drawing copied, the drawing saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame

from app.files import replace_file
from app.photo import PhotoError
from app.recent import remember_file
from app.recognizer import Reading
from app.ui import clipboard, texts
from app.ui.canvas import Canvas
from app.ui.export import picture_to_png, to_ink_file, to_png, to_svg
from app.ui.save_dialog import FORMATS, INK, PNG, SVG


class Output:
    """Copies and saves what is on a canvas, and says what came of it."""

    def __init__(
        self,
        canvas: Canvas,
        say: Callable[[str], None],
        ask: Callable[[str, tuple[str, ...], Callable[[Path], None]], None],
    ) -> None:
        """`say` tells the user something; `ask` has them choose where to save a file of a name
        in one of some formats, and calls with that."""
        self._canvas = canvas
        self._say = say
        self._ask = ask

    def copy_number(self, reading: Reading) -> None:
        """Put the number that was read into the clipboard, as text."""
        if not reading.text:
            self._say(texts.NOTHING_TO_COPY)
            return
        try:
            pygame.scrap.put_text(reading.text)
        except pygame.error as error:
            self._say(texts.CANNOT_COPY.format(reason=error))
        else:
            self._say(texts.COPIED.format(number=texts.short(" ".join(reading.text.split()))))

    def copy_drawing(self) -> None:
        """Put the drawing, or the picture, into the clipboard, as an image."""
        if not self._canvas.can_clear:
            self._say(texts.NOTHING_TO_COPY)
            return
        try:
            clipboard.put_image(self._content(PNG))
        except PhotoError as error:
            self._say(texts.sentence(str(error)))
        else:
            self._say(texts.COPIED_DRAWING)

    def save(self, reading: Reading) -> None:
        """Have the user choose a file, and write the drawing to it."""
        self._canvas.lift()
        if not self._canvas.can_clear:
            self._say(texts.NOTHING_TO_SAVE)
            return
        number = "-".join(reading.text.split())
        name = number if number.replace("-", "").isdigit() else texts.DRAWING
        self._ask(name, (PNG,) if self._canvas.picture else FORMATS, self._write)

    def _write(self, path: Path) -> None:
        try:
            replace_file(path, self._content(path.suffix.lower()))
        except OSError as error:
            reason = error.strerror or error
            self._say(texts.CANNOT_SAVE.format(name=texts.short(path.name), reason=reason))
        else:
            if path.suffix.lower() != SVG:  # which cannot be opened
                remember_file(path)
            self._say(texts.SAVED.format(name=texts.short(path.name)))

    def _content(self, suffix: str) -> bytes:
        canvas = self._canvas
        if canvas.picture:
            return picture_to_png(canvas.picture)
        if suffix == INK:
            return to_ink_file(canvas.ink, canvas.view.page(canvas.area))
        return (to_svg if suffix == SVG else to_png)(canvas.ink, canvas.pen_width)
