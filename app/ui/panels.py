"""The panels beside the paper: the answer, the probabilities, what the network sees."""

from __future__ import annotations

import numpy as np
import pygame
from pygame import Rect, Surface

from app.preprocess import FIELD, Picture
from app.recognizer import Digit, Reading
from app.ui import texts
from app.ui.layout import CAPTION, CAPTION_OF_TWO_LINES, Layout
from app.ui.shapes import round_off, rounded
from app.ui.theme import Look, font, glyphs, text

SMALLEST_ANSWER = 14
"""Size of its digits in pixels of usual density; of a page full of them only the first fit in."""
SHOWN = 0.005
"""The probability from which on there is a bar: that of 1 %, rounded."""


def draw_panels(
    screen: Surface, layout: Layout, look: Look, reading: Reading, digit: Digit | None
) -> None:
    """Draw all of them: the whole reading, and the bars and the picture of one of its digits."""
    draw_answer(screen, layout.answer, look, reading)
    draw_bars(screen, layout.bars, look, digit, layout.compact)
    draw_picture(screen, layout.picture, look, digit, layout.compact)


def _caption(screen: Surface, area: Rect, look: Look, string: str, wrap: int = 0) -> None:
    surface = text(string, look.px(13), look.palette.muted, wrap=wrap)
    screen.blit(surface, area)


def draw_answer(screen: Surface, area: Rect, look: Look, reading: Reading) -> None:
    """The reading as large as the area allows, with how sure it is below."""
    if not reading.digits:
        return
    accepted = all(digit.accepted for digit in reading.digits)
    colour = look.palette.text if accepted else look.palette.warning
    words = text(texts.confidence(reading), look.px(15), look.palette.muted, wrap=area.width)
    gap = look.px(8)
    room = area.width, area.height - gap - words.get_height()
    answer = glyphs(reading.text, room, colour, look.px(SMALLEST_ANSWER))
    screen.blit(answer, area)
    screen.blit(words, (area.left, area.top + answer.get_height() + gap))


def draw_bars(screen: Surface, area: Rect, look: Look, digit: Digit | None, compact: bool) -> None:
    """Ten rows: the digit, a bar that grows with its probability, and the percentage."""
    palette = look.palette
    top = area.top
    if not compact:
        _caption(screen, area, look, texts.BARS)
        top += look.px(26)
    row = (area.bottom - top) / 10
    size = min(look.px(15), int(row * 0.8))
    thickness = min(look.px(12), int(row * 0.45))
    label_width = look.px(20)
    percent_width = font(size).size(texts.percent(1))[0] + look.px(8)
    full = area.width - label_width - percent_width
    # In a line of text the middle of a digit is below the middle of the line.
    zero = text("0", size, palette.text)
    sunk = zero.get_bounding_rect().centery - zero.get_height() // 2
    for label in range(10):
        middle = round(top + (label + 0.5) * row)
        probability = float(digit.probabilities[label]) if digit else 0.0
        best = digit is not None and label == digit.label
        colour = palette.text if best else palette.muted
        name = text(str(label), size, colour, best)
        screen.blit(name, name.get_rect(midleft=(area.left, middle - sunk)))
        track = Rect(area.left + label_width, middle - thickness // 2, full, thickness)
        rounded(screen, track, palette.faint, thickness // 2)
        if digit is None:
            continue
        if probability >= SHOWN:
            # As much of a full bar as the probability says, so that small ones look small.
            clip = screen.get_clip()
            screen.set_clip(clip.clip(Rect(track.topleft, (round(full * probability), thickness))))
            answered = best and digit.accepted
            rounded(screen, track, palette.accent if answered else palette.bar, thickness // 2)
            screen.set_clip(clip)
        percent = text(texts.percent(probability), size, colour, best)
        screen.blit(percent, percent.get_rect(midright=(area.right, middle - sunk)))


def draw_picture(
    screen: Surface, area: Rect, look: Look, digit: Digit | None, compact: bool
) -> None:
    """The image the network was given, as many times enlarged as fits."""
    _caption(screen, area, look, texts.PICTURE, wrap=area.width)
    side = (area.height - look.px(CAPTION_OF_TWO_LINES if compact else CAPTION)) // FIELD * FIELD
    frame = Rect(area.left, area.bottom - side, side, side)
    if digit:
        screen.blit(_enlarged(digit.image, side), frame)
    else:
        screen.fill(look.palette.faint, frame)
    round_off(screen, frame, look.palette.background, look.px(6))


def _enlarged(image: Picture, side: int) -> Surface:
    """An image of the network, white on black as it is, every pixel a sharp square."""
    grey = np.rint(image.T * 255).astype(np.uint8)
    small = pygame.surfarray.make_surface(np.repeat(grey[:, :, None], 3, axis=2))
    return pygame.transform.scale(small, (side, side))
