"""The numbers of a layer, and of a heat map, as pictures."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect

from app.preprocess import Picture
from app.ui.theme import Look, Palette

Floats = NDArray[np.float32]

MOST_MAPS = 512
"""So many maps or numbers of a layer are shown at most."""
LARGEST_MAP = 64
"""Pixels on a side of a map; of larger ones some rows and columns are left out."""
MAP, CELL, LABELLED, GAP = 30, 9, 17, 2
"""Sides of a map, of a single number, and of one of ten, and what is between them, in pixels of
usual density."""


def as_maps(values: Floats) -> Floats:
    """The output of a layer, of any shape, as (n, height, width); single numbers are 1x1."""
    match values.shape:
        case ():
            maps = values.reshape(1, 1, 1)
        case (count,):
            maps = values.reshape(count, 1, 1)
        case (_, _):
            maps = values[None]
        case (height, width, *_):
            maps = values.reshape(height, width, -1).transpose(2, 0, 1)
    down, across = (-(-side // LARGEST_MAP) for side in maps.shape[1:])
    return maps[:MOST_MAPS, ::down, ::across]


def coloured(values: Floats, palette: Palette) -> NDArray[np.uint8]:
    """Numbers as colours, (..., 3): positive ones in the accent's, negative ones in that of
    warnings, the fainter the nearer they are to 0."""
    faint = np.broadcast_to(_rgb(palette.faint), (*values.shape, 3))
    return _mixed(faint, _ends(values, palette), _strength(values))


def _ends(values: Floats, palette: Palette) -> Floats:
    return np.where((values < 0)[..., None], _rgb(palette.warning), _rgb(palette.accent))


def _strength(values: Floats) -> Floats:
    """The size of numbers, 1 for the largest of them."""
    sizes = np.abs(values)
    return (sizes / max(float(sizes.max(initial=0)), 1e-12)).astype(np.float32)


def _mixed(start: Floats, end: Floats, share: Floats) -> NDArray[np.uint8]:
    """Colours from one to another; `share` has the same shape but for the last axis."""
    return (start + (end - start) * share[..., None] + 0.5).astype(np.uint8)


def _rgb(colour: str) -> Floats:
    return np.array(pygame.Color(colour)[:3], np.float32)


class Mosaic:
    """The maps of a layer side by side, in as many rows as it takes.

    Attributes:
        size: width and height in display pixels.
        cell: from one map to the next, across.
    """

    def __init__(self, maps: Floats, width: int, look: Look) -> None:
        """`maps` is (n, height, width); `width` is what there is room for in display pixels."""
        self._maps = maps
        self._look = look
        count, down, across = maps.shape
        side = MAP if down * across > 1 else LABELLED if count == 10 else CELL
        self._zoom = max(round(look.px(side) / max(down, across)), 1)
        self._gap = look.px(GAP)
        self.cell = across * self._zoom + self._gap
        self._columns = min(max((width + self._gap) // self.cell, 1), count)
        self._rows = -(-count // self._columns)
        self.size = (
            self._columns * self.cell - self._gap,
            self._rows * (down * self._zoom + self._gap) - self._gap,
        )

    def at(self, x: int, y: int) -> int | None:
        """The number of the map at a place in the picture; None where it is a single number."""
        count, down, across = self._maps.shape
        column, row = x // self.cell, y // (down * self._zoom + self._gap)
        index = row * self._columns + column
        inside = 0 <= column < self._columns and 0 <= index < count
        return index if inside and down * across > 1 else None

    def place(self, index: int) -> Rect:
        """Where a map is in the picture."""
        _, down, across = self._maps.shape
        row, column = divmod(index, self._columns)
        size = across * self._zoom, down * self._zoom
        return Rect((column * self.cell, row * (size[1] + self._gap)), size)

    def enlarged(self, index: int, side: int) -> pygame.Surface:
        """One map, its longer side of about so many display pixels."""
        colours = coloured(self._maps, self._look.palette)[index].swapaxes(0, 1)
        zoom = max(side // max(colours.shape[:2]), 1)
        return pygame.transform.scale_by(pygame.surfarray.make_surface(colours), zoom)

    def draw(self) -> pygame.Surface:
        """The picture."""
        palette = self._look.palette
        count, down, across = self._maps.shape
        room = self._rows * self._columns
        colours = np.empty((room, down, across, 3), np.uint8)
        colours[:count] = coloured(self._maps, palette)
        colours[count:] = _rgb(palette.background)
        zoomed = colours.repeat(self._zoom, axis=1).repeat(self._zoom, axis=2)
        high, wide = zoomed.shape[1:3]
        grid = np.empty((self._rows, high + self._gap, self._columns, wide + self._gap, 3), "u1")
        grid[:] = _rgb(palette.background)
        grid[:, :high, :, :wide] = zoomed.reshape(
            self._rows, self._columns, high, wide, 3
        ).transpose(0, 2, 1, 3, 4)
        flat = grid.reshape(self._rows * (high + self._gap), self._columns * (wide + self._gap), 3)
        shown = flat[: self.size[1], : self.size[0]]
        return pygame.surfarray.make_surface(shown.swapaxes(0, 1))


def heat_map(image: Picture, evidence: Floats, side: int, palette: Palette) -> pygame.Surface:
    """Ink in the colours of what speaks for an answer and what against it.

    Args:
        image: (28, 28), 0 = paper to 1 = ink.
        evidence: (28, 28), positive for the answer, negative against it.
        side: of the picture in display pixels.
    """
    neutral = np.broadcast_to(_rgb(palette.bar), (*image.shape, 3))
    ink = _mixed(neutral, _ends(evidence, palette), _strength(evidence))
    paper = np.broadcast_to(_rgb(palette.paper), ink.shape)
    pixels = _mixed(paper, ink.astype(np.float32), image)
    small = pygame.surfarray.make_surface(pixels.swapaxes(0, 1))
    return pygame.transform.scale(small, (side, side))
