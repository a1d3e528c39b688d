"""How quick the window is while one draws, how quiet while nothing happens, and what it takes.

    xvfb-run -s "-screen 0 1280x800x24" python benchmarks/window.py [--hours N]

Draws digits of `pendigits-orig.tes` with the mouse, point by point, numbers of up to 12 digits, as
fast as the window takes them, and times every frame: the event, reading, drawing. Then an hour of
it, at two seconds a digit, to see what the memory does. Beside it stands what most drawing programs
with pygame do: a loop that draws everything sixty times a second, and asks `model.predict`.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.path.pop(0)  # else NumPy would take `numbers.py` beside this for Python's own

import argparse
import gc
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pygame

from app.ink import bounding_box
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.settings import Settings
from app.ui.display import open_display
from app.ui.window import Window
from training.datasets import PENDIGITS, PENDIGITS_TEST, Sample, load_pendigits, locate

SIZE = (1280, 800)
DIGIT = 60
"""Height of a digit in pixels, so that a line takes twelve."""
PER_LINE = 12
SECONDS_PER_DIGIT = 2
IDLE = 10
"""Seconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the window.")
    parser.add_argument("--hours", type=float, default=1.0, help="of drawing (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    [path] = locate([PENDIGITS_TEST], PENDIGITS, arguments.data_dir)
    samples = load_pendigits(path)[::12]

    pygame.display.init()
    screen = open_display(SIZE, 1.0)
    kept = TemporaryDirectory()
    window = Window(Recognizer.load(), Settings(window=SIZE), screen, folder=Path(kept.name))
    print(f"{pygame.display.get_driver()}, {screen.get_width()}x{screen.get_height()}\n")

    frames = [time for line in range(25) for time in write_line(window, samples, line)]
    milliseconds = 1000 * np.array(frames)
    print(
        f"{len(frames):,} frames while drawing: {np.median(milliseconds):.1f} ms in the median, "
        f"{np.quantile(milliseconds, 0.95):.1f} ms at the 95th percentile, "
        f"{milliseconds.max():.0f} ms at most"
    )
    show_memory(window, samples, arguments.hours)
    busy, drawn = idle(window)
    print(f"idle: {busy:.2%} of a core, drawn {drawn} times in {IDLE} s")
    show_usual_loop(screen)


def write_line(window: Window, samples: list[Sample], line: int) -> Iterator[float]:
    """Clear the paper, write twelve digits and leave them; the seconds that each frame took."""
    window.canvas.clear()
    for place in range(PER_LINE):
        sample = samples[(PER_LINE * line + place) % len(samples)]
        box = bounding_box(sample.lines)
        paper = window.layout.paper
        left = paper.left + 20 + place * (paper.width - 40) / PER_LINE
        scale = DIGIT / max(box.height, box.width, 1)
        for stroke in sample.lines:
            points = (stroke - [box.x, box.y]) * scale + [left, paper.centery]
            kinds = [pygame.MOUSEBUTTONDOWN, *[pygame.MOUSEMOTION] * len(points[1:])]
            for kind, (x, y) in zip(kinds, points, strict=True):
                yield frame(window, kind, (round(x), round(y)))
            yield frame(window, pygame.MOUSEBUTTONUP, (round(x), round(y)))


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


def show_memory(window: Window, samples: list[Sample], hours: float) -> None:
    """Print what the process holds before and after each sixth of the time."""
    lines = round(hours * 3600 / SECONDS_PER_DIGIT / PER_LINE)
    held = [memory()]
    for sixth in range(6):
        for line in range(sixth * lines // 6, (sixth + 1) * lines // 6):
            for _ in write_line(window, samples, line):
                pass
        gc.collect()
        held.append(memory())
    print(f"memory over {hours:g} h of drawing: {', '.join(f'{value:.0f}' for value in held)} MB")


def memory() -> float:
    """Megabytes that this process holds; NaN where the system does not tell as Linux does."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * 4096 / 1e6


def idle(window: Window) -> tuple[float, int]:
    """The share of a core that the window takes while nothing happens, and how often it draws."""
    drawn = 0
    draw = window.draw

    def counted() -> bool:
        nonlocal drawn
        drew = draw()
        drawn += drew
        return drew

    window.draw = counted  # type: ignore[method-assign]
    pygame.event.clear()
    pygame.time.set_timer(pygame.QUIT, 1000 * IDLE, loops=1)
    start = time.process_time()
    window.loop()
    return (time.process_time() - start) / IDLE, drawn


def show_usual_loop(screen: pygame.Surface) -> None:
    """Print what a loop that draws sixty times a second takes, and one with model.predict."""
    clock, paper = pygame.time.Clock(), pygame.Surface(screen.get_size())
    start, end = time.process_time(), time.perf_counter() + IDLE
    while time.perf_counter() < end:
        pygame.event.get()
        screen.blit(paper, (0, 0))
        pygame.display.flip()
        clock.tick(60)
    busy = (time.process_time() - start) / IDLE
    print(f"a loop of 60 frames a second, idle: {busy:.2%} of a core")
    try:
        import keras
    except ImportError:
        return
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
    print(f"a frame of it with model.predict: {1000 * np.median(times):.1f} ms in the median")


if __name__ == "__main__":
    main()
