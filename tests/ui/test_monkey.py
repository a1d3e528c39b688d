"""A monkey uses the window for a while; and it notices what is not as it should be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sys; from tests.ui import monkey; {}; sys.exit(monkey.main())"
LOSES_REDO = "from app.ui.canvas import Canvas; Canvas.redo = Canvas.undo"
WRITES_ELSEWHERE = "import app.recent as r; r.data_folder = lambda: monkey.Path('/nowhere')"
FORGETS_THE_TITLE = "from app.ui import window as w; w.Window._show_title = lambda *_: None"


def let_loose(seed: int, events: int, damage: str = "") -> subprocess.CompletedProcess[str]:
    """Have a monkey cause so many events in a program that may be damaged."""
    arguments = ["--seed", str(seed), "--events", str(events)]
    code = RUN.format(damage or "pass")
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_monkey_breaks_nothing() -> None:
    done = let_loose(seed=3, events=1000)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("damage", "noticed"),
    [
        (LOSES_REDO, "comes to an end"),
        (WRITES_ELSEWHERE, "written outside of home"),
        (FORGETS_THE_TITLE, "the title is wrong"),
    ],
    ids=["redo", "files", "title"],
)
def test_a_monkey_notices_damage(damage: str, noticed: str) -> None:
    done = let_loose(seed=1, events=1500, damage=damage)
    assert done.returncode == 1
    assert noticed in done.stderr
    assert "--seed 1 --life 0" in done.stdout, "it tells how to have the same again"
