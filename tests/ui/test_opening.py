"""Pictures in the window: opened, dropped, pasted, shown, undone."""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame import Event

from app.ui import clipboard
from app.ui.theme import PALETTES
from app.ui.window import Window
from tests.ui.events import drop, key, move, play, play_until, press, release, stroke
from tests.ui.fakes import StrokeCounter

CTRL = pygame.KMOD_LCTRL
OPEN, PASTE, UNDO, REDO, THEME = (
    key(code, CTRL) for code in (pygame.K_o, pygame.K_v, pygame.K_z, pygame.K_y, pygame.K_t)
)
CLEAR, ESCAPE, TAB, ENTER = (
    key(code) for code in (pygame.K_DELETE, pygame.K_ESCAPE, pygame.K_TAB, pygame.K_RETURN)
)
ONE = stroke((200, 200), (210, 300), (220, 400))
LIGHT = PALETTES["light"]


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "blank.png"
    Image.new("L", (300, 200), 255).save(path)
    return path


def title() -> str:
    return pygame.display.get_caption()[0]


def pixels(screen: pygame.Surface) -> bytes:
    return pygame.image.tobytes(screen, "RGB")


def notice(window: Window) -> str:
    return window._opening.notice


def read(window: Window, *events: Event) -> None:
    """Let it take events and finish the reading they begin."""
    play_until(window, lambda: not notice(window).startswith("Reading"), *events)


def test_a_dropped_picture_is_read_and_shown(
    window: Window, screen: pygame.Surface, seven: Path
) -> None:
    before = pixels(screen)
    read(window, Event(pygame.DROPFILE, file=str(seven)))
    assert title() == "7 - Digit Pad"
    assert pixels(screen) != before
    assert notice(window) == ""
    (digit,) = window.reading.digits
    x, y, width, height = digit.box
    box = pygame.Rect(x, y, width, height).move(window.layout.paper.topleft)
    accent = pygame.Color(LIGHT.accent)
    inside = [screen.get_at((x, box.centery)) for x in range(box.left, box.right)]
    assert accent in inside, "the ink is shown where the box is"
    frame = window._scene.sheet.labels._labels[0].box
    assert screen.get_at((frame.left, frame.centery)) == pygame.Color(LIGHT.muted)


def test_the_dialog_opens_a_picture(window: Window, seven: Path) -> None:
    play(window, OPEN)
    dialog = window._opening.dialog
    assert dialog
    dialog._listing.enter(seven.parent)
    read(window, key(pygame.K_s, character="s"), ENTER)
    assert window._opening.dialog is None
    assert title() == "7 - Digit Pad"
    play(window, OPEN)
    assert window._opening.dialog and window._opening.dialog.folder == seven.parent


def test_the_button_opens_the_dialog_and_escape_closes_it(
    window: Window, screen: pygame.Surface
) -> None:
    before = pixels(screen)
    buttons = {action.name: b for action, b in window._scene.toolbar._buttons.items()}
    position = buttons["OPEN"].rect.center
    play(window, press(position), release(position))
    assert pixels(screen) != before
    play(window, ESCAPE)
    assert window._opening.dialog is None
    assert pixels(screen) == before


def test_what_is_typed_and_clicked_in_the_dialog_stays_in_it(window: Window) -> None:
    play(window, *ONE, OPEN)
    theme, width = window.settings.theme, window.settings.pen_width
    play(window, CLEAR, UNDO, THEME, key(pygame.K_MINUS, 0, "-"), TAB, key(pygame.K_q, CTRL))
    play(window, *stroke((300, 300), (310, 400)))
    x, y = window._scene.toolbar._buttons[next(iter(window._scene.toolbar._buttons))].rect.center
    play(window, press((x, y)), release((x, y)), key(pygame.K_ESCAPE))
    assert title() == "1 - Digit Pad" and window.running
    assert (window.settings.theme, window.settings.pen_width) == (theme, width)
    play(window, *stroke((300, 300), (310, 400)))
    assert title() == "2 - Digit Pad"


def test_a_stroke_that_the_dialog_interrupts_is_kept(window: Window) -> None:
    play(window, press((200, 200)), move((210, 300)), OPEN)
    play(window, move((300, 300)), release((300, 300)), ESCAPE, move((400, 400), held=False))
    assert [len(stroke.points) for stroke in window.canvas.ink.strokes] == [2]


def test_a_picture_is_pasted(window: Window, seven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "_copied_image", lambda: Image.open(seven))
    read(window, PASTE)
    assert title() == "7 - Digit Pad"


