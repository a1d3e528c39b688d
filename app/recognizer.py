"""Ink to a Reading: what the network says is written on the paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from app.blobs import trimmed
from app.convention import find_convention, probabilities
from app.ink import Box, Ink, bounding_box
from app.network import Network
from app.page import Found, find_digits, one_digit
from app.photo import TILE
from app.preprocess import Picture, ink_to_image, picture_to_image
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
        line, number: which line and which number of the reading it belongs to, from 0.
    """

    label: int
    confidence: float
    accepted: bool
    box: Box
    probabilities: NDArray[np.float32]
    image: Picture
    line: int = 0
    number: int = 0


@dataclass(frozen=True)
class Reading:
    """All digits that were read, in reading order; none where there is no ink."""

    digits: tuple[Digit, ...] = ()

    @property
    def text(self) -> str:
        """The digits as text, with `?` for each not accepted, and spaces between numbers."""
        numbers = groupby(self.digits, key=lambda digit: digit.number)
        return " ".join(
            "".join(str(digit.label) if digit.accepted else "?" for digit in digits)
            for _, digits in numbers
        )

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

    def read_picture(self, picture: Picture, scale: float = 1.0, single: bool = False) -> Reading:
        """Read all digits of a picture, in lines from top to bottom.

        Args:
            picture: (height, width) float32, 0 = paper to 1 = ink; one of up to `TILE` pixels
                is a tile with one digit.
            scale: the boxes are given in units of so many to a pixel.
            single: take everything in it as one digit.
        """
        if max(picture.shape) <= TILE:
            found = [Found(trimmed(picture), 0, 0)] if picture.any() else []
        elif single:
            piece = one_digit(picture)
            found = [Found(piece, 0, 0)] if piece else []
        else:
            found = find_digits(picture, self._confidences)
        if not found:
            return Reading()
        reading = self._read_images(
            [picture_to_image(where.blob.ink) for where in found],
            [Box(*(value * scale for value in where.blob.box)) for where in found],
        )
        return Reading(
            tuple(
                replace(digit, line=where.line, number=where.number)
                for digit, where in zip(reading.digits, found, strict=True)
            )
        )

    def _confidences(self, pictures: list[Picture]) -> NDArray[np.float32]:
        """How sure the network is of each of n pictures of one digit, (n,) float32."""
        images = np.array([picture_to_image(picture) for picture in pictures])
        best: NDArray[np.float32] = probabilities(self._network, images, self._convention).max(
            axis=1
        )
        return best

    def _read_images(self, images: list[Picture], boxes: list[Box]) -> Reading:
        rows = probabilities(self._network, np.array(images), self._convention)
        digits = []
        for image, box, row in zip(images, boxes, rows, strict=True):
            label = int(row.argmax())
            confidence = float(row[label])
            digits.append(Digit(label, confidence, confidence >= ACCEPTED, box, row, image))
        return Reading(tuple(digits))
