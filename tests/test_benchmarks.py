"""The benchmarks' command lines, and what makes results, charts and tables of what they print."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

import benchmarks.__main__ as everything
from app.convention import reference_digits
from app.ink import Ink
from app.preprocess import Picture, ink_to_image
from app.ui.layout import lay_out
from benchmarks.__main__ import HOME, README, chapters_of, command_of, fill, missing, runs_of
from benchmarks.charts import Panel, draw
from benchmarks.sections import SECTIONS, Section
from benchmarks.session import session
from benchmarks.tables import find_tables, head, row
from benchmarks.usual import PIPELINES, pieces, pieces_of_page
from tests.ui.xvfb import MISSING, Xvfb, wait_for

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
SCRIPTS = [path for path in sorted(BENCHMARKS.glob("[!_]*.py")) if "def main" in path.read_text()]
PRINTED = f"""Before.

{head("", "one digit", "memory")}
{row("Digit Pad", "0.38 ms", "45 MB")}
{row("`model.predict`", "1,041.92 ms", "-")}

After.
"""
STUB = """
import sys
print("| | one digit |\\n| --- | --- |\\n| Digit Pad |", sys.argv[1], "ms |")
"""
RESULTS = (HOME / "RESULTS.md").read_text("utf-8")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_benchmark_runs_as_a_script_of_its_own(path: Path) -> None:
    """One is called as a module of Python's own is, which NumPy imports."""
    done = subprocess.run([sys.executable, path, "--help"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {path.name}")


READERS = [path for path in SCRIPTS if "--data-dir" in path.read_text()]


@pytest.mark.parametrize("path", [*READERS, ROOT / "training" / "segment.py"], ids=lambda p: p.name)
def test_a_data_folder_that_is_not_there_is_told_in_a_sentence(path: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    command = [sys.executable, path, "--data-dir", nowhere]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{nowhere}: there is no such folder\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("script", ["engine.py", "hand.py"])
def test_a_damaged_network_is_told_in_a_sentence(script: str, tmp_path: Path) -> None:
    path = tmp_path / "network.h5"
    path.write_bytes(b"")
    command = [sys.executable, BENCHMARKS / script, path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    *progress, line = done.stderr.splitlines()
    assert line.startswith(f"{path}: ")
    assert all(told.startswith("round 1 of 5: ") for told in progress)


def test_every_benchmark_is_run_by_the_command_for_all() -> None:
    commands = [section.command.split()[0] for section in SECTIONS.values()]
    assert {f"benchmarks/{path.name}" for path in SCRIPTS} <= set(commands)


def test_a_table_is_found_in_text_with_its_numbers() -> None:
    [table] = find_tables(PRINTED)
    assert table.columns == ["", "one digit", "memory"]
    assert table.rows == [
        ["Digit Pad", "0.38 ms", "45 MB"],
        ["`model.predict`", "1,041.92 ms", "-"],
    ]
    assert table.numbers("one digit") == [0.38, 1041.92]
    assert table.numbers("memory") == [45, None]


def test_a_chart_has_the_words_of_the_cells_and_no_bar_without_a_number(tmp_path: Path) -> None:
    path = tmp_path / "charts" / "chart.svg"
    draw([Panel("one digit"), Panel("memory", title="Memory")], find_tables(PRINTED), path)
    texts = [element.text for element in ElementTree.parse(path).iter() if element.text]
    assert {"one digit", "Memory", "0.38 ms", "1,041.92 ms", "45 MB", "Digit Pad"} <= set(texts)
    assert "-" not in texts


def test_panels_of_one_unit_have_one_scale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limits: list[float] = []
    monkeypatch.setattr(
        Figure,
        "savefig",
        lambda figure, *_, **__: limits.extend(axes.get_xlim()[1] for axes in figure.axes),
    )
    rows = [row("Digit Pad", "1 ms", "20 ms", "3 MB")]
    printed = "\n".join([head("", "a", "b", "c"), *rows, ""])
    draw([Panel("a"), Panel("b"), Panel("c")], find_tables(printed), tmp_path / "chart.svg")
    assert limits[0] == limits[1] > 20 > limits[2] > 3


def test_the_same_figures_make_the_same_chart(tmp_path: Path) -> None:
    one, other = tmp_path / "1.svg", tmp_path / "2.svg"
    for path in (one, other):
        draw([Panel("one digit")], find_tables(PRINTED), path)
    assert one.read_bytes() == other.read_bytes()


def test_tables_take_their_places_in_the_readme() -> None:
    place = "A.\n<!-- begin: engine -->\n\nold\n\n<!-- end -->\nB.\n"
    other = "<!-- begin: frozen -->\nkept\n<!-- end -->\n<!-- begin: window -->\n<!-- end -->\n"
    chapters = {SECTIONS["engine"].title: PRINTED, SECTIONS["frozen"].title: "Not run.\n"}
    filled = fill(place + other, chapters)
    table = PRINTED.removeprefix("Before.\n\n").removesuffix("\nAfter.\n")
    assert filled == place.replace("old\n", table) + other


def test_all_tables_of_figures_in_the_readme_are_those_of_the_results() -> None:
    text = README.read_text("utf-8")
    assert fill(text, chapters_of(RESULTS)) == text
    places = re.findall(r"<!-- begin: (\S+) -->\n.*?<!-- end -->\n", text, re.DOTALL)
    assert len(places) >= 6
    assert set(places) <= set(SECTIONS)
    elsewhere = re.sub(r"<!-- begin: .*?<!-- end -->", "", text, flags=re.DOTALL)
    cells = [cell for table in find_tables(elsewhere) for row in table.rows for cell in row]
    assert not [cell for cell in cells if re.search(r"\d (MB|ms|s|min)$|\d ?%$", cell)]


def test_the_readme_promises_the_sizes_that_were_measured() -> None:
    sizes, *_ = find_tables(chapters_of(RESULTS)[SECTIONS["frozen"].title])
    inside = dict(zip([name for name, *_ in sizes.rows], sizes.numbers("inside"), strict=True))
    promised = re.search(r"on\sLinux (\d+) MB, under (\d+) MB unpacked", README.read_text("utf-8"))
    assert promised
    assert int(promised[1]) == round(inside["as .tar.xz"] or 0)
    assert int(promised[2]) > (inside["together"] or 0)


def is_complete(chapter: str) -> bool:
    """Whether a chapter has its company, the number of runs, the command and the versions."""
    patterns = [
        r"^Beside it: \w.*\.$",
        r"^Runs: [1-9].*\.$",
        r"^    (xvfb-run .*)?python \S+\.py\b",
        r"^\*\d{4}-\d\d-\d\d, .*Python [\d.]+, numpy [\d.]+, .*\.\*$",
    ]
    return all(re.search(pattern, chapter, re.MULTILINE) for pattern in patterns)


@pytest.mark.parametrize("title", [section.title for section in SECTIONS.values()])
def test_every_chapter_of_the_results_has_command_versions_and_runs(title: str) -> None:
    chapter = chapters_of(RESULTS)[title]
    assert is_complete(chapter)
    assert "-dirty;" not in chapter, "it was measured with what no commit has"


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_no_place_in_a_command_or_in_the_number_of_runs_is_left_open(
    section: Section, quick: bool
) -> None:
    command = command_of(section, Path("runs"), Path("data"), quick)
    runs = runs_of(section, quick)
    assert not re.search(r"[{}]", command + runs)
    if "{amount}" in section.repeats:
        amount = section.amount[quick]
        assert f" {amount} " in f"{command} "
        assert re.search(rf"\b{re.escape(amount)}\b", runs)


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the place of all benchmarks two, one of which cannot run; the results go to `out`."""
    script = tmp_path / "stub.py"
    script.write_text(STUB)
    command, panels = f"{script} {{amount}}", (Panel("one digit"),)
    sections = {
        "works": Section("It works", "nothing.", command, "{amount}.", ("5", "1"), panels=panels),
        "lacks": Section("It lacks", "nothing.", "x.py", "1.", needs=("no-such",)),
    }
    monkeypatch.setattr(everything, "SECTIONS", sections)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--out", str(tmp_path / "out")])
    return tmp_path / "out"


@pytest.mark.parametrize(("options", "runs"), [([], "5"), (["--quick"], "1")])
def test_all_results_are_written_with_commands_versions_and_runs(
    stub: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], runs: str
) -> None:
    monkeypatch.setattr(sys, "argv", [*sys.argv, *options])
    assert everything.main() == 0
    text = (stub / "RESULTS.md").read_text()
    assert is_complete(chapters_of(text)["It works"])
    assert f"\nRuns: {runs}.\n" in text
    assert f"\n    python {stub.parent / 'stub.py'} {runs}\n" in text
    assert f"\n| Digit Pad | {runs} ms |\n" in text
    assert f"Python {platform.python_version()}" in text
    assert f"numpy {np.__version__}" in text
    assert (stub / "charts" / "works.svg").exists()
    assert "(charts/works.svg)" in text


def test_what_cannot_run_says_so_in_a_line(stub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everything.main()
    assert "lacks: cannot run here, it needs no-such\n" in capsys.readouterr().err
    assert (stub / "RESULTS.md").read_text().endswith("## It lacks\n\nNot run: it needs no-such.\n")


def test_what_is_not_run_keeps_its_figures(stub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything.main()
    before = (stub / "RESULTS.md").read_text()
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--only", "lacks"])
    assert everything.main() == 0
    assert (stub / "RESULTS.md").read_text() == before


def test_what_fails_keeps_its_figures_and_the_exit_status_tells(
    stub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything.main()
    before = (stub / "RESULTS.md").read_text()
    (stub.parent / "stub.py").write_text("raise SystemExit(3)")
    assert everything.main() == 1
    assert "works: failed with exit status 3\n" in capsys.readouterr().err
    assert (stub / "RESULTS.md").read_text() == before


def test_the_readme_is_left_alone_where_results_go_elsewhere(stub: Path) -> None:
    before = README.read_bytes()
    everything.main()
    assert README.read_bytes() == before


@pytest.fixture
def readme(stub: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results belong beside this README, which has places of both benchmarks."""
    path = stub.parent / "README.md"
    path.write_text(
        "".join(f"<!-- begin: {name} -->\n<!-- end -->\n" for name in ("works", "lacks"))
    )
    monkeypatch.setattr(everything, "README", path)
    monkeypatch.setattr(everything, "HOME", stub)
    return path


def test_the_readme_gets_what_is_run_and_what_was_kept(
    stub: Path, readme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = readme.read_text()
    everything.main()
    filled = readme.read_text()
    assert "| Digit Pad | 5 ms |" in filled
    readme.write_text(empty)
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--only", "lacks"])
    everything.main()
    assert readme.read_text() == filled


def test_what_is_quick_takes_the_place_of_no_figures(
    stub: Path,
    readme: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    everything.main()
    before = readme.read_text(), (stub / "RESULTS.md").read_text()
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--quick"])
    with pytest.raises(SystemExit) as exit_:
        everything.main()
    assert exit_.value.code == 2
    assert "--out DIR" in capsys.readouterr().err
    assert (readme.read_text(), (stub / "RESULTS.md").read_text()) == before


def test_a_data_folder_that_is_not_there_is_told_before_anything_is_run(
    stub: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--data-dir", str(stub.parent / "nowhere")])
    with pytest.raises(SystemExit) as exit_:
        everything.main()
    assert exit_.value.code == 2
    sentence = f"--data-dir {stub.parent / 'nowhere'}: there is no such folder\n"
    assert capsys.readouterr().err.endswith(sentence)
    assert not stub.exists()


def test_only_what_is_known_can_be_asked_for(
    stub: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--only", "works,speed"])
    with pytest.raises(SystemExit) as exit_:
        everything.main()
    assert exit_.value.code == 2
    assert "--only speed: there is works, lacks" in capsys.readouterr().err


def test_a_command_is_what_one_would_type() -> None:
    section = Section(
        "", "", "a.py --runs {runs} {data} {amount}", "1.", ("", "softmax"), under="xvfb-run "
    )
    runs = Path("runs")
    assert command_of(section, runs, None, quick=False) == "xvfb-run python a.py --runs runs"
    assert command_of(section, runs, Path("my data"), quick=True) == (
        "xvfb-run python a.py --runs runs --data-dir 'my data' softmax"
    )


def test_a_benchmark_of_another_system_is_not_run() -> None:
    assert missing(Section("", "", "", "1.", system="Plan 9")) == "it needs Plan 9"
    assert missing(Section("", "", "", "1.", needs=("python3", "numpy"))) == ""


@pytest.mark.parametrize("name", PIPELINES)
def test_a_usual_pipeline_makes_an_image_of_ink_on_paper(name: str) -> None:
    lines, labels = reference_digits()
    for strokes in lines[:: len(labels) // 5]:
        image = PIPELINES[name](strokes, np.random.default_rng(1))
        assert (image.shape, image.dtype) == ((28, 28), np.float32)
        assert image.min() == 0
        assert 0.5 < image.max() <= 1
        assert 0.02 < image.mean() < 0.6


def extent(picture: Picture) -> tuple[int, int]:
    """Rows and columns from the first ink to the last."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_pipelines_stretch_or_keep_proportions() -> None:
    """A slim 0 that fills its box where that is stretched, and stays slim elsewhere."""
    angles = np.linspace(0, 2 * np.pi, 60)
    slim = [np.stack([40 + 15 * np.cos(angles), 60 + 50 * np.sin(angles)], axis=1)]
    rng = np.random.default_rng(1)
    sizes = {name: extent(to_image(slim, rng)) for name, to_image in PIPELINES.items()}
    assert min(sizes["box of the ink, stretched"]) >= 24
    assert min(sizes["box of the ink, stretched, with a margin"]) >= 17
    height, width = sizes["20-pixel box, centred"]
    assert 19 <= height <= 22
    assert width < 0.5 * height


def test_strokes_that_touch_are_one_piece_and_others_are_not() -> None:
    four = [np.array([[60.0, 10], [20, 60], [80, 60]]), np.array([[62.0, 35], [62, 90]])]
    one = [np.array([[120.0, 10], [121, 90]])]
    found = pieces(Ink.from_lines([*one, *four]))
    assert [len(piece.strokes) for piece in found] == [2, 1]


def test_dark_pieces_of_a_page_are_cut_out_with_their_boxes(tmp_path: Path) -> None:
    image = Image.new("L", (200, 100), 220)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 30, 29, 69), fill=40)
    draw.rectangle((120, 30, 159, 59), fill=60)
    draw.point((190, 90), fill=40)  # dust
    path = tmp_path / "page.png"
    image.save(path)
    found = pieces_of_page(path)
    assert sorted(tuple(box) for _, box in found) == [(20, 30, 10, 40), (120, 30, 40, 30)]
    assert all(piece.all() for piece, _ in found)


def test_centre_of_mass_is_what_the_app_does() -> None:
    [lines, *_], _ = reference_digits()
    image = PIPELINES["20-pixel box, centre of mass"](lines, np.random.default_rng(1))
    assert np.array_equal(image, ink_to_image(lines))


@pytest.mark.skipif(bool(MISSING) or sys.platform != "linux", reason="needs Linux, Xvfb, xdotool")
def test_the_program_is_drawn_in_and_takes_less_than_100_mb(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = (1280, 800)
    left, top, *_ = lay_out(size).paper
    strokes = [[(left + x, top + y) for y in range(100, 200, 4)] for x in range(40, 800, 40)]
    with Xvfb(size) as display:
        monkeypatch.setenv("DISPLAY", display.name)
        monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
        for name in [name for name in os.environ if name.startswith("COV")]:
            monkeypatch.delenv(name)  # to measure the coverage takes memory too
        with session(size) as program:
            before = program.memory()
            for _ in range(3):
                program.write(strokes)
            wait_for(lambda: before < program.memory(), what="nothing was drawn")
            assert program.memory() < 100
