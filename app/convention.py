"""Which values a network expects for paper and ink, found out by trying it on known digits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.ink import Drawing, read_drawings, transform
from app.network import Network
from app.preprocess import PEN, Picture, ink_to_image
from app.settings import ASSETS

REFERENCE_DIGITS = ASSETS / "reference.ndjson"


class Convention(NamedTuple):
    """The values a network was trained to see for paper and for ink."""

    paper: float
    ink: float


class Hand(NamedTuple):
    """How somebody draws: see `app.ink.transform` and `app.preprocess.ink_to_image`."""

    turn: float = 0
    slant: float = 0
    stretch: float = 1
    pen: float = PEN


MEAN, DEVIATION = 0.1307, 0.3081
"""Of MNIST's pixels from 0 to 1, by which many networks have their input standardised."""
CONVENTIONS = [
    Convention(0, 1),
    Convention(0, 255),
    Convention(-1, 1),
    Convention(-0.5, 0.5),
    Convention(-MEAN, 1 - MEAN),
    Convention(-MEAN / DEVIATION, (1 - MEAN) / DEVIATION),
    Convention(1, 0),
    Convention(255, 0),
    Convention(1, -1),
    Convention(0.5, -0.5),
    Convention(MEAN, MEAN - 1),
    Convention(MEAN / DEVIATION, (MEAN - 1) / DEVIATION),
]
HANDS = [
    Hand(),
    Hand(slant=-0.35, pen=1.6),
    Hand(slant=0.35, pen=3.5),
    Hand(turn=0.3),
    Hand(turn=-0.3),
    Hand(stretch=0.75, pen=3.5),
    Hand(stretch=1.3, pen=1.6),
    Hand(slant=0.5, pen=1.3),
    Hand(slant=-0.5, pen=4.2),
]
"""One that is easy to read and is read in many conventions, and those that tell them apart."""
BEYOND_DOUBT = 0.99
"""Mean probability of the right labels from which on no other convention is tried."""
ABOUT_AS_LIKELY = 0.01
"""Difference of mean log likelihoods within which two conventions explain a network equally."""
TEMPERATURES = np.geomspace(0.1, 100, 31)


def find_convention(network: Network) -> tuple[Convention, float]:
    """The convention under which a network reads the reference digits, and its share of right ones.

    It is the one that makes their labels likeliest, or the first that comes close to that: the
    more usual come first. For most networks the very first leaves no doubt.
    """
    digits, labels = reference_digits()
    rows = probabilities(network, draw(digits, HANDS[0]), CONVENTIONS[0])
    if rows[np.arange(len(labels)), labels].mean() > BEYOND_DOUBT:
        return CONVENTIONS[0], float((rows.argmax(axis=1) == labels).mean())
    images = np.concatenate([draw(digits, hand) for hand in HANDS])
    labels = np.tile(labels, len(HANDS))
    tried = []
    for convention in CONVENTIONS:
        rows = probabilities(network, images, convention)
        right = float((rows.argmax(axis=1) == labels).mean())
        tried.append((_likelihood(rows, labels), convention, right))
    best = max(likelihood for likelihood, _, _ in tried)
    return next(
        (convention, right)
        for likelihood, convention, right in tried
        if likelihood >= best - ABOUT_AS_LIKELY
    )


def probabilities(network: Network, images: Picture, convention: Convention) -> NDArray[np.float32]:
    """(n, 28, 28) images to (n, 10) probabilities that sum to 1, for heads of sigmoids too."""
    return _normalised(network(in_range(images, convention)))


def look(
    network: Network, images: Picture, convention: Convention
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The same, and the (n, f) features by which the last layer tells the classes apart."""
    steps = [network.features, len(network.steps) - 1]
    features, rows = network.results(in_range(images, convention), steps)
    return np.nan_to_num(features.reshape(len(images), -1)), _normalised(rows)


def in_range(images: Picture, convention: Convention) -> Picture:
    """Images from 0 = paper to 1 = ink with the values that a network expects."""
    paper, ink = convention
    return (paper + (ink - paper) * images).astype(np.float32)


def _normalised(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = np.nan_to_num(rows)
    sums = np.maximum(rows.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    normalised: NDArray[np.float32] = rows / sums
    return normalised


def reference_digits() -> tuple[list[list[NDArray[np.float64]]], NDArray[np.intp]]:
    """The lines of each bundled digit, and the labels."""
    drawings = [d for d in read_drawings(REFERENCE_DIGITS) if isinstance(d, Drawing)]
    labels = np.array([int(drawing.keys["word"]) for drawing in drawings])
    return [drawing.ink.lines() for drawing in drawings], labels


def draw(digits: list[list[NDArray[np.float64]]], hand: Hand) -> Picture:
    """(n, 28, 28) images of digits as another hand would draw them."""
    return np.array(
        [ink_to_image(transform(d, hand.turn, hand.slant, hand.stretch), hand.pen) for d in digits]
    )


def _likelihood(rows: NDArray[np.float32], labels: NDArray[np.intp]) -> float:
    """The mean log likelihood of labels under (n, 10) probabilities of the best temperature.

    A range that is too wide makes a network surer, one that is too narrow less sure, of answers
    that may be right all the same. The temperature takes that out of the comparison (C. Guo,
    G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", 2017).
    """
    logits = np.log(np.maximum(rows, 1e-30)) / TEMPERATURES[:, None, None]
    of_labels = logits[:, np.arange(len(labels)), labels]
    likelihoods = of_labels - np.log(np.exp(logits).sum(axis=2))
    return float(likelihoods.mean(axis=1).max())
