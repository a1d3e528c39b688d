"""The plate that a dialog lies on, over a window in the shade."""

from __future__ import annotations

from pygame import Rect, Surface

from app.ui.shapes import rounded
from app.ui.theme import Look

CORNER = 14
"""In pixels of usual density."""
SHADE = 110
"""Opacity of the shade, 0 to 255."""


def draw_plate(screen: Surface, window: Rect, area: Rect, look: Look) -> None:
    """Shade the window, and draw an empty plate over an area of it."""
    shade = Surface(window.size)
    shade.set_alpha(SHADE)
    screen.blit(shade, window)
    rounded(screen, area.inflate(2, 2), look.palette.line, look.px(CORNER) + 1)
    rounded(screen, area, look.palette.background, look.px(CORNER))
