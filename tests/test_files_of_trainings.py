"""The files of trainings are written whole or not at all."""

import errno
import sys
from pathlib import Path
from types import ModuleType

import keras
import numpy as np
import pytest

from app.network import Network
from training import segment, trajectory
from training.command import is_disk_full
from training.files import (
    RunError,
    check_writable,
    promote,
    save_network,
    written_whole,
)
from training.models import pygame_cnn


def test_a_full_disk_is_recognised_behind_what_follows_from_it() -> None:
    in_words = RuntimeError("write failed: errno = 28, error message = 'No space left on device'")
    assert is_disk_full(in_words)
    followed = ValueError("cannot close the file")
    followed.__context__ = OSError(errno.ENOSPC, "")
    assert is_disk_full(followed)
    assert not is_disk_full(PermissionError(errno.EACCES, "Permission denied"))


def test_what_breaks_off_while_writing_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), written_whole(path) as partial:
        partial.write_text("half")
        raise KeyboardInterrupt
    assert [kept.read_text() for kept in tmp_path.iterdir()] == ["before"]


def test_the_network_before_is_kept_beside_the_one_that_takes_its_place(tmp_path: Path) -> None:
    new, place = tmp_path / "new.h5", tmp_path / "app" / "digits.h5"
    place.parent.mkdir()
    for content in ("first", "second"):
        new.write_text(content)
        promote(new, place)
    assert place.read_text() == "second"
    assert place.with_name("digits.previous.h5").read_text() == "first"


def test_a_network_of_half_precision_is_half_as_large_and_answers_alike(tmp_path: Path) -> None:
    model = pygame_cnn()
    for name in ("whole.h5", "halved.h5"):
        save_network(model, tmp_path / name, half_precision=name == "halved.h5")
    images = np.random.default_rng(0).random((5, 28, 28), np.float32)
    whole, halved = (Network.load(tmp_path / name) for name in ("whole.h5", "halved.h5"))
    assert 0 < np.abs(whole(images) - halved(images)).max() < 1e-3
    of_keras = keras.models.load_model(tmp_path / "halved.h5", compile=False)
    assert halved(images) == pytest.approx(of_keras.predict(images[..., None], verbose=0), abs=1e-6)
    sizes = [(tmp_path / name).stat().st_size for name in ("whole.h5", "halved.h5")]
    assert sizes[0] - sizes[1] > 1.9 * model.count_params()


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"x\.h5: cannot be written"):
        check_writable(tmp_path / "file" / "x.h5")
    (tmp_path / "folder.h5").mkdir()
    for name in ("folder.h5", "x", "x.keras", "."):
        with pytest.raises(RunError, match=r"must be the name of a file and end in \.h5"):
            check_writable(tmp_path / name)


@pytest.mark.parametrize("command", [segment, trajectory])
def test_nothing_is_trained_that_cannot_be_kept(
    command: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "x.h5"
    monkeypatch.setattr(sys, "argv", ["command", "--out", str(out)])
    monkeypatch.setattr(command, "train", lambda *_: pytest.fail("it trains"))
    monkeypatch.setattr(segment, "ink_cases", lambda *_: pytest.fail("it composes numbers"))
    assert command.main() == 1
    assert f"{out}: cannot be written" in capsys.readouterr().err
