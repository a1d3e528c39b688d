"""The frozen program against the same program frozen with TensorFlow inside.

    python benchmarks/frozen.py [--rounds N]

Freezes the program by `setup_freeze.py`, with cx_Freeze's defaults, and with Keras's
`model.predict` in the place of its engine. Prints what takes the space and what was left out, and
how long a start takes, with a cold and a warm cache, the programs in turn: a reader that begins a
stroke as soon as it sees paper, and `read` of one drawing. Needs Linux, Xvfb, xdotool and what
training needs; to measure the installers too, dpkg-deb and PyPI, from which `.ci/appimagetool` is.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # else NumPy would take `numbers.py` for Python's

import argparse
import os
import platform
import shutil
import struct
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from app.convention import REFERENCE_DIGITS
from app.ui.layout import lay_out
from app.ui.theme import PALETTES

ROOT = Path(__file__).resolve().parents[1]
WINDOW = 1000, 700
STROKE = [(330, y) for y in range(200, 430, 10)]
"""What is drawn: a 1."""

OURS, THEIRS = "Digit Pad", "with TensorFlow"
TARGET_SIZE, TARGET_ARCHIVE = 100e6, 30e6
TARGET_INK, TARGET_READING = 0.5, 0.6  # seconds, with a cold cache
TARGET_RATIO = 8  # times faster than with TensorFlow

# The same program: only what answers for the `.h5` file is another.
TENSORFLOW = """
import sys
import keras
import app.recognizer
from app.__main__ import main

class Network:
    def __init__(self, model):
        self._model = model

    @classmethod
    def load(cls, path):
        return cls(keras.models.load_model(path, compile=False))

    def __call__(self, images):
        return self._model.predict(images.reshape(-1, *self._model.input_shape[1:]), verbose=0)

app.recognizer.Network = Network
sys.exit(main())
"""
# What TensorFlow imports where cx_Freeze does not see it.
UNSEEN = "unittest,gast,astunparse"

COMPONENTS = {
    "NumPy, OpenBLAS": ("lib/numpy",),
    "Pillow, its codecs": ("lib/PIL", "lib/pillow"),
    "pygame-ce, SDL": ("lib/pygame/", "lib/pygame_ce"),
    "pygame_gui, fonts": ("lib/pygame_gui",),
    "h5py, HDF5": ("lib/h5py",),
    "the network, icon, licences": ("assets", "NOTICE", "icon", "frozen_application"),
    "Python, the program": ("",),
}
"""The beginnings of paths, of which the first that fits counts."""

DOWNLOADS = (".tar.xz", ".deb", ".AppImage")


class Start(NamedTuple):
    """Seconds from the start of a program.

    Attributes:
        paper: to the first paper on the screen.
        ink: to the first ink, of a stroke that begins when there is paper.
        reading: to the answer beside it.
        answer: to the end of `read` with one drawing.
        processor: processor time that was spent until the reading, by all threads of the program.
    """

    paper: float
    ink: float
    reading: float
    answer: float
    processor: float


def freeze(command: list[str], folder: Path, path: str = "", further: Sequence[str] = ()) -> Path:
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, *command, "--build-exe", str(folder), *further],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return folder


def freeze_ours(folder: Path, scratch: Path, downloads: Path) -> Path:
    """The program; what users download of it goes into another folder."""
    into = ["--dist-dir", str(downloads)]
    further = ["bdist_deb", *into] if shutil.which("dpkg-deb") else []
    if tool := appimagetool(scratch / "appimagetool"):
        further += ["bdist_appimage", *into, *tool]
    freeze(["setup_freeze.py", "build_exe"], folder, further=further)
    with tarfile.open(downloads / "digit-pad.tar.xz", "w:xz") as file:
        file.add(folder, "digit-pad")
    return folder


def appimagetool(folder: Path) -> list[str]:
    """Options for `bdist_appimage`; none where the tool cannot be had."""
    folder.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [ROOT / ".ci" / "appimagetool", folder]
    done = subprocess.run(command, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    if done.returncode:
        print(f"no AppImage is made: {done.stderr.strip()}", file=sys.stderr)
        return []
    return done.stdout.split()


def freeze_by_default(script: str, packages: str, folder: Path, path: str = "") -> Path:
    """Without the settings of `setup_freeze.py`, but for what is no part of the program."""
    options = ["--packages", packages, "--include-files", "assets"]
    options += [
        "--excludes",
        "training,matplotlib" + ",tensorflow,keras" * ("keras" not in packages),
    ]
    command = ["-m", "cx_Freeze", "--script", script, "--target-name", "digit-pad", "build_exe"]
    return freeze(command + options, folder, path)


def freeze_theirs(folder: Path, scratch: Path) -> Path:
    script = scratch / "with_tensorflow.py"
    script.write_text(TENSORFLOW)
    # cx_Freeze asks for this package, which TensorFlow no longer needs.
    (scratch / "tensorboard").mkdir()
    (scratch / "tensorboard" / "__init__.py").touch()
    path = f"{scratch}{os.pathsep}{ROOT}"
    return freeze_by_default(str(script), f"app,h5py,keras,{UNSEEN}", folder, path)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def sizes(folder: Path) -> dict[str, int]:
    """Bytes by component."""
    total = dict.fromkeys(COMPONENTS, 0)
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        fits = (part for part, starts in COMPONENTS.items() if name.startswith(starts))
        total[next(fits)] += path.stat().st_size
    return total


def packed(downloads: Path) -> dict[str, int]:
    """Bytes of each kind of download that was made."""
    return {kind: path.stat().st_size for kind in DOWNLOADS for path in downloads.glob(f"*{kind}")}


@contextmanager
def display(folder: Path) -> Iterator[tuple[str, NDArray[np.uint32]]]:
    """An X server as large as the window: its name, and its (height, width) pixels, 0xRRGGBB."""
    read, write = os.pipe()
    screen = f"{WINDOW[0]}x{WINDOW[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(write), "-fbdir", folder, "-screen", "0", screen],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        name = f":{pipe.readline().strip()}"
    # An X window dump: a header of big-endian numbers, a colour map, the pixels.
    file = folder / "Xvfb_screen0"
    header = struct.unpack(">25I", file.read_bytes()[:100])
    start = header[0] + 12 * header[19]
    pixels = np.memmap(file, "<u4", "r", start, (header[5], header[12] // 4))
    try:
        yield name, pixels[:, : WINDOW[0]]
    finally:
        server.terminate()
        server.wait()


def forget(folder: Path) -> str:
    """Make the cache cold: all of it where that is allowed, else as to the files of a folder."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        for path in files(folder):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return "the program's files dropped from the cache"
    return "the whole cache dropped"


