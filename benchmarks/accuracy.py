"""How much of the test parts the program itself reads right, from files, as a user would run it.

    python benchmarks/accuracy.py [--data-dir DIR] [FILE.h5]

Writes MNIST's test images as PNG files and `pendigits-orig.tes` as an ink file into a temporary
folder, runs `python -m app read --json --single` on them and counts the answers.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from app.ink import Drawing, Ink, format_drawing
from app.recognizer import BUNDLED_MODEL
from benchmarks.tables import head, row
from training.command import command_line
from training.datasets import PENDIGITS, PENDIGITS_TEST, load_mnist, load_pendigits, locate
from training.evaluate import SURE


class Answer(NamedTuple):
    """The best label of a drawing or picture, and what the program thinks of it."""

    label: str
    confidence: float
    accepted: bool


def read(model: Path, files: Sequence[Path]) -> list[Answer]:
    """The answer to every drawing or picture, in order."""
    command = [sys.executable, "-m", "app", "read", "--json", "--single", "--model", str(model)]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip())
    digits = [json.loads(line)["digits"][0] for line in done.stdout.splitlines()]
    return [Answer(str(d["digit"]), d["confidence"], d["accepted"]) for d in digits]


def report(what: str, answers: Sequence[Answer], labels: Sequence[str]) -> str:
    """A row of the table."""
    wrong = [answer for answer, label in zip(answers, labels, strict=True) if answer.label != label]
    right = len(labels) - len(wrong)
    rejected = sum(not answer.accepted for answer in answers)
    sure = sum(answer.confidence > SURE for answer in wrong)
    count = f"{right:,} of {len(labels):,}"
    return row(what, f"{right / len(labels):.2%}", count, str(rejected), str(sure))


def by_digit(what: str, answers: Sequence[Answer], labels: Sequence[str]) -> str:
    """A line of the accuracy of each digit."""
    shares = []
    for digit in "0123456789":
        read = [a.label for a, label in zip(answers, labels, strict=True) if label == digit]
        shares.append(f"{digit} {read.count(digit) / len(read):.1%}")
    return f"- {what}: {', '.join(shares)}"


@command_line
def main() -> None:
    parser = argparse.ArgumentParser(description="Count what the program reads right.")
    parser.add_argument("model", nargs="?", type=Path, default=BUNDLED_MODEL, metavar="FILE.h5")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mnist = load_mnist(arguments.data_dir)
        pictures = [Path(folder, f"{i}.png") for i in range(len(mnist.x_test))]
        for tile, path in zip(mnist.x_test, pictures, strict=True):
            Image.fromarray(tile).save(path)
        mnist_answers = read(arguments.model, pictures)

        samples = load_pendigits(locate([PENDIGITS_TEST], PENDIGITS, arguments.data_dir)[0])
        ink_file = Path(folder, "pendigits.ndjson")
        inks = [Ink.from_lines(sample.lines) for sample in samples]
        ink_file.write_text("".join(format_drawing(Drawing(ink)) + "\n" for ink in inks))
        answers = read(arguments.model, [ink_file])

    parts = [
        ("MNIST test", mnist_answers, [str(label) for label in mnist.y_test]),
        (f"`{PENDIGITS_TEST}`", answers, [sample.label for sample in samples]),
    ]
    print(head("", "right", "count", "not accepted", f"wrong above {SURE:.0%}"))
    print(*(report(*part) for part in parts), sep="\n", end="\n\n")
    print(*(by_digit(*part) for part in parts), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
