"""The panels beside the paper."""

from __future__ import annotations

import pygame
import pytest

from app.ui import texts
from app.ui.layout import lay_out
from app.ui.panels import caption, picture_frame
from app.ui.theme import PALETTES, Look


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("scale", [1, 1.1, 1.25, 1.5, 1.75, 2, 3])
@pytest.mark.parametrize("size", [(480, 360), (640, 480), (1000, 700)])
def test_the_captions_of_the_picture_end_above_it(
    size: tuple[int, int], scale: float, language: str, screen: pygame.Surface
) -> None:
    texts.use(language)
    look = Look(PALETTES["light"], scale)
    layout = lay_out((round(size[0] * scale), round(size[1] * scale)), scale)
    frame = picture_frame(layout.picture, look, layout.compact)
    room = layout.picture.width, frame.top - layout.picture.top
    for words in (texts.PICTURE, texts.LOOK_INSIDE):
        width, height = caption(words, look, room).get_size()
        assert width <= room[0] and height <= room[1]
