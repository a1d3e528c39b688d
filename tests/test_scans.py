"""Numbers drawn as pictures, to train with."""

from __future__ import annotations

import numpy as np
import pytest

from training.compose import Number
from training.datasets import Mnist
from training.scans import scan, scan_of_tiles, slants

NUMBER = Number(
    "1-0",
    [
        np.array([[10.0, 0.0], [10.0, 120.0]]),
        np.array([[50.0, 60.0], [100.0, 60.0]]),
        np.array([[150.0, 0.0], [190.0, 60.0], [150.0, 120.0], [130.0, 60.0], [150.0, 0.0]]),
    ],
    [0, 1, 2],
)


@pytest.mark.parametrize("seed", range(5))
def test_a_scan_has_the_characters_from_left_to_right(seed: int) -> None:
    made = scan(NUMBER, np.random.default_rng(seed))
    assert made.text == "1-0"
    assert made.ink.dtype == np.float32
    assert made.ink.min() == 0 and made.ink.max() == 1
    assert made.owners.shape == made.ink.shape
    middles = [np.argwhere(made.owners == index)[:, 1].mean() for index in range(3)]
    assert middles == sorted(middles)
    # Softened ink reaches a little farther than what its owners drew.
    assert made.ink[made.owners >= 0].mean() > 0.5
    assert made.ink[made.owners < 0].mean() < 0.1
    edge = np.concatenate([made.ink[0], made.ink[-1], made.ink[:, 0], made.ink[:, -1]])
    assert edge.max() < 0.1


def test_scans_differ_in_size_and_pen_and_repeat_with_the_seed() -> None:
    first, again, other = (scan(NUMBER, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.ink, again.ink)
    assert first.ink.shape != other.ink.shape


@pytest.mark.parametrize("seed", range(3))
def test_tiles_stand_side_by_side(seed: int, mnist: Mnist) -> None:
    tiles, labels = mnist.x_train[:4], mnist.y_train[:4]
    made = scan_of_tiles(tiles, labels, np.random.default_rng(seed))
    assert made.text == "5041"
    middles = [np.argwhere(made.owners == index)[:, 1].mean() for index in range(4)]
    assert middles == sorted(middles)
    shares = [(made.owners == index).mean() for index in range(4)]
    assert all(share > 0.01 for share in shares)


def test_slants_are_those_of_lines() -> None:
    tiles = np.zeros((3, 28, 28), np.uint8)
    for tile, lean in zip(tiles, (0.5, 0.0, -0.25), strict=True):
        for row in range(4, 24):
            tile[row, round(14 - lean * (row - 14))] = 255
    assert slants(tiles) == pytest.approx([0.5, 0, -0.25], abs=0.05)
    assert slants(np.zeros((1, 28, 28), np.uint8)) == [0]
