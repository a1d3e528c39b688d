"""What a person's corrections do to their other digits, to other people's and to what is no digit.

    python benchmarks/hand.py [--part test|training] [--spread] [--data-dir DIR] [FILE.h5]

Simulates users: each writer of `pendigits-orig.tes`, or, to choose by, of `pendigits-orig.tra`, of
whose digits the network misreads at least `LEAST`. The first half of the misread ones in order of
writing, 10 at most, is corrected, one after the other; with `--spread` every other one, so that
styles that come late are among them. What is counted are all digits that were not corrected: the
writer's own, then those of all other writers, and what is no digit.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.corrections import Corrections
from app.ink import Ink
from app.recognizer import BUNDLED_MODEL, Digit, Recognizer
from benchmarks.tables import head, row
from training.command import command_line
from training.datasets import (
    PENDIGITS,
    PENDIGITS_TEST,
    PENDIGITS_TRAIN,
    Sample,
    load_pendigits,
    locate,
)
from training.parts import NO_DIGIT, held_back_parts

MOST, LEAST = 10, 4
"""Corrections of a user at most, and misread digits of a writer at least."""
FILES = {"test": PENDIGITS_TEST, "training": PENDIGITS_TRAIN}


class Result(NamedTuple):
    """What became of a user's corrections.

    Attributes:
        writer: who wrote.
        corrections: how many there were.
        before, after: errors among the writer's other digits.
        points: change of the accuracy over all other writers, in percentage points.
        accepted: change of the number of outliers that are accepted.
    """

    writer: int
    corrections: int
    before: int
    after: int
    points: float
    accepted: int


@command_line
def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what corrections of one user do.")
    parser.add_argument("model", nargs="?", type=Path, default=BUNDLED_MODEL, metavar="FILE.h5")
    parser.add_argument("--part", choices=FILES, default="test")
    parser.add_argument("--spread", action="store_true", help="correct every other misread digit")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.model)
    [path] = locate([FILES[arguments.part]], PENDIGITS, arguments.data_dir)
    samples = load_pendigits(path)
    others = [part for part in held_back_parts(arguments.data_dir) if NO_DIGIT in part.labels]
    outliers = [item for part in others for item in part.items if isinstance(item, Ink)]

    inks = [Ink.from_lines(sample.lines) for sample in samples]
    wrong = _wrong(recognizer, inks, samples)
    accepted = _accepted(recognizer, outliers)
    print(
        f"{wrong.sum()} of {len(samples):,} misread, "
        f"{accepted:,} of {len(outliers):,} outliers accepted.\n"
    )
    names = ["corrected", "errors before", "errors after", "other writers", "outliers accepted"]
    print(head("writer", *names))
    results, times = [], []
    writers = np.array([sample.writer for sample in samples])
    for writer in sorted(set(writers), key=lambda w: -wrong[writers == w].sum()):
        misread = np.flatnonzero(wrong & (writers == writer))
        if len(misread) < LEAST:
            continue
        corrected = misread[:: 2 if arguments.spread else 1][: min(MOST, len(misread) // 2)]
        times += correct(recognizer, [inks[i] for i in corrected], [samples[i] for i in corrected])
        after = _wrong(recognizer, inks, samples)
        own, foreign = writers == writer, writers != writer
        own[corrected] = False
        result = Result(
            int(writer),
            len(corrected),
            int(wrong[own].sum()),
            int(after[own].sum()),
            100 * float(wrong[foreign].mean() - after[foreign].mean()),
            _accepted(recognizer, outliers) - accepted,
        )
        print(as_row(str(result.writer), result), flush=True)
        results.append(result)
        recognizer.learn([])
    if results:
        _, corrections, before, after_all, points, more = zip(*results, strict=True)
        worst = Result(0, sum(corrections), sum(before), sum(after_all), min(points), max(more))
        print(as_row("all; worst", worst))
        halved = sum(r.after <= r.before / 2 for r in results)
        print(f"\n- errors at least halved for {halved} of {len(results)} users")
        median, slowest = np.median(times), max(times)
        print(
            f"- time per correction, kept and learnt: median of {len(times)} {median:.1f} ms, "
            f"{slowest:.1f} at most"
        )


def correct(recognizer: Recognizer, inks: Sequence[Ink], samples: Sequence[Sample]) -> list[float]:
    """Correct drawings one by one, as the window does; the milliseconds that each took."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        corrections = Corrections(Path(folder, "corrections.ndjson"))
        for ink, sample in zip(inks, samples, strict=True):
            start = time.perf_counter()
            corrections.add(ink, int(sample.label))
            recognizer.learn(corrections.all)
            times.append(1000 * (time.perf_counter() - start))
    return times


def as_row(name: str, result: Result) -> str:
    """A row of the table."""
    fallen = 1 - result.after / result.before if result.before else 0
    return row(
        name,
        str(result.corrections),
        str(result.before),
        f"{result.after} ({-fallen:+.0%})",
        f"{result.points:+.3f} points",
        f"{result.accepted:+}",
    )


def _digits(recognizer: Recognizer, inks: Sequence[Ink]) -> list[Digit]:
    return [recognizer.read_single(ink).digits[0] for ink in inks]


def _wrong(
    recognizer: Recognizer, inks: Sequence[Ink], samples: Sequence[Sample]
) -> NDArray[np.bool_]:
    """(n,): whether the best label of each drawing is another."""
    digits = _digits(recognizer, inks)
    return np.array([d.label != int(s.label) for d, s in zip(digits, samples, strict=True)])


def _accepted(recognizer: Recognizer, inks: Sequence[Ink]) -> int:
    return sum(digit.accepted for digit in _digits(recognizer, inks))


if __name__ == "__main__":
    sys.exit(main())
