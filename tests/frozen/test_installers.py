"""The installers of Linux: built, installed, run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.convention import REFERENCE_DIGITS
from app.ink import Drawing, read_drawings
from app.photo import FORMATS
from tests.frozen.conftest import IS_ROOT, NOBODY, freeze
from tests.ui.xvfb import MISSING, Program, Xvfb

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="installers of Linux")

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


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if missing := [tool for tool in ("dpkg-deb", "dpkg") if not shutil.which(tool)]:
        pytest.skip(f"needs {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("deb")
    freeze("bdist_deb", "--dist-dir", folder)
    [package] = folder.glob("*.deb")
    return package


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


def test_the_installed_program_opens_the_files_that_it_is_associated_with(
    installed: str, elsewhere: dict[str, str], home: Path
) -> None:
    entry = Path("/usr/share/applications/digit-pad.desktop")
    subprocess.run(["desktop-file-validate", entry], check=True)
    cache = Path("/usr/share/applications/mimeinfo.cache").read_text()
    opened = {line.split("=")[0] for line in cache.splitlines() if "digit-pad.desktop" in line}
    assert opened >= MIME_TYPES and len(MIME_TYPES) == len(FORMATS) + 1
    assert "application/x-ndjson:*.ndjson" in Path("/usr/share/mime/globs2").read_text()
    [command] = [line[5:] for line in entry.read_text().splitlines() if line.startswith("Exec=")]
    if MISSING:
        pytest.skip(f"needs {', '.join(MISSING)}")
    drawing = next(read_drawings(REFERENCE_DIGITS))
    assert isinstance(drawing, Drawing)
    file = home / "ink é.ndjson"
    file.write_bytes(REFERENCE_DIGITS.read_bytes())
    for arguments, title in (
        ([], "Digit Pad"),
        ([str(file)], f"{drawing.keys['word']} - Digit Pad"),
    ):
        words = [word for word in command.split() if word != "%f"] + arguments
        with (
            Xvfb() as display,
            Program(words, display, home, elsewhere, home, inherited={}, owner=NOBODY) as program,
        ):
            program.wait_for_title(title)
            assert program.end() == (0, "")


def test_an_appimage_runs(public: Path, elsewhere: dict[str, str], home: Path) -> None:
    dist = public / "dist"
    try:
        freeze("bdist_appimage", "--dist-dir", dist)
    except subprocess.CalledProcessError as error:
        if "urlopen error" not in error.stdout:
            raise
        pytest.skip("appimagetool, which is downloaded from GitHub, cannot be had here")
    [image] = dist.glob("*.AppImage")
    image.chmod(0o755)
    # Without it the kernel would have to mount the image, which containers do not allow.
    assert reads(image, elsewhere | {"APPIMAGE_EXTRACT_AND_RUN": "1"}, home)


def test_what_an_appimage_is_made_of_runs(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    """Its folder, of which appimagetool only makes a file; cx_Freeze unpacks all modules there."""
    tool = tmp_path / "no-tool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    options = ["--appimagetool", tool, "--runtime-file", tool, "--dist-dir", tmp_path]
    with pytest.raises(subprocess.CalledProcessError) as caught:
        freeze("bdist_appimage", "--bdist-base", tmp_path, *options)
    assert caught.value.stdout.rstrip().endswith("Could not build AppImage")
    program = tmp_path / "AppDir" / "AppRun"
    done = subprocess.run(
        [program, "read", REFERENCE_DIGITS], env=elsewhere, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(REFERENCE_DIGITS.read_text().splitlines())
    entry = (tmp_path / "AppDir" / "digit-pad.desktop").read_text()
    assert "Terminal=false" in entry
