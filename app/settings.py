"""Where things live on each platform, and what is remembered between two starts."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path

from app.files import locked, replace_file

ASSETS = (
    Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(__file__).parents[1]
) / "assets"
"""The folder of the bundled files: the model, the reference digits, the icon."""

THEMES = ("light", "dark", "system")
LANGUAGES = ("en", "de", "system")
PEN_WIDTHS = range(4, 41)
"""Widths of the pen on the screen, in pixels of a display of usual density."""
SMALLEST_WINDOW = (480, 360)
LARGEST_SIDE = 16384


def settings_path() -> Path:
    """The file that holds the settings of this user."""
    return user_config_path("digit-pad", appauthor=False) / "settings.json"


def data_folder() -> Path:
    """The folder for what this user wrote: drawings, numbers, corrections."""
    return user_data_path("digit-pad", appauthor=False)


def corrections_path() -> Path:
    """The ink file that holds what this user corrected."""
    return data_folder() / "corrections.ndjson"


@dataclass(frozen=True)
class Settings:
    """What is remembered.

    Attributes:
        theme: one of `THEMES`; that of the system where it can be known.
        pen_width: one of `PEN_WIDTHS`.
        window: its width and height in pixels of a display of usual density, from
            `SMALLEST_WINDOW` on.
        learn: whether the user's corrections count.
        erase_parts: whether the eraser takes parts of strokes, not whole ones.
        strip: whether the numbers that were read are shown below the paper.
        keep_drawing: whether what is on the paper at the end is there again at the next start.
        language: one of `LANGUAGES`.
        speak: whether the answer is spoken.
        first_run: whether nothing was ever written.
    """

    theme: str = "system"
    pen_width: int = 14
    window: tuple[int, int] = (1000, 700)
    learn: bool = True
    erase_parts: bool = False
    strip: bool = True
    keep_drawing: bool = False
    language: str = "system"
    speak: bool = False
    first_run: bool = True

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The settings of a file (by default the user's); the defaults where it is missing.

        What in it cannot be used is left to the defaults, and one sentence on stderr tells so.
        """
        path = path or settings_path()
        try:
            keys = _read(path)
        except OSError as error:
            _tell(f"{path}: the settings cannot be read ({error.strerror or error}).")
            return cls()
        except (ValueError, RecursionError):
            _tell(f"{path}: these are no settings of Digit Pad, so the defaults are used.")
            return cls()
        known = {name: keys[name] for name in asdict(cls()) if name in keys}
        odd = [name for name, value in known.items() if not _is_usable(name, value)]
        if odd:
            _tell(f"{path}: the defaults are used for what cannot be: {', '.join(odd)}.")
        usable = {name: value for name, value in known.items() if name not in odd}
        if "window" in usable:
            usable["window"] = tuple(usable["window"])
        return cls(**usable)

    def save(self, path: Path | None = None, before: Settings | None = None) -> None:
        """Write the settings to a file (by default the user's), whole or not at all.

        Of settings that were `before`, as they were loaded, only those that differ: others may be
        of another window, or of a later version, whose further keys stay too. A damaged file is
        put aside. Where saving is impossible one sentence on stderr tells so; the program goes on.
        """
        path = path or settings_path()
        mine = asdict(self)
        changed = {
            name: value
            for name, value in mine.items()
            if not before or value != getattr(before, name)
        }
        try:
            with locked(path):
                try:
                    there = _read(path)
                except (ValueError, RecursionError):
                    path.replace(path.with_suffix(".damaged"))
                    there = {}
                keys = {**mine, **there, **changed}
                replace_file(path, f"{json.dumps(keys, indent=2)}\n".encode())
        except OSError as error:
            _tell(f"{path}: the settings cannot be saved ({error.strerror or error}).")


def _read(path: Path) -> dict[str, Any]:
    """What a file holds, nothing if missing; raises OSError, ValueError, RecursionError."""
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(keys, dict):
        raise ValueError("not an object")
    return keys


def _is_usable(name: str, value: Any) -> bool:
    """Whether a setting could have been saved with this value."""
    match name, value:
        case "theme", _:
            return value in THEMES
        case "language", _:
            return value in LANGUAGES
        case "pen_width", _:
            return isinstance(value, int) and value in PEN_WIDTHS
        case "window", [int(width), int(height)]:
            return (
                SMALLEST_WINDOW[0] <= width <= LARGEST_SIDE
                and SMALLEST_WINDOW[1] <= height <= LARGEST_SIDE
            )
    return name != "window" and isinstance(value, bool)


def _tell(sentence: str) -> None:
    """A program without a console, as on Windows, has no stderr; print() then does nothing."""
    print(sentence, file=sys.stderr)
