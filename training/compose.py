"""Numbers composed of single digits of one writer, to tune segmentation and to measure it.

A unit of length here is the median height of the writer's digits, y down, 0 at the foot of a
digit. As people's do, the sizes of digits (log-normal, 10 %), their feet (normal, 0.06) and their
gaps vary within a number, lean (normal, 0.15 widths per height) and baseline (normal, 0.03 radians)
from one number to the next. Everything depends on the generator alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.ink import Ink, transform
from training.augment_ink import SIZE as VARIED_SIZE
from training.augment_ink import Line, Lines, vary_lines
from training.datasets import Sample

SIZE = 120
"""Canvas pixels per unit."""
GAPS = {"wide": (0.4, 0.8), "natural": (0.08, 0.4), "touching": (-0.05, 0.08)}
"""From one box to the next, in units: drawn evenly from least to most."""
OVERLAPPING = "overlapping"
OVERLAP = (0.05, 0.35)
"""By how much boxes overlap, in widths of the narrower one."""
DELAYED = 0.5
"""How often a stroke that may come late does so, where any may."""
PLAIN_ONES = 0.5
"""How often another hand writes 1 as a plain stroke; of those that train, hardly any does."""
OF_A_NUMBER = {"slant and turn", "few points", "whole pixels"}
"""The variations that are the same throughout a number, or say nothing about its strokes."""
MAY_COME_LATE = "457"
"""The digits whose second stroke may be written after the whole number."""
PATTERNS = [
    "d-d", "ddd-dddd", "(ddd) ddd-dddd", "+dd ddd dddd", "dd/dd/dddd", "d/d/dd", "dd.dd.dddd",
    "dddd-dd-dd", "dd+dd=ddd", "d+d=d", "dd-d=d", "d.dd", "dd,d", "d,ddd.dd", "dd:dd", "(d+d)/d",
    "ddxd=dd", "dd÷d=d", "dx(d-d)", "(ddd)", "dddd/dddddd", "ddd-ddd-dddd",
    "d/d+d/d", "d.ddd,dd", "dd:dd:dd", "dd%", "d.d%",
]  # fmt: skip
"""Telephone numbers, dates, sums and other numbers with punctuation; d is any digit, x the sign of
multiplication."""


@dataclass(frozen=True)
class Number:
    """A number as it was written.

    Attributes:
        text: its characters without spaces.
        lines: (n, 2) arrays of canvas pixels, a stroke each, in the order of writing.
        owners: of each stroke, the index in `text` of the character it belongs to.
    """

    text: str
    lines: Lines
    owners: list[int]

    @property
    def ink(self) -> Ink:
        """Its strokes in the order of writing, without times."""
        return Ink.from_lines(self.lines)

    def lines_of(self, index: int) -> Lines:
        """The strokes of one character of its text."""
        return [line for line, o in zip(self.lines, self.owners, strict=True) if o == index]

    @property
    def digits(self) -> str:
        """Its digits alone."""
        return "".join(filter(str.isdigit, self.text))


class Hand:
    """One writer's digits, of which numbers are composed.

    Attributes:
        samples: all of them.
    """

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._height = float(np.median([np.ptp(np.concatenate(s.lines)[:, 1]) for s in samples]))
        self.samples = list(samples)
        self._of_label: dict[str, list[Sample]] = {}
        for sample in samples:
            self._of_label.setdefault(sample.label, []).append(sample)

    def digit(self, label: str, rng: np.random.Generator) -> Lines:
        """One of the writer's digits with its foot at 0."""
        lines = self._drawn(label, rng)
        scale = float(np.exp(rng.normal(0, 0.08)))
        foot = max(float(line[:, 1].max()) for line in lines)
        return [(line - [0, foot]) * scale + [0, rng.normal(0, 0.06)] for line in lines]

    def _drawn(self, label: str, rng: np.random.Generator) -> Lines:
        choices = self._of_label[label]
        return [line / self._height for line in choices[int(rng.integers(len(choices)))].lines]


