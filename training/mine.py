"""What a person corrected, as training data: most of it trains, some is kept aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.corrections import Corrections, CorrectionsError
from training.datasets import DataError, Sample
from training.evaluate import Result, score
from training.parts import Part

ASIDE = 4
"""Every so many corrections one is kept aside."""
NAME = "corrections kept aside"
TOLERATED = 0.0005
"""How much worse a network may be on what is held back of other people, which varies by more from
one training to the next, where it is better for the person."""


@dataclass(frozen=True)
class Mine:
    """A person's corrections.

    Attributes:
        trained: digits to train on, at least one.
        aside: those kept aside; None where there are too few.
    """

    trained: list[Sample]
    aside: Part | None


def load_mine(path: Path) -> tuple[Mine, list[str]]:
    """The corrections in an ink file, and a sentence for each damaged line.

    Raises DataError where there are none.
    """
    try:
        corrections = Corrections(path)
    except CorrectionsError as error:
        raise DataError(str(error)) from None
    if not corrections.all:
        raise DataError(
            f"{corrections.path}: there are no corrections here; correct in the app what it "
            "misreads, or name another ink file"
        )
    inks = [(correction.ink, correction.digit) for correction in corrections.all]
    aside = inks[ASIDE - 1 :: ASIDE]
    trained = [item for i, item in enumerate(inks) if i % ASIDE != ASIDE - 1]
    samples = [Sample(str(digit), 0, ink.lines()) for ink, digit in trained]
    labels = np.array([digit for _, digit in aside], np.int64)
    part = Part(NAME, True, [ink for ink, _ in aside], labels) if aside else None
    return Mine(samples, part), corrections.warnings


def of_others(results: Sequence[Result]) -> list[Result]:
    """The results that are not of the person's corrections."""
    return [result for result in results if result.part.name != NAME]


def is_gain(results: Sequence[Result], bundled_results: Sequence[Result]) -> bool:
    """Whether a network is no worse than the bundled one: for the person, and but for what is
    tolerated for others."""
    if not bundled_results:
        return True
    new, bundled = (
        sum(int(result.right.sum()) for result in some if result.part.name == NAME)
        for some in (results, bundled_results)
    )
    others, bundled_others = (score(of_others(some)) for some in (results, bundled_results))
    return new >= bundled and others >= bundled_others - TOLERATED


def gain(results: Sequence[Result], bundled_results: Sequence[Result]) -> str:
    """One sentence on what two networks read of the corrections kept aside."""
    new, bundled = (
        [result.right for result in some if result.part.name == NAME]
        for some in (results, bundled_results)
    )
    if not new:
        return f"All corrections were trained on; from {ASIDE} on some are kept aside to measure."
    before = f", the app's network {bundled[0].sum()}" if bundled else ""
    return f"Of {len(new[0])} corrections kept aside it reads {new[0].sum()} rightly{before}."
