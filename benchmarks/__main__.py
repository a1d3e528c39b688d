"""Run all benchmarks, write `RESULTS.md` and its charts, and put the figures into the README.

    python -m benchmarks [--only NAME,...] [--quick] [--out DIR] [--runs DIR] [--data-dir DIR]

Each benchmark is a script of this folder and runs by its own command, which stands above what it
printed, with the versions, the commit and the time that it took. What is not run keeps its figures.
--quick makes each as short as it can be: to see that all of them work, not to measure. The README
gets what was measured in full, in the places marked there.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import training  # noqa: F401  # says in a sentence which packages are missing

# isort: split
from benchmarks.charts import Panel, draw
from benchmarks.tables import find_tables

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
HOME = ROOT / "benchmarks"
BUNDLED = "assets/digits.h5"
MNIST_ONLY = "{runs}/pygame-cnn-1/pygame-cnn.h5"
"""The network that `pipelines.py` trains where it was not yet."""
DATA = "{data}"
"""Where a command takes `--data-dir`, if that was given."""
PACKAGES = ("numpy", "h5py", "pillow", "pygame-ce", "tensorflow", "keras", "cx_Freeze")

TITLE = """# What the program can do, measured

`python -m benchmarks` writes this file, its charts, and the figures in the README. Each chapter
tells the command that it comes from; what a benchmark does stands at the top of its script.
"""


class Section(NamedTuple):
    """A benchmark as a chapter.

    Attributes:
        title: of the chapter.
        beside: what it is compared with.
        command: what follows `python`; `{runs}` and `{data}` are filled in.
        quick: what makes the command short.
        needs: programs and modules that it cannot do without.
        panels: of its chart.
        under: the program that the command runs under.
        system: the only system on which it can run, if any.
    """

    title: str
    beside: str
    command: str
    quick: str = ""
    needs: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    under: str = ""
    system: str = ""


SECTIONS = {
    "engine": Section(
        "Engine, start and memory",
        "the same `.h5` file run by Keras's `model.predict` and by a `tf.function`.",
        "benchmarks/engine.py",
        "--rounds 1",
        ("keras",),
        (Panel("one digit"), Panel("start to first answer"), Panel("peak memory")),
    ),
    "frozen": Section(
        "The executable",
        "the same program frozen with TensorFlow inside, and what cx_Freeze puts in by itself.",
        "benchmarks/frozen.py",
        "--rounds 1",
        ("keras", "cx_Freeze", "Xvfb", "xdotool"),
        (
            Panel("size", 1, names=("", "cache")),
            Panel("reading", 1, "start to a reading in the window", ("", "cache")),
        ),
        system="Linux",
    ),
    "window": Section(
        "The window",
        "a loop that draws sixty times a second and asks `model.predict`, as most do with pygame.",
        f"benchmarks/window.py {DATA}",
        "--hours 0.02",
        ("xvfb-run", "xdotool"),
        (Panel("frame, median"), Panel("95th percentile"), Panel("idle")),
        'xvfb-run -a -s "-screen 0 1280x800x24" ',
        "Linux",
    ),
    "pipelines": Section(
        "Accuracy, beside the usual pipelines",
        "the ways of the tutorials to bring a drawing to 28x28, with a network that knows MNIST.",
        f"benchmarks/pipelines.py --runs {{runs}} {DATA}",
        needs=("keras",),
        panels=(Panel("right"),),
    ),
    "accuracy": Section(
        "Accuracy, from files",
        "the chapter before; this is the program alone, run as a user would.",
        f"benchmarks/accuracy.py {DATA}",
        panels=(Panel("right"),),
    ),
    "calibration": Section(
        "Calibration and rejection",
        "a network that knows MNIST only, in the same program.",
        f"training/evaluate.py {DATA} {BUNDLED} {MNIST_ONLY}",
        needs=("keras",),
        panels=(
            Panel("rejected", 0, "Digit Pad: rejected"),
            Panel("rejected", 2, "MNIST only: rejected"),
            Panel("calibration error", 0, "Digit Pad: calibration error"),
            Panel("calibration error", 2, "MNIST only: calibration error"),
        ),
    ),
    "numbers": Section(
        "Numbers",
        "every piece of ink that hangs together taken for a digit, by the same network.",
        f"benchmarks/numbers.py {DATA}",
        "--count 2",
        panels=(Panel("all"),),
    ),
    "pictures": Section(
        "Pictures",
        "one threshold for the page, and every dark piece a digit, by the same network.",
        f"benchmarks/pictures.py {DATA}",
        "--pages 1",
        panels=(
            Panel("right", 1, "Digit Pad: right"),
            Panel("right, each dark piece a digit", 1, "each dark piece a digit: right"),
        ),
    ),
    "hand": Section(
        "Learning from corrections",
        "the same digits before the corrections: what a program that cannot learn goes on with.",
        f"benchmarks/hand.py {DATA}",
        panels=(
            Panel("errors before"),
            Panel("errors after", title="Digit Pad: errors after"),
        ),
    ),
    "unseen-hand": Section(
        "Learning from corrections, with a network that knows MNIST only",
        "the same digits before the corrections.",
        f"benchmarks/hand.py {DATA} {MNIST_ONLY}",
        needs=("keras",),
        panels=(
            Panel("errors before"),
            Panel("errors after", title="Digit Pad: errors after"),
        ),
    ),
}


def main() -> int:
    """The command line; returns its exit status."""
    arguments = _parse()
    out: Path = arguments.out
    results = out / "RESULTS.md"
    chapters = _chapters(results.read_text("utf-8")) if results.exists() else {}
    out.mkdir(parents=True, exist_ok=True)
    commit = _commit()
    status = 0
    measured = {}
    for name in arguments.only:
        section = SECTIONS[name]
        lacking = missing(section)
        if lacking:
            print(f"{name}: cannot run here, {lacking}", file=sys.stderr)
            chapters.setdefault(section.title, f"Not run: {lacking}.\n")
            continue
        command = command_of(section, arguments.runs, arguments.data_dir, arguments.quick)
        print(f"{name}: {command}", file=sys.stderr)
        conditions = _conditions(commit)
        begin = time.perf_counter()
        done = subprocess.run(
            _in_this_python(command), cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
        )
        if done.returncode:
            print(f"{name}: failed with exit status {done.returncode}", file=sys.stderr)
            status = 1
            continue
        measured[name] = done.stdout
        took = f"{(time.perf_counter() - begin) / 60:.1f} min"
        chapter = _chapter(name, section, command, done.stdout, out)
        chapters[section.title] = f"{chapter}\n*{conditions}; took {took}.*\n"
        results.write_text(_whole(chapters), encoding="utf-8")  # what is there is not lost
    results.write_text(_whole(chapters), encoding="utf-8")
    if not arguments.quick and out == HOME:
        README.write_text(fill(README.read_text("utf-8"), measured), encoding="utf-8")
    return status


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Run all benchmarks and write their results."
    )
    parser.add_argument(
        "--only",
        type=lambda names: names.split(","),
        default=list(SECTIONS),
        metavar="NAME,...",
        help=f"some of: {', '.join(SECTIONS)}",
    )
    parser.add_argument("--quick", action="store_true", help="only see that they work")
    parser.add_argument("--out", type=Path, default=HOME, help="folder of RESULTS.md")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of all trainings")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.only if name not in SECTIONS]
    if unknown:
        parser.error(f"--only {unknown[0]}: there is {', '.join(SECTIONS)}")
    arguments.out = arguments.out.resolve()
    return arguments


def missing(section: Section) -> str:
    """Why a benchmark cannot run here, in a few words; nothing where it can."""
    if section.system not in ("", platform.system()):
        return f"it needs {section.system}"
    lacking = [need for need in section.needs if not (shutil.which(need) or find_spec(need))]
    return f"it needs {' and '.join(lacking)}" if lacking else ""


def command_of(section: Section, runs: Path, data_dir: Path | None, quick: bool) -> str:
    """The command line, as one would type it in the project's folder."""
    data = "" if data_dir is None else f"--data-dir {shlex.quote(str(data_dir))}"
    command = section.command.format(runs=shlex.quote(str(runs)), data=data)
    words = f"{command} {section.quick if quick else ''}".split()
    return f"{section.under}python {' '.join(words)}"


