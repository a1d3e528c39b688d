"""The file of what the user corrected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.corrections import Corrections, CorrectionsError
from app.ink import Drawing, Ink, Stroke, read_drawings
from app.points import Point, Points
from app.settings import corrections_path


def ink(x: float = 0.0) -> Ink:
    return Ink((Stroke(Points([Point(x, 0.1, 0.0), Point(x + 50, 100 / 3, 0.012)])),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "corrections.ndjson"


def digits(corrections: Corrections) -> list[int]:
    return [correction.digit for correction in corrections.all]


def test_without_a_file_there_are_none_and_none_is_made(path: Path) -> None:
    corrections = Corrections(path)
    assert (corrections.all, corrections.warnings) == ([], [])
    assert not path.parent.exists()


def test_kept_corrections_come_back_the_latest_last(path: Path) -> None:
    kept = Corrections(path)
    added = [kept.add(ink(x), digit) for x, digit in ((0, 7), (1, 1), (2, 7))]
    assert kept.all == added
    again = Corrections(path)
    assert [(c.ink, c.digit) for c in again.all] == [(c.ink, c.digit) for c in added]
    assert again.all[0].ink == ink(0), "exactly, so that it is read as corrected"


def test_the_file_is_an_ink_file(path: Path) -> None:
    Corrections(path).add(ink(), 7)
    [drawing] = read_drawings(path)
    assert drawing == Drawing(ink(), {"word": "7"})


def test_reading_again_keeps_what_is_known(path: Path) -> None:
    corrections = Corrections(path)
    first = corrections.add(ink(), 7)
    corrections.add(ink(1), 1)
    corrections.reload()
    assert corrections.all[0] is first, "so that nothing is learnt twice"


@pytest.mark.parametrize(
    "damage",
    [
        b'{"word": "7", "drawing": [[[0, 1], [0',
        b"\xff\xfe\x00",
        b'{"word": "seven", "drawing": [[[0, 1], [0, 5]]]}',
        b'{"word": "\xc2\xb2", "drawing": [[[0, 1], [0, 5]]]}',
        b'{"word": 7, "drawing": [[[0, 1], [0, 5]]]}',
        b'{"drawing": [[[0, 1], [0, 5]]]}',
        b'{"word": "7", "drawing": []}',
        b'{"word": "7", "drawing": [[[], []]]}',
    ],
)
def test_a_damaged_line_loses_only_itself_and_stays_in_the_file(path: Path, damage: bytes) -> None:
    corrections = Corrections(path)
    first, last = corrections.add(ink(0), 3), corrections.add(ink(1), 5)
    path.write_bytes(first.line + b"\n" + damage + b"\n" + last.line + b"\n")
    corrections = Corrections(path)
    assert digits(corrections) == [3, 5]
    [warning] = corrections.warnings
    assert warning.startswith(f"{path}, line 2: ")
    corrections.remove(corrections.all[0])
    assert path.read_bytes() == damage + b"\n" + last.line + b"\n"


def test_a_line_that_was_broken_off_does_not_spoil_the_next(path: Path) -> None:
    corrections = Corrections(path)
    corrections.add(ink(0), 3)
    with path.open("ab") as file:
        file.write(b'{"word": "4", "dra')
    corrections.add(ink(1), 5)
    assert digits(corrections) == digits(Corrections(path)) == [3, 5]
    assert len(corrections.warnings) == 1


def test_what_a_later_version_wrote_survives(path: Path) -> None:
    path.parent.mkdir()
    line = {"word": "7", "when": {"year": 2031}, "drawing": [[[0, 9], [0, 5], [0, 8], [0.5, 0.7]]]}
    path.write_text(f"{json.dumps(line)}\n")
    corrections = Corrections(path)
    corrections.remove(corrections.add(ink(), 1))
    assert [json.loads(text) for text in path.read_text().splitlines()] == [line]


def test_corrections_are_removed_one_by_one_or_all(path: Path) -> None:
    corrections = Corrections(path)
    for digit in (1, 2, 3):
        corrections.add(ink(digit), digit)
    corrections.remove(corrections.all[1])
    assert digits(corrections) == digits(Corrections(path)) == [1, 3]
    corrections.remove_all()
    assert corrections.all == Corrections(path).all == []
    assert not path.exists()
    corrections.remove_all()


def test_the_corrections_are_exported_to_a_file(path: Path, tmp_path: Path) -> None:
    corrections = Corrections(path)
    corrections.add(ink(0), 3)
    path.write_bytes(b"damaged\n" + path.read_bytes())
    corrections.reload()
    corrections.export(tmp_path / "mine.ndjson")
    assert list(read_drawings(tmp_path / "mine.ndjson")) == [Drawing(ink(0), {"word": "3"})]


def test_two_windows_share_a_file(path: Path) -> None:
    one, other = Corrections(path), Corrections(path)
    one.add(ink(0), 1)
    mine = other.add(ink(1), 2)
    assert digits(other) == [1, 2]
    one.remove(one.all[0])
    assert digits(one) == [2]
    other.remove(other.all[0])  # gone already
    other.remove(mine)
    one.reload()
    assert one.all == other.all == []


WRITER = """
import sys
from pathlib import Path
from app.corrections import Corrections
from tests.test_corrections import ink

corrections = Corrections(Path(sys.argv[1]))
digit = int(sys.argv[2])
for x in range(30):
    corrections.add(ink(x), digit)
    if x % 3 == 0:
        corrections.remove(corrections.add(ink(-1 - x), digit))
"""


def test_two_processes_write_and_lose_nothing(path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(path)]
    folder = Path(__file__).parents[1]
    writers = [subprocess.Popen([*command, digit], cwd=folder) for digit in "17"]
    assert [writer.wait() for writer in writers] == [0, 0]
    corrections = Corrections(path)
    assert not corrections.warnings
    for digit in (1, 7):
        xs = [c.ink.strokes[0].points[0].x for c in corrections.all if c.digit == digit]
        assert xs == list(range(30))
    assert not list(path.parent.glob("*.tmp"))


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CorrectionsError, match="cannot be read"):
        Corrections(tmp_path)
    corrections = Corrections(tmp_path / "corrections.ndjson")
    with pytest.raises(CorrectionsError, match=r"nowhere.*cannot be written"):
        corrections.export(tmp_path / "nowhere" / "mine.ndjson")
    corrections.path = tmp_path / "file" / "corrections.ndjson"
    with pytest.raises(CorrectionsError, match="cannot be written"):
        corrections.add(ink(), 1)


def test_a_failed_removal_leaves_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corrections = Corrections(path)
    corrections.add(ink(), 1)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CorrectionsError, match=os.strerror(28)):
        corrections.remove(corrections.all[0])
    assert digits(corrections) == digits(Corrections(path)) == [1]
    assert not list(path.parent.glob("*.tmp"))


def test_the_folder_is_that_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert corrections_path().name == "corrections.ndjson"
    assert corrections_path().parent.name == "digit-pad"
