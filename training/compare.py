"""Train every recipe, or those that are named, measure it through the app, and print a table.

    python training/compare.py [--data-dir DIR] [--runs DIR] [NAME ...]

The trainings are those of training/train.py with seed 1: an interrupted comparison goes on where it
stopped, and no recipe is trained twice. All are measured anew. The app keeps its network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from training.command import explain
from training.evaluate import evaluate
from training.files import read_json
from training.models import RECIPES
from training.parts import Part, test_parts
from training.run_folder import RunFolder
from training.train import train


@dataclass(frozen=True)
class Row:
    """What a recipe came to.

    Attributes:
        name: of the recipe.
        accuracies: 0 to 1, of each part measured.
        weights: how many.
        size: of the network's file in bytes.
        seconds: of training.
    """

    name: str
    accuracies: list[float]
    weights: int
    size: int
    seconds: float


def finish(folder: RunFolder, data_dir: Path | None) -> None:
    """Train to the end what was not; raises what training raises, also where Ctrl-C ended it.

    What training says goes to stderr, as it is no result of a comparison.
    """
    with redirect_stdout(sys.stderr):
        if not folder.finished and train(folder, None, data_dir, resume=folder.unfinished) is None:
            raise KeyboardInterrupt


def measure(folder: RunFolder, parts: Sequence[Part]) -> Row:
    """The row of a finished training, its network read by the app as it is now."""
    settings, metrics = read_json(folder.settings), read_json(folder.metrics)
    return Row(
        folder.name,
        [result.accuracy for result in evaluate(folder.network, parts)],
        metrics.get("weights", settings["weights"]),  # older versions knew no expert
        folder.network.stat().st_size,
        metrics["seconds"],
    )


def format_rows(rows: Sequence[Row]) -> str:
    """The rows, measured on MNIST's test part and pendigits-orig.tes, as a Markdown table."""
    lines = [
        "| `--model` | published | MNIST test | `pendigits-orig.tes` | weights | file | training |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        accuracies = " | ".join(f"{accuracy:.2%}" for accuracy in row.accuracies)
        lines.append(
            f"| `{row.name}` | {RECIPES[row.name].published or '-'} | {accuracies} "
            f"| {row.weights:,} | {row.size / 1e6:.2f} MB | {row.seconds / 60:.1f} min |"
        )
    return "\n".join(lines)


def main() -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Train and compare recipes.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"some of: {', '.join(RECIPES)} (default: all)"
    )
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of all trainings")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in RECIPES]
    if unknown:
        parser.error(f"{unknown[0]}: there is {', '.join(RECIPES)}")
    folders = [RunFolder(arguments.runs, name, seed=1) for name in arguments.names or RECIPES]
    try:
        for folder in folders:
            finish(folder, arguments.data_dir)
        parts = test_parts(arguments.data_dir)
        print(format_rows([measure(folder, parts) for folder in folders]))
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    except Exception as error:
        print(explain(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
