"""A training that was broken off, or killed, and goes on."""

import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.recognizer import Recognizer
from tests.tiny_training import (
    FOLDER,
    TINY,
    UNSTEADY,
    Command,
    ctrl_c,
    history,
    tiny_command,
    weights,
)
from training import train
from training.models import RECIPES, Recipe
from training.run_folder import RunFolder

ROOT = Path(__file__).parents[1]

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    return tiny_command(monkeypatch, tmp_path)


@pytest.mark.parametrize("recipe", [TINY, UNSTEADY], ids=["in general", "after the best epoch"])
def test_a_training_that_was_broken_off_goes_on_as_if_it_had_not_been(
    command: Command, monkeypatch: pytest.MonkeyPatch, recipe: Recipe
) -> None:
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    command("--runs", "unbroken")
    with ctrl_c(recipe.epochs - 1):
        command()
    assert command("--resume") == 0
    unbroken = replace(FOLDER, runs=Path("unbroken"))
    assert weights(FOLDER.network) == weights(unbroken.network)
    assert history(FOLDER) == history(unbroken)


def test_ctrl_c_keeps_the_network_and_says_how_to_continue(
    command: Command, capsys: Printed
) -> None:
    with ctrl_c(epoch=1):
        assert command("--out", "copy.h5") == 0
    told = capsys.readouterr().out
    assert "python training/train.py --model tiny --out copy.h5 --resume\n" in told
    assert Recognizer.load(FOLDER.network)
    assert weights(Path("copy.h5")) == weights(FOLDER.network)
    assert not FOLDER.finished


def test_ctrl_c_in_the_first_epoch_leaves_nothing(command: Command, capsys: Printed) -> None:
    with ctrl_c(epoch=0):
        assert command() == 130
    assert capsys.readouterr().err == "Stopped before an epoch was over, so nothing is kept.\n"
    assert list(FOLDER.path.iterdir()) == []


def test_ctrl_c_while_measuring_can_be_continued(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train, "evaluate", stop)
        assert command() == 130
    assert capsys.readouterr().err.endswith("--model tiny --resume\n")
    assert command("--resume") == 0
    assert len(history(FOLDER)) == 3


def test_an_unfinished_training_is_not_destroyed(command: Command, capsys: Printed) -> None:
    with ctrl_c(epoch=1):
        command()
    kept = FOLDER.checkpoint.read_bytes()
    assert command() == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("runs/tiny-1: ")
    assert "--resume" in sentence
    assert FOLDER.checkpoint.read_bytes() == kept


def test_a_training_is_not_continued_with_other_settings(command: Command, capsys: Printed) -> None:
    with ctrl_c(epoch=1):
        command()
    assert command("--resume", "--epochs", "4") == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert "started with epochs 3, not 4" in sentence


def test_a_number_of_epochs_need_not_be_repeated(command: Command) -> None:
    with ctrl_c(epoch=1):
        command("--epochs", "4")
    assert command("--resume") == 0
    assert len(history(FOLDER)) == 4


def test_nothing_is_resumed_where_nothing_was_begun(command: Command, capsys: Printed) -> None:
    assert command("--resume") == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("runs/tiny-1: there is nothing to resume")


def test_a_finished_training_is_not_resumed(command: Command, capsys: Printed) -> None:
    command()
    before = FOLDER.metrics.stat().st_mtime_ns
    assert command("--resume") == 0
    assert "finished" in capsys.readouterr().out.splitlines()[-1]
    assert FOLDER.metrics.stat().st_mtime_ns == before


def test_a_killed_training_goes_on_and_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    options = ["--model", "tiny", "--epochs", "10000", "--runs", str(tmp_path)]
    command = [sys.executable, "-m", "tests.tiny_training", *options]
    folder = RunFolder(tmp_path, "tiny", seed=1)

    def run_until(epoch: int, sent: signal.Signals, *more: str) -> tuple[int, list[int]]:
        """The exit status, and the numbers of the epochs that were told of."""
        told = []
        with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True, cwd=ROOT) as p:
            assert p.stdout is not None
            for line in p.stdout:
                if match := re.match(r"Epoch (\d+)/10000:", line):
                    told.append(int(match[1]))
                    if told[-1] == epoch:
                        p.send_signal(sent)
        return p.wait(), told

    status, _ = run_until(5, signal.SIGKILL)
    assert status == -signal.SIGKILL
    done = len(folder.load().history)
    assert done >= 5
    status, told = run_until(done + 3, signal.SIGTERM, "--resume")
    assert status == 0
    assert told[0] == done + 1
    assert Recognizer.load(folder.network).warning is None
