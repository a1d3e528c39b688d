"""Faults that are really made: a full disk, folders that are read-only or gone, killed programs.

Whatever happens, what was saved before is still there, and what could not be saved is told.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.album import Album, AlbumError
from app.corrections import Corrections, CorrectionsError
from app.files import replace_file
from app.ink import Box, Drawing, Ink, read_drawings
from app.recovery import Recovery
from app.settings import Settings

ROOT = Path(__file__).parents[1]


def ink(points: int = 3, shift: float = 0) -> Ink:
    x = np.arange(points) + shift
    return Ink.from_lines([np.stack([x, 7 * x % 501], axis=1)])


SMALL = Drawing.on_paper(ink(), Box(0, 0, 600, 500))
LARGE = Drawing.on_paper(ink(20_000), Box(0, 0, 600, 500))


class Disk:
    """A small disk of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mount("-t", "tmpfs", "-o", "size=128k", "none", str(folder))

    def _mount(self, *arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)

    def fill(self) -> None:
        """Leave no room."""
        with (self.folder / "filler").open("ab", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                return

    def drain(self) -> None:
        (self.folder / "filler").unlink()

    def write_protect(self) -> None:
        # By a second mount over the first, which cannot change while files on it are open.
        self._mount("--bind", str(self.folder), str(self.folder))
        self._mount("-o", "remount,bind,ro", str(self.folder))

    def remove(self) -> None:
        while self.folder.is_mount():
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        disk = Disk(folder)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount a disk")
    yield disk
    disk.remove()


def keep(recovery: Recovery, drawing: Drawing) -> None:
    """Have a drawing kept, and wait until that is done or known to be impossible."""
    recovery.keep(drawing)
    end = time.monotonic() + 10
    while recovery._waiting or not recovery._changed._waiters:  # the thread has more to do
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.mark.parametrize("fault", [Disk.fill, Disk.write_protect])
def test_on_a_disk_that_takes_nothing_what_was_saved_stays(
    disk: Disk, fault: Callable[[Disk], None], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = disk.folder
    corrections = Corrections(folder / "corrections.ndjson")
    album = Album(folder / "numbers.ndjson")
    recovery = Recovery(folder / "open")
    Settings("dark").save(folder / "settings.json")
    for digit in (7, 1):
        corrections.add(ink(shift=digit), digit)
    album.add("7", SMALL)
    keep(recovery, SMALL)
    files = ["corrections.ndjson", "numbers.ndjson", "settings.json"]
    before = {name: (folder / name).read_bytes() for name in files}

    fault(disk)
    with pytest.raises(CorrectionsError, match="cannot be written"):
        corrections.add(LARGE.ink, 3)
    with pytest.raises(CorrectionsError, match="cannot be written"):
        corrections.remove(corrections.all[0])
    with pytest.raises(AlbumError, match="cannot be written"):
        album.add("3", LARGE)
    with pytest.raises(AlbumError, match="cannot be written"):
        album.add("7", SMALL)
    Settings("light").save(folder / "settings.json")
    assert "cannot be saved" in capsys.readouterr().err
    keep(recovery, LARGE)
    assert "cannot be kept" in recovery.trouble

    assert {name: (folder / name).read_bytes() for name in files} == before
    assert [c.digit for c in corrections.all] == [7, 1]
    assert [entry.text for entry in album.entries] == ["7"]
    (kept,) = (folder / "open").glob("*.ndjson")
    assert list(read_drawings(kept)) == [SMALL]
    assert not list(folder.rglob("*.tmp"))
    recovery.close(forget=False)


def test_when_there_is_room_again_everything_is_saved_again(disk: Disk) -> None:
    folder = disk.folder
    corrections, recovery = Corrections(folder / "c.ndjson"), Recovery(folder / "open")
    disk.fill()
    with pytest.raises(CorrectionsError, match="No space left"):
        corrections.add(SMALL.ink, 7)
    keep(recovery, SMALL)
    assert "No space left" in recovery.trouble
    disk.drain()
    corrections.add(SMALL.ink, 7)
    keep(recovery, Drawing(ink(4)))
    assert not recovery.trouble and not Corrections(folder / "c.ndjson").warnings
    recovery.close()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
@pytest.mark.parametrize("room", [0, 100, 5000])
def test_a_write_that_stops_halfway_leaves_the_file_as_it_was(tmp_path: Path, room: int) -> None:
    """A limit of the size of files stops a write just as a full disk does, anywhere."""
    corrections = Corrections(tmp_path / "c.ndjson")
    corrections.add(SMALL.ink, 7)
    before = corrections.path.read_bytes()
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from app.corrections import Corrections, CorrectionsError\n"
        "from tests.test_faults import LARGE\n"
        "corrections = Corrections(Path(sys.argv[1]))\n"
        "size = corrections.path.stat().st_size + int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "try:\n"
        "    corrections.add(LARGE.ink, 3)\n"
        "except CorrectionsError as error:\n"
        "    print(error)\n"
    )
    command = [sys.executable, "-c", code, corrections.path, str(room)]
    # What measures the coverage of the tests could not write either.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=plain)
    assert "File too large" in done.stdout and not done.stderr
    assert corrections.path.read_bytes() == before


def test_a_folder_that_goes_away_is_told_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    corrections, recovery = Corrections(folder / "c.ndjson"), Recovery(folder / "open")
    album = Album(folder / "numbers.ndjson")
    corrections.add(SMALL.ink, 7)
    keep(recovery, SMALL)
    shutil.rmtree(folder)
    folder.write_text("in the way")
    for change in (lambda: corrections.add(ink(5), 3), lambda: album.add("7", SMALL)):
        with pytest.raises((CorrectionsError, AlbumError), match="cannot be written"):
            change()
    keep(recovery, Drawing(ink(6)))
    assert "cannot be kept" in recovery.trouble
    folder.unlink()
    keep(recovery, Drawing(ink(7)))
    corrections.add(ink(5), 3)
    assert not recovery.trouble
    (kept,) = (folder / "open").glob("*.ndjson")
    (drawing,) = read_drawings(kept)
    assert isinstance(drawing, Drawing) and drawing.ink == ink(7)
    recovery.close()


def killed(write: Callable[[], None], rng: random.Random) -> None:
    """Have a child write over and over, and kill it in the middle of that."""
    begun, begins = os.pipe()
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # SDL takes it for the end of its window
        os.write(begins, b"!")
        try:
            while True:
                write()
        finally:
            os._exit(1)
    os.read(begun, 1)  # on a busy computer that may be late
    os.close(begun)
    os.close(begins)
    time.sleep(rng.uniform(0.002, 0.03))
    os.kill(pid, rng.choice([signal.SIGKILL, signal.SIGTERM]))
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), "it was still writing"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_file_that_is_replaced_when_the_program_is_killed_is_the_old_or_the_new(
    tmp_path: Path,
) -> None:
    rng, path = random.Random(1), tmp_path / "settings.json"
    old, new = (json.dumps([value] * 50_000).encode() for value in (1, 2))
    replace_file(path, old)

    def write() -> None:
        replace_file(path, new)
        replace_file(path, old)

    seen = set()
    for _ in range(60):
        killed(write, rng)
        content = path.read_bytes()
        assert content in (old, new)
        seen.add(content)
    assert len(seen) == 2, "it was killed at different moments"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_corrections_and_numbers_survive_that_the_program_is_killed(tmp_path: Path) -> None:
    rng = random.Random(2)
    corrections = Corrections(tmp_path / "corrections.ndjson")
    album = Album(tmp_path / "numbers.ndjson")
    settings = tmp_path / "settings.json"
    first = corrections.add(ink(500), 7)
    album.add("7", Drawing(ink(500)))
    Settings("dark", 20).save(settings)

    def write() -> None:
        added = corrections.add(ink(500, rng.random()), 3)
        album.add("3", Drawing(ink(400, rng.random())))
        corrections.remove(added)
        Settings(rng.choice(["dark", "light"]), 20).save(settings)

    for _ in range(40):
        killed(write, rng)
        found = Corrections(corrections.path)
        assert found.all[0].line == first.line
        assert len(found.warnings) <= 1, "at most what was being written is broken off"
        assert all(correction.digit in (3, 7) for correction in found.all)
        album.reload()
        assert album.entries[-1].text in "37"
        assert Settings.load(settings).pen_width == 20
    corrections.add(ink(9), 1)
    assert not list(tmp_path.glob("corrections*.tmp")), "what was half written is cleared away"
