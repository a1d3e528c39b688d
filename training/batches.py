"""What a network is shown in training: batches of still or varied digits, and of what is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from app.preprocess import Picture, ink_to_image, picture_to_image
from training.augment_ink import pen_width, vary_ink
from training.augment_pictures import INK_IMAGE_VARIATIONS, SCAN_VARIATIONS, vary_pictures
from training.datasets import Sample, load_mnist
from training.models import Recipe
from training.outliers import PAIRS_OF_SCANS, outliers, pair_of_scans
from training.parts import HELD_BACK_MNIST, NO_DIGIT, Part, held_back_parts, training_data
from training.teachers import Teachers

PENDIGITS_REPEATS = 3
UJI_REPEATS = 15
"""How often an epoch shows each pen digit, varied anew: pen digits are fewer than MNIST's."""
MINE_REPEATS = 100
MOST_MINE = 10_000
"""How often an epoch shows each digit that a person corrected, and all of them at most."""
OUTLIERS = 10_000
"""How many drawings and pictures of no digit an epoch shows."""
STILL = 3
"""The gate of an expert is shown one scan as it is for so many that are varied."""

Indices = NDArray[np.int64]
Pictures = tuple[Picture, NDArray[np.float32]]
"""n float32 images, 0 = paper to 1 = ink, and (n, 10) probabilities of the classes to learn; for an
expert (n, 12), see `make_scan_batches`."""
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
        """`make` gives the images and targets of chosen indices, 0 to `count` - 1; an epoch goes
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

    def start_at(self, epoch: int) -> None:
        """Go on with the batches of an epoch, counted from 0."""
        self._epoch = epoch

    def on_epoch_end(self) -> None:
        """Go on with the batches of the next epoch; Keras calls it."""
        self._epoch += 1

    def __getitem__(self, batch: int) -> Pictures:
        step = self._epoch * self._steps_per_epoch + batch
        passed, position = divmod(step, self._passes)
        order = np.random.default_rng((self._seed, passed)).permutation(self._count)
        chosen = order[position * self._batch_size :][: self._batch_size]
        return self._make(chosen, np.random.default_rng((self._seed, passed, position)))


def make_batches(
    recipe: Recipe,
    shape: Shape,
    seed: int,
    data_dir: Path | None,
    mine: Sequence[Sample] = (),
    teachers: Teachers | None = None,
) -> tuple[Batches, Pictures]:
    """What a recipe trains on, and what is held back to validate with, as images of any `shape`.

    `mine` are pen digits to show besides all others, `teachers` soften what is learnt. Raises
    DataError.
    """
    if recipe.data == "mnist":
        count, make, (images, targets) = _still_mnist(recipe.held_back, data_dir)
    else:
        count, make, (images, targets) = _everything_varied(data_dir, mine, recipe.half)

    def make_shaped(chosen: Indices, rng: np.random.Generator) -> Pictures:
        made, learnt = make(chosen, rng)
        shaped = made.reshape(-1, *shape)
        return shaped, learnt if teachers is None else teachers.soften(shaped, learnt)

    return (
        Batches(count, recipe.batch_size, recipe.steps_per_epoch, make_shaped, seed),
        (images.reshape(-1, *shape), targets),
    )


def make_scan_batches(
    shape: Shape, batch_size: int, seed: int, data_dir: Path | None
) -> tuple[Batches, Pictures]:
    """What an expert for scans and its gate learn from, and what is held back to validate with.

    The targets are (n, 12): the classes of MNIST's digits, whether it is a scan, and whether it is
    anything else; nothing is learnt where they are 0. The expert learns from scans that are varied,
    and its gate, which is to know scans from what only resembles them, from others as they are.
    Raises DataError.
    """
    count, make, (images, targets) = _everything_varied(data_dir, (), None)
    scans = load_mnist(data_dir).x_train[HELD_BACK_MNIST:]

    def make_told(chosen: Indices, rng: np.random.Generator) -> Pictures:
        made, learnt = make(chosen, rng)
        varied = int((chosen < len(scans)).sum())
        still = scans[rng.integers(len(scans), size=varied // STILL)]
        told = np.zeros((len(made) + len(still), 12), np.float32)
        told[:varied, :10] = learnt[:varied]
        told[varied : len(made), 11] = 1
        told[len(made) :, 10] = 1
        shown = np.concatenate([made, still / np.float32(255)])
        return shown.reshape(-1, *shape), told

    scanned = np.arange(len(targets))[:, None] < HELD_BACK_MNIST
    told = np.hstack([targets * scanned, scanned, ~scanned]).astype(np.float32)
    return Batches(count, batch_size, None, make_told, seed), (images.reshape(-1, *shape), told)


_Make = Callable[[Indices, np.random.Generator], Pictures]


def _still_mnist(held_back: int, data_dir: Path | None) -> tuple[int, _Make, Pictures]:
    """MNIST as it is; the first images of its training part are held back."""
    mnist = load_mnist(data_dir)
    images = mnist.x_train.astype(np.float32) / np.float32(255)
    targets = one_hot(mnist.y_train)

    def make(chosen: Indices, _: np.random.Generator) -> Pictures:
        return images[held_back + chosen], targets[held_back + chosen]

    return len(images) - held_back, make, (images[:held_back], targets[:held_back])


def _everything_varied(
    data_dir: Path | None, mine: Sequence[Sample], half: int | None
) -> tuple[int, _Make, Pictures]:
    """MNIST, pen digits and what is no digit, all varied; digits as they are to validate with.

    Where only half of the pen writers is shown, each of them is twice as often.
    """
    data = training_data(data_dir, half)
    images = data.images.astype(np.float32) / np.float32(255)
    drawn = PENDIGITS_REPEATS * data.pendigits + UJI_REPEATS * data.uji
    drawn *= 2 if half else 1
    if mine:
        drawn += max(min(MINE_REPEATS, MOST_MINE // len(mine)), 1) * list(mine)
    no_digits = outliers(data.letters, data.pendigits + data.uji)
    labels = np.concatenate([data.labels, [int(sample.label) for sample in drawn]])

    def make(chosen: Indices, rng: np.random.Generator) -> Pictures:
        chosen = np.sort(chosen)  # MNIST, then pen digits, then outliers
        scanned = chosen[chosen < len(images)]
        pen = [drawn[i - len(images)] for i in chosen if len(images) <= i < len(labels)]
        digits = len(scanned) + len(pen)
        pairs = rng.binomial(len(chosen) - digits, PAIRS_OF_SCANS)
        others = no_digits.choose(len(chosen) - digits - pairs, rng)
        ink = [vary_ink(sample.lines, sample.label, rng) for sample in pen]
        ink += [ink_to_image(draw(rng), pen_width(rng)) for draw in others]
        two = [pair_of_scans(images[rng.integers(len(images), size=2)], rng) for _ in range(pairs)]
        varied = [
            vary_pictures(images[scanned], rng, SCAN_VARIATIONS),
            vary_pictures(_stack(ink), rng, INK_IMAGE_VARIATIONS),
            vary_pictures(_stack(two), rng, SCAN_VARIATIONS),
        ]
        targets = np.full((len(chosen), 10), 0.1, np.float32)
        targets[:digits] = one_hot(labels[chosen[:digits]])
        return np.concatenate(varied), targets

    return len(labels) + OUTLIERS, make, held_back_digits(data_dir)


def held_back_digits(data_dir: Path | None) -> Pictures:
    """All digits that are held back, MNIST's first; raises DataError."""
    digits = [part for part in held_back_parts(data_dir) if NO_DIGIT not in part.labels]
    return (
        np.concatenate([to_images(part) for part in digits]),
        np.concatenate([one_hot(part.labels) for part in digits]),
    )


def _stack(images: list[Picture]) -> Picture:
    return np.array(images, np.float32).reshape(-1, 28, 28)


def to_images(part: Part) -> Picture:
    """The drawings or pictures of a part as the app shows them to a network: (n, 28, 28)."""
    return np.array(
        [
            picture_to_image(item) if isinstance(item, np.ndarray) else ink_to_image(item.lines())
            for item in part.items
        ]
    )


def one_hot(labels: NDArray[np.integer]) -> NDArray[np.float32]:
    """(n,) labels 0 to 9 as (n, 10) probabilities."""
    targets: NDArray[np.float32] = np.eye(10, dtype=np.float32)[labels]
    return targets
