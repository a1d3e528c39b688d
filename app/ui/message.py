"""What the window has to say: a sentence on a plate at the foot of the paper."""

from __future__ import annotations

from pygame import Rect, Surface

from app.ui import texts
from app.ui.shapes import rounded
from app.ui.theme import Look, text

MARGIN, PADDING, SIZE, CORNER = 12, 10, 15, 8
"""In pixels of usual density."""


def draw_message(screen: Surface, paper: Rect, look: Look, sentence: str) -> None:
    """Draw it over whatever is on the paper, an area of the window."""
    wrap = paper.width - 2 * look.px(MARGIN + PADDING)
    colour = look.palette.background
    words = text(texts.printable(sentence), look.px(SIZE), colour, wrap=wrap)
    plate = words.get_rect().inflate(2 * look.px(PADDING), 2 * look.px(PADDING))
    plate.midbottom = paper.centerx, paper.bottom - look.px(MARGIN)
    rounded(screen, plate, look.palette.text, look.px(CORNER))
    screen.blit(words, words.get_rect(center=plate.center))
