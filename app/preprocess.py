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

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]

FIELD = 28
BOX = 20
CENTRE = 14.0
"""Pixel index, in x and y, of the centre of mass: its mean over MNIST is 14.00."""
PEN = 2.5
"""Width of the pen in pixels of the image: the mean ink of a drawn digit equals MNIST's."""
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
    centres = np.concatenate([_resample(line) for line in lines])
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


def _resample(line: Floats, step: float = 0.25) -> Floats:
    """Points evenly along the line, at most `step` apart: a fast stroke leaves no gap."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, length[-1], int(np.ceil(length[-1] / step)) + 1)
    return np.stack([np.interp(at, length, line[:, 0]), np.interp(at, length, line[:, 1])], axis=1)


def _centre_of_mass(image: Picture) -> Floats:
    """(x, y) in pixels of a picture that has ink."""
    columns, rows = image.sum(axis=0), image.sum(axis=1)
    total = image.sum()
    x = columns @ np.arange(image.shape[1]) / total
    y = rows @ np.arange(image.shape[0]) / total
    return np.array([x, y], dtype=np.float64)