class OtherHand(Hand):
    """Digits of one writer, each varied anew; half of such hands write 1 as a plain stroke."""

    def __init__(self, hand: Hand, rng: np.random.Generator) -> None:
        self.samples, self._height, self._of_label = hand.samples, hand._height, hand._of_label
        self._plain = rng.random() < PLAIN_ONES
        self._lean = rng.normal(0.08, 0.12)

    def _drawn(self, label: str, rng: np.random.Generator) -> Lines:
        if label == "1" and self._plain:
            return [self._plain_one(rng)]
        lines = super()._drawn(label, rng)
        size = float(np.ptp(np.concatenate(lines), axis=0).max())
        varied = vary_lines(lines, label, rng, without=OF_A_NUMBER)
        return [line * (size / VARIED_SIZE) for line in varied]

    def _plain_one(self, rng: np.random.Generator) -> Line:
        """A single stroke, a little bowed, mostly drawn downwards."""
        down = np.linspace(0, 1, 20)
        lean, bow = rng.normal(self._lean, 0.04), rng.normal(0, 0.03)
        line = np.stack([4 * bow * down * (1 - down) - lean * down, down], axis=1)
        return line if rng.random() < 0.9 else line[::-1]


def number(length: int, hand: Hand, gap: str, delayed: bool, rng: np.random.Generator) -> Number:
    """Random digits side by side; `gap` is one of `GAPS` or `OVERLAPPING`.

    `delayed`: strokes that may come late do so as often as `DELAYED` says, at least one.
    """
    text = "".join(str(d) for d in rng.integers(0, 10, length))
    if delayed and not set(text) & set(MAY_COME_LATE):
        late = MAY_COME_LATE[int(rng.integers(len(MAY_COME_LATE)))]
        text = late + text[1:]
    return write(text, hand, gap, rng, delayed)


def expression(hand: Hand, rng: np.random.Generator, patterns: Sequence[str] = PATTERNS) -> Number:
    """A number with punctuation; a space in its pattern is a wider gap."""
    pattern = patterns[int(rng.integers(len(patterns)))]
    text = "".join(str(rng.integers(10)) if c == "d" else c for c in pattern)
    gap = [*GAPS, "natural"][int(rng.integers(len(GAPS) + 1))]
    return write(text, hand, gap, rng)


def joined(number: Number) -> Number:
    """The number with the pen not lifted between two digits that follow each other."""
    lines, owners = number.lines, number.owners
    at = next(i for i, (a, b) in enumerate(pairwise(owners)) if a != b)
    steps = np.linspace(lines[at][-1], lines[at + 1][0], 10)[1:-1]
    line = np.concatenate([lines[at], steps, lines[at + 1]])
    return Number(
        number.text, [*lines[:at], line, *lines[at + 2 :]], [*owners[: at + 1], *owners[at + 2 :]]
    )


def write(
    text: str, hand: Hand, gap: str, rng: np.random.Generator, delayed: bool = False
) -> Number:
    """The characters of a text side by side; a space is a wider gap."""
    slant, tilt = rng.normal(0, 0.15), rng.normal(0, 0.03)
    strokes: list[tuple[Line, int]] = []
    late: list[tuple[Line, int]] = []
    edge, width, owner = 0.0, 0.0, 0
    for character in text:
        if character == " ":
            edge += rng.uniform(0.3, 1)
            continue
        drawn = hand.digit(character, rng) if character.isdigit() else mark(character, rng)
        lines = transform(drawn, slant=float(-slant))
        xs = np.concatenate(lines)[:, 0]
        if gap == OVERLAPPING:
            space = -rng.uniform(*OVERLAP) * min(width, float(np.ptp(xs)))
        else:
            space = rng.uniform(*GAPS[gap])
        offset = [edge + space - float(xs.min()), 0.0]
        edge, width = edge + space + float(np.ptp(xs)), float(np.ptp(xs))
        moved = [(line + offset, owner) for line in lines]
        may = delayed and character in MAY_COME_LATE and len(lines) > 1
        if may and (not late or rng.random() < DELAYED):
            late += moved[1:]
            moved = moved[:1]
        strokes += moved
        owner += 1
    strokes += late
    lines = transform([line for line, _ in strokes], turn=float(tilt))
    return Number(
        text.replace(" ", ""), [line * SIZE for line in lines], [owner for _, owner in strokes]
    )


