"""Trains the weights of segmentation, which `app/candidates.py` has.

    python training/train.py --model half-1
    python training/train.py --model half-2
    python training/trajectory.py --half 1
    python training/trajectory.py --half 2
    python training/segment.py [--data-dir DIR]

How far a network is to be trusted shows where it never saw the writer, as it never saw the app's
users. So two are trained, each on half of the writers that train, and each looks at numbers that
are composed of digits of the other half (after the cross-validated predictions of D. Wolpert,
"Stacked generalization", 1992). Where a number's true partition is among its candidates its
probability is raised by gradient ascent (Adam: D. Kingma, J. Ba, 2015). Numbers of the held-back
writers measure how often the best partition is the true one, with the network of the app.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.candidates import FEATURES, WEIGHTS, Candidates, candidates
from app.groups import from_left
from app.pieces import Piece
from app.recognizer import Recognizer
from app.segmentation import best_path
from app.trajectory import Trajectories
from training.command import command_line
from training.compose import GAPS, OVERLAPPING, Hand, Number, expression, number
from training.parts import hands, held_back_hands

HALVES = {
    half: (Path(f"runs/half-{half}-1/half-{half}.h5"), Path(f"runs/trajectory-half-{half}.h5"))
    for half in (1, 2)
}
"""The networks of images and of trajectories that have seen only this half of the writers."""
NUMBERS = 8000
EPOCHS = 30
BATCH = 32
RATE = 0.05
DECAY = 0.0003
"""Weight of half the sum of the weights' squares, per number, against overfitting."""
SEED = 5

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


def compose(writers: Sequence[Hand], count: int, rng: np.random.Generator) -> list[Number]:
    """Numbers of all kinds: a fifth with punctuation, the others with all gaps."""
    gaps = [*GAPS, OVERLAPPING, "natural"]
    numbers = []
    for index in range(count):
        hand = writers[int(rng.integers(len(writers)))]
        if index % 5 == 0:
            numbers.append(expression(hand, rng))
        else:
            length = int(rng.integers(1, 8))
            numbers.append(number(length, hand, gaps[index % len(gaps)], rng.random() < 0.4, rng))
    return numbers


def case_of(number: Number, recognizer: Recognizer) -> Case:
    """The candidates of a number on one line, and the truth."""
    pieces = from_left([Piece(i, i, line) for i, line in enumerate(number.lines)])
    found = candidates(pieces, recognizer.score)
    owners = np.array([number.owners[piece.stroke] for piece in pieces])
    truth = np.zeros((2, len(found.members)), bool)
    for c, row in enumerate(found.members):
        owner = owners[row][0]
        if (row == (owners == owner)).all():
            truth[int(not number.text[owner].isdigit()), c] = True
    # The strokes of marks may each be a mark of their own.
    for c, row in enumerate(found.members):
        if number.text[owners[row][0]] in "=:":
            truth[1, c] = row.sum() == 1
    return Case(found, truth)


def expected_features(case: Case, weights: Floats) -> tuple[Floats, float]:
    """Expectation of a partition's features, and log of the sum over all of them.

    Forwards and backwards over the states of `best_path`.
    """
    members, _, features = case.candidates
    scores = features @ weights
    total = np.logaddexp(*scores)
    masks = [sum(1 << int(i) for i in np.flatnonzero(row)) for row in members]
    everything = (1 << members.shape[1]) - 1
    steps: dict[int, list[int]] = {}
    for c, mask in enumerate(masks):
        steps.setdefault(mask & -mask, []).append(c)
    forward: dict[int, float] = {0: 0.0}
    order: list[int] = []
    pending: dict[int, set[int]] = {1: {0}}
    edges: list[tuple[int, int, int]] = []
    for bit in range(members.shape[1]):
        for state in sorted(pending.pop(1 << bit, set())):
            order.append(state)
            for c in steps[1 << bit]:
                if not state & masks[c]:
                    new = state | masks[c]
                    edges.append((state, c, new))
                    value = forward[state] + total[c]
                    forward[new] = (
                        float(np.logaddexp(forward[new], value)) if new in forward else value
                    )
                    pending.setdefault(~new & (new + 1), set()).add(new)
    backward = {everything: 0.0}
    for state, c, new in reversed(edges):
        if new in backward:
            value = backward[new] + total[c]
            backward[state] = (
                float(np.logaddexp(backward[state], value)) if state in backward else value
            )
    share = np.zeros(len(masks))
    for state, c, new in edges:
        if new in backward:
            share[c] += np.exp(forward[state] + total[c] + backward[new] - forward[everything])
    expectation = np.einsum("kc,kcf->f", share * np.exp(scores - total), features)
    return expectation, forward[everything]


def train(cases: Sequence[Case], rng: np.random.Generator) -> Floats:
    """The weights that make true partitions likely."""
    weights = WEIGHTS.copy()
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    step = 0
    for epoch in range(EPOCHS):
        loss = 0.0
        rate = RATE * (1 - epoch / EPOCHS)
        for batch in np.array_split(rng.permutation(len(cases)), -(-len(cases) // BATCH)):
            gradient = -DECAY * weights
            for index in batch:
                case = cases[int(index)]
                true = case.candidates.features[case.truth].sum(axis=0)
                expected, log_total = expected_features(case, weights)
                loss -= float(true @ weights) - log_total
                gradient += (true - expected) / len(batch)
            step += 1
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            scale = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            weights = weights + rate * mean / (1 - 0.9**step) / scale
        print(f"epoch {epoch + 1}: {loss / len(cases):.4f} nats a number", flush=True)
    return weights


def share_right(cases: Sequence[Case], weights: Floats) -> float:
    """How often the best partition is the true one."""
    right = 0
    for case in cases:
        path = best_path(case.candidates.members, case.candidates.features @ weights)
        right += all(case.truth[int(not digit), c] for c, digit in path.chosen)
    return right / len(cases)


@command_line
def main() -> None:
    """Compose the numbers, train on them, and print what came of it."""
    parser = argparse.ArgumentParser(description="Train the weights of segmentation.")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    rng = np.random.default_rng(SEED)
    cases: list[Case] = []
    for half, (network, trajectories) in HALVES.items():
        recognizer = Recognizer.load(network, Trajectories.load(trajectories))
        unseen = hands(arguments.data_dir, half=3 - half)
        cases += [case_of(n, recognizer) for n in compose(unseen, NUMBERS // 2, rng)]
    reachable = [case for case in cases if case.reachable]
    print(f"{len(reachable)} of {len(cases)} numbers have their true partition among candidates")
    weights = train(reachable, rng)
    recognizer, held_back = Recognizer.load(), held_back_hands(arguments.data_dir)
    other = [case_of(n, recognizer) for n in compose(held_back, NUMBERS // 4, rng)]
    print(f"true partitions: {share_right(cases, weights):.2%} of what trained, ", end="")
    print(f"{share_right(other, weights):.2%} of held-back writers")
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    sys.exit(main())
