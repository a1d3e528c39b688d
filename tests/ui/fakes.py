"""A recognizer whose answers need no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

import numpy as np

from app.hand import Correction, Habits
from app.ink import Box, Ink, bounding_box
from app.preprocess import Picture, ink_box, ink_to_image, picture_to_image
from app.recognizer import Digit, Reading


class Untaught:
    """Corrections teach it nothing."""

    def study(self, corrections: Sequence[Correction]) -> None:
        return None

    def adopt(self, habits: Habits | None) -> None: ...

    def learn(self, corrections: Sequence[Correction]) -> None: ...


class DigitPerStroke(Untaught):
    """Reads every stroke as a digit of its own, the first as 1; not sure of any after the 5."""

    warning = None

    def read(self, ink: Ink, growing: bool = False) -> Reading:
        counter = StrokeCounter()
        digits = []
        for number in range(len(ink.strokes)):
            label = counter.read(Ink(ink.strokes[: number + 1])).digits[0]
            box = bounding_box([ink.strokes[number].xy()])
            digits.append(replace(label, box=box, strokes=(number,)))
        return Reading(tuple(digits))


class StrokeCounter(Untaught):
    """Reads as many as there are strokes, and is sure of it up to 5; pictures are all a 7.

    Attributes:
        seen: the number of points of the ink in every reading.
        may_read: while it is not set, pictures take their time.
        pictures: how many pictures have been read.
    """

    def __init__(self, warning: str | None = None) -> None:
        self.warning = warning
        self.seen: list[int] = []
        self.may_read = Event()
        self.may_read.set()
        self.pictures = 0

    def read(self, ink: Ink, growing: bool = False) -> Reading:
        self.seen.append(sum(len(stroke.points) for stroke in ink.strokes))
        if not ink.strokes:
            return Reading()
        lines = ink.lines()
        label = len(lines)
        probabilities = np.full(10, 0.01, np.float32)
        probabilities[label] = 0.91
        image = ink_to_image(lines)
        digit = Digit(label, 0.91, label <= 5, bounding_box(lines), probabilities, image)
        return Reading((digit,))

    def read_picture(self, picture: Picture) -> Reading:
        self.may_read.wait(10)
        self.pictures += 1
        if not picture.any():
            return Reading()
        rows, columns = ink_box(picture)
        height, width = rows.stop - rows.start, columns.stop - columns.start
        box = Box(columns.start, rows.start, width, height)
        probabilities = np.full(10, 0.01, np.float32)
        probabilities[7] = 0.91
        image = picture_to_image(picture[rows, columns])
        return Reading((Digit(7, 0.91, True, box, probabilities, image),))
