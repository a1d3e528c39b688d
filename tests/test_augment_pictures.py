"""Variations of pictures: each does what it says, and none destroys the digit."""

import numpy as np
import pytest

from training.augment_pictures import (
    INK_IMAGE_VARIATIONS,
    SCAN_VARIATIONS,
    change_thickness,
    soften,
    vary_pictures,
)
from training.datasets import Mnist

VARIATIONS = SCAN_VARIATIONS | INK_IMAGE_VARIATIONS


def test_varied_pictures_differ_from_each_other_and_keep_their_ink(mnist: Mnist) -> None:
    digit = mnist.x_train[:1].astype(np.float32) / 255
    varied = vary_pictures(np.repeat(digit, 50, axis=0), np.random.default_rng(0), SCAN_VARIATIONS)
    assert varied.shape == (50, 28, 28)
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 1
    assert 25 < len(np.unique(varied.reshape(50, -1), axis=0)) < 50, "some stay as they are"
    assert varied.sum(axis=(1, 2)) == pytest.approx(digit.sum(), rel=0.7)


@pytest.mark.parametrize("name", VARIATIONS)
def test_each_variation_of_pictures_varies_every_one_in_its_own_way(
    name: str, mnist: Mnist
) -> None:
    digits = np.repeat(mnist.x_train[:1].astype(np.float32) / 255, 20, axis=0)
    varied = VARIATIONS[name].vary(digits, np.random.default_rng(0))
    assert varied.dtype == np.float32
    assert len(np.unique(varied.reshape(20, -1), axis=0)) == 20
    assert varied.min() >= 0
    assert varied.max() <= 1


def test_thickness_goes_both_ways(mnist: Mnist) -> None:
    digits = np.repeat(mnist.x_train[:1].astype(np.float32) / 255, 20, axis=0)
    ink = change_thickness(digits, np.random.default_rng(0)).sum(axis=(1, 2))
    assert ink.min() < 0.8 * digits[0].sum()
    assert ink.max() > 1.2 * digits[0].sum()


def test_what_is_left_out_is_not_applied(mnist: Mnist) -> None:
    digits = mnist.x_train[:20].astype(np.float32) / 255
    varied = vary_pictures(digits, np.random.default_rng(0), SCAN_VARIATIONS, SCAN_VARIATIONS)
    assert np.array_equal(varied, digits)


def test_soft_pictures_have_the_same_ink_at_nearly_the_same_place(mnist: Mnist) -> None:
    digits = np.repeat(mnist.x_train[:1].astype(np.float32) / 255, 20, axis=0)
    soft = soften(digits, np.random.default_rng(0))
    assert soft.sum(axis=(1, 2)) == pytest.approx(digits.sum(axis=(1, 2)), rel=1e-3)
    at = [(image.sum(axis=0) @ np.arange(28)) / image.sum() for image in soft]
    middle = (digits[0].sum(axis=0) @ np.arange(28)) / digits[0].sum()
    assert np.abs(np.array(at) - middle).max() <= 0.5
    assert np.ptp(at) > 0.5
    steps = np.abs(np.diff(soft, axis=2)).sum(axis=(1, 2))
    assert steps.max() <= np.abs(np.diff(digits, axis=2)).sum(axis=(1, 2))[0]
