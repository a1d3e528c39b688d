"""Which data trains, which chooses and which measures.

Only the training parts of the data sets train. Some of their writers and images are held back to
choose by: architecture, variations, schedule, temperature, the best epoch. The test parts measure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.ink import Ink
from app.preprocess import Picture, ink_to_image
from training.augment_ink import Lines
from training.compose import Hand
from training.datasets import (
    PENDIGITS,
    PENDIGITS_COUNTS,
    PENDIGITS_TEST,
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
from training.outliers import HELD_BACK_SYMBOLS, LOOK_ALIKES, outliers, symbol

HELD_BACK_MNIST = 5_000
"""So many of MNIST's first training images are held back."""
HELD_BACK_PENDIGITS_WRITERS = {5, 11, 17, 23, 29}
HELD_BACK_UJI_WRITERS = {3, 8}

NO_DIGIT = -1
"""The label of what is no digit."""


@dataclass(frozen=True)
class Part:
    """Drawings or pictures to measure a network with.

    Attributes:
        name: what it is, in a few words.
        held_back: whether it is taken from training data and may be chosen by.
        items: n drawings, or n pictures of float32, 0 = paper to 1 = ink.
        labels: (n,) int64, 0 to 9 or NO_DIGIT.
    """

    name: str
    held_back: bool
    items: Sequence[Ink | Picture]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class TrainingData:
    """What a network is trained on.

    Attributes:
        images: MNIST, (n, 28, 28) uint8, 255 = ink.
        labels: theirs, (n,) uint8.
        pendigits, uji: digits written with a pen.
        letters: characters that look like no digit.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    pendigits: list[Sample]
    uji: list[Sample]
    letters: list[Sample]


def training_data(data_dir: Path | None, half: int | None = None) -> TrainingData:
    """All training data but what is held back; of pen writers one `half`, 1 or 2, where asked for.

    Raises DataError.
    """
    mnist = load_mnist(data_dir)
    pendigits, uji = _pen_data_that_trains(data_dir, half)
    return TrainingData(
        mnist.x_train[HELD_BACK_MNIST:],
        mnist.y_train[HELD_BACK_MNIST:],
        pendigits,
        [s for s in uji if s.label.isdigit()],
        letters_without_look_alikes(uji),
    )


def held_back_parts(data_dir: Path | None) -> list[Part]:
    """What may be chosen by: digits, letters and other ink that is no digit. Raises DataError."""
    mnist = load_mnist(data_dir)
    first = slice(0, HELD_BACK_MNIST)
    pendigits = _load_pendigits(PENDIGITS_TRAIN, data_dir)
    pen = _written_by(HELD_BACK_PENDIGITS_WRITERS, pendigits)
    uji = _written_by(HELD_BACK_UJI_WRITERS, _load_uji(data_dir))
    digits = [s for s in uji if s.label.isdigit()]
    letters = letters_without_look_alikes(uji)
    kinds = outliers(letters, pen)
    scribbles = [draw for name, (_, draw) in kinds.items() if name not in ("letter", "symbol")]
    no_digits = [
        _part_of_samples("UJI letters, held-back writers", True, letters),
        _part_of_drawn("scribbles and several digits", scribbles, seed=2),
        _part_of_drawn("signs unlike those trained on", [_held_back_symbol], seed=3),
    ]
    return [
        _part_of_images("MNIST, held back", True, mnist.x_train[first], mnist.y_train[first]),
        _part_of_samples("pendigits, held-back writers", True, pen),
        _part_of_samples("UJI digits, held-back writers", True, digits),
        *no_digits,
        _part_of_soft_pictures("letters, scribbles, signs: pictures", no_digits),
    ]


def test_parts(data_dir: Path | None) -> list[Part]:
    """What measures: the test parts of MNIST and pendigits. Raises DataError."""
    mnist = load_mnist(data_dir)
    return [
        _part_of_images("MNIST test", False, mnist.x_test, mnist.y_test),
        _part_of_samples("pendigits-orig.tes", False, _load_pendigits(PENDIGITS_TEST, data_dir)),
    ]


def hands(data_dir: Path | None, half: int | None = None) -> list[Hand]:
    """The writers of pendigits and UJI that train, of these one `half`, 1 or 2, where asked for.

    Raises DataError.
    """
    pendigits, uji = _pen_data_that_trains(data_dir, half)
    return _hands_of(pendigits) + _hands_of([s for s in uji if s.label.isdigit()])


def held_back_hands(data_dir: Path | None) -> list[Hand]:
    """The writers of pendigits that are held back. Raises DataError."""
    pendigits = _load_pendigits(PENDIGITS_TRAIN, data_dir)
    return _hands_of(_written_by(HELD_BACK_PENDIGITS_WRITERS, pendigits))


def measuring_hands(data_dir: Path | None) -> list[Hand]:
    """The writers of pendigits' test part. Raises DataError."""
    return _hands_of(_load_pendigits(PENDIGITS_TEST, data_dir))


