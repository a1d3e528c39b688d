"""Inside a network: what its layers make of an image, and which ink spoke for an answer.

The ink that spoke for an answer is found by occlusion: squares of the image are wiped out one after
the other, as by M. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks"
(2014). What a square loses the answer is its weight of evidence, the difference of the log odds, as
by M. Robnik-Sikonja and I. Kononenko, "Explaining classifications for individual instances" (2008).
It takes nothing but the network's answers, and so works for every network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.network import Network
from app.preprocess import FIELD, Picture

Floats = NDArray[np.float32]
Judge = Callable[[Sequence[Picture]], Floats]
"""n (28, 28) images to (n, 10) probabilities."""

SQUARE, STEP = 5, 2
"""Side of the squares that are wiped out, and the distance from one to the next, in pixels."""
LEAST_INK = 0.5
"""Ink that a square must hold, in black pixels, to be worth wiping out."""
SURE = 1e-6
"""Probabilities nearer to 0 or 1 are no different from each other."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer makes of an image: `values` is float32, without NaN, of the layer's shape."""

    name: str
    kind: str
    values: Floats


def look_into(network: Network, images: Floats) -> list[Layer]:
    """The layers of a network at work on one image, (1, 28, 28) in the range that it expects.

    What does not compute anything, as an input layer does not, is left out.
    """
    numbers = [i for i, step in enumerate(network.steps) if step.kind != "InputLayer"]
    results = network.results(images, numbers)
    steps = (network.steps[i] for i in numbers)
    return [
        Layer(step.name, step.kind, np.nan_to_num(result[0]))
        for step, result in zip(steps, results, strict=True)
    ]


class Occlusion:
    """Which ink of an image speaks for an answer and which against, found out bit by bit."""

    def __init__(self, image: Picture, answer: int) -> None:
        """`image` is (28, 28), 0 = paper to 1 = ink; `answer` a class, 0 to 9."""
        self._image = image
        self._answer = answer
        self._corners = [
            (y, x)
            for y in range(1 - STEP, FIELD - 1, STEP)
            for x in range(1 - STEP, FIELD - 1, STEP)
            if _cut(image, y, x).sum() >= LEAST_INK
        ]
        self._next = 0
        self._log_odds: float | None = None
        self._sum = np.zeros((FIELD, FIELD), np.float32)
        self._count = np.zeros((FIELD, FIELD), np.float32)

    @property
    def done(self) -> bool:
        """Whether all of it has been found out."""
        return self._log_odds is not None and self._next == len(self._corners)

    def go_on(self, judge: Judge, count: int) -> None:
        """Try so many more images."""
        first = self._log_odds is None
        corners = self._corners[self._next : self._next + count - first]
        self._next += len(corners)
        images = [self._image] * first + [self._image.copy() for _ in corners]
        for image, corner in zip(images[first:], corners, strict=True):
            _cut(image, *corner)[:] = 0
        if not images:
            return
        odds = _log_odds(judge(images)[:, self._answer])
        if self._log_odds is None:
            self._log_odds, odds = float(odds[0]), odds[1:]
        for lost, corner in zip(self._log_odds - odds, corners, strict=True):
            _cut(self._sum, *corner)[:] += lost
            _cut(self._count, *corner)[:] += 1

    @property
    def evidence(self) -> Floats:
        """(28, 28): the mean weight of evidence of the squares over each pixel, as far as known."""
        return (self._sum / np.maximum(self._count, 1)).astype(np.float32)


def _cut(image: Floats, y: int, x: int) -> Floats:
    """The part of an image under a square whose corner may lie outside."""
    return image[max(y, 0) : y + SQUARE, max(x, 0) : x + SQUARE]


def _log_odds(probabilities: Floats) -> Floats:
    safe = np.clip(probabilities.astype(np.float64), SURE, 1 - SURE)
    return np.log(safe / (1 - safe)).astype(np.float32)
