"""What the user corrected, kept in an ink file of the user's own that never leaves the machine.

A line is a correction: the drawing, and as its `word` the digit that it is. Lines that are damaged,
and keys that a later version wrote, stay as they are. Several windows may use the file at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.files import append_line, explained, locked, read_lines, replace_lines
from app.hand import Correction
from app.ink import Drawing, Ink, InkError, format_drawing, parse_line
from app.settings import corrections_path

NOT_WRITTEN = "the corrections cannot be written"


class CorrectionsError(Exception):
    """A file of corrections that cannot be read or written; the message is one sentence."""


class Corrections:
    """The corrections in a file, by default the user's.

    Attributes:
        path: the file; where it is missing there are none.
        all: the corrections, the latest last.
        warnings: one sentence for each line that is damaged.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Raises CorrectionsError."""
        self.path = path or corrections_path()
        self.all: list[Correction] = []
        self.warnings: list[str] = []
        self.reload()

    def reload(self) -> None:
        """Read the file again, which another window may have changed; raises CorrectionsError."""
        with explained(CorrectionsError, self.path, "the corrections cannot be read"):
            lines = read_lines(self.path)
        known = {correction.line: correction for correction in self.all}
        self.all, self.warnings = [], []
        for number, line in enumerate(lines, start=1):
            try:
                if line.strip():
                    self.all.append(known.get(line) or _parse(line))
            except InkError as error:
                self.warnings.append(f"{self.path}, line {number}: {error}")

    def add(self, ink: Ink, digit: int) -> Correction:
        """Keep that a drawing is a digit, 0 to 9; raises CorrectionsError, and then it is not."""
        line = format_drawing(Drawing(ink, {"word": str(digit)})).encode()
        correction = _parse(line)
        with self._changed():
            append_line(self.path, line)
        self.all.append(correction)
        self.reload()
        return correction

    def remove(self, correction: Correction) -> None:
        """Take back a correction; nothing happens where it is gone. Raises CorrectionsError."""
        with self._changed():
            kept = [line for line in read_lines(self.path) if line != correction.line]
            replace_lines(self.path, kept)
        self.reload()

    def remove_all(self) -> None:
        """Take back everything, damaged lines too; raises CorrectionsError."""
        with self._changed():
            self.path.unlink(missing_ok=True)
        self.reload()

    def export(self, path: Path) -> None:
        """Write all corrections to an ink file elsewhere; raises CorrectionsError."""
        with explained(CorrectionsError, path, NOT_WRITTEN):
            replace_lines(path, [correction.line for correction in self.all])

    @contextmanager
    def _changed(self) -> Iterator[None]:
        with explained(CorrectionsError, self.path, NOT_WRITTEN), locked(self.path):
            yield


def _parse(line: bytes) -> Correction:
    """Raises InkError where a line is no correction."""
    drawing = parse_line(line)
    word = drawing.keys.get("word")
    if not isinstance(word, str) or len(word) != 1 or word not in "0123456789":
        raise InkError("its word is no digit")
    if not drawing.ink.lines():
        raise InkError("there is no ink in it")
    return Correction(drawing.ink, int(word), line)
