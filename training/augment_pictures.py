"""What varies between hands, pens and scanners, applied to pictures of digits.

Every function takes a random generator and gives new pictures. Amounts are in pixels of 28x28
images.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.preprocess import Picture

Floats = NDArray[np.float32]


class PictureVariation(NamedTuple):
    """A variation of pictures and the share of them that it is applied to."""

    share: float
    vary: Callable[[Picture, np.random.Generator], Picture]
    """Of (n, 28, 28) pictures, all of which it varies, each in its own way."""


def vary_pictures(
    pictures: Picture,
    rng: np.random.Generator,
    variations: Mapping[str, PictureVariation],
    without: Collection[str] = (),
) -> Picture:
    """(n, 28, 28) images 0..1, as other hands and scanners would have made them.

    `without` names variations to leave out.
    """
    varied = pictures.copy()
    for name, (share, vary) in variations.items():
        chosen = rng.random(len(pictures)) < share
        if name not in without:
            varied[chosen] = vary(varied[chosen], rng)
    return varied


def soften(pictures: Picture, rng: np.random.Generator) -> Picture:
    """Each picture is shifted by a part of a pixel, which softens it as any scaling does."""
    axis = np.arange(pictures.shape[1], dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(1, -1, 2)
    shift = rng.uniform(-0.5, 0.5, (len(pictures), 1, 2)).astype(np.float32)
    return _sample(pictures, grid + shift).reshape(pictures.shape)


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


SCAN_VARIATIONS = {
    # Interpolation blurs; the pictures left as they are show what a scanner gives.
    "warp": PictureVariation(0.7, warp),
    "thickness": PictureVariation(0.25, change_thickness),
    "blur": PictureVariation(0.25, blur),
}
INK_IMAGE_VARIATIONS = {
    "soft ink": PictureVariation(0.65, soften),
    "blurred ink": PictureVariation(0.3, blur),
}
"""Of images of ink. If only scans were soft, a network would take whatever is soft for a digit."""


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
