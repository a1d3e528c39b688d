"""Ink to a Reading: what the network says is written on the paper."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from app.convention import find_convention, probabilities
from app.ink import Box, Ink, bounding_box
from app.network import Network
from app.preprocess import Picture, ink_box, ink_to_image, picture_to_image
from app.settings import ASSETS

BUNDLED_MODEL = ASSETS / "digits.h5"

ACCEPTED = 0.5
"""The confidence from which on a digit is named, not answered with a question mark."""
TRUSTED = 0.5
"""The share of the reference digits that a network must read to be loaded without a warning."""


@dataclass(frozen=True)
class Digit:
    """One digit of a reading.

    Attributes:
        label: the best class, 0 to 9.
        confidence: the probability that the label is right, 0 to 1.
        accepted: whether it is sure enough to be named.
        box: where its ink is, in canvas pixels or pixels of the picture.
        probabilities: (10,) float32, of each class; they sum to 1.
        image: (28, 28) float32, what the network saw; 0 = paper to 1 = ink.
    """

    label: int
    confidence: float
    accepted: bool
    box: Box
    probabilities: NDArray[np.float32]
    image: Picture


@dataclass(frozen=True)
class Reading:
    """All digits that were read, in reading order; none where there is no ink."""

    digits: tuple[Digit, ...] = ()

    @property
    def text(self) -> str:
        """The digits as text, with `?` for each that was not accepted."""
        return "".join(str(digit.label) if digit.accepted else "?" for digit in self.digits)

    @property
    def confidence(self) -> float:
        """The probability that all of it is right; 0 for nothing read."""
        if not self.digits:
            return 0.0
        return float(np.prod([digit.confidence for digit in self.digits]))


class Recognizer:
    """Reads ink with a network.

    Attributes:
        warning: one sentence to show where the network reads hardly any of the reference digits,
            otherwise None.
    """

    def __init__(self, network: Network, name: str) -> None:
        """Find out which input the network expects by having it read the reference digits.

        Args:
            network: any 10-class network of 28x28 images.
            name: what to call the network in the warning.
        """
        self._network = network
        self._convention, right = find_convention(network)
        self.warning = (
            f"{name}: this network reads only {right:.0%} of the reference digits, "
            "so do not trust its answers."
            if right < TRUSTED
            else None
        )

    @classmethod
    def load(cls, path: str | PathLike[str] = BUNDLED_MODEL) -> Recognizer:
        """A recognizer with the network of a Keras `.h5` file; raises NetworkError."""
        return cls(Network.load(path), str(path))

    def read(self, ink: Ink) -> Reading:
        """Read a drawing as one digit."""
        lines = ink.lines()
        if not lines:
            return Reading()
        return self._read_images([ink_to_image(lines)], [bounding_box(lines)])

    def read_picture(self, picture: Picture) -> Reading:
        """Read a picture, (height, width) float32, 0 = paper to 1 = ink, as one digit."""
        if not picture.any():
            return Reading()
        rows, columns = ink_box(picture)
        left, top = columns.start, rows.start
        box = Box(left, top, columns.stop - left, rows.stop - top)
        return self._read_images([picture_to_image(picture)], [box])

    def _read_images(self, images: list[Picture], boxes: list[Box]) -> Reading:
        rows = probabilities(self._network, np.array(images), self._convention)
        digits = []
        for image, box, row in zip(images, boxes, rows, strict=True):
            label = int(row.argmax())
            confidence = float(row[label])
            digits.append(Digit(label, confidence, confidence >= ACCEPTED, box, row, image))
        return Reading(tuple(digits))
