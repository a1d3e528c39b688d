"""The data sets: found in a folder or downloaded from their public homes, checked and loaded.

- MNIST: 70,000 scanned digits (Y. LeCun, C. Cortes; CC BY-SA 3.0).
- pendigits: UCI Pen-Based Recognition of Handwritten Digits, the original strokes of 44 writers
  (E. Alpaydin, F. Alimoglu, 1998; CC BY 4.0; doi 10.24432/C5MG6K).
- UJI: UCI UJI Pen Characters, digits and letters of 11 writers (D. Llorens, F. Prat, A. Marzal,
  J. M. Vilar, 2007).
"""

from __future__ import annotations

import hashlib
import http.client
import io
import re
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from unlzw3 import unlzw

from training.command import TrainingError

Bytes = NDArray[np.uint8]

DOWNLOADS = user_cache_path("digit-pad") / "data"
"""Where downloaded data sets are kept."""


class DataError(TrainingError):
    """A data set that cannot be had or read."""


@dataclass(frozen=True)
class Sample:
    """One character written with a pen.

    Attributes:
        label: the character.
        writer: who wrote it, unique within its data set's file or folder.
        lines: one (n, 2) float64 array of points per stroke, tablet units, y down.
    """

    label: str
    writer: int
    lines: list[NDArray[np.float64]]


@dataclass(frozen=True)
class Mnist:
    """MNIST: images (n, 28, 28) uint8, 255 = ink on 0 = paper, and labels (n,) uint8."""

    x_train: Bytes
    y_train: Bytes
    x_test: Bytes
    y_test: Bytes


@dataclass(frozen=True)
class _Source:
    """A file to download, its SHA-256, and the members to unpack from it if it is a zip."""

    url: str
    sha256: str
    members: dict[str, str]
    """Pattern of a member's name -> the name that its file gets; `\\1` stands for a group."""


_UCI = "https://archive.ics.uci.edu/static/public"
MNIST = _Source(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    {},
)
PENDIGITS = _Source(
    f"{_UCI}/81/pen+based+recognition+of+handwritten+digits.zip",
    "1e02bea023613c2b11c9492f6f34caf975420455934f3527d270cee9a1f03b64",
    {r"(pendigits-orig\.t(?:ra|es))\.Z": r"\1"},
)
UJI = _Source(
    f"{_UCI}/160/uji+pen+characters.zip",
    "06e484103d21ead80ec7675059d3ffe66f39f51bfcb9c77a00fbbfb1c85546dc",
    {r"(UJIpenchars-w\d\d)(?:\.txt)?": r"ujipenchars/\1.txt"},
)
MNIST_FILE = "mnist.npz"
PENDIGITS_TRAIN = "pendigits-orig.tra"
PENDIGITS_TEST = "pendigits-orig.tes"
PENDIGITS_COUNTS = {PENDIGITS_TRAIN: 7494, PENDIGITS_TEST: 3498}
"""How many digits are in them."""
UJI_FILES = [f"ujipenchars/UJIpenchars-w{writer:02}.txt" for writer in range(1, 12)]


def locate(names: list[str], source: _Source, data_dir: Path | None) -> list[Path]:
    """The paths of files of a data set, after a download if `data_dir` is None and it is needed.

    Raises DataError if a file is missing from `data_dir` or cannot be downloaded.
    """
    folder = DOWNLOADS if data_dir is None else data_dir
    if data_dir is not None and not data_dir.is_dir():
        raise DataError(f"{data_dir}: there is no such folder")
    paths = [folder / name for name in names]
    missing = [path for path in paths if not path.is_file()]
    if missing and data_dir is not None:
        raise DataError(
            f"{missing[0]}: there is no such file; put it there, or leave --data-dir out "
            "to have it downloaded"
        )
    if missing:
        _download(source, folder)
    return paths


def _download(source: _Source, folder: Path) -> None:
    print(f"Downloading {source.url}", file=sys.stderr)  # it is no result of any command
    try:
        with urllib.request.urlopen(source.url, timeout=60) as response:
            content = response.read()
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DataError(
            f"{source.url}: cannot be downloaded ({reason}); where there is no network, "
            "name a folder that holds the files with --data-dir"
        ) from None
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise DataError(
            f"{source.url}: what came is not the file that was published (its SHA-256 differs); "
            "try again, or name a folder that holds the files with --data-dir"
        )
    files = _unpack(source, content) if source.members else {MNIST_FILE: content}
    try:
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".part")
            partial.write_bytes(data)
            partial.replace(target)
    except OSError as error:
        raise DataError(f"{folder}: cannot be written to ({error.strerror or error})") from None


def _unpack(source: _Source, content: bytes) -> dict[str, bytes]:
    files = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            for pattern, name in source.members.items():
                if match := re.fullmatch(pattern, Path(member).name):
                    data = archive.read(member)
                    files[match.expand(name)] = unlzw(data) if member.endswith(".Z") else data
    return files


def load_mnist(data_dir: Path | None = None) -> Mnist:
    """MNIST from `data_dir`, or downloaded; raises DataError."""
    [path] = locate([MNIST_FILE], MNIST, data_dir)
    try:
        with np.load(path) as arrays:
            mnist = Mnist(*(arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")))
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        raise DataError(f"{path}: this is not Keras's mnist.npz, or it is damaged") from None
    if (mnist.x_train.shape, mnist.x_test.shape) != ((60000, 28, 28), (10000, 28, 28)):
        raise DataError(f"{path}: this is not Keras's mnist.npz (its arrays have other shapes)")
    return mnist


def load_pendigits(path: Path) -> list[Sample]:
    """The digits of `pendigits-orig.tra` (30 writers) or `.tes` (14 others); raises DataError."""
    samples = []
    for label, comment, lines in _read_unipen(path):
        # The comment after a segment's head holds digit, writer and running number.
        about = re.match(r"\d+\s+(\d+)", comment)
        if not (re.fullmatch(r"\d", label) and about):
            raise DataError(
                f"{path}: a segment {label!r} with the comment {comment!r} is no digit of a known "
                "writer; get this file anew"
            )
        samples.append(Sample(label, int(about[1]), [line * [1, -1] for line in lines]))
    return samples


def load_uji(paths: list[Path]) -> list[Sample]:
    """All characters of the UJI files, one file a writer; raises DataError."""
    return [
        Sample(label, writer, lines)
        for writer, path in enumerate(paths, start=1)
        for label, _, lines in _read_unipen(path)
    ]


def _read_unipen(path: Path) -> Iterator[tuple[str, str, list[NDArray[np.float64]]]]:
    """Label, comment and strokes of each segment of a UNIPEN text file."""
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None
    _, *segments = re.split(r"^\.SEGMENT .*\"(.*)\"\s*$", text, flags=re.MULTILINE)
    if not segments:
        raise DataError(f"{path}: there is no segment of UNIPEN ink in it")
    for label, body in zip(segments[::2], segments[1::2], strict=True):
        comment = re.match(r"\s*\.COMMENT (.*)", body)
        strokes = re.findall(r"^\.PEN_DOWN\s*([^.]*)", body, flags=re.MULTILINE)
        try:
            lines = [
                np.array(stroke.split(), dtype=np.float64).reshape(-1, 2) for stroke in strokes
            ]
        except ValueError:
            raise DataError(f"{path}: the ink of a {label!r} is not a list of x y pairs") from None
        if not any(map(len, lines)):
            raise DataError(f"{path}: a {label!r} has no ink; get this file anew")
        yield label, comment[1] if comment else "", [line for line in lines if len(line)]
