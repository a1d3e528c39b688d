"""Files that survive power cuts and that several windows may use at once."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LARGEST = 256_000_000
"""Bytes of a file that is read whole: more than anybody writes."""


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and see it on the disk.

    Raises OSError; then the file is as it was.
    """
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError:
        with suppress(OSError):
            scratch.unlink()
        raise


def replace_lines(path: Path, lines: Iterable[bytes]) -> None:
    """The same with lines, of which those that are empty are left out; raises OSError."""
    replace_file(path, b"".join(line + b"\n" for line in lines if line.strip()))


def read_lines(path: Path) -> list[bytes]:
    """The lines of a file without their ends; none where it is missing.

    Raises OSError, also where it is larger than `LARGEST`.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file that is locked; raises OSError.

    It is on the disk then, or, as on a full disk, the file is as it was. A line before it that was
    broken off, as by a power cut, does not spoil it.
    """
    with path.open("a+b", buffering=0) as file:
        end = file.tell()
        if end:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        left = memoryview(line + b"\n")
        try:
            while left:
                left = left[file.write(left) or 0 :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise


@contextmanager
def explained(kind: type[Exception], path: Path, failed: str) -> Iterator[None]:
    """Turn an error of the system into a sentence: that something `failed` with the file.

    Raises an exception of that kind, which takes the sentence.
    """
    try:
        yield
    except OSError as error:
        raise kind(f"{path}: {failed} ({error.strerror or error})") from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Have other windows wait that lock the same file; its folder is made. Raises OSError.

    The lock is a file beside it, as the file itself may be replaced. What a program that was killed
    left half written beside it is cleared away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("ab") as file:
        _lock(file, wait=True)
        try:
            for scratch in path.parent.glob(f"{path.name}.*.tmp"):
                with suppress(OSError):
                    scratch.unlink()
            yield
        finally:
            unlock(file)


def try_lock(path: Path) -> IO[bytes] | None:
    """Lock a file until it is closed or the program ends; None where another has locked it.

    Raises OSError where the file cannot be opened, or files of its disk not be locked.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("ab"))
        try:
            _lock(file, wait=False)
        except (BlockingIOError, PermissionError):
            return None
        stack.pop_all()
        return file


def _lock(file: IO[bytes], wait: bool) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def unlock(file: IO[bytes]) -> None:
    """Let others lock a file that is still open."""
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_UN)
