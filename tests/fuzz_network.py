"""Networks that are damaged or made to do harm, by the thousand: each ends in a network that works
or in one sentence.

    python -m tests.fuzz_network --cases 20000 --seed 1
    python -m tests.fuzz_network --every-cut

A case is a file that its number makes, the same each time. Many are tried in one process, which
looks after time, memory, opened files and anything that is executed; the process that started it
sees when it crashes or hangs. What HDF5 does not survive is tried once more as the program does
it, by `read_apart`, and has to be refused in time ("survived"). `--every-cut` tries the sound files
cut short at each of their blocks, `--only NUMBER` a single case, whose file it leaves to be seen.
"""

from __future__ import annotations

import argparse
import codecs
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from app.network import Network, NetworkError, read_apart
from app.network.contents import Contents
from app.network.file import read
from tests.damaged_bytes import cut_short, cuts, sound_files
from tests.damaged_models import BAIT, MAKERS, make
from tests.h5_files import BLANK
from tests.limits import MEGABYTES, SECONDS, Watch, peak_megabytes

PATIENCE = 1.0
"""Seconds of computing for a case until it is tried as the program does it, in its own process."""
SILENCE = 60
"""Seconds on the clock until a process that says nothing is given up: it waits for something."""

Read = Callable[[str | os.PathLike[str]], Contents]


# The trial


class CaseError(Exception):
    """What a case did that it must not do."""


def try_one(path: Path, read: Read = read) -> str:
    """`network` or `refused`; raises CaseError."""
    try:
        answers = Network.load(path, read)(BLANK)
    except NetworkError as error:
        sentence = str(error)
        start = f"{path}: "
        if not sentence.startswith(start) or len(sentence) - len(start) > 400:
            raise CaseError(f"its sentence is {sentence!r}") from None
        if not all(character.isprintable() for character in sentence):
            raise CaseError(f"its sentence is not plain: {sentence!r}") from None
        return "refused"
    except Exception as error:
        raise CaseError(f"{type(error).__name__}: {error}") from error
    if answers.shape != (1, 10):
        raise CaseError(f"its answer has the shape {answers.shape}")
    return "network"


def work(numbers: range, seed: int, folder: Path) -> None:
    """Try cases in this process, and print a line before and one after each."""
    path = folder / "case.h5"
    watch = Watch(path)
    path.write_bytes(sound_files()[0])
    try_one(path)  # what is imported when it is first used is no file's doing
    codecs.lookup("ascii")
    for number in numbers:
        kind = make(number, seed, path)
        print("try", number, kind, flush=True)
        _end_after(PATIENCE)
        started, watch.on = time.process_time(), True
        try:
            came = try_one(path)
        except CaseError as failure:
            came = f"failure {failure}"
        watch.on = False
        seconds = time.process_time() - started
        _end_after(0)
        if watch.events:
            came = f"failure {watch.events}"
            watch.events.clear()
        if seconds > SECONDS:
            came = f"failure it takes {seconds:.1f} s"
        memory = peak_megabytes()
        if memory > MEGABYTES:
            came = f"failure it takes {memory:.0f} MB"
        print("end", f"{seconds:.4f}", f"{memory:.0f}", came.encode("unicode_escape").decode())
        if memory > MEGABYTES:
            break  # the peak never goes down
    print("done", flush=True)


def _end_after(seconds: float) -> None:
    """End this process after so much computing, also in HDF5's own code; never after 0."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


# The trial of many, by processes that may crash


class Report:
    """What came of the cases, by kind and outcome, and what the worst of them took."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.failures: list[str] = []
        self.seconds = self.megabytes = 0.0

    @property
    def cases(self) -> int:
        return self.counts.total()

    def __str__(self) -> str:
        outcomes = sorted({outcome for _, outcome in self.counts})
        lines = [f"{'':20}" + "".join(f"{outcome:>10}" for outcome in outcomes)]
        tried = {kind for kind, _ in self.counts}
        for kind in [maker.__name__ for maker in MAKERS if maker.__name__ in tried]:
            counts = "".join(f"{self.counts[kind, outcome]:>10}" for outcome in outcomes)
            lines.append(f"{kind:20}{counts}")
        totals = Counter(outcome for _, outcome in self.counts.elements())
        lines.append(f"{'all':20}" + "".join(f"{totals[outcome]:>10}" for outcome in outcomes))
        worst = f"at most {self.seconds:.2f} s for a case, {self.megabytes:.0f} MB at once"
        return "\n".join([*lines, worst, f"{len(self.failures)} failures", *self.failures])


