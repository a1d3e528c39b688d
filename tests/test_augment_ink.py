"""Variations of strokes: each does what it says, and none destroys the digit."""

import numpy as np
import pytest

from app.preprocess import ink_to_image, resample
from training.augment_ink import (
    INK_VARIATIONS,
    PEN_WIDTH,
    STEP,
    Line,
    Lines,
    join_strokes,
    to_unit_size,
    vary_ink,
)
from training.datasets import Sample


def straight(*corners: tuple[float, float]) -> Line:
    """A stroke through corners, with points `STEP` apart."""
    return resample(np.array(corners, dtype=np.float64), STEP)


ONE = [straight((0, -0.5), (0, 0.5))]
SEVEN = [straight((-0.3, -0.5), (0.3, -0.5), (0, 0.5))]
BARRED_SEVEN = [*SEVEN, straight((-0.1, 0), (0.3, 0))]
CIRCLE = [
    np.stack([np.sin(turn) / 3, -np.cos(turn) / 2], axis=1)
    for turn in [np.linspace(0, 2 * np.pi, 150)]
]
EIGHT = [
    np.stack([np.sin(2 * turn) / 4, -np.cos(turn) / 2], axis=1)
    for turn in [np.linspace(0, 2 * np.pi, 170)]
]
FOUR = [
    straight((-0.2, -0.5), (-0.3, 0.1), (0.3, 0.1)),
    straight((0.1, -0.4), (0.1, 0.5)),
]
FIVE = [
    straight((0.3, 0.5), (0.2, 0.2), (-0.2, 0), (-0.2, -0.4)),
    straight((-0.2, -0.5), (0.3, -0.5)),
]
DOT = [np.zeros((1, 2))]
CHARACTERS = {
    "1": ONE, "7": BARRED_SEVEN, "0": CIRCLE, "8": EIGHT, "4": FOUR, "5": FIVE, ".": DOT,
}  # fmt: skip


@pytest.mark.parametrize("name", INK_VARIATIONS)
@pytest.mark.parametrize("label", CHARACTERS)
def test_each_variation_keeps_ink_in_place_and_its_argument_as_it_was(
    name: str, label: str
) -> None:
    lines = CHARACTERS[label]
    before = [line.copy() for line in lines]
    for seed in range(20):
        varied = INK_VARIATIONS[name].vary(lines, label, np.random.default_rng(seed))
        assert varied
        assert all(len(line) >= 1 and line.shape[1] == 2 for line in varied)
        assert all(np.isfinite(line).all() and np.abs(line).max() < 1 for line in varied)
    assert all(np.array_equal(line, was) for line, was in zip(lines, before, strict=True))


@pytest.mark.parametrize("name", INK_VARIATIONS)
def test_each_variation_changes_some_digit(name: str) -> None:
    def changed(label: str, lines: Lines, seed: int) -> bool:
        varied = INK_VARIATIONS[name].vary(lines, label, np.random.default_rng(seed))
        return len(varied) != len(lines) or any(
            not np.array_equal(new, old) for new, old in zip(varied, lines, strict=True)
        )

    assert any(
        changed(label, lines, seed) for label, lines in CHARACTERS.items() for seed in range(10)
    )


def outcomes(name: str, lines: Lines, label: str) -> list[Lines]:
    vary = INK_VARIATIONS[name].vary
    return [vary(lines, label, np.random.default_rng(seed)) for seed in range(40)]


def test_a_1_gets_flags_to_the_left_of_its_top_and_feet_under_it() -> None:
    varied = outcomes("flag and foot of 1", ONE, "1")
    flagged = [lines for lines in varied if lines[0][0, 0] < -0.04]
    on_feet = [lines for lines in varied if len(lines) == 2]
    assert 10 < len(flagged) < 40
    assert 5 < len(on_feet) < 30
    assert all(lines[0][0, 1] > -0.5 for lines in flagged), "a flag hangs down"
    assert all(np.abs(lines[1][:, 1] - 0.5).max() < 0.2 for lines in on_feet)


def test_the_flag_of_a_1_is_cut_short() -> None:
    flagged = [straight((-0.4, 0), (0, -0.5), (0, 0.5))]
    varied = outcomes("flag and foot of 1", flagged, "1")
    assert len({len(lines[0]) for lines in varied}) > 5
    assert all(np.array_equal(lines[0][-1], flagged[0][-1]) for lines in varied)
    assert all(lines[0][:, 1].min() == pytest.approx(-0.5, abs=STEP) for lines in varied)


def test_a_7_gets_a_bar_through_its_stem_or_loses_it() -> None:
    for lines in outcomes("bar of 7 and 0", SEVEN, "7"):
        crossed = lines[1]
        stem_x = np.interp(crossed[:, 1].mean(), [-0.5, 0.5], [0.3, 0])
        assert crossed[:, 0].min() < stem_x < crossed[:, 0].max()
    assert all(len(lines) == 1 for lines in outcomes("bar of 7 and 0", BARRED_SEVEN, "7"))


def test_the_second_stroke_of_a_7_that_is_no_bar_stays() -> None:
    in_two_strokes = [straight((-0.3, -0.5), (0.3, -0.5)), straight((0.3, -0.5), (0, 0.5))]
    assert all(len(lines) == 2 for lines in outcomes("bar of 7 and 0", in_two_strokes, "7"))


