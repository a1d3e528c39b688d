"""A window that nobody sees, with a recognizer that counts strokes, and the real program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from PIL import Image, ImageDraw

from app.settings import Settings
from app.ui import texts
from app.ui.window import Window
from tests.ui.fakes import StrokeCounter
from tests.ui.real import COMMAND, ROOT, wait_for_frame
from tests.ui.xvfb import Program, Xvfb


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what the program keeps, instead of the user's."""
    folder = tmp_path / "data folder"
    monkeypatch.setattr("app.settings.user_data_path", lambda *_, **__: folder)
    return folder


@pytest.fixture(autouse=True)
def no_corrections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where corrections are kept during a test, instead of the user's own file."""
    path = tmp_path / "corrections.ndjson"
    monkeypatch.setattr("app.corrections.corrections_path", lambda: path)
    return path


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Whatever language a test chose, the next one begins in English."""
    yield
    texts.use("en")


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    """A picture of a 7."""
    path = tmp_path / "seven.png"
    image = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(image).line([(80, 40), (150, 42), (110, 160)], fill=0, width=9)
    image.save(path)
    return path


@pytest.fixture
def screen() -> pygame.Surface:
    """A fresh display of 1000x700."""
    pygame.display.init()
    pygame.font.init()
    screen = pygame.display.set_mode((1000, 700), pygame.RESIZABLE)
    pygame.display.set_caption("")
    pygame.event.clear()
    return screen


@pytest.fixture
def recognizer() -> StrokeCounter:
    return StrokeCounter()


@pytest.fixture
def window(screen: pygame.Surface, recognizer: StrokeCounter) -> Window:
    return Window(recognizer, Settings(), screen)


@pytest.fixture(scope="module")
def display() -> Iterator[Xvfb]:
    """A display without a screen."""
    with Xvfb() as display:
        yield display


@pytest.fixture
def program(display: Xvfb, tmp_path: Path) -> Iterator[Program]:
    """The real program in a window on it."""
    with Program(COMMAND, display, tmp_path, cwd=ROOT) as program:
        program.wait_for_title("Digit Pad")
        wait_for_frame(program)
        yield program
