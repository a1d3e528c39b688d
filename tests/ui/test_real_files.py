"""What the real program keeps, opens, saves, copies and pastes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.ui.panels import bar_rows
from app.ui.theme import PALETTES, Look
from tests.ui.real import (
    COMMAND,
    LAYOUT,
    LIGHT,
    ONE,
    ROOT,
    first_of,
    is_colour,
    needs_a_display,
    pixels,
    wait_for_frame,
)
from tests.ui.xvfb import Program, Xvfb, wait_for
from training.datasets import Sample

pytestmark = needs_a_display


def test_what_was_chosen_is_remembered(display: Xvfb, tmp_path: Path) -> None:
    for theme in ("light", "dark"):
        with Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
            program.wait_for_title("Digit Pad")
            wait_for_frame(program, PALETTES[theme])
            program.key("ctrl+t", "plus")
            program.key("ctrl+q")
            assert program.process.wait(10) == 0
    saved = json.loads((tmp_path / "digit-pad" / "settings.json").read_text())
    changed = {"theme": "light", "pen_width": 18, "window": [1000, 700]}
    assert saved.items() >= changed.items()


def test_a_correction_is_remembered(display: Xvfb, tmp_path: Path) -> None:
    for title in ("1 - Digit Pad", "4 - Digit Pad"):
        with Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
            program.wait_for_title("Digit Pad")
            program.draw(ONE)
            program.wait_for_title(title)
            if title[0] == "1":
                program.key("7")
                program.wait_for_title("7 - Digit Pad")
                program.key("ctrl+z")
                program.wait_for_title("1 - Digit Pad")
                four = bar_rows(LAYOUT.bars, Look(LIGHT), LAYOUT.compact)[4]
                program.click(*four.center)
                program.wait_for_title("4 - Digit Pad")
            assert program.end() == (0, "")


@pytest.fixture
def seven(tmp_path: Path, pendigits_test: list[Sample]) -> Path:
    """A picture of a 7 in the folder of pictures."""
    path = tmp_path / "Pictures" / "seven.png"
    path.parent.mkdir()
    image = Image.new("L", (400, 300), 255)
    lines = first_of(pendigits_test, 7).lines
    low = np.concatenate(lines).min(axis=0)
    for line in lines:
        points = [tuple(point) for point in ((line - low) * 0.6 + 80).tolist()]
        ImageDraw.Draw(image).line(points, fill=0, width=8, joint="curve")
    image.save(path)
    return path


def test_a_picture_is_opened_and_undone(seven: Path, program: Program) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    program.key("ctrl+o", "s", "e", "v", "Return")
    program.wait_for_title("7 - Digit Pad")
    paper = pixels(program.screenshot(), LAYOUT.paper)
    assert is_colour(paper, LIGHT.accent).sum() > 500
    program.key("ctrl+z")
    program.wait_for_title("1 - Digit Pad")
    program.click(850, 28)
    program.key("Escape", "ctrl+y")
    program.wait_for_title("7 - Digit Pad")


@pytest.mark.skipif(not shutil.which("xclip"), reason="needs xclip")
def test_a_picture_is_pasted(seven: Path, program: Program, display: Xvfb) -> None:
    clean = program.screenshot()
    program.key("ctrl+v")
    wait_for(lambda: program.screenshot() != clean, what="nothing was said")
    copy = ["xclip", "-display", display.name, "-selection", "clipboard", "-t", "image/png"]
    # It goes on as long as it owns the clipboard, with the pipes of this process if it has them.
    subprocess.run(
        [*copy, str(seven)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    program.key("ctrl+v")
    program.wait_for_title("7 - Digit Pad")


def test_after_a_power_cut_one_new_window_has_the_drawing(display: Xvfb, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "digit-pad" / "open"
    with Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
        program.wait_for_title("Digit Pad")
        program.draw(ONE)
        wait_for(lambda: list(folder.glob("*.ndjson")), 1, "not on the disk within a second")
        program.process.kill()
        program.process.wait()
    with (
        Program(COMMAND, display, tmp_path, cwd=ROOT) as one,
        Program(COMMAND, display, tmp_path, cwd=ROOT) as other,
    ):
        wait_for(lambda: sorted([one.title, other.title]) == ["1 - Digit Pad", "Digit Pad"])
        assert one.end() == other.end() == (0, "")
    assert list(folder.iterdir()) == []
    with Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
        wait_for(lambda: program.title == "Digit Pad")
        program.click(45, LAYOUT.strip.centery)
        program.wait_for_title("1 - Digit Pad")


@pytest.mark.skipif(not shutil.which("xclip"), reason="needs xclip")
def test_number_and_drawing_are_copied_and_saved(
    program: Program, display: Xvfb, tmp_path: Path
) -> None:
    paste = ["xclip", "-display", display.name, "-selection", "clipboard", "-o"]

    def pasted(*kind: str) -> bytes:
        return subprocess.run([*paste, *kind], capture_output=True).stdout

    (tmp_path / "Pictures").mkdir()
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    program.key("ctrl+c")
    wait_for(lambda: pasted() == b"1")
    program.key("ctrl+shift+c")
    wait_for(lambda: pasted("-t", "image/png").startswith(b"\x89PNG"))
    program.key("ctrl+s", "Return", "ctrl+s", "Tab", "Tab", "Return")
    saved = tmp_path / "Pictures" / "1.ndjson"
    wait_for(saved.is_file)
    assert (tmp_path / "Pictures" / "1.png").read_bytes() == pasted("-t", "image/png")
    program.key("Delete")
    program.wait_for_title("Digit Pad")
    uri = f"{saved.as_uri()}\r\n".encode()
    copy = [*paste[:-1], "-t", "text/uri-list", "-i"]
    quiet = subprocess.DEVNULL
    subprocess.run(copy, input=uri, check=True, stdout=quiet, stderr=quiet)
    program.key("ctrl+v")
    program.wait_for_title("1 - Digit Pad")
