"""Files are read on a thread of their own, so that the window never stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple

import pygame

from app.ink import Drawing, InkError, is_ink_file, read_drawings
from app.network import NetworkError
from app.photo import PhotoError, ink_of, load_bands
from app.recognizer import Recognizer
from app.ui import clipboard, texts
from app.ui.events import post
from app.ui.picture import ReadPicture

READ = pygame.event.custom_type()
"""Type of the event by which a reading tells that it has come to its end."""


class ReadInk(NamedTuple):
    """A drawing of an ink file, and what is to be said of the others in it, if anything."""

    drawing: Drawing
    note: str


class FileReader:
    """Reads one file at a time; whoever asks for another no longer wants the one before.

    Attributes:
        name: what is being read, empty for nothing.
    """

    def __init__(self, recognizer: Callable[[], Recognizer]) -> None:
        """`recognizer` waits for what is to read pictures; it may raise NetworkError."""
        self.name = ""
        self._recognizer = recognizer
        self._request = 0
        self._one_at_a_time = Lock()  # as each takes much memory

    def open(self, path: Path) -> None:
        """Begin to read a file."""
        self._begin(path, texts.short(path.name))

    def paste(self) -> None:
        """Begin to read what is in the clipboard."""
        self._begin(None, texts.CLIPBOARD)

    def cancel(self) -> bool:
        """Whatever is being read is wanted no longer; whether anything was."""
        was_reading = bool(self.name)
        self._request += 1
        self.name = ""
        return was_reading

    def result(self, event: pygame.Event) -> ReadPicture | ReadInk | PhotoError | InkError | None:
        """What a `READ` event brings, or why there is nothing; None where it is late."""
        if event.request != self._request:
            return None
        self.name = ""
        result: ReadPicture | ReadInk | PhotoError | InkError = event.result
        return result

    def _begin(self, path: Path | None, name: str) -> None:
        self.cancel()
        self.name = name
        Thread(target=self._run, args=(path, name, self._request), daemon=True).start()

    def _run(self, path: Path | None, name: str, request: int) -> None:
        with self._one_at_a_time:
            if request != self._request:
                return
            result: ReadPicture | ReadInk | PhotoError | InkError
            try:
                result = self._read(path, name)
            except (PhotoError, InkError) as error:
                result = error
            except NetworkError as error:
                result = PhotoError(str(error))
            except Exception as error:  # else the window would wait for it forever
                result = PhotoError(
                    f"{name}: cannot be read ({str(error) or type(error).__name__})"
                )
        post(READ, request=request, result=result)

    def _read(self, path: Path | None, name: str) -> ReadPicture | ReadInk:
        source = path or clipboard.grab()
        if isinstance(source, Path):
            name = texts.short(source.name)
            if source.exists() and not source.is_file():
                raise PhotoError(texts.NO_FILE.format(name=name))
            if is_ink_file(source):
                return read_ink(source)
        bands, _ = load_bands(source, name)
        ink = ink_of(bands)
        return ReadPicture.pack(name, bands, ink, self._recognizer().read_picture(ink))


def read_ink(path: Path) -> ReadInk:
    """The first drawing of an ink file that has ink and is not damaged; raises InkError."""
    name = texts.short(path.name)
    damaged: InkError | None = None
    found: Drawing | None = None
    for item in read_drawings(path):
        if isinstance(item, InkError):
            damaged = damaged or item
        elif found:
            return ReadInk(found, texts.FIRST_DRAWING_ONLY.format(name=name))
        elif item.ink.lines():
            found = item
    if not found:
        raise damaged or InkError(texts.NO_INK.format(name=name))
    return ReadInk(found, texts.sentence(str(damaged)) if damaged else "")
