"""Which groups hang together so that they are no number, as strokes with given readings."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.candidates import Pieces
from app.groups import Group, untangled
from app.pieces import Piece

HEIGHT = 100
Corner = tuple[float, float]


def group(
    number: int,
    *corners: Corner,
    digit: bool = True,
    sure: bool = True,
    certain: bool = False,
    line: int = 0,
    stroke: int | None = None,
) -> Group:
    """A stroke of straight lines that the network takes for a 3, or for nothing."""
    row = np.full(10, 0.05, np.float32)
    row[3] = 0.95 if certain else 0.8 if sure else 0.3
    at = np.linspace(0, len(corners) - 1, 30)
    xy = np.stack([np.interp(at, np.arange(len(corners)), c) for c in np.array(corners).T], 1)
    piece = Piece(number if stroke is None else stroke, number, xy)
    return Group((piece,), digit, line, row)


def no_digit(groups: Sequence[Pieces]) -> NDArray[np.float32]:
    return np.full((len(groups), 10), 0.1, np.float32)


def together(*groups: Group) -> list[list[object]]:
    """The strokes of each group, from left to right."""
    return [[p.key for p in one.pieces] for one in untangled(groups, HEIGHT, no_digit)]


def upright(number: int, x: float, sure: bool = True) -> Group:
    return group(number, (x, 0), (x, 100), sure=sure)


def level(number: int, x: float, width: float, digit: bool = True, sure: bool = True) -> Group:
    return group(number, (x, 50), (x + width, 50), digit=digit, sure=sure)


def triangle(digits: Sequence[bool], line: int = 0, certain: bool = False) -> list[Group]:
    corners: list[Corner] = [(0, 0), (100, 0), (50, 100), (0, 0)]
    return [
        group(n, corners[n], corners[n + 1], digit=digit, line=line, certain=certain)
        for n, digit in enumerate(digits)
    ]


def test_digits_that_touch_in_a_row_stay_digits() -> None:
    assert together(upright(0, 0), level(1, 0, 60), upright(2, 60)) == [[0], [1], [2]]
    assert together(upright(0, 0), level(1, 0, 60)) == [[0], [1]]


@pytest.mark.parametrize("digits", [(True, True, True), (True, False, False)])
def test_a_ring_with_a_digit_in_it_is_one_thing(digits: Sequence[bool]) -> None:
    [one] = untangled(triangle(digits, line=2), HEIGHT, no_digit)
    assert {piece.key for piece in one.pieces} == {0, 1, 2}
    assert one.digit and one.doubted and one.line == 2


def test_a_ring_of_certain_digits_is_digits() -> None:
    digits = triangle([True, True, False], certain=True)
    assert {id(one) for one in untangled(digits, HEIGHT, no_digit)} == set(map(id, digits))


def test_a_ring_of_marks_stays_marks() -> None:
    marks = triangle([False] * 3)
    assert {id(one) for one in untangled(marks, HEIGHT, no_digit)} == set(map(id, marks))


def test_doubt_spreads_over_all_that_hangs_together() -> None:
    """Whatever the order: here the doubted stroke is linked to the first one by the last two."""
    chain = upright(0, 0), upright(1, 120, sure=False), level(2, 60, 60), level(3, 0, 60)
    assert together(*chain, upright(4, 200)) == [[0, 3, 2, 1], [4]]


def test_a_little_doubt_in_much_ink_changes_nothing() -> None:
    much = group(0, (0, 0), (0, 100), (60, 100), (60, 0))
    assert together(much, level(1, 60, 20, sure=False)) == [[0], [1]]
    assert together(much, level(1, 60, 100, sure=False)) == [[0, 1]]


def test_a_mark_is_doubted_by_nature() -> None:
    assert together(upright(0, 0), level(1, 0, 60, digit=False, sure=False)) == [[0], [1]]


def test_what_is_doubted_alone_stays_as_it_was_read() -> None:
    alone = upright(0, 0, sure=False)
    [found] = untangled([alone], HEIGHT, no_digit)
    assert found is alone


def test_a_dot_hangs_together_with_nothing() -> None:
    one, dot = upright(0, 0, sure=False), level(1, 0, 10, digit=False)
    assert together(one, dot, upright(2, 10)) == [[0], [1], [2]]
    assert together(one, level(1, 0, 40, digit=False)) == [[0, 1]], "no dot, but a dash"
    assert together(one, level(1, 0, 10)) == [[0, 1]], "no dot, but a digit"


def test_parts_of_a_stroke_touch_by_nature() -> None:
    first = group(0, (0, 0), (0, 100), sure=False, stroke=0)
    assert together(first, group(1, (0, 100), (60, 100), stroke=0)) == [[0], [1]]
    assert together(first, group(1, (0, 100), (60, 100), stroke=1)) == [[0, 1]]


def test_what_hangs_together_over_two_lines_is_on_the_upper_one() -> None:
    above = group(0, (0, 0), (0, 100), sure=False)
    [one] = untangled([above, group(1, (0, 100), (0, 200), line=1)], HEIGHT, no_digit)
    assert len(one.pieces) == 2 and one.line == 0


def test_groups_stay_in_reading_order() -> None:
    below = group(5, (-90, 200), (-90, 300), line=1)
    groups = [below, upright(4, 150), *triangle([True] * 3), upright(3, -50)]
    assert [keys[0] for keys in together(*groups)] == [3, 2, 4, 5]
