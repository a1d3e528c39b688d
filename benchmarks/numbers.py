"""How many composed numbers are read exactly, by length and gap, and how quickly one that grows is.

    python benchmarks/numbers.py [--part test|held-back] [--data-dir DIR] [FILE.h5]

The numbers are composed by `training/compose.py` of digits of one writer of `pendigits-orig.tes`,
or, to choose by, of the writers held back from training. Beside each share is its upper bound:
the product of the accuracies of the same digits, each read alone as one digit; and the share where
every piece of ink that hangs together is taken for one digit, as is usual.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # The folder of this script comes first, where NumPy would take it for Python's own `numbers`.
    sys.path[0] = str(Path(__file__).parents[1])

import argparse
import time
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from app.ink import Ink
from app.recognizer import BUNDLED_MODEL, Recognizer
from benchmarks.tables import head, row
from benchmarks.usual import pieces
from training.command import command_line
from training.compose import GAPS, OVERLAPPING, Hand, Number, expression, joined, number
from training.parts import held_back_hands, measuring_hands
from training.scans import scan

LENGTHS = range(1, 11)
NUMBERS = 40
TARGETS = {"natural": 0.97, OVERLAPPING: 0.92, "delayed": 0.96}
GROWING = 12
"""Length of the numbers whose last strokes are timed."""
SEED = 2026


class Result(NamedTuple):
    """What became of a number.

    Attributes:
        length: its digits.
        exact: whether it was read exactly.
        usual: whether it is where each piece of ink is a digit.
        alone: how many of its digits are read when alone.
    """

    length: int
    exact: bool
    usual: bool
    alone: int


@command_line
def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how well composed numbers are read.")
    parser.add_argument("model", nargs="?", type=Path, default=BUNDLED_MODEL, metavar="FILE.h5")
    parser.add_argument("--part", choices=["test", "held-back"], default="test")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument(
        "--count", type=int, default=NUMBERS, help=f"of each length and gap (default {NUMBERS})"
    )
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.model)
    directory = arguments.data_dir
    writers = measuring_hands(directory) if arguments.part == "test" else held_back_hands(directory)
    rng = np.random.default_rng(SEED)

    count = arguments.count
    print(head("digits", *map(str, LENGTHS), "all"))
    for kind in [*GAPS, OVERLAPPING, "delayed"]:
        gap = "natural" if kind == "delayed" else kind
        numbers = [
            number(length, hand, gap, kind == "delayed", rng)
            for length in LENGTHS
            for hand in _some(writers, count)
        ]
        print(*report(kind, [measure(n, recognizer) for n in numbers]), sep="\n", flush=True)
    print()
    expressions = [expression(hand, rng) for hand in _some(writers, 10 * count)]
    right = [_digits(recognizer.read(n.ink).text) == n.digits for n in expressions]
    print(f"- with punctuation, its digits: {np.mean(right):.2%} of {len(right)}")
    pairs = [joined(number(2, hand, "natural", False, rng)) for hand in _some(writers, 10 * count)]
    right = [recognizer.read(n.ink).text == n.text for n in pairs]
    print(f"- two digits without lifting the pen: {np.mean(right):.2%} of {len(right)}")
    report_pictures(recognizer, writers, 5 * count, rng)
    report_single(recognizer, writers)
    report_times(recognizer, writers, 5 * count, rng)


def measure(number: Number, recognizer: Recognizer) -> Result:
    alone = 0
    for index, character in enumerate(number.text):
        ink = Ink.from_lines(number.lines_of(index))
        alone += recognizer.read_single(ink).text == character
    usual = "".join(recognizer.read_single(piece).text for piece in pieces(number.ink))
    exact = recognizer.read(number.ink).text == number.text
    return Result(len(number.text), exact, usual == number.text, alone)


def report(kind: str, results: Sequence[Result]) -> list[str]:
    """Rows of the table: the share of exact numbers of each length and of all, and its company."""
    one = sum(r.alone for r in results) / sum(r.length for r in results)
    of_length = [[r for r in results if r.length == length] for length in LENGTHS]
    target = f", {TARGETS[kind]:.0%} wanted" if kind in TARGETS else ""
    rows: dict[str, list[float]] = {
        f"Digit Pad, {kind}{target}": [fmean(r.exact for r in some) for some in of_length],
        f"each piece of ink a digit, {kind}": [fmean(r.usual for r in some) for some in of_length],
        f"upper bound, {kind}": [one**length for length in LENGTHS],
    }
    return [
        row(name, *(f"{share:.1%}" for share in [*shares, fmean(shares)]))
        for name, shares in rows.items()
    ]


def report_single(recognizer: Recognizer, writers: Sequence[Hand]) -> None:
    """All digits of the writers, each as a drawing of its own, read as whatever and as one."""
    samples = [sample for hand in writers for sample in hand.samples]
    inks = [Ink.from_lines(sample.lines) for sample in samples]
    for name, read in (("automatic", recognizer.read), ("--single", recognizer.read_single)):
        right = [read(ink).text == s.label for ink, s in zip(inks, samples, strict=True)]
        print(f"- single digits, {name}: {np.mean(right):.2%} of {len(right):,}")


def report_pictures(
    recognizer: Recognizer, writers: Sequence[Hand], count: int, rng: np.random.Generator
) -> None:
    """Numbers of all lengths as pictures, drawn with round pens, and with punctuation."""
    for kind in ("wide", "natural", "touching", "with punctuation"):
        right = []
        for index, hand in enumerate(_some(writers, count)):
            if kind == "with punctuation":
                written = expression(hand, rng)
            else:
                written = number(LENGTHS[index % len(LENGTHS)], hand, kind, False, rng)
            text = recognizer.read_picture(scan(written, rng).ink).text
            right.append(_digits(text) == written.digits)
        print(f"- as pictures, {kind}, its digits: {np.mean(right):.2%} of {count}", flush=True)


def report_times(
    recognizer: Recognizer, writers: Sequence[Hand], count: int, rng: np.random.Generator
) -> None:
    """How long it takes to read numbers again after each of their last three strokes."""
    times = []
    for hand in _some(writers, count):
        strokes = number(GROWING, hand, "natural", False, rng).ink.strokes
        recognizer.read(Ink(strokes[:-3]))
        for missing in (2, 1, 0):
            start = time.perf_counter()
            recognizer.read(Ink(strokes[: len(strokes) - missing]))
            times.append(1000 * (time.perf_counter() - start))
    median, slow = np.quantile(times, [0.5, 0.95])
    print(
        f"- one more stroke, {GROWING} digits: median of {len(times)} {median:.1f} ms, "
        f"95th percentile {slow:.1f} ms"
    )


def _some(writers: Sequence[Hand], count: int) -> list[Hand]:
    """So many hands, each writer's as often as the others'."""
    return [writers[index % len(writers)] for index in range(count)]


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


if __name__ == "__main__":
    sys.exit(main())
