"""The window as a whole, driven by events; nobody sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pygame
import pytest

from app.ink import Box
from app.recognizer import Digit, Reading
from app.settings import PEN_WIDTHS, Settings
from app.ui import texts
from app.ui.theme import PALETTES
from app.ui.window import Window
from tests.ui.events import finger, key, move, play, play_until, press, release, stroke
from tests.ui.fakes import StrokeCounter

ROOT = Path(__file__).parents[2]
LIGHT, DARK = PALETTES["light"], PALETTES["dark"]
CTRL = pygame.KMOD_LCTRL
UNDO = key(pygame.K_z, CTRL)
REDO = key(pygame.K_y, CTRL)
CLEAR = key(pygame.K_DELETE)
ONE = stroke((200, 200), (210, 300), (220, 400))
TWO = stroke((300, 200), (300, 300), (310, 400))


@pytest.fixture
def updates(monkeypatch: pytest.MonkeyPatch) -> list[list[pygame.Rect]]:
    """The areas of every update of the display from now on."""
    updates: list[list[pygame.Rect]] = []
    show = pygame.display.update

    def update(areas: list[pygame.Rect]) -> None:
        updates.append(list(areas))
        show(areas)

    monkeypatch.setattr(pygame.display, "update", update)
    return updates


def title() -> str:
    return pygame.display.get_caption()[0]


def pixels(screen: pygame.Surface) -> bytes:
    return pygame.image.tobytes(screen, "RGB")


def click(window: Window, position: tuple[int, int]) -> None:
    play(window, press(position), release(position))


def find_button(window: Window, action: str) -> tuple[int, int]:
    """The middle of a button."""
    buttons = window._scene.toolbar._buttons
    return next(b.rect.center for name, b in buttons.items() if name.name == action)


def test_the_title_carries_the_reading(window: Window) -> None:
    assert title() == "Digit Pad"
    play(window, *ONE)
    assert title() == "1 - Digit Pad"
    for _ in range(5):
        play(window, *TWO)
    assert title() == "? - Digit Pad"
    play(window, CLEAR)
    assert title() == "Digit Pad"


def test_the_reading_follows_the_pen(window: Window, recognizer: StrokeCounter) -> None:
    recognizer.seen.clear()
    for event in ONE:
        play(window, event)
    assert recognizer.seen == [1, 2, 3, 3], "the last time without the pen"
    play(window, *TWO)
    assert recognizer.seen == [1, 2, 3, 3, 6], "events that came together are read together"


def test_nothing_is_read_or_drawn_when_nothing_happens(
    window: Window, recognizer: StrokeCounter, updates: list[list[pygame.Rect]]
) -> None:
    play(window, *ONE)
    recognizer.seen.clear()
    updates.clear()
    for _ in range(5):
        window.update()
        window.draw()
    play(window, move((500, 500), held=False), move((650, 690), held=False))
    play(window, key(pygame.K_a, 0, "a"), key(pygame.K_LSHIFT, pygame.KMOD_LSHIFT))
    assert recognizer.seen == []
    assert updates == []


def test_a_growing_stroke_redraws_only_itself_and_the_panels(
    window: Window, updates: list[list[pygame.Rect]]
) -> None:
    play(window, press((200, 200)), move((210, 210)))
    updates.clear()
    play(window, move((220, 210)))
    ((stroke_area, side),) = updates
    assert stroke_area.width < 50 and stroke_area.height < 50
    assert side == window.layout.side


def test_keys_undo_redo_and_clear(window: Window) -> None:
    play(window, *ONE, *TWO)
    titles = []
    for event in (UNDO, UNDO, UNDO, REDO, REDO, REDO, CLEAR, UNDO):
        play(window, event)
        titles.append(title().partition(" ")[0])
    assert titles == ["1", "Digit", "Digit", "1", "2", "2", "Digit", "2"]


def test_buttons_undo_redo_and_clear(window: Window) -> None:
    play(window, *ONE, *TWO)
    titles = []
    for action in ("UNDO", "UNDO", "REDO", "REDO", "CLEAR", "UNDO"):
        click(window, find_button(window, action))
        titles.append(title().partition(" ")[0])
    assert titles == ["1", "Digit", "1", "2", "Digit", "2"]


def test_buttons_are_enabled_while_they_can_do_something(window: Window) -> None:
    def enabled() -> set[str]:
        buttons = window._scene.toolbar._buttons.items()
        return {action.name for action, button in buttons if button.is_enabled}

    always = {"OPEN", "PEN", "ERASER", "SETTINGS"}
    assert enabled() == always
    play(window, *ONE)
    assert enabled() == always | {"UNDO", "CLEAR", "SAVE", "COPY_NUMBER"}
    play(window, CLEAR)
    assert enabled() == always | {"UNDO"}
    play(window, UNDO, UNDO)
    assert enabled() == always | {"REDO"}


def test_a_stroke_that_ends_over_a_button_does_not_press_it(window: Window) -> None:
    play(window, *ONE)
    play(window, *stroke((300, 300), find_button(window, "CLEAR")))
    assert title() == "2 - Digit Pad"


def test_a_press_on_a_button_that_moves_to_the_paper_draws_nothing(
    window: Window, screen: pygame.Surface
) -> None:
    before = pixels(screen)
    play(window, *stroke(find_button(window, "SETTINGS"), (300, 300), (400, 400)))
    assert title() == "Digit Pad"
    assert pixels(screen) == before


def test_a_finger_draws_once(window: Window) -> None:
    play(
        window,
        press((300, 210), touch=True),
        finger(pygame.FINGERDOWN, 0.3, 0.3),
        move((400, 350), touch=True),
        finger(pygame.FINGERMOTION, 0.4, 0.5),
        release((400, 350), touch=True),
        finger(pygame.FINGERUP, 0.4, 0.5),
    )
    assert title() == "1 - Digit Pad"
    assert len(window.canvas.ink.strokes[0].points) == 2


def test_a_finger_presses_a_button(window: Window) -> None:
    play(window, *ONE)
    position = find_button(window, "CLEAR")
    play(window, press(position, touch=True), release(position, touch=True))
    assert title() == "Digit Pad"


def test_escape_drops_the_stroke(window: Window) -> None:
    play(window, *ONE, press((300, 300)), move((310, 310)))
    assert title() == "2 - Digit Pad"
    play(window, key(pygame.K_ESCAPE), move((320, 320)), release((320, 320)))
    assert title() == "1 - Digit Pad"


def test_the_width_of_the_pen_changes_neither_ink_nor_reading(
    window: Window, screen: pygame.Surface, recognizer: StrokeCounter
) -> None:
    play(window, *ONE)
    ink, reading, shown = window.canvas.ink, window.reading, pixels(screen)
    recognizer.seen.clear()
    play(window, key(pygame.K_EQUALS, 0, "+"))
    assert window.settings.pen_width == Settings().pen_width + 2
    assert window.canvas.ink == ink
    assert window.reading is reading and recognizer.seen == []
    assert pixels(screen) != shown


def test_the_width_of_the_pen_stays_in_its_range(window: Window) -> None:
    play(window, *[key(pygame.K_MINUS, 0, "-")] * 40)
    assert window.settings.pen_width == PEN_WIDTHS[0]
    play(window, *[key(pygame.K_PLUS, 0, "+")] * 40)
    assert window.settings.pen_width == PEN_WIDTHS[-1]


def test_a_press_on_the_slider_sets_the_width(window: Window) -> None:
    slider = window._scene.toolbar._slider
    for x, width in (
        (slider.rect.right - 2, PEN_WIDTHS[-1]),
        (slider.rect.left + 2, PEN_WIDTHS[0]),
    ):
        click(window, (x, slider.rect.centery))
        assert window.settings.pen_width == slider.get_current_value() == width


def test_themes(window: Window, screen: pygame.Surface) -> None:
    play(window, *ONE)
    paper = window.layout.paper
    light = pixels(screen)
    play(window, key(pygame.K_t, CTRL))
    assert window.settings.theme == "dark"
    assert screen.get_at((paper.centerx, paper.bottom - 20)) == pygame.Color(DARK.paper)
    assert title() == "1 - Digit Pad"
    play(window, key(pygame.K_t, CTRL))
    assert window.settings.theme == "light"
    assert pixels(screen) == light


@pytest.mark.parametrize("size", [(480, 360), (700, 1000), (1600, 1000), (200, 100)])
def test_resizing_keeps_the_ink_in_its_place(
    window: Window, recognizer: StrokeCounter, size: tuple[int, int]
) -> None:
    play(window, *ONE)
    ink = window.canvas.ink
    pygame.display.set_mode(size, pygame.RESIZABLE)
    window.update()
    window.draw()
    assert window.layout.window.size == size
    assert window.settings.window == (max(size[0], 480), max(size[1], 360))
    assert window.canvas.ink == ink
    play(window, *stroke((100, 100), (110, 150)))
    assert title() == "2 - Digit Pad"


@pytest.mark.parametrize("open_it", [key(code, CTRL) for code in (pygame.K_o, pygame.K_COMMA)])
def test_dialogs_are_no_smaller_than_the_smallest_useful_window(
    window: Window, screen: pygame.Surface, open_it: pygame.Event
) -> None:
    play(window, open_it)
    pygame.display.set_mode((480, 360), pygame.RESIZABLE)
    play(window, pygame.Event(pygame.WINDOWEXPOSED))
    smallest = pygame.surfarray.array3d(screen)
    pygame.display.set_mode((200, 150), pygame.RESIZABLE)
    play(window, pygame.Event(pygame.WINDOWEXPOSED))
    assert (pygame.surfarray.array3d(screen) == smallest[:200, :150]).all()


def test_a_dense_display_has_more_pixels_for_the_same(
    screen: pygame.Surface, recognizer: StrokeCounter
) -> None:
    dense = Window(recognizer, Settings(pen_width=10), screen, scale=2)
    assert dense.settings.window == (500, 360)
    play(dense, *stroke((100, 200), (100, 400)))
    line = [screen.get_at((x, 300)) == pygame.Color(LIGHT.ink) for x in range(50, 150)]
    assert sum(line) == pytest.approx(20, abs=2)


def test_a_warning_is_shown(screen: pygame.Surface) -> None:
    plain = Window(StrokeCounter(), Settings(), screen)
    silent = pixels(screen)
    warned = Window(StrokeCounter("bad.h5: do not trust its answers."), Settings(), screen)
    assert warned.layout.status.height and not plain.layout.status.height
    assert pixels(screen) != silent


def test_quitting(window: Window) -> None:
    assert window.running
    play(window, key(pygame.K_q, CTRL))
    assert not window.running


def test_closing(window: Window) -> None:
    pygame.event.post(pygame.Event(pygame.QUIT))
    window.loop()
    assert not window.running


def test_what_was_covered_is_drawn_again(window: Window, updates: list[list[pygame.Rect]]) -> None:
    play(window, pygame.Event(pygame.WINDOWEXPOSED))
    assert updates == [[window.layout.window]]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_one_sentence_says_so() -> None:
    code = "import sys; from pathlib import Path; from app.ui.run import run; sys.exit(run(Path()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "", "XDG_RUNTIME_DIR": "/tmp"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "there is no display" in done.stderr


def test_the_tool_bar_is_made_anew_only_where_it_would_look_otherwise(window: Window) -> None:
    toolbar = window._scene.toolbar
    first = toolbar._buttons.copy()
    window._arrange()
    assert toolbar._buttons == first
    play(window, key(pygame.K_t, CTRL))
    assert not set(toolbar._buttons.values()) & set(first.values())


def test_percentages() -> None:
    shown = [texts.percent(p) for p in (0, 0.004, 0.006, 0.5, 0.996, 1)]
    assert shown == ["0 %", "0 %", "1 %", "50 %", "100 %", "100 %"]


@pytest.mark.parametrize(
    ("confidence", "accepted", "words"),
    [
        (0.9999, True, "Over 99 % sure"),
        (0.994, True, "99 % sure"),
        (0.6, True, "60 % sure"),
        (0.3, False, "Not sure what this is"),
    ],
)
def test_how_sure_it_is(confidence: float, accepted: bool, words: str) -> None:
    nothing = np.zeros(0, np.float32)
    digit = Digit(1, confidence, accepted, Box(0, 0, 1, 1), nothing, nothing)
    assert texts.confidence(Reading((digit,))) == words


def test_several_digits_are_as_sure_as_all_of_them_together() -> None:
    nothing = np.zeros(0, np.float32)
    sure, unsure = (Digit(1, p, p > 0.5, Box(0, 0, 1, 1), nothing, nothing) for p in (0.9, 0.3))
    assert texts.confidence(Reading((sure, sure))) == "81 % sure"
    assert texts.confidence(Reading((sure, unsure))) == "Not sure what some of this is"


def test_the_title_is_one_line() -> None:
    assert texts.title("12 3\n4") == "12 3 4 - Digit Pad"


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff"])
def test_a_bad_ink_file_leaves_the_paper_and_is_told_of_in_one_sentence(
    window: Window, tmp_path: Path, content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.ui.sheet.draw_message", lambda *arguments: said.append(arguments[-1]))
    play(window, *ONE)
    file = tmp_path / "bad.ndjson"
    if content is not None:
        file.write_bytes(content)
    play_until(window, lambda: bool(said), pygame.Event(pygame.DROPFILE, file=str(file)))
    play_until(window, lambda: not said[-1].startswith("Reading"))
    assert len(window.canvas.ink.strokes) == 1
    assert said[-1].startswith(str(file))
    assert said[-1].endswith(".")
