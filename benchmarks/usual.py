"""What drawing programs with a digit network usually do with ink, for the sake of comparison.

All of it is found in tutorials: of pygame and MNIST, of a canvas in the browser and MNIST, of
OpenCV and `findContours`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.components import find_components
from app.ink import Box, Ink
from app.preprocess import BOX, FIELD, Picture, ink_to_image

Lines = Sequence[NDArray[np.float64]]

CANVAS = 280
"""Side of the canvas in pixels, ten for each of the network's."""
PEN = 16
"""Width of the pen on it."""
FILLED = 0.75
"""Part of the canvas that a digit takes which fills it."""
MARGIN = 5
"""Pixels around the box of what was drawn."""
LEAST_PIECE = 12
"""Height in pixels of the smallest piece of ink on a page that is taken for a digit."""


def box_of_last_stroke(lines: Lines, rng: np.random.Generator) -> Picture:
    """The box around the last stroke, when the pen is lifted, stretched, with a margin."""
    placed = _placed(lines, FILLED)
    return _with_margin(_stretched(_drawn(placed), placed[-1:]))


def box(lines: Lines, rng: np.random.Generator) -> Picture:
    """The box around all that was drawn, stretched to 28x28."""
    placed = _placed(lines, FILLED)
    return _stretched(_drawn(placed), placed)


def box_with_margin(lines: Lines, rng: np.random.Generator) -> Picture:
    """The box around all that was drawn, stretched to 20x20 in the middle of 28x28."""
    return _with_margin(box(lines, rng))


def filled_canvas(lines: Lines, rng: np.random.Generator) -> Picture:
    """The whole canvas scaled to 28x28, with the digit large in its middle."""
    return _scaled(_drawn(_placed(lines, FILLED)))


def canvas(lines: Lines, rng: np.random.Generator) -> Picture:
    """The whole canvas scaled to 28x28, the digit anywhere, of that size down to half of it."""
    placed = _placed(lines, FILLED * rng.uniform(0.5, 1))
    points = np.concatenate(placed)
    room = (CANVAS - np.ptp(points, axis=0) - PEN) / 2
    return _scaled(_drawn([line + rng.uniform(-room, room) for line in placed]))


def centred_box(lines: Lines, rng: np.random.Generator) -> Picture:
    """20 pixels on the longer side, the box in the middle of 28x28."""
    return _scaled(_drawn(_placed(lines, BOX / FIELD)))


def centre_of_mass(lines: Lines, rng: np.random.Generator) -> Picture:
    """As the app and MNIST itself do: 20 pixels, and the centre of mass in the middle."""
    return ink_to_image(lines)


PIPELINES: dict[str, Callable[[Lines, np.random.Generator], Picture]] = {
    "box of the last stroke, stretched, with a margin": box_of_last_stroke,
    "box of the ink, stretched": box,
    "box of the ink, stretched, with a margin": box_with_margin,
    "whole canvas, digit anywhere": canvas,
    "whole canvas, digit large in its middle": filled_canvas,
    "20-pixel box, centred": centred_box,
    "20-pixel box, centre of mass": centre_of_mass,
}
"""From strokes, of any unit, to the (28, 28) image of a network, 0 = paper to 1 = ink."""


def _placed(lines: Lines, part: float) -> list[NDArray[np.float64]]:
    """Strokes in the middle of the canvas, their ink taking a part of it on its longer side."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (part * CANVAS - PEN) / max(float((high - low).max()), 1.0)
    return [(line - (low + high) / 2) * scale + CANVAS / 2 for line in lines]


def _drawn(lines: Lines) -> Image.Image:
    image = Image.new("L", (CANVAS, CANVAS))
    draw = ImageDraw.Draw(image)
    for line in lines:
        path = [(float(x), float(y)) for x, y in line]
        draw.line(path, fill=255, width=PEN, joint="curve")
        for x, y in path:
            draw.ellipse([x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2], fill=255)
    return image


def _stretched(image: Image.Image, lines: Lines) -> Picture:
    """The part of the canvas around the ink of some strokes, without regard to its proportions."""
    points = np.concatenate(lines)
    reach = PEN / 2 + MARGIN
    left, top = np.maximum(points.min(axis=0) - reach, 0)
    right, bottom = np.minimum(points.max(axis=0) + reach, CANVAS)
    return _scaled(image.crop((int(left), int(top), int(right), int(bottom))))


def _with_margin(picture: Picture) -> Picture:
    """A (28, 28) picture in the middle 20x20 of another."""
    image = Image.fromarray(picture).resize((BOX, BOX), Image.Resampling.BILINEAR)
    return np.pad(np.asarray(image), (FIELD - BOX) // 2)


def _scaled(image: Image.Image) -> Picture:
    small = image.resize((FIELD, FIELD), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def pieces(ink: Ink, pen: float = 3.0) -> list[Ink]:
    """Strokes that touch belong together, others do not; from left to right.

    `pen` is the width of the pen in the unit of the ink.
    """
    lines = ink.lines()
    points = np.concatenate(lines)
    low = points.min(axis=0) - pen
    width, height = np.ceil(np.ptp(points, axis=0) + 2 * pen).astype(int)
    image = Image.new("1", (int(width) + 1, int(height) + 1))
    draw = ImageDraw.Draw(image)
    for line in lines:
        draw.line([(float(x), float(y)) for x, y in line - low], 1, round(pen), "curve")
        x, y = line[0] - low
        draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=1)
    components = find_components(np.asarray(image))
    corners = [np.rint(line[0] - low).astype(int) for line in lines]
    owners = np.array([components.labels[y, x] for x, y in corners])
    in_order = sorted(set(owners.tolist()), key=lambda owner: components.boxes[owner, 0])
    return [
        Ink.from_lines([line for line, o in zip(lines, owners, strict=True) if o == owner])
        for owner in in_order
    ]


def pieces_of_page(path: Path) -> list[tuple[Picture, Box]]:
    """Each connected piece of what is darker than one threshold, of the whole page, with its box.

    The threshold is that of N. Otsu, "A threshold selection method from gray-level histograms"
    (1979). Each piece is (height, width) float32, 0 = paper to 1 = ink.
    """
    with Image.open(path) as image:
        grey = np.asarray(image.convert("L"))
    mask = grey <= _otsu(grey)
    components = find_components(mask)
    found = []
    for number, (left, top, right, bottom) in enumerate(components.boxes.tolist()):
        if bottom - top >= LEAST_PIECE:
            piece = components.labels[top:bottom, left:right] == number
            found.append((piece.astype(np.float32), Box(left, top, right - left, bottom - top)))
    return found


def _otsu(grey: NDArray[np.uint8]) -> int:
    """The level, 0 to 255, that parts dark from light with the most variance between them."""
    count = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    dark, levels = np.cumsum(count), np.cumsum(count * np.arange(256))
    light = dark[-1] - dark
    with np.errstate(invalid="ignore"):
        apart = levels / dark - (levels[-1] - levels) / light
        return int(np.nanargmax(dark * light * apart**2))
