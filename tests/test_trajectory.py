"""How the pen moved: what is known of it, and what it says beside the picture."""

from __future__ import annotations

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from app.convention import reference_digits
from app.ink import Ink
from app.network import NetworkError
from app.preprocess import ink_to_image
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.trajectory import (
    DIRECTIONS,
    FEATURES,
    GRID,
    MOST_STROKES,
    OF_DIRECTIONS,
    OF_POINT,
    POINTS,
    TRAJECTORY_MODEL,
    Trajectories,
    features,
)

Lines = list[NDArray[np.float64]]

DIGITS, LABELS = reference_digits()
GATHERED = DIRECTIONS * GRID**2


@pytest.fixture(scope="module")
def trajectories() -> Trajectories:
    return Trajectories.load()


def line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, np.float64)


def lengths(lines: Lines) -> NDArray[np.float32]:
    """(DIRECTIONS, GRID, GRID): the ink in each direction at each row and column."""
    return (features(lines)[:GATHERED] ** 2).reshape(DIRECTIONS, GRID, GRID)


def way(lines: Lines) -> NDArray[np.float32]:
    """(OF_POINT, POINTS): x, y, the same of where it goes, whether it draws, its length."""
    return features(lines)[OF_DIRECTIONS:].reshape(POINTS, OF_POINT).T


NINE = [line((70, 20), (30, 20), (25, 55), (70, 55), (70, 20), (70, 140))]
"""In one stroke, which comes back to where it began and goes down."""
FOUR = [line((70, 20), (30, 20), (25, 55), (70, 55)), line((70, 20), (70, 140))]
"""The same ink, with the pen lifted before the stem."""


def test_place_and_size_of_a_drawing_do_not_count() -> None:
    for lines in DIGITS:
        moved = [7.5 * points + [300, -40] for points in lines]
        assert features(moved) == pytest.approx(features(lines), abs=1e-4)


def test_how_many_points_tell_of_a_stroke_does_not_count() -> None:
    few, many = line((0, 0), (100, 60)), np.linspace((0, 0), (100, 60), 777)
    assert features([few]) == pytest.approx(features([many]), abs=1e-3)


def test_all_ink_is_in_some_direction_at_some_place() -> None:
    for lines in DIGITS:
        size = max(np.ptp(np.concatenate(lines), axis=0))
        length = sum(np.hypot(*np.diff(points, axis=0).T).sum() for points in lines) / size
        assert lengths(lines).sum() == pytest.approx(length, rel=0.03), "corners are cut a little"


@pytest.mark.parametrize(
    ("to", "direction"),
    [((1, 0), 0), ((1, 1), 1), ((0, 1), 2), ((-1, 1), 3), ((-1, 0), 4), ((-1, -1), 5)],
)
def test_a_straight_stroke_has_one_direction(to: tuple[int, int], direction: int) -> None:
    by_direction = lengths([100 * line((0, 0), to)]).sum(axis=(1, 2))
    assert by_direction.argmax() == direction
    assert by_direction[direction] == pytest.approx(by_direction.sum())


def test_a_direction_between_two_is_shared_by_them() -> None:
    angle = 2 * np.pi * 7.25 / 8
    by_direction = lengths([100 * line((0, 0), (np.cos(angle), np.sin(angle)))]).sum(axis=(1, 2))
    assert by_direction[7] == pytest.approx(3 * by_direction[0], rel=1e-3)
    assert by_direction[1:7] == pytest.approx(0)


def test_ink_counts_where_it_is() -> None:
    level, stem = line((0, 0), (100, 0)), line((0, 0), (0, 100))
    found = lengths([level, stem])
    assert found[0].sum(axis=1).argmax() == 0, "at the top"
    assert found[2].sum(axis=0).argmax() == 0, "on the left"


def test_a_way_longer_than_any_digits_tells_no_more_by_its_length() -> None:
    long, longer = (way(count * NINE)[5] for count in (10, 1000))
    assert (long == longer).all() and (long > way(NINE)[5]).all()


def test_the_ends_of_the_first_and_of_the_last_stroke_are_told_and_how_many_there_are() -> None:
    strokes = [line((0, 0), (100, 0)), line((50, 0), (50, 100)), line((0, 100), (100, 100))]
    *ends, first, second, third, more = features(strokes)[GATHERED:OF_DIRECTIONS]
    assert ends == pytest.approx([-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5])
    assert [first, second, third, more] == [0, 0, 1, 0]
    assert features(9 * strokes)[:OF_DIRECTIONS][-MOST_STROKES:].tolist() == [0, 0, 0, 1]


def test_a_dot_has_no_direction() -> None:
    for dot in ([line((5, 5))], [line((5, 5), (5, 5))]):
        told = features(dot)
        assert told.shape == (FEATURES,) and told.dtype == np.float32
        assert not told[:GATHERED].any()


