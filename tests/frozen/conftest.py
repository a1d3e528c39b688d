"""The frozen program, away from the project and without its Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.ui.xvfb import MISSING, Program, Xvfb

pytest.importorskip("cx_Freeze", reason="needs cx_Freeze: pip install digit-pad[freeze]")

ROOT = Path(__file__).parents[2]
BUILT = "BUILT" in os.environ
"""Whether what is to be tested has been built, by .ci/freeze, in build/digit-pad and dist/."""
IS_ROOT = sys.platform != "win32" and os.geteuid() == 0
NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []} if IS_ROOT else {}
"""To whom a read-only folder is one; to the super-user none is."""
SUFFIX = ".exe" if sys.platform == "win32" else ""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def public() -> Iterator[Path]:
    """A folder that everyone may look into, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def folder(public: Path) -> Iterator[Path]:
    """The program, where its user may not write."""
    folder = public / "Digit Pad für é 数字"
    if BUILT:
        shutil.copytree(ROOT / "build" / "digit-pad", folder, symlinks=True)
    else:
        subprocess.run(
            [sys.executable, "setup_freeze.py", "build_exe", "--build-exe", folder],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    yield folder
    for path in paths:
        path.chmod(path.stat().st_mode | 0o200)


@pytest.fixture(scope="session")
def built() -> Callable[[str], Path]:
    """The file in dist/ that fits a pattern; where there is none, it cannot be tested."""

    def built(pattern: str) -> Path:
        if not BUILT or not (found := list((ROOT / "dist").glob(pattern))):
            pytest.skip(f"needs {pattern}, which .ci/freeze makes")
        return max(found, key=lambda path: path.stat().st_mtime)

    return built


@pytest.fixture(scope="session")
def executable(folder: Path) -> Path:
    return folder / f"digit-pad{SUFFIX}"


@pytest.fixture
def home(public: Path) -> Iterator[Path]:
    """An empty home of the program's user, which is also where the program is started."""
    home = public / "home"
    home.mkdir()
    if IS_ROOT:
        os.chown(home, NOBODY["user"], NOBODY["group"])
    yield home
    home.chmod(0o700)
    shutil.rmtree(home)


@pytest.fixture
def elsewhere(home: Path) -> dict[str, str]:
    """An environment that knows nothing of Python or the project."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    return {**kept, "HOME": str(home), "PATH": os.defpath}


@pytest.fixture(scope="session")
def display() -> Iterator[Xvfb]:
    if MISSING:
        pytest.skip(f"needs {', '.join(MISSING)}")
    with Xvfb() as server:
        yield server


@pytest.fixture
def start(elsewhere: dict[str, str], display: Xvfb, home: Path) -> Callable[..., Program]:
    """Start a program in its window, as somebody who owns nothing of it."""

    def start(*command: object) -> Program:
        words = [str(word) for word in command]
        return Program(words, display, home, elsewhere, home, inherited={}, owner=NOBODY)

    return start


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


def number(size: tuple[int, int] = (400, 240)) -> Image.Image:
    """A picture of 17."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    pen.line([(90, 40), (86, 190)], fill="black", width=10)
    pen.line([(200, 45), (290, 42), (235, 190)], fill="black", width=10, joint="curve")
    return image