def test_a_clipboard_without_a_picture_is_told(
    window: Window, screen: pygame.Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_copied_image", lambda: None)
    monkeypatch.setattr(clipboard, "_copied_file", lambda: None)
    before = pixels(screen)
    read(window, *ONE, UNDO, PASTE)
    assert notice(window) == "There is no picture and no file in the clipboard; copy one first."
    assert pixels(screen) != before


def test_undo_brings_back_what_was_there_before_a_picture(
    window: Window, screen: pygame.Surface, seven: Path, blank: Path
) -> None:
    def shown() -> tuple[str, bytes]:
        return title(), pixels(screen.subsurface(window.layout.paper))

    play(window, *ONE)
    drawn = shown()
    read(window, *drop(seven))
    first = shown()
    read(window, *drop(blank))
    seen = []
    for event in (UNDO, UNDO, REDO, CLEAR, UNDO):
        play(window, event)
        seen.append(shown())
    clean = seen.pop(3)
    assert seen == [first, drawn, first, first]
    assert clean[0] == "Digit Pad"


def test_a_stroke_begins_on_clean_paper(window: Window, seven: Path) -> None:
    read(window, *drop(seven))
    play(window, *ONE)
    assert title() == "1 - Digit Pad" and len(window.canvas.ink.strokes) == 1
    play(window, UNDO)
    assert title() == "7 - Digit Pad"


def test_theme_and_size_change_without_another_reading(
    window: Window, screen: pygame.Surface, recognizer: StrokeCounter, seven: Path
) -> None:
    read(window, *drop(seven))
    box = window.reading.digits[0].box
    light = pixels(screen)
    play(window, THEME)
    assert pixels(screen) != light
    play(window, THEME)
    assert pixels(screen) == light
    pygame.display.set_mode((500, 400), pygame.RESIZABLE)
    play(window, Event(pygame.WINDOWEXPOSED))
    smaller = window.reading.digits[0].box
    assert smaller.width < box.width
    assert smaller.width / smaller.height == pytest.approx(box.width / box.height, rel=0.05)
    assert title() == "7 - Digit Pad" and recognizer.pictures == 1


def test_tab_and_mouse_select_the_digit(
    window: Window, screen: pygame.Surface, seven: Path
) -> None:
    read(window, *drop(seven))
    (label,) = window._scene.sheet.labels._labels
    edge = label.box.left, label.box.centery
    for event in (TAB, move(label.box.center, held=False)):
        assert screen.get_at(edge) != pygame.Color(LIGHT.accent)
        play(window, event)
        assert screen.get_at(edge) == pygame.Color(LIGHT.accent)
        assert window._scene.sheet.labels.digit is window.reading.digits[0]
        window._arrange()
        window.draw()


def test_of_several_files_the_first_is_read_and_it_is_said(
    window: Window, seven: Path, blank: Path
) -> None:
    read(window, *drop(seven, blank, blank))
    assert title() == "7 - Digit Pad"
    assert "only the first, seven.png," in notice(window)
    read(window, *drop(blank))
    assert "only the first" not in notice(window)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_message_stays_through_the_theme_and_goes_with_the_next_action(
    window: Window, screen: pygame.Surface, blank: Path, theme: str
) -> None:
    for action in (ONE, [UNDO], [TAB], [ESCAPE], [key(pygame.K_MINUS, 0, "-")]):
        read(window, *drop(blank))
        told = "No handwriting was found in blank.png; try a sharper or closer picture."
        assert notice(window) == told
        play(window, THEME, move((300, 300), held=False))
        assert notice(window) == told
        play(window, *action)
        assert notice(window) == ""
    assert title().endswith("Digit Pad")


def test_what_is_no_picture_is_named_and_loses_nothing(
    window: Window, screen: pygame.Surface, tmp_path: Path
) -> None:
    play(window, *ONE)
    ink, paper = window.canvas.ink, pixels(screen)
    (tmp_path / ("long" * 30 + "\n.txt")).write_text("no picture")
    files = [tmp_path, tmp_path / "gone.png", next(tmp_path.glob("long*"))]
    for file in files:
        read(window, *drop(file))
        assert notice(window).count(". ") == 0 and len(notice(window)) < 150
        assert notice(window).endswith(".") and ": " in notice(window)
        assert window.canvas.ink is ink and title() == "1 - Digit Pad"
        assert pixels(screen) != paper
        play(window, ESCAPE)
        assert pixels(screen) == paper


def test_one_can_write_while_a_picture_is_read(
    window: Window, screen: pygame.Surface, recognizer: StrokeCounter, seven: Path
) -> None:
    recognizer.may_read.clear()
    before = pixels(screen)
    play(window, *drop(seven))
    assert notice(window) == "Reading seven.png ... (Escape cancels)"
    assert pixels(screen) != before
    play(window, *ONE)
    assert title() == "1 - Digit Pad" and notice(window).startswith("Reading seven.png")
    recognizer.may_read.set()
    read(window)
    assert title() == "7 - Digit Pad"
    play(window, UNDO)
    assert title() == "1 - Digit Pad"


def test_escape_cancels_the_reading(
    window: Window, screen: pygame.Surface, recognizer: StrokeCounter, seven: Path
) -> None:
    recognizer.may_read.clear()
    before = pixels(screen)
    play(window, *drop(seven), ESCAPE)
    assert notice(window) == "" and pixels(screen) == before
    recognizer.may_read.set()
    play_until(window, lambda: recognizer.pictures == 1)
    for _ in range(20):
        pygame.time.wait(5)
        play(window)
    assert title() == "Digit Pad" and not window.canvas.can_undo


def test_a_file_may_be_dropped_on_the_dialog(window: Window, seven: Path) -> None:
    play(window, OPEN)
    read(window, *drop(seven))
    assert window._opening.dialog is None and title() == "7 - Digit Pad"


def test_the_dialog_follows_the_size_of_the_window(window: Window) -> None:
    play(window, OPEN)
    pygame.display.set_mode((500, 400), pygame.RESIZABLE)
    play(window, Event(pygame.WINDOWEXPOSED))
    dialog = window._opening.dialog
    assert dialog and pygame.Rect(0, 0, 500, 400).contains(dialog._area)
