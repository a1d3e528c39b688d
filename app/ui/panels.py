"""The panels beside the paper: the answer, the probabilities, what the network sees."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pygame
from pygame import Rect, Surface

from app.preprocess import FIELD, Picture
from app.recognizer import Digit, Reading
from app.ui import texts
from app.ui.layout import CAPTION, CAPTION_OF_TWO_LINES
from app.ui.shapes import round_off, rounded
from app.ui.theme import Look, font, glyphs, text

SMALLEST_ANSWER = 14
"""Size of its digits in pixels of usual density; of a page full of them only the first fit in."""
CAPTION_SIZE, SMALLEST_CAPTION = 13, 9
"""Sizes of the small headings, in pixels of usual density."""
SHOWN = 0.005
"""The probability from which on there is a bar: that of 1 %, rounded."""


def bar_rows(area: Rect, look: Look, compact: bool) -> list[Rect]:
    """Where the row of each of the ten digits is in the area of the bars."""
    top = area.top if compact else area.top + look.px(26)
    edges = [round(top + label * (area.bottom - top) / 10) for label in range(11)]
    return [Rect(area.left, up, area.width, down - up) for up, down in pairwise(edges)]


def caption(string: str, look: Look, room: tuple[int, int]) -> Surface:
    """A small heading, even smaller where it would need more lines than its room has."""
    width, height = room
    sizes = range(look.px(CAPTION_SIZE), look.px(SMALLEST_CAPTION), -1)
    tried = (text(string, size, look.palette.muted, wrap=width) for size in sizes)
    fitting = (words for words in tried if words.get_height() <= height)
    return next(fitting, text(string, look.px(SMALLEST_CAPTION), look.palette.muted, wrap=width))


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


def draw_bars(
    screen: Surface,
    area: Rect,
    look: Look,
    digit: Digit | None,
    compact: bool,
    hovered: int | None = None,
) -> None:
    """Ten rows: the digit, a bar that grows with its probability, and the percentage.

    The mouse may be over one of them, to say that the digit is this one.
    """
    palette = look.palette
    rows = bar_rows(area, look, compact)
    if not compact:
        words = texts.BARS if hovered is None else texts.CORRECT_HINT
        screen.blit(caption(words, look, (area.width, rows[0].top - area.top)), area)
    row = rows[0].height
    size = min(look.px(15), int(row * 0.8))
    thickness = min(look.px(12), int(row * 0.45))
    label_width = look.px(20)
    percent_width = font(size).size(texts.percent(1))[0] + look.px(8)
    full = area.width - label_width - percent_width
    # In a line of text the middle of a digit is below the middle of the line.
    zero = text("0", size, palette.text)
    sunk = zero.get_bounding_rect().centery - zero.get_height() // 2
    if hovered is not None:
        beside = rows[hovered].inflate(look.px(12), -look.px(2))
        rounded(screen, beside, palette.hover, look.px(6))
    for label in range(10):
        middle = rows[label].centery
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


def picture_frame(area: Rect, look: Look, compact: bool) -> Rect:
    """Where the picture is in its area, as many times enlarged as fits."""
    side = (area.height - look.px(CAPTION_OF_TWO_LINES if compact else CAPTION)) // FIELD * FIELD
    return Rect(area.left, area.bottom - side, side, side)


def draw_picture(
    screen: Surface,
    area: Rect,
    look: Look,
    digit: Digit | None,
    compact: bool,
    hovered: bool = False,
) -> None:
    """The image the network was given; the mouse may be over it, to look inside the network."""
    frame = picture_frame(area, look, compact)
    words = texts.LOOK_INSIDE if hovered else texts.PICTURE
    screen.blit(caption(words, look, (area.width, frame.top - area.top)), area)
    if digit:
        screen.blit(enlarged(digit.image, frame.width), frame)
    else:
        screen.fill(look.palette.faint, frame)
    round_off(screen, frame, look.palette.background, look.px(6))


def enlarged(image: Picture, side: int) -> Surface:
    """An image of the network, white on black as it is, every pixel a sharp square."""
    grey = np.rint(image.T * 255).astype(np.uint8)
    small = pygame.surfarray.make_surface(np.repeat(grey[:, :, None], 3, axis=2))
    return pygame.transform.scale(small, (side, side))
