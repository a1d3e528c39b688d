"""A window that nobody sees, with a recognizer that counts strokes."""

from __future__ import annotations

import numpy as np
import pygame
import pytest

from app.ink import Ink, bounding_box
from app.preprocess import ink_to_image
from app.recognizer import Digit, Reading
from app.settings import Settings
from app.ui.window import Window


class StrokeCounter:
    """Reads as many as there are strokes, and is sure of it up to 5."""

    def __init__(self, warning: str | None = None) -> None:
        self.warning = warning
        self.seen: list[int] = []
        """The number of points of the ink in every reading."""

    def read(self, ink: Ink) -> Reading:
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


@pytest.fixture
def screen() -> pygame.Surface:
    """A fresh display of 1000x700."""
    pygame.display.init()
    pygame.font.init()
    screen = pygame.display.set_mode((1000, 700), pygame.RESIZABLE)
    pygame.display.set_caption("")
    pygame.event.clear()
    return screen


@pytest.fixture
def recognizer() -> StrokeCounter:
    return StrokeCounter()


@pytest.fixture
def window(screen: pygame.Surface, recognizer: StrokeCounter) -> Window:
    return Window(recognizer, Settings(), screen)
