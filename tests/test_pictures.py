from pathlib import Path

import numpy as np
import pytest

from app.ink import Box
from app.recognizer import Digit, Recognizer
from benchmarks.pictures import KINDS, Count, Written, compare, measure, overlap, write_page
from training.datasets import Mnist


def digit(label: int, box: Box, number: int = 0) -> Digit:
    sure = np.eye(10, dtype=np.float32)[label]
    return Digit(label, 1.0, True, box, sure, np.zeros((28, 28), np.float32), 0, number)


def written(label: int, box: Box, number: int = 0) -> Written:
    corners = [(box.x, box.y), (box.x + box.width, box.y + box.height)]
    return Written(label, number, np.array(corners))


def test_the_overlap_is_intersection_over_union() -> None:
    assert overlap(Box(0, 0, 10, 10), Box(0, 0, 10, 10)) == 1
    assert overlap(Box(0, 0, 10, 10), Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 10, 10), Box(20, 0, 10, 10)) == 0


def test_what_is_found_right_and_in_order_is_counted() -> None:
    boxes = [Box(x, 0, 20, 30) for x in (0, 40, 100, 200)]
    page = [written(i, box, i // 2) for i, box in enumerate(boxes)]
    right = [digit(i, box, i // 2) for i, box in enumerate(boxes)]
    assert compare(page, right) == Count(4, 4, 4, 3, 3, 0)
    assert compare(page, []) == Count(4, 0, 0, 0, 0, 0)
    assert compare(page, right[:3]) == Count(4, 3, 3, 2, 2, 0)
    assert compare(page, [*right, digit(5, Box(0, 500, 20, 30), 2)]) == Count(4, 4, 4, 3, 3, 1)
    wrong = [digit(9, boxes[0]), *right[1:]]
    assert compare(page, wrong) == Count(4, 4, 3, 3, 3, 0)
    in_one = [digit(i, box) for i, box in enumerate(boxes)]
    assert compare(page, in_one) == Count(4, 4, 4, 3, 2, 0)


def test_a_page_shows_its_digits(mnist: Mnist) -> None:
    images = list(mnist.x_train[:20].astype(np.float32) / 255)
    page = write_page(images, mnist.y_train[:20].tolist(), np.random.default_rng(1), 0.12)
    for label, _, places in page.digits:
        x, y = places.astype(int).T
        assert page.ink[y, x].mean() > 0.5
        assert label in mnist.y_train[:20]


@pytest.mark.parametrize("kind", KINDS)
def test_digits_are_found_under_every_disturbance(kind: str, mnist: Mnist, tmp_path: Path) -> None:
    images = list(mnist.x_train[:200].astype(np.float32) / 255)
    labels = mnist.y_train[:200].tolist()
    count, usual = measure(Recognizer.load(), images, labels, kind, [1], tmp_path)
    assert count.digits > 20
    assert count.found >= 0.9 * count.digits
    assert count.right >= 0.85 * count.digits
    # Squares join all digits in one piece, so that the usual way may find none.
    assert usual.right > 0 or kind == "squared"
    assert usual.right <= usual.found <= usual.digits == count.digits
