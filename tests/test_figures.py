"""The pictures of a report, as rows of images and labels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.results import reference_data
from training.augment_ink import INK_VARIATIONS, PEN_WIDTH
from training.augment_pictures import INK_IMAGE_VARIATIONS, SCAN_VARIATIONS
from training.figures import Row, sample_rows, variation_rows
from training.parts import TrainingData


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return reference_data()


def test_samples_are_one_of_each_digit_of_each_data_set(data: TrainingData) -> None:
    rows = sample_rows(data, np.random.default_rng(1))
    assert [row.title for row in rows] == ["MNIST", "pendigits", "UJI Pen Characters"]
    for row in rows:
        assert row.labels == list("0123456789")
        for image, label in zip(row.images, row.labels, strict=True):
            nearest = np.abs(data.images / 255 - image).sum(axis=(1, 2)).argmin()
            assert data.labels[nearest] == int(label)


def test_each_variation_has_a_row_that_begins_with_the_still_digit(data: TrainingData) -> None:
    rows = {row.title: row for row in variation_rows(data, np.random.default_rng(1))}
    varied = [*INK_VARIATIONS, PEN_WIDTH, *SCAN_VARIATIONS, *INK_IMAGE_VARIATIONS]
    assert list(rows)[: len(varied)] == varied
    assert len(rows) > len(varied), "those of what is no digit"
    for name in varied:
        row = rows[name]
        assert row.labels[0] == "still"
        assert not any(row.labels[1:])
        assert any(not np.array_equal(image, row.images[0]) for image in row.images[1:]), name
    for row in rows.values():
        assert_is_row_of_images(row)


def assert_is_row_of_images(row: Row) -> None:
    assert len(row.images) == len(row.labels)
    for image in row.images:
        assert image.shape == (28, 28)
        assert 0 <= image.min() <= image.max() <= 1
