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
def readme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A README with an old table; the command line keeps its files in `runs` beside it."""
    make_tiny(monkeypatch, tmp_path)
    monkeypatch.chdir(tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text(f"Before.\n{compare.BEGIN}\n\nold\n\n{compare.END}\nAfter.\n")
    monkeypatch.setattr(compare, "README", readme)
    monkeypatch.setattr(compare, "RECIPES", {"tiny": TINY})
    monkeypatch.setattr(sys, "argv", ["compare.py"])
    return readme


def test_the_table_is_written_between_its_marks(readme: Path) -> None:
    assert compare.main() == 0
    before, table, after = readme.read_text().split("\n\n")
    assert before == f"Before.\n{compare.BEGIN}"
    assert after == f"{compare.END}\nAfter.\n"
    head, rule, row = table.splitlines()
    assert head.count("|") == rule.count("|") == row.count("|")
    assert row.startswith("| `tiny` | - | ")
    assert "| 10,986 |" in row
    assert re.search(r" MB \| \d+\.\d min \|$", row)


def test_the_app_keeps_its_network(readme: Path) -> None:
    compare.main()
    assert readme.with_name("digits.h5").read_bytes() == BUNDLED_MODEL.read_bytes()


def test_a_finished_training_is_not_repeated(readme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare.main()
    table = readme.read_text()
    monkeypatch.setattr(compare, "train", None)
    assert compare.main() == 0
    assert readme.read_text() == table


def test_an_interrupted_comparison_goes_on(
    readme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ctrl_c(epoch=1):
        assert compare.main() == 130
    assert "old" in readme.read_text()
    assert compare.main() == 0
    assert "Epoch 1/3: " not in capsys.readouterr().out.partition("Epoch 2/3")[2]
    assert RunFolder(Path("runs"), "tiny", seed=1).finished


def test_what_is_wrong_is_said_in_a_sentence_and_the_table_stays(
    readme: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def damaged(_: Path | None) -> list[Part]:
        raise DataError("mnist.npz: this is damaged")

    monkeypatch.setattr(compare, "finish", lambda *_: None)
    monkeypatch.setattr(compare, "test_parts", damaged)
    assert compare.main() == 1
    assert capsys.readouterr().err == "mnist.npz: this is damaged\n"
    assert "old" in readme.read_text()
