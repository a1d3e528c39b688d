"""The line that is seen of a stroke."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from app.ink import Stroke
from app.ui.trace import Trace, outline


def stroke_of(points: list[tuple[float, float]]) -> Stroke:
    return Stroke.from_xy(np.array(points, dtype=np.float64))


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 10, 70])
def test_the_line_stays_with_the_pen(step: int) -> None:
    stroke = Stroke()
    trace = Trace(stroke)
    for number in range(50):
        stroke.append(100 + step * number, 100)
        list(trace.new_lines())
        assert 0 <= stroke.points[-1].x - trace.tail[1][0] <= 2


def test_a_slow_line_is_not_as_rough_as_whole_pixels() -> None:
    slope = 0.37
    stroke = stroke_of([(x, round(slope * x)) for x in range(200)])
    line = np.array(outline(stroke))[20:]
    rough = [y - slope * x for x, y, _ in stroke.points[20:]]
    assert np.std(line[:, 1] - slope * line[:, 0]) < 0.6 * np.std(rough)


def test_the_lines_join_and_lead_from_the_first_point_to_the_last() -> None:
    rng = np.random.default_rng(0)
    stroke = stroke_of([tuple(point) for point in rng.uniform(0, 300, (30, 2))])
    trace = Trace(stroke)
    lines = [*trace.new_lines(), trace.tail]
    assert lines[0][0] == stroke.points[0][:2]
    assert lines[-1][1] == pytest.approx(stroke.points[-1][:2])
    assert all(a[1] == b[0] for a, b in pairwise(lines))


def test_a_fast_circle_is_round() -> None:
    radius = 100.0
    angles = np.linspace(0, 2 * np.pi, 13)
    stroke = stroke_of([(radius * math.cos(a), radius * math.sin(a)) for a in angles])
    line = np.array(outline(stroke))
    turns = np.diff(np.unwrap(np.arctan2(*np.diff(line[2:-2], axis=0).T[::-1])))
    assert np.abs(turns).max() < math.radians(15), "straight from point to point it were 30"
    assert np.abs(np.hypot(*line.T) - radius).max() < 0.08 * radius


def test_a_corner_stays_a_corner() -> None:
    corner = (200.0, 0.0)
    stroke = stroke_of([(0, 0), (100, 0), corner, (200, 100), (200, 200)])
    assert min(math.dist(point, corner) for point in outline(stroke)) < 1e-9


def test_a_dot_is_one_point_and_nothing_none() -> None:
    assert outline(stroke_of([(5, 6)])) == [(5, 6)]
    assert outline(Stroke()) == []


def test_ink_of_any_size_becomes_few_lines() -> None:
    stroke = stroke_of([(0, 0), (9e11, 0), (9e11 + 1e12, 8e11), (3e12, 9e11)])
    assert len(outline(stroke)) < 400
