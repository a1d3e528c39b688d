import time

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.page import find_digits, one_digit
from app.preprocess import Picture
from app.recognizer import Recognizer
from tests.limits import SECONDS
from training.datasets import Mnist


def sure(pictures: list[Picture]) -> NDArray[np.float32]:
    """What a network might say that takes everything for a zero."""
    return np.repeat(np.eye(10, dtype=np.float32)[:1], len(pictures), axis=0)


def zeros(*centres: tuple[int, int], size: tuple[int, int] = (900, 600)) -> Image.Image:
    """Zeros of 60 x 80 pixels."""
    image = Image.new("L", size)
    for x, y in centres:
        ImageDraw.Draw(image).ellipse([x - 30, y - 40, x + 30, y + 40], outline=255, width=8)
    return image


def picture(image: Image.Image) -> Picture:
    return np.asarray(image, dtype=np.float32) / 255


def found(image: Image.Image) -> list[tuple[float, float, int, bool]]:
    """Middle and line of each digit, and whether a gap parts it from the one before."""
    return [
        (round(box.x + box.width / 2), round(box.y + box.height / 2), *at)
        for _, box, *at in find_digits(picture(image), sure)
    ]


def test_digits_come_in_lines_and_numbers() -> None:
    page = zeros((100, 100), (190, 110), (400, 95), (100, 260), (190, 270), (280, 255))
    spaced = [(0, False), (0, False), (0, True), (1, False), (1, False), (1, False)]
    assert [(line, apart) for _, _, line, apart in found(page)] == spaced


@pytest.mark.parametrize("degrees", [-9, 9])
def test_lines_may_rise_and_fall(degrees: float) -> None:
    across = range(100, 801, 100)
    page = zeros(*((x, 200) for x in across), *((x, 350) for x in across))
    lines = [line for _, _, line, _ in found(page.rotate(degrees))]
    assert lines == [0] * len(across) + [1] * len(across)
    middles = [x for x, _, _, _ in found(page.rotate(degrees))]
    assert middles == sorted(middles[:8]) + sorted(middles[8:])


def test_specks_dashes_frames_and_solid_things_are_no_digits() -> None:
    page = zeros((200, 200), (290, 200))
    draw = ImageDraw.Draw(page)
    draw.point([(400, 400), (410, 402), (30, 40)], fill=255)
    draw.ellipse([600, 300, 608, 308], fill=255)
    draw.line([(500, 200), (580, 200)], fill=255, width=8)
    draw.rectangle([100, 100, 800, 550], outline=255, width=3)
    draw.rectangle([600, 400, 700, 500], fill=255)
    assert [(x, y) for x, y, _, _ in found(page)] == [(200, 200), (290, 200)]


def test_a_small_part_near_a_digit_belongs_to_it() -> None:
    page = zeros((200, 200), (320, 200))
    ImageDraw.Draw(page).line([(235, 165), (262, 165)], fill=255, width=8)
    first, second = find_digits(picture(page), sure)
    assert first.box.x + first.box.width == pytest.approx(262, abs=2)
    assert second.box.x == pytest.approx(290, abs=2)


def test_ink_of_every_strength_is_full_ink_to_the_network() -> None:
    page = np.asarray(zeros((200, 200), (290, 200)), dtype=np.float32) / 255
    page[:, :245] *= 0.5
    pale, dark = find_digits(page, sure)
    assert pale.ink.max() == dark.ink.max() == 1


def test_paper_has_no_digits() -> None:
    assert find_digits(np.zeros((300, 400), np.float32), sure) == []
    assert one_digit(np.zeros((300, 400), np.float32)) is None


def test_one_digit_is_everything_but_specks() -> None:
    page = zeros((200, 200), (500, 400))
    ImageDraw.Draw(page).point((850, 20), fill=255)
    blob = one_digit(picture(page))
    assert blob is not None
    assert tuple(blob.box) == pytest.approx((170, 160, 360, 280), abs=2)


def test_touching_digits_are_cut_where_they_read_best(mnist: Mnist) -> None:
    recognizer = Recognizer.load()
    right = 0
    pairs = 40
    for left, other in zip(range(0, 2 * pairs, 2), range(1, 2 * pairs, 2), strict=True):
        one, two = (np.pad(mnist.x_train[i], [(0, 0), (0, 28)]) for i in (left, other))
        width = int(np.flatnonzero(one.max(axis=0))[-1])
        shift = width - int(np.flatnonzero(two.max(axis=0))[0])
        both = np.maximum(one, np.roll(two, shift, axis=1))
        image = Image.fromarray(both).resize((56 * 5, 28 * 5), Image.Resampling.BICUBIC)
        reading = recognizer.read_picture(picture(image))
        expected = f"{mnist.y_train[left]}{mnist.y_train[other]}"
        right += "".join(str(digit.label) for digit in reading.digits) == expected
    assert right >= 0.5 * pairs


def test_the_grain_of_a_picture_is_no_page_of_digits(rng: np.random.Generator) -> None:
    grain = (rng.random((1200, 1200)) < 0.3).astype(np.float32)
    begin = time.process_time()
    assert find_digits(grain, sure) == []
    assert time.process_time() - begin < SECONDS
