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


def thumbnail(ink: Ink, side: int, colour: str) -> pygame.Surface:
    """Ink in the middle of a transparent square, `side` display pixels wide."""
    lines = ink.lines()
    surface = transparent((side, side), colour)
    if not lines:
        return surface
    box = bounding_box(lines)
    scale = FILLED * side / max(box.width, box.height, 1)
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    alpha = pygame.surfarray.pixels_alpha(surface)
    for line in lines:
        points = ((line - middle) * scale + (side - 1) / 2).tolist()
        for start, end in pairwise(points if len(points) > 1 else points * 2):
            draw_line(alpha, start, end, max(PEN * side, 1.5))
    return surface
