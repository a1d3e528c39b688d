"""Frames are taken out of a picture, and what only looks like one is not."""

from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.frames import without_frames
from app.preprocess import Picture


def picture(image: Image.Image) -> Picture:
    return np.asarray(image, np.float32) / np.float32(255)


def page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (400, 200))
    return image, ImageDraw.Draw(image)


def dots(draw: ImageDraw.ImageDraw) -> None:
    """Something in each of four places in a row."""
    for x in (80, 150, 220, 290):
        draw.line([(x + 10, 80), (x + 15, 120)], fill=255, width=6)


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("kind", ["border", "boxes", "shared walls", "rounded", "a little askew"])
def test_only_what_is_in_a_frame_is_left(kind: str, width: int) -> None:
    image, draw = page()
    dots(draw)
    expected = picture(image)
    lefts = [60, 130, 200, 270]
    if kind == "border":
        draw.rectangle([5, 5, 394, 194], outline=255, width=width)
    elif kind == "rounded":
        draw.rounded_rectangle([40, 40, 360, 160], 8, outline=255, width=width)
    elif kind == "a little askew":
        draw.line([(40, 42), (360, 50), (358, 160), (38, 152), (40, 42)], fill=255, width=width)
    else:
        wide = 70 + width - 1 if kind == "shared walls" else 60
        for left in lefts:
            draw.rectangle([left, 60, left + wide, 140], outline=255, width=width)
    assert np.array_equal(without_frames(picture(image)), expected)


def test_the_pale_edge_of_a_frame_goes_along() -> None:
    image, draw = page()
    dots(draw)
    expected = picture(image)
    fine = Image.new("L", (1600, 800))
    ImageDraw.Draw(fine).rectangle([100, 100, 1500, 700], outline=255, width=9)
    framed = np.maximum(expected, picture(fine.reduce(4)))
    assert np.abs(without_frames(framed) - expected).max() < 0.2


def test_a_ring_an_empty_box_and_letters_are_no_frames() -> None:
    image, draw = page()
    dots(draw)
    draw.ellipse([70, 40, 130, 160], outline=255, width=4)
    draw.rectangle([330, 60, 380, 140], outline=255, width=3)
    draw.line([(210, 60), (210, 140), (260, 140)], fill=255, width=4)
    assert np.array_equal(without_frames(picture(image)), picture(image))


def test_digits_that_touch_a_wall_keep_it() -> None:
    image, draw = page()
    dots(draw)
    draw.rectangle([60, 60, 340, 140], outline=255, width=2)
    for x, y in product((100, 170), (70, 130)):
        draw.line([(x, y), (x + 20, 60)], fill=255, width=6)
    assert (without_frames(picture(image)) == picture(image)).mean() > 0.99
