"""Ink or a grey picture to the 28x28 image that a network trained on MNIST expects.

The rules are MNIST's own (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten
digits"): the longer side of the ink is scaled to 20 pixels with its aspect kept, the grey
levels come from anti-aliasing, and the centre of mass goes to the centre of a 28x28 field.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from app.ink import evenly, lengths_along

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]

FIELD = 28
BOX = 20
CENTRE = 14.0
"""Pixel index, in x and y, of the centre of mass: its mean over MNIST is 14.00."""
PEN = 2.5
"""Width of the pen in pixels of the image: the mean ink of a drawn digit equals MNIST's."""
THINNEST_PEN, THICKEST_PEN = 1.0, 6.0
"""Pens of pictures outside this range, in pixels of the image, are changed to `PEN`."""
FINE = 4
"""Pictures are thinned and widened at this many times the resolution of the image."""
MANY = 1500
"""Pen positions of more ink than any digit has."""
DOT = 4.0
"""Ink smaller than this many canvas pixels is a dot and not magnified further."""


def ink_to_image(lines: Sequence[Floats], pen: float = PEN) -> Picture:
    """Strokes to an image of the network.

    Args:
        lines: one (n, 2) array of points per stroke, n >= 1, any unit and place, y down; only
            ink less than `DOT` units long and wide is taken for a dot.
        pen: the width of the pen in pixels of the image.

    Returns:
        (28, 28) float32, 0 = paper to 1 = ink; all 0 where there are no lines.
    """
    if not lines:
        return np.zeros((FIELD, FIELD), np.float32)
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (BOX - pen) / max(float((high - low).max()), DOT)
    middle = (low + high) / 2
    centred = [(line - middle) * scale for line in lines]
    room = (FIELD - pen - (high - low) * scale) / 2
    image = _draw([line + (FIELD - 1) / 2 for line in centred], pen)
    # What the pen covers has its centre of mass elsewhere than the points have theirs, so the
    # shift can only be known from a first image.
    shift = CENTRE - _centre_of_mass(image)
    shift = np.clip(shift, -room, room)
    return _draw([line + (FIELD - 1) / 2 + shift for line in centred], pen)


def _draw(lines: Sequence[Floats], pen: float) -> Picture:
    """Move a round pen along lines given in pixels of the image; (28, 28) float32, 0 to 1."""
    reach = int(np.ceil(pen / 2 + 0.5))
    offsets = np.arange(-reach, reach + 1)
    centres = np.concatenate([resample(line) for line in lines])
    if len(centres) > MANY:
        # A scribble: the same places over and over, so that quarters of a pixel are fine enough.
        centres = np.unique(np.rint(centres * 4) @ [1, 1j])
        centres = np.stack([centres.real, centres.imag], axis=1) / 4
    nearest = np.rint(centres).astype(np.intp)
    # Pixels a pen centre can reach, per axis: (n, 2, 2 * reach + 1); then all pairs of them.
    pixels = nearest[:, :, None] + offsets
    squares = (pixels - centres[:, :, None]) ** 2
    distance = np.sqrt(squares[:, 1, :, None] + squares[:, 0, None, :])
    cover = np.clip(pen / 2 + 0.5 - distance, 0, 1)
    width = FIELD + 2 * reach
    index = (pixels[:, 1, :, None] + reach) * width + (pixels[:, 0, None, :] + reach)
    canvas = np.zeros(width * width, np.float32)
    np.maximum.at(canvas, index.ravel(), cover.ravel().astype(np.float32))
    return canvas.reshape(width, width)[reach:-reach, reach:-reach].copy()


def resample(line: Floats, step: float = 0.25) -> Floats:
    """Points evenly along the line, at most `step` apart: a fast stroke leaves no gap."""
    along = lengths_along(line)
    return evenly(line, along, int(np.ceil(along[-1] / step)) + 1)


