"""Train what segmentation goes by, which `app/potentials.py` runs.

    python training/train.py --model half-1
    python training/train.py --model half-2
    python training/trajectory.py --half 1
    python training/trajectory.py --half 2
    python training/segment.py [--seed N] [--data-dir DIR]

How far a network is to be trusted shows where it never saw the writer, as it never saw the app's
users. So two are trained, each on half of the writers that train, and each looks at numbers that
are composed of digits of the other half, most of them varied (after the cross-validated predictions
of D. Wolpert, "Stacked generalization", 1992). Where a number's true partition is among its
candidates its probability is raised. Numbers of the held-back writers measure how often the best
partition is the true one, with the networks of the app.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import training  # noqa: F401  # settles the environment before NumPy and TensorFlow look at it

# isort: split
import numpy as np
from numpy.typing import NDArray

from app.blobs import find_blobs
from app.candidates import FEATURES, Candidates, candidates
from app.groups import from_left
from app.page import MOST_CANDIDATES, Page
from app.partitions import marginals
from app.pieces import Piece
from app.potentials import PICTURE_POTENTIALS_MODEL, POTENTIALS_MODEL, Potentials
from app.recognizer import Recognizer
from app.segmentation import best_partition
from app.trajectory import Trajectories
from training.command import command_line
from training.compose import (
    GAPS,
    OVERLAPPING,
    Hand,
    Number,
    OtherHand,
    expression,
    number,
    write,
)
from training.datasets import Sample
from training.files import check_writable, save_network
from training.outliers import outliers
from training.parts import hands, held_back_hands, training_data
from training.scans import Scan, scan, scan_of_tiles, slants

if TYPE_CHECKING:
    import keras  # which is imported once there is something to train on

HALVES = {
    half: (Path(f"runs/half-{half}-1/half-{half}.h5"), Path(f"runs/trajectory-half-{half}.h5"))
    for half in (1, 2)
}
"""The networks of images and of trajectories that have seen only this half of the writers."""
NUMBERS = 36_000
OTHERS = 0.6
"""The share of numbers that is not written as the writers that train write, but as others might."""
MEASURED = 2_000
"""So many numbers of held-back writers measure it."""
DRAWINGS = 8_000
"""So many cases are drawings that are no number, which would fall apart into digits and marks."""
WITH_ONE_MARK = [
    "d.", ".d", "d-", "-d", "d,", "dd.", "-dd", "d=", "+d", "d/", "d:", "d/d", "dd/d", "d/dd",
]  # fmt: skip
ALONE = 4
"""In one of so many cases nothing is known of trajectories, as with a network of the user's."""
NO_NUMBER = "?"
"""The text of such a drawing."""
WITH_DIGITS = {"several digits", "struck digit"}
"""The kinds of outliers that are numbers after all."""
PICTURES = 12_000
"""So many numbers train for pictures, besides more with punctuation, lines of several, drawings and
MNIST's digits."""
ALIKE = 3_000
"""Of MNIST's images, sorted by their slant, the digits of a line are among so many."""
OWNED = 0.6
"""A stroke in a picture is of a character if so much of it is."""
RARER = 1.4
"""Where people write, marks are so many times rarer than in what trains, three in ten of which have
some so that enough is learnt of them; of pictures nothing is gained by that."""
HIDDEN = 32
EPOCHS = 15
BATCH = 32
RATE = 5e-3
DECAY = 1e-3
SEED = 6

Floats = NDArray[np.float64]


class Case(NamedTuple):
    """A line's candidates, and which of them are true, as (2, c) bool of digits and marks."""

    candidates: Candidates
    truth: NDArray[np.bool_]

    @property
    def reachable(self) -> bool:
        """Whether the true partition is one of candidates."""
        covered = self.candidates.members[self.truth.any(axis=0)].sum(axis=0)
        return bool((covered == 1).all())


def compose(
    writers: Sequence[Hand], count: int, others: float, rng: np.random.Generator
) -> list[Number]:
    """Numbers of all kinds: a fifth with punctuation, some with one mark; the others with all
    gaps. A share of them, `others`, is written by other hands."""
    gaps = [*GAPS, OVERLAPPING, "natural"]
    numbers = []
    for index in range(count):
        hand = _hand(writers, others, rng)
        if index % 5 == 0:
            numbers.append(expression(hand, rng))
        elif index % 10 == 1:
            numbers.append(expression(hand, rng, WITH_ONE_MARK))
        else:
            length = int(rng.integers(1, 8))
            numbers.append(number(length, hand, gaps[index % len(gaps)], rng.random() < 0.4, rng))
    return numbers


