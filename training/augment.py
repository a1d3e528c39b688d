"""What varies between hands, pens and mice, applied where it arises: in strokes, or in pictures.

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
Floats = NDArray[np.float32]

STEP = 0.02
"""Distance between two points of a stroke, in sizes of the digit."""
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
    varied = to_unit_size(lines)
    for name, (share, vary) in INK_VARIATIONS.items():
        if rng.random() < share and name not in without:
            varied = vary(varied, label, rng)
    pen = PEN if PEN_WIDTH in without else pen_width(rng)
    return ink_to_image([line * 100 for line in varied], pen)


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


class PictureVariation(NamedTuple):
    """A variation of pictures and the share of them that it is applied to."""

    share: float
    vary: Callable[[Picture, np.random.Generator], Picture]
    """Of (n, 28, 28) pictures, all of which it varies, each in its own way."""


def vary_pictures(
    pictures: Picture, rng: np.random.Generator, without: Collection[str] = ()
) -> Picture:
    """(n, 28, 28) images 0..1, as other hands and scanners would have made them.

    `without` names variations of `PICTURE_VARIATIONS` to leave out.
    """
    varied = pictures.copy()
    for name, (share, vary) in PICTURE_VARIATIONS.items():
        chosen = rng.random(len(pictures)) < share
        if name not in without:
            varied[chosen] = vary(varied[chosen], rng)
    return varied


def warp(pictures: Picture, rng: np.random.Generator) -> Picture:
    """Each picture is turned, slanted, scaled, shifted and elastically distorted.

    The elastic part is that of P. Simard, D. Steinkraus, J. Platt, "Best practices for
    convolutional neural networks applied to visual document analysis" (2003), with waves in place
    of smoothed noise.
    """
    count, size = len(pictures), pictures.shape[1]
    axis = np.arange(size, dtype=np.float32) - (size - 1) / 2
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(1, -1, 2)
    angle = rng.normal(0, np.radians(7), count)
    slant = rng.normal(0, 0.12, count)
    scale = np.exp(rng.normal(0, 0.07, (count, 2)))
    matrix = np.empty((count, 2, 2), np.float32)
    matrix[:, 0, 0] = np.cos(angle) * scale[:, 0]
    matrix[:, 0, 1] = -np.sin(angle) * scale[:, 1] + slant
    matrix[:, 1, 0] = np.sin(angle) * scale[:, 0]
    matrix[:, 1, 1] = np.cos(angle) * scale[:, 1]
    shift = rng.normal(0, 0.6, (count, 1, 2)).astype(np.float32)
    waves = 3
    amount = rng.normal(0, 0.5, (count, waves, 2)).astype(np.float32)
    wave = rng.normal(0, 4 / 20, (count, 2, waves)).astype(np.float32)
    phase = rng.uniform(0, 2 * np.pi, (count, 1, waves)).astype(np.float32)
    source = grid @ matrix.transpose(0, 2, 1) + shift + np.sin(grid @ wave + phase) @ amount
    return _sample(pictures, source + np.float32((size - 1) / 2)).reshape(pictures.shape)


def change_thickness(pictures: Picture, rng: np.random.Generator) -> Picture:
    """Thicker or thinner strokes: towards the largest or smallest value of the neighbours."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    neighbours = [padded[:, 1:-1, :-2], padded[:, 1:-1, 2:], padded[:, :-2, 1:-1]]
    neighbours += [padded[:, 2:, 1:-1], pictures]
    amount = rng.uniform(-0.7, 0.7, (len(pictures), 1, 1)).astype(np.float32)
    target = np.where(amount < 0, np.minimum.reduce(neighbours), np.maximum.reduce(neighbours))
    varied: Picture = pictures + np.abs(amount) * (target - pictures)
    return varied


def blur(pictures: Picture, rng: np.random.Generator) -> Picture:
    """A softer or a sharper picture: towards the mean of the neighbours, or away from it."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    rows = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    mean = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4
    amount = rng.uniform(-0.8, 0.8, (len(pictures), 1, 1)).astype(np.float32)
    varied: Picture = np.clip(pictures + amount * (mean - pictures), 0, 1)
    return varied


PICTURE_VARIATIONS = {
    # Interpolation blurs; the pictures left as they are show what a scanner gives.
    "warp": PictureVariation(0.7, warp),
    "thickness": PictureVariation(0.25, change_thickness),
    "blur": PictureVariation(0.25, blur),
}


def _sample(pictures: Picture, at: Floats) -> Picture:
    """Bilinear values of (n, h, w) pictures at (n, m, 2) points (x, y); 0 outside: (n, m)."""
    count, height, width = pictures.shape
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1))).reshape(-1)
    x = np.clip(at[..., 0] + 1, 0, width + 0.999)
    y = np.clip(at[..., 1] + 1, 0, height + 0.999)
    column, row = x.astype(np.int32), y.astype(np.int32)
    x, y = x - column, y - row
    stride = width + 2
    index = np.arange(count)[:, None] * (height + 2) * stride + row * stride + column
    top = padded[index] * (1 - x) + padded[index + 1] * x
    bottom = padded[index + stride] * (1 - x) + padded[index + stride + 1] * x
    values: Picture = (top * (1 - y) + bottom * y).astype(np.float32)
    return values
