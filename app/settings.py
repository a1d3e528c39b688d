"""Where things live on each platform, and what is remembered between two starts."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from app.files import replace_file

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

        Where the file cannot be used, the defaults are taken and one sentence on stderr tells so.
        """
        path = path or settings_path()
        try:
            return cls._parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            pass
        except OSError as error:
            _tell(f"{path}: the settings cannot be read ({error.strerror or error}).")
        except (ValueError, RecursionError):
            _tell(f"{path}: these are no settings of Digit Pad, so the defaults are used.")
        return cls()

    @classmethod
    def _parse(cls, text: str) -> Settings:
        """Raises ValueError where the text does not hold settings that could have been saved."""
        keys = json.loads(text)
        if not isinstance(keys, dict):
            raise ValueError("not an object")
        settings = {**asdict(cls()), **keys}
        theme, pen_width, window = (settings[name] for name in ("theme", "pen_width", "window"))
        if theme not in THEMES:
            raise ValueError("theme")
        if settings["language"] not in LANGUAGES:
            raise ValueError("language")
        if not isinstance(pen_width, int) or pen_width not in PEN_WIDTHS:
            raise ValueError("pen_width")
        names = ("learn", "erase_parts", "strip", "keep_drawing", "speak", "first_run")
        switches = {name: settings[name] for name in names}
        if not all(isinstance(value, bool) for value in switches.values()):
            raise ValueError("switches")
        match window:
            case [int(width), int(height)] if (
                SMALLEST_WINDOW[0] <= width <= LARGEST_SIDE
                and SMALLEST_WINDOW[1] <= height <= LARGEST_SIDE
            ):
                language = settings["language"]
                return cls(theme, pen_width, (width, height), language=language, **switches)
        raise ValueError("window")

    def save(self, path: Path | None = None) -> None:
        """Write the settings to a file (by default the user's), whole or not at all.

        Where that is impossible one sentence on stderr tells so; the program goes on.
        """
        path = path or settings_path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, f"{json.dumps(asdict(self), indent=2)}\n".encode())
        except OSError as error:
            _tell(f"{path}: the settings cannot be saved ({error.strerror or error}).")


def _tell(sentence: str) -> None:
    """A program without a console, as on Windows, has no stderr; print() then does nothing."""
    print(sentence, file=sys.stderr)
