"""What the user corrected, kept in an ink file of the user's own that never leaves the machine.

A line is a correction: the drawing, and as its `word` the digit that it is. Lines that are damaged,
and keys that a later version wrote, stay as they are. Several windows may use the file at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from app.hand import Correction
from app.ink import Drawing, Ink, InkError, format_drawing, parse_line
from app.settings import corrections_path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


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
        with _explained(self.path, "read"):
            lines = self._lines()
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
        with _explained(self.path, "written"), self._locked():
            content = self._content()
            # A line that was broken off, as by a power cut, must not spoil this one.
            start = b"\n" if content and not content.endswith(b"\n") else b""
            with self.path.open("ab") as file:
                file.write(start + line + b"\n")
        self.all.append(correction)
        self.reload()
        return correction

    def remove(self, correction: Correction) -> None:
        """Take back a correction; nothing happens where it is gone. Raises CorrectionsError."""
        with _explained(self.path, "written"), self._locked():
            kept = [line for line in self._lines() if line != correction.line]
            self._write(self.path, kept)
        self.reload()

    def remove_all(self) -> None:
        """Take back everything, damaged lines too; raises CorrectionsError."""
        with _explained(self.path, "written"), self._locked():
            self.path.unlink(missing_ok=True)
        self.reload()

    def export(self, path: Path) -> None:
        """Write all corrections to an ink file elsewhere; raises CorrectionsError."""
        with _explained(path, "written"):
            self._write(path, [correction.line for correction in self.all])

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def _lines(self) -> list[bytes]:
        return self._content().split(b"\n")

    def _write(self, path: Path, lines: Sequence[bytes]) -> None:
        """Replace a file, whole or not at all."""
        scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            scratch.write_bytes(b"".join(line + b"\n" for line in lines if line.strip()))
            scratch.replace(path)
        except OSError:
            with suppress(OSError):
                scratch.unlink()
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Have other windows wait. The lock is a file beside, as this one may be replaced."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(f"{self.path.name}.lock").open("ab") as file:
            if sys.platform == "win32":
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if sys.platform == "win32":
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)


@contextmanager
def _explained(path: Path, done: str) -> Iterator[None]:
    """Turn an error of the system into a sentence: that a file cannot be read, or written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise CorrectionsError(f"{path}: the corrections cannot be {done} ({reason})") from None


def _parse(line: bytes) -> Correction:
    """Raises InkError where a line is no correction."""
    drawing = parse_line(line)
    word = drawing.keys.get("word")
    if not isinstance(word, str) or len(word) != 1 or word not in "0123456789":
        raise InkError("its word is no digit")
    if not drawing.ink.lines():
        raise InkError("there is no ink in it")
    return Correction(drawing.ink, int(word), line)
