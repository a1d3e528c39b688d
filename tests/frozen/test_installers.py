"""The installers that .ci/freeze has made: installed, run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.convention import REFERENCE_DIGITS
from app.photo import FORMATS
from tests.frozen.conftest import BUILT, IS_ROOT, NOBODY, ROOT
from tests.ui.xvfb import Program

TOOLS = ("dpkg", "update-desktop-database", "update-mime-database", "desktop-file-validate")
AS_ROOT = [] if IS_ROOT else ["sudo", "-n"]
MIME_TYPES = {
    *("application/x-ndjson", "image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff"),
    *("image/webp", "image/avif", "image/jp2", "image/vnd.microsoft.icon", "image/x-tga"),
    "image/x-portable-pixmap",
}


def reads(program: Path | str, env: dict[str, str], home: Path) -> bool:
    """Whether a program reads the reference digits, in the hands of somebody who owns nothing."""
    file = home / "reference.ndjson"
    file.write_bytes(REFERENCE_DIGITS.read_bytes())
    done = subprocess.run(
        [program, "read", file], cwd=home, env=env, capture_output=True, text=True, **NOBODY
    )
    assert done.stderr == ""
    words = [json.loads(line)["word"] for line in file.read_text().splitlines()]
    return done.stdout.splitlines() == words


@pytest.mark.skipif(not BUILT, reason="needs dist/, which .ci/freeze makes")
def test_a_release_keeps_the_names_that_the_sums_are_for() -> None:
    # GitHub puts a dot in the place of all else.
    for path in (ROOT / "dist").iterdir():
        assert re.fullmatch(r"[\w.+-]+", path.name, re.ASCII)


@pytest.fixture(scope="module")
def package(built: Callable[[str], Path]) -> Path:
    return built("*.deb")


@pytest.fixture(scope="module")
def installed(package: Path) -> Iterator[str]:
    """The name of the program, which is installed while tests last."""
    if not os.environ.get("CI"):
        pytest.skip("installs a package on this computer: set CI=true to allow it")
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        pytest.skip(f"needs {', '.join(missing)}: desktop-file-utils, shared-mime-info")
    subprocess.run([*AS_ROOT, "dpkg", "-i", package], check=True, capture_output=True)
    yield "digit-pad"
    subprocess.run([*AS_ROOT, "dpkg", "-P", "digit-pad"], check=True, capture_output=True)
    assert not Path("/usr/lib/digit-pad").exists()


def test_the_package_holds_everything_where_a_desktop_looks_for_it(package: Path) -> None:
    listing = subprocess.run(
        ["dpkg-deb", "-c", package], check=True, capture_output=True, text=True
    ).stdout
    for path in (
        *("bin/digit-pad", "lib/digit-pad/digit-pad", "share/doc/digit-pad/copyright"),
        *("share/applications/digit-pad.desktop", "share/mime/packages/digit-pad.xml"),
        "share/icons/hicolor/256x256/apps/digit-pad.png",
    ):
        assert f" ./usr/{path}" in listing
    assert all(line.split()[1] == "root/root" for line in listing.splitlines())


def test_the_installed_program_reads_files(
    installed: str, elsewhere: dict[str, str], home: Path
) -> None:
    assert reads(installed, elsewhere, home)


def test_the_installed_program_is_associated_with_its_files(installed: str) -> None:
    entry = Path("/usr/share/applications/digit-pad.desktop")
    subprocess.run(["desktop-file-validate", entry], check=True)
    cache = Path("/usr/share/applications/mimeinfo.cache").read_text()
    opened = {line.split("=")[0] for line in cache.splitlines() if "digit-pad.desktop" in line}
    assert opened >= MIME_TYPES and len(MIME_TYPES) == len(FORMATS) + 1
    assert "application/x-ndjson:*.ndjson" in Path("/usr/share/mime/globs2").read_text()


@pytest.mark.parametrize(
    ("file", "title"),
    [
        (None, "Digit Pad"),
        ("ink é.ndjson", f"{json.loads(REFERENCE_DIGITS.read_text().splitlines()[0])['word']} - "),
        ("picture é.png", "1 - "),
    ],
)
def test_a_desktop_opens_a_file_with_the_installed_program(
    installed: str, start: Callable[..., Program], home: Path, file: str | None, title: str
) -> None:
    (home / "ink é.ndjson").write_bytes(REFERENCE_DIGITS.read_bytes())
    picture = Image.new("L", (200, 300), "white")
    ImageDraw.Draw(picture).line([(105, 60), (95, 240)], fill="black", width=16)
    picture.save(home / "picture é.png")
    entry = Path("/usr/share/applications/digit-pad.desktop").read_text().splitlines()
    [command] = [line.removeprefix("Exec=") for line in entry if line.startswith("Exec=")]
    assert command.split()[-1] == "%f"
    with start(*command.split()[:-1], *([home / file] if file else [])) as program:
        program.wait_for_title(title if file is None else f"{title}Digit Pad")
        assert program.end() == (0, "")


def test_an_appimage_reads_files_and_opens_its_window(
    built: Callable[[str], Path],
    public: Path,
    elsewhere: dict[str, str],
    home: Path,
    start: Callable[..., Program],
) -> None:
    image = Path(shutil.copy(built("*.AppImage"), public / "Digit Pad é.AppImage"))
    image.chmod(0o755)
    # Else the kernel would have to mount the image, which containers do not allow.
    unpacks = elsewhere | {"APPIMAGE_EXTRACT_AND_RUN": "1", "TMPDIR": str(home)}
    assert reads(image, unpacks, home)
    unpack = [image, "--appimage-extract"]
    subprocess.run(unpack, cwd=home, check=True, stdout=subprocess.DEVNULL, **NOBODY)
    unpacked = home / "squashfs-root"
    with start(unpacked / "AppRun") as program:
        program.wait_for_title("Digit Pad")
        assert program.end() == (0, "")
    entry = unpacked / "digit-pad.desktop"
    subprocess.run(["desktop-file-validate", entry], check=True)
    assert "Name=Digit Pad\n" in entry.read_text()


@pytest.mark.skipif(sys.platform != "win32", reason="an installer of Windows")
def test_the_windows_installer_brings_a_program_that_reads_files(
    built: Callable[[str], Path], elsewhere: dict[str, str], home: Path
) -> None:
    # "/a" unpacks without installing.
    command = f'msiexec /a "{built("*.msi")}" /qn TARGETDIR="{home / "unpacked"}"'
    subprocess.run(command, check=True)
    [program] = (home / "unpacked").rglob("digit-pad.exe")
    assert reads(program, elsewhere, home)


@pytest.mark.skipif(sys.platform != "darwin", reason="an image of macOS")
def test_the_disk_image_brings_a_program_that_reads_files(
    built: Callable[[str], Path], elsewhere: dict[str, str], home: Path
) -> None:
    volume = home / "volume"
    volume.mkdir()
    attach = ["hdiutil", "attach", "-nobrowse", "-mountpoint", volume, built("*.dmg")]
    subprocess.run(attach, check=True)
    try:
        program = volume / "Digit Pad.app" / "Contents" / "MacOS" / "digit-pad"
        assert reads(program, elsewhere, home)
    finally:
        subprocess.run(["hdiutil", "detach", volume], check=True)
