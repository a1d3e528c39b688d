"""What is drawn about writing: what strikes it out, lines under it, rings round it."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.annotations import find_rings, written
from app.ink import Ink
from app.pieces import Piece
from app.recognizer import Recognizer
from training.compose import Hand, Number, write
from training.datasets import Sample
from training.outliers import zigzag
from training.scans import scan

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def piece(*points: tuple[float, float], stroke: int = 0) -> Piece:
    corners = np.array(points, dtype=np.float64)
    at = np.linspace(0, len(points) - 1, 40)
    xy = np.stack([np.interp(at, np.arange(len(points)), c) for c in corners.T], axis=1)
    return Piece(stroke, stroke, xy)


def upright(x: float, y: float = 0, height: float = 100) -> Piece:
    return piece((x, y), (x + 10, y + height))


def hook(x: float, y: float = 0) -> Piece:
    """As wide as a digit."""
    return piece((x, y), (x + 50, y), (x + 20, y + 100))


def level(x: float, y: float, width: float) -> Piece:
    return piece((x, y), (x + width, y + 3))


def ring(x: float, y: float, radius: float) -> Piece:
    angle = np.linspace(0, 2 * np.pi, 40)
    xy = np.array([x, y]) + radius * np.stack([np.sin(angle), -np.cos(angle)], axis=1)
    return Piece(0, 0, xy)


def zigzag_over(x: float, y: float, width: float, height: float, passes: int) -> Piece:
    """Level strokes to and fro, each a little lower."""
    ends = [(x + width * (i % 2), y + height * i / passes) for i in range(passes + 1)]
    return piece(*ends)


def stands(*pieces: Piece) -> list[Piece]:
    left = written(pieces)[0]
    rings = find_rings(left)
    return [piece for piece in left if piece not in rings]


def test_no_stroke_of_a_digit_is_an_annotation(pendigits_train: list[Sample]) -> None:
    before = [level(-1000, -1000, 3000), upright(0, -1000, 2000)]
    struck, ringed = 0, 0
    for sample in pendigits_train:
        pieces = [Piece(i, i, line) for i, line in enumerate(sample.lines)]
        assert written(pieces) == (pieces, [])
        ringed += bool(find_rings(pieces))
        struck += not set(stands(*before, *pieces)) >= set(before)
    assert struck <= 2
    assert ringed <= 8, "zeros with a short slash, which are no certain digits"


def test_a_scratch_strikes_what_it_covers() -> None:
    rng = np.random.default_rng(1)
    digit, other, later = upright(50, 50), upright(300, 50), upright(60, 60)
    scratches: list[Floats] = [zigzag(rng)[0] * 160 + [55, 100] for _ in range(50)]
    right = 0
    for xy in scratches:
        scratch = Piece(9, 9, xy)
        right += written([digit, other, scratch, later]) == ([other, later], [scratch])
        assert stands(scratch, digit) == [scratch, digit]
    assert right >= 35


@pytest.mark.parametrize("passes", [5, 6, 9])
@pytest.mark.parametrize(("top", "height"), [(-10, 120), (30, 40), (44, 12)])
def test_so_does_one_through_the_middle_that_is_no_higher_than_that(
    passes: int, top: float, height: float
) -> None:
    before, digit, after = hook(-100), hook(0), hook(100)
    scratch = zigzag_over(-15, top, 80, height, passes)
    assert written([before, digit, after, scratch]) == ([before, after], [scratch])


def test_what_goes_to_and_fro_less_is_no_scratch() -> None:
    digit, other = hook(0), zigzag_over(-15, -10, 80, 120, 3)
    assert written([digit, other]) == ([digit, other], [])


def test_a_long_line_through_digits_strikes_them() -> None:
    digits = [hook(70.0 * i) for i in range(4)]
    line = level(55, 52, 150)
    assert written([*digits, line]) == ([digits[0], digits[3]], [line])
    bar = level(60, 52, 70)
    assert written([*digits, bar]) == ([*digits, bar], [])
    assert written([digits[0], line]) == ([digits[0], line], []), "one digit may have a long bar"


@pytest.mark.parametrize("gap", [-10, 0, 5, 30])
def test_a_line_under_a_number_is_none_of_it(gap: float) -> None:
    digits = [hook(0), upright(80), hook(120)]
    line = level(-10, 100 + gap, 190)
    assert stands(*digits, line) == digits
    assert stands(line, *digits) == digits
    assert stands(*digits, line, level(0, 110 + gap, 170)) == digits
    below = [hook(0, 130 + gap), hook(100, 130 + gap)]
    assert stands(*digits, line, *below) == [*digits, *below]


@pytest.mark.parametrize(
    "pieces",
    [
        [hook(0), level(-10, 105, 80)],
        [hook(0), level(0, 0, 70)],
        [hook(0), hook(200), level(80, 55, 100)],
        [hook(0), hook(70), piece((0, 110), (130, 180))],
        [level(0, 0, 100), level(0, 50, 100)],
        [level(0, 0, 300)],
    ],
    ids=["short", "bar", "dash", "steep", "equals", "alone"],
)
def test_other_strokes_are_no_lines_under_digits(pieces: Sequence[Piece]) -> None:
    assert stands(*pieces) == pieces


def test_a_ring_round_a_number_is_none_of_it() -> None:
    for digits in ([hook(-25, -50)], [upright(-5, -50)], [hook(-60, -50), hook(20, -50)]):
        assert stands(*digits, ring(0, 0, 100)) == digits
        beside = [*digits, hook(200, -50)]
        assert stands(*beside, ring(0, 0, 100)) == beside


def test_a_ring_that_is_a_digit_is_none_round_it() -> None:
    zero = ring(0, 0, 50)
    slash, dot = piece((25, -25), (-25, 25)), piece((0, -3), (0, 3))
    for inside in (slash, dot, upright(-5, -40, 80)):
        assert stands(zero, inside) == [zero, inside]
    assert stands(zero, upright(80, -50), upright(-15, -30, 60)) != [upright(80, -50)]


def annotated(number: Number) -> dict[str, Number]:
    """A number with a line under it, and with a ring round it."""
    points = np.concatenate(number.lines)
    low, high = points.min(axis=0), points.max(axis=0)
    foot = np.array([[low[0] - 10, high[1] + 24], [high[0] + 10, high[1] + 28]])
    angle = np.linspace(0, 2 * np.pi, 60)[:, None]
    circle = np.hstack([np.sin(angle), np.cos(angle)])
    round_it = (low + high) / 2 + 0.85 * (high - low) * circle
    return {
        kind: Number(number.text, [*number.lines, line], [*number.owners, 0])
        for kind, line in (("underlined", foot), ("ringed", round_it))
    }


@pytest.mark.parametrize("kind", ["underlined", "ringed"])
def test_an_annotated_number_is_read_on_paper_and_in_a_picture(
    kind: str, recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    drawn, seen = [], []
    for index in range(20):
        number = annotated(write("3752", writers[index % 5], "natural", rng))[kind]
        drawn.append(recognizer.read(number.ink).text)
        seen.append(recognizer.read_picture(scan(number, rng).ink).text)
    assert drawn.count("3752") >= 19
    assert seen.count("3752") >= 17


def poly(*corners: tuple[float, float]) -> Floats:
    return piece(*corners).xy


CIRCLE = ring(0, 0, 100).xy
DRAWINGS = {
    "a face": [
        CIRCLE, poly((-35, -50), (-35, -15)), poly((35, -50), (35, -15)),
        poly((-50, 30), (0, 60), (50, 30)),
    ],
    "a man": [ring(0, -60, 30).xy, poly((0, -30), (0, 40)), poly((-45, 0), (0, -8), (45, 2))],
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_stays_one(name: str, recognizer: Recognizer) -> None:
    reading = recognizer.read(Ink.from_lines(DRAWINGS[name]))
    assert reading.digits and not any(digit.accepted for digit in reading.digits)


def test_a_line_through_straight_strokes_strikes_none() -> None:
    tally = [upright(x) for x in (0, 25, 50, 75)]
    assert written([*tally, level(-20, 50, 130)])[1] == []


@pytest.mark.parametrize("width", [10, 24, 40])
def test_a_slashed_zero_is_a_zero(width: float, recognizer: Recognizer) -> None:
    oval = ring(0, 0, 50).xy * np.array([0.7, 1])
    slash = poly((width / 2, -33), (-width / 2, 33))
    assert recognizer.read(Ink.from_lines([oval, slash])).text == "0"


def test_a_ring_may_be_drawn_past_its_beginning() -> None:
    for turn in (-0.5, 0.5, 1.5):
        angle = np.linspace(0, 2 * np.pi + turn, 50)
        xy = 100 * np.stack([np.sin(angle), -np.cos(angle)], axis=1)
        digits = [hook(-60, -50), hook(20, -50)]
        assert stands(*digits, Piece(9, 9, xy)) == digits


def test_the_bar_of_a_digit_below_a_line_is_none_under_that() -> None:
    above = [hook(0, 0), hook(70, 0)]
    bar, stem = level(0, 180, 130), piece((130, 180), (90, 290))
    assert stands(*above, bar, stem) == [*above, bar, stem]
    assert stands(*above, level(0, 180, 130)) != above, "it is too far away"
