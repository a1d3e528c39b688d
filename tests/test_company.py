"""Doubted digits that are named among known ones."""

from __future__ import annotations

import numpy as np
import pytest

from app.groups import ACCEPTED
from app.ink import Box
from app.recognizer import Digit, Reading, _in_company


def told(confidence: float, line: int = 0) -> Digit:
    row = np.full(10, (1 - confidence) / 9, np.float32)
    row[3] = confidence
    accepted = confidence >= ACCEPTED
    return Digit(3, confidence, accepted, Box(0, 0, 9, 9), row, np.zeros((28, 28)), line=line)


@pytest.mark.parametrize(
    ("confidences", "text"),
    [
        ([0.4], "?"),  # alone
        ([0.9, 0.4], "33"),
        ([0.9, 0.19], "3?"),
        ([0.9, 0.4, 0.4], "3??"),  # most are doubted
        ([0.9, 0.9, 0.4, 0.21], "3333"),
    ],
)
def test_a_doubted_digit_is_named_among_known_ones(confidences: list[float], text: str) -> None:
    assert Reading(_in_company(map(told, confidences))).text == text


def test_company_is_that_of_the_same_line() -> None:
    lines = [told(0.9), told(0.4), told(0.4, line=1)]
    assert Reading(_in_company(lines)).text == "33\n?"
