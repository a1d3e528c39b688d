import time

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.page import find_digits, one_digit
from app.preprocess import Picture
from app.recognizer import Recognizer
from tests.limits import SECONDS
from training.compose import Hand, write
from training.datasets import Mnist
from training.scans import draw


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def sure(pictures: list[Picture]) -> NDArray[np.float32]:
    """What a network might say that takes everything for a zero."""
    return np.repeat(np.eye(10, dtype=np.float32)[:1], len(pictures), axis=0)


def doubtful(pictures: list[Picture]) -> NDArray[np.float32]:
    """What it says of what is no digit."""
    return np.full((len(pictures), 10), 0.1, np.float32)


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


def test_specks_dashes_and_solid_things_are_no_digits() -> None:
    page = zeros((200, 200), (290, 200))
    draw = ImageDraw.Draw(page)
    draw.point([(400, 400), (410, 402), (30, 40)], fill=255)
    draw.ellipse([600, 300, 608, 308], fill=255)
    draw.line([(500, 200), (580, 200)], fill=255, width=8)
    draw.rectangle([600, 400, 700, 500], fill=255)
    assert [(x, y) for x, y, _, _ in found(page)] == [(200, 200), (290, 200)]


@pytest.mark.parametrize("antialiased", [True, False])
def test_the_lines_of_a_pen_of_one_pixel_do_not_fall_apart(
    antialiased: bool, recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    texts = []
    for index in range(12):
        number = write("4725", writers[index % 5], "natural", rng)
        points = np.concatenate(number.lines)
        size = (np.ptp(points, axis=0) * 0.75 + 80).astype(int).tolist()
        lines = [(line - points.min(axis=0)) * 0.75 + 40 for line in number.lines]
        page = draw(lines, 1, size) if antialiased else aliased(lines, size)
        texts.append(recognizer.read_picture(page).text)
    assert texts.count("4725") >= 8


def aliased(lines: list[NDArray[np.float64]], size: list[int]) -> Picture:
    image = Image.new("L", (size[0], size[1]))
    for line in lines:
        ImageDraw.Draw(image).line([(x, y) for x, y in line.tolist()], fill=255)
    return np.asarray(image, np.float32) / np.float32(255)


def drawn(*lines: list[tuple[float, float]]) -> Picture:
    """Lines drawn with a round pen on a page of 900 x 600 pixels."""
    return draw([np.array(line) for line in lines], 12, (900, 600))


def ring(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi, 60)
    return [(x + width / 2 * np.cos(a), y + height / 2 * np.sin(a)) for a in turn]


FIVE = [(155, 110), (150, 150), *ring(175, 185, 70, 80)[32:], *ring(175, 185, 70, 80)[:22]]
SEVEN = [(250, 110), (310, 110), (270, 225)]


def test_a_bar_apart_from_its_digit_belongs_to_it(recognizer: Recognizer) -> None:
    bar = [(172, 92), (205, 90)]
    reading = recognizer.read_picture(drawn(FIVE, bar, SEVEN))
    assert reading.text == "57"
    assert reading.digits[0].box.y < 92


def test_an_8_of_two_rings_is_one_digit(recognizer: Recognizer) -> None:
    eight = ring(400, 135, 50, 50), ring(400, 193, 60, 58)
    assert recognizer.read_picture(drawn(SEVEN, *eight)).text == "78"


def test_rings_side_by_side_are_zeros_though_they_touch(recognizer: Recognizer) -> None:
    texts = [
        recognizer.read_picture(
            drawn(*(ring(200 + i * step, 160, 70, high) for i in range(3)))
        ).text
        for step in (72, 74, 76, 78, 80)
        for high in (100, 120, 140)
    ]
    assert texts.count("000") >= 12


def test_signs_of_arithmetic_are_no_digits(recognizer: Recognizer) -> None:
    plus = [(380, 165), (430, 165)], [(405, 140), (405, 190)]
    equal = [(640, 155), (690, 155)], [(640, 180), (690, 180)]
    eight = ring(550, 135, 50, 50), ring(550, 190, 60, 60)
    assert recognizer.read_picture(drawn(SEVEN, *plus, *eight, *equal)).text == "7 8"


def test_a_slash_parts_numbers(recognizer: Recognizer) -> None:
    slash = [(430, 85), (360, 240)]
    zero = ring(500, 165, 70, 115)
    assert recognizer.read_picture(drawn(SEVEN, slash, zero)).text == "7 0"


def test_each_digit_has_its_own_ink_where_two_touch(recognizer: Recognizer) -> None:
    page = drawn(ring(200, 160, 80, 120), ring(280, 160, 80, 120))
    one, two = recognizer.read_picture(page).digits
    assert (one.label, two.label) == (0, 0)
    assert one.box.x + one.box.width == pytest.approx(246, abs=8)
    assert two.box.x == pytest.approx(234, abs=8)


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


def test_digits_that_touch_come_apart(recognizer: Recognizer, mnist: Mnist) -> None:
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


def test_a_stroke_that_others_cover_has_their_ink() -> None:
    """One of these has no pixel that is nearest to it."""
    rng = np.random.default_rng(42)
    lines = []
    for _ in range(14):
        x, y = rng.uniform(0, 300, 2)
        diameter = 2 * rng.uniform(6, 90)
        lines.append(np.array(ring(x, y, diameter, diameter)))
    circles = draw(lines, 2, (300, 300))
    assert find_digits(circles, doubtful)


@pytest.mark.parametrize("radius", [8, 60, 250])
def test_a_blot_is_doubted_at_once(recognizer: Recognizer, radius: int) -> None:
    """It has hardly any length, so that its pen would be as wide as its area is large."""
    blot = Image.new("L", (900, 600))
    ImageDraw.Draw(blot).ellipse([450 - radius, 300 - radius, 450 + radius, 300 + radius], fill=255)
    begin = time.process_time()
    assert not any(digit.accepted for digit in recognizer.read_picture(picture(blot)).digits)
    assert time.process_time() - begin < SECONDS
