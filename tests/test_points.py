from __future__ import annotations

import sys

import numpy as np
import pytest

from app.points import Point, Points

THREE = [Point(1, 2, 0.5), Point(3.25, -4, 0.75), Point(5, 6, 1.0)]


def test_points_are_a_sequence_that_grows() -> None:
    points = Points(THREE[:2])
    points.append(*THREE[2])
    assert list(points) == points == THREE and len(points) == 3
    assert (points[0], points[-1], points[1:]) == (THREE[0], THREE[2], THREE[1:])
    assert points != Points(THREE[:2]) and points != 3
    with pytest.raises(IndexError):
        points[3]


def test_a_point_without_a_time_has_none() -> None:
    points = Points([Point(1, 2), Point(3, 4, 0.0)])
    assert [point.t for point in points] == [None, 0.0]
    assert points == Points([Point(1, 2), Point(3, 4, 0.0)])


def test_points_are_made_of_arrays_and_become_one() -> None:
    x, y, t = zip(*THREE, strict=True)
    assert Points.from_arrays(x, y, t) == THREE
    assert Points.from_arrays(x, y)[1] == (3.25, -4, None)
    assert Points(THREE).xy().tolist() == [[1, 2], [3.25, -4], [5, 6]]
    assert Points().xy().shape == Points.from_arrays([], []).xy().shape == (0, 2)


def test_points_can_grow_after_they_were_read() -> None:
    points = Points(THREE)
    xy, seen = points.xy(), iter(points)
    next(seen)
    points.append(7, 8)
    assert len(points) == 4 and xy.shape == (3, 2)


def test_a_long_stroke_takes_some_bytes_per_point() -> None:
    points = Points.from_arrays(*np.random.default_rng(0).random((3, 1000)))
    assert sys.getsizeof(points._values) < 27 * 1000
