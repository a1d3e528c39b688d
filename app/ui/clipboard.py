"""The picture, or the file of one, that was copied elsewhere to be pasted here."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from app.photo import PhotoError
from app.ui import texts


def grab() -> Image.Image | Path:
    """What the clipboard holds: a picture, or the first of the files copied in a file manager.

    Raises PhotoError where there is none, or no way to get it.
    """
    from PIL import ImageGrab  # only pasting needs it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            grabbed = ImageGrab.grabclipboard()
    except NotImplementedError:
        package = "wl-clipboard" if "WAYLAND_DISPLAY" in os.environ else "xclip"
        raise PhotoError(texts.NO_PASTING.format(package=package)) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(texts.CLIPBOARD_TOO_LARGE) from None
    except UnidentifiedImageError:  # some programs hand out text under the name of a picture
        raise PhotoError(texts.NOTHING_TO_PASTE) from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        # What comes from another program is as good or bad as that program.
        raise PhotoError(texts.CLIPBOARD_UNREADABLE.format(reason=error)) from None
    if isinstance(grabbed, list) and grabbed:
        return Path(grabbed[0])
    if isinstance(grabbed, Image.Image):
        return grabbed
    raise PhotoError(texts.NOTHING_TO_PASTE)
