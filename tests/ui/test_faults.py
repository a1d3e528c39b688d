"""Faults that are really made, to the whole program: no display, a display that goes away, a
clipboard that does not answer, no fonts, a full disk, files of its own that are damaged."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pygame
import pytest

from app.album import Album
from app.settings import Settings
from app.ui import clipboard, texts
from app.ui.window import Window
from tests.test_faults import Disk, disk
from tests.ui.events import drop, key, play, play_until, stroke
from tests.ui.real import COMMAND, ROOT, needs_a_display
from tests.ui.xvfb import Program, Xvfb, wait_for

__all__ = ["disk"]  # the fixture

TOOLS = (0, 0, 1000, 56)
"""Where the tool bar is: text that nothing but the font and the language changes."""
LINE = [(330.0, 200.0), (330.0, 300.0), (330.0, 420.0)]
ONE = stroke((100, 200), (110, 300), (120, 400))
TWO = stroke((300, 200), (300, 300), (310, 400))
CTRL = pygame.KMOD_LCTRL
PASTE, CLEAR, UNDO = key(pygame.K_v, CTRL), key(pygame.K_DELETE), key(pygame.K_z, CTRL)


def notice(window: Window) -> str:
    return window._opening.notice


def title() -> str:
    return pygame.display.get_caption()[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs X11")
def test_without_a_display_one_sentence_tells_so_and_the_status_is_2(tmp_path: Path) -> None:
    gone = {"DISPLAY": ":4711", "SDL_VIDEODRIVER": "x11", "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        COMMAND, cwd=ROOT, env={**os.environ, **gone}, capture_output=True, text=True
    )
    assert done.returncode == 2 and not list(tmp_path.iterdir())
    assert done.stderr.count("\n") == 1 and "there is no display" in done.stderr


@needs_a_display
def test_when_the_window_system_goes_away_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "digit-pad" / "open"
    with Xvfb() as display, Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
        program.wait_for_title("Digit Pad")
        program.draw(LINE)
        program.wait_for_title("1 - Digit Pad")
        wait_for(lambda: list(folder.glob("*.ndjson")))
        display._server.kill()
        _, errors = program.process.communicate(timeout=20)
        assert program.process.returncode, "it did not end as it was asked to"
        assert "Traceback" not in errors and errors.count("\n") <= 2, errors
    with Xvfb() as display, Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
        program.wait_for_title("1 - Digit Pad")
        assert program.end() == (0, "")


@needs_a_display
def test_without_fonts_of_the_system_the_window_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    none = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    shots = []
    with Xvfb() as display:
        for number, env in enumerate(({}, none)):
            home = tmp_path / str(number)
            home.mkdir()
            with Program(COMMAND, display, home, env, ROOT) as program:
                program.wait_for_title("Digit Pad")
                program.draw(LINE)
                program.wait_for_title("1 - Digit Pad")
                shots.append(program.screenshot().crop(TOOLS))
                assert program.end() == (0, "")
    assert shots[0] == shots[1]


@needs_a_display
def test_with_a_full_disk_the_program_works_and_ends_with_a_sentence(
    tmp_path: Path, disk: Disk
) -> None:
    disk.fill()
    with Xvfb() as display, Program(COMMAND, display, disk.folder, cwd=ROOT) as program:
        program.wait_for_title("Digit Pad")
        program.draw(LINE)
        program.wait_for_title("1 - Digit Pad")
        program.key("7")
        program.key("ctrl+t")
        status, errors = program.end()
    assert status == 0
    assert errors.count("\n") == 1 and "the settings cannot be saved" in errors, errors


@pytest.mark.skipif(not shutil.which("xclip"), reason="needs xclip")
@needs_a_display
def test_a_clipboard_that_does_not_answer_is_told_and_files_can_still_be_opened(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "PATIENCE", 0.5)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    ink = tmp_path / "one.ndjson"
    ink.write_text('{"drawing": [[[1, 2], [3, 90]]]}')
    with Xvfb() as display:
        monkeypatch.setenv("DISPLAY", display.name)
        with owner_of_the_clipboard() as owner:
            os.kill(owner, signal.SIGSTOP)
            play(window, *ONE, *TWO)
            play_until(window, lambda: notice(window).startswith(texts.CLIPBOARD_SILENT), PASTE)
            assert title() == "2 - Digit Pad"
            play_until(window, lambda: title() == "1 - Digit Pad", *drop(ink))


@contextmanager
def owner_of_the_clipboard() -> Iterator[int]:
    """A program that has copied a picture, by its process id."""
    selection = ["xclip", "-selection", "clipboard", "-t"]
    quiet = subprocess.DEVNULL
    owner = subprocess.Popen(
        [*selection, "image/png", "-i", "-quiet"], stdin=subprocess.PIPE, stdout=quiet, stderr=quiet
    )

    def owns() -> bool:
        targets = subprocess.run([*selection, "TARGETS", "-o"], capture_output=True)
        return b"image/png" in targets.stdout

    try:
        assert owner.stdin
        owner.stdin.write(b"a picture")
        owner.stdin.close()
        wait_for(owns)
        yield owner.pid
    finally:
        owner.kill()
        owner.wait()


def test_where_nothing_can_be_saved_one_can_write_and_is_told(
    screen: pygame.Surface, window: Window, data_folder: Path, tmp_path: Path
) -> None:
    window.close()
    shutil.rmtree(data_folder, ignore_errors=True)
    data_folder.write_text("in the way")
    again = Window(window._networks.recognizer, Settings(), screen)
    again.update()
    assert str(data_folder) in notice(again) and notice(again).endswith(".")
    play(again, *ONE, *TWO)
    assert title() == "2 - Digit Pad"
    play(again, CLEAR)
    assert "cannot be written" in notice(again)
    play(again, UNDO)
    assert title() == "2 - Digit Pad"
    again.close()
    assert data_folder.read_text() == "in the way"


def test_files_of_the_program_that_are_damaged_lose_only_the_damage(
    screen: pygame.Surface, window: Window, data_folder: Path
) -> None:
    play(window, *ONE)
    window.close()
    numbers = data_folder / "numbers.ndjson"
    sound = numbers.read_bytes()
    damage = b'{"drawing": [[[1, 2\n\xff\xfe\n' + b"[" * 100_000 + b"\n"
    numbers.write_bytes(damage + sound)
    (data_folder / "open").mkdir(exist_ok=True)
    (data_folder / "open" / "a.ndjson").write_bytes(b"\xff\xfe")
    (data_folder / "open" / "b.ndjson").mkdir()
    (data_folder / "recent.json").write_bytes(b"[" * 100_000)
    again = Window(window._networks.recognizer, Settings(), screen)
    again.update()
    assert "put aside" in notice(again) or "left alone" in notice(again)
    play(again, *ONE, *TWO)
    again.close()
    assert numbers.read_bytes().startswith(damage + sound)
    album = Album(numbers)
    album.reload()
    assert [entry.text for entry in album.entries] == ["1", "2"]
    assert (data_folder / "open" / "a.damaged").read_bytes() == b"\xff\xfe"
