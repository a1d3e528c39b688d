"""Ink to a Reading: what the network says is written on the paper."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.blobs import Blob, trimmed
from app.candidates import Pieces
from app.convention import (
    CONVENTIONS,
    Convention,
    find_convention,
    in_range,
    look,
    probabilities,
)
from app.groups import ACCEPTED, CERTAIN, Group
from app.hand import Correction, Habits
from app.ink import Box, Ink, Stroke, bounding_box
from app.inside import Layer, look_into
from app.network import Network, read_apart
from app.page import Found, find_digits, one_digit
from app.photo import TILE
from app.pieces import Piece, as_drawn
from app.potentials import of_ink
from app.preprocess import Picture, ink_to_image, picture_to_image
from app.scores import Scores
from app.segmentation import segment
from app.settings import ASSETS
from app.trajectory import Lines, Trajectories

BUNDLED_MODEL = ASSETS / "digits.h5"

IN_COMPANY = 0.2
"""The probability from which on a digit is named on a line of which at least half are `ACCEPTED`:
what stands among digits is hardly ever anything else."""
TRUSTED = 0.5
"""The share of the reference digits that a network must read to be loaded without a warning."""

NO_INK = Ink()

Scored = tuple[Picture, NDArray[np.float32]]
"""The image of some strokes and the probabilities of the classes."""


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
        strokes: the numbers of its strokes in the ink; a stroke may run through several digits.
        line: the number of its line of text, from 0.
        spaced: whether a space parts it from the digit before it on its line.
        ink: its own ink, of strokes that run through several digits a part; empty in pictures.
    """

    label: int
    confidence: float
    accepted: bool
    box: Box
    probabilities: NDArray[np.float32]
    image: Picture
    strokes: tuple[int, ...] = ()
    line: int = 0
    spaced: bool = False
    ink: Ink = NO_INK


@dataclass(frozen=True)
class Reading:
    """All digits that were read, in reading order; none where there is no ink.

    Attributes:
        digits: the digits.
        certainty: the probability that the ink consists of these digits, 0 to 1.
    """

    digits: tuple[Digit, ...] = ()
    certainty: float = 1.0

    @property
    def text(self) -> str:
        """The digits as text, with `?` for each that was not accepted.

        Numbers on a line are separated by a space, lines by a newline.
        """
        text = ""
        for before, digit in zip((None, *self.digits), self.digits, strict=False):
            if before and digit.line != before.line:
                text += "\n"
            elif before and digit.spaced:
                text += " "
            text += str(digit.label) if digit.accepted else "?"
        return text

    @property
    def confidence(self) -> float:
        """The probability that all of it is right; 0 for nothing read."""
        if not self.digits:
            return 0.0
        return self.certainty * float(np.prod([digit.confidence for digit in self.digits]))


