"""Networks that teach: what they answer together is what is learnt."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from app.network import NetworkError
from training.batches import one_hot
from training.teachers import TRUST, Teachers

IMAGES = np.random.default_rng(1).random((6, 28, 28, 1), np.float32)
TARGETS = one_hot(np.arange(6))

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a network that always gives the same answer, or one of another shape."""

    def written(name: str, answer: list[float], shape: tuple[int, ...] = (28, 28, 1)) -> Path:
        last = keras.layers.Dense(len(answer), activation="softmax", kernel_initializer="zeros")
        model = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), last])
        last.bias.assign(np.log(answer))
        model.save(tmp_path / name)
        return tmp_path / name

    return written


def answer(digit: int, probability: float) -> list[float]:
    """So much of one digit, and as much of each of the others."""
    rest = (1 - probability) / 9
    return [probability if i == digit else rest for i in range(10)]


def test_targets_come_near_to_what_the_teachers_answer_together(save: Save) -> None:
    teachers = Teachers([save("3.h5", answer(3, 0.9)), save("4.h5", answer(4, 0.9))])
    learnt = teachers.soften(IMAGES, TARGETS)
    assert learnt.dtype == np.float32
    assert learnt.sum(axis=1) == pytest.approx(1)
    taught = learnt - (1 - TRUST) * TARGETS
    assert np.allclose(taught, taught[0], atol=1e-6), "no teacher looks at the images"
    assert taught[0, 3] == pytest.approx(taught[0, 4])
    # The mean of the logarithms 0.9 and 0.0111 is that of 0.1, nine times as much as the others'
    # 0.0111; of that the square root remains.
    assert taught[0, 3] / taught[0, 0] == pytest.approx(3, rel=1e-3)


def test_teachers_who_doubt_teach_doubt(save: Save) -> None:
    teachers = Teachers([save("none.h5", [0.1] * 10)])
    nothing = np.full((6, 10), 0.1, np.float32)
    assert np.allclose(teachers.soften(IMAGES, nothing), 0.1)


def test_the_pupil_begins_as_the_first_and_leaves_it_alone(save: Save) -> None:
    teachers = Teachers([save("3.h5", answer(3, 0.9)), save("4.h5", answer(4, 0.9))])
    before = teachers.soften(IMAGES, TARGETS)
    pupil = teachers.pupil()
    assert np.allclose(pupil.predict(IMAGES, verbose=0), answer(3, 0.9))
    pupil.set_weights([weights + 1 for weights in pupil.get_weights()[:-1]] + [np.zeros(10)])
    assert np.array_equal(teachers.soften(IMAGES, TARGETS), before)


def test_networks_that_do_not_fit_are_refused(save: Save, tmp_path: Path) -> None:
    fits = save("fits.h5", answer(3, 0.9))
    with pytest.raises(NetworkError, match=r"flat\.h5: this network takes \(784,\)"):
        Teachers([fits, save("flat.h5", answer(3, 0.9), (784,))])
    with pytest.raises(NetworkError, match=r"letters\.h5: .* 26 classes"):
        Teachers([save("letters.h5", [1 / 26] * 26)])
    (tmp_path / "text.h5").write_text("no network")
    with pytest.raises(NetworkError, match=r"text\.h5"):
        Teachers([tmp_path / "text.h5"])
    with pytest.raises(NetworkError, match=r"gone\.h5"):
        Teachers([fits, tmp_path / "gone.h5"])
