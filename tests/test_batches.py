"""Batches: all the data, anew each time, by the seed alone."""

from pathlib import Path

import numpy as np
import pytest

from training.batches import (
    MINE_REPEATS,
    MOST_MINE,
    OUTLIERS,
    PENDIGITS_REPEATS,
    UJI_REPEATS,
    Batches,
    Indices,
    Pictures,
    make_batches,
    make_scan_batches,
    one_hot,
    to_images,
)
from training.datasets import Mnist, Sample
from training.models import HALVES, RECIPES
from training.parts import held_back_parts
from training.parts import test_parts as measuring_parts


def numbered(chosen: Indices, rng: np.random.Generator) -> Pictures:
    """Images that show their own index and some randomness."""
    images = np.zeros((len(chosen), 28, 28), np.float32)
    images[:, 0, 0] = chosen
    images[:, 0, 1] = rng.random(len(chosen))
    return images, one_hot(chosen % 10)


def indices(batch: Pictures) -> list[float]:
    images, _ = batch
    return images[:, 0, 0].tolist()  # type: ignore[no-any-return]


def test_batches_go_through_all_the_data_in_a_new_order_each_time() -> None:
    batches = Batches(10, 4, None, numbered, seed=1)
    assert len(batches) == 3
    passes = []
    for _ in range(3):
        passes.append([index for i in range(3) for index in indices(batches[i])])
        batches.on_epoch_end()
    assert all(sorted(order) == list(range(10)) for order in passes)
    assert len({tuple(order) for order in passes}) == 3


def test_epochs_of_a_number_of_steps_go_on_where_the_last_one_ended() -> None:
    batches = Batches(10, 5, 3, numbered, seed=1)
    shown = []
    for _ in range(2):
        shown += [indices(batches[i]) for i in range(3)]
        batches.on_epoch_end()
    for half in range(3):
        assert sorted(shown[2 * half] + shown[2 * half + 1]) == list(range(10))


def test_a_batch_depends_on_the_seed_and_its_number_alone() -> None:
    first, again, other = (Batches(10, 5, None, numbered, seed) for seed in (1, 1, 2))
    _ = again[0]
    assert np.array_equal(first[1][0], again[1][0])
    assert not np.array_equal(first[1][0], other[1][0])


def test_batches_go_on_at_a_later_epoch() -> None:
    unbroken, resumed = (Batches(10, 5, None, numbered, 1) for _ in range(2))
    unbroken.on_epoch_end()
    resumed.start_at(1)
    assert np.array_equal(unbroken[1][0], resumed[1][0])


def test_a_published_recipe_sees_mnist_as_it_is_and_holds_back_its_first_images(
    shared_data: Path, mnist: Mnist
) -> None:
    batches, (images, targets) = make_batches(RECIPES["softmax"], (784,), 1, shared_data)
    assert np.array_equal(images, mnist.x_train[:5000].reshape(-1, 784) / np.float32(255))
    assert np.array_equal(targets.argmax(axis=1), mnist.y_train[:5000])
    shown, _ = batches[0]
    assert shown.shape == (100, 784)
    trained_on = {image.tobytes() for image in mnist.x_train[5000:]}
    assert all(np.rint(image * 255).astype(np.uint8).tobytes() in trained_on for image in shown)


def test_the_bundled_recipe_sees_digits_of_all_kinds_and_what_is_none(shared_data: Path) -> None:
    recipe = RECIPES["digits"]
    batches, (images, targets) = make_batches(recipe, (28, 28, 1), 1, shared_data)
    assert images.shape == (5000 + 5 * 250 - 3 + 2 * 20, 28, 28, 1)
    assert (targets.max(axis=1) == 1).all(), "the held-back images are digits"
    pen_digits = PENDIGITS_REPEATS * (7494 - (5 * 250 - 3)) + UJI_REPEATS * 9 * 20
    assert len(batches) == -(-(55_000 + pen_digits + OUTLIERS) // recipe.batch_size)
    shown, learnt = batches[0]
    assert shown.shape == (recipe.batch_size, 28, 28, 1)
    assert shown.dtype == learnt.dtype == np.float32
    assert learnt.sum(axis=1) == pytest.approx(1)
    no_digit = learnt.max(axis=1) < 0.5
    assert 0.05 < no_digit.mean() < 0.3
    assert set(learnt[~no_digit].argmax(axis=1)) == set(range(10))


def test_an_expert_learns_from_varied_scans_and_its_gate_from_scans_as_they_are(
    shared_data: Path, mnist: Mnist
) -> None:
    usual, _ = make_batches(RECIPES["digits"], (28, 28, 1), 1, shared_data)
    told, (images, targets) = make_scan_batches((28, 28, 1), 128, 1, shared_data)
    assert len(told) == len(usual)
    (shown, learnt), (varied, digits) = told[0], usual[0]
    assert np.array_equal(shown[:128], varied)
    taught, (scan, other) = learnt[:, :10].any(axis=1), learnt[:, 10:].T == 1
    assert (taught.astype(int) + scan + other == 1).all()
    assert np.array_equal(learnt[taught, :10], digits[taught[:128]])
    assert 64 < taught.sum() < 100
    assert scan.sum() == taught.sum() // 3
    assert not scan[:128].any()
    known = {image.tobytes() for image in mnist.x_train[5000:]}
    assert all(image.tobytes() in known for image in (shown[scan] * 255).round().astype(np.uint8))
    assert np.array_equal(targets[:, 10], np.arange(len(targets)) < 5000)
    assert np.array_equal(targets[:, 11], 1 - targets[:, 10])
    assert np.array_equal(images[:5000, ..., 0], to_images(held_back_parts(shared_data)[0]))
    assert (targets[5000:, :10] == 0).all()


def test_a_half_of_the_writers_is_shown_as_often_as_all_of_them(shared_data: Path) -> None:
    lengths = [
        len(make_batches(recipe, (28, 28, 1), 1, shared_data)[0])
        for recipe in (RECIPES["digits"], HALVES["half-1"], HALVES["half-2"])
    ]
    assert lengths[0] not in lengths[1:]
    assert lengths[1:] == pytest.approx([lengths[0]] * 2, rel=0.05)


def test_what_a_person_corrected_is_shown_often_but_not_above_all(shared_data: Path) -> None:
    recipe = RECIPES["digits"]
    without, _ = make_batches(recipe, (28, 28, 1), 1, shared_data)
    [one] = [Sample("7", 0, [np.array([[0.0, 0], [50, 0], [20, 90]])])]
    for count, shown in ((1, MINE_REPEATS), (3, 3 * MINE_REPEATS), (400, MOST_MINE)):
        batches, _ = make_batches(recipe, (28, 28, 1), 1, shared_data, [one] * count)
        more = (len(batches) - len(without)) * recipe.batch_size
        assert more == pytest.approx(shown, abs=recipe.batch_size)


def test_the_images_of_a_part_are_those_of_the_app(shared_data: Path, mnist: Mnist) -> None:
    mnist_test, pendigits_test = measuring_parts(shared_data)
    tiles = mnist.x_test.astype(np.float32) / np.float32(255)
    unchanged = (to_images(mnist_test) == tiles).all(axis=(1, 2))
    assert unchanged.mean() > 0.998, "a few lie a pixel beside MNIST's own rule"
    assert to_images(pendigits_test).shape == (3498, 28, 28)
