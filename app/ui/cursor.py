"""The mouse's cursor: over the paper an eraser is seen as large as it is."""

from __future__ import annotations

import numpy as np
import pygame

from app.ui.canvas import ERASER, Canvas, Tool
from app.ui.shapes import draw_line, transparent
from app.ui.theme import Look

LINE = 1.5
"""Width of the circle, in pixels of usual density."""


class Cursor:
    """Shows the arrow, or a circle where the mouse erases."""

    def __init__(self) -> None:
        self._shown: tuple[int, str] | None = None

    def follow(self, canvas: Canvas, look: Look, covered: bool) -> None:
        """Be right for where the mouse is and what it does; `covered` by a dialog it is an arrow.

        Only a change costs something.
        """
        on_paper = canvas.pen_down or canvas.area.collidepoint(pygame.mouse.get_pos())
        erases = canvas.erasing or (canvas.tool is not Tool.PEN and not canvas.picture)
        wanted = None
        if erases and on_paper and not covered:
            wanted = look.px(ERASER), look.palette.muted
        if wanted == self._shown:
            return
        self._shown = wanted
        if wanted is None:
            pygame.mouse.set_cursor(pygame.cursors.arrow)
        else:
            radius, colour = wanted
            circle = _circle(radius, colour, LINE * look.scale)
            pygame.mouse.set_cursor(pygame.cursors.Cursor((radius, radius), circle))


def _circle(radius: int, colour: str, line: float) -> pygame.Surface:
    size = 2 * radius + 1, 2 * radius + 1
    circle = transparent(size, colour)
    alpha = pygame.surfarray.pixels_alpha(circle)
    hole = np.zeros(size, np.uint8)
    middle = radius, radius
    draw_line(alpha, middle, middle, 2 * radius)
    draw_line(hole, middle, middle, 2 * (radius - line))
    alpha -= hole
    return circle
