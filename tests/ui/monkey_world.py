"""Where the monkey lives: a home, files elsewhere, and a guard that keeps it from doing harm."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app.convention import reference_digits
from app.ink import Drawing, Ink, format_drawing
from tests.h5_files import small_config, small_weights, write

DIGITS, _ = reference_digits()


class BrokenError(AssertionError):
    """Something is not as it should be."""


def require(holds: object, sentence: str) -> None:
    if not holds:
        raise BrokenError(sentence)


class Guard:
    """Keeps the whole process from writing outside of a folder, and from starting programs.

    Attributes:
        folder: where writing is allowed, None for everywhere.
        trespasses: what was to be written elsewhere.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.trespasses: list[str] = []
        sys.dont_write_bytecode = True
        sys.addaudithook(self._hear)

    def _hear(self, event: str, details: tuple[Any, ...]) -> None:
        if not self.folder:
            return
        if event == "subprocess.Popen":
            raise FileNotFoundError(2, "there are no programs here")
        changing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if event == "open":
            paths = details[:1] if details[2] & changing else ()
        elif event in ("os.rename", "os.link", "os.symlink"):
            paths = details[:2]
        elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod"):
            paths = details[:1]
        else:
            return
        for path in paths:
            if isinstance(path, str | bytes | os.PathLike) and not self._allows(path):
                self.trespasses.append(f"{event} {os.fsdecode(path)}")
                raise PermissionError(13, "the monkey may not write there", os.fsdecode(path))

    def _allows(self, path: str | bytes | os.PathLike[Any]) -> bool:
        assert self.folder
        name = os.fsdecode(path)
        return name == os.devnull or Path(name).absolute().is_relative_to(self.folder)


class World:
    """A home, and files of all kinds elsewhere."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.pictures = self.home / "pictures"
        (self.pictures / "empty").mkdir(parents=True)
        elsewhere = root / "elsewhere"
        elsewhere.mkdir()
        ink = [format_drawing(Drawing(Ink.from_lines(digit))) for digit in DIGITS[:3]]
        texts_of_files = {
            "one.ndjson": ink[0],
            "three.ndjson": "\n".join(ink),
            "half.ndjson": f"{ink[1]}\n{ink[2][: len(ink[2]) // 2]}",
            "none.ndjson": "",
            "empty.ndjson": '{"drawing": []}\n{"drawing": [[[], []]]}',
            "far.ndjson": '{"drawing": [[[-9e14, 9e14, 5], [9e14, -9e14, 5]]]}',
            "dot.ndjson": '{"drawing": [[[5], [5]]], "paper": [-1e14, 0, 1e14, 3]}',
            "nan.ndjson": '{"drawing": [[[NaN, 1e999], [1, 2]]]}',
            "deep.ndjson": '{"drawing": ' + "[" * 100_000,
            "text.png": "no picture",
            "bad.h5": "no network",
        }
        for name, content in texts_of_files.items():
            (elsewhere / name).write_text(content)
        image = photo_of(DIGITS[7])
        image.save(elsewhere / "photo.png")
        image.convert("RGB").rotate(5, fillcolor="white").save(elsewhere / "photo.jpg")
        Image.new("RGBA", (1, 900)).save(elsewhere / "thin.png")
        image.resize((28, 28)).save(elsewhere / "tile.png")
        half = (elsewhere / "photo.jpg").read_bytes()
        (elsewhere / "half.jpg").write_bytes(half[: len(half) // 2])
        write(elsewhere / "other.h5", small_config(), small_weights())
        for name in ("one.ndjson", "photo.png", "other.h5"):
            (self.pictures / name).write_bytes((elsewhere / name).read_bytes())
        self.image = image
        self.files = [*sorted(elsewhere.iterdir()), elsewhere / "missing.png", elsewhere]


def photo_of(lines: Sequence[np.ndarray[Any, Any]]) -> Image.Image:
    """A digit in thick black on white."""
    image = Image.new("L", (160, 200), "white")
    from PIL import ImageDraw

    points = np.concatenate(lines)
    scale = 140 / max(np.ptp(points, axis=0))
    for line in lines:
        at = ((line - points.min(axis=0)) * scale + 20).round().astype(int).tolist()
        ImageDraw.Draw(image).line([tuple(point) for point in at], "black", 12)
    return image
