"""The display: how dense it is, and a window on it."""

from __future__ import annotations

import ctypes
import math
import os
import re
import sys
from ctypes import c_char_p, c_void_p

import pygame
from PIL import Image

from app.settings import ASSETS, SMALLEST_WINDOW
from app.ui import texts

ROOM = 0.92
"""A window leaves the rest of the screen's height for its title and the desktop's bar."""
USUAL_DENSITY = 96
"""Dots per inch."""


def display_scale() -> float:
    """Display pixels per pixel of usual density, 1 to 4, where SDL leaves that to the program; no
    more than lets the smallest window fit on the screen.

    Windows tells it; X11 desktops with dense displays set GDK_SCALE, or Xft.dpi in the X server.
    """
    scale = 1.0
    if sys.platform == "win32":
        scale = ctypes.windll.user32.GetDpiForSystem() / USUAL_DENSITY
    elif set_by_hand := _number(os.environ.get("GDK_SCALE", "")):
        scale = set_by_hand
    elif found := re.search(r"^Xft\.dpi:\s*(\S+)", x_resources(), re.MULTILINE):
        scale = _number(found[1]) / USUAL_DENSITY
    widest, highest = pygame.display.get_desktop_sizes()[0]
    fitting = min(widest / SMALLEST_WINDOW[0], ROOM * highest / SMALLEST_WINDOW[1])
    return max(min(scale, fitting, 4.0), 1.0)


def _number(words: str) -> float:
    """The number that is written there, 0 for none."""
    try:
        number = float(words)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def x_resources() -> str:
    """What desktops tell programs through the X server, as `xrdb` lists it; empty without one."""
    if pygame.display.get_driver() != "x11":
        return ""
    try:
        x11 = ctypes.CDLL("libX11.so.6")  # which SDL has loaded already
    except OSError:
        return ""
    x11.XOpenDisplay.restype = c_void_p
    x11.XCloseDisplay.argtypes = [c_void_p]
    x11.XResourceManagerString.argtypes = [c_void_p]
    x11.XResourceManagerString.restype = c_char_p
    display = x11.XOpenDisplay(None)
    if not display:
        return ""
    resources: bytes = x11.XResourceManagerString(display) or b""
    x11.XCloseDisplay(display)
    return resources.decode(errors="replace")


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
    size = min(width, widest), min(height, round(ROOM * highest))
    screen = pygame.display.set_mode(size, pygame.RESIZABLE)
    smallest = round(SMALLEST_WINDOW[0] * scale), round(SMALLEST_WINDOW[1] * scale)
    pygame.Window.from_display_module().minimum_size = smallest
    return screen