def _hand(writers: Sequence[Hand], others: float, rng: np.random.Generator) -> Hand:
    """One of the writers, or as likely as `others` says another hand."""
    hand = writers[int(rng.integers(len(writers)))]
    return OtherHand(hand, rng) if rng.random() < others else hand


def drawings(letters: Sequence[Sample], count: int, rng: np.random.Generator) -> list[Number]:
    """Letters and other drawings that are no digit, each to be taken for one thing."""
    drawn = [draw(rng) for draw in outliers(letters, [], WITH_DIGITS).choose(count, rng)]
    return [Number(NO_NUMBER, lines, [0] * len(lines)) for lines in drawn]


def case_of(number: Number, recognizer: Recognizer) -> Case:
    """The candidates of a number on one line, and the truth."""
    pieces = from_left([Piece(i, i, line) for i, line in enumerate(number.lines)])
    owners = np.array([number.owners[piece.stroke] for piece in pieces])
    return _case(candidates(pieces, recognizer.score), owners, number.text)


def case_of_scan(scan: Scan, recognizer: Recognizer) -> Case | None:
    """The same of one in a picture, None where nothing is found there."""
    page = Page(*find_blobs(scan.ink), recognizer.judge_pictures)
    pieces = from_left(page.pieces)
    if not pieces:
        return None
    return _case(candidates(pieces, page.score, MOST_CANDIDATES), _owners(pieces, scan), scan.text)


