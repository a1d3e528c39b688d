import numpy as np
import pytest

from app.pieces import Piece, cuts, distances, line_height, quantile


def piece(*points: tuple[float, float], stroke: int = 0) -> Piece:
    return Piece(stroke, stroke, np.array(points, dtype=np.float64))


def upright(x: float, y: float, height: float = 100) -> Piece:
    return piece((x, y), (x + 10, y + height))


def flat(x: float, y: float, width: float = 50) -> Piece:
    return piece((x, y), (x + width, y + 2))


def test_a_piece_knows_its_box_and_its_points_evenly() -> None:
    one = piece((0, 0), (0, 90), (30, 90))
    assert one.low.tolist() == [0, 0]
    assert one.size.tolist() == [30, 90]
    assert one.middle == 15
    assert one.length == 120
    assert np.hypot(*np.diff(one.points, axis=0).T).max() <= 120 / 31 + 1e-9
    assert piece((5, 7)).points.tolist() == [[5, 7]] * 32


def test_distances_are_shortest_ways_in_line_heights() -> None:
    apart = distances([upright(0, 0), flat(-20, 50), upright(60, 0), upright(900, 0)], height=100)
    assert apart[0, 1] == pytest.approx(0, abs=0.03)
    assert apart[0, 2] == apart[2, 0] == pytest.approx(0.6, abs=0.03)
    assert np.isinf(apart[0, 3])
    assert np.isinf(apart.diagonal()).all()


@pytest.mark.parametrize("share", [0, 0.3, 0.5, 0.9, 1])
def test_a_quantile_is_that_of_numpy(share: float) -> None:
    rng = np.random.default_rng(1)
    for count in (1, 2, 3, 10):
        values = rng.normal(size=count)
        assert quantile(values, share) == pytest.approx(np.quantile(values, share))
    assert quantile([3.0, 1.0, 8.0]) == 3


def test_bars_and_dots_do_not_lower_the_line() -> None:
    assert line_height([upright(0, 0), flat(0, 0), piece((3, 3)), upright(50, 0, 80)]) == 90


def test_a_stroke_may_be_cut_at_its_corners() -> None:
    xy, places = cuts(piece((0, 0), (100, 0), (20, 100)))
    assert len(xy) == 81
    corner = np.abs(xy - [100, 0]).sum(axis=1).argmin()
    assert min(abs(place - corner) for place in places) <= 1
    assert places == sorted(set(places))
