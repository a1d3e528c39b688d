"""The files of a training, which are never half written."""

import errno
from pathlib import Path

import numpy as np
import pytest

from training.files import RunError
from training.run_folder import Checkpoint, RunFolder

CHECKPOINT = Checkpoint([{"loss": 0.1}], 2.5, [np.ones(300), np.zeros((2, 3))], [np.ones(())])


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """One with a checkpoint."""
    folder = RunFolder(tmp_path, "digits", seed=3)
    folder.path.mkdir()
    folder.save(CHECKPOINT, {"epochs": 2})
    return folder


def test_a_checkpoint_is_read_as_it_was_saved(folder: RunFolder) -> None:
    loaded = folder.load()
    assert (loaded.history, loaded.seconds) == (CHECKPOINT.history, CHECKPOINT.seconds)
    assert [a.tolist() for a in loaded.weights] == [a.tolist() for a in CHECKPOINT.weights]
    assert [a.tolist() for a in loaded.optimizer] == [1.0]
    assert loaded.best == []


def test_a_new_training_takes_the_place_of_a_finished_one(folder: RunFolder) -> None:
    folder.metrics.touch()
    folder.report.touch()
    folder.checkpoint.unlink()
    assert folder.finished
    folder.save(CHECKPOINT, {"epochs": 5})
    assert not folder.finished
    assert {path.name for path in folder.path.iterdir()} == {"checkpoint.npz", "settings.json"}
    folder.check_continues({"epochs": 5})


def test_other_settings_are_refused(folder: RunFolder) -> None:
    folder.check_continues({"epochs": 2, "versions": {"keras": "4"}, "data": "all"})
    with pytest.raises(RunError, match="started with epochs 2, not 3"):
        folder.check_continues({"epochs": 3})
    with pytest.raises(RunError, match="started with other optimizer"):
        folder.check_continues({"optimizer": {"learning_rate": 0.1}})


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "foreign"])
def test_a_damaged_checkpoint_is_told(folder: RunFolder, damage: str) -> None:
    content = folder.checkpoint.read_bytes()
    middle = content.index(np.ones(300).tobytes()) + 99
    damaged = {
        "empty": b"",
        "cut": content[:-100],
        "changed": content[:middle] + b"!" + content[middle + 1 :],
        "foreign": b"\x89HDF\r\n\x1a\n" + bytes(100),
    }
    folder.checkpoint.write_bytes(damaged[damage])
    with pytest.raises(RunError, match=r"digits-3.checkpoint\.npz: this file is damaged"):
        folder.load()


def test_damaged_settings_are_told(folder: RunFolder) -> None:
    folder.settings.write_text("{")
    with pytest.raises(RunError, match=r"digits-3.settings\.json: this file is damaged"):
        folder.check_continues({"epochs": 2})


def test_a_full_disk_spares_the_checkpoint_before(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, **_: object) -> None:
        path.write_bytes(b"half a checkpoint")
        raise OSError(errno.ENOSPC, "No space left on device")

    before = folder.checkpoint.read_bytes()
    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(RunError, match=r"checkpoint\.npz: cannot be written, the disk is full"):
        folder.save(CHECKPOINT, {"epochs": 2})
    assert folder.checkpoint.read_bytes() == before
    assert {path.name for path in folder.path.iterdir()} == {"checkpoint.npz", "settings.json"}
