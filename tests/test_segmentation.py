"""Which pieces make which digits and numbers, where they are plain strokes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.candidates import Pieces, Score
from app.groups import Group
from app.pieces import Piece
from app.segmentation import Segmentation, segment

Line = NDArray[np.float64]


ZIGZAG = np.array([[0.0, 0], [40, 0], [0, 50], [40, 50], [0, 100]])
HEIGHT = 100


def piece(x: float, y: float = 0, shape: Line = ZIGZAG, key: str = "digit") -> Piece:
    return Piece(0, f"{key} at {x}, {y}", shape + np.array([x, y]))


def bar(x: float, y: float, width: float, height: float = 2) -> Piece:
    return piece(x, y, np.array([[0.0, 0], [width, height]]), "mark")


def each_alone(groups: Sequence[Pieces]) -> NDArray[np.float32]:
    """What a network says to which each stroke is a 3, but no bar and no two strokes are."""
    rows = np.full((len(groups), 10), 0.1, np.float32)
    for row, group in zip(rows, groups, strict=True):
        if len(group) == 1 and str(group[0].key).startswith("digit"):
            row[:] = 0.01
            row[3] = 0.91
    return rows


def written(*gaps: float) -> list[Piece]:
    """Digits with gaps between them, in heights of them."""
    places = np.concatenate([[0], np.cumsum(np.array(gaps) * HEIGHT + 40)])
    return [piece(x) for x in places]


def spaced(found: Segmentation) -> list[bool]:
    return [group.spaced for group in found.groups]


@pytest.mark.parametrize(
    ("gaps", "parted"),
    [
        ((0.95,), [False]),  # two digits alone, widely written
        ((1.05,), [True]),
        ((0.1, 0.1, 0.55), [False, False, False]),
        ((0.1, 0.1, 0.65), [False, False, True]),
        ((0.65, 0.1, 0.1), [True, False, False]),
        ((0.5, 0.5, 0.95), [False, False, False]),
        ((0.5, 0.5, 1.05), [False, False, True]),
        ((0.1, 1.5, 0.2, 1.5, 0.1), [False, True, False, True, False]),
        ((-0.05, -0.05, 0.65), [False, False, True]),
        ((1.2, 0.1, 0.8), [True, False, True]),
    ],
)
def test_a_gap_parts_numbers_where_it_is_wide_for_the_writing(
    gaps: tuple[float, ...], parted: list[bool]
) -> None:
    found = segment(written(*gaps), each_alone)
    assert spaced(found) == [False, *parted]
    assert all(type(group.spaced) is bool for group in found.groups)
    assert [group.middle for group in found.groups] == sorted(g.middle for g in found.groups)


@pytest.mark.parametrize(
    ("mark", "parted"),
    [
        (bar(60, 50, 30), True),
        (bar(60, 30, 30), True),
        (bar(60, 5, 30), False),  # as high as the bar of a 5
        (bar(70, 55, 10), False),  # a dot
        (bar(70, 55, 30), True),
    ],
)
def test_a_mark_between_two_digits_parts_them(mark: Piece, parted: bool) -> None:
    found = segment([*written(0.7), mark], each_alone)
    assert spaced(found) == [False, parted]
    assert all(mark not in group.pieces for group in found.groups)


@pytest.mark.parametrize(
    ("mark", "parts"),
    [
        (bar(60, 549, 20), True),
        (bar(20, 549, 40), True),
        (bar(18, 549, 40), False),  # more than half of it in the left digit
        (bar(90, 549, 20), True),
        (bar(91, 549, 40), False),
        (bar(45, 549, 50), True),
        (bar(2, 549, 20), False),
        (bar(60, 578, 20), True),
        (bar(60, 580, 20), False),
        (bar(60, 520, 20), True),
        (bar(60, 518, 20), False),
    ],
)
def test_a_mark_parts_only_what_it_lies_between(mark: Piece, parts: bool) -> None:
    row = np.full(10, 0.1, np.float32)
    a, b, dash = (
        Group((p,), p is not mark, 0, row) for p in (piece(0, 500), piece(100, 500), mark)
    )
    assert dash.parts(a, b, HEIGHT) is parts


def scratch(x: float, width: float) -> Piece:
    to_and_fro = np.stack([np.linspace(0, width, 15), np.tile([0, 100], 8)[:15]], axis=1)
    return piece(x, 0, to_and_fro, "scratch")


def test_a_gap_that_a_scratch_fills_parts_nothing() -> None:
    first, between, last = written(1, 1)
    assert spaced(segment([first, last], each_alone)) == [False, True]
    struck_out = scratch(between.low[0] - 80, 200)
    assert spaced(segment([first, between, struck_out, last], each_alone)) == [False, False]
    gone = piece(last.low[0] + 60)
    elsewhere = scratch(gone.low[0] - 5, 200)
    assert spaced(segment([first, last, gone, elsewhere], each_alone)) == [False, True]


def test_lines_are_read_from_top_to_bottom_whatever_was_written_first() -> None:
    low, high = [piece(x, 300) for x in (70, 0)], [piece(x) for x in (140, 0, 70)]
    found = segment([*low, *high], each_alone)
    assert [group.line for group in found.groups] == [0, 0, 0, 1, 1]
    assert [group.low.tolist() for group in found.groups] == [
        [0, 0], [70, 0], [140, 0], [0, 300], [70, 300],
    ]  # fmt: skip
    above, below = segment(high, each_alone), segment(low, each_alone)
    assert 0.5 < found.certainty < 1
    assert found.certainty == pytest.approx(above.certainty * below.certainty)


def test_a_lone_stroke_is_certain_and_nothing_consists_of_nothing() -> None:
    assert segment([piece(0)], each_alone).certainty == 1
    assert segment([], each_alone) == Segmentation([], 1.0)


def test_strokes_that_are_no_digits_alone_are_tried_as_one() -> None:
    def together(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        return np.array([np.eye(10)[4] * 0.9 if len(g) == 2 else np.full(10, 0.1) for g in groups])

    strokes = [bar(0, 0, 40, 60), bar(30, 0, 2, 100)]
    [one] = segment(strokes, together).groups
    assert one.pieces == tuple(sorted(strokes, key=lambda p: p.middle))
    assert one.low.tolist() == [0, 0] and one.size.tolist() == [40, 100] and one.middle == 20


def pairs_as(confidence: float) -> Score:
    """What a network says to which each stroke is a 3, and two strokes are an 8."""

    def score(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        rows = each_alone(groups)
        for row, group in zip(rows, groups, strict=True):
            if len(group) == 2:
                row[:] = (1 - confidence) / 9
                row[8] = confidence
        return rows

    return score


@pytest.mark.parametrize(("confidence", "count"), [(0.65, 2), (0.35, 1)])
def test_a_bar_beside_a_digit_is_left_out_only_if_both_are_no_digit(
    confidence: float, count: int
) -> None:
    [digit] = segment([piece(0), bar(50, 50, 30)], pairs_as(confidence)).groups
    assert len(digit.pieces) == count


@pytest.mark.parametrize("place", [(42, 55), (45, 55), (42, 50), (88, 45)])
def test_a_dash_between_digits_takes_none_along_as_a_plus_sign(place: tuple[int, int]) -> None:
    digits = written(*[0.1] * 4)
    found = segment([*digits, bar(*place, 20)], each_alone)
    assert {piece for group in found.groups for piece in group.pieces} == set(digits)


def test_a_digit_that_something_else_touches_is_doubted() -> None:
    [both] = segment([piece(0), bar(42, 5, 30)], pairs_as(0.35)).groups
    assert len(both.pieces) == 2 and both.doubted
    [digit] = segment([piece(0), bar(80, 90, 10)], pairs_as(0.35)).groups
    assert len(digit.pieces) == 1, "what is out of its reach does no harm"


@pytest.mark.parametrize(
    ("below", "confidence", "count"), [(105, 0.9, 1), (105, 0.35, 2), (200, 0.9, 2)]
)
def test_one_above_the_other_are_two_lines_unless_both_are_a_digit(
    below: float, confidence: float, count: int
) -> None:
    found = segment([piece(0), piece(5, below)], pairs_as(confidence))
    assert [group.line for group in found.groups] == list(range(count))
    assert found.certainty == 1 or count == 2


@pytest.mark.parametrize("count", [3, 6])
def test_what_is_far_apart_or_many_is_no_digit_whatever_all_of_it_looks_like(count: int) -> None:
    def all_as_eight(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        rows = each_alone(groups)
        rows[[len(group) == count for group in groups]] = np.eye(10, dtype=np.float32)[8]
        return rows

    digits = written(1.2) if count == 3 else written(*[0.1] * (count - 2))
    assert len(segment([*digits, bar(42, 55, 20)], all_as_eight).groups) == count - 1


@pytest.mark.parametrize(
    ("probability", "count", "groups"), [(0.6, 3, 3), (0.42, 3, 1), (0.6, 30, 30)]
)
def test_a_line_that_is_more_likely_wrong_than_right_digit_by_digit_is_one_thing(
    probability: float, count: int, groups: int
) -> None:
    def unsure(pieces: Sequence[Pieces]) -> NDArray[np.float32]:
        rows = each_alone(pieces)
        digits = rows[:, 3] > 0.5
        rows[digits] = (1 - probability) / 9
        rows[digits, 3] = probability
        return rows

    line = written(*[0.3] * (count - 1))
    found = segment(line, unsure).groups
    assert len(found) == groups
    assert {piece for group in found for piece in group.pieces} == set(line)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_network_that_gives_no_probabilities_names_nothing(value: float) -> None:
    def nothing(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        return np.full((len(groups), 10), value, np.float32)

    wide = [piece(x, 0, ZIGZAG * [5, 1]) for x in (0, 250)]  # too wide for marks
    assert all(group.doubted for group in segment(wide, nothing).groups)


def test_a_page_that_is_scribbled_full_is_taken_for_one_thing(rng: np.random.Generator) -> None:
    asked: list[int] = []

    def counting(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        asked.append(len(groups))
        return each_alone(groups)

    tangle = [piece(x, y) for x, y in rng.uniform(0, 300, (301, 2))]
    in_rows = [piece(x, 300.0 * (i % 3)) for i, x in enumerate(rng.uniform(0, 1000, 450))]
    in_a_row = written(*[0.3] * 300)
    for pieces in (tangle, in_rows, in_a_row):
        asked.clear()
        found = segment(pieces, counting)
        [one] = found.groups
        assert set(one.pieces) == set(pieces) and one.digit
        assert asked == [1] and found.certainty == 1
    apart = [piece(60 * (i % 30), 150 * (i // 30)) for i in range(301)]
    assert len(segment(apart, each_alone).groups) == 301
