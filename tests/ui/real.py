"""The real program: how it is started, where things are in its window, and what it shows."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from app.recognizer import BUNDLED_MODEL
from app.ui.layout import Layout, lay_out
from app.ui.theme import PALETTES, Palette
from tests.ui.xvfb import MISSING, Program, wait_for
from training.datasets import Sample

needs_a_display = pytest.mark.skipif(
    bool(MISSING) or not BUNDLED_MODEL.exists(),
    reason=f"needs {', '.join(MISSING) or 'the bundled network'}",
)

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "app"]
LAYOUT = lay_out((1000, 700))
LIGHT = PALETTES["light"]
ONE = [(330, 200), (330, 300), (330, 420)]
Line = list[tuple[float, float]]


def placed(sample: Sample, layout: Layout) -> list[Line]:
    """The strokes of a sample, in the middle of the paper and 60 % of its height high."""
    points = np.concatenate(sample.lines)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = 0.6 * layout.paper.height / (high - low).max()
    return [
        ((line - (low + high) / 2) * scale + layout.paper.center).tolist() for line in sample.lines
    ]


def first_of(samples: list[Sample], digit: int) -> Sample:
    return next(sample for sample in samples if sample.label == str(digit))


def pixels(screenshot: Image.Image, area: tuple[int, int, int, int]) -> np.ndarray:
    """(height, width, 3) of an area given as x, y, width, height."""
    x, y, width, height = area
    return np.asarray(screenshot.crop((x, y, x + width, y + height))).astype(int)


def is_colour(image: np.ndarray, colour: str) -> np.ndarray:
    return (image == ImageColor.getrgb(colour)).all(axis=-1)


def wait_for_frame(program: Program, palette: Palette = LIGHT) -> None:
    """Until the window is drawn: on a busy machine its title is there before the first frame."""
    wait_for(
        lambda: is_colour(pixels(program.screenshot(), LAYOUT.paper), palette.paper).mean() > 0.9
    )
