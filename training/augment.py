"""What varies between hands, pens and mice, applied where it arises: strokes, or pictures.

Every function takes a random generator and gives new arrays; amounts are standard deviations or
limits relative to the size of the ink.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.ink import transform
from app.preprocess import PEN, Picture, ink_to_image

STILL = 0.3
"""The share of pictures left as they are: interpolation blurs the others, a scanner does not."""

Lines = list[NDArray[np.float64]]


def vary_ink(lines: Sequence[NDArray[np.float64]], rng: np.random.Generator) -> Picture:
    """One (28, 28) image of strokes, (n, 2) arrays of any unit, as another hand would draw them."""
    varied = _to_unit_size(lines)
    if rng.random() < 0.5:
        varied = trim(varied, rng)
    if rng.random() < 0.3:
        varied = thin_out(varied, rng)
    varied = bend(varied, rng)
    varied = slant_and_turn(varied, rng)
    if rng.random() < 0.5:
        varied = tremble(varied, rng)
    pen = PEN * np.exp(rng.normal(0, 0.15))
    return ink_to_image([line * 100 for line in varied], float(np.clip(pen, 1.6, 4.0)))


def _to_unit_size(lines: Sequence[NDArray[np.float64]]) -> Lines:
    """The lines with their middle at 0 and 1 unit on their longer side."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-9)
    return [(line - (low + high) / 2) / size for line in lines]


def slant_and_turn(lines: Lines, rng: np.random.Generator) -> Lines:
    """Slant, rotation and aspect of the whole digit."""
    angle = rng.normal(0, np.radians(7))
    slant = rng.normal(0, 0.15)
    stretch = np.exp(rng.normal(0, 0.08))
    return transform(lines, angle, slant, stretch)


def bend(lines: Lines, rng: np.random.Generator) -> Lines:
    """A smooth distortion of the plane: parts of the digit larger, smaller, shifted, curved."""
    waves = 3
    amount = rng.normal(0, 0.025, (waves, 2))
    wave = rng.normal(0, 4, (waves, 2))
    phase = rng.uniform(0, 2 * np.pi, waves)
    return [line + np.sin(line @ wave.T + phase) @ amount for line in lines]


def trim(lines: Lines, rng: np.random.Generator) -> Lines:
    """Strokes that stop short or overshoot: both ends move along the stroke by a few percent."""
    trimmed = []
    for line in lines:
        if len(line) >= 8:
            start, end = rng.uniform(0, 0.06, 2) * len(line)
            line = line[round(start) : len(line) - round(end)]
            if rng.random() < 0.3:
                line = np.concatenate(
                    [line, line[-1:] + (line[-1:] - line[-3:-2]) * rng.uniform(0, 3)]
                )
        trimmed.append(line)
    return trimmed


def thin_out(lines: Lines, rng: np.random.Generator) -> Lines:
    """The few points that a fast stroke leaves: only one of several is kept, and the last."""
    every = int(rng.integers(2, 6))
    return [
        np.concatenate([line[:-1:every], line[-1:]]) if len(line) > 3 * every else line
        for line in lines
    ]


def tremble(lines: Lines, rng: np.random.Generator) -> Lines:
    """The tremor of a hand or the jitter of a mouse: noise that is smooth along the stroke."""
    trembling = []
    for line in lines:
        noise = rng.normal(0, rng.uniform(0, 0.012), (len(line) + 2, 2))
        trembling.append(line + (noise[:-2] + 2 * noise[1:-1] + noise[2:]) / 4)
    return trembling


def vary_pictures(pictures: Picture, rng: np.random.Generator) -> Picture:
    """(n, 28, 28) images 0..1, each turned, slanted, scaled, shifted and elastically distorted.

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
    varied = _sample(pictures, source + np.float32((size - 1) / 2)).reshape(pictures.shape)
    still = rng.random((count, 1, 1)) < STILL
    return np.where(still, pictures, varied)


def _sample(pictures: Picture, at: NDArray[np.float32]) -> Picture:
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
