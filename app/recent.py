"""The files that were opened last, remembered in the user's data folder."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from app.files import locked, replace_file
from app.settings import data_folder

MOST = 6
"""So many are remembered."""


def recent_files(path: Path | None = None) -> list[Path]:
    """The files that were opened last and still exist, the latest first."""
    return [file for file in _read(path or data_folder() / "recent.json") if file.is_file()]


def remember_file(file: Path, path: Path | None = None) -> None:
    """A file was opened. Where that cannot be remembered, nothing is lost but convenience."""
    path = path or data_folder() / "recent.json"
    file = file.absolute()
    with suppress(OSError), locked(path):
        others = [other for other in _read(path) if other != file]
        kept = [str(other) for other in [file, *others][:MOST]]
        replace_file(path, json.dumps(kept, indent=2).encode())


def _read(path: Path) -> list[Path]:
    try:
        names = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(names, list):
        return []
    return [Path(name) for name in names if isinstance(name, str) and "\0" not in name]
