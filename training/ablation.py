"""What each variation is worth: small networks trained without it, on hands they have to guess.

    python training/ablation.py [--data-dir DIR] [--seeds N]

Variations of strokes: trained on pen digits of 10 writers of pendigits and 9 of UJI, measured on
15 other writers of pendigits and on MNIST, whose hundreds of hands and whose scanner the network
has never met. Variations of pictures: trained on MNIST, measured on what is held back of MNIST and
on the 15 writers. All of it comes from the training parts of the data sets.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import training  # noqa: F401  # settles the environment before NumPy and TensorFlow look at it

# isort: split
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from app.preprocess import ink_to_image
from training.augment_ink import INK_VARIATIONS, PEN_WIDTH, vary_ink
from training.augment_pictures import SCAN_VARIATIONS, vary_pictures
from training.batches import Batches, Indices, Pictures, one_hot
from training.command import command_line
from training.datasets import Sample, load_mnist
from training.parts import HELD_BACK_MNIST, training_data

BATCH_SIZE = 128
PEN_WRITERS = 10
UJI_REPEATS = 3
MNIST_MEASURED = 10_000


@dataclass(frozen=True)
class Study:
    """A question: what are these variations worth where this is learnt and that is asked?

    Attributes:
        title: of what the variations are.
        names: of the variations.
        steps: batches that a network is trained on.
        count: how many samples there are to train on.
        make: images and targets of chosen samples, without some of the variations.
        measured: what the networks are asked, by name.
    """

    title: str
    names: list[str]
    steps: int
    count: int
    make: Callable[[Indices, np.random.Generator, set[str]], Pictures]
    measured: dict[str, Pictures]

    def errors(self, without: set[str], seed: int) -> list[float]:
        """Train a network without some variations; its share of wrong answers to each question."""
        keras.utils.set_random_seed(seed)
        model = small_network()
        rate = keras.optimizers.schedules.CosineDecay(
            1e-4, self.steps, alpha=0.01, warmup_target=4e-3, warmup_steps=self.steps // 10
        )
        model.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), "categorical_crossentropy")

        def make(chosen: Indices, rng: np.random.Generator) -> Pictures:
            images, targets = self.make(chosen, rng, without)
            return images[..., None], targets

        model.fit(Batches(self.count, BATCH_SIZE, self.steps, make, seed), shuffle=False, verbose=0)
        wrong = []
        for images, targets in self.measured.values():
            answers = model.predict(images[..., None], batch_size=500, verbose=0)
            wrong.append(float((answers.argmax(axis=1) != targets.argmax(axis=1)).mean()))
        return wrong

    def rows(self, seeds: int) -> Iterator[str]:
        """The table of the answers in Markdown, line by line.

        First the errors with all variations, then how many more there are without each, and
        without any. Compared are networks of the same seed, which begin alike and see the same
        samples in the same order.
        """
        columns = [f"{self.title}: without", *(f"wrong, {name}" for name in self.measured)]
        yield f"| {' | '.join(columns)} |"
        yield "| --- " * len(columns) + "|"
        with_all = self._errors_of_seeds(set(), seeds)
        yield f"| none | {' | '.join(_mean_and_error(with_all, '.2%'))} |"
        left_out = {name: {name} for name in self.names} | {"all": set(self.names)}
        for name, without in left_out.items():
            more = self._errors_of_seeds(without, seeds) - with_all
            yield f"| {name} | {' | '.join(_mean_and_error(more, '+.2%'))} |"

    def _errors_of_seeds(self, without: set[str], seeds: int) -> NDArray[np.float64]:
        """(seeds, questions)"""
        return np.array([self.errors(without, seed) for seed in range(1, seeds + 1)])


def _mean_and_error(values: NDArray[np.float64], layout: str) -> list[str]:
    """The means of the columns of (seeds, n) shares and, of several seeds, their standard error."""
    means = [format(mean, layout) for mean in values.mean(axis=0)]
    if len(values) == 1:
        return means
    deviations = values.std(axis=0, ddof=1) / len(values) ** 0.5
    return [f"{mean} ± {error:.2%}" for mean, error in zip(means, deviations, strict=True)]


def small_network() -> keras.Model:
    """Four convolutions with batch normalisation, 2.2 million multiplications."""
    stack: list[keras.Layer] = [keras.Input((28, 28, 1))]
    for filters, size, strides, padding in [
        (16, 5, 2, "same"),
        (32, 3, 1, "same"),
        (48, 3, 2, "same"),
        (64, 3, 1, "valid"),
    ]:
        stack += [
            layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    stack += [layers.Flatten(), layers.Dropout(0.3), layers.Dense(10, activation="softmax")]
    return keras.Sequential(stack)


def studies(data_dir: Path | None) -> list[Study]:
    """Those of strokes and of pictures; raises DataError."""
    data = training_data(data_dir)
    mnist = load_mnist(data_dir)
    writers = sorted({sample.writer for sample in data.pendigits})[:PEN_WRITERS]
    shown = [sample for sample in data.pendigits if sample.writer in writers]
    shown += UJI_REPEATS * data.uji
    others = _as_drawn([sample for sample in data.pendigits if sample.writer not in writers])
    images, targets = _as_scanned(data.images, data.labels)

    def strokes(chosen: Indices, rng: np.random.Generator, without: set[str]) -> Pictures:
        samples = [shown[index] for index in chosen]
        varied = [vary_ink(sample.lines, sample.label, rng, without) for sample in samples]
        return np.array(varied), _targets(samples)

    def pictures(chosen: Indices, rng: np.random.Generator, without: set[str]) -> Pictures:
        return vary_pictures(images[chosen], rng, SCAN_VARIATIONS, without), targets[chosen]

    return [
        Study(
            "strokes",
            [*INK_VARIATIONS, PEN_WIDTH],
            400,
            len(shown),
            strokes,
            {
                "15 other writers": others,
                "MNIST": (images[:MNIST_MEASURED], targets[:MNIST_MEASURED]),
            },
        ),
        Study(
            "pictures",
            list(SCAN_VARIATIONS),
            3000,
            len(images),
            pictures,
            {
                "MNIST held back": _as_scanned(
                    mnist.x_train[:HELD_BACK_MNIST], mnist.y_train[:HELD_BACK_MNIST]
                ),
                "15 pen writers": others,
            },
        ),
    ]


def _as_drawn(samples: list[Sample]) -> Pictures:
    return np.array([ink_to_image(sample.lines) for sample in samples]), _targets(samples)


def _targets(samples: list[Sample]) -> NDArray[np.float32]:
    return one_hot(np.array([int(sample.label) for sample in samples]))


def _as_scanned(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Pictures:
    return images.astype(np.float32) / np.float32(255), one_hot(labels)


@command_line
def main() -> None:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Measure what each variation is worth.")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--seeds", type=int, default=3, help="networks per line (default 3)")
    arguments = parser.parse_args()
    if arguments.seeds < 1:
        parser.error(f"--seeds {arguments.seeds}: at least one is needed")
    for study in studies(arguments.data_dir):
        for row in study.rows(arguments.seeds):
            print(row, flush=True)
        print()


if __name__ == "__main__":
    sys.exit(main())
