"""How many digits the program finds and reads right in pictures of pages.

    python benchmarks/pictures.py [--data-dir DIR] [--part held-back|test] [--pages N] [--seed N]
                                  [--save DIR] [FILE.h5]

Writes MNIST's and pendigits' digits as numbers in lines on pages, disturbs the pages as cameras,
paper and files do, saves them, and has the recognizer read the files. A digit is found where a box
of the reading covers its ink (intersection over union of 0.4 or more). `--part held-back` takes
digits of the training parts that are held back from training, to tune by; `test` measures. The same
network reads the same pages in the usual way too: each piece of what is darker than one threshold,
that of Otsu, is a digit.
`--save` keeps the pages and their ground truth.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from app.ink import Box, Ink
from app.photo import load_ink
from app.preprocess import Picture, ink_box
from app.recognizer import BUNDLED_MODEL, Digit, Recognizer
from benchmarks.tables import head, row
from benchmarks.usual import pieces_of_page
from training.command import command_line
from training.parts import NO_DIGIT, held_back_parts, test_parts
from training.scans import draw

WIDTH, HEIGHT = 1600, 1200
FOUND = 0.4
"""Intersection over union of a box that was found and the true one."""


class Written(NamedTuple):
    """A digit on a page.

    Attributes:
        label: which it is.
        number: which number of the page it belongs to.
        places: of its ink, (n, 2), x and y in pixels.
    """

    label: int
    number: int
    places: NDArray[np.float64]


@dataclass
class Page:
    """A page of numbers.

    Attributes:
        ink, rules: (height, width) float32, 0 = paper to 1 = fully covered.
        size: the height of the digits in pixels.
        digits: what is written, in reading order.
    """

    ink: Picture
    rules: Picture
    size: float
    digits: list[Written]


Pixels = NDArray[np.float32]
"""Grey levels, (height, width), 0 = black to 255 = white."""


def write_page(
    items: Sequence[Ink | Picture], labels: Sequence[int], rng: np.random.Generator, gap: float
) -> Page:
    """Numbers of one to five digits in lines, by one pen, digits of about one size.

    `gap` is the smallest between two digits of a number, as a part of their size.
    """
    size = rng.uniform(45, 100)
    pen = size * rng.uniform(0.05, 0.14)
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    digits: list[Written] = []
    number = 0
    for line in np.arange(1.2 * size, HEIGHT - 1.2 * size, 1.7 * size):
        x = size * rng.uniform(0.8, 2)
        number += 1
        left_in_number = rng.integers(1, 6)
        while x < WIDTH - 2 * size and len(digits) < 40:
            index = int(rng.integers(len(items)))
            stamp = _stamp(items[index], size * rng.uniform(0.9, 1.1), pen)
            height, width = stamp.shape
            top = int(line - height / 2 + size * rng.normal(0, 0.05))
            left = int(x)
            area = ink[top : top + height, left : left + width]
            np.maximum(area, stamp, out=area)
            places = np.argwhere(stamp > 0.5)[:, ::-1] + [left + 0.5, top + 0.5]
            digits.append(Written(int(labels[index]), number, places))
            x += width + size * (gap + rng.uniform(0, 0.2))
            left_in_number -= 1
            if left_in_number == 0:
                x += size * rng.uniform(0.8, 1.5)
                number += 1
                left_in_number = rng.integers(1, 6)
    return Page(ink, np.zeros_like(ink), size, digits)


def _stamp(item: Ink | Picture, size: float, pen: float) -> Picture:
    """The ink of one digit, `size` pixels long on its longer side, cropped to it."""
    if isinstance(item, Ink):
        lines = item.lines()
        points = np.concatenate(lines)
        low = points.min(axis=0)
        scale = size / max(float(np.ptp(points, axis=0).max()), 1.0)
        length = np.ptp(points, axis=0) * scale + 2 * pen
        paper = np.ceil(length).astype(int) + 1
        stamp = draw([(line - low) * scale + pen for line in lines], pen, paper.tolist())
    else:
        tile = Image.fromarray((item * 255).astype(np.uint8))
        side = round(28 * size / 20)
        image = tile.resize((side, side), Image.Resampling.BICUBIC)
        stamp = np.asarray(image, dtype=np.float32) / np.float32(255)
    rows, columns = ink_box(stamp * (stamp > 0.05))
    return stamp[rows, columns]


def rule(page: Page, rng: np.random.Generator, squared: bool) -> None:
    """Draw the lines of ruled or squared paper, of a few pixels' width."""
    step = page.size * (rng.uniform(0.5, 0.8) if squared else 1.7)
    width, strength = int(rng.integers(1, 4)), rng.uniform(0.15, 0.5)
    for y in np.arange(page.size * 1.2 + page.size * 0.55, HEIGHT, step):
        page.rules[int(y) : int(y) + width] = strength
    for y in np.arange(page.size * 1.75 - step, 0, -step):
        page.rules[int(y) : int(y) + width] = strength
    if squared:
        for x in np.arange(rng.uniform(0, step), WIDTH, step):
            page.rules[:, int(x) : int(x) + width] = strength


