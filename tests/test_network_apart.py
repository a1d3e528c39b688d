"""A stranger's file is read by another process, which may crash, hang or run out of memory."""

from __future__ import annotations

import mmap
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from app.network import Network, NetworkError, apart, read_apart
from app.network.contents import Contents, Weight
from tests.damaged_models import make
from tests.h5_files import edited, small_config, small_weights, write

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
    program = tmp_path / "elsewhere/app"
    program.mkdir(parents=True)
    (program / "__init__.py").touch()
    (program / "__main__.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(program.parent))
    monkeypatch.setattr(apart, "PATIENCE", 2 if "while" in code else 60)
    assert refusal(small) == f"{small}: {reason}"


def test_says_that_no_other_process_can_be_started(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(small.parent / "gone"))
    assert refusal(small).startswith(f"{small}: it cannot be read in a process of its own (")


@pytest.mark.skipif(os.name == "nt", reason="Windows runs no scripts")
def test_a_frozen_program_starts_itself(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = small.parent / "digit-pad"
    program.write_text("""#!/bin/sh\necho "{\\"error\\": \\"$*\\"}"\n""")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert refusal(small) == f"{small}: {apart.CONTENTS_OF} {small}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_loads_no_library_that_a_file_asks_for(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe in the place of the library: to load it would take for ever."""
    with edited(small) as file:
        name = "model_weights/answer/small/answer/bias"
        values = file[name][()]
        del file[name]
        unpacked = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        unpacked.set_chunk(values.shape)
        unpacked.set_filter(65000, h5py.h5z.FLAG_OPTIONAL)
        space = h5py.h5s.create_simple(values.shape)
        dataset = h5py.h5d.create(file.id, name.encode(), h5py.h5t.IEEE_F32LE, space, unpacked)
        dataset.write_direct_chunk((0,), values.tobytes())
    os.mkfifo(small.parent / "libunpack.so")
    monkeypatch.setenv("HDF5_PLUGIN_PATH", str(small.parent))
    assert refusal(small).endswith(": the file is damaged or cut short")


def start(read: Callable[[str], object], monkeypatch: pytest.MonkeyPatch, out: int = 1) -> int:
    """The number of a process that reads a file so and sends it; 3 is where memory runs out."""
    monkeypatch.setattr("app.network.file.read", read)
    child = os.fork()
    if not child:
        status = 2
        try:
            os.dup2(out, 1)
            status = apart.send("x.h5")
        except MemoryError:
            status = 3
        finally:
            os._exit(status)
    return child


def end(child: int) -> int:
    """Its exit status."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@forks
def test_the_other_process_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing goes on where the program was closed meanwhile."""
    monkeypatch.setattr(apart, "SECONDS", 1)
    started = time.monotonic()
    assert end(start(lambda path: time.sleep(30), monkeypatch)) == 1
    assert time.monotonic() - started < 10


@forks
def test_what_was_read_in_time_may_be_received_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is busy takes it when it can; more than a pipe holds waits for that."""
    monkeypatch.setattr(apart, "SECONDS", 3)
    large = Weight("kernel", np.ones(2**20, np.float32))
    source, out = os.pipe()
    child = start(lambda path: Contents({}, {"layer": [large]}, 3), monkeypatch, out)
    os.close(out)
    time.sleep(3.5)
    with os.fdopen(source, "rb") as sent:
        assert sent.read().endswith(large.values.tobytes())
    assert end(child) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited only there")
@pytest.mark.parametrize(("share", "status"), [(0.9, 0), (1.1, 3)])
def test_the_other_process_may_take_its_share_of_memory_and_no_more(
    share: float, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 60)

    def read(path: str) -> Contents:
        # Not from the heap, which may have as much to spare from the tests before.
        try:
            mmap.mmap(-1, int(share * apart.MEMORY))
        except OSError as error:
            raise MemoryError from error
        return Contents({}, {}, 3)

    assert end(start(read, monkeypatch)) == status


@forks
def test_a_crash_leaves_no_core_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(apart, "SECONDS", 60)
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        child = start(
            lambda path: os._exit(any(resource.getrlimit(resource.RLIMIT_CORE))), monkeypatch
        )
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    assert end(child) == 0


def test_refuses_a_file_that_hdf5_reads_for_ever(tmp_path: Path) -> None:
    """Found by `fuzz_network`: addresses in it lead in a circle."""
    path = tmp_path / "circle.h5"
    make(157, 1, path)
    reason = "it takes longer than 3 seconds to read, so it may be damaged"
    assert refusal(path) == f"{path}: {reason}"
