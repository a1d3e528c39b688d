"""Numbers as pictures, to train what puts the digits of a picture together.

Pen widths, resolutions and softness are those of drawing programs, scans and photographs of which
the paper has been taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from app.preprocess import Picture
from training.augment_ink import Lines
from training.augment_pictures import SCAN_VARIATIONS, vary_pictures
from training.compose import GAPS, SIZE, Number

PENS = 0.03, 0.15
"""Widths of pens, in heights of a digit."""
HEIGHTS = 24, 96
"""Heights of digits in pixels."""
MARGIN = 0.3
"""Of paper round a number, in heights."""
SOFT = 0.04
"""The most that ink is blurred, in heights."""


@dataclass(frozen=True)
class Scan:
    """A number in a picture.

    Attributes:
        text: its characters without spaces.
        ink: (height, width) float32, 0 = paper to 1 = ink.
        owners: (height, width), for each pixel the index of the character it belongs to, -1 where
            there is none.
    """

    text: str
    ink: Picture
    owners: NDArray[np.intp]


def scan(number: Number, rng: np.random.Generator) -> Scan:
    """A number drawn with a round pen."""
    height = float(np.exp(rng.uniform(*np.log(HEIGHTS))))
    pen = height * rng.uniform(*PENS)
    points = np.concatenate(number.lines) * (height / SIZE)
    corner = points.min(axis=0) - MARGIN * height
    size = np.ceil(np.ptp(points, axis=0) + 2 * MARGIN * height).astype(int).tolist()
    characters = [
        draw([line * (height / SIZE) - corner for line in number.lines_of(i)], pen, size)
        for i in range(len(number.text))
    ]
    return _scan(number.text, np.array(characters), height, rng)


def scan_of_tiles(
    tiles: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator
) -> Scan:
    """Some of MNIST's digits side by side, varied: (n, 28, 28) and (n,)."""
    height = float(np.exp(rng.uniform(*np.log(HEIGHTS))))
    varied = vary_pictures(tiles.astype(np.float32) / np.float32(255), rng, SCAN_VARIATIONS)
    gap = GAPS[[*GAPS, "natural"][int(rng.integers(len(GAPS) + 1))]]
    side = round(28 * height / 20)
    x = MARGIN * height
    places: list[tuple[int, int]] = []
    pictures = []
    for tile in varied:
        picture = np.asarray(Image.fromarray(tile).resize((side, side), Image.Resampling.BICUBIC))
        columns = np.flatnonzero((picture > 0.3).any(axis=0))
        if len(columns):
            x += height * rng.uniform(*gap)
            places.append((round(x) - int(columns[0]), round(height * rng.normal(0.2, 0.05))))
            x += int(np.ptp(columns)) + 1
        else:
            places.append((round(x), 0))
        pictures.append(picture)
    size = len(tiles), 3 * side, round(x + MARGIN * height) + 2 * side
    characters = np.zeros(size, np.float32)
    for layer, picture, (left, top) in zip(characters, pictures, places, strict=True):
        layer[top + side :, left + side :][:side, :side] = picture
    text = "".join(map(str, labels))
    return _scan(text, np.clip(characters[:, :, side:-side], 0, 1), height, rng)


def slants(tiles: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n,) how far (n, 28, 28) images lean to the right, in widths per height, by the moments of
    their ink.
    """
    x, y = (np.arange(tiles.shape[axis], dtype=np.float64) for axis in (2, 1))
    mass = np.maximum(tiles.sum(axis=(1, 2), dtype=np.float64), 1)[:, None]
    columns, rows = tiles.sum(axis=1, dtype=np.float64), tiles.sum(axis=2, dtype=np.float64)
    x = x - (columns @ x)[:, None] / mass
    y = y - (rows @ y)[:, None] / mass
    along = np.einsum("nyx,ny,nx->n", tiles.astype(np.float32), y, x, optimize=True)
    high = (rows * y**2).sum(axis=1)
    slant: NDArray[np.float64] = -along / np.maximum(high, 1)
    return slant


def draw(lines: Lines, pen: float, size: Sequence[int]) -> Picture:
    """Strokes in pixels, by a round pen so wide, on a paper of this width and height.

    Returns (height, width) float32, 0 = paper to 1 = ink.
    """
    fine = 2
    image = Image.new("L", (size[0] * fine, size[1] * fine))
    onto = ImageDraw.Draw(image)
    radius = pen * fine / 2
    for line in lines:
        path = [(float(x), float(y)) for x, y in line * fine]
        onto.line(path, fill=255, width=max(round(2 * radius), 1), joint="curve")
        for x, y in (path[0], path[-1]):
            onto.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
    picture: Picture = np.asarray(image.reduce(fine), dtype=np.float32) / np.float32(255)
    return picture


def _scan(text: str, characters: Picture, height: float, rng: np.random.Generator) -> Scan:
    """Characters, each on a paper of its own, on one, which is softened."""
    ink = characters.max(axis=0)
    owners = np.where(ink > 0, characters.argmax(axis=0), -1)
    if rng.random() < 0.5:
        radius = rng.uniform(0, SOFT) * height
        soft = Image.fromarray((ink * 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(radius)
        )
        ink = np.asarray(soft, dtype=np.float32)
        ink = ink / max(float(ink.max()), 1)
    return Scan(text, ink, owners)
