"""The program against the usual ways to read a drawn digit, on the same ink.

    python benchmarks/pipelines.py [--part test|held-back] [--model NAME] [--runs DIR]
                                   [--data-dir DIR]

Usual is a network that knows MNIST alone, and a drawing brought to 28x28 as `usual.py` shows. The
network is the one of `python training/train.py --model NAME`, and is trained where it was not yet.
The ink is that of `pendigits-orig.tes`, or, to choose by, of the writers held back from training.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse

import numpy as np
from numpy.typing import NDArray

from app.ink import Ink
from app.network import Network
from app.recognizer import Recognizer
from benchmarks.tables import head, row
from benchmarks.usual import PIPELINES
from training.command import command_line
from training.evaluate import SURE, wilson_interval
from training.parts import held_back_hands, measuring_hands

SEED = 1


@command_line
def main() -> None:
    parser = argparse.ArgumentParser(description="Compare with the usual ways to read a digit.")
    parser.add_argument("--part", choices=["test", "held-back"], default="test")
    parser.add_argument("--model", default="pygame-cnn", help="architecture (default pygame-cnn)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of all trainings")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    directory = arguments.data_dir
    writers = measuring_hands(directory) if arguments.part == "test" else held_back_hands(directory)
    network = Network.load(trained(arguments.model, arguments.runs, directory))
    samples = [sample for hand in writers for sample in hand.samples]
    labels = np.array([int(sample.label) for sample in samples])

    print(head("pipeline", "network", "right", "95 % interval", f"wrong above {SURE:.0%}"))
    for name, to_image in PIPELINES.items():
        rng = np.random.default_rng(SEED)
        images = np.array([to_image(sample.lines, rng) for sample in samples])
        print(report(name, f"`{arguments.model}`, MNIST only", labels, network(images)), flush=True)
    recognizer = Recognizer.load()
    digits = [recognizer.read_single(Ink.from_lines(s.lines)).digits[0] for s in samples]
    print(report("Digit Pad", "its own", labels, np.array([d.probabilities for d in digits])))
    print(f"\n{len(samples):,} digits of {len(writers)} writers.")


def trained(name: str, runs: Path, data_dir: Path | None) -> Path:
    """The network of a recipe, trained now if it was not yet."""
    from training.compare import finish  # TensorFlow is only needed where one is trained
    from training.run_folder import RunFolder

    folder = RunFolder(runs, name, SEED)
    finish(folder, data_dir)
    return folder.network


def report(
    name: str, network: str, labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> str:
    """A row of the table."""
    wrong = probabilities.argmax(axis=1) != labels
    right = 1 - float(wrong.mean())
    low, high = wilson_interval(right, len(labels))
    sure = int((wrong & (probabilities.max(axis=1) > SURE)).sum())
    return row(name, network, f"{right:.2%}", f"{low:.2%} to {high:.2%}", f"{sure:,}")


if __name__ == "__main__":
    sys.exit(main())
