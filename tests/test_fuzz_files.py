"""Damaged files of every kind, a few of those that `python -m tests.fuzz_files` reads."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz_files import FORMATS, Fuzz, picture


def test_every_damaged_file_is_read_or_told_in_a_sentence(tmp_path: Path) -> None:
    fuzz = Fuzz(tmp_path, seed=2)
    for number in range(250):
        fuzz.run(number)
    assert {outcome.split()[0] for outcome in fuzz.outcomes} == {
        "picture", "ink", "corrections", "album", "recovery", "settings"
    }  # fmt: skip
    assert any("told" in outcome for outcome in fuzz.outcomes)
    assert any("read" in outcome for outcome in fuzz.outcomes)


def test_the_pictures_are_sound_before_they_are_damaged(tmp_path: Path) -> None:
    fuzz = Fuzz(tmp_path, seed=1)
    for row in FORMATS:
        path = tmp_path / "sound"
        path.write_bytes(picture(*row))
        assert fuzz.reads(path), row