def _in_this_python(command: str) -> list[str]:
    return [sys.executable if word == "python" else word for word in shlex.split(command)]


def _chapter(name: str, section: Section, command: str, output: str, out: Path) -> str:
    """What stands below a chapter's title; draws its chart."""
    lines = [f"Beside it: {section.beside}\n", f"    {command}\n"]
    if section.panels:
        draw(section.panels, find_tables(output), out / "charts" / f"{name}.svg")
        shown = "; ".join(panel.title or panel.column for panel in section.panels)
        lines.append(f"![Bars: {shown}](charts/{name}.svg)\n")
    lines.append(f"{output.strip()}\n")
    return "\n".join(lines)


def _commit() -> str:
    """What is measured; asked for once, before what is written makes the files differ from it."""
    command = ["git", "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return "no commit"
    return done.stdout.strip() or "no commit"


def _conditions(commit: str) -> str:
    """When, of which commit, on what and with what."""
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.system()}, {os.cpu_count()} cores{load}"
    versions = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return f"{date.today().isoformat()}, {commit}; {machine}; {', '.join(versions)}"


def _chapters(text: str) -> dict[str, str]:
    """The chapters of an earlier file, by title."""
    _, *parts = re.split(r"^## (.*)\n\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], (f"{part.strip()}\n" for part in parts[1::2]), strict=True))


def _whole(chapters: Mapping[str, str]) -> str:
    titles = [section.title for section in SECTIONS.values()]
    parts = [f"## {title}\n\n{chapters[title]}" for title in titles if title in chapters]
    return "\n".join([TITLE, *parts])


def fill(text: str, measured: Mapping[str, str]) -> str:
    """Put the tables of benchmarks, given by name as what they printed, into their marked places.

    A place begins with a comment, as `<!-- begin: benchmarks/engine.py -->`, and ends with
    `<!-- end -->`.
    """
    for name, output in measured.items():
        begin = re.escape(f"<!-- begin: benchmarks/{name}.py -->\n")
        tables = _tables(output)
        text = re.sub(
            f"(?<={begin}).*?(?=<!-- end -->)",
            lambda _, tables=tables: f"\n{tables}\n",  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def _tables(output: str) -> str:
    blocks: Sequence[str] = re.findall(r"(?:^\|.*\|\n)+", output, re.MULTILINE)
    return "\n".join(blocks)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