def turn(page: Page, degrees: float) -> Page:
    """The page turned about its centre; where its corners were is paper."""

    def turned(layer: Picture) -> Picture:
        image = Image.fromarray(layer)
        return np.asarray(image.rotate(degrees, Image.Resampling.BICUBIC)).clip(0, 1)

    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array([WIDTH, HEIGHT]) / 2
    digits = [
        Written(d.label, d.number, (d.places - centre) @ matrix + centre) for d in page.digits
    ]
    inside = [d for d in digits if (d.places > 0).all() and (d.places < 2 * centre).all()]
    cut = turned(page.ink)
    for digit in digits:
        if not any(digit is kept for kept in inside):
            low, high = digit.places.min(axis=0) - 3, digit.places.max(axis=0) + 3
            (x, y), (right, bottom) = low.clip(0).astype(int), high.clip(0).astype(int)
            cut[y:bottom, x:right] = 0
    return Page(cut, turned(page.rules), page.size, inside)


def lit(rng: np.random.Generator) -> Pixels:
    """Light from one side: half as much on the other."""
    angle = rng.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    slope = (x * np.cos(angle) + y * np.sin(angle)) / 1.42
    light: Pixels = (0.75 + 0.25 * slope).astype(np.float32)
    return light


def shaded(rng: np.random.Generator) -> Pixels:
    """The shadow of a hand or a phone: a polygon with soft edges."""
    shadow = Image.new("L", (WIDTH, HEIGHT), 255)
    x, y = rng.uniform([0.1, 0.1], [0.7, 0.5]) * [WIDTH, HEIGHT]
    corners = [
        (x, y),
        (x + rng.uniform(300, 900), y + rng.uniform(-200, 200)),
        (rng.uniform(0.4, 1) * WIDTH, HEIGHT),
        (rng.uniform(0, 0.4) * WIDTH, HEIGHT),
    ]
    ImageDraw.Draw(shadow).polygon(corners, fill=int(rng.integers(120, 180)))
    soft = shadow.filter(ImageFilter.GaussianBlur(rng.uniform(4, 25)))
    return np.asarray(soft, dtype=np.float32) / np.float32(255)


def photograph(page: Page, kind: str, rng: np.random.Generator) -> tuple[Page, Image.Image]:
    """The picture of a page with one kind of disturbance, or with all of them."""
    every = kind == "everything"
    if kind in ("ruled", "squared") or every:
        rule(page, rng, kind == "squared" or (every and rng.random() < 0.5))
    if kind == "rotated" or every:
        page = turn(page, rng.uniform(-10, 10))
    paper, ink = rng.uniform(190, 250), rng.uniform(20, 110)
    light = (1 - page.rules) * (1 - page.ink) * (paper - ink) + ink
    if kind == "light on dark":
        light = 255 - light
    if kind == "light" or every:
        light = light * lit(rng)
    if kind == "shadow" or every:
        light = light * shaded(rng)
    image = Image.fromarray(light.clip(0, 255).astype(np.uint8))
    if kind == "blur" or every:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 2 if kind == "blur" else 1)))
    if kind == "noise" or every:
        noisy = np.asarray(image) + rng.normal(0, rng.uniform(4, 12), light.shape)
        image = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
    return page, image


KINDS = [
    "clean",
    "light on dark",
    "light",
    "shadow",
    "noise",
    "blur",
    "ruled",
    "squared",
    "rotated",
    "JPEG",
    "touching",
    "everything",
]


class Count(NamedTuple):
    """Digits on the pages and what became of them.

    Attributes:
        digits: how many there are.
        found: those covered by a box.
        right: those found and read right.
        pairs: two digits found of which one follows the other.
        in_order: the pairs read one after the other, with a space where there is one.
        more: what else was read and accepted.
    """

    digits: int = 0
    found: int = 0
    right: int = 0
    pairs: int = 0
    in_order: int = 0
    more: int = 0

    def plus(self, other: Count) -> Count:
        return Count(*(a + b for a, b in zip(self, other, strict=True)))

    def cells(self) -> list[str]:
        """For a row of the table."""
        shares = self.found / self.digits, self.right / self.digits
        in_order = self.in_order / max(self.pairs, 1)
        return [
            f"{self.digits:,}",
            *(f"{share:.2%}" for share in (*shares, in_order)),
            str(self.more),
        ]


