"""What varies between hands, pens and mice, applied where it arises: in the strokes.

Every function takes a random generator and gives new arrays. Strokes come with their middle at 0,
1 unit on the longer side of the ink, y down, and with points `STEP` apart, so that all amounts are
relative to the size of the digit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.ink import transform
from app.preprocess import PEN, Picture, ink_to_image, resample

Line = NDArray[np.float64]
Lines = list[Line]

STEP = 0.02
"""Distance between two points of a stroke, in sizes of the digit."""
SIZE = 100
PEN_WIDTH = "pen width"
"""The name of the one variation that is not of strokes but of how they are drawn."""


class InkVariation(NamedTuple):
    """A variation of strokes and the share of drawings that it is tried on."""

    share: float
    vary: Callable[[Lines, str, np.random.Generator], Lines]
    """Of the strokes of a character: the strokes, which character, a generator."""


def vary_ink(
    lines: Sequence[Line], label: str, rng: np.random.Generator, without: Collection[str] = ()
) -> Picture:
    """One (28, 28) image of strokes, (n, 2) arrays of any unit, as another hand would draw them.

    `without` names variations of `INK_VARIATIONS`, or PEN_WIDTH, to leave out.
    """
    varied = vary_lines(lines, label, rng, without)
    pen = PEN if PEN_WIDTH in without else pen_width(rng)
    return ink_to_image(varied, pen)


def vary_lines(
    lines: Sequence[Line], label: str, rng: np.random.Generator, without: Collection[str] = ()
) -> Lines:
    """Strokes of any unit as another hand would draw them, in canvas pixels, about 100 of them on
    the longer side. `without` names variations of `INK_VARIATIONS` to leave out.
    """
    varied = to_unit_size(lines)
    for name, (share, vary) in INK_VARIATIONS.items():
        if rng.random() < share and name not in without:
            varied = vary(varied, label, rng)
    return [line * SIZE for line in varied]


def pen_width(rng: np.random.Generator) -> float:
    """The width of some pen, in pixels of the image."""
    return float(np.clip(PEN * np.exp(rng.normal(0, 0.15)), 1.6, 4.0))


def to_unit_size(lines: Sequence[Line]) -> Lines:
    """The lines with their middle at 0, 1 unit on their longer side, and points `STEP` apart."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-9)
    return [resample((line - (low + high) / 2) / size, STEP) for line in lines]


