"""A monkey that uses the window, and after everything it did looks whether all is as it should be.

    python -m tests.ui.monkey --events 50000 --seed 1

It sits where SDL is: the loop of the window asks it for events. Its lives are independent of each
other, each with a home and windows of its own, and so are its acts, each with dice of its own. So
a life that ends badly is made as short as possible by leaving out what is not to blame. Every life
ends with the acts that tell most, so that none is too short for them.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["SDL_VIDEODRIVER"] = "dummy"

import pygame

from app.ui.memory import give_back, prepare
from tests.ui.monkey_acts import ACTS, LAST
from tests.ui.monkey_life import Monkey
from tests.ui.monkey_world import Guard, World

LIFE = 2500
"""Events of a life, where it is not said how many lives share them."""
GROWTH = 10
"""Megabytes by which the second half of all lives may use more than the first."""


@dataclass
class Life:
    """What became of a life."""

    acts: list[int]
    events: int
    slowest: float
    trace: list[str]
    error: Exception | None

    def ended_as(self, other: Life) -> bool:
        """Whether both ended by the same error, but for numbers."""
        ends = [
            re.sub(r"[\d'?]+", "", f"{type(life.error)} {life.error}") for life in (self, other)
        ]
        return ends[0] == ends[1]


def live(name: str, guard: Guard, events: int, acts: Sequence[int] | None = None) -> Life:
    """A life of so many events, or of these acts only, and of the last ones."""
    with TemporaryDirectory() as root:
        world = World(Path(root).resolve())
        chosen = acts if acts is not None else takewhile(lambda _: monkey.events < events, count())
        monkey = Monkey(name, world, guard, ACTS, chosen, LAST)
        guard.trespasses.clear()
        guard.folder = world.home
        error = None
        try:
            monkey.live()
        except Exception as found:
            error = found
            with suppress(Exception):
                monkey.window.close()
        finally:
            guard.folder = None
    return Life(monkey.did, monkey.events, monkey.slowest, list(monkey.trace), error)


def shortened(name: str, guard: Guard, bad: Life) -> Life:
    """The life with as few acts as end it the same way."""
    size = len(bad.acts) // 2
    while size:
        start = 0
        while start < len(bad.acts):
            fewer = bad.acts[:start] + bad.acts[start + size :]
            shorter = live(name, guard, 0, fewer)
            if shorter.error and shorter.ended_as(bad):
                bad = shorter
            else:
                start += size
        size //= 2
    return bad


def megabytes() -> float:
    """Memory in use now, as in a window that is at rest; 0 where that is not known."""
    give_back()
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 1e6 if statm.exists() else 0


def main() -> int:
    """Exit status 1 where something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lives", type=int, help=f"that share them; by default of {LIFE} each")
    parser.add_argument("--life", type=int, help="live only this one")
    parser.add_argument("--acts", type=int, nargs="*", help="and do only these acts of it")
    parser.add_argument("--shorten", action="store_true", help="make a life that ends badly short")
    options = parser.parse_args()
    prepare()
    lives = options.lives or max(options.events // LIFE, 1)
    pygame.display.init()
    pygame.font.init()
    guard = Guard()
    began, events, memory, slowest = time.perf_counter(), 0, [], 0.0
    for number in range(lives) if options.life is None else [options.life]:
        name = f"{options.seed}/{number}"
        life = live(name, guard, options.events // lives, options.acts)
        events += life.events
        slowest = max(slowest, life.slowest)
        memory.append(megabytes())
        seconds = time.perf_counter() - began
        print(f"life {number}: {events} events, {seconds:.0f} s, {memory[-1]:.0f} MB", flush=True)
        if life.error:
            again = f"--seed {options.seed} --events {options.events} --lives {lives}"
            again += f" --life {number}"
            if options.shorten:
                life = shortened(name, guard, life)
                again += f" --acts {' '.join(map(str, life.acts))}"
            traceback.print_exception(life.error)
            print(f"{again}\n", *life.trace, sep="\n")
            return 1
    print(f"{events} events, slowest answer {slowest:.2f} s, memory {max(memory):.0f} MB")
    first, second = memory[: len(memory) // 2], memory[len(memory) // 2 :]
    if first and max(second) > max(first) + GROWTH:
        print(f"memory grew from {max(first):.0f} to {max(second):.0f} MB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
