"""A small picture of ink."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pygame

from app.ink import Ink, bounding_box
from app.ui.shapes import draw_line, transparent

FILLED = 0.76
"""How much of the picture's side the longer side of the ink takes."""
PEN = 0.055
"""Width of the line, for a picture of side 1."""


def thumbnail(ink: Ink, side: int, colour: str, width: int | None = None) -> pygame.Surface:
    """Ink in the middle of a transparent picture, `side` display pixels high and, without `width`,
    as wide."""
    lines = ink.lines()
    size = width or side, side
    surface = transparent(size, colour)
    if not lines:
        return surface
    box = bounding_box(lines)
    scale = FILLED * min(size[0] / max(box.width, 1), size[1] / max(box.height, 1))
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    alpha = pygame.surfarray.pixels_alpha(surface)
    for line in lines:
        points = ((line - middle) * scale + (np.array(size) - 1) / 2).tolist()
        for start, end in pairwise(points if len(points) > 1 else points * 2):
            draw_line(alpha, start, end, max(PEN * side, 1.5))
    return surface
