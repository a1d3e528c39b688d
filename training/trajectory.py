"""Train the network that knows how digits are drawn, which `app/trajectory.py` runs.

    python training/trajectory.py [--half 1|2] [--seed N] [--data-dir DIR] [--out FILE.h5]

It sees the pen data that the network of images sees, varied in the same ways, and what is no digit.
Some people draw a stroke the other way round or in another order than all those who train, so that
this is varied, too. Without options the network that comes with the app is replaced; with --half
one is trained on half of the writers, for `training/segment.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import training  # noqa: F401  # settles the environment before NumPy and TensorFlow look at it

# isort: split
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from numpy.typing import NDArray

from app.recognizer import BUNDLED_MODEL
from app.trajectory import (
    FEATURES,
    OF_DIRECTIONS,
    OF_POINT,
    POINTS,
    TRAJECTORY_MODEL,
    Lines,
    Trajectories,
    features,
)
from training.augment_ink import vary_lines
from training.batches import one_hot
from training.command import command_line
from training.datasets import Sample
from training.evaluate import evaluate, format_table, score
from training.files import RunError, check_writable, promote, save_network
from training.models import DigitAccuracy
from training.outliers import outliers
from training.parts import held_back_parts, training_data
from training.progress import Progress

REPEATS = 10
"""How often each digit is there, varied anew."""
OUTLIERS = 40_000
EPOCHS = 15
BATCH = 128
REVERSED, REORDERED = 0.1, 0.15
"""The shares of drawings with strokes the other way round and in another order."""

Examples = tuple[NDArray[np.float32], NDArray[np.float32]]
"""(n, FEATURES) of drawings, and the (n, 10) probabilities to learn."""


def build() -> keras.Model:
    """Two columns, (n, 2, 10) probabilities: one layer that sees directions, and four convolutions
    along the way of the pen; 121,000 weights.

    They train side by side, each by its own answers, and are `joined` in the end. Columns that
    answer together are those of D. Cireşan, U. Meier, J. Schmidhuber, "Multi-column deep neural
    networks for image classification" (2012).
    """
    told = keras.Input((FEATURES,))
    upright = layers.Reshape((FEATURES, 1, 1))(told)
    directions = layers.Cropping2D(((0, FEATURES - OF_DIRECTIONS), (0, 0)))(upright)
    hidden = layers.Dense(256, activation="relu")(layers.Flatten()(directions))
    seen = layers.Cropping2D(((OF_DIRECTIONS, 0), (0, 0)))(upright)
    seen = layers.Reshape((POINTS, 1, OF_POINT))(seen)
    for filters, size, strides in [(32, 7, 1), (48, 5, 2), (64, 5, 2), (96, 5, 2)]:
        seen = layers.Conv2D(
            filters, (size, 1), strides=(strides, 1), padding="same", use_bias=False
        )(seen)
        seen = layers.ReLU()(layers.BatchNormalization()(seen))
    columns = [layers.Dropout(0.3)(hidden), layers.Dropout(0.4)(layers.Flatten()(seen))]
    answers = [layers.Dense(10, activation="softmax")(column) for column in columns]
    return keras.Model(told, ops.stack(answers, axis=1), name="trajectory")


def joined(model: keras.Model) -> keras.Model:
    """A trained model as it is kept: its columns answer as one, by the mean of their logits."""
    dense = [layer for layer in model.layers if isinstance(layer, layers.Dense)]
    heads = [layer for layer in dense if layer.activation is keras.activations.softmax]
    together = layers.Concatenate()([head.input for head in heads])
    whole = keras.Model(
        model.input, layers.Dense(10, activation="softmax")(together), name=model.name
    )
    kernels, biases = zip(*(head.get_weights() for head in heads), strict=True)
    whole.layers[-1].set_weights([np.concatenate(kernels) / len(heads), np.mean(biases, axis=0)])
    return whole


def examples(data_dir: Path | None, half: int | None, rng: np.random.Generator) -> Examples:
    """Digits of the writers that train, and what is no digit; raises DataError."""
    data = training_data(data_dir, half)
    digits: Sequence[Sample] = data.pendigits + data.uji
    seen = [
        features(drawn_otherwise(vary_lines(sample.lines, sample.label, rng), rng))
        for sample in [*digits] * REPEATS
    ]
    no_digits = outliers(data.letters, digits).choose(OUTLIERS, rng)
    seen += [features(draw(rng)) for draw in no_digits]
    targets = np.full((len(seen), 10), 0.1, np.float32)
    labels = np.array([int(sample.label) for sample in digits] * REPEATS)
    targets[: len(labels)] = one_hot(labels)
    return np.array(seen), targets


def drawn_otherwise(lines: Lines, rng: np.random.Generator) -> Lines:
    """The same ink, now and then with strokes the other way round or in another order."""
    if rng.random() < REVERSED:
        lines = [line[::-1] if rng.random() < 0.5 else line for line in lines]
    if rng.random() < REORDERED:
        lines = [lines[i] for i in rng.permutation(len(lines))]
    return lines


def train(data_dir: Path | None, half: int | None, seed: int) -> keras.Model:
    """A network trained on all writers that train, or one `half` of them; raises DataError."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    inputs, targets = examples(data_dir, half, np.random.default_rng(seed))
    model = build()
    steps = -(-len(inputs) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps * EPOCHS)
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-3),
        loss="categorical_crossentropy",
        metrics=[DigitAccuracy()],
    )
    progress = Progress(EPOCHS, steps, sys.stdout)
    targets = np.stack([targets] * model.output_shape[1], axis=1)
    model.fit(inputs, targets, batch_size=BATCH, epochs=EPOCHS, callbacks=[progress], verbose=0)
    progress.end_line()
    return joined(model)


@command_line
def main() -> None:
    """Train, and make the network that of the app where it is as good."""
    parser = argparse.ArgumentParser(description="Train the network of how digits are drawn.")
    parser.add_argument("--half", type=int, choices=(1, 2), help="train on half of the writers")
    parser.add_argument("--seed", type=int, default=1, help="makes a run repeatable (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--out", type=Path, metavar="FILE.h5", help="instead of a file in runs")
    parser.add_argument(
        "--replace", action="store_true", help="use the network in the app even if it is worse"
    )
    arguments = parser.parse_args()
    name = f"trajectory-half-{arguments.half}" if arguments.half else "trajectory"
    out = arguments.out or Path("runs") / f"{name}.h5"
    check_writable(out)
    if out.resolve() == TRAJECTORY_MODEL.resolve():
        raise RunError(f"{out}: this is the app's network; train without --out to replace it")
    model = train(arguments.data_dir, arguments.half, arguments.seed)
    save_network(model, out)
    print(f"The network is kept in {out}")
    if arguments.half:
        return
    parts = held_back_parts(arguments.data_dir)
    results = evaluate(BUNDLED_MODEL, parts, Trajectories.load(out))
    bundled = score(evaluate(BUNDLED_MODEL, parts)) if TRAJECTORY_MODEL.exists() else 0.0
    print(f"{format_table(results)}\n")
    print(f"Score on the parts held back: {score(results):.4f}, that of the app's: {bundled:.4f}")
    if score(results) >= bundled or arguments.replace:
        promote(out, TRAJECTORY_MODEL)
    else:
        print("The app keeps its network.")


if __name__ == "__main__":
    sys.exit(main())
