"""What is on the paper survives a crash."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from app.ink import Box, Drawing, Ink, format_drawing, read_drawings
from app.recovery import Recovery

ROOT = Path(__file__).parents[1]


def drawing(*lines: list[tuple[float, float]]) -> Drawing:
    ink = Ink.from_lines([np.array(line, dtype=np.float64) for line in lines])
    return Drawing.on_paper(ink, Box(0, 0, 600, 500))


ONE = drawing([(10.0, 10.0), (12.0, 90.0)])
TWO = drawing([(10.0, 10.0), (60.0, 15.0)], [(10.0, 90.0), (60.0, 95.0)])


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.ndjson"))


def wait_for_file(folder: Path) -> Path:
    end = time.monotonic() + 10
    while not (found := files(folder)):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    return found[0]


def crashed(folder: Path, kept: Drawing) -> None:
    """Have another process keep a drawing and be killed."""
    code = (
        "import sys, os, time\n"
        "from pathlib import Path\n"
        "from app.recovery import Recovery\n"
        "from app.ink import parse_drawing\n"
        "r = Recovery(Path(sys.argv[1]))\n"
        "r.keep(parse_drawing(sys.argv[2]))\n"
        "time.sleep(60)\n"
    )
    before = set(files(folder))
    process = subprocess.Popen([sys.executable, "-c", code, folder, format_drawing(kept)], cwd=ROOT)
    end = time.monotonic() + 30
    while set(files(folder)) == before:
        assert time.monotonic() < end
        time.sleep(0.02)
    process.kill()
    process.wait()


def test_a_drawing_is_on_the_disk_at_once_and_gone_after_a_normal_end(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(ONE)
    path = wait_for_file(tmp_path)
    assert list(read_drawings(path)) == [ONE]
    recovery.close()
    assert list(tmp_path.iterdir()) == []
    assert not recovery.trouble


def test_clean_paper_leaves_no_file(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(ONE)
    wait_for_file(tmp_path)
    recovery.keep(drawing())
    recovery.close(forget=False)
    assert list(tmp_path.iterdir()) == []


def test_the_last_of_many_drawings_is_kept(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    for number in range(200):
        recovery.keep(drawing([(0.0, 0.0), (number, 5.0)]))
    recovery.close(forget=False)
    (kept,) = read_drawings(files(tmp_path)[0])
    assert isinstance(kept, Drawing) and kept.ink.strokes[0].points[1].x == 199


def test_what_a_window_that_was_killed_had_comes_back_once(tmp_path: Path) -> None:
    crashed(tmp_path, TWO)
    first, second = Recovery(tmp_path), Recovery(tmp_path)
    assert first.found == [TWO] and second.found == []
    assert first.found[0].paper == Box(0, 0, 600, 500)
    first.close()
    second.close()
    assert list(tmp_path.iterdir()) == []


def test_it_stays_on_the_disk_until_something_else_is_kept(tmp_path: Path) -> None:
    crashed(tmp_path, TWO)
    recovery = Recovery(tmp_path)
    assert list(read_drawings(files(tmp_path)[0])) == [TWO]
    recovery.close(forget=False)
    again = Recovery(tmp_path)
    assert again.found == [TWO]
    again.close()


def test_of_several_crashes_the_latest_comes_first(tmp_path: Path) -> None:
    for name, kept, time_of_change in (("a", TWO, 2000), ("b", ONE, 1000)):
        path = tmp_path / f"{name}.ndjson"
        path.write_text(format_drawing(kept))
        os.utime(path, (time_of_change, time_of_change))
    recovery = Recovery(tmp_path)
    assert recovery.found == [TWO, ONE]
    assert len(files(tmp_path)) == 2
    recovery.forget_found()
    assert list(read_drawings(files(tmp_path)[0])) == [TWO] and len(files(tmp_path)) == 1
    recovery.close()
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_lives_keeps_its_file(tmp_path: Path) -> None:
    first = Recovery(tmp_path)
    first.keep(ONE)
    wait_for_file(tmp_path)
    second = Recovery(tmp_path)
    second.keep(TWO)
    second.close()
    assert second.found == []
    assert list(read_drawings(wait_for_file(tmp_path))) == [ONE]
    first.close()


def test_a_damaged_file_is_put_aside_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"drawing": [[[1, 2')
    recovery = Recovery(tmp_path)
    assert recovery.found == [] and "put aside" in recovery.trouble
    assert (tmp_path / "a.damaged").exists()
    recovery.keep(ONE)
    assert list(read_drawings(wait_for_file(tmp_path))) == [ONE]
    recovery.close()


def test_a_full_disk_is_told_and_may_get_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery = Recovery(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        recovery.keep(ONE)
        end = time.monotonic() + 10
        while not recovery.trouble:
            assert time.monotonic() < end
            time.sleep(0.005)
    assert os.strerror(28) in recovery.trouble
    recovery.keep(TWO)
    recovery.close(forget=False)
    assert not recovery.trouble
    assert list(read_drawings(files(tmp_path)[0])) == [TWO]


def test_without_a_folder_it_goes_on_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    recovery = Recovery(tmp_path / "file")
    assert "cannot be kept" in recovery.trouble
    recovery.keep(ONE)
    recovery.forget_found()
    recovery.close()


def test_what_a_crash_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(format_drawing(ONE))
    (tmp_path / "a.ndjson.77.tmp").write_text("half")
    for name, age in (("b.lock", 2), ("c.lock", 0)):
        (tmp_path / name).touch()
        then = time.time() - age * 24 * 3600
        os.utime(tmp_path / name, (then, then))
    recovery = Recovery(tmp_path)
    assert recovery.found == [ONE]
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"a.ndjson", "a.lock", "c.lock"}, "c may be of a window that is just starting"
    recovery.close()


def test_what_is_no_file_is_left_alone_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").mkdir()
    (tmp_path / "b.ndjson").write_text(format_drawing(ONE))
    recovery = Recovery(tmp_path)
    assert recovery.found == [ONE]
    assert "a.ndjson: cannot be read" in recovery.trouble
    recovery.forget_found()
    recovery.keep(TWO)
    recovery.close(forget=False)
    assert (tmp_path / "a.ndjson").is_dir()
    assert list(read_drawings(tmp_path / "b.ndjson")) == [TWO]
