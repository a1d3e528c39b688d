"""Damaged files of every kind, a few of those that `python -m tests.fuzz_files` reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.fuzz_files import Fuzz
from tests.limits import Watch


def test_every_damaged_file_is_read_or_told_in_a_sentence() -> None:
    # In a process of its own, as it is the memory of a process that is measured.
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz_files", "--cases", "250", "--seed", "2"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    outcomes = [line.split(maxsplit=1)[1] for line in done.stdout.splitlines()[:-2]]
    assert {outcome.split()[0] for outcome in outcomes} == {
        "picture", "ink", "corrections", "album", "recovery", "settings"
    }  # fmt: skip
    assert any("told" in outcome for outcome in outcomes)
    assert any("read" in outcome for outcome in outcomes)


def test_the_files_are_sound_before_they_are_damaged(tmp_path: Path) -> None:
    Fuzz(tmp_path, seed=1).warm_up()


def test_what_is_opened_elsewhere_and_what_is_executed_is_noted(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    watch = Watch(inside)
    outside.write_text("7")
    assert not watch.events, "it is not on"
    watch.on = True
    (inside / "a").write_text("7")
    (inside / "a").rename(inside / "b")
    assert not watch.events
    outside.read_text()
    (inside / "b").replace(outside)
    subprocess.run([sys.executable, "-c", ""], check=True)
    eval("7")
    watch.on = False
    for event in ("open", "os.rename", "subprocess.Popen", "exec"):
        assert any(f"it does {event} " in noted for noted in watch.events), watch.events
    watch = Watch(outside)
    watch.on = True
    outside.read_text()
    watch.on = False
    assert not watch.events
