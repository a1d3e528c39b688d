"""Train a network and write it as a Keras `.h5` file that the app can run.

    python training/train.py [--model NAME] [--epochs N] [--seed N] [--data-dir DIR]
                             [--out FILE.h5]

Without options it trains the network that comes with the app, on MNIST and pen data.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import absl.logging
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
    DataError,
    Sample,
    load_mnist,
    load_pendigits,
    load_uji,
    locate,
)
from training.evaluate import Score, evaluate, format_score
from training.models import RECIPES, Recipe

HELD_BACK_PENDIGITS_WRITERS = {5, 11, 17, 23, 29}
HELD_BACK_UJI_WRITERS = {3, 8}
PENDIGITS_REPEATS = 4
UJI_REPEATS = 20
"""How often an epoch shows each pen digit, varied anew: pen digits are fewer than MNIST's."""

Labels = NDArray[np.int64]
Pictures = tuple[Picture, Labels]


class VariedDigits(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of MNIST's pictures and pen digits, each varied anew in every epoch.

    The content of a batch depends on the seed, the epoch and its number alone.
    """

    def __init__(self, mnist: Pictures, pen: list[Sample], batch_size: int, seed: int) -> None:
        super().__init__(workers=1, max_queue_size=16)
        self._pictures, self._picture_labels = mnist
        self._pen = pen
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0
        self._shuffle()

    def _shuffle(self) -> None:
        count = len(self._pictures) + len(self._pen)
        self._order = np.random.default_rng((self._seed, self._epoch)).permutation(count)

    def on_epoch_end(self) -> None:
        self._epoch += 1
        self._shuffle()

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch_size)

    def __getitem__(self, batch: int) -> Pictures:
        rng = np.random.default_rng((self._seed, self._epoch, batch))
        chosen = self._order[batch * self._batch_size :][: self._batch_size]
        pictures = chosen[chosen < len(self._pictures)]
        pen = [self._pen[i] for i in chosen[chosen >= len(self._pictures)] - len(self._pictures)]
        varied = vary_pictures(self._pictures[pictures], rng)
        drawn = np.array([vary_ink(sample.lines, rng) for sample in pen], np.float32)
        labels = np.array([int(sample.label) for sample in pen], np.int64)
        return (
            np.concatenate([varied, drawn.reshape(-1, 28, 28)]),
            np.concatenate([self._picture_labels[pictures], labels]),
        )


def load_pen_digits(data_dir: Path | None) -> tuple[list[Sample], list[Sample]]:
    """Pen digits of training writers, to train on, and of those held back, to choose by."""
    [path] = locate([PENDIGITS_TRAIN], PENDIGITS, data_dir)
    pendigits = load_pendigits(path)
    uji = [
        sample
        for sample in load_uji(locate(UJI_FILES, UJI, data_dir))
        if sample.label in "0123456789"
    ]
    train = PENDIGITS_REPEATS * [
        sample for sample in pendigits if sample.writer not in HELD_BACK_PENDIGITS_WRITERS
    ] + UJI_REPEATS * [sample for sample in uji if sample.writer not in HELD_BACK_UJI_WRITERS]
    held_back = [s for s in pendigits if s.writer in HELD_BACK_PENDIGITS_WRITERS] + [
        s for s in uji if s.writer in HELD_BACK_UJI_WRITERS
    ]
    return train, held_back


def fit(
    recipe: Recipe, epochs: int, seed: int, data_dir: Path | None, checkpoint: Path
) -> keras.Model:
    """Train by a recipe; the best network so far is kept in the file `checkpoint`."""
    keras.utils.set_random_seed(seed)
    mnist = load_mnist(data_dir)
    pictures = mnist.x_train.astype(np.float32) / 255
    labels = mnist.y_train.astype(np.int64)
    x, y = pictures[recipe.held_back :], labels[recipe.held_back :]
    validation = pictures[: recipe.held_back], labels[: recipe.held_back]
    model = recipe.build()

    def shaped(images: Picture) -> Picture:
        return images.reshape(-1, *model.input_shape[1:])

    if recipe.data == "all":
        pen, held_back = load_pen_digits(data_dir)
        images = np.array([ink_to_image(sample.lines) for sample in held_back])
        validation = (
            np.concatenate([validation[0], images]),
            np.concatenate([validation[1], [int(sample.label) for sample in held_back]]),
        )
        batches: dict[str, Any] = {"x": VariedDigits((x, y), pen, recipe.batch_size, seed)}
    else:
        batches = {"x": shaped(x), "y": y, "batch_size": recipe.batch_size}
    if recipe.steps_per_epoch:
        import tensorflow as tf

        dataset = tf.data.Dataset.from_tensor_slices((batches["x"], y))
        dataset = dataset.shuffle(len(y), seed=seed).repeat().batch(recipe.batch_size)
        batches = {"x": dataset, "steps_per_epoch": recipe.steps_per_epoch}
    if recipe.held_back:
        batches["validation_data"] = shaped(validation[0]), validation[1]
        batches["validation_batch_size"] = 500
    steps = recipe.steps_per_epoch or (
        len(batches["x"]) if recipe.data == "all" else -(-len(y) // recipe.batch_size)
    )
    model.compile(recipe.optimizer(steps * epochs), "sparse_categorical_crossentropy", metrics=["accuracy"])
    callbacks: list[keras.callbacks.Callback] = [
        keras.callbacks.ModelCheckpoint(
            checkpoint, "val_loss", save_best_only=bool(recipe.held_back)
        )
    ]
    if recipe.patience:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=recipe.patience))
    model.summary()
    model.fit(
        **batches, epochs=epochs, callbacks=callbacks, verbose=1 if sys.stdout.isatty() else 2
    )
    return keras.saving.load_model(checkpoint)


def train(
    name: str, epochs: int | None, seed: int, data_dir: Path | None, out: Path
) -> tuple[Score, float]:
    """Train an architecture, write it to `out` and measure it through the app's own reading.

    Returns the score on the test parts and the training time in seconds. Raises DataError.
    """
    recipe = RECIPES[name]
    out.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = out.with_suffix(".checkpoint.keras")
    start = time.perf_counter()
    model = fit(recipe, epochs or recipe.epochs, seed, data_dir, checkpoint)
    seconds = time.perf_counter() - start
    partial = out.with_suffix(".part.h5")
    model.save(partial, include_optimizer=False)
    partial.replace(out)
    checkpoint.unlink()
    return evaluate(out, data_dir), seconds


def main() -> int:
    parser = argparse.ArgumentParser(description="Train a digit network for the app.")
    parser.add_argument("--model", choices=RECIPES, default="digits", help="the architecture")
    parser.add_argument("--epochs", type=int, help="instead of the number in the recipe")
    parser.add_argument("--seed", type=int, default=1, help="makes a run repeatable (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--out", type=Path, help="default: runs/NAME.h5")
    arguments = parser.parse_args()
    absl.logging.set_verbosity(absl.logging.ERROR)
    out = arguments.out or Path("runs") / f"{arguments.model}.h5"
    if out.suffix != ".h5":
        parser.error(f"--out {out}: the name must end in .h5")
    try:
        score, seconds = train(
            arguments.model, arguments.epochs, arguments.seed, arguments.data_dir, out
        )
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 1
    print(f"{out}: trained in {seconds:.0f} s; {format_score(score)}")
    print(f"Try it with: python -m app --model {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
