"""Colours that everybody can read and tell apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from app.ui.theme import PALETTES, Palette

# G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for simulation of color
# vision deficiency" (2009), for full deficiency, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
Floats = NDArray[np.float64]


def linear(colour: str) -> Floats:
    values = np.array(pygame.Color(colour)[:3]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: Floats) -> Floats:
    """Linear RGB in CIELAB, in which distances are as large as they are seen."""
    xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    ) @ np.clip(rgb, 0, 1)
    ratios = xyz / [0.95047, 1.0, 1.08883]
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """By the Web Content Accessibility Guidelines, from 1 to 21."""
    bright, dark = sorted(
        (float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True
    )
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_words_stand_out_from_what_is_behind_them(palette: Palette) -> None:
    for words, behind in (
        (palette.text, palette.background),
        (palette.text, palette.faint),
        (palette.text, palette.hover),
        (palette.muted, palette.background),
        (palette.muted, palette.paper),
        (palette.warning, palette.background),
        (palette.ink, palette.paper),
        (palette.paper, palette.accent),
        (palette.background, palette.text),
    ):
        assert contrast(words, behind) >= 4.5, (words, behind)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_what_speaks_for_an_answer_and_against_it_differs_for_all_eyes(
    palette: Palette, eyes: str
) -> None:
    """So does what is sure from what is not, and both from what is neither."""
    seen = [
        lab(EYES[eyes] @ linear(colour))
        for colour in (palette.accent, palette.warning, palette.bar, palette.paper)
    ]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 15
