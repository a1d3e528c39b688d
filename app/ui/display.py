"""The display: how dense it is, and a window on it."""

from __future__ import annotations

import os
import sys

import pygame
from PIL import Image

from app.settings import ASSETS, SMALLEST_WINDOW
from app.ui import texts


def display_scale() -> float:
    """Display pixels per pixel of usual density, 1 to 4, where SDL leaves that to the program.

    Windows tells it; X11 desktops with dense displays set GDK_SCALE.
    """
    if sys.platform == "win32":
        import ctypes

        scale = ctypes.windll.user32.GetDpiForSystem() / 96
    else:
        try:
            scale = float(os.environ.get("GDK_SCALE", "1"))
        except ValueError:
            scale = 1.0
    return min(max(scale, 1.0), 4.0)


def open_display(size: tuple[int, int], scale: float) -> pygame.Surface:
    """Open a window of a size in pixels of usual density, or as large as the screen allows.

    Raises pygame.error where that is impossible.
    """
    pygame.font.init()
    # With Pillow, as pygame would need a second set of libraries for pictures.
    icon = Image.open(ASSETS / "icon.png").convert("RGBA")
    pygame.display.set_icon(pygame.image.frombytes(icon.tobytes(), icon.size, "RGBA"))
    pygame.display.set_caption(texts.APP_NAME)
    width, height = (round(side * scale) for side in size)
    widest, highest = pygame.display.get_desktop_sizes()[0]
    size = min(width, widest), min(height, highest)
    screen = pygame.display.set_mode(size, pygame.RESIZABLE)
    smallest = round(SMALLEST_WINDOW[0] * scale), round(SMALLEST_WINDOW[1] * scale)
    pygame.Window.from_display_module().minimum_size = smallest
    return screen
