"""A display without a screen (Xvfb) and a program with a window on it, driven by xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar

from PIL import Image

MISSING = [tool for tool in ("Xvfb", "xdotool", "import") if not shutil.which(tool)]
"""What would have to be installed first; `import` is part of ImageMagick."""

T = TypeVar("T")

STEP = 12
"""Pixels between two positions of a moving mouse."""


def wait_for(get: Callable[[], T], seconds: float = 10, what: str = "") -> T:
    """The first true result of a function that is called until it gives one."""
    end = time.monotonic() + seconds
    while not (result := get()):
        if time.monotonic() > end:
            raise TimeoutError(what or "waited in vain")
        time.sleep(0.02)
    return result


class Xvfb:
    """An X server of its own, with no window manager. Use it in a `with` statement."""

    def __init__(self, size: tuple[int, int] = (2048, 1536)) -> None:
        self._screen = f"{size[0]}x{size[1]}x24"

    def __enter__(self) -> Self:
        read, write = os.pipe()
        # By default the server starts afresh when its only client leaves, which xdotool may be.
        command = ["Xvfb", "-noreset", "-displayfd", str(write), "-screen", "0", self._screen]
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = f":{pipe.readline().strip()}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.terminate()
        self._server.wait()


class Program:
    """A program under test: its window, found by its process, and what a user does in it.

    Positions are pixels of the window. Use it in a `with` statement; it then ends with it.
    """

    def __init__(
        self,
        command: Sequence[str],
        display: Xvfb,
        home: Path,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        inherited: Mapping[str, str] = os.environ,
        owner: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Start the program and wait for its window.

        Args:
            command: the program and its arguments.
            display: where its window opens.
            home: a folder for its settings.
            env: further environment variables.
            cwd: the folder to start it in.
            inherited: the environment variables that it has anyway.
            owner: whose process it is, in the words of `subprocess.Popen`.
        """
        self._env = {
            **inherited,
            "DISPLAY": display.name,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            **(env or {}),
        }
        self._env.pop("SDL_VIDEODRIVER", None)
        self.process = subprocess.Popen(
            command, env=self._env, cwd=cwd, stderr=subprocess.PIPE, text=True, **owner
        )
        try:
            self.window = wait_for(self._find_window, 20, "the program opened no window")
        except TimeoutError:
            self.process.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def _xdotool(self, *arguments: object) -> str:
        done = subprocess.run(
            ["xdotool", *map(str, arguments)], env=self._env, capture_output=True, text=True
        )
        return done.stdout.strip()

    def _find_window(self) -> str:
        if self.process.poll() is not None:
            raise RuntimeError(f"the program ended: {self.process.communicate()[1]}")
        # By its name xdotool finds no window where the locale is C.UTF-8.
        found = self._xdotool("search", "--onlyvisible", "--pid", self.process.pid)
        return found.splitlines()[-1] if found else ""

    @property
    def title(self) -> str:
        return self._xdotool("getwindowname", self.window)

    def wait_for_title(self, title: str) -> None:
        wait_for(lambda: self.title == title, 5, f"the title is {self.title!r}, not {title!r}")

    def resize(self, width: int, height: int) -> None:
        self._xdotool("windowsize", "--sync", self.window, width, height)

    def move(self, x: float, y: float) -> None:
        self._xdotool(*self._to(x, y))

    def press(self, x: float, y: float) -> None:
        self.move(x, y)
        self._xdotool("mousedown", 1)

    def release(self) -> None:
        self._xdotool("mouseup", 1)

    def click(self, x: float, y: float) -> None:
        self.move(x, y)
        self._xdotool("click", 1)

    def draw(self, line: Iterable[tuple[float, float]], button: int = 1) -> None:
        """Press a button, move in small steps along the points of a line, release it."""
        (x, y), *rest = line
        commands: list[object] = [*self._to(x, y), "mousedown", button]
        for next_x, next_y in rest:
            steps = max(1, round(max(abs(next_x - x), abs(next_y - y)) / STEP))
            for i in range(1, steps + 1):
                commands += self._to(x + (next_x - x) * i / steps, y + (next_y - y) * i / steps)
            x, y = next_x, next_y
        self._xdotool(*commands, "mouseup", button)

    def drag(self, *points: tuple[float, float]) -> None:
        """As draw(), but as slowly as a hand."""
        self.press(*points[0])
        for x, y in points[1:]:
            time.sleep(0.1)
            self.move(x, y)
        time.sleep(0.1)
        self.release()

    def _to(self, x: float, y: float) -> list[object]:
        return ["mousemove", "--window", self.window, "--", round(x), round(y)]

    def key(self, *keys: str) -> None:
        """Press keys in the manner of xdotool, as in `ctrl+z`."""
        self._xdotool("windowfocus", "--sync", self.window)
        self._xdotool("key", *keys)

    def screenshot(self) -> Image.Image:
        """What the window shows, once it shows the same twice."""
        shot = self._shoot()
        while (again := self._shoot()) != shot:
            shot = again
        return Image.open(BytesIO(shot)).convert("RGB")

    def _shoot(self) -> bytes:
        time.sleep(0.05)
        command = ["import", "-silent", "-window", self.window, "-depth", "8", "ppm:-"]
        return subprocess.run(command, env=self._env, capture_output=True, check=True).stdout

    def cpu_seconds(self) -> float:
        """Processor time that the program has used so far (Linux)."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def end(self) -> tuple[int, str]:
        """Ask the program to end, as closing its window does; exit status and stderr."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors
