"""The architectures and the measure they are trained by."""

import numpy as np
import pytest

from app.convention import Hand, draw, reference_digits
from app.network import Network
from app.recognizer import BUNDLED_MODEL
from training.models import CONTINUED, RECIPES, DigitAccuracy


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("softmax", 7_850),
        ("dense", 118_282),
        ("numbre", 106_391),
        ("mlp-dropout", 669_706),
        ("deep-cnn", 3_274_634),
        ("pygame-cnn", 34_826),
    ],
)
def test_an_architecture_has_the_size_of_its_source(name: str, weights: int) -> None:
    assert RECIPES[name].build().count_params() == weights


def test_the_bundled_network_is_trained_on_all_data_and_validated() -> None:
    recipe = RECIPES["digits"]
    assert recipe.data == "all"
    assert recipe.held_back


def test_accuracy_counts_digits_only() -> None:
    right, wrong, no_digit = np.eye(10)[3], np.eye(10)[4], np.full(10, 0.1)
    accuracy = DigitAccuracy()
    accuracy.update_state(np.array([right, right, no_digit]), np.array([right, wrong, right]))
    assert float(accuracy.result()) == pytest.approx(0.5)


def test_training_goes_on_from_the_network_of_the_app() -> None:
    lines, _ = reference_digits()
    images = draw(lines, Hand())
    model = CONTINUED.build()
    assert model.predict(images[..., None], verbose=0) == pytest.approx(
        Network.load(BUNDLED_MODEL)(images), abs=1e-5
    )
