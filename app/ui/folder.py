"""The folders, and the files that can be opened, in a folder, as a list to choose from."""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_pictures_path

from app.ui import networks, texts

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".ppm", ".pgm", ".pbm", ".pnm"),
    *(".tif", ".tiff", ".webp", ".avif", ".jp2", ".ico", ".tga"),
    ".ndjson",
    *networks.SUFFIXES,
)
"""Of ink files, networks, and pictures in the formats of `app.photo.FORMATS`."""


SLASHES = tuple({"/", os.sep})
"""One behind a typed path enters it."""


class Entry(NamedTuple):
    """A folder or a file, and what to call it; `is_recent` where it may be in any folder."""

    name: str
    path: Path
    is_folder: bool
    is_recent: bool = False


class Listing:
    """What is in a folder, or what of it has typed characters in its name; one may be selected.

    Attributes:
        folder: the folder.
        typed: the characters.
        entries: what is listed: the way up, recent files, folders, files in the order of their
            names.
        selected: the index of one of them.
        trouble: why the folder cannot be looked into, if so.
    """

    def __init__(
        self, folder: Path, suffixes: Sequence[str] = SUFFIXES, recent: Sequence[Path] = ()
    ) -> None:
        """The `recent` files are listed in this folder only."""
        self._suffixes = tuple(suffixes)
        self._recent = {folder: [Entry(path.name, path, False, True) for path in recent]}
        self.enter(folder)

    def enter(self, folder: Path) -> None:
        """List another folder."""
        self.folder = folder
        self.trouble = ""
        try:
            self._found = look_into(folder, self._suffixes)
        except OSError as error:
            self._found = []
            self.trouble = texts.CLOSED_FOLDER.format(reason=error.strerror or error)
        self.type("")

    def enter_parent(self) -> None:
        """List the folder that this one is in, if there is one."""
        if self.folder.parent != self.folder:
            self.enter(self.folder.parent)

    def type(self, typed: str) -> None:
        """List what has these characters in its name, and select the first of it; enter a folder
        whose path they are, with a slash behind it.
        """
        if typed.endswith(SLASHES) and (folder := self._folder_at(typed)):
            self.enter(folder)
            return
        self.typed = typed
        wanted = typed.casefold()
        found = [*self._recent.get(self.folder, ()), *self._found]
        self.entries = [entry for entry in found if wanted in entry.name.casefold()]
        self.selected = 0 if typed and self.entries else None
        above = self.folder.parent
        if not typed and above != self.folder:
            self.entries.insert(
                0, Entry(texts.PARENT.format(name=above.name or above), above, True)
            )

    def _folder_at(self, typed: str) -> Path | None:
        """The folder at a path, from this one on or from the first or the user's, if there is."""
        try:
            path = Path(os.path.normpath(self.folder / Path(typed).expanduser()))
            return path if path.is_dir() else None
        except (OSError, RuntimeError):  # a name that is too long, or a user that is unknown
            return None

    @property
    def empty(self) -> bool:
        """Whether nothing is listed but the way up."""
        return all(entry.path == self.folder.parent for entry in self.entries)

    def move(self, start: int, by: int) -> None:
        """Select the entry so many behind another, or as near to it as there are any."""
        if self.entries:
            self.selected = min(max(start + by, 0), len(self.entries) - 1)


def first_folder() -> Path:
    """The folder in which the pictures of this user are, as far as there is one."""
    return next((path for path in (user_pictures_path(), Path.home()) if path.is_dir()), Path.cwd())


def look_into(folder: Path, suffixes: tuple[str, ...] = SUFFIXES) -> list[Entry]:
    """The folders in a folder, then its files, in the order of their names; no hidden ones.

    Raises OSError where it cannot be looked into.
    """
    with os.scandir(folder) as items:
        found = [
            Entry(item.name, folder / item.name, is_folder)
            for item in items
            if not item.name.startswith(".")
            and ((is_folder := _is_folder(item)) or item.name.lower().endswith(suffixes))
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
