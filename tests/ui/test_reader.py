"""Reading pictures beside the window."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import cast

import pygame
import pytest
from PIL import Image

from app.photo import PhotoError
from app.recognizer import Recognizer
from app.ui import clipboard
from app.ui.picture import ReadPicture
from app.ui.reader import READ, FileReader
from tests.ui.fakes import StrokeCounter


@pytest.fixture
def reader(screen: pygame.Surface, recognizer: StrokeCounter) -> FileReader:
    return FileReader(lambda: cast(Recognizer, recognizer))


def result(reader: FileReader, seconds: float = 10) -> ReadPicture | PhotoError:
    """The first result that is not late."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for event in pygame.event.get(READ):
            if found := reader.result(event):
                return found
        pygame.time.wait(5)
    raise TimeoutError


def test_a_file_is_read_while_the_window_goes_on(
    reader: FileReader, recognizer: StrokeCounter, seven: Path
) -> None:
    recognizer.may_read.clear()
    reader.open(seven)
    assert reader.name == "seven.png"
    assert not pygame.event.get(READ)
    recognizer.may_read.set()
    picture = result(reader)
    assert isinstance(picture, ReadPicture)
    assert picture.name == "seven.png" and picture.size == (300, 200)
    assert picture.reading.text == "7" and reader.name == ""


def test_what_was_cancelled_comes_to_nothing(
    reader: FileReader, recognizer: StrokeCounter, seven: Path
) -> None:
    recognizer.may_read.clear()
    reader.open(seven)
    reader.cancel()
    assert reader.name == ""
    recognizer.may_read.set()
    with pytest.raises(TimeoutError):
        result(reader, seconds=0.5)
    reader.open(seven)
    assert isinstance(result(reader), ReadPicture)


def test_of_several_files_only_the_last_is_read(
    reader: FileReader, recognizer: StrokeCounter, seven: Path
) -> None:
    recognizer.may_read.clear()
    for number in range(9):
        (seven.parent / f"{number}.png").write_bytes(seven.read_bytes())
        reader.open(seven.parent / f"{number}.png")
    recognizer.may_read.set()
    picture = result(reader)
    assert isinstance(picture, ReadPicture) and picture.name == "8.png"
    assert recognizer.pictures <= 2, "the first, which had begun, and the last"


def test_what_cannot_be_read_is_named(reader: FileReader, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "folder").mkdir()
    for name, reason in (
        ("notes.txt", "not a picture"),
        ("folder", "this is a folder"),
        ("none.png", "cannot be read"),
    ):
        reader.open(tmp_path / name)
        error = result(reader)
        assert isinstance(error, PhotoError)
        assert str(error).startswith(f"{name}: ") and reason in str(error)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_a_file_that_never_ends_is_not_begun(reader: FileReader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    reader.open(tmp_path / "pipe.png")
    assert isinstance(result(reader), PhotoError)


def test_no_error_leaves_the_window_waiting(
    reader: FileReader,
    recognizer: StrokeCounter,
    seven: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for error, words in ((MemoryError(), "MemoryError"), (ValueError("too odd"), "too odd")):

        def fail(picture: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(recognizer, "read_picture", fail)
        reader.open(seven)
        told = result(reader)
        assert isinstance(told, PhotoError) and str(told) == f"seven.png: cannot be read ({words})"


@pytest.mark.parametrize("of_file", [False, True])
def test_the_clipboard_is_read(
    reader: FileReader, seven: Path, of_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = [str(seven)] if of_file else Image.open(seven)
    monkeypatch.setattr(clipboard, "_copied_image", lambda: content)
    reader.paste()
    assert reader.name == "the clipboard"
    picture = result(reader)
    assert isinstance(picture, ReadPicture) and picture.reading.text == "7"
    assert picture.name == ("seven.png" if of_file else "the clipboard")
