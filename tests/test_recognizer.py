from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from app.ink import Ink, Stroke
from app.network import Network
from app.preprocess import Picture
from app.recognizer import BUNDLED_MODEL, Reading, Recognizer
from training.datasets import Mnist, Sample


def ink_of(sample: Sample) -> Ink:
    return Ink.from_lines(sample.lines)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def test_empty_paper_reads_as_nothing(recognizer: Recognizer) -> None:
    for reading in (
        recognizer.read(Ink()),
        recognizer.read(Ink((Stroke(),))),
        recognizer.read_picture(np.zeros((30, 40), np.float32)),
    ):
        assert reading == Reading()
        assert reading.text == ""
        assert reading.confidence == 0


def test_a_reading_tells_what_is_written_where(
    recognizer: Recognizer, pendigits_train: list[Sample]
) -> None:
    sample = pendigits_train[0]
    reading = recognizer.read(ink_of(sample))
    [digit] = reading.digits
    assert reading.text == sample.label == str(digit.label)
    assert digit.accepted
    assert reading.confidence == digit.confidence == pytest.approx(digit.probabilities.max())
    assert digit.probabilities.shape == (10,)
    assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert digit.image.shape == (28, 28)
    points = np.concatenate(sample.lines)
    assert digit.box == pytest.approx((*points.min(axis=0), *np.ptp(points, axis=0)))


def test_the_bundled_network_reads_unseen_writers(
    recognizer: Recognizer, pendigits_test: list[Sample], mnist: Mnist
) -> None:
    readings = [recognizer.read_single(ink_of(sample)) for sample in pendigits_test]
    drawn = [
        r.digits[0].label == int(s.label) for r, s in zip(readings, pendigits_test, strict=True)
    ]
    assert np.mean(drawn) >= 0.988
    tiles = mnist.x_test.astype(np.float32) / 255
    read = [recognizer.read_picture(tile).digits[0].label for tile in tiles]
    assert np.mean(np.array(read) == mnist.y_test) >= 0.993


def test_the_bundled_network_is_small_and_trusted(recognizer: Recognizer) -> None:
    assert BUNDLED_MODEL.stat().st_size <= 2_500_000
    assert recognizer.warning is None


def test_a_network_that_cannot_read_is_loaded_with_a_warning() -> None:
    def confused(images: Picture) -> NDArray[np.float32]:
        return np.tile(np.float32([0.3] + [0.7 / 9] * 9), (len(images), 1))

    recognizer = Recognizer(cast(Network, confused), str(Path("foreign.h5")))
    assert recognizer.warning is not None
    assert "foreign.h5" in recognizer.warning
    assert "only 10% of the reference digits" in recognizer.warning


def test_an_unsure_answer_is_a_question_mark() -> None:
    def torn(images: Picture) -> NDArray[np.float32]:
        return np.tile(np.float32([0.45, 0.4] + [0.15 / 8] * 8), (len(images), 1))

    recognizer = Recognizer(cast(Network, torn), "torn.h5")
    reading = recognizer.read(Ink((Stroke.from_xy(np.array([[0.0, 0.0], [9.0, 50.0]])),)))
    assert reading.text == "?"
    assert not reading.digits[0].accepted
    assert reading.confidence == pytest.approx(0.45)
