"""What a network is shown in training: batches of still or varied digits, and those held back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from app.preprocess import Picture, ink_to_image
from training.augment import vary_ink, vary_pictures
from training.datasets import (
    PENDIGITS,
    PENDIGITS_TRAIN,
    UJI,
    UJI_FILES,
    Sample,
    load_mnist,
    load_pendigits,
    load_uji,
    locate,
)
from training.models import Recipe

HELD_BACK_PENDIGITS_WRITERS = {5, 11, 17, 23, 29}
HELD_BACK_UJI_WRITERS = {3, 8}
PENDIGITS_REPEATS = 4
UJI_REPEATS = 20
"""How often an epoch shows each pen digit, varied anew: pen digits are fewer than MNIST's."""

Indices = NDArray[np.int64]
Pictures = tuple[Picture, Indices]
"""n float32 images, 0 = paper to 1 = ink, and their (n,) labels."""
Shape = tuple[int, ...]


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Batches that go through the training data again and again, shuffled anew each time.

    What a batch holds depends on the seed and on its number since the start alone.
    """

    def __init__(
        self,
        count: int,
        batch_size: int,
        steps_per_epoch: int | None,
        make: Callable[[Indices, np.random.Generator], Pictures],
        seed: int,
    ) -> None:
        """`make` gives the images and labels of chosen indices, 0 to `count` - 1; an epoch goes
        through all of them unless `steps_per_epoch` tells its length.
        """
        super().__init__(workers=1, max_queue_size=16)
        self._count = count
        self._batch_size = batch_size
        self._make = make
        self._seed = seed
        self._passes = -(-count // batch_size)
        self._steps_per_epoch = steps_per_epoch or self._passes
        self._epoch = 0

    def __len__(self) -> int:
        return self._steps_per_epoch

    def on_epoch_end(self) -> None:
        self._epoch += 1

    def __getitem__(self, batch: int) -> Pictures:
        step = self._epoch * self._steps_per_epoch + batch
        passed, position = divmod(step, self._passes)
        order = np.random.default_rng((self._seed, passed)).permutation(self._count)
        chosen = order[position * self._batch_size :][: self._batch_size]
        return self._make(chosen, np.random.default_rng((self._seed, passed, position)))


def mnist_batches(
    recipe: Recipe, shape: Shape, seed: int, data_dir: Path | None
) -> tuple[Batches, Pictures]:
    """MNIST as it is, to train and to validate with, as images of any `shape`.

    The first images of MNIST's training part are held back to validate. Raises DataError.
    """
    (images, labels), validation = _split_mnist(recipe.held_back, data_dir)

    def make(chosen: Indices, _: np.random.Generator) -> Pictures:
        return images[chosen].reshape(-1, *shape), labels[chosen]

    return (
        Batches(len(labels), recipe.batch_size, recipe.steps_per_epoch, make, seed),
        (validation[0].reshape(-1, *shape), validation[1]),
    )


def varied_batches(
    recipe: Recipe, shape: Shape, seed: int, data_dir: Path | None
) -> tuple[Batches, Pictures]:
    """MNIST and pen digits, all varied to train and as they are to validate with.

    The first images of MNIST's training part and the digits of some writers are held back to
    validate. Raises DataError.
    """
    (images, labels), still = _split_mnist(recipe.held_back, data_dir)
    pen, pen_held_back = _split_pen_digits(data_dir)
    pen_labels = np.array([int(sample.label) for sample in pen])

    def make(chosen: Indices, rng: np.random.Generator) -> Pictures:
        scanned = chosen[chosen < len(images)]
        drawn = chosen[chosen >= len(images)] - len(images)
        ink = np.array([vary_ink(pen[i].lines, rng) for i in drawn], np.float32)
        varied = np.concatenate([vary_pictures(images[scanned], rng), ink.reshape(-1, 28, 28)])
        return varied.reshape(-1, *shape), np.concatenate([labels[scanned], pen_labels[drawn]])

    to_validate = np.concatenate([still[0], [ink_to_image(s.lines) for s in pen_held_back]])
    count = len(images) + len(pen)
    return (
        Batches(count, recipe.batch_size, recipe.steps_per_epoch, make, seed),
        (
            to_validate.reshape(-1, *shape),
            np.concatenate([still[1], [int(sample.label) for sample in pen_held_back]]),
        ),
    )


def _split_mnist(held_back: int, data_dir: Path | None) -> tuple[Pictures, Pictures]:
    mnist = load_mnist(data_dir)
    images = mnist.x_train.astype(np.float32) / np.float32(255)
    labels = mnist.y_train.astype(np.int64)
    return (images[held_back:], labels[held_back:]), (images[:held_back], labels[:held_back])


def _split_pen_digits(data_dir: Path | None) -> tuple[list[Sample], list[Sample]]:
    """Digits of the training writers, repeated as an epoch shows them, and of those held back."""
    pendigits = load_pendigits(locate([PENDIGITS_TRAIN], PENDIGITS, data_dir)[0])
    uji = [s for s in load_uji(locate(UJI_FILES, UJI, data_dir)) if s.label.isdigit()]
    train, held_back = [], []
    for samples, held_back_writers, repeats in [
        (pendigits, HELD_BACK_PENDIGITS_WRITERS, PENDIGITS_REPEATS),
        (uji, HELD_BACK_UJI_WRITERS, UJI_REPEATS),
    ]:
        train += repeats * [s for s in samples if s.writer not in held_back_writers]
        held_back += [s for s in samples if s.writer in held_back_writers]
    return train, held_back
