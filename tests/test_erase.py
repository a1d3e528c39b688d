"""Erasing ink: whole strokes, or only what the eraser touches of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from app.erase import Erasing
from app.ink import Ink, Stroke
from app.points import Point, Points


def ink_of(*lines: list[tuple[float, float]]) -> Ink:
    return Ink.from_lines([np.array(line, dtype=np.float64) for line in lines])


ACROSS = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]
BELOW = [(0.0, 50.0), (200.0, 50.0)]


def left(erasing: Erasing) -> list[list[tuple[float, float]]]:
    return [[(round(x, 6), round(y, 6)) for x, y, _ in s.points] for s in erasing.ink.strokes]


def test_what_is_not_touched_stays_the_same_object() -> None:
    ink = ink_of(ACROSS, BELOW)
    erasing = Erasing(ink, parts=True)
    assert not erasing.rub((50, 25), (150, 25), 24)
    assert erasing.ink is ink
    assert erasing.rub((50, 25), (50, 10), 12)
    assert erasing.ink.strokes[-1] is ink.strokes[1]


def test_a_whole_stroke_goes_where_it_is_touched() -> None:
    ink = ink_of(ACROSS, BELOW)
    erasing = Erasing(ink, parts=False)
    assert erasing.rub((50, 5), (50, 5), 6)
    assert erasing.ink.strokes == ink.strokes[1:]
    assert erasing.rub((50, 60), (60, 45), 6) and erasing.ink == Ink()


def test_a_stroke_is_split_where_the_eraser_was() -> None:
    erasing = Erasing(ink_of(ACROSS), parts=True)
    assert erasing.rub((100, 0), (100, 0), 10)
    assert left(erasing) == [[(0, 0), (90, 0)], [(110, 0), (200, 0)]]
    assert erasing.rub((20, -30), (20, 30), 5)
    assert left(erasing) == [[(0, 0), (15, 0)], [(25, 0), (90, 0)], [(110, 0), (200, 0)]]
    assert erasing.rub((110, 0), (300, 0), 10)
    assert left(erasing) == [[(0, 0), (15, 0)], [(25, 0), (90, 0)]]


def test_the_ends_of_a_stroke_can_be_erased() -> None:
    erasing = Erasing(ink_of(ACROSS), parts=True)
    assert erasing.rub((0, 0), (50, 0), 10) and erasing.rub((210, 0), (200, 0), 10)
    assert left(erasing) == [[(60, 0), (100, 0), (190, 0)]]


def test_a_fast_eraser_leaves_no_gap() -> None:
    erasing = Erasing(ink_of(BELOW), parts=True)
    assert erasing.rub((100, -500), (120, 500), 10)
    first, second = erasing.ink.strokes
    wide = 2 * 10 * np.hypot(20, 1000) / 1000
    assert second.points[0].x - first.points[-1].x == pytest.approx(wide)


def test_dots_and_crumbs_go_whole() -> None:
    erasing = Erasing(ink_of([(10, 10)], [(40, 10)], [(70.0, 10.0), (81.5, 10.0)]), parts=True)
    assert erasing.rub((10, 15), (10, 15), 6)
    assert left(erasing) == [[(40, 10)], [(70, 10), (81.5, 10)]]
    assert erasing.rub((71, 10), (71, 10), 10)
    assert left(erasing) == [[(40, 10)]]


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_left_under_the_eraser_and_nothing_else_goes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ink = Ink.from_lines([rng.uniform(0, 100, (12, 2)).cumsum(axis=0) / 6 for _ in range(3)])
    start, end, reach = rng.uniform(0, 100, 2), rng.uniform(0, 100, 2), rng.uniform(3, 20)

    def distances(points: np.ndarray) -> np.ndarray:
        way = end - start
        share = np.clip((points - start) @ way / (way @ way), 0, 1)
        return np.hypot(*(points - start - share[:, None] * way).T)

    def sampled(ink: Ink) -> np.ndarray:
        steps = np.linspace(0, 1, 30)[:, None]
        lines = ink.lines()
        return np.concatenate([a + steps * (b - a) for line in lines for a, b in pairwise(line)])

    erasing = Erasing(ink, parts=True)
    touched = erasing.rub(tuple(start), tuple(end), reach)
    assert touched == (distances(sampled(ink)) < reach).any()
    remaining = sampled(erasing.ink)
    assert distances(remaining).min() > reach - 1e-6
    kept = sampled(ink)
    kept = kept[distances(kept) > reach + 1.5]
    nearest = np.sqrt(((kept[:, None] - remaining) ** 2).sum(axis=2).min(axis=1))
    assert nearest.max() < 1


def test_times_and_channels_go_with_their_points() -> None:
    points = [Point(0, 0, 0.0), Point(100, 0, 1.0), Point(200, 0, 3.0)]
    erasing = Erasing(Ink((Stroke(Points(points), ([5, 6, 7],)),)), parts=True)
    assert erasing.rub((150, 0), (150, 0), 25)
    first, second = erasing.ink.strokes
    assert [point.t for point in first.points] == pytest.approx([0, 1, 1.5])
    assert [point.t for point in second.points] == pytest.approx([2.5, 3])
    assert first.channels == ([5, 6, 6],) and second.channels == ([7, 7],)
