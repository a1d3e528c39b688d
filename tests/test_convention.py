from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from app.convention import CONVENTIONS, Convention, find_convention
from app.network import Network
from app.preprocess import Picture
from app.recognizer import BUNDLED_MODEL, Recognizer
from training.datasets import Mnist


def regression(
    mnist: Mnist, convention: Convention, steps: int = 100
) -> Callable[[Picture], NDArray[np.float32]]:
    """Softmax regression, trained by gradient descent on images in some convention.

    Of all networks it is the hardest to tell the range of: others change more with their input.
    """
    paper, ink = convention
    images = mnist.x_train[:3000].reshape(-1, 784) / np.float32(255)
    inputs = paper + (ink - paper) * images
    mean, scale = inputs.mean(), inputs.std()
    features = np.c_[(inputs - mean) / scale, np.ones(len(inputs))].astype(np.float32)
    targets = np.eye(10, dtype=np.float32)[mnist.y_train[:3000]]
    weights = np.zeros((785, 10), np.float32)
    for _ in range(steps):
        weights -= 0.1 * features.T @ (softmax(features @ weights) - targets) / len(features)
    kernel = weights[:784] / scale
    bias = weights[784] - mean * kernel.sum(axis=0)
    return lambda x: softmax(x.reshape(-1, 784) @ kernel + bias).astype(np.float32)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_range_and_polarity_of_a_strangers_network_are_found_out(
    convention: Convention, mnist: Mnist
) -> None:
    network = regression(mnist, convention)
    recognizer = Recognizer(cast(Network, network), "linear.h5")
    assert recognizer.warning is None
    tiles, labels = mnist.x_train[-1000:] / np.float32(255), mnist.y_train[-1000:]
    paper, ink = convention
    reachable = np.mean(network(paper + (ink - paper) * tiles).argmax(axis=1) == labels)
    read = [recognizer.read_picture(tile).digits[0].label for tile in tiles]
    assert np.mean(read == labels) > reachable - 0.03


def test_the_bundled_network_expects_what_it_is_given_unasked() -> None:
    convention, right = find_convention(Network.load(BUNDLED_MODEL))
    assert (convention, right) == (CONVENTIONS[0], 1.0)


def test_the_input_of_the_bundled_network_is_not_searched_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would take longer than all the rest of the start."""
    monkeypatch.setattr("app.recognizer.find_convention", None)
    assert Recognizer.load().warning is None
