"""What works from source works frozen: as anybody, anywhere, without Python."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from app.__main__ import main
from app.convention import REFERENCE_DIGITS
from app.photo import FORMATS
from app.ui.theme import PALETTES
from tests.frozen.conftest import NOBODY, ROOT
from tests.h5_files import small_config, small_weights, write
from tests.ui.xvfb import Program, Xvfb, wait_for

Run = Callable[..., subprocess.CompletedProcess[str]]

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
SEVEN = [(150, 200), (320, 195), (230, 520)]


@pytest.fixture
def run(executable: Path, elsewhere: dict[str, str], home: Path) -> Run:
    """Run the frozen program as somebody who owns nothing of it."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [executable, *map(str, arguments)],
            cwd=home,
            env=elsewhere,
            capture_output=True,
            text=True,
            timeout=60,
            **NOBODY,
        )

    return run


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


def number(size: tuple[int, int] = (400, 240)) -> Image.Image:
    """A picture of 17."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    pen.line([(90, 40), (86, 190)], fill="black", width=10)
    pen.line([(200, 45), (290, 42), (235, 190)], fill="black", width=10, joint="curve")
    return image


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


@pytest.mark.skipif(sys.platform == "linux", reason="on Linux more of it is tested, under Xvfb")
def test_the_window_stays_open(folder: Path) -> None:
    name = "DigitPad.exe" if sys.platform == "win32" else "digit-pad"
    with subprocess.Popen([folder / name]) as program:
        time.sleep(10)
        assert program.poll() is None
        program.kill()


@pytest.mark.parametrize("strange", [False, True])
def test_the_window_looks_as_from_source(
    start: Callable[..., Program], executable: Path, display: Xvfb, home: Path, strange: bool
) -> None:
    model = ["--model", home / "strange.h5"] if strange else []
    write(home / "strange.h5", small_config(), small_weights())
    (home / "Ziffern é 数字").mkdir()
    settings = home / "digit-pad" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"first_run": false}')  # else the first to end writes it
    number().save(home / "17.tif")

    def start_from_source() -> Program:
        return Program([sys.executable, "-m", "app", *map(str, model)], display, home, cwd=ROOT)

    shots: list[list[NDArray[np.uint8]]] = []
    titles = []
    for start_one in (lambda: start(executable, *model), start_from_source):
        with start_one() as program:
            program.wait_for_title("Digit Pad")
            program.draw(SEVEN)
            wait_for(lambda shown=program: shown.title != "Digit Pad")
            titles.append(program.title)
            shots.append([])
            for keys in ([], ["ctrl+o"], ["Escape", "ctrl+comma"], ["Escape", "ctrl+i"]):
                for key in keys:
                    program.key(key)
                program.move(60, 28)
                shots[-1].append(when_settled(program))
            assert program.end() == (0, "")
        for kept in home.rglob("numbers.ndjson"):
            kept.unlink()  # else the strip shows what the first has read
    assert titles[0] == titles[1] and (strange or titles[0] == "7 - Digit Pad")
    for frozen, from_source in zip(*shots, strict=True):
        assert (frozen == from_source).all()
    paper, *others = shots[0]
    assert (paper == ImageColor.getrgb(PALETTES["light"].ink)).all(axis=-1).any()
    assert all((paper != other).any() for other in others)


def when_settled(program: Program) -> NDArray[np.uint8]:
    """How it looks when that has not changed for longer than a tool tip takes to appear."""
    shot, since = np.asarray(program.screenshot()), time.monotonic()
    while time.monotonic() < since + 1.5:
        now = np.asarray(program.screenshot())
        if (now != shot).any():
            shot, since = now, time.monotonic()
        time.sleep(0.1)
    return shot


def test_pictures_are_opened_and_pasted(
    start: Callable[..., Program], executable: Path, display: Xvfb, home: Path
) -> None:
    number().save(home / "seventeen é 数字.webp", lossless=True)
    with start(executable, "--open", home / "seventeen é 数字.webp") as program:
        program.wait_for_title("17 - Digit Pad")
        program.key("Delete")
        program.wait_for_title("Digit Pad")
        program.key("ctrl+o", "s", "e", "v", "Return")
        program.wait_for_title("17 - Digit Pad")
        if shutil.which("xclip"):
            program.key("Delete")
            program.wait_for_title("Digit Pad")
            number().save(home / "17.png")
            copy = ["xclip", "-display", display.name, "-selection", "clipboard", "-t", "image/png"]
            # It goes on as long as it owns the clipboard, with this process's pipes if it has them.
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run([*copy, home / "17.png"], check=True, **quiet)
            program.key("ctrl+v")
            program.wait_for_title("17 - Digit Pad")
        assert program.end() == (0, "")


def test_theme_and_pen_are_remembered_in_the_home_alone(
    start: Callable[..., Program], executable: Path, folder: Path, home: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.key("ctrl+t")
        program.key("plus")
        dark = when_settled(program)
        assert program.end() == (0, "")
    assert {path.name for path in home.rglob("*") if path.is_file()} == {
        "settings.json",
        "settings.json.lock",
    }
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        assert (when_settled(program) == dark).all()
    assert ImageColor.getrgb(PALETTES["dark"].paper) == tuple(dark[300, 300])
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_corrections_are_remembered_in_the_home(
    start: Callable[..., Program], executable: Path, home: Path
) -> None:
    for correct in (True, False):
        with start(executable) as program:
            program.wait_for_title("Digit Pad")
            program.draw(SEVEN)
            if correct:
                program.wait_for_title("7 - Digit Pad")
                program.key("2")
            program.wait_for_title("2 - Digit Pad")
            assert program.end() == (0, "")
    assert "corrections.ndjson" in [path.name for path in home.rglob("*.ndjson")]


def test_a_drawing_comes_back_after_a_crash(
    start: Callable[..., Program], executable: Path, home: Path
) -> None:
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.draw(SEVEN)
        program.wait_for_title("7 - Digit Pad")
        wait_for(lambda: list(home.rglob("open/*.ndjson")))
        program.process.kill()
        program.process.wait()
    with start(executable) as program:
        program.wait_for_title("7 - Digit Pad")
        assert program.end() == (0, "")


def test_it_speaks_the_language_of_the_system(
    start: Callable[..., Program], executable: Path, elsewhere: dict[str, str], run: Run
) -> None:
    shots = []
    for language in ("C.UTF-8", "de_DE.UTF-8"):
        elsewhere["LANG"] = language
        with start(executable) as program:
            program.wait_for_title("Digit Pad")
            shots.append(when_settled(program))
            assert program.end() == (0, "")
    assert (shots[0] != shots[1]).any()
    assert "kann sein Fenster nicht" in run().stderr


def test_where_nothing_can_be_written_it_works_and_says_so(
    start: Callable[..., Program], executable: Path, home: Path
) -> None:
    home.chmod(0o555)
    with start(executable) as program:
        program.wait_for_title("Digit Pad")
        program.draw(SEVEN)
        program.wait_for_title("7 - Digit Pad")
        program.key("ctrl+t")
        status, errors = program.end()
    assert status == 0
    assert len(errors.splitlines()) == 1 and "cannot be saved" in errors
    assert not list(home.iterdir())


def test_without_a_display_it_says_so_in_one_sentence(run: Run) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have one")
    done = run()
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
