"""Results of networks that were never run, and training data, to measure and to report on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.convention import REFERENCE_DIGITS
from app.ink import Drawing, Ink, read_drawings
from app.preprocess import Picture, ink_to_image
from training.datasets import Sample
from training.evaluate import Result
from training.parts import NO_DIGIT, Part, TrainingData

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


def reference_data() -> TrainingData:
    """The reference digits as if they were all training data, in one stroke and in two."""
    drawings = [d for d in read_drawings(REFERENCE_DIGITS) if isinstance(d, Drawing)]
    samples = [Sample(d.keys["word"], 1, d.ink.lines()) for d in drawings]
    cut = [Sample(s.label, 1, np.array_split(np.concatenate(s.lines), 2)) for s in samples]
    images = np.array([255 * ink_to_image(sample.lines) for sample in samples])
    labels = np.array([int(sample.label) for sample in samples], np.uint8)
    letters = [Sample("x", 1, samples[0].lines)]
    return TrainingData(images.astype(np.uint8), labels, samples, cut, letters)
