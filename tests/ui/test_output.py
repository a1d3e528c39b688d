"""Copying and saving from the window, and opening what was saved."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image, ImageDraw
from pygame import Event

from app.ink import Drawing, Ink, format_drawing, read_drawings
from app.photo import PhotoError
from app.recent import MOST, recent_files, remember_file
from app.ui import clipboard, texts
from app.ui.save_dialog import SaveDialog
from app.ui.window import Window
from tests.ui.events import drop, key, play, play_until, press, release, stroke

CTRL = pygame.KMOD_LCTRL
SHIFT = pygame.KMOD_LSHIFT
COPY, SAVE, OPEN, UNDO = (
    key(code, CTRL) for code in (pygame.K_c, pygame.K_s, pygame.K_o, pygame.K_z)
)
COPY_DRAWING = key(pygame.K_c, CTRL | SHIFT)
CLEAR, ENTER, ESCAPE, TAB = (
    key(code) for code in (pygame.K_DELETE, pygame.K_RETURN, pygame.K_ESCAPE, pygame.K_TAB)
)
ONE = stroke((100, 200), (110, 300), (120, 400))
TWO = stroke((300, 200), (300, 300), (310, 400))


def title() -> str:
    return pygame.display.get_caption()[0]


def notice(window: Window) -> str:
    return window._opening.notice


def typed(word: str) -> list[Event]:
    return [key(ord(character), character=character) for character in word]


def read(window: Window, *events: Event) -> None:
    play_until(window, lambda: not notice(window).startswith("Reading"), *events)


@pytest.fixture
def folder(window: Window, tmp_path: Path) -> Path:
    """The folder that the dialogs open in."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    window._opening._folder = folder
    return folder


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[bytes | str]:
    """What is put into the clipboard from now on."""
    copied: list[bytes | str] = []
    monkeypatch.setattr(clipboard, "put_image", copied.append)
    monkeypatch.setattr(pygame.scrap, "put_text", copied.append)
    return copied


def test_the_number_is_copied_as_text(window: Window, copied: list[bytes | str]) -> None:
    play(window, COPY)
    assert copied == [] and notice(window) == texts.NOTHING_TO_COPY
    play(window, *ONE, *TWO, COPY)
    assert copied == ["2"] and notice(window) == "Copied: 2"


def test_the_drawing_is_copied_as_an_image(window: Window, copied: list[bytes | str]) -> None:
    play(window, COPY_DRAWING)
    assert copied == []
    play(window, *ONE, COPY_DRAWING)
    (png,) = copied
    assert isinstance(png, bytes) and Image.open(BytesIO(png)).size[1] > 400
    assert notice(window) == texts.COPIED_DRAWING


