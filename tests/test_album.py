"""The numbers that were read, in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from app.album import MOST, Album, AlbumError
from app.ink import Box, Drawing, Ink


def drawing(x: float) -> Drawing:
    ink = Ink.from_lines([np.array([(x, 10.0), (12.0, 90.0)])])
    return Drawing.on_paper(ink, Box(0, 0, 600, 500))


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path / "data" / "numbers.ndjson")


def texts(album: Album) -> list[str]:
    album.reload()
    return [entry.text for entry in album.entries]


def test_numbers_are_kept_with_their_ink(album: Album) -> None:
    assert texts(album) == []
    album.add("1", drawing(1))
    album.add("20\n26", drawing(2))
    again = Album(album.path)
    assert texts(again) == ["1", "20\n26"]
    assert again.entries[1].drawing.ink == drawing(2).ink
    assert again.entries[1].drawing.paper == Box(0, 0, 600, 500)


def test_the_same_drawing_is_there_once_and_the_latest(album: Album) -> None:
    for x in (1, 2, 1):
        album.add(str(x), drawing(x))
    assert texts(album) == ["2", "1"]


def test_two_windows_add_to_the_same_file(album: Album) -> None:
    other = Album(album.path)
    album.add("1", drawing(1))
    other.add("2", drawing(2))
    album.add("3", drawing(3))
    assert texts(album) == texts(other) == ["1", "2", "3"]


def test_a_number_can_be_forgotten(album: Album) -> None:
    for x in (1, 2, 3):
        album.add(str(x), drawing(x))
    entry = album.entries[1]
    album.remove(entry)
    album.remove(entry)
    assert texts(album) == ["1", "3"]


def test_a_damaged_line_loses_only_itself(album: Album) -> None:
    album.add("1", drawing(1))
    with album.path.open("ab") as file:
        file.write(b'\xff{"drawing"')
    album.add("2", drawing(2))
    assert texts(album) == ["1", "2"]
    album.add("1", drawing(1))
    assert texts(album) == ["2", "1"] and b"\xff" in album.path.read_bytes()


def test_only_the_latest_are_kept(album: Album) -> None:
    for x in range(2 * MOST + 5):
        album.add(str(x), drawing(x))
    assert texts(album) == [str(x) for x in range(MOST + 5, 2 * MOST + 5)]
    assert len(album.path.read_bytes().split(b"\n")) <= 2 * MOST + 1


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AlbumError, match="cannot be read"):
        Album(tmp_path).reload()
    with pytest.raises(AlbumError, match=r"cannot be written \("):
        Album(tmp_path / "file" / "numbers.ndjson").add("1", drawing(1))


def test_a_number_takes_less_memory_than_its_line_in_the_file(album: Album) -> None:
    lines = [np.arange(2000.0).reshape(-1, 2)]
    album.add("1", Drawing(Ink.from_lines(lines)))
    (entry,) = album.entries
    assert sys.getsizeof(entry.packed) < len(entry.line) / 2
    assert entry.box == (0, 1, 1998, 1998)