def colour(name: str) -> int:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red << 16 | green << 8 | blue


def wait_for(happens: Callable[[], bool], since: float) -> float:
    """Seconds from `since` on until something happens."""
    while not happens():
        if time.perf_counter() - since > 120:
            sys.exit("the program did not answer within two minutes")
        time.sleep(0.001)
    return time.perf_counter() - since


def start(folder: Path, cold: bool, scratch: Path) -> Start:
    """Start a program twice, in its window and to read a file."""
    program = str(folder / "digit-pad")
    environment = {"PATH": os.defpath, "HOME": str(scratch)}
    # Else TensorFlow looks for a graphics card, and tells a lot.
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    light = PALETTES["light"]
    paper, ink, background = map(colour, (light.paper, light.ink, light.background))
    answer = lay_out(WINDOW).answer
    (x, y), *rest = STROKE
    stroke = ["xdotool", "mousemove", str(x), str(y), "mousedown", "1"]
    for to_x, to_y in rest:
        stroke += ["mousemove", str(to_x), str(to_y)]
    with (
        tempfile.TemporaryDirectory(dir=scratch) as screen,
        display(Path(screen)) as (name, pixels),
    ):
        with_display = environment | {"DISPLAY": name}
        if cold:
            forget(folder)
        # So that xdotool itself does not count as cold.
        subprocess.run(["xdotool", "mousemove", "1", "1"], env=with_display, check=True)
        began = time.perf_counter()
        with subprocess.Popen(
            [program], env=with_display, cwd=scratch, stderr=subprocess.DEVNULL
        ) as process:
            saw_paper = wait_for(lambda: bool(pixels[y, x] & 0xFFFFFF == paper), began)
            with subprocess.Popen([*stroke, "mouseup", "1"], env=with_display):
                saw_ink = wait_for(lambda: bool(pixels[y + 5, x] & 0xFFFFFF == ink), began)
            shown = pixels[answer.top : answer.bottom, answer.left : answer.right]
            saw_answer = wait_for(lambda: bool((shown & 0xFFFFFF != background).any()), began)
            process.terminate()
            _, _, spent = os.wait4(process.pid, 0)
    one = scratch / "one.ndjson"
    one.write_text(REFERENCE_DIGITS.read_text().splitlines()[0] + "\n")
    if cold:
        forget(folder)
    began = time.perf_counter()
    subprocess.run(
        [program, "read", str(one)], env=environment, cwd=scratch, check=True, capture_output=True
    )
    answered = time.perf_counter() - began
    return Start(saw_paper, saw_ink, saw_answer, answered, spent.ru_utime + spent.ru_stime)