def mark(character: str, rng: np.random.Generator) -> Lines:
    """A punctuation character or sign of arithmetic, as large as beside digits of height 1."""

    def near(value: float, spread: float = 0.04) -> float:
        return float(rng.normal(value, spread))

    def line(*points: tuple[float, float]) -> Line:
        """Through the points, smoothly and not quite straight."""
        corners = np.array(points) + rng.normal(0, 0.015, (len(points), 2))
        at = np.linspace(0, len(points) - 1, 12 * (len(points) - 1))
        bow = np.sin(np.pi * at / at[-1])[:, None] * rng.normal(0, 0.02, 2)
        steps = np.arange(len(points))
        straight = np.stack([np.interp(at, steps, c) for c in corners.T], axis=1)
        bent: Line = straight + bow
        return bent

    def dash(y: float, width: float) -> Line:
        return line((0, y), (width, y + near(0)))

    def dot(y: float) -> Line:
        return np.array([0, y]) + rng.normal(0, 0.015, (int(rng.integers(1, 5)), 2))

    def ring(middle: tuple[float, float], size: float) -> Line:
        """Drawn to the left from its top, not quite round and not quite closed."""
        angle = np.linspace(0, rng.normal(2 * np.pi, 0.3), 24)
        radii = size / 2 * np.exp(rng.normal(0, 0.1, 2))
        around: Line = middle - np.stack([np.sin(angle), np.cos(angle)], axis=1) * radii
        return around

    wide = float(rng.uniform(0.25, 0.6))
    tall = float(rng.uniform(1.0, 1.4))
    foot = float(rng.uniform(0, tall - 0.9))

    def slash(width: float) -> Line:
        return line((width, foot - tall), (0, foot))

    match character:
        case "-":
            return [dash(near(-0.45, 0.08), wide)]
        case "=":
            apart = float(rng.uniform(0.15, 0.3))
            return [dash(-0.45 - apart / 2, wide), dash(-0.45 + apart / 2, wide)]
        case "+":
            half, middle = wide / 2 + 0.05, near(-0.45)
            upright = line((half, middle - half), (half + near(0), middle + half))
            level = line((0, middle), (2 * half, middle + near(0)))
            return [level, upright] if rng.random() < 0.6 else [upright, level]
        case "/":
            return [slash(float(np.tan(rng.uniform(0.22, 0.75))) * tall)]
        case "(" | ")":
            angle = np.linspace(-1, 1, 30)
            bulge = rng.uniform(0.12, 0.3) * (angle**2 if character == "(" else -(angle**2))
            return [np.stack([bulge, foot - tall / 2 + tall / 2 * angle], axis=1)]
        case "x":
            half, middle = wide / 2, near(-0.42)
            return [
                line((0, middle - half), (2 * half, middle + half + near(0))),
                line((2 * half, middle - half), (near(0), middle + half)),
            ][:: 1 if rng.random() < 0.5 else -1]
        case "÷":
            middle = near(-0.45)
            dots = (dot(middle + side * near(0.22)) for side in (-1, 1))
            return [dash(middle, wide), *(one + np.array([wide / 2, 0]) for one in dots)]
        case "%":
            width, size = float(rng.uniform(0.4, 0.8)), float(rng.uniform(0.2, 0.4))
            between = slash(width)
            upper = ring((near(0.1 * width), foot - near(0.8) * tall), size)
            lower = ring((near(0.9 * width), foot - near(0.2) * tall), size)
            return [upper, between, lower] if rng.random() < 0.6 else [upper, lower, between]
        case ".":
            return [dot(near(-0.03))]
        case ",":
            return [line((0.08, near(-0.08)), (0, near(0.13)))]
        case ":":
            return [dot(near(-0.6)), dot(near(-0.15))]
        case _:
            raise ValueError(f"no such mark: {character!r}")
