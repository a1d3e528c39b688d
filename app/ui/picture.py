"""A picture that was read, and how it lies on the paper with its ink made visible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from typing import NamedTuple

import numpy as np
import pygame
from PIL import Image, ImageStat
from pygame import Rect, Surface

from app.ink import Box
from app.photo import TILE
from app.preprocess import Picture
from app.recognizer import Reading
from app.ui.theme import PALETTES, Look

LONGEST = 1600
"""Pixels on the longer side of what is kept to be shown."""
MARGIN = 12
"""Paper on each side of the picture, in pixels of usual density."""
VEIL = 0.4
"""How much of the picture's colours is paper's, so that its ink stands out."""
DARK = 100
"""Mean brightness, 0 to 255, of a picture below which it is dark."""
LARGEST_PIXEL, LARGEST_PIXEL_OF_TILE = 2, 12
"""What a pixel of the picture is enlarged to at most, in pixels of usual density."""


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A picture and its reading; packed, as undo can bring every one of them back.

    Attributes:
        name: what to call it.
        size: width and height of the ink that was read, the unit of the reading's boxes.
        packed: the upright picture as a JPEG, or a PNG where it is a tile.
        packed_ink: its ink as a grey PNG, 0 = paper to 255 = ink.
        reading: what was read in it.
    """

    name: str
    size: tuple[int, int]
    packed: bytes
    packed_ink: bytes
    reading: Reading

    @classmethod
    def pack(cls, name: str, bands: Picture, ink: Picture, reading: Reading) -> ReadPicture:
        """Of the bands of a picture and of its ink, both (height, width, ...) from 0 to 1."""
        height, width = ink.shape
        packed = _pack(bands, "PNG" if max(width, height) <= TILE else "JPEG")
        return cls(name, (width, height), packed, _pack(ink, "PNG"), reading)


def _pack(values: Picture, kind: str) -> bytes:
    grey = values[:, :, 0] if values.shape[2:] == (1,) else values
    image = Image.fromarray((grey * 255 + 0.5).astype(np.uint8))
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    file = BytesIO()
    image.save(file, kind, quality=90)
    return file.getvalue()


class Placed(NamedTuple):
    """A picture on the paper.

    Attributes:
        surface: the picture, paler than it is, with its ink in the accent's colour; it lies in
            the middle of the paper.
        reading: its reading, with boxes in pixels of the paper.
        look: what is seen well on it; that of a dark theme where the picture is dark.
    """

    surface: Surface
    reading: Reading
    look: Look


def place(picture: ReadPicture, paper: Rect, look: Look) -> Placed:
    """Fit a picture into the paper, an area of the window, as large as is sensible."""
    size = _fitted_size(picture.size, paper, look)
    tile = max(picture.size) <= TILE
    how = Image.Resampling.NEAREST if tile else Image.Resampling.BICUBIC
    shown = Image.open(BytesIO(picture.packed)).convert("RGB").resize(size, how)
    ink = Image.open(BytesIO(picture.packed_ink)).resize(size, how)
    brightness = ImageStat.Stat(shown.convert("L")).mean[0]
    look = replace(look, palette=PALETTES["dark" if brightness < DARK else "light"])
    palette = look.palette
    shown = Image.blend(shown, Image.new("RGB", size, palette.paper), VEIL)
    shown.paste(palette.accent, mask=ink)
    surface = pygame.image.frombytes(shown.tobytes(), size, "RGB")
    area = surface.get_rect(center=paper.center)
    scale = size[0] / picture.size[0], size[1] / picture.size[1]
    corner = area.left - paper.left, area.top - paper.top
    digits = tuple(
        replace(digit, box=_placed_box(digit.box, scale, corner))
        for digit in picture.reading.digits
    )
    return Placed(surface, replace(picture.reading, digits=digits), look)


def small(picture: ReadPicture, size: tuple[int, int]) -> Surface:
    """The picture as large as fits into a width and height, in pixels."""
    with Image.open(BytesIO(picture.packed)) as image:
        image.draft("RGB", size)  # a JPEG need not be unpacked as large as it is
        shown = image.convert("RGB")
    shown.thumbnail(size)
    return pygame.image.frombytes(shown.tobytes(), shown.size, "RGB")


def _fitted_size(size: tuple[int, int], paper: Rect, look: Look) -> tuple[int, int]:
    """A size of the same aspect; the pixels of a tile become squares of whole pixels."""
    room = paper.inflate(-2 * look.px(MARGIN), -2 * look.px(MARGIN)).size
    scale = min(space / length for space, length in zip(room, size, strict=True))
    if max(size) <= TILE:
        scale = max(1, int(min(scale, LARGEST_PIXEL_OF_TILE * look.scale)))
    else:
        scale = min(scale, LARGEST_PIXEL * look.scale)
    width, height = (max(1, round(length * scale)) for length in size)
    return width, height


def _placed_box(box: Box, scale: tuple[float, float], corner: tuple[float, float]) -> Box:
    (x, y, width, height), (across, down) = box, scale
    return Box(x * across + corner[0], y * down + corner[1], width * across, height * down)
