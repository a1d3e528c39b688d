"""Train every recipe, measure it through the app, and write the table of results into README.md.

    python training/compare.py [--data-dir DIR] [--runs DIR]

Trained networks are kept in the folder of runs, so that an interrupted comparison goes on where it
stopped; all are measured anew.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from training.datasets import DataError
from training.evaluate import evaluate
from training.models import RECIPES
from training.train import train

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- begin: training/compare.py -->", "<!-- end -->"


def measure(name: str, path: Path, seconds: float, data_dir: Path | None) -> dict[str, Any]:
    """The row of a recipe: its network, trained in so many seconds, read by the app as it is now.

    Raises DataError.
    """
    score = evaluate(path, data_dir)
    return {
        "mnist": score.mnist,
        "pendigits": score.pendigits,
        "weights": RECIPES[name].build().count_params(),
        "bytes": path.stat().st_size,
        "seconds": seconds,
    }


def format_table(results: dict[str, dict[str, Any]]) -> str:
    """The results of all recipes as a Markdown table."""
    lines = [
        "| `--model` | published | MNIST test | `pendigits-orig.tes` | weights | file | training |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, result in results.items():
        lines.append(
            f"| `{name}` | {RECIPES[name].published or '-'} | {result['mnist']:.2%} "
            f"| {result['pendigits']:.2%} | {result['weights']:,} "
            f"| {result['bytes'] / 1e6:.2f} MB | {result['seconds'] / 60:.1f} min |"
        )
    return "\n".join(lines)


def main() -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Train and compare all recipes.")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where to keep the files")
    arguments = parser.parse_args()
    kept = arguments.runs / "seconds.json"
    seconds = json.loads(kept.read_text()) if kept.exists() else {}
    results = {}
    try:
        for name in RECIPES:
            path = arguments.runs / f"{name}.h5"
            if name not in seconds or not path.exists():
                took, finished = train(name, None, 1, arguments.data_dir, path)
                if not finished:
                    return 130
                seconds[name] = took
                kept.write_text(json.dumps(seconds, indent=2))
            results[name] = measure(name, path, seconds[name], arguments.data_dir)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    table = format_table(results)
    text = README.read_text(encoding="utf-8")
    block = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)
    README.write_text(block.sub(f"\n{table}\n\n", text), encoding="utf-8")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
