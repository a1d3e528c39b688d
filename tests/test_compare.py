"""The comparison of all recipes, with a tiny one."""

import re
import sys
from pathlib import Path

import pytest

from app.recognizer import BUNDLED_MODEL
from tests.tiny_training import TINY, ctrl_c, make_tiny
from training import compare
from training.datasets import DataError
from training.parts import Part
from training.run_folder import RunFolder


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder in which the command line keeps its files, as `runs`; there is one recipe."""
    make_tiny(monkeypatch, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(compare, "RECIPES", {"tiny": TINY})
    monkeypatch.setattr(sys, "argv", ["compare.py"])
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_table_is_printed_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main() == 0
    head, rule, row = capsys.readouterr().out.splitlines()
    assert head.count("|") == rule.count("|") == row.count("|")
    assert row.startswith("| `tiny` | - | ")
    assert "| 10,986 |" in row
    assert re.search(r" MB \| \d+\.\d min \|$", row)


def test_recipes_can_be_chosen(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compare, "RECIPES", {"other": TINY, "tiny": TINY})
    monkeypatch.setattr(sys, "argv", ["compare.py", "tiny"])
    assert compare.main() == 0
    assert [line[:8] for line in capsys.readouterr().out.splitlines()[2:]] == ["| `tiny`"]
    assert [path.name for path in folder.glob("runs/*")] == ["tiny-1"]


@pytest.mark.usefixtures("folder")
def test_only_recipes_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["compare.py", "tiny", "huge"])
    with pytest.raises(SystemExit) as exit_:
        compare.main()
    assert exit_.value.code == 2
    assert capsys.readouterr().err.endswith("huge: there is tiny\n")


def test_the_app_keeps_its_network(folder: Path) -> None:
    compare.main()
    assert (folder / "digits.h5").read_bytes() == BUNDLED_MODEL.read_bytes()


@pytest.mark.usefixtures("folder")
def test_a_finished_training_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compare.main()
    table = capsys.readouterr().out
    monkeypatch.setattr(compare, "train", None)
    assert compare.main() == 0
    assert capsys.readouterr().out == table


@pytest.mark.usefixtures("folder")
def test_an_interrupted_comparison_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with ctrl_c(epoch=1):
        assert compare.main() == 130
    out, err = capsys.readouterr()
    assert out == ""
    assert "Epoch 1/3: " in err
    assert compare.main() == 0
    assert "Epoch 1/3: " not in capsys.readouterr().err
    assert RunFolder(Path("runs"), "tiny", seed=1).finished


@pytest.mark.usefixtures("folder")
def test_what_is_wrong_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def damaged(_: Path | None) -> list[Part]:
        raise DataError("mnist.npz: this is damaged")

    monkeypatch.setattr(compare, "finish", lambda *_: None)
    monkeypatch.setattr(compare, "test_parts", damaged)
    assert compare.main() == 1
    assert capsys.readouterr() == ("", "mnist.npz: this is damaged\n")
