"""What is remembered between two starts."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import ASSETS, Settings, settings_path


def test_saved_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "settings.json"
    settings = Settings("dark", 22, (1234, 567), learn=False)
    settings.save(path)
    assert Settings.load(path) == settings
    assert {file.name for file in path.parent.iterdir()} == {"settings.json", "settings.json.lock"}


def test_a_missing_file_means_defaults_and_no_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Settings.load(tmp_path / "settings.json") == Settings()
    assert capsys.readouterr() == ("", "")


def test_what_a_file_does_not_say_is_taken_from_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "from a later version": [1]}')
    assert Settings.load(path) == Settings(theme="dark")


def test_one_setting_that_is_damaged_or_of_a_later_version_loses_only_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "solarized", "pen_width": 22, "window": [1], "language": "de"}')
    assert Settings.load(path) == Settings(pen_width=22, language="de")
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "theme, window" in message


def test_saving_keeps_what_a_later_version_or_another_window_wrote(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    later = {"theme": "solarized", "pen_width": 20, "brush": {"tip": 3}}
    path.write_text(json.dumps(later))
    before = Settings.load(path)
    path.write_text(json.dumps({**later, "speak": True}))
    replace(before, pen_width=22).save(path, before=before)
    saved = json.loads(path.read_text())
    assert saved.items() >= {**later, "pen_width": 22, "speak": True}.items()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[1]", b"", b"[" * 100_000])
def test_a_damaged_file_is_put_aside_when_others_are_saved(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    Settings("dark").save(path)
    assert Settings.load(path) == Settings("dark")
    assert (tmp_path / "settings.damaged").read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"theme": "pink"}',
        b'{"theme": ["dark"]}',
        b'{"pen_width": 1000}',
        b'{"pen_width": "14"}',
        b'{"pen_width": 14.5}',
        b'{"pen_width": NaN}',
        b'{"learn": 1}',
        b'{"window": null}',
        b'{"window": [1000]}',
        b'{"window": [10, 10]}',
        b'{"window": [1e9, 1e9]}',
        b'{"window": [100000, 100000]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_means_defaults_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert Settings.load(path) == Settings()
    message = capsys.readouterr().err
    assert str(path) in message and message.count("\n") == 1


def test_a_folder_in_its_place_means_defaults_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Settings.load(tmp_path) == Settings()
    Settings().save(tmp_path)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and all(str(tmp_path) in line for line in lines)
    assert not list(tmp_path.parent.glob("*.tmp"))


def test_saving_where_nothing_can_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    Settings().save(tmp_path / "file" / "settings.json")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_failed_save_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.json"
    Settings("dark").save(path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    Settings("light").save(path)
    assert Settings.load(path) == Settings("dark")
    assert os.strerror(28) in capsys.readouterr().err


def test_the_folder_is_that_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert settings_path().name == "settings.json"
    assert settings_path().parent.name == "digit-pad"
    assert (ASSETS / "icon.png").is_file()
