import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.preprocess import (
    BOX,
    CENTRE,
    PEN,
    Picture,
    ink_box,
    ink_to_image,
    picture_to_image,
    resample,
)
from training.datasets import Mnist, Sample


def extent(image: Picture) -> tuple[int, int]:
    """Width and height of what is at least half covered with ink."""
    columns, rows = (image.max(axis=axis) >= 0.5 for axis in (0, 1))
    return int(columns.sum()), int(rows.sum())


def centre_of_mass(image: Picture) -> tuple[float, float]:
    y, x = np.indices(image.shape)
    return float((x * image).sum() / image.sum()), float((y * image).sum() / image.sum())


SEVEN = [np.array([[0.0, 0.0], [60.0, 2.0], [25.0, 100.0]])]


def test_no_ink_gives_an_empty_image() -> None:
    assert not ink_to_image([]).any()
    assert not picture_to_image(np.zeros((50, 40), np.float32)).any()


def test_the_image_has_the_form_of_mnist() -> None:
    image = ink_to_image(SEVEN)
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    assert extent(image)[1] == 20
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.05)


@pytest.mark.parametrize("size", [5, 17, 300, 4000])
@pytest.mark.parametrize("place", [(0, 0), (-20.5, 1999.25)])
def test_size_and_place_on_the_canvas_do_not_matter(
    size: float, place: tuple[float, float]
) -> None:
    moved = [line * size / 100 + place for line in SEVEN]
    assert ink_to_image(moved) == pytest.approx(ink_to_image(SEVEN), abs=1e-3)


def test_a_fast_stroke_leaves_no_gap() -> None:
    sparse = [np.array([[0.0, 0.0], [0.0, 2000.0]])]
    dense = [np.array([[0.0, float(y)] for y in range(2001)])]
    assert ink_to_image(sparse) == pytest.approx(ink_to_image(dense), abs=1e-3)
    assert (ink_to_image(sparse).max(axis=1) == 1).sum() >= BOX - 1


def test_a_vertical_line_is_not_stretched() -> None:
    width, height = extent(ink_to_image([np.array([[7.0, 0.0], [7.0, 300.0]])]))
    assert height == BOX
    assert width <= PEN + 1


def test_a_dot_is_a_dot() -> None:
    point = ink_to_image([np.array([[400.0, 300.0]])])
    jitter = ink_to_image([np.array([[400.0, 300.0], [401.0, 300.0]])])
    assert extent(point) == extent(ink_to_image([np.array([[0.0, 0.0]] * 9)]))
    assert max(extent(point)) <= PEN + 1
    assert max(extent(jitter)) < BOX / 2


BLOT = np.array([[x, y] for y in range(75, 101) for x in (0.0, 100.0, 0.0)])


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_ink_with_its_mass_at_one_end_is_not_cut_off(upside_down: bool, mirrored: bool) -> None:
    signs = np.array([-1 if mirrored else 1, -1 if upside_down else 1])
    lines = [line * signs for line in (np.array([[50.0, 0.0], [50.0, 95.0]]), BLOT)]
    image = ink_to_image(lines)
    assert min(extent(image)) >= 20
    assert image[-1 if upside_down else 0].max() == 1, "as far to the side as there is room"
    assert abs(centre_of_mass(image)[1] - CENTRE) > 0.1


def test_across_and_down_are_treated_alike() -> None:
    for lines in (SEVEN, [BLOT, SEVEN[0]]):
        turned = [line[:, ::-1] for line in lines]
        assert ink_to_image(turned) == pytest.approx(ink_to_image(lines).T, abs=1e-6)


@pytest.mark.parametrize("pen", [2.5, 3.5, 6.0])
def test_a_dot_is_as_large_as_the_pen(pen: float) -> None:
    assert ink_to_image([np.zeros((1, 2))], pen).sum() == pytest.approx(np.pi * pen**2 / 4, rel=0.1)


def test_resampled_lines_have_points_a_quarter_apart_from_end_to_end() -> None:
    points = resample(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 4.3]]))
    gaps = np.hypot(*np.diff(points, axis=0).T)
    assert gaps.max() <= 0.25 + 1e-9
    assert gaps.min() > 0.2
    assert points[0].tolist() == [0, 0] and points[-1].tolist() == [3, 4.3]


def test_a_long_scribble_looks_the_same_however_often_it_is_repeated() -> None:
    sweep = np.array([[0.0, 0.0], [100.0, 30.0], [0.0, 60.0], [100.0, 100.0]])
    scribble = np.concatenate([sweep, sweep[::-1]] * 50)
    difference = ink_to_image([scribble]) - ink_to_image([sweep])
    assert np.abs(difference).max() < 0.3
    assert np.abs(difference).mean() < 0.02