def test_the_way_goes_from_where_the_pen_is_put_down_to_where_it_is_lifted() -> None:
    x, y, to_x, to_y, draws, length = way([line((0, 0), (100, 0), (100, 100))])
    assert [x[0], y[0], x[-1], y[-1]] == pytest.approx([-1, -1, 1, 1])
    assert [to_x[0], to_y[0], to_x[-1], to_y[-1]] == pytest.approx([1, 0, 0, 1], abs=1e-4)
    assert np.hypot(np.diff(x), np.diff(y)) == pytest.approx(4 / (POINTS - 1), rel=0.3)
    assert draws.all()
    assert length == pytest.approx(0.5, rel=1e-3)


def test_the_way_of_the_lifted_pen_is_part_of_it() -> None:
    x, _, to_x, _, draws, length = way([line((0, 0), (100, 0)), line((0, 50), (100, 50))])
    lifted = (to_x < -0.5) & (np.abs(x) < 0.9)
    assert lifted.sum() == pytest.approx(POINTS * np.hypot(100, 50) / 312, abs=4)
    assert not draws[lifted].any()
    assert draws[to_x > 0.99].all()
    assert length[0] == pytest.approx((200 + np.hypot(100, 50)) / 400, rel=1e-3)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_ink_of_any_size_gives_finite_features(scale: float) -> None:
    for lines in DIGITS[::5]:
        assert np.isfinite(features([scale * points for points in lines])).all()


def test_digits_are_known_by_how_they_are_drawn(trajectories: Trajectories) -> None:
    assert (trajectories.judge(DIGITS).argmax(axis=1) == LABELS).all()


def test_its_network_answers_as_keras_has_it(trajectories: Trajectories) -> None:
    model = keras.models.load_model(TRAJECTORY_MODEL, compile=False)
    expected = model.predict(np.array([features(lines) for lines in DIGITS]), verbose=0)
    assert trajectories.judge(DIGITS) == pytest.approx(expected, abs=1e-5)


def test_a_network_of_images_is_not_taken_for_one_of_trajectories() -> None:
    with pytest.raises(NetworkError, match="it takes"):
        Trajectories.load(BUNDLED_MODEL)


def test_both_opinions_count(trajectories: Trajectories) -> None:
    certain = np.eye(10, dtype=np.float32)[[4]]
    torn = np.full((1, 10), 0.002, np.float32)
    torn[0, [4, 9]] = 0.492
    nothing = np.full((1, 10), 0.1, np.float32)
    as_nine = trajectories.judge([NINE])
    assert as_nine.argmax() == 9
    for rows in (certain, torn, nothing):
        assert trajectories.weigh(rows, [NINE]).sum() == pytest.approx(1, abs=1e-5)
    assert trajectories.weigh(certain, [NINE]).argmax() == 4, "it rules out nothing"
    assert trajectories.weigh(torn, [NINE]).argmax() == 9
    assert trajectories.weigh(nothing, [NINE]).max() < as_nine.max(), "a picture of nothing counts"


def test_the_same_ink_may_be_a_four_or_a_nine() -> None:
    assert np.abs(ink_to_image(FOUR) - ink_to_image(NINE)).max() < 0.05
    recognizer = Recognizer.load()
    four, nine = (recognizer.read_single(Ink.from_lines(lines)).digits[0] for lines in (FOUR, NINE))
    assert nine.label == 9
    odds = [digit.probabilities[4] / digit.probabilities[9] for digit in (four, nine)]
    assert odds[0] > 10 * odds[1]


def test_within_a_number_strokes_count_in_the_order_in_which_they_were_drawn() -> None:
    recognizer = Recognizer.load()
    by_label = dict(zip(LABELS.tolist(), DIGITS, strict=True))
    two = next(lines for lines in DIGITS if len(lines) == 2)
    alone = recognizer.read_single(Ink.from_lines(two)).digits[0]
    right = max(points[:, 0].max() for points in two) + 40
    other = [points - [by_label[3][0][:, 0].min() - right, 0] for points in by_label[3]]
    number = recognizer.read(Ink.from_lines([two[0], *other, two[1]])).digits
    assert [digit.label for digit in number] == [alone.label, 3]
    assert number[0].probabilities == pytest.approx(alone.probabilities, abs=1e-6)


def test_the_apps_network_is_known_by_a_relative_path_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(BUNDLED_MODEL.parent)
    ink = Ink.from_lines(DIGITS[0])
    own = Recognizer.load().read_single(ink).digits[0].probabilities
    for path in ("digits.h5", str(BUNDLED_MODEL), Path("digits.h5")):
        read = Recognizer.load(path).read_single(ink).digits[0].probabilities
        assert np.array_equal(read, own)


def test_another_network_reads_alone_and_so_do_pictures(tmp_path: Path) -> None:
    copy = shutil.copy(BUNDLED_MODEL, tmp_path / "copy.h5")
    own, other = Recognizer.load(), Recognizer.load(copy)
    for lines in DIGITS[:3]:
        image, ink = ink_to_image(lines), Ink.from_lines(lines)
        alone = own.judge([image])[0]
        assert other.read_single(ink).digits[0].probabilities == pytest.approx(alone, abs=1e-6)
        of_picture = own.read_picture(image).digits[0].probabilities
        assert other.read_picture(image).digits[0].probabilities == pytest.approx(of_picture)
        weighed = own.read_single(ink).digits[0].probabilities
        assert np.abs(weighed - alone).max() > 1e-6
