"""What is pasted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pygame
import pytest
from PIL import Image, UnidentifiedImageError

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

        monkeypatch.setattr(clipboard, "_copied_image", grab)
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


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Pillow gets these there")
@pytest.mark.parametrize("content", [None, UnidentifiedImageError("text")])
def test_a_file_copied_in_a_file_manager_is_pasted(
    content: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grab() -> object:
        if isinstance(content, Exception):
            raise content
        return content

    monkeypatch.setattr(clipboard, "_copied_image", grab)
    uris = b"# files\r\nfile:///home/me/a%20b%C3%A4.png\r\nfile:///home/me/c.png\r\n"
    monkeypatch.setattr(clipboard, "_run", lambda command: uris)
    assert clipboard.grab() == Path("/home/me/a b\u00e4.png")
    monkeypatch.setattr(clipboard, "_run", lambda command: b"https://example.org/a.png")
    with pytest.raises(PhotoError, match="no picture and no file"):
        clipboard.grab()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="needs no program there")
@pytest.mark.parametrize(("wayland", "tool"), [("", "xclip"), ("wayland-0", "wl-copy")])
def test_an_image_is_copied_with_the_desktops_program(
    wayland: str, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if wayland:
        monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    runs: list[tuple[list[str], bytes]] = []
    monkeypatch.setattr(clipboard, "_run", lambda command, content: runs.append((command, content)))
    clipboard.put_image(b"png")
    ((command, content),) = runs
    assert command[0] == tool and command[-1] == "image/png" and content == b"png"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="needs no program there")
@pytest.mark.parametrize(
    ("command", "reason"),
    [("no-such-program", "install the package"), ("false", "cannot be copied")],
)
def test_that_an_image_cannot_be_copied_is_told_in_a_sentence(
    command: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_tool", lambda *_: [command])
    with pytest.raises(PhotoError, match=reason) as caught:
        clipboard.put_image(b"png")
    assert "\n" not in str(caught.value)


def test_an_image_is_copied_on_a_mac_out_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    copied: list[bytes] = []

    def run(command: list[str], content: bytes) -> bytes:
        assert command[:2] == ["osascript", "-e"]
        copied.append(Path(command[2].split('"')[1]).read_bytes())
        return content

    monkeypatch.setattr(clipboard, "_run", run)
    clipboard.put_image(b"png")
    assert copied == [b"png"]


def test_an_image_is_copied_on_windows_as_a_bitmap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    copied: dict[str, bytes] = {}
    monkeypatch.setattr(pygame.scrap, "init", lambda: None)
    monkeypatch.setattr(pygame.scrap, "put", copied.__setitem__)
    file = BytesIO()
    Image.new("RGB", (3, 2), "red").save(file, "PNG")
    clipboard.put_image(file.getvalue())
    bitmap = Image.open(BytesIO(copied[pygame.SCRAP_BMP]))
    assert (bitmap.format, bitmap.size, bitmap.getpixel((0, 0))) == ("BMP", (3, 2), (255, 0, 0))


def test_that_windows_refuses_an_image_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise pygame.error("busy")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(pygame.scrap, "init", refuse)
    monkeypatch.setattr(pygame.scrap, "put", refuse)
    file = BytesIO()
    Image.new("RGB", (3, 2)).save(file, "PNG")
    with pytest.raises(PhotoError, match="busy"):
        clipboard.put_image(file.getvalue())
