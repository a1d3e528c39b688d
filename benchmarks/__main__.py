"""Run all benchmarks, write `RESULTS.md` and its charts, and put the figures into the README.

    python -m benchmarks [--only NAME,...] [--quick] [--out DIR] [--runs DIR] [--data-dir DIR]

Each benchmark is a script that runs by its own command, which stands above what it printed, with
the number of runs, the versions, the commit and the time that it took. What is not run keeps its
figures. --quick makes each as short as it can be: to see that all of them work, not to measure, so
the results have to go elsewhere. The README gets the tables, in the places marked there.
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

import training  # noqa: F401  # says in a sentence which packages are missing

# isort: split
from benchmarks.charts import draw
from benchmarks.sections import SECTIONS, Section
from benchmarks.tables import find_tables

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
HOME = ROOT / "benchmarks"
PACKAGES = ("numpy", "h5py", "pillow", "pygame-ce", "tensorflow", "keras", "cx_Freeze")

TITLE = """# What the program can do, measured

`python -m benchmarks` writes this file, its charts, and the figures in the README. Each chapter
tells the command that it comes from and how many runs it is of; what a benchmark does stands at the
top of its script.
"""


def main() -> int:
    """The command line; returns its exit status."""
    arguments = _parse()
    out: Path = arguments.out
    results = out / "RESULTS.md"
    chapters = chapters_of(results.read_text("utf-8")) if results.exists() else {}
    out.mkdir(parents=True, exist_ok=True)
    commit = _commit()
    status = 0
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
        took = f"{(time.perf_counter() - begin) / 60:.1f} min"
        parts = [
            f"Beside it: {section.beside}",
            f"Runs: {runs_of(section, arguments.quick)}",
            f"    {command}",
            *_chart(name, section, done.stdout, out),
            done.stdout.strip(),
            f"*{conditions}; took {took}.*\n",
        ]
        chapters[section.title] = "\n\n".join(parts)
        _write(chapters, out)  # so that it is not lost whatever becomes of the others
    _write(chapters, out)
    return status


def _write(chapters: Mapping[str, str], out: Path) -> None:
    (out / "RESULTS.md").write_text(_whole(chapters), encoding="utf-8")
    if out == HOME:
        README.write_text(fill(README.read_text("utf-8"), chapters), encoding="utf-8")


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
    if arguments.quick and arguments.out == HOME:
        parser.error("--quick measures nothing that should stay: name another folder by --out DIR")
    if arguments.data_dir is not None and not (ROOT / arguments.data_dir).is_dir():
        parser.error(f"--data-dir {arguments.data_dir}: there is no such folder")
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
    amount = section.amount[quick]
    command = section.command.format(runs=shlex.quote(str(runs)), data=data, amount=amount)
    return f"{section.under}python {' '.join(command.split())}"


def runs_of(section: Section, quick: bool) -> str:
    """How many runs there are, and what is told of them."""
    return section.repeats.format(amount=section.amount[quick])


def _in_this_python(command: str) -> list[str]:
    return [sys.executable if word == "python" else word for word in shlex.split(command)]


def _chart(name: str, section: Section, output: str, out: Path) -> list[str]:
    """Draw a chapter's chart, if it has one; the paragraph that shows it."""
    if not section.panels:
        return []
    draw(section.panels, find_tables(output), out / "charts" / f"{name}.svg")
    shown = "; ".join(panel.title or panel.column for panel in section.panels)
    return [f"![Bars: {shown}](charts/{name}.svg)"]


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


def chapters_of(text: str) -> dict[str, str]:
    """The chapters of a file of results, by title."""
    _, *parts = re.split(r"^## (.*)\n\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], (f"{part.strip()}\n" for part in parts[1::2]), strict=True))


def _whole(chapters: Mapping[str, str]) -> str:
    titles = [section.title for section in SECTIONS.values()]
    parts = [f"## {title}\n\n{chapters[title]}" for title in titles if title in chapters]
    return "\n".join([TITLE, *parts])


def fill(text: str, chapters: Mapping[str, str]) -> str:
    """Put the tables of chapters, given by title, into the places of their benchmarks in a text.

    A place begins with a comment, as `<!-- begin: engine -->`, and ends with `<!-- end -->`.
    """
    for name, section in SECTIONS.items():
        if tables := _tables(chapters.get(section.title, "")):
            text = re.sub(
                f"(?<=<!-- begin: {name} -->\n).*?(?=<!-- end -->)",
                lambda _, tables=tables: f"\n{tables}\n",  # type: ignore[misc]
                text,
                count=1,
                flags=re.DOTALL,
            )
    return text


def _tables(chapter: str) -> str:
    blocks: Sequence[str] = re.findall(r"(?:^\|.*\|\n)+", chapter, re.MULTILINE)
    return "\n".join(blocks)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