def _hands_of(samples: Sequence[Sample]) -> list[Hand]:
    return [Hand(_written_by({w}, samples)) for w in sorted({s.writer for s in samples})]


def _pen_data_that_trains(
    data_dir: Path | None, half: int | None
) -> tuple[list[Sample], list[Sample]]:
    """Of pendigits and UJI, what writers wrote that are not held back; all, or one half of them."""
    pendigits, uji = _load_pendigits(PENDIGITS_TRAIN, data_dir), _load_uji(data_dir)
    return (
        _written_by(_writers_that_train(pendigits, HELD_BACK_PENDIGITS_WRITERS, half), pendigits),
        _written_by(_writers_that_train(uji, HELD_BACK_UJI_WRITERS, half), uji),
    )


def _writers_that_train(
    samples: Sequence[Sample], held_back: set[int], half: int | None
) -> Collection[int]:
    writers = sorted({s.writer for s in samples} - held_back)
    return writers if half is None else writers[half - 1 :: 2]


def _written_by(writers: Collection[int], samples: Sequence[Sample]) -> list[Sample]:
    return [s for s in samples if s.writer in writers]


def letters_without_look_alikes(characters: Sequence[Sample]) -> list[Sample]:
    """The samples whose character is neither a digit nor looks like one."""
    return [s for s in characters if not s.label.isdigit() and s.label not in LOOK_ALIKES]


def _load_pendigits(name: str, data_dir: Path | None) -> list[Sample]:
    [path] = locate([name], PENDIGITS, data_dir)
    samples, count = load_pendigits(path), PENDIGITS_COUNTS[name]
    if len(samples) != count:
        raise DataError(f"{path}: {len(samples)} of {count} digits are in it; get this file anew")
    return samples


def _load_uji(data_dir: Path | None) -> list[Sample]:
    return load_uji(locate(UJI_FILES, UJI, data_dir))


def _held_back_symbol(rng: np.random.Generator) -> Lines:
    return symbol(rng, HELD_BACK_SYMBOLS)


def _part_of_images(
    name: str, held_back: bool, images: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> Part:
    pictures = images.astype(np.float32) / np.float32(255)
    return Part(name, held_back, list(pictures), labels.astype(np.int64))


def _part_of_samples(name: str, held_back: bool, samples: Sequence[Sample]) -> Part:
    labels = [int(s.label) if s.label.isdigit() else NO_DIGIT for s in samples]
    return Part(name, held_back, [Ink.from_lines(s.lines) for s in samples], np.array(labels))


def _part_of_drawn(
    name: str, kinds: Sequence[Callable[[np.random.Generator], Lines]], seed: int
) -> Part:
    """A thousand drawings of no digit, all kinds as often."""
    rng = np.random.default_rng(seed)
    items = [Ink.from_lines(kinds[index % len(kinds)](rng)) for index in range(1000)]
    return Part(name, True, items, np.full(len(items), NO_DIGIT))


def _part_of_soft_pictures(name: str, parts: Sequence[Part]) -> Part:
    """Drawings of no digit as pictures of which each value is the mean of four pixels."""
    inks = [item for part in parts for item in part.items if isinstance(item, Ink)]
    padded = np.pad([ink_to_image(ink.lines()) for ink in inks], ((0, 0), (1, 0), (1, 0)))
    rows = (padded[:, 1:] + padded[:, :-1]) / 2
    soft = (rows[:, :, 1:] + rows[:, :, :-1]) / 2
    return Part(name, True, list(soft.astype(np.float32)), np.full(len(soft), NO_DIGIT))
