from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from training.augment_ink import Lines
from training.compose import (
    GAPS,
    OVERLAPPING,
    SIZE,
    Hand,
    Number,
    OtherHand,
    expression,
    joined,
    mark,
    number,
    write,
)
from training.parts import hands, held_back_hands, measuring_hands


def gaps(written: Number) -> list[float]:
    """From one box to the next, in units."""
    boxes = []
    for owner in range(len(written.text)):
        x = np.concatenate(written.lines_of(owner))[:, 0]
        boxes.append((x.min(), x.max()))
    return [(b[0] - a[1]) / SIZE for a, b in pairwise(boxes)]


def test_writers_are_told_apart(shared_data: Path) -> None:
    counts = [len(part(shared_data)) for part in (hands, held_back_hands, measuring_hands)]
    assert counts == [34, 5, 14]


def test_the_same_generator_writes_the_same(writers: list[Hand]) -> None:
    first, second = (
        number(5, writers[0], "natural", True, np.random.default_rng(3)) for _ in range(2)
    )
    assert first.text == second.text
    assert np.array_equal(np.concatenate(first.lines), np.concatenate(second.lines))


def test_another_hand_writes_as_large_but_not_the_same(writers: list[Hand]) -> None:
    for hand in writers:
        other = OtherHand(hand, np.random.default_rng(1))
        own_heights, heights = [], []
        for seed in range(40):
            for label in "0234":
                own, drawn = (h.digit(label, np.random.default_rng(seed)) for h in (hand, other))
                own_heights.append(np.ptp(np.concatenate(own)[:, 1]))
                heights.append(np.ptp(np.concatenate(drawn)[:, 1]))
        assert np.median(heights) == pytest.approx(np.median(own_heights), rel=0.1)
        assert not np.allclose(heights, own_heights)


def is_plain(lines: Lines) -> bool:
    """Whether it is one stroke that is straight."""
    [first, *others] = lines
    chord = first[-1] - first[0]
    across = (first - first[0]) @ [chord[1], -chord[0]] / np.square(chord).sum()
    return not others and float(np.abs(across).max()) < 0.15


def test_many_other_hands_write_1_as_a_plain_stroke_and_always_do(
    writers: list[Hand], rng: np.random.Generator
) -> None:
    others = [OtherHand(hand, rng) for hand in writers * 10]
    plain = [[is_plain(other.digit("1", rng)) for _ in range(8)] for other in others]
    always = np.mean([all(of_hand) for of_hand in plain])
    assert 0.35 < always < 0.75


@pytest.mark.parametrize("gap", GAPS)
def test_gaps_are_as_wide_as_they_are_called(
    writers: list[Hand], rng: np.random.Generator, gap: str
) -> None:
    found = [g for hand in writers for g in gaps(number(8, hand, gap, False, rng))]
    least, most = GAPS[gap]
    # The line as a whole is turned a little afterwards.
    assert least - 0.12 < min(found) and max(found) < most + 0.12


def test_overlapping_boxes_overlap(writers: list[Hand], rng: np.random.Generator) -> None:
    found = [g for hand in writers for g in gaps(number(8, hand, OVERLAPPING, False, rng))]
    assert np.mean(np.array(found) < 0) > 0.9


def test_late_strokes_come_after_all_others(writers: list[Hand], rng: np.random.Generator) -> None:
    late = 0
    for hand in writers * 4:
        written = number(6, hand, "natural", True, rng)
        assert set(written.text) & set("457")
        assert sorted(set(written.owners)) == list(range(6))
        late += written.owners != sorted(written.owners)
    assert late > 10


def test_joining_takes_one_lift_of_the_pen_away(
    writers: list[Hand], rng: np.random.Generator
) -> None:
    apart = number(3, writers[0], "natural", False, rng)
    together = joined(apart)
    assert together.text == apart.text
    assert len(together.lines) == len(together.owners) == len(apart.lines) - 1


def test_punctuation_is_no_digit(writers: list[Hand], rng: np.random.Generator) -> None:
    for _ in range(50):
        written = expression(writers[0], rng)
        assert len(written.digits) < len(written.text)
        assert set(written.owners) == set(range(len(written.text)))


def test_a_space_is_a_gap(writers: list[Hand], rng: np.random.Generator) -> None:
    written = write("1 2", writers[0], "natural", rng)
    assert written.text == "12"
    assert gaps(written)[0] > 0.3


def test_a_percent_sign_has_a_ring_on_either_side_of_a_slash(rng: np.random.Generator) -> None:
    for _ in range(20):
        *rings, slash = sorted(mark("%", rng), key=lambda line: float(np.ptp(line[:, 1])))
        places = [float(ring[:, 0].mean() - slash[:, 0].mean()) for ring in rings]
        assert len(rings) == 2
        assert min(places) < 0 < max(places)
