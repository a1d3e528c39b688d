"""A stranger's file is read by another process, which may crash, hang or run out of memory."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from app.network import Network, NetworkError, apart, read_apart
from tests.damaged_models import make
from tests.h5_files import small_config, small_weights, write

IMAGES = np.random.default_rng(0).random((5, 28, 28), np.float32)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path / "small ü.h5", small_config(), small_weights())


def refusal(path: Path | str) -> str:
    with pytest.raises(NetworkError) as caught:
        Network.load(path, read_apart)
    return str(caught.value)


def test_is_the_same_network(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Network.load(small)(IMAGES)
    np.testing.assert_array_equal(Network.load(small, read_apart)(IMAGES), expected)
    monkeypatch.chdir(small.parent)
    np.testing.assert_array_equal(Network.load(small.name, read_apart)(IMAGES), expected)


def test_is_refused_with_the_same_sentence(tmp_path: Path) -> None:
    for name in ("none.h5", ".", "x" * 5000, "\0.h5"):
        path = f"{tmp_path}/{name}"
        with pytest.raises(NetworkError) as caught:
            Network.load(path)
        assert refusal(path) == str(caught.value)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "the file is damaged or cut short"),
        ("raise SystemExit(1)", "it takes longer than 3 seconds to read, so it may be damaged"),
        ("raise SystemExit(3)", "the file is damaged or cut short"),
        ("while True: pass", "it could not be read within 2 seconds; try again"),
    ],
    ids=["crash", "long", "error", "hang"],
)
def test_survives_what_the_other_process_does(
    code: str, reason: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of the other process: it does what HDF5 does to some files."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").touch()
    (tmp_path / "app/__main__.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(apart, "PATIENCE", 2 if "while" in code else 60)
    assert refusal(small) == f"{small}: {reason}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_the_other_process_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing goes on where the program was closed meanwhile."""
    monkeypatch.setattr(apart, "SECONDS", 1)
    monkeypatch.setattr("app.network.file.read", lambda path: time.sleep(30))
    started = time.monotonic()
    child = os.fork()
    if not child:
        apart.send("x.h5")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    assert time.monotonic() - started < 10


def test_refuses_a_file_that_hdf5_reads_for_ever(tmp_path: Path) -> None:
    """Found by `fuzz_network`: addresses in it lead in a circle."""
    path = tmp_path / "circle.h5"
    make(157, 1, path)
    reason = "it takes longer than 3 seconds to read, so it may be damaged"
    assert refusal(path) == f"{path}: {reason}"