def flag_and_foot(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """A 1 gets a flag or a foot, or its flag is cut short."""
    if label != "1" or len(lines) > 1 or len(lines[0]) < 10:
        return lines
    line = lines[0] if lines[0][0, 1] < lines[0][-1, 1] else lines[0][::-1]
    top = int(line[:, 1].argmin())
    if top > 3:
        return [line[int(rng.integers(top)) :]]
    varied = [line]
    if rng.random() < 0.7:
        # A flag that is long and level would make a 7.
        length = rng.uniform(0.05, 0.3)
        tip = line[0] + [-length, length * rng.uniform(0.6, 1.5)]
        varied = [np.concatenate([resample(np.stack([tip, line[0]]), STEP), line[1:]])]
    if rng.random() < 0.4:
        left, right = rng.uniform(0.08, 0.4, 2)
        rise = rng.normal(0, 0.03)
        foot = line[-1] + np.array([[-left, rise], [right, -rise]])
        varied.append(resample(foot, STEP))
    return varied


def bar(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """A 7 gets a bar through its stem or loses it, a 0 gets a slash."""
    low, high = _bounds(lines)
    if label == "7" and len(lines) == 1 and len(lines[0]) > 20:
        height = low[1] + rng.uniform(0.35, 0.65) * (high[1] - low[1])
        below = lines[0][len(lines[0]) // 2 :]
        x = below[np.abs(below[:, 1] - height).argmin(), 0]
        left, right = rng.uniform(0.08, 0.3, 2)
        rise = rng.normal(0, 0.04)
        return [
            *lines,
            resample(np.array([[x - left, height + rise], [x + right, height - rise]]), STEP),
        ]
    if label == "7" and len(lines) == 2:
        least, most = lines[1].min(axis=0), lines[1].max(axis=0)
        middle = (least[1] + most[1]) / 2
        if most[1] - least[1] < 0.25 and 0.25 < (middle - low[1]) / (high[1] - low[1]) < 0.75:
            return lines[:1]
    if label == "0" and rng.random() < 0.3:
        start, end = rng.uniform(-0.1, 0.3, (2, 2))
        size = high - low
        slash = [[low[0] + start[0] * size[0], high[1] - start[1] * size[1]]]
        slash += [[high[0] - end[0] * size[0], low[1] + end[1] * size[1]]]
        return [*lines, resample(np.array(slash), STEP)]
    return lines


def join_strokes(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The pen is not lifted between two strokes that end and begin close to each other."""
    joined = lines[:1]
    for line in lines[1:]:
        gap = np.stack([joined[-1][-1], line[0]])
        if np.hypot(*(gap[1] - gap[0])) < 0.5:
            joined = [*joined[:-1], np.concatenate([joined[-1], resample(gap, STEP), line])]
        else:
            joined = [*joined, line]
    return joined


def lift_pen(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The pen is lifted for a moment, or does not mark for a little way."""
    longest = max(range(len(lines)), key=lambda index: len(lines[index]))
    line = lines[longest]
    if len(line) < 20:
        return lines
    at, gap = int(rng.integers(6, len(line) - 6)), int(rng.integers(0, 5))
    return [*lines[:longest], line[:at], line[at + gap :], *lines[longest + 1 :]]


def shift_strokes(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The strokes of a digit lie a little apart from where they should."""
    return [line + rng.normal(0, 0.03, 2) for line in lines]


def move_ends(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """Strokes stop short or overshoot, straight on or with a hook."""
    moved = []
    for line in lines:
        for _ in range(2):  # each time the end, then the line is turned round
            if len(line) > 12:
                amount = int(rng.integers(-6, 6))
                if amount < 0:
                    line = line[:amount]
                elif amount > 0:
                    heading = line[-1] - line[-4]
                    angle = np.arctan2(heading[1], heading[0])
                    turns = angle + np.cumsum(np.full(amount, rng.normal(0, 0.25)))
                    steps = STEP * np.stack([np.cos(turns), np.sin(turns)], axis=1)
                    line = np.concatenate([line, line[-1] + np.cumsum(steps, axis=0)])
            line = line[::-1]
        moved.append(line)
    return moved


def open_or_close(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The loop of a 0, 6, 8 or 9 is closed or left open."""
    if label not in {"0", "6", "8", "9"}:
        return lines
    changed = []
    for line in lines:
        for _ in range(2):  # each time the end, then the line is turned round
            reach = len(line) // 3
            if reach > 8:
                rest = line[:-reach]
                gap = rest[np.hypot(*(rest - line[-1]).T).argmin()] - line[-1]
                if np.hypot(*gap) < 0.3:
                    pull = gap * rng.uniform(-0.5, 1.1) + rng.normal(0, 0.04, 2)
                    ramp = np.linspace(0, 1, reach)[:, None] ** 2
                    line = np.concatenate([rest, line[-reach:] + ramp * pull])
            line = line[::-1]
        changed.append(line)
    return changed


def squeeze_loops(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """A loop is narrower or wider, shorter or longer, down to one that the pen fills."""
    squeezed = []
    for line in lines:
        start, end = _some_loop(line, rng)
        loop, meeting = line[start:end], (line[start] + line[end - 1]) / 2
        along = loop.mean(axis=0) - meeting
        length = float(np.hypot(*along))
        if length > 0.03:
            # A narrow 0 would be a 1.
            least = 0.55 if label == "0" or end - start > 0.8 * len(line) else 0.1
            axes = np.array([along, [-along[1], along[0]]]) / length
            scale = [rng.uniform(0.7, 1.25), rng.uniform(least, 1.2)]
            loop = meeting + (loop - meeting) @ axes.T * scale @ axes
        squeezed.append(np.concatenate([line[:start], loop, line[end:]]))
    return squeezed


def _some_loop(line: Line, rng: np.random.Generator) -> tuple[int, int]:
    """Where one of the shorter loops of a stroke starts and ends; equal where it has none."""
    points = line[::2]
    starts, ends = np.triu_indices(len(points), 9)
    meet = np.hypot(*(points[starts] - points[ends]).T) < 0.05
    starts, ends = starts[meet], ends[meet]
    if not len(starts):
        return 0, 1
    shortest = np.argsort(ends - starts, kind="stable")
    chosen = shortest[rng.integers(max(1, len(shortest) // 4))]
    return 2 * int(starts[chosen]), 2 * int(ends[chosen]) + 1


def close_four(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The two strokes of a 4 meet at the top, or begin farther apart."""
    if label != "4" or len(lines) != 2:
        return lines
    corner, stem = lines
    if corner[0, 1] > corner[-1, 1]:
        corner = corner[::-1]
    reach = max(len(corner) // 2, 1)
    pull = (stem[stem[:, 1].argmin()] - corner[0]) * rng.uniform(-0.3, 1.05)
    ramp = np.linspace(1, 0, reach)[:, None]
    return [np.concatenate([corner[:reach] + ramp * pull, corner[reach:]]), stem]


def change_proportions(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The upper or the lower half takes more of the height, one of them more of the width."""
    shift, taper = rng.normal(0, 0.25, 2)
    return [
        np.stack([x * (1 + taper * y), y + shift * (0.25 - y**2)], axis=1)
        for x, y in (line.T for line in lines)
    ]


def round_corners(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """Corners become round: every point moves to the mean of those around it on the stroke."""
    half = int(rng.integers(1, 6))
    rounded = []
    for line in lines:
        padded = np.pad(line, ((half + 1, half), (0, 0)), mode="reflect", reflect_type="odd")
        sums = np.cumsum(padded, axis=0)
        rounded.append((sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1))
    return rounded


def thin_out(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The few points of a fast stroke, joined by straight lines that cut its corners."""
    every = int(rng.integers(3, 12))
    return [np.concatenate([line[:-1:every], line[-1:]]) for line in lines]


def bend(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """A smooth distortion of the plane: parts of the digit larger, smaller, shifted, curved."""
    waves = 3
    amount = rng.normal(0, 0.025, (waves, 2))
    wave = rng.normal(0, 4, (waves, 2))
    phase = rng.uniform(0, 2 * np.pi, waves)
    return [line + np.sin(line @ wave.T + phase) @ amount for line in lines]


def slant_and_turn(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """Slant, rotation and aspect of the whole digit."""
    angle = rng.normal(0, np.radians(7))
    slant = rng.normal(0, 0.17)
    stretch = np.exp(rng.normal(0, 0.1))
    return transform(lines, angle, slant, stretch)


def tremble(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The tremor of a hand or the jitter of a mouse: noise that is smooth along the stroke."""
    trembling = []
    for line in lines:
        noise = rng.normal(0, rng.uniform(0, 0.015), (len(line) + 2, 2))
        trembling.append(line + (noise[:-2] + 2 * noise[1:-1] + noise[2:]) / 4)
    return trembling


def snap(lines: Lines, label: str, rng: np.random.Generator) -> Lines:
    """The steps of whole pixels in a digit that was drawn small, 20 to 100 pixels high."""
    pixels = 20 * np.exp(rng.uniform(0, np.log(5)))
    return [np.rint(line * pixels) / pixels for line in lines]


INK_VARIATIONS = {
    "flag and foot of 1": InkVariation(0.25, flag_and_foot),
    "bar of 7 and 0": InkVariation(0.3, bar),
    "open or closed loop": InkVariation(0.4, open_or_close),
    "squeezed loop": InkVariation(0.35, squeeze_loops),
    "top of 4": InkVariation(0.35, close_four),
    "proportions": InkVariation(0.5, change_proportions),
    "joined strokes": InkVariation(0.15, join_strokes),
    "pen lifted": InkVariation(0.1, lift_pen),
    "shifted strokes": InkVariation(0.5, shift_strokes),
    "moved ends": InkVariation(0.5, move_ends),
    "round corners": InkVariation(0.3, round_corners),
    "bend": InkVariation(1.0, bend),
    "slant and turn": InkVariation(1.0, slant_and_turn),
    "tremor": InkVariation(0.5, tremble),
    "few points": InkVariation(0.3, thin_out),
    "whole pixels": InkVariation(0.3, snap),
}
"""In the order in which they are applied: what the hand means, how it moves, what is recorded."""


def _bounds(lines: Lines) -> tuple[Line, Line]:
    points = np.concatenate(lines)
    return points.min(axis=0), points.max(axis=0)
