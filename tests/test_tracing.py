"""Pictures of strokes traced back to the strokes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from app.components import Mask, find_components
from app.convention import reference_digits
from app.tracing import thinned, trace
from training.scans import draw

PEN = 7
Line = NDArray[np.float64]


def drawn(*lines: list[tuple[float, float]], pen: int = PEN) -> Mask:
    """Lines drawn with a round pen on a paper of 100x100 pixels."""
    return draw([np.array(line) for line in lines], pen, (100, 100)) >= 0.5


def ring(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [(x + radius * np.cos(a), y + radius * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 60)]


def ends(line: Line) -> list[tuple[float, float]]:
    return sorted((float(x), float(y)) for x, y in line[[0, -1]])


def near(*places: tuple[float, float]) -> list[object]:
    return [pytest.approx(place, abs=PEN) for place in sorted(places)]


def farthest(points: Line, others: Line) -> float:
    """From any of the points to the nearest of the others."""
    return float(np.hypot(*(points[:, None] - others).T).min(axis=0).max())


@pytest.mark.parametrize("pen", [1, 2, 3, 7, 15])
def test_thinning_keeps_what_hangs_together_and_leaves_lines(pen: int) -> None:
    mask = drawn([(15, 15), (80, 20), (30, 80)], ring(70, 70, 12), pen=pen)
    skeleton = thinned(mask)
    assert not (skeleton & ~mask).any()
    assert len(find_components(skeleton).boxes) == len(find_components(mask).boxes)
    squares = skeleton[1:, 1:] & skeleton[:-1, 1:] & skeleton[1:, :-1] & skeleton[:-1, :-1]
    assert not squares.any()


@pytest.mark.parametrize(
    "line",
    [
        [(20, 20), (80, 80)],
        [(50, 10), (50, 90)],
        [(10, 50), (90, 50)],
        [(20, 20), (80, 20), (30, 85)],
        [(20, 60), (50, 15), (50, 90)],
        [(20, 20), (80, 30), (20, 60), (80, 85)],
    ],
    ids=["oblique", "upright", "level", "7", "1", "z"],
)
def test_a_stroke_is_one_line_from_end_to_end(line: list[tuple[float, float]]) -> None:
    [traced] = trace(drawn(line))
    assert ends(traced) == near(line[0], line[-1])
    straight = np.concatenate([np.linspace(a, b, 50) for a, b in pairwise(line)])
    assert farthest(traced, straight) < PEN / 2
    assert farthest(straight, traced) < 1.5 * PEN  # at the tip of a sharp corner


def test_a_ring_is_one_line_that_comes_back() -> None:
    [traced] = trace(drawn(ring(50, 50, 30)))
    assert traced[0] == pytest.approx(traced[-1], abs=3)
    assert np.hypot(*(traced - 50).T) == pytest.approx(30, abs=2)


def test_what_crosses_goes_straight_on() -> None:
    lines = trace(drawn([(10, 50), (90, 50)], [(50, 10), (50, 90)]))
    assert sorted(map(ends, lines)) == [near((10, 50), (90, 50)), near((50, 10), (50, 90))]


def test_what_meets_the_side_of_a_line_begins_there() -> None:
    lines = trace(drawn([(50, 10), (50, 90)], [(52, 50), (90, 50)]))
    assert sorted(map(ends, lines)) == [near((50, 10), (50, 90)), near((50, 50), (90, 50))]


def test_rings_that_touch_are_two() -> None:
    lines = trace(drawn(ring(28, 50, 20), ring(72, 50, 20)))
    sides = sorted((float(line[:, 0].min()), float(line[:, 0].max())) for line in lines)
    assert sides == [pytest.approx((8, 50), abs=3), pytest.approx((50, 92), abs=3)]


@pytest.mark.parametrize("size", [1, 2, 5, 30])
def test_a_blot_is_a_line_within_it(size: int) -> None:
    lines = trace(np.ones((size, size), bool))
    assert lines
    for line in lines:
        assert line.shape[1] == 2
        assert (line >= 0).all()
        assert (line <= size - 1).all()


def test_lines_run_through_the_middle_of_all_ink() -> None:
    for strokes in reference_digits()[0][:40]:
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
        scaled = [(line - low) * (80 / extent) + 10 for line in strokes]
        mask = drawn(*([(float(x), float(y)) for x, y in line] for line in scaled))
        traced = np.concatenate(trace(mask))
        row, column = np.rint(traced[:, ::-1]).astype(int).T
        assert mask[row, column].mean() > 0.98
        ink = np.argwhere(mask)[:, ::-1].astype(float)
        assert farthest(ink, traced) < 2.5 * PEN  # but for the tip of a sharp corner it is half
