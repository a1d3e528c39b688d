"""How quick the window is while one draws, how quiet while nothing happens, and what it takes.

    xvfb-run -s "-screen 0 1280x800x24" python benchmarks/window.py [--hours N]

Draws digits of `pendigits-orig.tes` with the mouse, point by point, numbers of up to 12 digits, as
fast as the window takes them, and times every frame: the event, reading, drawing. Before that an
hour of it, at two seconds a digit, in the program as a user starts it, to see what its memory does,
while it is drawn in and after a short rest, and what it takes while nothing happens. Beside it
stands what most drawing programs with pygame do: a loop that draws everything sixty times a second,
and asks `model.predict`.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse
import time
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

import app.ui  # noqa: F401  # settles the environment before pygame looks at it

# isort: split
import numpy as np
import pygame
from numpy.typing import NDArray

from app.ink import bounding_box
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.settings import Settings
from app.ui.display import open_display
from app.ui.layout import lay_out
from app.ui.window import Window
from benchmarks.session import Stroke, session
from benchmarks.tables import head, row
from training.command import command_line
from training.datasets import PENDIGITS, PENDIGITS_TEST, load_pendigits, locate

Lines = list[NDArray[np.float64]]
"""The strokes of a digit, (n, 2) each."""

SIZE = (1280, 800)
DIGIT = 60
"""Height of a digit in pixels, so that a line takes twelve."""
PER_LINE = 12
SECONDS_PER_DIGIT = 2
IDLE, REST = 10, 1.5
"""Seconds; after less than a second of rest the program tidies up."""


@command_line
def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the window.")
    parser.add_argument("--hours", type=float, default=1.0, help="of drawing (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    digits = some_digits(arguments.data_dir)
    held, busy = hours_of_use(digits, arguments.hours)

    pygame.display.init()
    screen = open_display(SIZE, 1.0)
    kept = TemporaryDirectory()
    window = Window(Recognizer.load(), Settings(window=SIZE), screen, folder=Path(kept.name))
    frames = [time for line in range(25) for time in write_line(window, digits, line)]
    drawn = draws_while_idle(window)
    print(head("", "frame, median", "95th percentile", "at most", "idle"))
    print(as_row("Digit Pad", frames, busy))
    usual_busy, usual_frames = usual_loop(screen)
    print(as_row("60 frames a second, `model.predict`", usual_frames, usual_busy))
    minutes = [f"{sixth * 10 * arguments.hours:g} min" for sixth in range(7)]
    print(f"\n{head('memory', *minutes)}")
    for when, values in held.items():
        print(row(when, *(f"{value:.1f} MB" for value in values)))
    print(
        f"\n- {len(frames):,} and {len(usual_frames)} frames of drawing; "
        f"{pygame.display.get_driver()}, {screen.get_width()}x{screen.get_height()}"
    )
    print(f"- drawn {drawn} times in {IDLE} s of nothing happening")


def some_digits(data_dir: Path | None) -> list[Lines]:
    """Some digits of all writers of the test part."""
    [path] = locate([PENDIGITS_TEST], PENDIGITS, data_dir)
    return [list(sample.lines) for sample in load_pendigits(path)[::12]]


def as_row(name: str, frames: Sequence[float], busy: float) -> str:
    """A row of the table: the seconds of each frame, the share of a core while nothing happens."""
    if not frames:
        return row(name, "-", "-", "-", f"{busy:.2%} of a core")
    milliseconds = 1000 * np.quantile(frames, [0.5, 0.95, 1])
    return row(name, *(f"{value:.1f} ms" for value in milliseconds), f"{busy:.2%} of a core")


def write_line(window: Window, digits: list[Lines], line: int) -> Iterator[float]:
    """Clear the paper, write twelve digits and leave them; the seconds that each frame took."""
    window.canvas.clear()
    for stroke in strokes(digits, line, window.layout.paper):
        kinds = [pygame.MOUSEBUTTONDOWN, *[pygame.MOUSEMOTION] * len(stroke[1:])]
        for kind, position in zip(kinds, stroke, strict=True):
            yield frame(window, kind, position)
        yield frame(window, pygame.MOUSEBUTTONUP, stroke[-1])


def strokes(digits: list[Lines], line: int, paper: pygame.Rect) -> Iterator[Stroke]:
    """Of the twelve digits of a line, side by side on the paper."""
    for place in range(PER_LINE):
        lines = digits[(PER_LINE * line + place) % len(digits)]
        box = bounding_box(lines)
        left = paper.left + 20 + place * (paper.width - 40) / PER_LINE
        scale = DIGIT / max(box.height, box.width, 1)
        for points in lines:
            placed = (points - [box.x, box.y]) * scale + [left, paper.centery]
            yield [(round(x), round(y)) for x, y in placed]


def frame(window: Window, kind: int, position: tuple[int, int]) -> float:
    """Have the window take an event of the mouse; seconds until it is on the screen."""
    pygame.event.pump()
    buttons = {"buttons": (1, 0, 0)} if kind == pygame.MOUSEMOTION else {"button": 1}
    event = pygame.Event(kind, pos=position, touch=False, rel=(0, 0), **buttons)
    start = time.perf_counter()
    window.handle(event)
    window.update()
    window.draw()
    return time.perf_counter() - start


def hours_of_use(digits: list[Lines], hours: float) -> tuple[dict[str, list[float]], float]:
    """What the program takes as a user starts it.

    Megabytes that it holds at the start and after each sixth of the time, while it is drawn in and
    after a rest; and the share of a core that it takes then, while nothing happens.
    """
    lines = round(hours * 3600 / SECONDS_PER_DIGIT / PER_LINE)
    paper = lay_out(SIZE).paper
    with session(SIZE) as program:
        drawing, rested = [program.memory()], [program.memory()]
        for sixth in range(6):
            for line in range(sixth * lines // 6, (sixth + 1) * lines // 6):
                program.write(strokes(digits, line, paper))
            drawing.append(program.memory())
            time.sleep(REST)
            rested.append(program.memory())
        start = program.processor()
        time.sleep(IDLE)
        busy = (program.processor() - start) / IDLE
    return {"while drawing": drawing, "after a rest": rested}, busy


def draws_while_idle(window: Window) -> int:
    """How often a window draws while nothing happens, once all has faded in."""
    drawn = 0
    draw = window.draw
    idle_from = time.perf_counter() + REST

    def counted() -> bool:
        nonlocal drawn
        drew = draw()
        drawn += drew and time.perf_counter() > idle_from
        return drew

    window.draw = counted  # type: ignore[method-assign]
    pygame.event.clear()
    window.running = True
    pygame.time.set_timer(pygame.QUIT, round(1000 * (REST + IDLE)), loops=1)
    window.loop()
    return drawn


def usual_loop(screen: pygame.Surface) -> tuple[float, list[float]]:
    """What a loop that draws sixty times a second takes of a core while nothing happens, and the
    seconds of its frames with model.predict; none without Keras.
    """
    clock, paper = pygame.time.Clock(), pygame.Surface(screen.get_size())
    start, end = time.process_time(), time.perf_counter() + IDLE
    while time.perf_counter() < end:
        pygame.event.get()
        screen.blit(paper, (0, 0))
        pygame.display.flip()
        clock.tick(60)
    busy = (time.process_time() - start) / IDLE
    try:
        import keras
    except ImportError:
        return busy, []
    model = keras.models.load_model(BUNDLED_MODEL, compile=False)
    times = []
    for _ in range(50):
        start = time.perf_counter()
        pygame.draw.circle(paper, "white", (600, 400), 9)
        screen.blit(paper, (0, 0))
        pixels = pygame.surfarray.array_red(pygame.transform.smoothscale(paper, (28, 28))).T / 255
        model.predict(pixels[None, ..., None], verbose=0)
        pygame.display.flip()
        times.append(time.perf_counter() - start)
    return busy, times[1:]  # the first one compiles


if __name__ == "__main__":
    sys.exit(main())
