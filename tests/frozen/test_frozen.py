"""The frozen program, away from the project and without its Python."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.convention import REFERENCE_DIGITS
from tests.ui.xvfb import MISSING, Program, Xvfb

pytest.importorskip("cx_Freeze", reason="needs cx_Freeze: pip install digit-pad[freeze]")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen") / "Digit Pad é"
    subprocess.run(
        [sys.executable, "setup_freeze.py", "build_exe", "--build-exe", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder / "digit-pad"


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """An environment that knows nothing of Python or the project."""
    return {"HOME": str(tmp_path), "PATH": os.defpath}


def test_the_frozen_program_reads_files(
    executable: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [executable, "read", "--json", REFERENCE_DIGITS],
        cwd=tmp_path,
        env=elsewhere,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    expected = [json.loads(line)["word"] for line in REFERENCE_DIGITS.read_text().splitlines()]
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == expected


def test_the_frozen_program_tells_of_a_bad_network(
    executable: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [executable, "--model", tmp_path / "none.h5"],
        env=elsewhere,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_no_tensorflow_is_inside(executable: Path) -> None:
    names = {path.name for path in executable.parent.rglob("*")}
    assert not names & {"tensorflow", "keras", "training", "matplotlib"}


@pytest.fixture
def display() -> Iterator[Xvfb]:
    if MISSING:
        pytest.skip(f"needs {', '.join(MISSING)}")
    with Xvfb() as server:
        yield server


def test_a_digit_drawn_in_the_frozen_window_is_read(
    executable: Path, elsewhere: dict[str, str], display: Xvfb, tmp_path: Path
) -> None:
    seven = [(150, 200), (320, 195), (230, 520)]
    with Program([str(executable)], display, tmp_path, elsewhere, tmp_path) as program:
        program.wait_for_title("Digit Pad")
        program.draw(seven)
        program.wait_for_title("7 - Digit Pad")
        assert program.end() == (0, "")
