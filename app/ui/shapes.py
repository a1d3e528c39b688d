"""Smooth shapes: pygame's own lines and corners have steps."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pygame
from numpy.typing import NDArray

Alpha = NDArray[np.uint8]
Line = tuple[tuple[float, float], ...]
ROUND = 0.05
"""Of the field of 24 by 24, less than anybody sees."""


def line_area(
    start: tuple[float, float], end: tuple[float, float], width: float, within: pygame.Rect
) -> pygame.Rect:
    """The pixels of an area that a line with round ends may touch, of no size for none."""
    reach = width / 2 + 1
    (ax, ay), (bx, by) = start, end
    left, right = (math.floor(min(ax, bx) - reach), math.ceil(max(ax, bx) + reach) + 1)
    top, bottom = (math.floor(min(ay, by) - reach), math.ceil(max(ay, by) + reach) + 1)
    return pygame.Rect(left, top, right - left, bottom - top).clip(within)


def draw_line(
    alpha: Alpha,
    start: tuple[float, float],
    end: tuple[float, float],
    width: float,
    within: pygame.Rect | None = None,
) -> pygame.Rect:
    """Draw a line with round ends, anti-aliased; where lines overlap no seam is seen.

    Args:
        alpha: (width, height) of the opacities to draw in, 0 to 255; x first, as in pygame.
        start, end: in pixels, also outside; where they are the same a dot is drawn.
        width: in pixels.
        within: the pixels that may change, by default all.

    Returns:
        The pixels that may have changed, of no size where the line is outside.
    """
    everything = pygame.Rect((0, 0), alpha.shape)
    touched = line_area(start, end, width, everything if within is None else within)
    if not touched.size[0] or not touched.size[1]:
        return touched
    (ax, ay), (bx, by) = start, end
    x = np.arange(touched.left, touched.right, dtype=np.float32)[:, None] - np.float32(ax)
    y = np.arange(touched.top, touched.bottom, dtype=np.float32) - np.float32(ay)
    dx, dy = np.float32(bx - ax), np.float32(by - ay)
    # How far along the line, 0 to 1, its point nearest to each pixel is.
    along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, np.float32(1e-9)), 0, 1)
    distance = np.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2)
    cover = np.clip(width / 2 + 0.5 - distance, 0, 1) * 255
    part = alpha[touched.left : touched.right, touched.top : touched.bottom]
    np.maximum(part, cover.astype(np.uint8), out=part)
    return touched


@lru_cache(maxsize=64)
def drawing(lines: tuple[Line, ...], size: int, colour: str, width: float) -> pygame.Surface:
    """A square picture of lines given in a field of 24 by 24; `size` and `width` in pixels."""
    surface = transparent((size, size), colour)
    pygame.surfarray.pixels_alpha(surface)[:] = _cover(lines, size, width)
    return surface


@lru_cache(maxsize=32)
def _cover(lines: tuple[Line, ...], size: int, width: float) -> Alpha:
    """The opacities of such a picture, which are the same in every colour."""
    alpha = np.zeros((size, size), np.uint8)
    unit = size / 24
    for line in lines:
        points = [(x * unit - 0.5, y * unit - 0.5) for x, y in line]
        for start, end in pairwise(points):
            draw_line(alpha, start, end, width)
    return alpha


def transparent(size: tuple[int, int], colour: str) -> pygame.Surface:
    """A surface of a colour that cannot be seen until its opacities are raised."""
    surface = pygame.Surface(size, pygame.SRCALPHA)
    surface.fill((*pygame.Color(colour)[:3], 0))
    return surface


def arc(centre: tuple[float, float], radius: float, start: float, end: float) -> Line:
    """Points of an arc from one angle to another, in degrees, clockwise from the right.

    There are as few as look round: the lines between them are never farther from it than `ROUND`.
    """
    step = 2 * math.acos(1 - ROUND / radius)
    points = math.ceil(math.radians(abs(end - start)) / step) + 1
    angles = np.radians(np.linspace(start, end, points)).tolist()
    x, y = centre
    return tuple((x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles)


def rounded(surface: pygame.Surface, area: pygame.Rect, colour: str, radius: int) -> None:
    """Fill a rectangle that has round corners."""
    radius = min(radius, area.width // 2, area.height // 2)
    surface.fill(colour, area.inflate(-2 * radius, 0))
    surface.fill(colour, area.inflate(0, -2 * radius))
    _at_corners(surface, area, _disc(radius, colour, False))


def round_off(surface: pygame.Surface, area: pygame.Rect, colour: str, radius: int) -> None:
    """Paint over what is outside of the round corners of a rectangle."""
    _at_corners(surface, area, _disc(radius, colour, True))


def _at_corners(surface: pygame.Surface, area: pygame.Rect, disc: pygame.Surface) -> None:
    """Draw the four quarters of a disc in the corners of a rectangle."""
    radius = disc.get_width() // 2
    quarters = (
        (area.left, area.top, 0, 0),
        (area.right - radius, area.top, radius, 0),
        (area.left, area.bottom - radius, 0, radius),
        (area.right - radius, area.bottom - radius, radius, radius),
    )
    for x, y, from_x, from_y in quarters:
        surface.blit(disc, (x, y), (from_x, from_y, radius, radius))


@lru_cache(maxsize=128)
def _disc(radius: int, colour: str, outside: bool) -> pygame.Surface:
    """A disc, or what is left of its square when it has been cut out."""
    surface = transparent((2 * radius, 2 * radius), colour)
    if radius:
        alpha = pygame.surfarray.pixels_alpha(surface)
        draw_line(alpha, (radius - 0.5,) * 2, (radius - 0.5,) * 2, 2 * radius)
        if outside:
            np.subtract(255, alpha, out=alpha)
    return surface