class Recognizer:
    """Reads ink with a network.

    Attributes:
        warning: one sentence to show where the network reads hardly any of the reference digits,
            otherwise None.
    """

    def __init__(
        self,
        network: Network,
        name: str,
        convention: Convention | None = None,
        trajectories: Trajectories | None = None,
    ) -> None:
        """Find out which input the network expects, unless that is known, by having it read the
        reference digits.

        Args:
            network: any 10-class network of 28x28 images.
            name: what to call the network in the warning.
            convention: the input that it is known to expect.
            trajectories: what else has a say where it is known how the pen moved.
        """
        self._network = network
        self._trajectories = trajectories
        # What the last reading scored. A key has identities of strokes, which are theirs as long
        # as they exist, so that these are kept too.
        self._strokes: tuple[Stroke, ...] = ()
        self._pieces: dict[Hashable, Piece] = {}
        self._scored = Scores(self._look_at)
        self._habits: Habits | None = None
        self._convention, right = (convention, 1.0) if convention else find_convention(network)
        self.warning = (
            f"{name}: this network reads only {right:.0%} of the reference digits, "
            "so do not trust its answers."
            if right < TRUSTED
            else None
        )

    @classmethod
    def load(
        cls,
        path: str | PathLike[str] = BUNDLED_MODEL,
        trajectories: Trajectories | None = None,
    ) -> Recognizer:
        """A recognizer with the network of a Keras `.h5` file; raises NetworkError.

        The app's own network has the app's trajectories beside it. Another one has those that are
        given, and then is known to be sound and to expect what the app's does; without any it reads
        alone, so that it is seen what it can do.
        """
        of_ink()  # where it is damaged this is told at once
        if Path(path).absolute() == BUNDLED_MODEL:
            trajectories = trajectories or Trajectories.load()
        if not trajectories:
            return cls(Network.load(path, read_apart), str(path))
        # To find its convention out takes longer than everything else at the start, and so careful
        # a network as the app's leaves doubt, so that all conventions would be tried.
        return cls(Network.load(path), str(path), CONVENTIONS[0], trajectories)

    def learn(self, corrections: Sequence[Correction]) -> None:
        """From now on read what is written much as these drawings as they were corrected to.

        They replace those of the last call, and with none the network reads alone again. Only
        corrections that the last call did not have cost time, a few milliseconds each.
        """
        self.adopt(self.study(corrections))

    def study(self, corrections: Sequence[Correction]) -> Habits | None:
        """What these corrections teach, for `adopt`; any thread may find it out."""
        habits = self._habits
        if corrections and not habits:
            habits = Habits(self._look_at_drawings)
        return habits and habits.learnt(corrections)

    def adopt(self, habits: Habits | None) -> None:
        """From now on read as these habits say, None for the network alone."""
        self._habits = habits
        self._scored.clear()

    def look_inside(self, image: Picture) -> list[Layer]:
        """What each layer of the network makes of a (28, 28) image, 0 = paper to 1 = ink."""
        return look_into(self._network, in_range(image[None], self._convention))

    def judge(
        self, images: Sequence[Picture], drawings: Sequence[Lines] = ()
    ) -> NDArray[np.float32]:
        """n images to (n, 10) probabilities, as the network and the corrections have them.

        `drawings` are the strokes that the images show, where there are any.
        """
        habits = self._habits  # another thread may adopt others meanwhile
        seen = np.array(images)
        if not habits:
            rows = probabilities(self._network, seen, self._convention)
            return self._weighed(rows, drawings)
        features, rows = look(self._network, seen, self._convention)
        return habits.adapt(seen, features, self._weighed(rows, drawings))

    def _weighed(self, rows: NDArray[np.float32], drawings: Sequence[Lines]) -> NDArray[np.float32]:
        """The probabilities of images, and by how they were drawn where that is known."""
        if not self._trajectories or not drawings:
            return rows
        return self._trajectories.weigh(rows, drawings)

    def _look_at_drawings(
        self, drawings: Sequence[Lines]
    ) -> tuple[Picture, NDArray[np.float32], NDArray[np.float32]]:
        images = np.array([ink_to_image(lines) for lines in drawings])
        features, rows = look(self._network, images, self._convention)
        return images, features, self._weighed(rows, drawings)

    def read(self, ink: Ink, growing: bool = False) -> Reading:
        """Read a drawing: a digit, a number, several numbers on one or more lines.

        What was scored for the last reading is not scored again, so that ink that grows by a
        stroke is read anew in the time that this stroke takes. To try where a stroke could be
        parted takes longest, and is left until the last one is no longer `growing`.
        """
        self._scored.forget_others()
        last, self._pieces = self._pieces, {}
        for number, stroke in enumerate(ink.strokes):
            key = id(stroke), len(stroke.points)
            known = last.get(key)
            if stroke.points:
                as_before = known if known and known.stroke == number else None
                self._pieces[key] = as_before or Piece(number, key, stroke.xy())
        *_, last_key = self._pieces or [None]
        whole = {last_key} if growing else set()
        groups, certainty = segment(list(self._pieces.values()), self._score, whole)
        self._strokes = ink.strokes
        return Reading(_in_company(map(self._digit_of, groups)), certainty)

    def read_single(self, ink: Ink) -> Reading:
        """Read all of a drawing as one digit."""
        lines = ink.lines()
        if not lines:
            return Reading()
        reading = self._read_images([ink_to_image(lines)], [bounding_box(lines)], [lines])
        numbers = tuple(i for i, stroke in enumerate(ink.strokes) if stroke.points)
        return Reading((replace(reading.digits[0], strokes=numbers, ink=ink),))

    def score(self, groups: Sequence[Pieces]) -> NDArray[np.float32]:
        """Groups of pieces of strokes to (n, 10) probabilities."""
        return np.array([row for _, row in self._look_at(groups)])

    def _look_at(self, groups: Sequence[Pieces]) -> list[Scored]:
        drawings = [[piece.xy for piece in as_drawn(group)] for group in groups]
        images = [ink_to_image(lines) for lines in drawings]
        rows = self.judge(images, drawings)
        return list(zip(images, rows, strict=True))

    def _score(self, groups: Sequence[Pieces]) -> NDArray[np.float32]:
        """The same, of what the last reading did not score."""
        return np.array([row for _, row in self._scored(groups)])

    def _digit_of(self, group: Group) -> Digit:
        [(image, row)] = self._scored([group.pieces])
        strokes = tuple(sorted({piece.stroke for piece in group.pieces}))
        box = Box(*map(float, (*group.low, *group.size)))
        return Digit(
            *_named(row), box, row, image, strokes,
            group.line, group.spaced, self._ink_of(group.pieces),
        )  # fmt: skip

    def _ink_of(self, pieces: Pieces) -> Ink:
        """The strokes that were read, of one that was split the part."""
        strokes = []
        for piece in as_drawn(pieces):
            whole = self._strokes[piece.stroke]
            is_whole = piece.key == (id(whole), len(whole.points))
            strokes.append(whole if is_whole else Stroke.from_xy(piece.xy))
        return Ink(tuple(strokes))

    def read_picture(self, picture: Picture, scale: float = 1.0, single: bool = False) -> Reading:
        """Read all digits of a picture, in lines from top to bottom.

        Args:
            picture: (height, width) float32, 0 = paper to 1 = ink; one of up to `TILE` pixels
                is a tile with one digit, unless what is none reads as several that are certain.
            scale: the boxes are given in units of so many to a pixel.
            single: take everything in it as one digit.
        """
        is_tile = max(picture.shape) <= TILE
        if not single and not is_tile:
            return self._read_page(picture, scale)
        one = self._read_as_one(picture, scale, is_tile)
        if single or not one.digits or one.digits[0].accepted:
            return one
        several = self._read_page(picture, scale)
        certain = all(digit.confidence >= CERTAIN for digit in several.digits)
        return several if certain and len(several.digits) > 1 else one

    def _read_as_one(self, picture: Picture, scale: float, is_tile: bool) -> Reading:
        if not picture.any():
            return Reading()
        blob = trimmed(picture) if is_tile else one_digit(picture)
        return self._read_blobs([blob] if blob else [], scale)

    def _read_page(self, picture: Picture, scale: float) -> Reading:
        found = find_digits(picture, self.judge_pictures)
        reading = self._read_blobs(found, scale)
        return Reading(
            _in_company(
                replace(digit, line=where.line, spaced=where.spaced)
                for digit, where in zip(reading.digits, found, strict=True)
            )
        )

    def _read_blobs(self, blobs: Sequence[Blob | Found], scale: float) -> Reading:
        """Pieces of ink as a digit each."""
        images = [picture_to_image(blob.ink) for blob in blobs]
        boxes = [Box(*(value * scale for value in blob.box)) for blob in blobs]
        return self._read_images(images, boxes) if images else Reading()

    def judge_pictures(self, pictures: list[Picture]) -> NDArray[np.float32]:
        """n pictures of one digit each, of any size, to (n, 10) probabilities."""
        return self.judge([picture_to_image(picture) for picture in pictures])

    def _read_images(
        self, images: list[Picture], boxes: list[Box], drawings: Sequence[Lines] = ()
    ) -> Reading:
        rows = self.judge(images, drawings)
        return Reading(
            tuple(
                Digit(*_named(row), box, row, image)
                for image, box, row in zip(images, boxes, rows, strict=True)
            )
        )


def _in_company(digits: Iterable[Digit]) -> tuple[Digit, ...]:
    """The digits, with more of them named on lines where most are."""
    read: list[Digit] = []
    for _, on_line in groupby(digits, key=lambda digit: digit.line):
        line = list(on_line)
        company = 2 * sum(digit.accepted for digit in line) >= len(line)
        read += [
            replace(digit, accepted=digit.accepted or (company and digit.confidence >= IN_COMPANY))
            for digit in line
        ]
    return tuple(read)


def _named(row: NDArray[np.float32]) -> tuple[int, float, bool]:
    """The label of (10,) probabilities, its confidence, and whether it is accepted."""
    label = int(row.argmax())
    confidence = float(row[label])
    return label, confidence, confidence >= ACCEPTED
