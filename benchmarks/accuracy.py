"""How much of the test parts the program itself reads right, from files, as a user would run it.

    python benchmarks/accuracy.py [--data-dir DIR] [FILE.h5]

Writes MNIST's test images as PNG files and `pendigits-orig.tes` as an ink file into a temporary
folder, runs `python -m app read --json --single` on them and counts the answers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from app.ink import Drawing, Ink, format_drawing
from app.recognizer import BUNDLED_MODEL
from training.datasets import PENDIGITS, PENDIGITS_TEST, load_mnist, load_pendigits, locate


def read(model: Path, files: Sequence[Path]) -> list[str]:
    """The best label of every drawing or picture, in order."""
    command = [sys.executable, "-m", "app", "read", "--json", "--single", "--model", str(model)]
    output = subprocess.run(
        [*command, *map(str, files)], capture_output=True, check=True, text=True
    )
    return [str(json.loads(line)["digits"][0]["digit"]) for line in output.stdout.splitlines()]


def report(what: str, answers: list[str], labels: list[str]) -> None:
    right = sum(answer == label for answer, label in zip(answers, labels, strict=True))
    print(f"{what}: {right} of {len(labels)} right, {right / len(labels):.2%}")
    for label in "0123456789":
        of_label = [answer for answer, true in zip(answers, labels, strict=True) if true == label]
        print(f"  {label}: {of_label.count(label) / len(of_label):.2%}")


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
        report("MNIST test", read(arguments.model, pictures), [str(y) for y in mnist.y_test])

        samples = load_pendigits(locate([PENDIGITS_TEST], PENDIGITS, arguments.data_dir)[0])
        ink_file = Path(folder, "pendigits.ndjson")
        inks = [Ink.from_lines(sample.lines) for sample in samples]
        ink_file.write_text("".join(format_drawing(Drawing(ink)) + "\n" for ink in inks))
        report(PENDIGITS_TEST, read(arguments.model, [ink_file]), [s.label for s in samples])


if __name__ == "__main__":
    main()
