"""Train a network and write it as a Keras `.h5` file that the app can run.

    python training/train.py [--model NAME] [--epochs N] [--seed N] [--data-dir DIR]
                             [--out FILE.h5]

Without options it trains the network that comes with the app, on MNIST and pen data.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import training  # noqa: F401  # settles the environment before NumPy and TensorFlow look at it

# isort: split
import absl.logging
import keras

from training.batches import mnist_batches, varied_batches
from training.datasets import PENDIGITS, PENDIGITS_TEST, DataError, locate
from training.evaluate import evaluate, format_score
from training.models import RECIPES, Recipe


def fit(
    recipe: Recipe, epochs: int, seed: int, data_dir: Path | None, checkpoint: Path
) -> keras.Model:
    """Train by a recipe and return the network of the best or last epoch, as the recipe says.

    The file `checkpoint` keeps it meanwhile. Raises DataError, and KeyboardInterrupt for Ctrl-C.
    """
    keras.utils.set_random_seed(seed)
    model = recipe.build()
    make_batches = varied_batches if recipe.data == "all" else mnist_batches
    batches, validation = make_batches(recipe, model.input_shape[1:], seed, data_dir)
    model.compile(
        optimizer=recipe.optimizer(len(batches) * epochs),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    callbacks = [
        keras.callbacks.ModelCheckpoint(checkpoint, "val_loss", save_best_only=recipe.keep_best)
    ]
    if recipe.patience:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=recipe.patience))
    model.summary()
    model.fit(
        batches,
        epochs=epochs,
        validation_data=validation if recipe.held_back else None,
        validation_batch_size=500,
        callbacks=callbacks,
        verbose="auto" if sys.stdout.isatty() else 2,
    )
    return keras.saving.load_model(checkpoint)


def train(
    name: str, epochs: int | None, seed: int, data_dir: Path | None, out: Path
) -> tuple[float, bool]:
    """Train an architecture and write it to `out`; Ctrl-C ends that early.

    Returns the training time in seconds and whether the training came to its end. Raises
    DataError, OSError where `out` cannot be written, and KeyboardInterrupt where Ctrl-C came
    before the first epoch was over.
    """
    recipe = RECIPES[name]
    out.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = out.with_suffix(".checkpoint.keras")
    checkpoint.touch()  # a folder that cannot be written to is told before the training, not after
    checkpoint.unlink()
    locate([PENDIGITS_TEST], PENDIGITS, data_dir)  # needed in the end, so missed at once
    start = time.perf_counter()
    finished = True
    try:
        model = fit(recipe, epochs or recipe.epochs, seed, data_dir, checkpoint)
    except KeyboardInterrupt:
        if not checkpoint.exists():
            raise
        print("\nStopped. The network so far is kept.")
        model, finished = keras.saving.load_model(checkpoint), False
    seconds = time.perf_counter() - start
    partial = out.with_suffix(".part.h5")
    # Keras warns of .h5, which is the format of the app.
    absl.logging.set_verbosity(absl.logging.ERROR)
    model.save(partial, include_optimizer=False)
    partial.replace(out)
    checkpoint.unlink()
    return seconds, finished


def main() -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Train a digit network for the app.")
    parser.add_argument("--model", choices=RECIPES, default="digits", help="the architecture")
    parser.add_argument("--epochs", type=int, help="instead of the number in the recipe")
    parser.add_argument("--seed", type=int, default=1, help="makes a run repeatable (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--out", type=Path, help="default: runs/NAME.h5")
    arguments = parser.parse_args()
    out = arguments.out or Path("runs") / f"{arguments.model}.h5"
    if out.suffix != ".h5" or out.is_dir():
        parser.error(f"--out {out}: this must be the name of a file and end in .h5")
    if arguments.epochs is not None and arguments.epochs < 1:
        parser.error(f"--epochs {arguments.epochs}: at least one is needed")
    if not 0 <= arguments.seed < 2**32:
        parser.error(f"--seed {arguments.seed}: this must be from 0 to {2**32 - 1}")
    try:
        seconds, _ = train(
            arguments.model, arguments.epochs, arguments.seed, arguments.data_dir, out
        )
        score = evaluate(out, arguments.data_dir)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped before there was a network to keep.", file=sys.stderr)
        return 130
    print(f"{out}: trained in {seconds:.0f} s; {format_score(score)}")
    print(f"Try it with: python -m app --model {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