def run(numbers: range, seed: int) -> Report:
    """Try the cases with these numbers, in as few processes as they leave alive."""
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if hasattr(os, "mkfifo"):
            os.mkfifo(folder / BAIT)
        while numbers:
            numbers = _run_until_it_ends(numbers, seed, folder, report)
    return report


def _run_until_it_ends(numbers: range, seed: int, folder: Path, report: Report) -> range:
    """Try cases in one process; returns those that are still to be tried."""
    arguments = [numbers.start, numbers.stop, numbers.step, seed, folder]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz_network", "--work", *map(str, arguments)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        assert worker.stdout
        for line in worker.stdout:
            lines.put(line)
        lines.put("gone")

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    number, kind = -1, ""
    trying = False
    try:
        while True:
            try:
                line = lines.get(timeout=SILENCE)
            except queue.Empty:
                line = "hangs"
            match line.split(maxsplit=3):
                case ["try", which, kind]:
                    number, trying = int(which), True
                case ["end", seconds, megabytes, came]:
                    trying = False
                    report.seconds = max(report.seconds, float(seconds))
                    report.megabytes = max(report.megabytes, float(megabytes))
                    _count(report, number, kind, came.strip())
                case ["gone" | "hangs"] if trying:
                    waits = is_being_opened(folder / BAIT)
                    worker.kill()
                    worker.wait()
                    came = "failure it opens another file"
                    if not waits:
                        came = _try_apart(number, seed, folder, report)
                    _count(report, number, kind, came)
                    return numbers[numbers.index(number) + 1 :]
                case ["done"]:
                    return numbers[numbers.index(number) + 1 :]
                case ["gone" | "hangs"]:
                    raise RuntimeError(f"the case after {number} cannot be made")
    finally:
        worker.kill()
        worker.wait()
        listener.join()


def is_being_opened(pipe: Path) -> bool:
    """Whether a process has opened a pipe to read it, or waits until it is open."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def _count(report: Report, number: int, kind: str, came: str) -> None:
    outcome = came.split()[0]
    report.counts[kind, outcome] += 1
    if outcome == "failure":
        report.failures.append(f"case {number} ({kind}): {came.removeprefix('failure ')}")


def _try_apart(number: int, seed: int, folder: Path, report: Report) -> str:
    """What the program does with a file that HDF5 does not survive: it has to refuse it."""
    path = folder / "case.h5"
    make(number, seed, path)
    started = _computed()
    try:
        came = try_one(path, read_apart)
    except CaseError as failure:
        return f"failure {failure}"
    seconds = _computed() - started
    report.seconds = max(report.seconds, seconds)
    if seconds > SECONDS:
        return f"failure it takes {seconds:.1f} s in a process of its own"
    return "survived" if came == "refused" else came


def _computed() -> float:
    """Seconds of computing in this process and those that it started and that have ended."""
    return sum(os.times()[:4])


def numbers_of_cuts() -> range:
    """The cases that are files cut short, until each cut had its turn."""
    kinds = len(MAKERS)
    return range(MAKERS.index(cut_short), kinds * len(cuts()), kinds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-cut", action="store_true", help="files cut short at each block")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="leaves its file as case.h5")
    parser.add_argument("--work", nargs=5, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        *numbers, seed = map(int, arguments.work[:4])
        work(range(*numbers), seed, Path(arguments.work[4]))
        return 0
    numbers = range(arguments.cases)
    if arguments.every_cut:
        numbers = numbers_of_cuts()
    if arguments.only is not None:
        numbers = range(arguments.only, arguments.only + 1)
        make(arguments.only, arguments.seed, Path("case.h5"))
    report = run(numbers, arguments.seed)
    print(report)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
