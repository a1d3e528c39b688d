"""Colours, fonts and the look of the widgets."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pygame
import pygame_gui

DIGIT_HEIGHT = 0.73
"""Height of a digit, overshoot of the round ones included, in a font of size 1."""
MEASURE = 100
"""Size of the font that widths are measured with, in pixels."""
LINE_HEIGHT = 1.37
"""From one line of text to the next, in a font of size 1."""


@dataclass(frozen=True)
class Palette:
    """The colours of a theme, as `#rrggbb`. Accent and warning differ for every kind of eyes."""

    background: str
    paper: str
    line: str
    ink: str
    text: str
    muted: str
    faint: str
    bar: str
    accent: str
    warning: str
    hover: str
    press: str
    disabled: str


PALETTES = {
    "light": Palette(
        background="#f3f4f7",
        paper="#ffffff",
        line="#dcdfe6",
        ink="#16203a",
        text="#1b2233",
        muted="#626b7f",
        faint="#e3e6ec",
        bar="#a9b4c6",
        accent="#0067c0",
        warning="#a34a00",
        hover="#e5e8ee",
        press="#d8dde6",
        disabled="#b4bac6",
    ),
    "dark": Palette(
        background="#15181e",
        paper="#1e222a",
        line="#323844",
        ink="#eef2fa",
        text="#e9ecf3",
        muted="#98a1b3",
        faint="#2a2f39",
        bar="#5d6880",
        accent="#56b4e9",
        warning="#f0a35e",
        hover="#262b34",
        press="#303642",
        disabled="#505766",
    ),
}


@dataclass(frozen=True)
class Look:
    """How everything is drawn: the colours, and display pixels per pixel of usual density."""

    palette: Palette
    scale: float = 1.0

    def px(self, length: float) -> int:
        """A length given in pixels of usual density, in display pixels."""
        return round(length * self.scale)


_FONTS = Path(pygame_gui.__file__).parent / "data"


def font(size: int, bold: bool = False) -> pygame.Font:
    """The font of the window, `size` display pixels high until the next call."""
    font = _font(bold)
    if font.point_size != size:
        font.point_size = size
    return font


@lru_cache(maxsize=2)
def _font(bold: bool) -> pygame.Font:
    """One for all sizes, as each takes 0.6 MB."""
    return pygame.Font(_FONTS / ("NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"))


@lru_cache(maxsize=256)
def text(string: str, size: int, colour: str, bold: bool = False, wrap: int = 0) -> pygame.Surface:
    """A rendered text; `wrap` is the width in display pixels to break lines at, 0 for never."""
    return font(size, bold).render(string, True, colour, wraplength=wrap)


def shortened(
    string: str, size: int, width: int, bold: bool = False, from_start: bool = False
) -> str:
    """As much of a line of text as fits into a width; what is left out is its end, or its start."""

    def part(length: int) -> str:
        left = string[len(string) - length :] if from_start else string[:length]
        return f"...{left}" if from_start else f"{left}..."

    def measure(line: str) -> int:
        return font(size, bold).size(line)[0]

    if measure(string) <= width:
        return string
    too_long = bisect_right(range(len(string)), width, key=lambda length: measure(part(length)))
    return part(max(too_long - 1, 0))


@lru_cache(maxsize=2)
def glyphs(string: str, room: tuple[int, int], colour: str, smallest: int) -> pygame.Surface:
    """Lines of digits as large as a width and height allow, less the space round them.

    Where they would be smaller than `smallest` pixels, only the first of them are shown.
    """
    width, height = room
    lines = string.split("\n")
    size = round(height / (DIGIT_HEIGHT + (len(lines) - 1) * LINE_HEIGHT))
    widest = max(font(MEASURE, bold=True).size(line)[0] for line in lines)
    size = min(size, MEASURE * width // (widest + 1))
    if size < smallest:
        size = smallest
        most = max(int((height / size - DIGIT_HEIGHT) / LINE_HEIGHT) + 1, 1)
        rest = ["..."] if len(lines) > most else []
        lines = [shortened(line, size, width, bold=True) for line in lines[: most - len(rest)]]
        lines += rest
    line = font(size, bold=True).render("\n".join(lines), True, colour)
    return line.subsurface(line.get_bounding_rect())


def widget_theme(look: Look) -> dict[str, Any]:
    """The theme of the widgets in the layout of pygame_gui."""
    palette = look.palette
    clear = "#00000000"
    return {
        "button": {
            "colours": {
                "normal_bg": clear,
                "hovered_bg": palette.hover,
                "active_bg": palette.press,
                "selected_bg": palette.press,
                "disabled_bg": clear,
            },
            "misc": {
                "shape": "rounded_rectangle",
                "shape_corner_radius": str(look.px(8)),
                "border_width": "0",
                "shadow_width": "0",
                "tool_tip_delay": "0.5",
            },
        },
        "horizontal_slider": {
            "colours": {"dark_bg": clear, "normal_border": clear},
            "misc": {
                "border_width": "0",
                "shadow_width": "0",
                "enable_arrow_buttons": "0",
                "sliding_button_width": str(look.px(18)),
            },
        },
        "horizontal_slider.#sliding_button": {
            "colours": {
                "normal_bg": palette.accent,
                "hovered_bg": palette.accent,
                "active_bg": palette.accent,
                "selected_bg": palette.accent,
            },
            "misc": {"shape": "ellipse", "border_width": "0", "shadow_width": "0"},
        },
        "tool_tip": {"misc": {"rect_width": "-1"}},
        "tool_tip.text_box": {
            "font": {"name": "noto_sans", "size": str(look.px(13)), "style": "regular"},
            "colours": {
                "dark_bg": palette.text,
                "normal_border": palette.text,
                "normal_text": palette.background,
            },
            "misc": {
                "shape": "rounded_rectangle",
                "shape_corner_radius": str(look.px(6)),
                "border_width": "0",
                "shadow_width": "0",
                "padding": f"{look.px(8)},{look.px(5)}",
            },
        },
    }