def _owners(pieces: Sequence[Piece], scan: Scan) -> NDArray[np.intp]:
    """The index of the character that each piece is a stroke of, -1 where it is of several."""
    owners = []
    height, width = scan.owners.shape
    for piece in pieces:
        x, y = np.rint(piece.points).astype(np.intp).T
        seen = scan.owners[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
        counts = np.bincount(seen[seen >= 0], minlength=1)
        owners.append(int(counts.argmax()) if counts.max() >= OWNED * max(counts.sum(), 1) else -1)
    return np.array(owners)


def _case(found: Candidates, owners: NDArray[np.intp], text: str) -> Case:
    truth = np.zeros((2, len(found.members)), bool)
    for c, row in enumerate(found.members):
        owner = owners[row][0]
        if owner >= 0 and (row == (owners == owner)).all():
            is_mark = text[owner] not in f"0123456789{NO_NUMBER}"
            truth[int(is_mark), c] = True
        # The strokes of marks may each be a mark of their own.
        if owner >= 0 and text[owner] in "=:÷%":
            truth[1, c] = row.sum() == 1
    return Case(found, truth)


def build() -> keras.Model:
    """The network of `app/potentials.py`, before it is trained."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((len(FEATURES),)),
            layers.Dense(HIDDEN, activation="relu"),
            layers.Dense(2),
        ],
        name="potentials",
    )


def train(cases: Sequence[Case], seed: int, rarer: float = 1.0) -> keras.Model:
    """A network that makes the true partitions of cases likely, all of which are reachable, where
    marks are so many times `rarer`.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build()
    known = np.concatenate([case.candidates.features for case in cases])
    middle, spread = known.mean(axis=0), known.std(axis=0) + 0.01
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * -(-len(cases) // BATCH))
    optimizer = keras.optimizers.AdamW(rate, weight_decay=DECAY)
    for epoch in range(EPOCHS):
        loss = 0.0
        for batch in np.array_split(rng.permutation(len(cases)), -(-len(cases) // BATCH)):
            some = [cases[int(index)] for index in batch]
            features = np.concatenate([case.candidates.features for case in some])
            with tf.GradientTape() as tape:
                answers = model(((features - middle) / spread).astype(np.float32))
            scores = answers.numpy().astype(np.float64)
            slopes = []
            ends = np.cumsum([len(case.candidates.members) for case in some])
            for case, rows in zip(some, np.split(scores, ends[:-1]), strict=True):
                likely, log_total = marginals(case.candidates.members, rows.T)
                slopes.append((likely - case.truth).T / len(some))
                loss += log_total - float(rows.T[case.truth].sum())
            gradients = tape.gradient(
                answers,
                model.trainable_variables,
                output_gradients=tf.constant(np.concatenate(slopes), tf.float32),
            )
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        print(f"epoch {epoch + 1}: {loss / len(cases):.4f} nats a number", flush=True)
    # The app's features are as they are.
    kernel, bias, last_kernel, last_bias = model.get_weights()
    kernel, bias = kernel / spread[:, None], bias - middle / spread @ kernel
    model.set_weights([kernel, bias, last_kernel, last_bias - [0, np.log(rarer)]])
    return model


def share_right(cases: Sequence[Case], potentials: Potentials) -> float:
    """How often the best partition is the true one."""
    right = 0
    for case in cases:
        path = best_partition(case.candidates, potentials)
        right += all(
            case.truth[int(odds < 0), c] for c, odds in zip(path.chosen, path.odds, strict=True)
        )
    return right / len(cases)


def ink_cases(data_dir: Path | None, rng: np.random.Generator) -> list[Case]:
    """What trains for drawn ink: numbers and drawings by writers whom the networks do not know."""
    cases: list[Case] = []
    for half, (network, trajectories) in HALVES.items():
        letters = training_data(data_dir, half=3 - half).letters
        both = Recognizer.load(network, Trajectories.load(trajectories))
        alone = Recognizer.load(network)
        numbers = compose(hands(data_dir, half=3 - half), NUMBERS // 2, OTHERS, rng)
        numbers += drawings(letters, DRAWINGS // 2, rng)
        cases += [case_of(n, both if i % ALONE else alone) for i, n in enumerate(numbers)]
    return cases


def picture_cases(data_dir: Path | None, rng: np.random.Generator) -> list[Case]:
    """What trains for pictures: the same drawn with pens of all widths, and MNIST's digits."""
    cases: list[Case] = []
    for half, (network, _) in HALVES.items():
        data = training_data(data_dir, half=3 - half)
        writers = hands(data_dir, half=3 - half)
        recognizer = Recognizer.load(network)
        numbers = compose(writers, PICTURES // 2, OTHERS, rng)
        # Of those with punctuation fewer have their true partition among candidates.
        numbers += [expression(_hand(writers, OTHERS, rng), rng) for _ in range(PICTURES // 4)]
        numbers += [_several(writers, rng) for _ in range(PICTURES // 12)]
        numbers += drawings(data.letters, PICTURES // 10, rng)
        leaning = np.argsort(slants(data.images))
        tiles = (_alike(leaning, rng) for _ in range(PICTURES // 4))
        scans = chain(
            (scan(number, rng) for number in numbers),
            (scan_of_tiles(data.images[some], data.labels[some], rng) for some in tiles),
        )
        found = (case_of_scan(one, recognizer) for one in scans)
        cases += [case for case in found if case]
    return cases


def _alike(leaning: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Some of what is sorted by its slant, near each other, as one writer's digits are."""
    first = int(rng.integers(max(len(leaning) - ALIKE, 1)))
    return rng.choice(leaning[first : first + ALIKE], int(rng.integers(1, 13)))


def _several(writers: Sequence[Hand], rng: np.random.Generator) -> Number:
    """A line of several numbers."""
    hand = _hand(writers, OTHERS, rng)
    lengths = rng.integers(1, 6, size=int(rng.integers(2, 5)))
    text = " ".join("".join(map(str, rng.integers(0, 10, n))) for n in lengths)
    return write(text, hand, "natural", rng)


@command_line
def main() -> None:
    """Compose the numbers, train on them, and print what came of it."""
    parser = argparse.ArgumentParser(description="Train what segmentation goes by.")
    parser.add_argument("--pictures", action="store_true", help="that of pictures, not of ink")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--out", type=Path, metavar="FILE.h5", help="default: the app's")
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    out = arguments.out or (PICTURE_POTENTIALS_MODEL if arguments.pictures else POTENTIALS_MODEL)
    check_writable(out)
    compose_cases = picture_cases if arguments.pictures else ink_cases
    cases = compose_cases(arguments.data_dir, rng)
    reachable = [case for case in cases if case.reachable]
    print(f"{len(reachable)} of {len(cases)} numbers have their true partition among candidates")
    rarer = 1.0 if arguments.pictures else RARER
    save_network(train(reachable, arguments.seed, rarer), out)
    potentials = Potentials.load(out)
    recognizer = Recognizer.load()
    other = compose(held_back_hands(arguments.data_dir), MEASURED, 0, rng)
    if arguments.pictures:
        measured = [case_of_scan(scan(number, rng), recognizer) for number in other]
    else:
        measured = [case_of(number, recognizer) for number in other]
    print(f"true partitions: {share_right(cases, potentials):.2%} of what trained, ", end="")
    print(f"{share_right([c for c in measured if c], potentials):.2%} of held-back writers")
    print(f"The network is kept in {out}")


if __name__ == "__main__":
    sys.exit(main())
