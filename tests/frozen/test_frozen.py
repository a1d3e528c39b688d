"""What works from source works frozen: as anybody, anywhere, without Python."""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.convention import REFERENCE_DIGITS
from app.photo import FORMATS
from tests.frozen.conftest import ROOT, Run, number
from tests.h5_files import small_config, small_weights, write

SUFFIXES = {
    "PNG": "png",
    "JPEG": "jpg",
    "GIF": "gif",
    "BMP": "bmp",
    "PPM": "ppm",
    "TIFF": "tif",
    "WEBP": "webp",
    "AVIF": "avif",
    "JPEG2000": "jp2",
    "ICO": "ico",
    "TGA": "tga",
}


@pytest.fixture
def from_source(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the program prints when it is run from source."""

    def run(*arguments: object) -> str:
        main([str(argument) for argument in arguments])
        return capsys.readouterr().out

    return run


def test_ink_files_are_read_as_from_source(
    run: Run, home: Path, from_source: Callable[..., str]
) -> None:
    file = home / "Ziffern é 数字.ndjson"
    file.write_bytes(REFERENCE_DIGITS.read_bytes())
    done = run("read", "--json", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == from_source("read", "--json", file)
    texts = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert texts == [json.loads(line)["word"] for line in file.read_text().splitlines()]


def test_pictures_of_every_format_are_read_as_from_source(
    run: Run, home: Path, from_source: Callable[..., str]
) -> None:
    files = []
    for kind in FORMATS:
        files.append(home / f"17.{SUFFIXES[kind]}")
        # An icon is no larger than 256 pixels.
        (number().resize((250, 150)) if kind == "ICO" else number()).save(files[-1], kind)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "zstd", "lzma", "group4"):
        files.append(home / f"17 {compression}.tif")
        image = number().convert("1") if compression == "group4" else number()
        image.save(files[-1], compression=compression)
    grey = np.asarray(number().convert("L"))
    for name, image in {
        "CMYK.jpg": number().convert("CMYK"),
        "CMYK.tif": number().convert("CMYK"),
        "16 bit.png": Image.fromarray(grey.astype(np.uint16) * 257),
        "16 bit.tif": Image.fromarray(grey.astype(np.uint16) * 257),
        "float.tif": Image.fromarray(grey.astype(np.float32) / 255),
        "palette.png": number().quantize(4),
        "palette.gif": number().quantize(4),
        "transparent.webp": number().convert("RGBA"),
        "two grey.png": number().convert("1"),
    }.items():
        files.append(home / f"17 {name}")
        image.save(files[-1])
    files.append(home / "17 of a camera.jpg")
    number().save(files[-1], "MPO", save_all=True, append_images=[number()])
    done = run("read", "--json", *files)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["17"] * len(files)
    assert done.stdout == from_source("read", "--json", *files)


def test_a_strangers_network_reads_as_from_source(
    run: Run, home: Path, from_source: Callable[..., str]
) -> None:
    model = write(home / "strange.h5", small_config(), small_weights())
    arguments = "read", "--json", "--model", model, REFERENCE_DIGITS
    done = run(*arguments)
    assert "this network reads only" in done.stderr
    assert done.stdout == from_source(*arguments)


@pytest.mark.parametrize("content", [None, b"", b"no network", b"\x89HDF\r\n\x1a\n"])
def test_a_bad_network_is_told_of_in_one_sentence(
    run: Run, home: Path, content: bytes | None
) -> None:
    if content is not None:
        (home / "bad.h5").write_bytes(content)
    done = run("read", "--model", home / "bad.h5", REFERENCE_DIGITS)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_bad_picture_is_told_of_in_one_sentence(run: Run, home: Path) -> None:
    (home / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run("read", home / "bad.png")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_it_is_small(folder: Path) -> None:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert sum(sizes) <= 100e6


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_packed_it_is_small(built: Callable[[str], Path]) -> None:
    assert built("*.tar.xz").stat().st_size <= 30e6


def test_nothing_is_inside_that_is_not_needed(folder: Path) -> None:
    paths = [path.relative_to(folder) for path in folder.rglob("*")]
    names = {name for path in paths for name in path.parts}
    assert not names & {"tensorflow", "keras", "training", "matplotlib", "tests", "examples"}
    fonts = {path.name for path in paths if path.suffix in (".ttf", ".otf", ".ttc")}
    assert fonts == {"NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "FiraCode-Regular.ttf"}
    libraries = ("mixer", "ogg", "vorbis", "flac", "opus", "mpg123", "fluidsynth", "xmp", "crypto")
    others = (*libraries, "_tests.")  # those of NumPy are libraries, too
    assert not [path for path in paths if any(word in path.name.lower() for word in others)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has glibc")
def test_it_runs_with_the_glibc_that_is_promised(folder: Path) -> None:
    contents = [path.read_bytes() for path in [folder / "digit-pad", *folder.rglob("*.so*")]]
    needed = {
        int(found) for content in contents for found in re.findall(rb"GLIBC_2\.(\d+)", content)
    }
    assert 17 <= max(needed) <= 28


def test_the_licences_of_everything_inside_are_there(folder: Path) -> None:
    notice = (folder / "NOTICE.txt").read_text("utf-8")
    for package in (
        "h5py",
        "numpy",
        "pillow",
        "platformdirs",
        "pygame-ce",
        "pygame_gui",
        "freeze-core",
    ):
        heading = f"\n{package} {distribution(package).version}\n"
        assert heading in notice
        text = notice.split(heading)[1].split("\n" + "=" * 100 + "\n\n")[1].split("=" * 100)[0]
        assert len(text) > 500
    for words in (
        *("PYTHON SOFTWARE FOUNDATION LICENSE", "GNU LESSER GENERAL PUBLIC LICENSE", "OpenBLAS"),
        *("SIL OPEN FONT LICENSE", "HDF5", "FREETYPE", "LIBAVIF", "SDL_ttf", "libaec", "libffi"),
        *("The Digit Pad authors", "CC BY-SA 3.0", "libmpdec", "David M. Gay"),
    ):
        assert words in notice


def test_it_tells_nothing_of_where_it_was_built(folder: Path) -> None:
    for path in (folder / "lib").rglob("*.pyc"):
        assert str(ROOT).encode() not in path.read_bytes()
        assert sys.prefix.encode() not in path.read_bytes()


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows tells consoles from windows")
def test_one_program_has_a_console_and_one_has_none(folder: Path) -> None:
    for name, subsystem in (("DigitPad.exe", 2), ("digit-pad.exe", 3)):
        content = (folder / name).read_bytes()
        (header,) = struct.unpack_from("<I", content, 0x3C)
        assert struct.unpack_from("<H", content, header + 92) == (subsystem,)
        assert b"PerMonitorV2" in content
