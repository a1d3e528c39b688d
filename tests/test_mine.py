"""A person's corrections as training data."""

from pathlib import Path

import numpy as np
import pytest

from app.corrections import Corrections
from tests.results import make_result
from tests.tiny_training import INK, LABELS
from training.datasets import DataError
from training.mine import NAME, TOLERATED, gain, is_gain, load_mine, of_others


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corrections.ndjson"


def correct(path: Path, count: int) -> None:
    corrections = Corrections(path)
    for ink, label in list(zip(INK, LABELS, strict=True))[:count]:
        corrections.add(ink, int(label))


def test_every_fourth_correction_is_kept_aside_and_the_others_train(path: Path) -> None:
    correct(path, 9)
    mine, warnings = load_mine(path)
    assert warnings == []
    assert [int(sample.label) for sample in mine.trained] == [
        LABELS[i] for i in (0, 1, 2, 4, 5, 6, 8)
    ]
    assert mine.aside is not None
    assert mine.aside.held_back
    assert mine.aside.labels.tolist() == [LABELS[3], LABELS[7]]
    written = INK[4].lines()
    assert all(np.allclose(a, b) for a, b in zip(mine.trained[3].lines, written, strict=True))


def test_few_corrections_all_train(path: Path) -> None:
    correct(path, 3)
    mine, _ = load_mine(path)
    assert len(mine.trained) == 3
    assert mine.aside is None


def test_a_damaged_line_loses_itself_and_is_told(path: Path) -> None:
    correct(path, 2)
    path.write_bytes(b"{broken\n" + path.read_bytes())
    mine, warnings = load_mine(path)
    assert len(mine.trained) == 2
    assert len(warnings) == 1
    assert "line 1" in warnings[0]


def test_without_corrections_there_is_nothing_to_train_on(path: Path) -> None:
    with pytest.raises(DataError, match="there are no corrections here"):
        load_mine(path)
    path.mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        load_mine(path)


def test_what_was_gained_is_told_in_a_sentence() -> None:
    new = make_result([1, 2, 3], [1, 2, 8], [0.9, 0.9, 0.9], name=NAME)
    bundled = make_result([1, 2, 3], [7, 7, 3], [0.9, 0.9, 0.9], name=NAME)
    other = make_result([1], [1], [0.9])
    assert gain([new, other], [bundled, other]) == (
        "Of 3 corrections kept aside it reads 2 rightly, the app's network 1."
    )
    assert gain([new], []) == "Of 3 corrections kept aside it reads 2 rightly."
    assert "from 4 on" in gain([other], [other])


@pytest.mark.parametrize(
    ("aside", "bundled_aside", "lost", "is_one"),
    [
        ([1, 2], [7, 7], 0, True),
        ([1, 2], [1, 2], 0, True),
        ([1, 7], [1, 2], 0, False),
        ([1, 2], [7, 7], 1, True),
        ([1, 2], [7, 7], 3, False),
        ([1, 2], [7, 7], 500, False),
    ],
)
def test_the_person_must_lose_nothing_and_others_hardly_anything(
    aside: list[int], bundled_aside: list[int], lost: int, is_one: bool
) -> None:
    many = 5000
    assert 1 / many < TOLERATED < 3 / many
    bundled = [
        make_result([1, 2], bundled_aside, [0.9, 0.9], name=NAME, held_back=True),
        make_result([1] * many, [1] * many, [0.9] * many, held_back=True),
    ]
    read = [7] * lost + [1] * (many - lost)
    new = [
        make_result([1, 2], aside, [0.9, 0.9], name=NAME, held_back=True),
        make_result([1] * many, read, [0.9] * many, held_back=True),
    ]
    assert is_gain(new, bundled) is is_one
    assert is_gain(new[1:], bundled[1:]) is (lost < 3), "too few corrections to keep some aside"
    assert is_gain(new, []), "there is no other network"
    assert of_others(new) == new[1:]
