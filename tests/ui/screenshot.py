"""Take a picture of the program with a digit written in it.

    python tests/ui/screenshot.py assets/screenshot.png [dark]

Needs Xvfb, xdotool and ImageMagick. The digit is one of the bundled reference digits.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from app.convention import REFERENCE_DIGITS  # noqa: E402
from app.ink import Drawing, read_drawings  # noqa: E402
from app.ui.layout import lay_out  # noqa: E402
from tests.ui.xvfb import Program, Xvfb  # noqa: E402

DIGIT = "3"


def smooth(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut the corners of a line, so that it looks as a mouse draws it (Chaikin's algorithm)."""
    for _ in range(4):
        start, end = line[:-1], line[1:]
        pairs = np.stack([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end], axis=1)
        line = np.concatenate([line[:1], pairs.reshape(-1, 2), line[-1:]])
    return line


def main(path: str, theme: str = "light") -> None:
    """Write the digit and save what the window shows."""
    drawings = [item for item in read_drawings(REFERENCE_DIGITS) if isinstance(item, Drawing)]
    lines = next(item.ink.lines() for item in drawings if item.keys["word"] == DIGIT)
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    paper = lay_out((1000, 700)).paper
    scale = 0.65 * paper.height / (high - low).max()
    with tempfile.TemporaryDirectory() as home, Xvfb() as display:
        settings = Path(home) / "digit-pad" / "settings.json"
        settings.parent.mkdir()
        settings.write_text(json.dumps({"theme": theme, "pen_width": 20}))
        with Program([sys.executable, "-m", "app"], display, Path(home), cwd=ROOT) as program:
            for line in lines:
                program.draw(smooth((line - (low + high) / 2) * scale + paper.center))
            program.wait_for_title(f"{DIGIT} - Digit Pad")
            program.screenshot().save(path, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
