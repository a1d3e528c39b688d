"""What hangs together so that it is no number, drawn with plain strokes and real writing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.ink import Ink
from app.recognizer import Recognizer
from training.compose import GAPS, OVERLAPPING, Hand, expression, number
from training.datasets import Sample
from training.parts import held_back_parts

Corner = tuple[float, float]


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def ink(*strokes: Sequence[Corner]) -> Ink:
    """Of straight lines from corner to corner."""
    return Ink.from_lines([smooth(np.array(corners, float)) for corners in strokes])


def smooth(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    at = np.linspace(0, len(corners) - 1, 20 * len(corners))
    return np.stack([np.interp(at, np.arange(len(corners)), c) for c in corners.T], axis=1)


LETTERS = {
    "V": ink([(0, 0), (40, 100), (80, 0)]),
    "N": ink([(0, 100), (0, 0), (70, 100), (70, 0)]),
    "M": ink([(0, 100), (10, 0), (50, 70), (90, 0), (100, 100)]),
    "L": ink([(0, 0), (0, 100), (70, 100)]),
    "T": ink([(0, 0), (80, 0)], [(40, 0), (40, 100)]),
    "X": ink([(0, 0), (80, 100)], [(80, 0), (0, 100)]),
}


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_no_number_of_ones(recognizer: Recognizer, name: str) -> None:
    assert recognizer.read(LETTERS[name]).text == "?"


DRAWINGS = {
    "a house": ink(
        [(0, 60), (0, 120), (100, 120), (100, 60)],
        [(0, 60), (50, 0), (100, 60)],
        [(0, 60), (100, 60)],
        [(40, 120), (40, 90), (60, 90), (60, 120)],
    ),
    "a net": ink(
        *([(x, 0), (x, 100)] for x in (0, 50, 100)), *([(0, y), (100, y)] for y in (0, 50, 100))
    ),
    "a matchstick man": ink(
        [(50, 40), (30, 25), (50, 0), (70, 25), (50, 40)],
        [(50, 40), (50, 100)],
        [(10, 60), (50, 50), (90, 60)],
        [(20, 150), (50, 100), (80, 150)],
    ),
}


def test_a_stroke_round_something_is_not_split(recognizer: Recognizer) -> None:
    square = ink([(0, 0), (100, 0), (100, 100), (0, 100), (0, 3)])
    assert recognizer.read(square).text == "?"


@pytest.mark.parametrize("name", DRAWINGS)
def test_strokes_that_touch_in_rings_are_one_thing(recognizer: Recognizer, name: str) -> None:
    [one] = recognizer.read(DRAWINGS[name]).digits
    assert len(one.strokes) == len(DRAWINGS[name].strokes)


@pytest.mark.parametrize("name", ["a house", "a matchstick man"])
def test_a_drawing_of_several_strokes_is_no_number(recognizer: Recognizer, name: str) -> None:
    assert recognizer.read(DRAWINGS[name]).text == "?"


def test_letters_of_unseen_writers_are_seldom_taken_for_numbers(
    recognizer: Recognizer, shared_data: Path
) -> None:
    [letters] = [part for part in held_back_parts(shared_data) if "UJI letters" in part.name]
    texts = [recognizer.read(item).text for item in letters.items if isinstance(item, Ink)]
    assert np.mean([any(c.isdigit() for c in text) for text in texts]) < 0.15


def test_a_number_stays_one_where_its_digits_touch(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    kinds = [*GAPS, OVERLAPPING]
    numbers = [number(2 + i % 5, writers[i % 5], kinds[i % 4], False, rng) for i in range(100)]
    assert np.mean([recognizer.read(n.ink).text == n.text for n in numbers]) >= 0.95
    sums = [expression(writers[i % 5], rng) for i in range(50)]
    assert np.mean(["?" in recognizer.read(n.ink).text for n in sums]) <= 0.06


def test_a_minus_beside_a_digit_leaves_it_alone(
    recognizer: Recognizer, pendigits_train: list[Sample]
) -> None:
    seven = next(s for s in pendigits_train if s.label == "7")
    points = np.concatenate(seven.lines)
    height, left, middle = np.ptp(points[:, 1]), points[:, 0].min(), points[:, 1].mean()
    dash = smooth(np.array([[left - 0.6 * height, middle], [left - 0.2 * height, middle]]))
    assert recognizer.read(Ink.from_lines([dash, *seven.lines])).text == "7"
