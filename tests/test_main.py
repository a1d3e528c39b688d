"""The command line, run as a user runs it."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.ink import Drawing, Ink, Stroke, format_drawing
from app.recognizer import BUNDLED_MODEL
from training.datasets import Sample

RIGHT = np.array([100.0, 0])
SEVEN = Drawing(Ink((Stroke.from_xy(np.array([[20.0, 20.0], [90.0, 18.0], [55.0, 130.0]])),)))


def app(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def ink_file(tmp_path: Path) -> Path:
    path = tmp_path / "sevens.ndjson"
    path.write_text(f"{format_drawing(SEVEN)}\n{format_drawing(Drawing(Ink()))}\n")
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "seven.png"
    image = Image.new("L", (120, 150), 255)
    ImageDraw.Draw(image).line([(20, 20), (90, 18), (55, 130)], fill=0, width=8)
    image.save(path)
    return path


def test_read_prints_one_line_per_drawing_or_picture_in_input_order(
    ink_file: Path, picture: Path
) -> None:
    done = app("read", picture, ink_file, picture)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "7\n7\n\n7\n"


def test_read_json_has_the_documented_keys(ink_file: Path, picture: Path) -> None:
    done = app("read", "--json", "--single", ink_file, picture)
    drawn, empty, photographed = map(json.loads, done.stdout.splitlines())
    assert list(drawn) == ["file", "index", "text", "confidence", "digits"]
    assert (drawn["file"], drawn["index"], drawn["text"]) == (str(ink_file), 0, "7")
    [digit] = drawn["digits"]
    keys = ["digit", "confidence", "accepted", "box", "probabilities", "strokes", "line"]
    assert list(digit) == keys
    assert (digit["strokes"], digit["line"]) == ([0], 0)
    assert (digit["digit"], digit["accepted"]) == (7, True)
    assert digit["box"] == [20, 18, 70, 112]
    assert len(digit["probabilities"]) == 10
    assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert drawn["confidence"] == digit["confidence"] == max(digit["probabilities"])
    assert (empty["index"], empty["text"], empty["digits"]) == (1, "", [])
    assert (photographed["file"], photographed["index"]) == (str(picture), 0)
    assert photographed["text"] == "7"


def test_numbers_on_lines_are_one_line_of_output(tmp_path: Path) -> None:
    path = tmp_path / "sevens.ndjson"
    [seven] = SEVEN.ink.lines()
    lines = [seven, seven + RIGHT, seven + 5 * RIGHT, seven + 3 * RIGHT[::-1]]
    path.write_text(format_drawing(Drawing(Ink.from_lines(lines))) + "\n")
    assert app("read", path).stdout == "77 7 7\n"
    [reading] = map(json.loads, app("read", "--json", path).stdout.splitlines())
    assert reading["text"] == "77 7\n7"
    assert [digit["line"] for digit in reading["digits"]] == [0, 0, 0, 1]
    assert [digit["strokes"] for digit in reading["digits"]] == [[0], [1], [2], [3]]
    assert app("read", "--single", path).stdout == "?\n"


def test_a_drawing_and_its_picture_are_read_alike(
    tmp_path: Path, pendigits_train: list[Sample]
) -> None:
    samples = pendigits_train[:60]
    path = tmp_path / "ink.ndjson"
    path.write_text(
        "".join(format_drawing(Drawing(Ink.from_lines(sample.lines))) + "\n" for sample in samples)
    )
    pictures = []
    for i, sample in enumerate(samples):
        points = np.concatenate(sample.lines)
        image = Image.new("RGB", (700, 600), "white")
        for line in sample.lines:
            at = [tuple(point) for point in line - points.min(axis=0) + 40]
            ImageDraw.Draw(image).line(at, fill="navy", width=9, joint="curve")
        pictures.append(tmp_path / f"{i}.png")
        image.save(pictures[-1])
    from_ink = app("read", path).stdout.splitlines()
    from_pictures = app("read", *pictures).stdout.splitlines()
    assert np.mean([a == b for a, b in zip(from_ink, from_pictures, strict=True)]) >= 0.95
    assert np.mean([a == s.label for a, s in zip(from_ink, samples, strict=True)]) >= 0.95


def test_all_digits_of_a_picture_are_read(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    page = Image.new("L", (6000, 4000), 255)
    for x, y in [(1000, 1000), (2000, 1000), (4500, 1000), (1500, 2800)]:
        line = [(x, y), (x + 700, y - 20), (x + 350, y + 1100)]
        ImageDraw.Draw(page).line(line, fill=0, width=80)
    page.save(path)
    assert app("read", path).stdout == "77 7 7\n"
    [reading] = map(json.loads, app("read", "--json", path).stdout.splitlines())
    assert reading["digits"][0]["box"] == pytest.approx([1000, 950, 700, 1150], abs=60)
    assert len(app("read", "--single", path).stdout.strip()) == 1


def test_a_picture_without_handwriting_is_told(tmp_path: Path, picture: Path) -> None:
    empty = tmp_path / "empty.png"
    Image.new("L", (200, 100), 230).save(empty)
    done = app("read", empty, picture)
    assert (done.returncode, done.stdout) == (0, "\n7\n")
    assert done.stderr == f"{empty}: no handwriting was found in it\n"


def test_what_cannot_be_read_is_told_and_the_rest_is_read(
    tmp_path: Path, ink_file: Path, picture: Path
) -> None:
    damaged = tmp_path / "damaged.ndjson"
    damaged.write_text(f"{{\n{format_drawing(SEVEN)}\n")
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:100])
    done = app("read", "--json", tmp_path / "none.png", damaged, broken, tmp_path, picture)
    assert done.returncode == 1
    readings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["file"], r["index"], r["text"]) for r in readings] == [
        (str(damaged), 1, "7"),
        (str(picture), 0, "7"),
    ]
    complaints = done.stderr.splitlines()
    assert len(complaints) == 4
    for complaint, name in zip(
        complaints, ["none.png", "damaged.ndjson, line 1", "broken.png", str(tmp_path)], strict=True
    ):
        assert name in complaint


def test_a_network_that_cannot_be_loaded_is_told_in_one_line(
    tmp_path: Path, ink_file: Path
) -> None:
    path = tmp_path / "none.h5"
    for arguments in (
        ["--model", path, "read", ink_file],
        ["read", "--model", path, ink_file],
    ):
        done = app(*arguments)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert str(path) in done.stderr


def test_the_network_may_be_named_before_or_after_read(ink_file: Path) -> None:
    assert app("--model", BUNDLED_MODEL, "read", ink_file).stdout == "7\n\n"
    assert app("read", "--model", BUNDLED_MODEL, ink_file).stdout == "7\n\n"


def test_it_tells_its_version() -> None:
    assert app("--version").stdout == f"Digit Pad {version('digit-pad')}\n"


@pytest.mark.parametrize("arguments", [["read"], ["write", "x"], ["read", "--fast", "x"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    done = app(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


def test_a_file_without_a_command_is_told_both_ways_to_open_it(picture: Path) -> None:
    done = app(picture)
    assert done.returncode == 2
    assert "--open FILE" in done.stderr and "read [--json]" in done.stderr


def test_a_folder_is_told_apart_from_a_file_that_is_missing(tmp_path: Path) -> None:
    done = app("read", tmp_path)
    assert done.stderr == f"{tmp_path}: this is a folder; name the files in it\n"


def test_what_may_be_an_ink_file_is_told_the_name_of_one(tmp_path: Path) -> None:
    path = tmp_path / "seven.json"
    path.write_text(format_drawing(SEVEN))
    assert ".ndjson" in app("read", path).stderr


def test_pages_of_a_picture_that_are_not_read_are_told(tmp_path: Path, picture: Path) -> None:
    page = Image.open(picture)
    path = tmp_path / "scan.tif"
    page.save(path, save_all=True, append_images=[page, page])
    done = app("read", path)
    assert (done.returncode, done.stdout) == (0, "7\n")
    assert done.stderr == f"{path}: only the first of its pages is read\n"


def test_a_reader_that_stops_early_causes_no_traceback(ink_file: Path) -> None:
    line = f"{sys.executable} -m app read {' '.join([str(ink_file)] * 500)} | head -1"
    done = subprocess.run(line, shell=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("7\n", "")


def test_a_full_disk_is_told_in_one_line(ink_file: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "app", "read", str(ink_file)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == "The answers cannot be written (No space left on device).\n"


def test_files_are_called_what_the_user_called_them(ink_file: Path) -> None:
    done = app("read", "--json", f"./{ink_file.name}", cwd=ink_file.parent)
    assert json.loads(done.stdout.splitlines()[0])["file"] == f"./{ink_file.name}"


def printed(code: str) -> str:
    """The last line that some code prints, run in the project's folder."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    return (done.stdout.splitlines() or [done.stderr])[-1]


