"""Files that survive power cuts and that several windows may use at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.files import append_line, locked, read_lines, replace_file, try_lock, unlock


def test_a_file_is_replaced_whole_or_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    replace_file(path, b"new")
    assert path.read_bytes() == b"new" and list(tmp_path.iterdir()) == [path]


def test_a_line_that_was_broken_off_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    assert read_lines(path) == []
    append_line(path, b"one")
    append_line(path, b"two")
    assert path.read_bytes() == b"one\ntwo\n"
    path.write_bytes(b"one\ntw")
    append_line(path, b"three")
    assert read_lines(path)[:3] == [b"one", b"tw", b"three"]


def test_a_lock_is_held_by_one_until_it_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = try_lock(path)
    assert first and try_lock(path) is None
    unlock(first)
    second = try_lock(path)
    assert second
    second.close()
    third = try_lock(path)
    assert third
    third.close()
    first.close()


def test_locking_a_file_makes_its_folder_and_ends_with_the_block(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    with locked(path):
        assert try_lock(path.with_name("file.lock")) is None
    again = try_lock(path.with_name("file.lock"))
    assert again
    again.close()


def test_what_a_killed_program_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (tmp_path / "file.77.tmp").write_text("half")
    (tmp_path / "other.77.tmp").write_text("half")
    with locked(path):
        assert not (tmp_path / "file.77.tmp").exists()
    assert (tmp_path / "other.77.tmp").exists()


def test_a_file_that_nobody_could_have_written_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1\n2")
    assert read_lines(path) == [b"1", b"2"]
    monkeypatch.setattr("app.files.LARGEST", 2)
    with pytest.raises(OSError, match="too large"):
        read_lines(path)
