"""Measure any `.h5` network on the test parts, through the app's own engine and preprocessing.

python training/evaluate.py [--data-dir DIR] FILE.h5 ...
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.ink import Ink
from app.network import NetworkError
from app.recognizer import Reading, Recognizer
from training.datasets import (
    PENDIGITS,
    PENDIGITS_TEST,
    DataError,
    load_mnist,
    load_pendigits,
    locate,
)


class Score(NamedTuple):
    """Accuracy, 0 to 1, on MNIST's test part and on `pendigits-orig.tes`."""

    mnist: float
    pendigits: float


def evaluate(path: Path, data_dir: Path | None = None) -> Score:
    """Have the app read both test parts with a network; raises DataError, NetworkError."""
    recognizer = Recognizer.load(path)
    mnist = load_mnist(data_dir)
    pictures = mnist.x_test.astype(np.float32) / 255
    right = [
        _label(recognizer.read_picture(picture)) == label
        for picture, label in zip(pictures, mnist.y_test, strict=True)
    ]
    samples = load_pendigits(locate([PENDIGITS_TEST], PENDIGITS, data_dir)[0])
    drawn = [
        _label(recognizer.read(Ink.from_lines(sample.lines))) == int(sample.label)
        for sample in samples
    ]
    return Score(float(np.mean(right)), float(np.mean(drawn)))


def _label(reading: Reading) -> int | None:
    return reading.digits[0].label if reading.digits else None


def format_score(score: Score) -> str:
    return f"MNIST test {score.mnist:.2%}, pendigits-orig.tes {score.pendigits:.2%}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure digit networks on the test parts.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.h5")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    status = 0
    for path in arguments.files:
        try:
            print(f"{path}: {format_score(evaluate(path, arguments.data_dir))}")
        except (DataError, NetworkError) as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
