"""Nothing that was drawn is lost: crashes, two windows, numbers that left the paper."""

from __future__ import annotations

import time
from pathlib import Path

import pygame
import pytest
from PIL import Image, ImageDraw

from app.album import Album
from app.ink import Drawing, Ink, read_drawings
from app.settings import Settings
from app.ui import texts
from app.ui.window import Window
from tests.ui.events import drop, key, move, play, play_until, press, release, stroke
from tests.ui.fakes import StrokeCounter

CTRL = pygame.KMOD_LCTRL
CLEAR, UNDO = key(pygame.K_DELETE), key(pygame.K_z, CTRL)
ONE = stroke((100, 200), (110, 300), (120, 400))
TWO = stroke((300, 200), (300, 300), (310, 400))


@pytest.fixture
def open_folder(data_folder: Path) -> Path:
    return data_folder / "open"


def title() -> str:
    return pygame.display.get_caption()[0]


def start(settings: Settings | None = None) -> Window:
    screen = pygame.display.get_surface()
    assert screen
    return Window(StrokeCounter(), settings or Settings(), screen)


def crash(window: Window) -> None:
    """Let its file be as after a crash: there, and held by nobody."""
    recovery = window._keeper._recovery
    recovery.close(forget=False)


def kept(folder: Path) -> Drawing:
    end = time.monotonic() + 1
    while not (found := list(folder.glob("*.ndjson"))):
        assert time.monotonic() < end, "not on the disk within a second"
        time.sleep(0.005)
    (drawing,) = read_drawings(found[0])
    assert isinstance(drawing, Drawing)
    return drawing


def numbers(data_folder: Path) -> list[str]:
    album = Album(data_folder / "numbers.ndjson")
    album.reload()
    return [entry.text for entry in album.entries]


def same(ink: Ink, other: Ink) -> bool:
    """Whether two drawings are the same; times are rounded in files."""
    return [line.tolist() for line in ink.lines()] == [line.tolist() for line in other.lines()]


def click(window: Window, number: int, button: int = 1) -> None:
    """Click a number of the strip, counted from the left."""
    position = window._scene.strip._places()[number].center
    play(window, press(position, button), release(position, button))


def test_a_stroke_is_on_the_disk_within_a_second(window: Window, open_folder: Path) -> None:
    play(window, press((100, 200)), move((120, 300)))
    assert not list(open_folder.glob("*.ndjson")), "not with every frame"
    play(window, release((120, 300)))
    drawing = kept(open_folder)
    assert same(drawing.ink, window.canvas.ink)
    assert drawing.paper == (0, 0, *window.layout.paper.size)


def test_after_a_crash_the_drawing_is_back(window: Window, screen: pygame.Surface) -> None:
    play(window, *ONE, *TWO)
    ink = window.canvas.ink
    before = pygame.image.tobytes(screen.subsurface(window.layout.paper.inflate(0, -140)), "RGB")
    crash(window)
    again = start()
    play(again)
    assert title() == "2 - Digit Pad" and again._opening.notice == texts.RECOVERED
    assert same(again.canvas.ink, ink)
    area = again.layout.paper.inflate(0, -140)
    assert pygame.image.tobytes(screen.subsurface(area), "RGB") == before
    other = start()
    play(other)
    assert not other.canvas.can_undo, "it came back once"
    play(again, UNDO)
    assert title() == "Digit Pad"


def test_after_two_crashes_the_older_drawing_is_in_the_strip(
    window: Window, data_folder: Path
) -> None:
    play(window, *ONE)
    second = start()
    play(second, *ONE, *TWO)
    crash(window)
    time.sleep(0.02)
    crash(second)
    again = start()
    play(again)
    assert sorted([numbers(data_folder)[0], title()[0]]) == ["1", "2"]


def test_a_normal_end_leads_to_clean_paper_and_the_number_is_kept(
    window: Window, open_folder: Path, data_folder: Path
) -> None:
    play(window, *ONE)
    window.close()
    assert list(open_folder.iterdir()) == []
    assert numbers(data_folder) == ["1"]
    again = start()
    assert not again.canvas.can_undo and again._opening.notice == ""


def test_the_drawing_can_be_kept_over_a_normal_end(window: Window) -> None:
    play(window, *ONE, key(pygame.K_k, CTRL))
    assert window.settings.keep_drawing and window._opening.notice == texts.KEEPS_DRAWING[True]
    window.close()
    again = start(window.settings)
    play(again)
    assert title() == "1 - Digit Pad" and again._opening.notice == ""


def test_a_stroke_in_progress_at_the_end_is_not_lost(window: Window, data_folder: Path) -> None:
    play(window, press((100, 200)), move((120, 300)))
    window.close()
    assert numbers(data_folder) == ["1"]


def test_what_leaves_the_paper_comes_back_from_the_strip(window: Window, data_folder: Path) -> None:
    play(window, *ONE, *TWO)
    ink = window.canvas.ink
    play(window, CLEAR, *ONE, CLEAR)
    assert numbers(data_folder) == ["2", "1"]
    click(window, 1)
    assert title() == "2 - Digit Pad"
    assert same(window.canvas.ink, ink)
    click(window, 0)
    assert title() == "1 - Digit Pad" and numbers(data_folder) == ["1", "2"], "each is there once"
    play(window, UNDO)
    assert title() == "2 - Digit Pad"


