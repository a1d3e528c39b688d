"""Train every recipe, measure it through the app, and write the table of results into README.md.

    python training/compare.py [--data-dir DIR] [--runs DIR]

Results are kept in the folder of runs, so that an interrupted comparison goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from training.datasets import DataError
from training.models import RECIPES
from training.train import train

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- begin: training/compare.py -->", "<!-- end -->"


def measure(name: str, runs: Path, data_dir: Path | None, seed: int = 1) -> dict[str, Any]:
    """Train one recipe and describe the outcome. Raises DataError."""
    path = runs / f"{name}.h5"
    score, seconds = train(name, None, seed, data_dir, path)
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
    kept = arguments.runs / "results.json"
    results = json.loads(kept.read_text()) if kept.exists() else {}
    try:
        for name in RECIPES:
            if name not in results:
                results[name] = measure(name, arguments.runs, arguments.data_dir)
                kept.write_text(json.dumps(results, indent=2))
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    table = format_table({name: results[name] for name in RECIPES})
    text = README.read_text(encoding="utf-8")
    block = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)
    README.write_text(block.sub(f"\n{table}\n\n", text), encoding="utf-8")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
