"""Whether a stroke is taken apart into digits, and where, as what its parts look like decides."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.candidates import Pieces
from app.pieces import Piece
from app.segmentation import MOST_TO_SPLIT, segment

Line = NDArray[np.float64]
ZIGZAG = np.array([[0.0, 0], [40, 0], [0, 50], [40, 50], [0, 100]])


@pytest.fixture(autouse=True)
def no_scratches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of these digits in one stroke go to and fro as often as a scratch."""
    monkeypatch.setattr("app.annotations.TEETH", 9)


def length(shape: Line) -> float:
    return float(np.hypot(*np.diff(shape, axis=0).T).sum())


def piece(x: float, shape: Line = ZIGZAG, key: str = "digit") -> Piece:
    return Piece(0, f"{key} at {x}", shape + np.array([x, 0]))


DIGITS = [piece(x) for x in (0, 60, 120, 520)]
MANY_DIGITS = [*DIGITS, *(piece(520.0 + 60 * n) for n in range(1, MOST_TO_SPLIT))]


def parts_of(
    shape: Line,
    label: Callable[[Piece], int | None],
    sure: float = 0.39,
    digits: Sequence[Piece] = DIGITS,
) -> list[list[Piece]]:
    """The groups of a stroke among sure digits.

    `label` tells what the network takes each part of it for, and the whole is a 3 as `sure` as
    that.
    """
    doubted = piece(200, shape, "doubted")

    def score(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        rows = np.full((len(groups), 10), 0.05, np.float32)
        for row, group in zip(rows, groups, strict=True):
            [first, *more] = group
            if group == (doubted,):
                row[3] = sure
            elif not more and (found := 3 if first in digits else label(first)) is not None:
                row[found] = 0.99
        return rows

    groups = segment([*digits, doubted], score).groups
    assert sum(piece in group.pieces for group in groups for piece in digits) == len(digits)
    own = [list(group.pieces) for group in groups if not set(group.pieces) & set(digits)]
    assert own[0][0].xy[0] == pytest.approx(doubted.xy[0])
    assert own[-1][-1].xy[-1] == pytest.approx(doubted.xy[-1])
    return own


def as_long_as_a_digit(part: Piece) -> int | None:
    return 3 if abs(part.length - length(ZIGZAG)) < 14 else None


@pytest.mark.parametrize(
    ("between", "gap", "left_out"),
    [([], 70, True), ([[60.0, 80]], 70, False), ([], 230, False)],
    ids=["straight", "bent", "long"],
)
def test_only_a_short_straight_line_is_left_out_between_two_digits(
    between: list[list[float]], gap: float, left_out: bool
) -> None:
    middle = np.array(between).reshape(-1, 2)
    shape = np.concatenate([ZIGZAG, middle, ZIGZAG + np.array([gap, 0])])
    parts = [piece for group in parts_of(shape, as_long_as_a_digit) for piece in group]
    if left_out:
        first, second = parts
        assert first.size[0] < 50 and second.size[0] < 50
    else:
        assert sum(part.length for part in parts) == pytest.approx(length(shape), rel=0.04)


def as_wide_as_a_digit(part: Piece) -> int | None:
    return 3 if part.size[0] < 60 and part.size[1] > 95 else None


DOUBLE = np.concatenate([ZIGZAG, ZIGZAG + np.array([70, 0])])


ROUND = np.concatenate([DOUBLE, [[70.0, 130], [0, 130], [0, 10]]])


@pytest.mark.parametrize(
    ("shape", "count"),
    [(DOUBLE, 2), (ZIGZAG, 1), (np.array([[0.0, 0], [60, 100]]), 1), (ROUND, 1)],
    ids=["wide", "narrow", "short", "back to its beginning"],
)
def test_a_doubted_stroke_is_split_if_it_is_wide_and_long_and_leads_on(
    shape: Line, count: int
) -> None:
    tried: list[Piece] = []

    def label(part: Piece) -> int | None:
        tried.extend([part] if isinstance(part.key, tuple) else [])
        return as_wide_as_a_digit(part)

    assert len(parts_of(shape, label)) == count
    assert bool(tried) is (count > 1)


def test_a_stroke_that_is_a_digit_is_not_split() -> None:
    [[whole]] = parts_of(DOUBLE, as_wide_as_a_digit, sure=0.6)
    assert whole.key == "doubted at 200"


def test_no_stroke_of_a_crowded_line_is_split() -> None:
    """That would be tried in vain, and for long, on a page that is scribbled full."""
    [[whole]] = parts_of(DOUBLE, as_wide_as_a_digit, digits=MANY_DIGITS)
    assert whole.key == "doubted at 200"


def test_parts_that_meet_share_a_point_alone() -> None:
    """Where nothing needs to be left out nothing is, and nothing is in both."""
    mirrored = ZIGZAG * [-1, 1] + [40, 0]
    upwards = [[80, 100], [40, 50], [80, 50], [80, 0]]
    both = np.concatenate([mirrored, upwards])
    [first], [second] = parts_of(both, lambda part: 3 if part.size[0] < 47 else None)
    assert first.xy[-1] == pytest.approx(second.xy[0])
    assert first.length + second.length == pytest.approx(length(both), rel=0.03)


@pytest.mark.parametrize(("labels", "count"), [((1, 1), 1), ((1, 3), 2), ((3, 1), 2)])
def test_a_stroke_that_falls_apart_into_ones_alone_is_one_thing(
    labels: tuple[int, int], count: int
) -> None:
    def label(part: Piece) -> int | None:
        return labels[part.middle > 255] if as_wide_as_a_digit(part) else None

    assert len(parts_of(DOUBLE, label)) == count


def test_a_stroke_is_as_it_was_where_none_of_its_parts_is_a_digit() -> None:
    [[whole]] = parts_of(DOUBLE, lambda part: None)
    assert whole.key == "doubted at 200"


STEM = np.array([[0.0, 0], [40, 0], [15, 100]])
BAR = np.array([[0.0, 45], [35, 45]])
NEXT = np.array([85, 0])


@pytest.mark.parametrize(
    ("shape", "places", "labels"),
    [
        (np.concatenate([BAR, ZIGZAG + NEXT]), {0: 0}, [7, 3]),
        (np.concatenate([ZIGZAG, BAR + NEXT]), {2: 80}, [3, 7]),
        (np.concatenate([BAR, BAR + 1.5 * NEXT]), {0: 0, 2: 127}, [7, 7]),
    ],
    ids=["of the first", "of the second", "of both"],
)
def test_a_stroke_may_be_a_digit_and_the_rest_of_another_of_several_strokes(
    shape: Line, places: dict[int, int], labels: list[int]
) -> None:
    """The bar of a 7 and a 3, or another bar, that the pen goes on to or comes from: neither part
    of the stroke is read well with all of the stems of the 7, nor is a bar alone.

    `places` are those of the stems by the number of the stroke; the joined one is 1.
    """
    stems = [Piece(n, f"stem {n}", STEM + np.array([x, 0])) for n, x in places.items()]
    joined = Piece(1, "joined", shape)

    def score(groups: Sequence[Pieces]) -> NDArray[np.float32]:
        rows = np.full((len(groups), 10), 0.1, np.float32)
        for row, group in zip(rows, groups, strict=True):
            [part, *more] = sorted(group, key=lambda piece: piece.size[1], reverse=True)
            found = None
            if not more and part not in stems and part.size[0] < 60 and part.size[1] > 95:
                found = 3
            elif len(more) == 1 and part in stems and more[0].size[1] < 10:
                found = 7 if abs(more[0].middle - part.middle) < 30 else None
            if found is not None:
                row[:] = 0.001
                row[found] = 0.991
        return rows

    groups = segment([*stems, joined], score).groups
    assert [int(g.probabilities.argmax()) for g in groups] == labels
