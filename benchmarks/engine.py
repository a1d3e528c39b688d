"""Digit Pad's network against TensorFlow on the same `.h5` file.

    python benchmarks/engine.py [--rounds N] [FILE.h5]

Each contender answers in processes of its own, in turn, so that whatever else the computer does
falls on all of them. Prints a table of medians, the ratios, and what was measured with what.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse
import json
import os
import platform
import subprocess
import tempfile
import time
from importlib.metadata import version
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("numpy", "h5py", "tensorflow", "keras")

TARGET_ONE = 20  # times faster than model.predict, for one digit
TARGET_START = 8  # times faster than model.predict, from the start to the first answer

# Each makes `answer`, which takes (N, 28, 28) images, from the file at `path`. The program comes
# before NumPy, as it does for a user: it decides how many threads NumPy gets.
CONTENDERS = {
    "Digit Pad": """
from app.network import Network
import numpy as np
answer = Network.load(path)
""",
    "`model.predict`": """
import keras
import numpy as np
model = keras.models.load_model(path, compile=False)
def answer(images):
    return model.predict(images.reshape(-1, *model.input_shape[1:]), verbose=0)
""",
    "`tf.function`": """
import keras
import numpy as np
import tensorflow as tf
model = keras.models.load_model(path, compile=False)
shape = model.input_shape[1:]
compiled = tf.function(
    lambda images: model(images, training=False),
    input_signature=[tf.TensorSpec((None, *shape), tf.float32)],
)
def answer(images):
    return compiled(tf.constant(images.reshape(-1, *shape))).numpy()
""",
}
OURS, PREDICT, _ = CONTENDERS

START = """
import sys
path = sys.argv[1]
{contender}
answer(np.zeros((1, 28, 28), np.float32))
try:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
except ImportError:  # Windows
    print("nan")
"""

SPEED = """
import json
import statistics
import sys
import time
path = sys.argv[1]
{contender}
def seconds(images):
    # Half a second to warm up, then the median over two seconds.
    times, end = [], time.perf_counter() + 2.5
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        answer(images)
        times.append(time.perf_counter() - start)
    return statistics.median(times[len(times) // 5:])
blots = np.random.default_rng(0).random((1000, 7, 7)) > 0.7
images = blots.repeat(4, axis=1).repeat(4, axis=2).astype(np.float32)
np.save(sys.argv[2], answer(images))
print(json.dumps([seconds(images[:1]), seconds(images)]))
"""


class Result(NamedTuple):
    """Medians over all rounds: seconds, and bytes at the peak."""

    one: float
    thousand: float
    start: float
    memory: float


def run(code: str, *arguments: str) -> str:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    process = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if process.returncode:
        reason = process.stderr.strip().rpartition("Error: ")[2]  # without where it was raised
        sys.exit(reason or f"exit status {process.returncode}")
    return process.stdout.splitlines()[-1]


def measure(model: Path, rounds: int, folder: Path) -> dict[str, Result]:
    """All contenders in turn, `rounds` times. Leaves their answers in `folder`."""
    runs: dict[str, list[Result]] = {name: [] for name in CONTENDERS}
    for number in range(rounds):
        for name, contender in CONTENDERS.items():
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr)
            begin = time.perf_counter()
            memory = float(run(START.format(contender=contender), str(model)))
            start = time.perf_counter() - begin
            answers = str(folder / f"{list(CONTENDERS).index(name)}.npy")
            one, thousand = json.loads(run(SPEED.format(contender=contender), str(model), answers))
            runs[name].append(Result(one, thousand, start, memory))
    return {
        name: Result(*(median(values) for values in zip(*results, strict=True)))
        for name, results in runs.items()
    }


def difference(folder: Path) -> float:
    """The largest difference between the answers of the contenders."""
    import numpy as np  # only here: it would count as memory of the processes that are measured

    answers = np.stack([np.load(path) for path in sorted(folder.glob("*.npy"))])
    return float(np.ptp(answers, axis=0).max())


def report(results: dict[str, Result], rounds: int) -> None:
    print("| | one digit | 1,000 digits | start to first answer | peak memory |")
    print("| --- | --- | --- | --- | --- |")
    for name, result in results.items():
        print(
            f"| {name} | {result.one * 1e3:.2f} ms | {result.thousand * 1e3:.0f} ms "
            f"| {result.start:.2f} s | {result.memory / 1e6:.0f} MB |"
        )
    one = results[PREDICT].one / results[OURS].one
    start = results[PREDICT].start / results[OURS].start
    print(f"\nCompared with {PREDICT}, {OURS}")
    print(f"- answers one digit {one:.0f} times as fast (target: at least {TARGET_ONE});")
    print(f"- starts {start:.1f} times as fast (target: at least {TARGET_START}).")
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print(f"\nMedians of {rounds} rounds, the contenders in turn; {platform.system()}, ", end="")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the network against TensorFlow.")
    parser.add_argument(
        "model", nargs="?", type=Path, default=ROOT / "assets" / "digits.h5", metavar="FILE.h5"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (default: 5)")
    arguments = parser.parse_args()
    if not arguments.model.is_file():
        parser.error(f"there is no file {arguments.model}")
    with tempfile.TemporaryDirectory() as folder:
        results = measure(arguments.model.resolve(), max(1, arguments.rounds), Path(folder))
        report(results, max(1, arguments.rounds))
        print(f"Their answers to 1,000 images differ by {difference(Path(folder)):.0e} at most.")


if __name__ == "__main__":
    main()
