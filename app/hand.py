"""A person's hand: what is written much as a corrected drawing is read as it was corrected to.

Every correction, with a few variants of its slant, is a centre of a kernel that adds evidence for
its digit to the network's own. The features of the network's last layer and the picture tell how
near an image is to it, as in the caches of E. Grave, M. Cisse, A. Joulin, "Unbounded cache model
for online language modeling with open vocabulary" (2017), and R. Zhang et al., "Tip-Adapter:
training-free adaption of CLIP for few-shot classification" (2022). The kernel interpolates: each
centre is as strong as it takes to have the drawing read rightly, by a margin, so that where the
network was sure of something else only what is very near changes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.convention import reference_digits
from app.ink import Ink, transform
from app.preprocess import FIELD, Picture
from app.trajectory import Lines

Floats = NDArray[np.float32]
Look = Callable[[Sequence[Lines]], tuple[Picture, Floats, Floats]]
"""n drawings to their (n, 28, 28) images, and for these a network's (n, f) features and the (n, 10)
probabilities of the classes."""

SLANTS = [0.0, -0.2, 0.2]
"""How a drawing is shown to learn from: as it is first."""
OF_FEATURES, OF_PICTURE = 20.0, 7.0
"""How much the squared cosine distances count. Networks that were trained to doubt what is no
digit have the same features for all of it, so that the picture must be similar too."""
MARGIN = 6.5
"""By so much the log odds of a corrected drawing are in favour of its digit."""
LEAST = 1e-4
"""A network may be wrong so often where it says never."""
SAFE = 4.0
"""Evidence is at most this fraction of what would change how a reference digit is read."""
NEGLIGIBLE = 0.01
"""Evidence below it changes nothing at all."""


@dataclass(frozen=True, eq=False)
class Correction:
    """A drawing and the digit, 0 to 9, that it is; `line` is how a file has it."""

    ink: Ink
    digit: int
    line: bytes = b""


class _Places(NamedTuple):
    """Where n images are: their features and coarse pictures, as unit vectors in float32."""

    features: Floats
    pictures: Floats

    def distances(self, others: _Places) -> Floats:
        """(n, m) to other images, 0 for the same one."""
        features = np.maximum(1 - self.features @ others.features.T, 0)
        pictures = np.maximum(1 - self.pictures @ others.pictures.T, 0)
        distances: Floats = OF_FEATURES * features**2 + OF_PICTURE * pictures**2
        return distances


class Habits:
    """What corrections taught about a person's hand, for one network: at first nothing.

    They never change, so that threads can share them.
    """

    def __init__(self, look: Look) -> None:
        """Have the network look at the reference digits, which are to be read as before."""
        self._look = look
        digits, self._labels = reference_digits()
        images, features, self._rows = look(digits)
        self._middle = features.mean(axis=0), _coarse(images).mean(axis=0)
        self._references = self._place(images, features)
        self._seen: dict[Correction, tuple[_Places, Floats]] = {}

    def learnt(self, corrections: Sequence[Correction]) -> Habits:
        """The habits by these corrections alone, the latest last; only new ones cost time."""
        others = copy(self)
        others._learn(corrections)
        return others

    def _learn(self, corrections: Sequence[Correction]) -> None:
        corrections = list(dict.fromkeys(reversed(corrections)))[::-1]  # what recurs, where last
        self._seen = {c: self._seen.get(c) or self._look_at(c) for c in corrections}
        if not self._seen:
            return
        each = len(SLANTS)
        self._digits = np.repeat([c.digit for c in corrections], each)
        places, rows = zip(*self._seen.values(), strict=True)
        self._centres = _Places(*map(np.concatenate, zip(*places, strict=True)))
        all_rows = np.concatenate(rows)
        own = all_rows[np.arange(len(all_rows)), self._digits]
        # What raises the digit from its probability to that of the likeliest, and the margin.
        self._strength = np.log((np.exp(MARGIN) * all_rows.max(axis=1) + LEAST) / (own + LEAST))
        self._narrow = self._narrowness()
        # Where a later correction says something else, it overrules the earlier ones.
        drawn = _Places(*(vectors[::each] for vectors in self._centres))
        near = np.exp(-self._narrow[::each] * self._centres.distances(drawn))
        number = np.arange(len(all_rows)) // each
        later = number[:, None] < number[::each]
        contrary = self._digits[:, None] != self._digits[::each]
        self._strength *= 1 - np.where(later & contrary, near, 0).max(axis=1)

    def _look_at(self, correction: Correction) -> tuple[_Places, Floats]:
        lines = correction.ink.lines()
        images, features, rows = self._look([transform(lines, slant=s) for s in SLANTS])
        return self._place(images, features), rows

    def _narrowness(self) -> Floats:
        """(v,) factors of distance, from 1 on, by which reference digits of others keep theirs."""
        of_labels = self._rows[np.arange(len(self._labels)), self._labels]
        gaps = np.log((of_labels[:, None] + LEAST) / (self._rows[:, self._digits] + LEAST))
        allowed = np.maximum(gaps, 0.5) / SAFE
        away = np.maximum(self._references.distances(self._centres), 1e-3)
        needed = np.log(np.maximum(self._strength / allowed, 1)) / away
        others = self._labels[:, None] != self._digits
        narrow: Floats = np.where(others, needed, 1).max(axis=0, initial=1)
        return narrow

    def adapt(self, images: Picture, features: Floats, rows: Floats) -> Floats:
        """The (n, 10) probabilities of n images as this person would have them read.

        Where an image is near no correction, its row stays as it is.
        """
        if not self._seen:
            return rows
        distances = self._place(images, features).distances(self._centres)
        of_centres = self._strength * np.exp(-self._narrow * distances)
        evidence = np.zeros_like(rows)
        for digit in np.unique(self._digits):
            evidence[:, digit] = of_centres[:, self._digits == digit].max(axis=1)
        near = evidence.max(axis=1) > NEGLIGIBLE
        raised = rows[near] + (rows[near] + LEAST) * np.expm1(evidence[near])
        adapted = rows.copy()
        adapted[near] = raised / raised.sum(axis=1, keepdims=True)
        return adapted

    def _place(self, images: Picture, features: Floats) -> _Places:
        of_features, of_pictures = self._middle
        return _Places(_unit(features - of_features), _unit(_coarse(images) - of_pictures))


def _coarse(images: Picture) -> Floats:
    """(n, 196): the means of squares of 2x2 pixels, for which small shifts matter less."""
    half = FIELD // 2
    squares: Floats = images.reshape(-1, half, 2, half, 2).mean(axis=(2, 4))
    return squares.reshape(len(images), -1)


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