def test_the_program_needs_neither_tensorflow_nor_training() -> None:
    code = (
        "import sys, app.__main__, app.ui.run;"
        "print({'tensorflow', 'keras', 'training'} & {m.split('.')[0] for m in sys.modules})"
    )
    assert printed(code) == "set()"


def test_reading_needs_no_pygame() -> None:
    assert printed("import sys, app.__main__; print('pygame' in sys.modules)") == "False"


def test_hdf5_is_loaded_only_for_a_network() -> None:
    code = "import sys, app.__main__, app.ui.run; print('h5py' in sys.modules)"
    assert printed(code) == "False"


def test_formats_of_pictures_are_loaded_only_for_a_picture() -> None:
    code = (
        "import sys, app.__main__, app.ui.run;"
        "print({'PIL.IcoImagePlugin', 'PIL.TiffImagePlugin'} & sys.modules.keys())"
    )
    assert printed(code) == "set()"


def test_masked_arrays_which_take_long_to_load_are_not_loaded_to_read_ink() -> None:
    code = (
        "import sys, app.__main__;"
        "app.__main__.main(['read', 'assets/reference.ndjson']); print('numpy.ma' in sys.modules)"
    )
    assert printed(code) == "False"


def test_garbage_is_looked_for_as_soon_as_it_has_started(ink_file: Path, tmp_path: Path) -> None:
    code = (
        "import gc, runpy, sys; from app.recognizer import Recognizer; "
        "from app.ui.window import Window; "
        "Recognizer.read_single = Window.loop = lambda *_: sys.exit(f'{gc.isenabled()}'); "
        "runpy.run_module('app', run_name='__main__')"
    )
    paths = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    env = {**os.environ, **paths, "SDL_VIDEODRIVER": "dummy"}
    for arguments in ([], ["read", "--single", str(ink_file)]):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        assert done.stderr.strip() == "True"
