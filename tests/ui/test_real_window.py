"""The real program in a real window, written in with a mouse."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageColor

from app.ui.layout import CAPTION, lay_out
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
    placed,
    wait_for_frame,
)
from tests.ui.xvfb import Program, Xvfb, wait_for
from training.datasets import Sample

pytestmark = needs_a_display


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_is_read_and_shown(
    program: Program, pendigits_test: list[Sample], digit: int
) -> None:
    lines = placed(first_of(pendigits_test, digit), LAYOUT)
    for line in lines:
        program.draw(line)
    program.wait_for_title(f"{digit} - Digit Pad")
    shot = program.screenshot()

    ink = ImageColor.getrgb(LIGHT.ink)
    drawn = [shot.getpixel((round(x), round(y))) for line in lines for x, y in line]
    assert drawn == [ink] * len(drawn)
    assert is_colour(pixels(shot, LAYOUT.paper), LIGHT.paper).mean() > 0.5

    rows = np.array_split(is_colour(pixels(shot, LAYOUT.bars)[CAPTION:], LIGHT.accent), 10)
    longest = [row.any(axis=0).sum() for row in rows]
    assert np.argmax(longest) == digit and longest[digit] > 100

    frame = LAYOUT.picture.copy()
    frame.width = frame.height = frame.height - CAPTION
    frame.bottomleft = LAYOUT.picture.bottomleft
    seen = pixels(shot, frame)[:, :, 0].reshape(28, frame.width // 28, 28, frame.width // 28)
    blocks = seen[4:24, :, 4:24]
    assert (blocks.max(axis=(1, 3)) == blocks.min(axis=(1, 3))).all(), "the pixels are sharp"
    assert blocks.max() > 240 and blocks.min() == 0

    answer = pixels(shot, LAYOUT.answer)
    assert is_colour(answer, LIGHT.text).sum() > 1000
    for left, right in ((20, 100), (195, 275), (295, 385), (400, 590), (870, 980)):
        tools = pixels(shot, (left, 0, right - left, 56))
        assert not is_colour(tools, LIGHT.background).all(), "undo, clear, pen, theme"


def test_the_answer_follows_the_pen(program: Program) -> None:
    program.press(*ONE[0])
    for y in range(210, 430, 10):
        program.move(330, y)
    program.wait_for_title("1 - Digit Pad")
    program.release()


def test_a_stroke_goes_on_outside_of_the_window(program: Program) -> None:
    x, y = LAYOUT.paper.left + 60, 300
    program.draw([(x, y), (-150, y), (-150, y + 100), (x, y + 100)])
    program.move(x, y + 200)
    program.draw([(400, 300), (400, 301)])
    ink = ImageColor.getrgb(LIGHT.ink)
    wait_for(lambda: program.screenshot().getpixel((400, 300)) == ink, what="the dot is not drawn")
    shot = program.screenshot()
    for step in range(0, 60, 5):
        assert shot.getpixel((x - step + 5, y)) == shot.getpixel((x - step + 5, y + 100)) == ink
    assert shot.getpixel((x, y + 50)) != ink, "it is not joined where it left the paper"
    assert shot.getpixel((x, y + 150)) != ink, "it has ended"


def test_a_stroke_that_ends_outside_has_ended(program: Program) -> None:
    x, y = LAYOUT.paper.left + 60, 300
    program.draw([(x, y), (-150, y)])
    program.move(x + 50, y + 100)
    program.move(x + 50, y + 200)
    assert program.screenshot().getpixel((x + 50, y + 150)) == ImageColor.getrgb(LIGHT.paper)


def test_undo_redo_and_clear_by_key(program: Program) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    for key, title in (
        ("ctrl+z", "Digit Pad"),
        ("ctrl+shift+z", "1 - Digit Pad"),
        ("Delete", "Digit Pad"),
        ("ctrl+z", "1 - Digit Pad"),
        ("ctrl+z", "Digit Pad"),
        ("ctrl+y", "1 - Digit Pad"),
    ):
        program.key(key)
        program.wait_for_title(title)


def test_the_slider_and_the_buttons(program: Program) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    thin = is_colour(pixels(program.screenshot(), LAYOUT.paper), LIGHT.ink).sum()
    program.drag((480, 28), (500, 28), (580, 28))
    thick = is_colour(pixels(program.screenshot(), LAYOUT.paper), LIGHT.ink).sum()
    assert thick > 2 * thin
    assert program.title == "1 - Digit Pad"
    program.click(235, 28)
    program.wait_for_title("Digit Pad")


def test_a_tool_tip_comes_and_goes(program: Program) -> None:
    program.move(-50, -50)  # away from where the last window had it
    before = program.screenshot()
    program.move(940, 27)
    program.move(940, 28)
    wait_for(lambda: is_colour(pixels(program.screenshot(), LAYOUT.side), LIGHT.text).sum() > 1000)
    program.move(-50, -50)
    wait_for(lambda: program.screenshot() == before)


@pytest.mark.parametrize("size", [(480, 360), (1400, 1000)])
def test_resizing(program: Program, pendigits_test: list[Sample], size: tuple[int, int]) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    program.resize(*size)
    wait_for(lambda: program.screenshot().size == size)
    program.key("Delete")
    program.wait_for_title("Digit Pad")
    for line in placed(first_of(pendigits_test, 3), lay_out(size)):
        program.draw(line)
    program.wait_for_title("3 - Digit Pad")
    paper = pixels(program.screenshot(), lay_out(size).paper)
    assert is_colour(paper, LIGHT.ink).any() and is_colour(paper, LIGHT.paper).mean() > 0.5


def test_the_inside_view_follows_the_pen_and_then_rests(program: Program) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    program.click(LAYOUT.picture.left + 40, LAYOUT.picture.bottom - 40)
    wait_for(lambda: is_colour(pixels(program.screenshot(), LAYOUT.side), LIGHT.accent).any())
    before = program.screenshot()
    program.draw([(200, 200), (260, 200), (220, 400)])
    program.wait_for_title("71 - Digit Pad")
    wait_for(lambda: program.screenshot() != before)
    time.sleep(2)
    used = program.cpu_seconds()
    time.sleep(5)
    assert program.cpu_seconds() - used < 0.1, "of 5 s"


def test_the_window_speaks_the_language_of_the_system(display: Xvfb, tmp_path: Path) -> None:
    german = {"LANG": "de_DE.UTF-8", "LC_ALL": "", "LANGUAGE": ""}
    shots = []
    for env in (german, {**german, "LANG": "C.UTF-8"}):
        with Program(COMMAND, display, tmp_path, env, ROOT) as program:
            program.wait_for_title("Digit Pad")
            wait_for_frame(program)
            shots.append(pixels(program.screenshot(), LAYOUT.toolbar))
    assert (shots[0] != shots[1]).any()


def test_the_right_button_erases(program: Program) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    program.draw([(250, 300), (400, 310)], button=3)
    program.wait_for_title("Digit Pad")
    program.key("ctrl+z")
    program.wait_for_title("1 - Digit Pad")


@pytest.mark.parametrize("scale", ["1.5", "2"])
def test_on_a_dense_display_ink_is_where_the_mouse_was(
    display: Xvfb, tmp_path: Path, scale: str
) -> None:
    with Program(COMMAND, display, tmp_path, {"GDK_SCALE": scale}, ROOT) as program:
        program.wait_for_title("Digit Pad")
        line = [(float(scale) * x, float(scale) * y) for x, y in ONE]
        program.draw(line)
        program.wait_for_title("1 - Digit Pad")
        shot = program.screenshot()
        assert shot.size == (round(1000 * float(scale)), round(700 * float(scale)))
        ink = ImageColor.getrgb(LIGHT.ink)
        assert [shot.getpixel((round(x), round(y))) for x, y in line] == [ink] * 3
        row = pixels(shot, (0, round(line[1][1]), round(600 * float(scale)), 1))
        wide = is_colour(row, LIGHT.ink).sum()
        assert wide == pytest.approx(14 * float(scale), abs=2)


def test_ink_stays_whole_when_the_window_shrinks(program: Program) -> None:
    program.draw([(580, 500), (580, 590)])
    program.draw([(60, 100), (60, 190)])
    program.wait_for_title("1 1 - Digit Pad")
    before = pixels(program.screenshot(), LAYOUT.paper)
    program.resize(480, 360)
    wait_for(lambda: program.screenshot().size == (480, 360))
    small = is_colour(pixels(program.screenshot(), lay_out((480, 360)).paper), LIGHT.ink)
    columns, rows = np.flatnonzero(small.any(axis=0)), np.flatnonzero(small.any(axis=1))
    assert columns[0] > 2 and rows[0] > 2
    assert columns[-1] < small.shape[1] - 3 and rows[-1] < small.shape[0] - 3
    assert program.title == "1 1 - Digit Pad"
    program.resize(1000, 700)
    wait_for(lambda: program.screenshot().size == (1000, 700))
    after = pixels(program.screenshot(), LAYOUT.paper)
    assert (is_colour(before, LIGHT.ink) == is_colour(after, LIGHT.ink)).all()


def test_idle_it_uses_no_processor_time(program: Program) -> None:
    program.draw(ONE)
    program.wait_for_title("1 - Digit Pad")
    program.move(940, 28)
    time.sleep(2)
    assert is_idle(program), "a tool tip is shown"
    program.key("ctrl+o")
    time.sleep(1)
    assert is_idle(program), "the dialog is open"


def is_idle(program: Program) -> bool:
    """Whether it uses less than 1 % of a processor while nothing happens.

    In one span of a few: interrupts of a busy machine are put down to whoever runs.
    """
    return any(used_in_a_span(program) < 0.01 for _ in range(4))


def used_in_a_span(program: Program) -> float:
    before = program.cpu_seconds()
    time.sleep(5)
    return (program.cpu_seconds() - before) / 5


def test_it_ends_well_while_the_network_is_still_being_loaded(
    display: Xvfb, tmp_path: Path
) -> None:
    for _ in range(5):
        with Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
            program.wait_for_title("Digit Pad")
            assert program.end() == (0, "")


def test_it_ends_well_when_asked_to(program: Program) -> None:
    program.draw(ONE)
    assert program.end() == (0, "")
