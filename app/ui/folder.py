"""The folders and pictures in a folder."""

from __future__ import annotations

import os
import string
import sys
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_pictures_path

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".ppm", ".pgm", ".pbm", ".pnm"),
    *(".tif", ".tiff", ".webp", ".avif", ".jp2", ".ico", ".tga"),
)
"""Of the files in the formats of `app.photo.FORMATS`."""


class Entry(NamedTuple):
    """A folder or a picture file, and what to call it."""

    name: str
    path: Path
    is_folder: bool


def first_folder() -> Path:
    """The folder in which the pictures of this user are, as far as there is one."""
    home = Path.home()
    return next((path for path in (user_pictures_path(), home) if path.is_dir()), Path.cwd())


def entries(folder: Path) -> list[Entry]:
    """The folders in a folder, then its pictures, in the order of their names; no hidden ones.

    Raises OSError where it cannot be looked into.
    """
    with os.scandir(folder) as items:
        found = [
            Entry(item.name, folder / item.name, is_folder)
            for item in items
            if not item.name.startswith(".")
            and ((is_folder := _is_folder(item)) or item.name.lower().endswith(SUFFIXES))
        ]
    found.sort(key=lambda entry: (not entry.is_folder, entry.name.casefold()))
    return [*_other_drives(folder), *found]


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:  # a link to nowhere that may be looked at
        return False


def _other_drives(folder: Path) -> list[Entry]:
    """On Windows nothing is above the drives, so that each of them leads to the others."""
    if sys.platform != "win32" or folder.parent != folder:
        return []
    drives = [Path(f"{letter}:\\") for letter in string.ascii_uppercase]
    return [
        Entry(str(drive), drive, True) for drive in drives if drive != folder and drive.exists()
    ]
