"""The numbers that were read, with their ink, in an ink file.

Lines that are damaged stay as they are and lose only themselves. Several windows may use it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.files import append_line, explained, locked, read_lines, replace_lines
from app.ink import Box, Drawing, InkError, bounding_box, format_drawing, parse_line

MOST = 100
"""So many are kept."""
READING = "reading"
"""The key of a line under which is what was read."""


class AlbumError(Exception):
    """An album that cannot be read or written; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A number that was read.

    Attributes:
        text: the number.
        box: where its ink is, in canvas pixels.
        packed: what the file holds of it, compressed, as there are many and few are looked at.
    """

    text: str
    box: Box
    packed: bytes

    @property
    def line(self) -> bytes:
        """What the file holds of it."""
        return zlib.decompress(self.packed)

    @property
    def drawing(self) -> Drawing:
        """The drawing that it was read in."""
        return parse_line(self.line)


class Album:
    """The numbers in a file.

    Attributes:
        path: the file; where it is missing there are none.
        entries: the numbers, the latest last.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []

    def reload(self) -> None:
        """Read the file, which another window may have changed; raises AlbumError."""
        with explained(AlbumError, self.path, "the numbers cannot be read"):
            lines = read_lines(self.path)
        known = {entry.line: entry for entry in self.entries}
        found = [known.get(line) or _parse(line) for line in lines[-MOST - 1 :]]
        self.entries = [entry for entry in found if entry]

    def add(self, text: str, drawing: Drawing) -> None:
        """Keep a number; one that is there already becomes the latest. Raises AlbumError."""
        keys = {**drawing.keys, READING: text}
        line = format_drawing(Drawing(drawing.ink, keys)).encode()
        with self._changed():
            lines = read_lines(self.path)
            if line in lines or len(lines) > 2 * MOST:
                kept = [other for other in lines if other.strip() and other != line]
                replace_lines(self.path, [*kept, line][-MOST:])
            else:
                append_line(self.path, line)
        self.reload()

    def remove(self, entry: Entry) -> None:
        """Forget a number; nothing happens where it is gone. Raises AlbumError."""
        with self._changed():
            kept = [line for line in read_lines(self.path) if line != entry.line]
            replace_lines(self.path, kept)
        self.reload()

    @contextmanager
    def _changed(self) -> Iterator[None]:
        with explained(AlbumError, self.path, "the numbers cannot be written"), locked(self.path):
            yield


def _parse(line: bytes) -> Entry | None:
    """None for a line that is empty or damaged."""
    try:
        drawing = parse_line(line)
    except InkError:
        return None
    text, lines = drawing.keys.get(READING), drawing.ink.lines()
    if not isinstance(text, str) or not lines:
        return None
    return Entry(text, bounding_box(lines), zlib.compress(line))
