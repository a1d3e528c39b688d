"""A training of seconds: a tiny network that learns the reference digits.

`python -m tests.tiny_training` is the command `training/train.py` with that network, which is not
written over the app's.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from app.convention import REFERENCE_DIGITS
from app.ink import Drawing, read_drawings
from app.preprocess import ink_to_image
from app.recognizer import BUNDLED_MODEL
from training import compare, train
from training.batches import Batches, Indices, Pictures, one_hot
from training.datasets import Sample
from training.models import RECIPES, Recipe
from training.parts import Part
from training.progress import Progress
from training.run_folder import RunFolder
from training.teachers import Teachers

Command = Callable[..., int]

FOLDER = RunFolder(Path("runs"), "tiny", seed=1)
"""Where the command keeps its files by default."""

DRAWINGS = [d for d in read_drawings(REFERENCE_DIGITS) if isinstance(d, Drawing)]
LABELS = np.array([int(drawing.keys["word"]) for drawing in DRAWINGS])
INK = [drawing.ink for drawing in DRAWINGS]

TINY = Recipe(
    lambda: keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10, activation="softmax"),
        ]
    ),
    lambda steps: keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.01, steps)),
    batch_size=16,
    epochs=3,
    held_back=len(LABELS),
    keep_best=True,
)
UNSTEADY = replace(TINY, optimizer=lambda steps: keras.optimizers.SGD(3.0), epochs=6)
"""Its best epoch is not its last."""


def reference_batches(
    recipe: Recipe,
    shape: tuple[int, ...],
    seed: int,
    data_dir: Path | None,
    mine: Sequence[Sample] = (),
    teachers: Teachers | None = None,
) -> tuple[Batches, Pictures]:
    """The reference digits, with noise to train on and without it to validate with."""
    images = np.array([ink_to_image(ink.lines()) for ink in INK]).reshape(-1, *shape)

    def make(chosen: Indices, rng: np.random.Generator) -> Pictures:
        digits = images[chosen % len(images)]
        noisy = digits + rng.random(digits.shape, np.float32)
        targets = one_hot(LABELS[chosen % len(images)])
        return noisy, targets if teachers is None else teachers.soften(noisy, targets)

    batches = Batches(5 * len(images), recipe.batch_size, recipe.steps_per_epoch, make, seed)
    return batches, (images, one_hot(LABELS))


def known_parts(data_dir: Path | None) -> list[Part]:
    return [Part("known", True, INK, LABELS)]


def new_parts(data_dir: Path | None) -> list[Part]:
    return [Part(name, False, INK[:9], LABELS[:9]) for name in ("new", "newer")]


def make_tiny(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the tiny network as `--model tiny`, and the network of the app in another folder."""
    patch.setitem(RECIPES, "tiny", TINY)
    patch.setattr(train, "make_batches", reference_batches)
    patch.setattr(train, "held_back_parts", known_parts)
    patch.setattr(train, "test_parts", new_parts)
    patch.setattr(compare, "test_parts", new_parts)
    patch.setattr(train, "write_report", lambda path, **_: path.write_text("report"))
    patch.setattr(train, "BUNDLED_MODEL", folder / "digits.h5")
    shutil.copy(BUNDLED_MODEL, folder)


def tiny_command(patch: pytest.MonkeyPatch, folder: Path) -> Command:
    """The command with the tiny network, run in an empty folder."""
    make_tiny(patch, folder)
    patch.chdir(folder)
    patch.setattr(signal, "signal", lambda *_: None)  # this process is also that of other tests

    def run(*arguments: str) -> int:
        patch.setattr(sys, "argv", ["training/train.py", "--model", "tiny", *arguments])
        return train.main()

    return run


@contextmanager
def ctrl_c(epoch: int) -> Iterator[None]:
    """Have Ctrl-C pressed in the middle of an epoch, counted from 0."""

    class Interrupted(Progress):
        def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
            if (self._epoch, batch) == (epoch, 2):
                raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "Progress", Interrupted)
        yield


def weights(path: Path) -> list[bytes]:
    """All arrays of a network's file."""
    arrays: list[bytes] = []

    def add(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            arrays.append(item[()].tobytes())

    with h5py.File(path) as file:
        file["model_weights"].visititems(add)
    return arrays


def history(folder: RunFolder) -> list[dict[str, float]]:
    """The figures of each epoch."""
    return json.loads(folder.metrics.read_text())["history"]  # type: ignore[no-any-return]


def losses(folder: RunFolder) -> list[float]:
    """Those of the digits kept aside, of each epoch."""
    return [figures["val_loss"] for figures in history(folder)]


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        make_tiny(patch, Path(folder))
        sys.exit(train.main())