def test_a_0_is_left_open_or_closed() -> None:
    gaps = [
        np.hypot(*(lines[0][0] - lines[0][-1]))
        for lines in outcomes("open or closed loop", CIRCLE, "0")
    ]
    assert min(gaps) < 0.03
    assert max(gaps) > 0.1


def test_a_loop_of_an_8_gets_narrower_while_the_other_and_the_crossing_stay() -> None:
    for lines in outcomes("squeezed loop", EIGHT, "8"):
        still = np.hypot(*(lines[0] - EIGHT[0]).T) < 0.06
        upper, lower = EIGHT[0][:, 1] < -0.1, EIGHT[0][:, 1] > 0.1
        assert still[upper].all() or still[lower].all()
        assert np.hypot(*np.diff(lines[0], axis=0).T).max() < 0.06, "the stroke has no gap"
    widths = [np.ptp(lines[0][upper, 0]) for lines in outcomes("squeezed loop", EIGHT, "8")]
    widths += [np.ptp(lines[0][lower, 0]) for lines in outcomes("squeezed loop", EIGHT, "8")]
    assert min(widths) < 0.15


def test_a_0_stays_wide_and_a_stroke_without_a_loop_as_it_is() -> None:
    for lines in outcomes("squeezed loop", CIRCLE, "0"):
        assert np.ptp(lines[0][:, 0]) > 0.5 * np.ptp(CIRCLE[0][:, 0])
    assert all(np.array_equal(lines[0], ONE[0]) for lines in outcomes("squeezed loop", ONE, "1"))


def test_the_top_of_a_4_closes_or_opens_while_its_stem_stays() -> None:
    gaps = []
    for lines in outcomes("top of 4", FOUR, "4"):
        gaps.append(np.hypot(*(lines[0][0] - lines[1][0])))
        assert np.array_equal(lines[1], FOUR[1])
        assert np.array_equal(lines[0][-1], FOUR[0][-1])
    assert min(gaps) < 0.04
    assert max(gaps) > np.hypot(0.3, 0.1)


def test_proportions_move_the_middle_and_keep_top_and_foot() -> None:
    levels = []
    for lines in outcomes("proportions", EIGHT, "8"):
        y = lines[0][:, 1]
        assert (y.min(), y.max()) == pytest.approx((-0.5, 0.5), abs=0.05)
        levels.append(y[len(y) // 4])
    assert min(levels) < -0.05 < 0.05 < max(levels)


def test_strokes_are_joined_only_where_they_are_close() -> None:
    near = [straight((0, 0), (0.2, 0)), straight((0.2, 0.2), (0, 0.2))]
    far = [straight((0, -0.5), (0, 0)), straight((0.5, 0.5), (0.1, 0.5))]
    rng = np.random.default_rng(0)
    assert len(join_strokes(near, "5", rng)) == 1
    assert len(join_strokes(far, "5", rng)) == 2


def test_a_lifted_pen_makes_two_strokes_of_one_with_a_small_gap() -> None:
    for lines in outcomes("pen lifted", ONE, "1"):
        assert len(lines) == 2
        assert np.hypot(*(lines[1][0] - lines[0][-1])) < 6 * STEP


def test_rounding_keeps_straight_strokes_and_the_ends() -> None:
    for lines in outcomes("round corners", SEVEN, "7"):
        assert lines[0].shape == SEVEN[0].shape
        assert np.hypot(*(lines[0][0] - SEVEN[0][0])) < 0.01
        assert np.abs(lines[0] - SEVEN[0]).max() > 0.005
    for lines in outcomes("round corners", ONE, "1"):
        assert lines[0] == pytest.approx(ONE[0])


def test_strokes_are_brought_to_unit_size_with_points_evenly_apart(
    pendigits_train: list[Sample],
) -> None:
    lines = to_unit_size(pendigits_train[0].lines)
    points = np.concatenate(lines)
    assert np.ptp(points, axis=0).max() == pytest.approx(1, abs=2 * STEP)
    assert np.abs(points).max() <= 0.5 + 1e-9
    assert max(np.hypot(*np.diff(line, axis=0).T).max() for line in lines) <= STEP + 1e-9


def test_varied_ink_is_an_image_that_still_resembles_the_digit(
    pendigits_train: list[Sample],
) -> None:
    rng = np.random.default_rng(0)
    for sample in pendigits_train[:20]:
        images = np.array([vary_ink(sample.lines, sample.label, rng) for _ in range(10)])
        assert images.shape == (10, 28, 28)
        assert images.dtype == np.float32
        assert images.min() >= 0
        assert images.max() <= 1
        assert len(np.unique(images.reshape(10, -1), axis=0)) == 10
        assert (images.mean(axis=0) > 0.3).sum() > 20


def test_ink_without_all_variations_is_the_image_that_the_app_makes(
    pendigits_train: list[Sample],
) -> None:
    lines = to_unit_size(pendigits_train[0].lines)
    rng = np.random.default_rng(0)
    still = vary_ink(lines, "8", rng, without=[*INK_VARIATIONS, PEN_WIDTH])
    assert still == pytest.approx(ink_to_image([line * 100 for line in lines]), abs=0.05)


def test_the_same_generator_gives_the_same_variations(pendigits_train: list[Sample]) -> None:
    lines = pendigits_train[0].lines
    first, second = (vary_ink(lines, "8", np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)
