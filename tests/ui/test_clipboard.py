"""What is pasted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageGrab, UnidentifiedImageError

from app.photo import PhotoError
from app.ui import clipboard


@pytest.fixture
def clipboard_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Put something into the clipboard, or an error in its way."""

    def put(content: object) -> None:
        def grab() -> object:
            if isinstance(content, Exception):
                raise content
            return content

        monkeypatch.setattr(ImageGrab, "grabclipboard", grab)
        monkeypatch.setattr(clipboard, "_copied_file", lambda: None)

    return put


def test_a_picture_is_pasted(clipboard_with: Callable[[object], None]) -> None:
    image = Image.new("L", (9, 9))
    clipboard_with(image)
    assert clipboard.grab() is image


def test_of_copied_files_the_first_is_pasted(clipboard_with: Callable[[object], None]) -> None:
    clipboard_with(["one.png", "two.png"])
    assert clipboard.grab() == Path("one.png")


@pytest.mark.parametrize("content", [None, [], UnidentifiedImageError("text")])
def test_where_no_picture_is_a_sentence_says_so(
    content: object, clipboard_with: Callable[[object], None]
) -> None:
    clipboard_with(content)
    with pytest.raises(PhotoError, match="no picture and no file in the clipboard"):
        clipboard.grab()


@pytest.mark.parametrize(("wayland", "package"), [("", "xclip"), ("wayland-0", "wl-clipboard")])
def test_the_package_that_pasting_needs_is_named(
    wayland: str,
    package: str,
    clipboard_with: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if wayland:
        monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    clipboard_with(NotImplementedError())
    with pytest.raises(PhotoError, match=f"install the package {package}"):
        clipboard.grab()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Image.DecompressionBombError("large"), "too many pixels"),
        (Image.DecompressionBombWarning("large"), "too many pixels"),
        (ChildProcessError("xclip error: no display"), "no display"),
        (SyntaxError("broken PNG file"), "broken PNG"),
    ],
)
def test_what_cannot_be_pasted_is_told_in_a_sentence(
    error: Exception, reason: str, clipboard_with: Callable[[object], None]
) -> None:
    clipboard_with(error)
    with pytest.raises(PhotoError, match=reason) as caught:
        clipboard.grab()
    assert "\n" not in str(caught.value)
