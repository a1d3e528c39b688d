"""A few of the cases of `fuzz_network`, which anyone can try by the thousand."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.damaged_bytes import BLOCK, sound_files
from tests.damaged_models import MAKERS, make
from tests.fuzz_network import is_being_opened, numbers_of_cuts, run
from tests.limits import SECONDS


def test_every_file_ends_in_a_network_or_a_sentence() -> None:
    report = run(range(10 * len(MAKERS)), seed=7)
    assert not report.failures, str(report)
    assert report.cases == 10 * len(MAKERS)
    outcomes = {outcome for _, outcome in report.counts}
    assert {"network", "refused"} <= outcomes
    assert 0 < report.seconds < SECONDS


def test_files_cut_short_at_every_block_are_refused() -> None:
    report = run(numbers_of_cuts(), seed=7)
    assert report.counts == {("cut_short", "refused"): len(numbers_of_cuts())}, str(report)


def test_every_block_of_every_file_has_its_cut(tmp_path: Path) -> None:
    path = tmp_path / "cut.h5"
    tried = []
    for number in numbers_of_cuts():
        assert make(number, 1, path) == "cut_short"
        tried.append(path.read_bytes())
    ends = [(file, end) for file in sound_files() for end in range(0, len(file), BLOCK)]
    assert {file[:end] for file, end in ends} <= set(tried)
    assert len(tried) == 2 * len(ends), "each with the length that HDF5 reads, too"


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes with a name")
def test_who_opens_the_bait_is_seen(tmp_path: Path) -> None:
    bait = tmp_path / "bait.h5"
    os.mkfifo(bait)
    assert not is_being_opened(bait)
    victim = threading.Thread(target=bait.read_bytes, daemon=True)
    victim.start()
    end = time.monotonic() + 60
    while not is_being_opened(bait):
        assert time.monotonic() < end