def _centre_of_mass(image: Picture) -> Floats:
    """(x, y) in pixels of a picture that has ink."""
    columns, rows = image.sum(axis=0), image.sum(axis=1)
    total = image.sum()
    x = columns @ np.arange(image.shape[1]) / total
    y = rows @ np.arange(image.shape[0]) / total
    return np.array([x, y], dtype=np.float64)


def picture_to_image(picture: Picture) -> Picture:
    """A picture of one digit to an image of the network.

    Pens much thinner or thicker than MNIST's are widened or thinned to its range. An image of
    MNIST itself comes out as it went in.

    Args:
        picture: (height, width) float32, exactly 0 = paper to 1 = ink; any size.

    Returns:
        (28, 28) float32, 0 = paper to 1 = ink; all 0 where there is no ink.
    """
    if not picture.any():
        return np.zeros((FIELD, FIELD), np.float32)
    ink = _crop(_normalise_pen(_crop(picture)))
    height, width = ink.shape
    # The square of the plane, in pixels of the picture, that the image shows.
    view = FIELD * max(height, width) / BOX
    corner = _centre_of_mass(ink) + 0.5 - view * (CENTRE + 0.5) / FIELD
    corner = np.clip(corner, [width - view, height - view], 0)
    if view >= FIELD:
        corner = np.rint(corner)  # keeps the pixels of an MNIST image as they are
    margin = int(np.ceil(view))
    left, top = corner + margin
    box = (left, top, left + view, top + view)
    padded = Image.fromarray(np.pad(ink, margin))
    return np.asarray(padded.resize((FIELD, FIELD), Image.Resampling.BILINEAR, box))


def ink_box(picture: Picture) -> tuple[slice, slice]:
    """The rows and the columns of a picture between its outermost ink; the picture has ink."""
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _crop(picture: Picture) -> Picture:
    return picture[ink_box(picture)]


def _normalise_pen(ink: Picture) -> Picture:
    """Bring ink that fills its picture to a size and a pen width that the box can show."""
    side = max(ink.shape)
    pen = width_of_pen(ink) * BOX / side
    thin, thick = pen < THINNEST_PEN, pen > THICKEST_PEN
    if not (thin or thick) and side <= FINE * BOX:
        return ink
    if thin:
        ink = block_maximum(ink, side // (FINE * BOX))  # a mean would leave thin lines faint
    scale = FINE * BOX / max(ink.shape)
    size = [max(1, round(length * scale)) for length in ink.shape]
    fine = Image.fromarray(ink).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    if not (thin or thick):
        return np.asarray(fine)
    steps = round(abs(PEN - pen) * FINE / 2)
    fine = Image.fromarray(np.pad(np.asarray(fine), steps + 1))
    change = ImageFilter.MaxFilter(3) if thin else ImageFilter.MinFilter(3)
    for _ in range(steps):
        fine = fine.filter(change)
    return np.asarray(fine)


def width_of_pen(ink: Picture) -> float:
    """The width of the strokes of a picture that has ink, in pixels.

    It is twice the area of the ink over its outline, the latter being the total variation times
    pi / 4 for strokes of all directions.
    """
    outline = np.abs(np.diff(np.pad(ink, 1), axis=0)).sum(dtype=np.float64)
    outline += np.abs(np.diff(np.pad(ink, 1), axis=1)).sum(dtype=np.float64)
    return float(2 * ink.sum(dtype=np.float64) / (outline * np.pi / 4))


def block_maximum(picture: Picture, size: int) -> Picture:
    """A (height, width) picture with the largest value of each square of `size` pixels; from 2 on
    it is smaller.
    """
    if size <= 1:
        return picture
    height, width = (-(-length // size) for length in picture.shape)
    padding = [(0, height * size - picture.shape[0]), (0, width * size - picture.shape[1])]
    blocks = np.pad(picture, padding).reshape(height, size, width, size)
    largest: Picture = blocks.max(axis=(1, 3))
    return largest
