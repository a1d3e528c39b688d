"""Confidence that says how often a network is right."""

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.batches import one_hot
from training.calibrate import calibrate, fit_temperature


def answers(
    sharpness: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities, raised to a power, and labels drawn from them as they were before."""
    logits = rng.normal(0, 2, (20_000, 10))
    honest = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(10, p=row) for row in honest])
    raised = honest**sharpness
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32), one_hot(labels)


@pytest.mark.parametrize("sharpness", [0.5, 1, 3])
def test_the_temperature_undoes_too_much_or_too_little_confidence(sharpness: float) -> None:
    probabilities, targets = answers(sharpness, np.random.default_rng(0))
    assert fit_temperature(probabilities, targets) == pytest.approx(sharpness, rel=0.05)


def test_probabilities_of_exactly_0_do_not_upset_it() -> None:
    probabilities = np.repeat(one_hot(np.arange(10)), 10, axis=0)
    targets = probabilities.copy()
    targets[0] = one_hot(np.array([5]))[0]
    assert 1 < fit_temperature(probabilities, targets) < 8


def test_the_temperature_is_folded_into_the_network() -> None:
    rng = np.random.default_rng(0)
    model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(10, activation="softmax")])
    probabilities, targets = answers(1, rng)
    images = 2 * np.log(probabilities)
    model.layers[-1].set_weights([np.eye(10), np.zeros(10)])
    before = model.predict(images, verbose=0)
    temperature = calibrate(model, images, targets)
    after = model.predict(images, verbose=0)
    assert temperature == pytest.approx(2, rel=0.05)
    assert after == pytest.approx(probabilities, abs=0.02)
    assert np.array_equal(after.argmax(axis=1), before.argmax(axis=1))