def test_the_pen_has_the_width_of_mnists(mnist: Mnist, pendigits_train: list[Sample]) -> None:
    drawn = np.mean([ink_to_image(sample.lines).sum() for sample in pendigits_train])
    assert drawn == pytest.approx(mnist.x_train.sum() / 255 / len(mnist.x_train), rel=0.03)


def test_an_image_of_mnist_comes_out_as_it_went_in(mnist: Mnist) -> None:
    tiles = mnist.x_train[:2000].astype(np.float32) / 255
    changed = [tile for tile in tiles if not np.array_equal(picture_to_image(tile), tile)]
    assert len(changed) < 0.01 * len(tiles)


def draw(lines: list[NDArray[np.float64]], size: int, pen: int) -> Picture:
    """The lines drawn by Pillow, `size` pixels large, anywhere in a picture."""
    picture = Image.new("L", (2 * size + 4 * pen, size + 4 * pen))
    points = np.concatenate(lines)
    scale = size / np.ptp(points, axis=0).max()
    for line in lines:
        path = [tuple(point) for point in (line - points.min(axis=0)) * scale + 2 * pen]
        ImageDraw.Draw(picture).line(path, fill=255, width=pen, joint="curve")
    return np.asarray(picture, dtype=np.float32) / 255


@pytest.mark.parametrize(("size", "pen"), [(60, 1), (300, 2), (300, 36), (1500, 1), (1500, 350)])
def test_a_picture_gives_the_image_of_its_ink_for_thin_and_thick_pens(size: int, pen: int) -> None:
    lines = [np.array([[0.0, 0.0], [60.0, 0.0], [30.0, 100.0]])]
    difference = picture_to_image(draw(lines, size, pen)) - ink_to_image(lines)
    assert np.abs(difference).mean() < 0.08


@pytest.mark.parametrize("size", [5, 12, 40, 2000])
def test_a_picture_of_any_size_fills_the_box(size: int) -> None:
    image = picture_to_image(draw(SEVEN, size, max(1, size // 10)))
    assert extent(image)[1] == pytest.approx(BOX, abs=2)
    assert centre_of_mass(image) == pytest.approx((CENTRE, CENTRE), abs=0.3)


def test_a_tile_of_mnists_form_comes_out_as_it_went_in() -> None:
    ink = draw(SEVEN, 18, 3)
    ink = ink[ink_box(ink)]
    assert ink.shape[0] == 20
    tile = np.zeros((28, 28), np.float32)
    x, y = centre_of_mass(ink)
    top, left = round(CENTRE - y), round(CENTRE - x)
    tile[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    np.testing.assert_array_equal(picture_to_image(tile), tile)
    np.testing.assert_array_equal(picture_to_image(tile.T), tile.T)


def bar(width: int, length: int, upright: bool) -> Picture:
    picture = np.zeros((length + 9, width + 7), np.float32)
    picture[2:-7, 3:-4] = 1
    return picture if upright else picture.T


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("width", [1, 2, 4, 6])
def test_pens_like_mnists_keep_their_width(width: int, upright: bool) -> None:
    image = picture_to_image(bar(width, 20, upright))
    assert extent(image) == ((width, 20) if upright else (20, width))


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("length", [30, 50, 200, 1000])
def test_much_thinner_pens_get_the_width_of_mnists(length: int, upright: bool) -> None:
    image = picture_to_image(bar(1, length, upright))
    assert image.max() == 1
    assert image.sum() == pytest.approx(PEN * BOX, rel=0.2)


@pytest.mark.parametrize("size", [165, 235])
def test_thin_lines_of_large_pictures_do_not_fade(size: int) -> None:
    assert picture_to_image(draw(SEVEN, size, 1)).max() > 0.7


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize(("width", "length"), [(9, 20), (30, 60), (300, 600)])
def test_much_thicker_pens_are_thinned(width: int, length: int, upright: bool) -> None:
    assert extent(picture_to_image(bar(width, length, upright))) == (
        (5, 20) if upright else (20, 5)
    )


@pytest.mark.parametrize("turns", range(4))
def test_a_picture_with_its_mass_at_one_end_is_not_cut_off(turns: int) -> None:
    picture = np.zeros((20, 20), np.float32)
    picture[9:11] = picture[:, 16:] = 1
    picture = np.rot90(picture, turns)
    assert picture_to_image(picture).sum() == picture.sum()


def test_the_box_of_the_ink_ends_with_its_outermost_pixels() -> None:
    picture = np.zeros((9, 40), np.float32)
    picture[2, 30] = picture[6, 11] = 0.1
    assert ink_box(picture) == (slice(2, 7), slice(11, 31))


@pytest.mark.parametrize(
    "picture", [draw(SEVEN, 1500, 150), bar(1, 4000, True)], ids=["large", "long"]
)
def test_a_large_picture_takes_little_memory(picture: Picture) -> None:
    tracemalloc.start()
    picture_to_image(picture)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < picture.nbytes + 2**20