COLUMNS = ["digits", "found", "right", "in order", "more", "right, each dark piece a digit"]


def compare(written: Sequence[Written], read: Sequence[Digit]) -> Count:
    """Match every written digit with the box that covers it best."""
    places: list[int | None] = []
    for digit in written:
        low, high = digit.places.min(axis=0) - 0.5, digit.places.max(axis=0) + 0.5
        overlaps = [overlap(d.box, Box(*low, *(high - low))) for d in read]
        for taken in places:
            if taken is not None:
                overlaps[taken] = 0.0
        best = int(np.argmax(overlaps)) if overlaps else 0
        places.append(best if overlaps and overlaps[best] >= FOUND else None)
    pairs = in_order = 0
    for (one, next_one), (at, next_at) in zip(pairwise(written), pairwise(places), strict=True):
        if at is not None and next_at is not None:
            pairs += 1
            is_new = read[next_at].spaced or read[next_at].line != read[at].line
            in_order += next_at == at + 1 and is_new == (one.number != next_one.number)
    found = [(digit, read[at]) for digit, at in zip(written, places, strict=True) if at is not None]
    right = sum(digit.label == answer.label for digit, answer in found)
    more = sum(d.accepted for i, d in enumerate(read) if i not in places)
    return Count(len(written), len(found), right, pairs, in_order, more)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(width, 0.0) * max(height, 0.0)
    return both / (one.width * one.height + other.width * other.height - both)


def read_usual(recognizer: Recognizer, path: Path) -> list[Digit]:
    """Every dark piece of a page as a digit, in no order."""
    digits = []
    for piece, box in pieces_of_page(path):
        for digit in recognizer.read_picture(piece, single=True).digits:
            digits.append(replace(digit, box=box))
    return digits


def measure(
    recognizer: Recognizer,
    items: Sequence[Ink | Picture],
    labels: Sequence[int],
    kind: str,
    seeds: Sequence[int],
    folder: Path,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Count, Count]:
    """Write, photograph and read pages with one kind of disturbance; by the app, and as usual."""
    count, usual = Count(), Count()
    for seed in seeds:
        rng = np.random.default_rng([seed, KINDS.index(kind)])
        gap = -0.1 if kind == "touching" else 0.12
        page, image = photograph(write_page(items, labels, rng, gap), kind, rng)
        jpeg = kind in ("JPEG", "everything")
        path = folder / f"{kind} {seed}.{'jpg' if jpeg else 'png'}"
        image.save(path, quality=int(rng.integers(50, 90)))
        truth = [[d.label, *d.places.min(axis=0), *d.places.max(axis=0)] for d in page.digits]
        path.with_suffix(".json").write_text(json.dumps(truth))
        of_page = compare(page.digits, recognizer.read_picture(*load_ink(path)).digits)
        tell(row(path.name, *of_page.cells(), ""))
        count = count.plus(of_page)
        usual = usual.plus(compare(page.digits, read_usual(recognizer, path)))
    return count, usual


@command_line
def main() -> None:
    parser = argparse.ArgumentParser(description="Count the digits read right in page pictures.")
    parser.add_argument("model", nargs="?", type=Path, default=BUNDLED_MODEL, metavar="FILE.h5")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--part", choices=["held-back", "test"], default="test")
    parser.add_argument("--pages", type=int, default=10, help="pages of each kind and data set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, metavar="KIND")
    parser.add_argument("--save", type=Path, metavar="DIR", help="keep the pages there")
    parser.add_argument("--verbose", action="store_true", help="print the figures of every page")
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.model)
    load_parts = held_back_parts if arguments.part == "held-back" else test_parts
    parts = [part for part in load_parts(arguments.data_dir) if not (part.labels == NO_DIGIT).any()]
    seeds = range(arguments.seed, arguments.seed + arguments.pages)
    tell = print if arguments.verbose else lambda _: None
    with tempfile.TemporaryDirectory() as temporary:
        for part in parts:
            print(head(part.name, *COLUMNS))
            labels = part.labels.tolist()
            total, usual_total = Count(), Count()
            for kind in arguments.kinds:
                folder = (arguments.save or Path(temporary)) / part.name
                folder.mkdir(parents=True, exist_ok=True)
                count, usual = measure(recognizer, part.items, labels, kind, seeds, folder, tell)
                total, usual_total = total.plus(count), usual_total.plus(usual)
                print(as_row(kind, count, usual), flush=True)
            print(as_row("all", total, usual_total), end="\n\n")


def as_row(name: str, count: Count, usual: Count) -> str:
    """A row of the table."""
    return row(name, *count.cells(), f"{usual.right / usual.digits:.2%}")


if __name__ == "__main__":
    sys.exit(main())
