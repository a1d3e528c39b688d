"""A monkey uses the window for a while; and it notices what is not as it should be.

It is the same monkey that finds nothing in the program and something in each that is damaged: so
its short run gets to everything it looks for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sys\nfrom tests.ui import monkey\n{}\nsys.exit(monkey.main())"
SEED, EVENTS, LIVES = "3", "600", "4"

FORGETS_THE_TITLE = "from app.ui.window import Window; Window._show_title = lambda *_: None"
FORGETS_OLD_STEPS = """
from app.ui.history import History
do = History.do
History.do = lambda self, document: (do(self, document), self._done.__delitem__(slice(0, -5)))
"""
LOSES_A_STEP = """
from app.ui.history import History
undo = History.undo
History.undo = lambda self: (undo(self), self.can_undo and self._done.pop())
"""
LOSES_REDO = "from app.ui.canvas import Canvas; Canvas.redo = Canvas.undo"
LOSES_A_STROKE = """
from app.ink import Ink
from app.ui import output
write = output.to_ink_file
output.to_ink_file = lambda ink, page: write(Ink(ink.strokes[:-1]), page)
"""
KEEPS_NO_DRAWING = "from app.recovery import Recovery; Recovery.keep = lambda *_: None"
RAISES = "from app.ui.canvas import Canvas; Canvas.redo = lambda self: self._nowhere"
RAISES_ON_A_THREAD = "from app.ui import learning; learning.Corrections = lambda: 1 // 0"
WRITES_ELSEWHERE = "from app import recent; recent.data_folder = lambda: monkey.Path('/nowhere')"
KEEPS_CLOSED_WINDOWS = """
from app.ui.window import Window
kept = []
close = Window.close
Window.close = lambda self: (close(self), kept.append(self))
"""


def let_loose(damage: str = "pass") -> subprocess.CompletedProcess[str]:
    """Have a monkey use a program that may be damaged."""
    arguments = ["--seed", SEED, "--events", EVENTS, "--lives", LIVES]
    return subprocess.run(
        [sys.executable, "-c", RUN.format(damage), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_monkey_breaks_nothing() -> None:
    done = let_loose()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("damage", "noticed"),
    [
        (FORGETS_THE_TITLE, "the title is wrong"),
        (FORGETS_OLD_STEPS, "undo of everything does not give the empty paper"),
        (LOSES_A_STEP, "undo does not take back one stroke"),
        (LOSES_REDO, "redo does not repeat one stroke"),
        (LOSES_A_STROKE, "saved and reopened, the drawing is another one"),
        (KEEPS_NO_DRAWING, "another drawing was kept"),
        (RAISES, "has no attribute '_nowhere'"),
        (RAISES_ON_A_THREAD, "ZeroDivisionError"),
        (WRITES_ELSEWHERE, "written outside of home"),
    ],
    ids=["title", "undo", "step", "redo", "saved", "kept", "error", "thread", "files"],
)
def test_a_monkey_notices_damage(damage: str, noticed: str) -> None:
    done = let_loose(damage)
    assert done.returncode == 1
    assert noticed in done.stderr
    assert "--seed 3 --events 600 --lives 4 --life" in done.stdout, "it tells how to repeat it"


def test_a_monkey_notices_that_memory_grows() -> None:
    done = let_loose(KEEPS_CLOSED_WINDOWS)
    assert done.returncode == 1
    assert "memory grew" in done.stdout, done.stdout
