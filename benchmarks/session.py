"""The program as it is started, written in with the mouse, and the memory that it takes.

Needs Linux, a display (Xvfb) and xdotool.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PATIENCE = 60
"""Seconds for the program to open its window."""
STEP = 0.0005
"""Seconds from one position of the mouse to the next."""

Stroke = Sequence[tuple[int, int]]
"""Positions of the mouse in pixels of the window."""


class Session:
    """A window of the program that alone is on the display."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        end = time.monotonic() + PATIENCE
        while not (found := self._xdotool("search", "--onlyvisible", "--pid", str(process.pid))):
            if process.poll() is not None or time.monotonic() > end:
                sys.exit("the program opened no window")
            time.sleep(0.1)
        self._xdotool("windowfocus", "--sync", found.split()[-1])
        held = 0.0
        while held != (held := self.memory()):  # until the network is loaded
            time.sleep(1)

    def _xdotool(self, *arguments: str, script: str = "") -> str:
        command = ["xdotool", *arguments]
        done = subprocess.run(command, input=script, capture_output=True, text=True)
        return done.stdout

    def write(self, strokes: Iterable[Stroke]) -> None:
        """Clear the paper and draw strokes."""
        script = ["key Delete"]
        for stroke in strokes:
            for number, (x, y) in enumerate(stroke):
                script += [f"mousemove {x} {y}", *["mousedown 1"] * (number == 0), f"sleep {STEP}"]
            script.append("mouseup 1")
        self._xdotool("-", script="\n".join(script))

    def memory(self) -> float:
        """Megabytes that the program holds now."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def processor(self) -> float:
        """Seconds that it has taken of a processor until now."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        user, system = fields[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def session(size: tuple[int, int]) -> Iterator[Session]:
    """Start `python -m app` with a window of a size, for somebody who never used it before."""
    with TemporaryDirectory() as home:
        settings = Path(home, "digit-pad", "settings.json")
        settings.parent.mkdir()
        settings.write_text(json.dumps({"window": size}))
        environment = os.environ | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        process = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment)
        try:
            yield Session(process)
        finally:
            process.terminate()
            process.wait()