def test_the_right_button_forgets_a_number(window: Window, data_folder: Path) -> None:
    play(window, *ONE, CLEAR, *ONE, *TWO, CLEAR)
    click(window, 0, button=3)
    assert numbers(data_folder) == ["1"] and len(window._scene.strip._places()) == 1
    assert title() == "Digit Pad"


def test_a_press_on_a_number_that_moves_away_does_nothing(window: Window) -> None:
    play(window, *ONE, CLEAR)
    place = window._scene.strip._places()[0]
    play(window, press(place.center), move((500, 650)), release((500, 650)))
    play(window, press((500, 650)), release(place.center))
    assert title() == "Digit Pad"


def test_many_numbers_are_scrolled(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    for x in range(100, 600, 20):
        play(window, *stroke((x, 200), (x, 400)), CLEAR)
    strip = window.layout.strip
    assert window._scene.strip._places()[-1].left > strip.right
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: strip.center)
    wheel = pygame.Event(pygame.MOUSEWHEEL, precise_x=0.0, precise_y=-99.0)
    play(window, wheel)
    assert window._scene.strip._places()[-1].right <= strip.right
    click(window, -1)
    assert title() == "1 - Digit Pad"
    x = window.canvas.ink.strokes[0].points[0].x
    assert x == 100 - window.layout.paper.left, "the first of all"


def test_many_numbers_are_dragged_as_a_finger_does_and_none_is_brought_back(
    window: Window,
) -> None:
    for x in range(100, 600, 20):
        play(window, *stroke((x, 200), (x, 400)), CLEAR)
    strip = window.layout.strip
    (left, y), right = strip.midleft, strip.right
    play(window, press((right - 5, y), touch=True), move((right - 105, y), touch=True))
    assert window._scene.strip._places()[0].left == left - 100
    play(window, move((left - 5000, y), touch=True), release((left + 5, y), touch=True))
    assert window._scene.strip._places()[-1].right <= right
    assert title() == "Digit Pad"


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_the_empty_strip_says_fits_into_the_smallest_window(
    language: str, screen: pygame.Surface
) -> None:
    pygame.display.set_mode((480, 360), pygame.RESIZABLE)
    texts.use(language)
    window = start(Settings(language=language))
    strip, shown = window.layout.strip, pygame.display.get_surface()
    assert shown
    beside = pygame.Rect(strip.right, strip.top, window.layout.side.left - strip.right, 40)
    background = shown.get_at((1, strip.top))
    assert any(shown.get_at((x, y)) != background for x in range(20, 60) for y in range(318, 350))
    assert all(
        shown.get_at((x, y)) == background
        for x in range(beside.left, beside.right)
        for y in range(beside.top, beside.bottom)
    )


def test_the_strip_can_be_hidden(window: Window) -> None:
    play(window, *ONE)
    bottom = window.layout.paper.bottom
    play(window, key(pygame.K_h, CTRL))
    assert not window.settings.strip and window.layout.paper.bottom > bottom
    play(window, *TWO, CLEAR, key(pygame.K_h, CTRL))
    assert window.layout.paper.bottom == bottom and len(window._scene.strip._places()) == 1


def test_an_album_that_cannot_be_written_is_told_and_loses_nothing(
    window: Window, data_folder: Path
) -> None:
    (data_folder / "numbers.ndjson").mkdir()
    play(window, *ONE, CLEAR)
    assert "the numbers cannot be" in window._opening.notice
    assert title() == "Digit Pad"
    play(window, UNDO)
    assert title() == "1 - Digit Pad"


def test_a_picture_that_was_read_comes_back_as_long_as_the_window_is_open(
    window: Window, tmp_path: Path, data_folder: Path
) -> None:
    path = tmp_path / "scan.png"
    image = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(image).line([(80, 40), (150, 42), (110, 160)], fill=0, width=9)
    image.save(path)
    play_until(window, lambda: title() == "7 - Digit Pad", *drop(path))
    picture = window.canvas.picture
    play(window, CLEAR, *ONE, CLEAR)
    assert len(window._scene.strip._places()) == 2 and numbers(data_folder) == ["1"]
    click(window, 0)
    assert window.canvas.picture is picture and title() == "7 - Digit Pad"
    play(window, CLEAR)
    assert len(window._scene.strip._places()) == 2, "it is there once"
    click(window, 0, button=3)
    assert len(window._scene.strip._places()) == 1


def test_that_a_drawing_cannot_be_kept_is_told_once(
    data_folder: Path, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(window._keeper, "_say", said.append)
    monkeypatch.setattr(window._keeper._recovery, "keep", lambda _: None)  # else it may work again
    trouble = f"{data_folder}: the drawing cannot be kept there (No space left on device)"
    window._keeper._recovery.trouble = trouble
    play(window, *ONE, *TWO)
    assert len(said) == 1
    assert "No space left on device" in said[0]


def test_only_numbers_that_are_seen_keep_their_pictures(window: Window) -> None:
    for x in range(15):
        play(window, *stroke((100 + x, 200), (110, 300), (120, 400)), CLEAR)
    strip = window._scene.strip
    for by in (0, -10_000, 10_000):
        strip._scroll(by)
        window.draw()
        seen = [place.colliderect(strip._area) for place in strip._places()]
        assert [cell.face is not None for cell in strip._cells] == seen
        assert any(seen) and not all(seen)
