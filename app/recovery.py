"""The drawing of each window is on the disk, so that crashes and power cuts do not lose it.

Every window has a file of its own in a folder, and a lock beside it for as long as it
lives. A file whose lock nobody holds is of a window that crashed: the next one to start takes it.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from typing import IO
from uuid import uuid4

from app.files import replace_file, try_lock, unlock
from app.ink import LONGEST_LINE, Drawing, InkError, format_drawing, parse_line

DAY = 24 * 3600


class Recovery:
    """Keeps what is on the paper of one window; writing is done by a thread of its own.

    Attributes:
        found: what windows that crashed had on their paper, the latest first.
        trouble: why the drawing cannot be kept, or a file not be read, else empty.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is that of all windows of the user."""
        self.found: list[Drawing] = []
        self.trouble = ""
        self._folder = folder
        self._locks: dict[Path, IO[bytes]] = {}
        self._path: Path | None = None
        self._wanted: Drawing | None = None
        self._waiting = False
        self._ended = False
        self._thread: Thread | None = None
        self._changed = Condition()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._take_files()
            self._path = next(iter(self._locks), None) or self._new_file()
        except OSError as error:
            self._explain(error)

    def keep(self, drawing: Drawing) -> None:
        """Have this on the disk as soon as it can be; without ink, nothing."""
        if not self._path:
            return
        with self._changed:
            self._wanted, self._waiting = drawing, True
            self._changed.notify_all()
        if not self._thread:
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()

    def forget_found(self) -> None:
        """All that was found is elsewhere now, so that its files can go."""
        for path in [path for path in self._locks if path != self._path]:
            self._remove(path)

    def close(self, forget: bool = True) -> None:
        """The window ends: forget the drawing, or leave it to the next window."""
        if not self._path:
            return
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()
        if forget:
            self._remove(self._path)
        else:
            self._release(self._path)

    def _take_files(self) -> None:
        """Take all files that nobody holds, the latest first."""
        for lock_path in self._folder.glob("*.lock"):
            _clear_away(lock_path)
        for path in sorted(self._folder.glob("*.ndjson"), key=_changed_at, reverse=True):
            lock = try_lock(path.with_suffix(".lock"))
            if not lock:
                continue
            self._locks[path] = lock
            for scratch in self._folder.glob(f"{path.name}.*.tmp"):
                scratch.unlink(missing_ok=True)
            try:
                self.found.append(_read(path))
            except FileNotFoundError:  # another window was quicker, and has ended since
                self._remove(path)
            except OSError as error:
                self.trouble = f"{path}: cannot be read ({error.strerror}), so it was left alone"
                self._release(path)
            except InkError as error:
                self.trouble = f"{path}: {error}, so it was put aside"
                path.replace(path.with_suffix(".damaged"))
                self._remove(path)

    def _new_file(self) -> Path:
        """A file that no other window has."""
        path = self._folder / f"{uuid4().hex}.ndjson"
        lock = try_lock(path.with_suffix(".lock"))
        assert lock, "nobody else knows this name"
        self._locks[path] = lock
        return path

    def _run(self) -> None:
        assert self._path
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    return
                drawing, self._waiting = self._wanted, False
            try:
                if drawing and drawing.ink.strokes:
                    self._write(self._path, format_drawing(drawing).encode())
                else:
                    self._path.unlink(missing_ok=True)
                self.trouble = ""
            except OSError as error:
                self._explain(error)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            replace_file(path, content)
        except FileNotFoundError:  # the folder went away, and with it the lock
            self._folder.mkdir(parents=True, exist_ok=True)
            if lock := try_lock(path.with_suffix(".lock")):
                self._locks[path].close()
                self._locks[path] = lock
            replace_file(path, content)

    def _explain(self, error: OSError) -> None:
        self.trouble = f"{self._folder}: the drawing cannot be kept there ({error.strerror})"

    def _remove(self, path: Path) -> None:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        self._release(path)

    def _release(self, path: Path) -> None:
        """Give the lock back. Whoever has opened it meanwhile finds no drawing beside it."""
        lock = self._locks.pop(path)
        unlock(lock)
        lock.close()
        if not path.exists():
            with suppress(OSError):
                path.with_suffix(".lock").unlink()


def _read(path: Path) -> Drawing:
    """Raises InkError, and OSError."""
    with path.open("rb") as file:
        return parse_line(file.read(LONGEST_LINE + 1))


def _clear_away(lock_path: Path) -> None:
    """Remove the lock of a window that crashed with clean paper, unless it is just starting."""
    is_old = time.time() - _changed_at(lock_path) > DAY
    if is_old and not lock_path.with_suffix(".ndjson").exists() and (lock := try_lock(lock_path)):
        lock.close()
        with suppress(OSError):
            lock_path.unlink()


def _changed_at(path: Path) -> float:
    """Seconds since 1970; now, where it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
