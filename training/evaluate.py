"""Measure any `.h5` network on all that is not trained on, through the app's own recognizer.

    python training/evaluate.py [--data-dir DIR] [--json] FILE.h5 ...

The parts held back from training may be chosen by; the test parts only tell how good a network is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.ink import Box, Ink
from app.network import NetworkError
from app.preprocess import FIELD
from app.recognizer import Digit, Recognizer
from app.trajectory import Trajectories
from training.command import command_line
from training.parts import NO_DIGIT, Part, held_back_parts, test_parts

SURE = 0.99
"""An answer of more confidence than this should hardly ever be wrong."""
BINS = 15
"""Bins of confidence in which the calibration is measured, as in the sources of it."""
LEAST = 1e-7
"""The smallest probability that counts, as in Keras: the logarithm of 0 would outweigh all else."""
Z = NormalDist().inv_cdf(0.975)

NOTHING = Digit(
    label=NO_DIGIT,
    confidence=0.0,
    accepted=False,
    box=Box(0, 0, 0, 0),
    probabilities=np.zeros(10, np.float32),
    image=np.zeros((FIELD, FIELD), np.float32),
)
"""In place of a digit where none was read."""


@dataclass(frozen=True)
class Result:
    """What a network read in a part of n items, at least one; they are digits, or none of them is.

    Shares and probabilities are 0 to 1.

    Attributes:
        part: what was read.
        predicted: (n,) int64, the likeliest digit; NO_DIGIT where nothing was read.
        confidence: (n,) float64, its probability.
        accepted: (n,) bool, whether the app names it.
        probabilities: (n, 10) float32; all 0 where nothing was read.
    """

    part: Part
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    probabilities: NDArray[np.float32]

    @property
    def of_digits(self) -> bool:
        """Whether the part holds digits."""
        return bool((self.part.labels != NO_DIGIT).any())

    @property
    def right(self) -> NDArray[np.bool_]:
        """(n,): a digit whose label was read, accepted or not, or what is none and not accepted."""
        right: NDArray[np.bool_] = self.predicted == self.part.labels
        return right if self.of_digits else ~self.accepted

    @property
    def handled(self) -> NDArray[np.bool_]:
        """(n,): a digit that was read rightly and accepted, or what is none and not accepted."""
        return self.right & self.accepted if self.of_digits else self.right

    @property
    def accuracy(self) -> float:
        """The share that is right: of digits, those read rightly; of others, those rejected."""
        return float(self.right.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy."""
        return wilson_interval(self.accuracy, len(self.right))

    @property
    def per_class(self) -> dict[int, float]:
        """The accuracy of each digit that occurs."""
        labels = self.part.labels
        digits = np.unique(labels[labels != NO_DIGIT])
        return {int(digit): float(self.right[labels == digit].mean()) for digit in digits}

    @property
    def rejected(self) -> float:
        """The share that was not accepted."""
        return float((~self.accepted).mean())

    @property
    def bins(self) -> NDArray[np.float64]:
        """(3, BINS): per bin of confidence its answers, the right ones, the sum of confidence.

        The bins are equally wide, and each includes its upper end.
        """
        number = np.ceil(self.confidence * BINS).astype(np.int64) - 1
        number = np.clip(number, 0, BINS - 1)
        return np.stack(
            [
                np.bincount(number, weights, BINS)
                for weights in (np.ones(len(number)), self.right, self.confidence)
            ]
        )

    @property
    def calibration_error(self) -> float:
        """How far confidence and accuracy lie apart in the mean, in percentage points.

        The expected calibration error of M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well
        calibrated probabilities using Bayesian binning" (2015), and C. Guo, G. Pleiss, Y. Sun,
        K. Weinberger, "On calibration of modern neural networks" (2017).
        """
        count, right, confidence = self.bins
        return float(100 * np.abs(right - confidence).sum() / count.sum())

    @property
    def negative_log_likelihood(self) -> float:
        """The mean of it over digits: 0 where all is right and sure."""
        of_labels = self.probabilities[np.arange(len(self.part.labels)), self.part.labels]
        return float(-np.log(np.maximum(of_labels, LEAST), dtype=np.float64).mean())

    @property
    def confidently_wrong(self) -> int:
        """How many wrong answers are surer than `SURE`; to what is no digit any answer is wrong."""
        return int(((self.predicted != self.part.labels) & (self.confidence > SURE)).sum())


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval, within 0 to 1, of a share that was found in `count` items.

    After E. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    middle = share + Z**2 / (2 * count)
    reach = Z * (share * (1 - share) / count + Z**2 / (4 * count**2)) ** 0.5
    scale = 1 + Z**2 / count
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def evaluate(
    path: Path, parts: Sequence[Part], trajectories: Trajectories | None = None
) -> list[Result]:
    """Have the app read every item of the parts as one digit with the network of an `.h5` file, and
    with `trajectories` as `Recognizer.load` has it; raises NetworkError.
    """
    recognizer = Recognizer.load(path, trajectories)
    return [_read(recognizer, part) for part in parts]