def test_that_copying_needs_a_program_is_told(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(png: bytes) -> None:
        raise PhotoError("Copying needs xclip")

    monkeypatch.setattr(clipboard, "put_image", missing)
    play(window, *ONE, COPY_DRAWING)
    assert notice(window) == "Copying needs xclip."


def test_a_drawing_is_saved_under_the_number_it_is(window: Window, folder: Path) -> None:
    play(window, *ONE, SAVE, ENTER)
    assert notice(window) == "Saved as 1.png."
    assert Image.open(folder / "1.png").format == "PNG"
    play(window, SAVE, TAB, ENTER, SAVE, TAB, TAB, ENTER)
    assert (folder / "1.svg").read_text().startswith("<svg")
    (drawing,) = read_drawings(folder / "1.ndjson")
    assert isinstance(drawing, Drawing) and len(drawing.ink.strokes) == 1
    assert recent_files() == [folder / "1.ndjson", folder / "1.png"]


def test_what_is_typed_is_the_name(window: Window, folder: Path) -> None:
    play(window, *ONE, SAVE, *typed("my numberx"), key(pygame.K_BACKSPACE), ENTER)
    assert [path.name for path in folder.iterdir()] == ["my number.png"]
    play(window, SAVE, key(pygame.K_BACKSPACE), ENTER)
    assert window._opening.dialog, "there is no name"
    play(window, *typed("a/b"), ENTER)
    assert window._opening.dialog, "this is no name"
    play(window, ESCAPE)
    assert len(list(folder.iterdir())) == 1 and title() == "1 - Digit Pad"


def test_an_ending_that_is_typed_is_the_format(window: Window, folder: Path) -> None:
    play(window, *ONE, SAVE, *typed("a.svg"), ENTER)
    play(window, SAVE, *typed("b.PNG"), ENTER, SAVE, *typed("c.txt"), ENTER)
    assert {path.name for path in folder.iterdir()} == {"a.svg", "b.PNG", "c.txt.png"}
    assert (folder / "a.svg").read_text().startswith("<svg")


def test_a_file_is_replaced_only_when_asked_twice(window: Window, folder: Path) -> None:
    (folder / "1.png").write_bytes(b"precious")
    play(window, *ONE, SAVE, ENTER)
    dialog = window._opening.dialog
    assert isinstance(dialog, SaveDialog) and "is there already" in dialog._subtitle()[0]
    assert (folder / "1.png").read_bytes() == b"precious"
    play(window, TAB, TAB, TAB, ENTER)
    assert (folder / "1.png").read_bytes() == b"precious", "it was something else in between"
    play(window, ENTER)
    assert window._opening.dialog is None
    assert (folder / "1.png").read_bytes() != b"precious"


def test_a_click_on_a_file_takes_its_name_and_format(window: Window, folder: Path) -> None:
    (folder / "old.svg").write_bytes(b"<svg/>")
    play(window, *ONE, SAVE)
    dialog = window._opening.dialog
    assert isinstance(dialog, SaveDialog)
    place = dialog._rows.left + 50, dialog._rows.top + dialog._row + 10
    play(window, press(place), release(place))
    assert dialog.path == folder / "old.svg"
    (folder / "OLD.PNG").write_bytes(b"precious")
    dialog._listing.enter(folder)
    dialog._take_name(next(i for i, e in enumerate(dialog._listing.entries) if e.name == "OLD.PNG"))
    assert dialog.path == folder / "OLD.PNG", "it is not to have a twin"
    dialog._take_name(next(i for i, e in enumerate(dialog._listing.entries) if e.name == "old.svg"))
    png = dialog._tabs[0].center
    play(window, press(png), release(png))
    assert dialog.path == folder / "old.png"


def test_what_is_replaced_is_written_in_its_format_whatever_the_case_of_its_ending(
    window: Window, folder: Path
) -> None:
    for name in ("1.NDJSON", "1.SVG"):
        (folder / name).write_bytes(b"precious")
        play(window, *ONE, SAVE, *typed(name), ENTER, ENTER)
    assert (folder / "1.NDJSON").read_text().startswith('{"')
    assert (folder / "1.SVG").read_text().startswith("<svg")
    assert len(list(folder.iterdir())) == 2


def test_backspace_takes_a_typed_ending_back_bit_by_bit(window: Window, folder: Path) -> None:
    play(window, *ONE, SAVE, *typed("a.svg"), *(4 * [key(pygame.K_BACKSPACE)]), ENTER)
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def test_a_folder_can_be_entered_to_save_there(window: Window, folder: Path) -> None:
    (folder / "deep").mkdir()
    down = key(pygame.K_DOWN)
    play(window, *ONE, SAVE, down, down, ENTER, ENTER)
    assert (folder / "deep" / "1.png").is_file()


def test_that_it_cannot_be_saved_is_told(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(window, *ONE, SAVE)
    folder.rmdir()
    play(window, ENTER)
    assert notice(window).startswith("1.png: cannot be saved here (No such file")
    assert title() == "1 - Digit Pad"


def test_a_picture_is_saved_and_copied_as_a_picture(
    window: Window, folder: Path, copied: list[bytes | str]
) -> None:
    path = folder / "scan.jpg"
    image = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(image).line([(80, 40), (150, 42), (110, 160)], fill=0, width=9)
    image.save(path)
    read(window, *drop(path))
    play(window, COPY_DRAWING, SAVE)
    (png,) = copied
    assert isinstance(png, bytes) and Image.open(BytesIO(png)).size == (300, 200)
    dialog = window._opening.dialog
    assert isinstance(dialog, SaveDialog) and dialog._formats == (".png",)
    play(window, ENTER)
    assert Image.open(folder / "7.png").size == (300, 200)


@pytest.fixture
def ink_file(tmp_path: Path) -> Callable[..., Path]:
    """Write an ink file of lines."""

    def write(*lines: str) -> Path:
        path = tmp_path / "drawings.ndjson"
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    return write


def line_of(*strokes: list[tuple[float, float]]) -> str:
    lines = [np.array(points, dtype=np.float64) for points in strokes]
    return format_drawing(Drawing(Ink.from_lines(lines)))


def test_what_was_saved_as_ink_is_opened_as_it_was(window: Window, folder: Path) -> None:
    play(window, *ONE, *TWO)
    lines = [line.tolist() for line in window.canvas.ink.lines()]
    play(window, SAVE, TAB, TAB, ENTER, CLEAR)
    read(window, OPEN, *typed("2.nd"), ENTER)
    assert title() == "2 - Digit Pad"
    assert [line.tolist() for line in window.canvas.ink.lines()] == lines
    play(window, UNDO)
    assert title() == "Digit Pad"


@pytest.mark.parametrize("size", [0.001, 1, 1000])
def test_ink_from_elsewhere_is_seen_whole_and_large(
    window: Window, ink_file: Callable[..., Path], size: float
) -> None:
    points = [(x * size + 700, y * size - 9) for x, y in ((0, 0), (4, 1), (1, 9))]
    read(window, *drop(ink_file(line_of(points))))
    box = window.canvas.view.area_of(window.reading.digits[0].box)
    paper = window.layout.paper
    assert paper.contains(box) and box.height == pytest.approx(0.7 * paper.height, abs=2)
    assert box.centerx == pytest.approx(paper.centerx, abs=1)


def test_a_dot_is_opened_in_the_middle(window: Window, ink_file: Callable[..., Path]) -> None:
    read(window, *drop(ink_file(line_of([(3, 3)]))))
    (x, y) = window.canvas.view.to_window(window.canvas.ink.strokes[0].points[0][:2])
    assert (x, y) == pytest.approx(window.layout.paper.center, abs=1)


def test_of_several_drawings_the_first_is_opened(
    window: Window, ink_file: Callable[..., Path]
) -> None:
    one, two = line_of([(0, 0), (1, 9)]), line_of([(0, 0), (1, 9)], [(5, 0), (5, 9)])
    read(window, *drop(ink_file('{"drawing": []}', two, one)))
    assert title() == "2 - Digit Pad" and "this is the first" in notice(window)
    read(window, *drop(ink_file("damaged", one)))
    assert title() == "1 - Digit Pad" and "line 1" in notice(window)


@pytest.mark.parametrize("lines", [["damaged"], ['{"drawing": []}'], []])
def test_an_ink_file_without_ink_is_told_and_loses_nothing(
    window: Window, ink_file: Callable[..., Path], lines: list[str]
) -> None:
    play(window, *ONE)
    read(window, *drop(ink_file(*lines)))
    assert "drawings.ndjson" in notice(window) and notice(window).endswith(".")
    assert title() == "1 - Digit Pad" and recent_files() == []


def test_recent_files_are_at_the_top_of_the_dialog(
    window: Window, folder: Path, ink_file: Callable[..., Path]
) -> None:
    path = ink_file(line_of([(0, 0), (1, 9)]))
    read(window, *drop(path))
    play(window, CLEAR, OPEN)
    dialog = window._opening.dialog
    assert dialog
    assert [e.path for e in dialog._listing.entries if e.is_recent] == [path]
    play(window, key(pygame.K_DOWN), key(pygame.K_DOWN), ENTER)
    read(window)
    assert title() == "1 - Digit Pad"


def test_recent_files_are_the_latest_that_exist(tmp_path: Path) -> None:
    store = tmp_path / "data" / "recent.json"
    assert recent_files(store) == []
    files = [tmp_path / f"{number}.png" for number in range(MOST + 2)]
    for file in (*files, files[3]):
        file.touch()
        remember_file(file, store)
    files[5].unlink()
    assert recent_files(store) == [files[3], files[7], files[6], files[4], files[2]]
    for damage in (b"\xff", b"[1, null]", b"{}", b"[" * 100_000):
        store.write_bytes(damage)
        assert recent_files(store) == []
        remember_file(files[0], store)
        assert recent_files(store) == [files[0]]


def test_that_a_number_cannot_be_copied_is_told(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise pygame.error("the clipboard is busy")

    monkeypatch.setattr(pygame.scrap, "put_text", refuse)
    play(window, *ONE, COPY)
    assert notice(window) == texts.CANNOT_COPY.format(reason="the clipboard is busy")
