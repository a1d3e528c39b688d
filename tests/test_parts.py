"""The parts of the data: nothing that measures or chooses is trained on."""

from pathlib import Path

import numpy as np
import pytest

from training.batches import to_images
from training.datasets import PENDIGITS_TEST, DataError, Mnist, Sample
from training.parts import (
    HELD_BACK_PENDIGITS_WRITERS,
    NO_DIGIT,
    TrainingData,
    held_back_parts,
    measuring_hands,
    training_data,
)
from training.parts import (
    test_parts as measuring_parts,
)


@pytest.fixture(scope="module")
def data(shared_data: Path) -> TrainingData:
    return training_data(shared_data)


def test_held_back_writers_and_images_do_not_train(
    data: TrainingData, mnist: Mnist, pendigits_train: list[Sample]
) -> None:
    assert np.array_equal(data.images, mnist.x_train[5000:])
    assert {sample.writer for sample in data.pendigits} == {
        sample.writer for sample in pendigits_train
    } - HELD_BACK_PENDIGITS_WRITERS
    assert {sample.writer for sample in data.uji} == set(range(1, 12)) - {3, 8}
    assert {sample.writer for sample in data.letters} == set(range(1, 12)) - {3, 8}


def test_two_halves_of_the_writers_have_none_in_common(
    data: TrainingData, shared_data: Path
) -> None:
    first, second = (training_data(shared_data, half) for half in (1, 2))
    for kind, count in (("pendigits", 25), ("uji", 9), ("letters", 9)):
        all_of_them, one, other = (
            {sample.writer for sample in getattr(part, kind)} for part in (data, first, second)
        )
        assert (len(one), len(other)) == (-(-count // 2), count // 2)
        assert one | other == all_of_them
    assert np.array_equal(first.images, data.images)


def test_the_held_back_parts_hold_what_does_not_train(shared_data: Path, mnist: Mnist) -> None:
    parts = {part.name: part for part in held_back_parts(shared_data)}
    assert all(part.held_back for part in parts.values())
    assert all(len(part.items) == len(part.labels) for part in parts.values())
    assert np.array_equal(parts["MNIST, held back"].labels, mnist.y_train[:5000])
    assert len(parts["pendigits, held-back writers"].items) == 5 * 250 - 3
    assert len(parts["UJI digits, held-back writers"].items) == 2 * 20
    letters = parts["UJI letters, held-back writers"]
    assert len(letters.items) == 2 * 2 * 33
    assert set(letters.labels) == {NO_DIGIT}
    assert set(parts["scribbles and several digits"].labels) == {NO_DIGIT}


def test_the_parts_are_the_same_each_time(shared_data: Path) -> None:
    first, again = (held_back_parts(shared_data) for _ in range(2))
    assert first[-2].items == again[-2].items
    assert np.array_equal(first[-1].items, again[-1].items)


def test_drawings_of_no_digit_are_held_back_as_soft_pictures_too(shared_data: Path) -> None:
    *_, letters, scribbles, signs, soft = held_back_parts(shared_data)
    assert len(soft.items) == sum(len(part.items) for part in (letters, scribbles, signs))
    assert set(soft.labels) == {NO_DIGIT}
    sharp = to_images(letters)
    softened = np.array(soft.items[: len(sharp)])
    assert softened.dtype == np.float32
    assert softened.sum(axis=(1, 2)) == pytest.approx(sharp.sum(axis=(1, 2)), rel=0.01)
    assert np.abs(np.diff(softened)).max() < np.abs(np.diff(sharp)).max()


def test_the_test_parts_are_those_of_the_data_sets(
    shared_data: Path, mnist: Mnist, pendigits_test: list[Sample]
) -> None:
    parts = {part.name: part for part in measuring_parts(shared_data)}
    assert not any(part.held_back for part in parts.values())
    assert np.array_equal(parts["MNIST test"].labels, mnist.y_test)
    assert len(parts["pendigits-orig.tes"].items) == len(pendigits_test) == 3498


def test_a_data_set_that_is_cut_is_told(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / PENDIGITS_TEST).read_text(encoding="latin-1")
    cut = whole[: whole.index(".SEGMENT", len(whole) // 2)]
    (tmp_path / PENDIGITS_TEST).write_text(cut, encoding="latin-1")
    with pytest.raises(DataError, match=r"pendigits-orig\.tes: \d+ of 3498 digits are in it; get"):
        measuring_hands(tmp_path)
