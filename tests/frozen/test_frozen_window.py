"""The window of the frozen program does what it does from source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageColor

from app.ui.theme import PALETTES
from tests.frozen.conftest import ROOT, Run, number
from tests.h5_files import small_config, small_weights, write
from tests.ui.xvfb import Program, Xvfb, wait_for

SEVEN = [(150, 200), (320, 195), (230, 520)]


@pytest.mark.skipif(sys.platform == "linux", reason="on Linux more of it is tested, under Xvfb")
def test_the_window_stays_open(folder: Path) -> None:
    name = "DigitPad.exe" if sys.platform == "win32" else "digit-pad"
    with subprocess.Popen([folder / name]) as program:
        time.sleep(10)
        assert program.poll() is None
        program.kill()


@pytest.mark.parametrize("strange", [False, True])
def test_the_window_looks_as_from_source(
    start: Callable[..., Program], executable: Path, display: Xvfb, home: Path, strange: bool
) -> None:
    model = ["--model", home / "strange.h5"] if strange else []
    write(home / "strange.h5", small_config(), small_weights())
    (home / "Ziffern é 数字").mkdir()
    remember(home, first_run=False)  # else the first to end writes it
    number().save(home / "17.tif")

    def start_from_source() -> Program:
        return Program([sys.executable, "-m", "app", *map(str, model)], display, home, cwd=ROOT)

    shots: list[list[NDArray[np.uint8]]] = []
    titles = []
    for start_one in (lambda: start(executable, *model), start_from_source):
        with start_one() as program:
            program.wait_for_title("Digit Pad")
            program.draw(SEVEN)
            wait_for(lambda shown=program: shown.title != "Digit Pad")
            titles.append(program.title)
            shots.append([])
            for keys in ([], ["ctrl+o"], ["Escape", "ctrl+comma"], ["Escape", "ctrl+i"]):
                for key in keys:
                    program.key(key)
                program.move(60, 28)
                shots[-1].append(when_settled(program))
            assert program.end() == (0, "")
        for kept in home.rglob("numbers.ndjson"):
            kept.unlink()  # else the strip shows what the first has read
    assert titles[0] == titles[1] and (strange or titles[0] == "7 - Digit Pad")
    for frozen, from_source in zip(*shots, strict=True):
        assert (frozen == from_source).all()
    paper, *others = shots[0]
    assert (paper == ImageColor.getrgb(PALETTES["light"].ink)).all(axis=-1).any()
    assert all((paper != other).any() for other in others)


def remember(home: Path, **settings: bool) -> None:
    """Keep settings as if they had been chosen before."""
    file = home / "digit-pad" / "settings.json"
    file.parent.mkdir()
    file.write_text(json.dumps(settings))


def when_settled(program: Program) -> NDArray[np.uint8]:
    """How it looks when that has not changed for longer than a tool tip takes to appear."""
    shot, since = np.asarray(program.screenshot()), time.monotonic()
    while time.monotonic() < since + 1.5:
        now = np.asarray(program.screenshot())
        if (now != shot).any():
            shot, since = now, time.monotonic()
        time.sleep(0.1)
    return shot


def test_pictures_are_opened_and_pasted(
    start: Callable[..., Program], executable: Path, display: Xvfb, home: Path
) -> None:
    number().save(home / "seventeen é 数字.webp", lossless=True)
    with start(executable, "--open", home / "seventeen é 数字.webp") as program:
        program.wait_for_title("17 - Digit Pad")
        program.key("Delete")
        program.wait_for_title("Digit Pad")
        program.key("ctrl+o", "s", "e", "v", "Return")
        program.wait_for_title("17 - Digit Pad")
        if shutil.which("xclip"):
            program.key("Delete")
            program.wait_for_title("Digit Pad")
            number().save(home / "17.png")
            copy = ["xclip", "-display", display.name, "-selection", "clipboard", "-t", "image/png"]
            # It goes on as long as it owns the clipboard, with this process's pipes if it has them.
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run([*copy, home / "17.png"], check=True, **quiet)
            program.key("ctrl+v")
            program.wait_for_title("17 - Digit Pad")
        assert program.end() == (0, "")


def test_number_and_drawing_are_copied_and_saved(
    start: Callable[..., Program], executable: Path, display: Xvfb, home: Path, run: Run
) -> None:
    paste = ["xclip", "-display", display.name, "-selection", "clipboard", "-o"]
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.draw(SEVEN)
        program.wait_for_title("7 - Digit Pad")
        for number in range(3):
            program.key("ctrl+s", *number * ["Tab"], "Return")
        names = ["7.ndjson", "7.png", "7.svg"]  # and not what is being written
        saved = [wait_for(lambda name=name: next(home.rglob(name), None)) for name in names]
        if shutil.which("xclip"):
            program.key("ctrl+c")
            wait_for(lambda: subprocess.run(paste, capture_output=True).stdout == b"7")
            program.key("ctrl+shift+c")
            as_png = [*paste, "-t", "image/png"]
            wait_for(
                lambda: subprocess.run(as_png, capture_output=True).stdout == saved[1].read_bytes()
            )
        assert program.end() == (0, "")
    ink, png, svg = saved
    assert run("read", ink, png).stdout == "7\n7\n"
    assert svg.read_text("utf-8").startswith("<svg")


def test_the_answer_is_spoken(
    start: Callable[..., Program], executable: Path, elsewhere: dict[str, str], home: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems speak by a program of their own")
    said = home / "said"
    speaker = home / "espeak"
    speaker.write_text(f'#!/bin/sh\necho "$@" "$LD_LIBRARY_PATH" >> "{said}"\n')
    speaker.chmod(0o755)
    elsewhere["PATH"] = f"{home}:{os.defpath}"
    remember(home, speak=True, first_run=False)
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.draw(SEVEN)
        wait_for(lambda: said.is_file() and said.read_text().endswith("\n"))
        assert program.end() == (0, "")
    assert said.read_text() == "-v en 7 \n"


def test_theme_and_pen_are_remembered_in_the_home_alone(
    start: Callable[..., Program], executable: Path, folder: Path, home: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.key("ctrl+t")
        program.key("plus")
        dark = when_settled(program)
        assert program.end() == (0, "")
    assert {path.name for path in home.rglob("*") if path.is_file()} == {
        "settings.json",
        "settings.json.lock",
    }
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        assert (when_settled(program) == dark).all()
    assert ImageColor.getrgb(PALETTES["dark"].paper) == tuple(dark[300, 300])
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_corrections_are_remembered_in_the_home(
    start: Callable[..., Program], executable: Path, home: Path
) -> None:
    for correct in (True, False):
        with start(executable) as program:
            program.wait_for_title("Digit Pad")
            program.draw(SEVEN)
            if correct:
                program.wait_for_title("7 - Digit Pad")
                program.key("2")
            program.wait_for_title("2 - Digit Pad")
            assert program.end() == (0, "")
    assert "corrections.ndjson" in [path.name for path in home.rglob("*.ndjson")]


def test_a_drawing_comes_back_after_a_crash(
    start: Callable[..., Program], executable: Path, home: Path
) -> None:
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.draw(SEVEN)
        program.wait_for_title("7 - Digit Pad")
        wait_for(lambda: list(home.rglob("open/*.ndjson")))
        program.process.kill()
        program.process.wait()
    with start(executable) as program:
        program.wait_for_title("7 - Digit Pad")
        assert program.end() == (0, "")


def test_it_speaks_the_language_of_the_system(
    start: Callable[..., Program], executable: Path, elsewhere: dict[str, str], run: Run
) -> None:
    shots = []
    for language in ("C.UTF-8", "de_DE.UTF-8"):
        elsewhere["LANG"] = language
        with start(executable) as program:
            program.wait_for_title("Digit Pad")
            shots.append(when_settled(program))
            assert program.end() == (0, "")
    assert (shots[0] != shots[1]).any()
    assert "kann sein Fenster nicht" in run().stderr


def test_where_nothing_can_be_written_it_works_and_says_so(
    start: Callable[..., Program], executable: Path, home: Path
) -> None:
    home.chmod(0o555)
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.draw(SEVEN)
        program.wait_for_title("7 - Digit Pad")
        program.key("ctrl+t")
        status, errors = program.end()
    assert status == 0
    assert len(errors.splitlines()) == 1 and "cannot be saved" in errors
    assert not list(home.iterdir())


def test_without_a_display_it_says_so_in_one_sentence(run: Run) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have one")
    done = run()
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
