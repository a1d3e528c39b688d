"""The lines of text that strokes are on."""

import numpy as np

from app.lines import find_lines
from app.pieces import Piece
from tests.test_pieces import flat, piece, upright


def test_lines_come_from_the_top_each_with_its_bars() -> None:
    first = [upright(0, 0), upright(200, 20), upright(500, -15)]
    second = [upright(10, 150), upright(190, 160)]
    bars = [flat(-20, 40), flat(180, 150)]
    found = find_lines([*second, *bars, *first])
    assert [sorted(line) for line in found] == [[2, 4, 5, 6], [0, 1, 3]]


def test_a_line_may_climb_and_a_digit_may_be_of_two_halves() -> None:
    climbing = [upright(60 * i, -15 * i) for i in range(12)]
    assert len(find_lines(climbing)) == 1
    circle = np.linspace(0, 2 * np.pi, 40)
    ring = 25 * np.stack([np.sin(circle), np.cos(circle)], axis=1)
    halves = [Piece(i, i, ring + np.array([100.0, 25 + 50 * i])) for i in range(2)]
    assert len(find_lines([upright(0, 0), *halves, upright(200, 0)])) == 1


def test_digits_of_two_halves_each_are_one_line_and_two_lines_are_two() -> None:
    circle = np.linspace(0, 2 * np.pi, 40)
    ring = 25 * np.stack([np.sin(circle), np.cos(circle)], axis=1)

    def rings(*places: tuple[float, float]) -> list[Piece]:
        return [Piece(i, i, ring + np.array(place)) for i, place in enumerate(places)]

    for gap in (0, 4, 8):
        columns = [(x, y) for x in (0.0, 80.0, 160.0) for y in (0.0, 50.0 + gap)]
        assert len(find_lines(rings(*columns))) == 1
        assert len(find_lines(rings(*columns, (240, 0)))) == 2, "the last has no other half"
    assert len(find_lines(rings((0, 0), (80, 0), (0, 65), (80, 65)))) == 2


def test_the_upper_half_of_a_tall_digit_is_on_the_line_of_the_lower_one() -> None:
    """A 9 higher than the other digits, whose ring is above all that is beside it."""
    stem, ring = upright(100, -5, 80), piece((80, -50), (120, -50), (120, -10), (100, -7))
    beside = [upright(60 * i, 0, 70) for i in (0, 3, 4)]
    assert len(find_lines([*beside, ring, stem])) == 1
    above = [ring, *(upright(60 * i, -130, 90) for i in (3, 4))]
    assert len(find_lines([*beside, stem, *above])) == 2


def test_a_digit_that_touches_one_of_a_line_above_is_a_line_of_its_own() -> None:
    above = [upright(60 * i, 0) for i in range(3)]
    for x in (0, 60, 120):
        assert find_lines([*above, upright(x, 102)]) == [[0, 1, 2], [3]]
        assert find_lines([*above, upright(x, -102)]) == [[3], [0, 1, 2]]
