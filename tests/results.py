"""Results of networks that were never run, to measure and to report on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.ink import Ink
from app.preprocess import Picture
from training.evaluate import Result
from training.parts import NO_DIGIT, Part

SLASH = Ink.from_lines([np.array([[0.0, 60.0], [40.0, 0.0]])])


def make_result(
    labels: Sequence[int],
    predicted: Sequence[int],
    confidence: Sequence[float],
    *,
    name: str = "digits",
    held_back: bool = False,
    items: Sequence[Ink | Picture] | None = None,
) -> Result:
    """What a network answered with a confidence; what is left of 1 goes to the other digits."""
    rows = np.zeros((len(labels), 10), np.float32)
    for row, label, probability in zip(rows, predicted, confidence, strict=True):
        if label != NO_DIGIT:
            row[:] = (1 - probability) / 9
            row[label] = probability
    return Result(
        Part(name, held_back, items or [SLASH] * len(labels), np.array(labels)),
        np.array(predicted),
        np.array(confidence, np.float64),
        np.array(confidence) >= 0.5,
        rows,
    )
