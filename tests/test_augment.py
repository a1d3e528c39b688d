from collections.abc import Callable

import numpy as np
import pytest

from training import augment
from training.augment import Lines, vary_ink, vary_pictures
from training.datasets import Mnist, Sample

SEVEN = [np.stack([np.linspace(-0.5, 0.5, 30), np.full(30, -0.4)], axis=1), np.zeros((2, 2))]
DOT = [np.zeros((1, 2))]

VARIATIONS = [
    augment.bend,
    augment.slant_and_turn,
    augment.thin_out,
    augment.tremble,
    augment.trim,
]


@pytest.mark.parametrize("vary", VARIATIONS)
@pytest.mark.parametrize("lines", [SEVEN, DOT])
def test_each_variation_changes_ink_a_little_and_keeps_its_strokes(
    vary: Callable[[Lines, np.random.Generator], Lines], lines: Lines
) -> None:
    before = [line.copy() for line in lines]
    varied = vary(lines, np.random.default_rng(3))
    assert len(varied) == len(lines)
    assert all(len(line) >= 1 for line in varied)
    assert all(np.abs(line).max() < 1 for line in varied)
    assert all(np.array_equal(line, was) for line, was in zip(lines, before, strict=True))


@pytest.mark.parametrize("vary", VARIATIONS)
def test_each_variation_does_something(
    vary: Callable[[Lines, np.random.Generator], Lines],
) -> None:
    rng = np.random.default_rng(3)
    varied = [vary(SEVEN, rng)[0] for _ in range(10)]
    assert not all(np.array_equal(line, SEVEN[0]) for line in varied)


def test_varied_ink_is_an_image_that_still_resembles_the_digit(
    pendigits_train: list[Sample],
) -> None:
    rng = np.random.default_rng(0)
    for sample in pendigits_train[:20]:
        images = np.array([vary_ink(sample.lines, rng) for _ in range(10)])
        assert images.shape == (10, 28, 28)
        assert images.dtype == np.float32
        assert images.min() >= 0
        assert images.max() <= 1
        assert len(np.unique(images.reshape(10, -1), axis=0)) == 10
        assert (images.mean(axis=0) > 0.3).sum() > 20


def test_varied_pictures_differ_from_each_other_and_keep_their_ink(mnist: Mnist) -> None:
    digit = mnist.x_train[:1].astype(np.float32) / 255
    varied = vary_pictures(np.repeat(digit, 50, axis=0), np.random.default_rng(0))
    assert varied.shape == (50, 28, 28)
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 1
    assert 25 < len(np.unique(varied.reshape(50, -1), axis=0)) < 50, "some stay as they are"
    assert varied.sum(axis=(1, 2)) == pytest.approx(digit.sum(), rel=0.5)


def test_the_same_generator_gives_the_same_variations(pendigits_train: list[Sample]) -> None:
    lines = pendigits_train[0].lines
    first, second = (vary_ink(lines, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)