def report_sizes(folders: dict[str, Path], default: Path, downloads: dict[str, int]) -> None:
    kept, before = sizes(folders[OURS]), sizes(default)
    print("| | inside | left out |\n| --- | --- | --- |")
    for part, size in kept.items():
        print(f"| {part} | {size / 1e6:.1f} MB | {max(before[part] - size, 0) / 1e6:.1f} MB |")
    print(
        f"| together | {sum(kept.values()) / 1e6:.1f} MB "
        f"| {(sum(before.values()) - sum(kept.values())) / 1e6:.1f} MB |"
    )
    for kind, size in downloads.items():
        print(f"| as {kind} | {size / 1e6:.1f} MB | - |")
    print()


def report_starts(
    folders: dict[str, Path], starts: dict[tuple[str, bool], Start], archive: int
) -> None:
    print("| | size | files | cache | paper | ink | reading | `read` | processor |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for (name, cold), seconds in starts.items():
        inside = files(folders[name])
        size = sum(path.stat().st_size for path in inside)
        times = " | ".join(f"{value:.2f} s" for value in seconds)
        cache = "cold" if cold else "warm"
        print(f"| {name} | {size / 1e6:,.0f} MB | {len(inside):,} | {cache} | {times} |")
    first = starts[OURS, True]
    size = sum(sizes(folders[OURS]).values())
    print(f"\n{OURS}, beside its targets:")
    print(f"- {size / 1e6:.1f} MB (at most {TARGET_SIZE / 1e6:.0f}), ", end="")
    print(f"packed {archive / 1e6:.1f} MB (at most {TARGET_ARCHIVE / 1e6:.0f});")
    print(f"- with a cold cache ink after {first.ink:.2f} s (at most {TARGET_INK}), ", end="")
    print(f"a reading after {first.reading:.2f} s (at most {TARGET_READING});")
    for is_cold, word in ((True, "cold"), (False, "warm")):
        ours, theirs = starts[OURS, is_cold], starts[THEIRS, is_cold]
        window, answer = theirs.reading / ours.reading, theirs.answer / ours.answer
        print(f"- {word}: {window:.1f} times as fast as {THEIRS} to a reading in the ", end="")
        print(f"window, {answer:.1f} times by `read` (at least {TARGET_RATIO}).")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the frozen program against TensorFlow.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each starts (default: 5)")
    rounds = max(1, parser.parse_args().rounds)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        print("freezing", file=sys.stderr)
        (downloads := scratch / "downloads").mkdir()
        folders = {
            OURS: freeze_ours(scratch / "ours", scratch, downloads),
            THEIRS: freeze_theirs(scratch / "theirs", scratch),
        }
        default = freeze_by_default("app/__main__.py", "app", scratch / "default")
        runs: dict[tuple[str, bool], list[Start]] = {}
        for number in range(rounds):
            for cold in (True, False):
                for program, folder in folders.items():
                    print(f"round {number + 1} of {rounds}: {program}", file=sys.stderr)
                    if not cold:  # what was made cold for the other program is to be warm again
                        start(folder, cold, scratch)
                    runs.setdefault((program, cold), []).append(start(folder, cold, scratch))
        starts = {
            key: Start(*(median(values) for values in zip(*results, strict=True)))
            for key, results in runs.items()
        }
        how = forget(folders[OURS])
        sizes_packed = packed(downloads)
        report_sizes(folders, default, sizes_packed)
        report_starts(folders, starts, sizes_packed[".tar.xz"])
    packages = ("cx_Freeze", "numpy", "h5py", "pillow", "pygame-ce", "tensorflow")
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    print(f"\nMedians of {rounds} rounds, the programs in turn; cold: {how}; ", end="")
    print(
        f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end=""
    )
    print(f"{versions}.")


if __name__ == "__main__":
    main()
