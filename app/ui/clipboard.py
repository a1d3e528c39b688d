"""The clipboard: pictures and files from elsewhere to be pasted here, and images for elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from PIL import Image, UnidentifiedImageError

from app.photo import FORMATS, PhotoError
from app.ui import texts

PATIENCE = 5.0
"""Seconds after which a program that owns the clipboard is taken to have hung."""


def grab() -> Image.Image | Path:
    """What the clipboard holds: a picture, or the first of the files copied in a file manager.

    Raises PhotoError where there is none, or no way to get it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            grabbed = _copied_image()
    except (NotImplementedError, FileNotFoundError):
        raise PhotoError(texts.NO_PASTING.format(package=_package())) from None
    except subprocess.TimeoutExpired:
        raise PhotoError(texts.CLIPBOARD_SILENT) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(texts.CLIPBOARD_TOO_LARGE) from None
    except UnidentifiedImageError:  # some programs hand out text under the name of a picture
        grabbed = None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        # What comes from another program is as good or bad as that program.
        raise PhotoError(texts.CLIPBOARD_UNREADABLE.format(reason=error)) from None
    if isinstance(grabbed, list) and grabbed:
        return Path(grabbed[0])
    if isinstance(grabbed, Image.Image):
        return grabbed
    if copied := _copied_file():
        return copied
    raise PhotoError(texts.NOTHING_TO_PASTE)


def _copied_image() -> Image.Image | list[str] | None:
    """The picture that was copied, if any; where Pillow tells them, the files instead."""
    if sys.platform in ("win32", "darwin"):
        from PIL import ImageGrab  # only pasting needs it

        return ImageGrab.grabclipboard()
    # Pillow would wait forever for a program that has hung, and take pictures of any format.
    try:
        content = _run([*_tool("wl-paste", "xclip", "-o"), "image/png"])
    except subprocess.CalledProcessError:
        return None
    image = Image.open(BytesIO(content), formats=FORMATS)
    image.load()
    return image


def _copied_file() -> Path | None:
    """On Linux, the first of the files that were copied in a file manager."""
    if sys.platform in ("win32", "darwin"):
        return None  # Pillow knows these
    try:
        uris = _run([*_tool("wl-paste", "xclip", "-o"), "text/uri-list"]).decode().split()
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    paths = [unquote(urlsplit(uri).path) for uri in uris if uri.startswith("file:")]
    return Path(paths[0]) if paths else None


def put_image(png: bytes) -> None:
    """Put a picture into the clipboard; raises PhotoError where that is impossible."""
    try:
        if sys.platform == "win32":
            _put_on_windows(png)
        elif sys.platform == "darwin":
            _put_on_mac(png)
        else:
            _run([*_tool("wl-copy", "xclip", "-i"), "image/png"], png)
    except FileNotFoundError:
        raise PhotoError(texts.NO_COPYING.format(package=_package())) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise PhotoError(texts.CANNOT_COPY_IMAGE.format(reason=error)) from None


def _on_wayland() -> bool:
    return "WAYLAND_DISPLAY" in os.environ


def _package() -> str:
    return "wl-clipboard" if _on_wayland() else "xclip"


def _tool(wayland: str, x11: str, way: str) -> list[str]:
    """The beginning of a command, to be completed by a type of content."""
    if _on_wayland():
        return [wayland, "-t"]
    return [x11, "-selection", "clipboard", way, "-t"]


def _run(command: list[str], content: bytes | None = None) -> bytes:
    """What a command writes. With content it may live on to hand it out, and writes nothing."""
    writes = subprocess.PIPE if content is None else subprocess.DEVNULL
    done = subprocess.run(
        command,
        input=content,
        stdout=writes,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout or b""


def _put_on_windows(png: bytes) -> None:
    import pygame

    file = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").save(file, "BMP")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is nothing else for images
        try:
            pygame.scrap.init()
            pygame.scrap.put(pygame.SCRAP_BMP, file.getvalue())
        except pygame.error as error:
            raise OSError(str(error)) from None


def _put_on_mac(png: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "drawing.png"
        path.write_bytes(png)
        script = f'set the clipboard to (read (POSIX file "{path}") as \u00abclass PNGf\u00bb)'
        _run(["osascript", "-e", script], b"")
