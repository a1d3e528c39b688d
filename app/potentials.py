"""How much speaks for a candidate as a digit, and as a mark that is none: a small network.

It makes segmentation a segmental conditional random field (S. Sarawagi and W. Cohen, "Semi-Markov
conditional random fields for information extraction", 2004) whose potentials are neural (T. Do and
T. Artieres, "Neural conditional random fields", 2010); `training/segment.py` trains it.
"""

from __future__ import annotations

from functools import cache
from os import PathLike, fspath

import numpy as np
from numpy.typing import NDArray

from app.network.contents import about
from app.settings import ASSETS

Floats = NDArray[np.float64]

POTENTIALS_MODEL = ASSETS / "potentials.h5"
PICTURE_POTENTIALS_MODEL = ASSETS / "picture_potentials.h5"


class Potentials:
    """Two dense layers: features of candidates to their scores."""

    def __init__(self, kernel: Floats, bias: Floats, last_kernel: Floats, last_bias: Floats):
        """The layers' weights, as Keras has them: (f, hidden), (hidden,), (hidden, 2), (2,)."""
        self._first = kernel, bias
        self._last = last_kernel, last_bias

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Potentials:
        """From a Keras `.h5` file that is known to be sound; raises NetworkError."""
        from app.network.file import read  # whose import takes a while

        with about(fspath(path)):
            layers = read(path).weights.values()
        return cls(*(weight.values.astype(np.float64) for layer in layers for weight in layer))

    def __call__(self, features: Floats) -> Floats:
        """(c, f) features of candidates to (2, c) scores, as a digit and as a mark."""
        (kernel, bias), (last_kernel, last_bias) = self._first, self._last
        scores: Floats = np.maximum(features @ kernel + bias, 0) @ last_kernel + last_bias
        return scores.T


@cache
def of_ink() -> Potentials:
    """Those for strokes that were drawn."""
    return Potentials.load(POTENTIALS_MODEL)


@cache
def of_pictures() -> Potentials:
    """Those for strokes that pictures were traced back to."""
    return Potentials.load(PICTURE_POTENTIALS_MODEL)
