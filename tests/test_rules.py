import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.preprocess import Picture
from app.rules import without_rules

SIZE = (800, 600)


def written(width: int = 9) -> Image.Image:
    """A 4 and a 2, white on black."""
    image = Image.new("L", SIZE)
    draw = ImageDraw.Draw(image)
    draw.line([(250, 200), (200, 310), (300, 310)], fill=255, width=width, joint="curve")
    draw.line([(270, 250), (260, 380)], fill=255, width=width)
    two = [(400, 240), (440, 200), (470, 250), (400, 380), (480, 375)]
    draw.line(two, fill=255, width=width, joint="curve")
    return image


def ruled(strength: int, squared: bool = False) -> Image.Image:
    image = Image.new("L", SIZE)
    draw = ImageDraw.Draw(image)
    for y in range(20, 600, 70):
        draw.line([(0, y), (800, y)], fill=strength, width=2)
    for x in range(15, 800, 70) if squared else ():
        draw.line([(x, 0), (x, 600)], fill=strength, width=2)
    return image


def picture(image: Image.Image) -> Picture:
    return np.asarray(image, dtype=np.float32) / 255


def turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC)


def seen_aslant(image: Image.Image) -> Image.Image:
    corners = (-60, -30, 30, 640, 760, 590, 850, -70)
    return image.transform(SIZE, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def check(rules: Picture, writing: Picture) -> None:
    """The rules are gone, the writing is still there."""
    rest = without_rules(np.maximum(rules, writing))
    assert rest[writing > 0.9].mean() > 0.97
    beside = writing < 0.1
    assert rest[beside].sum() < 0.1 * rules[beside].sum()


@pytest.mark.parametrize("strength", [80, 255])
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("degrees", [0, -3.3, 9.5])
def test_rules_go_and_the_writing_on_them_stays(
    strength: int, squared: bool, degrees: float
) -> None:
    check(picture(turned(ruled(strength, squared), degrees)), picture(turned(written(), degrees)))


def test_rules_that_fan_out_are_found() -> None:
    check(picture(seen_aslant(ruled(100))), picture(seen_aslant(written())))


def test_thin_strokes_are_no_rules() -> None:
    one = Image.new("L", (300, 300))
    ImageDraw.Draw(one).line([(150, 20), (150, 280)], fill=255, width=2)
    ImageDraw.Draw(one).line([(60, 30), (120, 32), (80, 280)], fill=255, width=2)
    for ink in (picture(one), picture(written(2))):
        assert np.array_equal(without_rules(ink), ink)


def test_where_there_is_nothing_else_all_stays() -> None:
    ink = picture(ruled(255))
    assert np.array_equal(without_rules(ink), ink)
    nothing = np.zeros((20, 30), np.float32)
    assert not without_rules(nothing).any()


@pytest.mark.parametrize("size", [(1600, 200), (200, 1600), (5000, 66), (65, 1), (1, 65)])
def test_long_strips_keep_their_ink(size: tuple[int, int]) -> None:
    strip = Image.new("L", size)
    width, height = size
    ImageDraw.Draw(strip).line([(width // 3, 0), (width // 2, height)], fill=255, width=9)
    ink = picture(strip)
    assert without_rules(ink).sum() > 0.5 * ink.sum()
