import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.preprocess import BOX, CENTRE, PEN, Picture, ink_to_image, picture_to_image
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
    assert extent(image)[1] == BOX
    assert centre_of_mass(image) == pytest.approx((CENTRE, CENTRE), abs=0.05)


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


def test_ink_with_its_mass_at_one_end_is_not_cut_off() -> None:
    blot = np.array([[x, y] for y in range(90, 100) for x in (0.0, 100.0, 0.0)])
    image = ink_to_image([np.array([[50.0, 0.0], [50.0, 95.0]]), blot])
    assert min(extent(image)) >= BOX - 1


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
    assert centre_of_mass(image) == pytest.approx((CENTRE, CENTRE), abs=1.0)