def _read(recognizer: Recognizer, part: Part) -> Result:
    readings = [
        recognizer.read_single(item)
        if isinstance(item, Ink)
        else recognizer.read_picture(item, single=True)
        for item in part.items
    ]
    digits = [reading.digits[0] if reading.digits else NOTHING for reading in readings]
    return Result(
        part,
        np.array([digit.label for digit in digits]),
        np.array([digit.confidence for digit in digits]),
        np.array([digit.accepted for digit in digits]),
        np.array([digit.probabilities for digit in digits]),
    )


def score(results: Sequence[Result]) -> float:
    """What decides between networks, 0 to 1: how much of the parts held back is handled rightly.

    It is the mean over these parts, of which there is at least one; the test parts do not count.
    """
    return fmean(float(result.handled.mean()) for result in results if result.part.held_back)


def to_json(results: Sequence[Result]) -> dict[str, Any]:
    """What was measured, by the name of the part, as values of JSON."""
    return {result.part.name: _to_json(result) for result in results}


def _to_json(result: Result) -> dict[str, Any]:
    count = len(result.part.labels)
    interval = [round(end, 6) for end in result.interval]
    rejected = round(result.rejected, 6)
    if not result.of_digits:
        return {
            "count": count,
            "rejected": rejected,
            "interval": interval,
            "confidently_wrong": result.confidently_wrong,
        }
    return {
        "count": count,
        "accuracy": round(result.accuracy, 6),
        "interval": interval,
        "per_class": {str(digit): round(share, 6) for digit, share in result.per_class.items()},
        "rejected": rejected,
        "calibration_error": round(result.calibration_error, 6),
        "negative_log_likelihood": round(result.negative_log_likelihood, 6),
        "confidently_wrong": result.confidently_wrong,
    }


def format_table(results: Sequence[Result]) -> str:
    """What was measured as two Markdown tables: a row a part, and per digit."""
    return f"{_format_rows(part_rows(results))}\n\n{_format_rows(class_rows(results))}"


def part_rows(results: Sequence[Result]) -> list[list[str]]:
    """The cells of a table of all parts, its head first."""
    head = ["part", "count", "right (95% interval)", "rejected", "calibration error"]
    rows = [[*head, f"wrong above {SURE:.0%}"]]
    for result in results:
        error = f"{result.calibration_error:.2f} points" if result.of_digits else "-"
        rows.append(
            [
                result.part.name,
                f"{len(result.part.labels):,}",
                f"{result.accuracy:.2%} ({format_interval(result)})",
                f"{result.rejected:.2%}",
                error,
                str(result.confidently_wrong),
            ]
        )
    return rows


def format_interval(result: Result) -> str:
    """The 95 % interval of the accuracy, in percent."""
    low, high = result.interval
    return f"{low:.2%} to {high:.2%}"


def class_rows(results: Sequence[Result]) -> list[list[str]]:
    """The cells of a table of what is right of each digit, its head first."""
    rows = [["right", *map(str, range(10))]]
    for result in results:
        if result.of_digits:
            shares = [result.per_class.get(digit) for digit in range(10)]
            cells = ["-" if share is None else f"{share:.2%}" for share in shares]
            rows.append([result.part.name, *cells])
    return rows


def _format_rows(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in [rows[0], rule, *rows[1:]]
    )


@command_line
def main() -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Measure digit networks on unseen data.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.h5")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    parts = held_back_parts(arguments.data_dir) + test_parts(arguments.data_dir)
    return _measure(arguments.files, parts, arguments.json)


def _measure(files: Sequence[Path], parts: Sequence[Part], as_json: bool) -> int:
    status = 0
    measured = {}
    for path in files:
        if sys.stderr.isatty():
            print(f"Measuring {path} ...", file=sys.stderr)
        try:
            results = evaluate(path, parts)
        except NetworkError as error:
            print(error, file=sys.stderr)
            status = 1
            continue
        measured[str(path)] = to_json(results)
        if not as_json:
            print(f"{path}: score {score(results):.4f}\n\n{format_table(results)}\n")
    if as_json:
        print(json.dumps(measured, indent=2))
    return status


if __name__ == "__main__":
    sys.exit(main())
