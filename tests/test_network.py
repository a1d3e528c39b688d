"""The network answers as TensorFlow does, for every layer and every way to combine them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.network import Network
from tests.h5_files import small_config, small_weights, write
from tests.keras_models import CASES, TRAINED
from tests.keras_reference import Floats, Model, keras_of_version, reference, settle, train
from training.datasets import Bytes, Mnist
from training.models import RECIPES

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def images() -> Floats:
    """Blots of ink: smooth, mostly paper, some pixels full."""
    random = np.random.default_rng(1)
    fine = random.normal(size=(1000, 10, 10)).repeat(3, axis=1).repeat(3, axis=2)
    blots: Floats = np.clip(fine[:, 1:29, 1:29], 0, 1).astype(np.float32)
    return blots


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("case", CASES)
def test_answers_as_tensorflow_does(
    case: str, version: int, images: Floats, tmp_path: Path
) -> None:
    keras = keras_of_version(version)
    model = CASES[case](keras)
    settle(model, images)
    model.save(tmp_path / "model.h5")

    answers = Network.load(tmp_path / "model.h5")(images)

    expected = reference(model, images)
    assert expected.max(axis=1).std() > 0.05
    np.testing.assert_allclose(answers, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("case", TRAINED)
def test_answers_as_tensorflow_does_when_trained(
    case: str, version: int, mnist: Mnist, tmp_path: Path
) -> None:
    keras = keras_of_version(version)
    check_trained(TRAINED[case](keras), mnist, tmp_path / "model.h5")


@pytest.mark.parametrize("name", RECIPES)
def test_answers_as_tensorflow_does_for_each_architecture_of_the_training(
    name: str, mnist: Mnist, tmp_path: Path
) -> None:
    keras_of_version(3)
    check_trained(RECIPES[name].build(), mnist, tmp_path / "model.h5")


def as_floats(images: Bytes) -> Floats:
    return images.astype(np.float32) / np.float32(255)


def check_trained(model: Model, mnist: Mnist, path: Path) -> None:
    train(model, as_floats(mnist.x_train[:3840]), mnist.y_train[:3840])
    model.save(path)
    images = as_floats(mnist.x_test[:1000])

    answers = Network.load(path)(images)

    assert np.mean(answers.argmax(axis=1) == mnist.y_test[:1000]) > 0.3
    np.testing.assert_allclose(answers, reference(model, images), rtol=0, atol=TOLERANCE)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    path = tmp_path_factory.mktemp("network") / "small.h5"
    return Network.load(write(path, small_config(), small_weights()))


def test_answers_the_same_however_many_images_there_are(network: Network, images: Floats) -> None:
    alone = np.concatenate([network(image[None]) for image in images[:50]])
    np.testing.assert_allclose(network(images[:50]), alone, rtol=0, atol=1e-6)


def test_answers_no_images_with_no_probabilities(network: Network) -> None:
    answers = network(np.empty((0, 28, 28), np.float32))
    assert answers.shape == (0, 10) and answers.dtype == np.float32


def test_takes_images_of_any_type_and_leaves_them_as_they_are(
    network: Network, images: Floats
) -> None:
    for dtype in (np.uint8, np.float64):
        other: Any = (images * 3).astype(dtype).transpose(0, 2, 1)
        before = other.copy()
        plain = np.ascontiguousarray(other, np.float32)
        np.testing.assert_array_equal(network(other), network(plain))
        np.testing.assert_array_equal(other, before)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28, 1), (1, 784), (1, 27, 28)])
def test_says_that_images_have_the_wrong_shape(network: Network, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="28, 28"):
        network(np.zeros(shape, np.float32))


def test_answers_in_many_threads_at_once(network: Network, images: Floats) -> None:
    expected = network(images)
    with ThreadPoolExecutor(4) as threads:
        for answers in threads.map(network, [images] * 20):
            np.testing.assert_array_equal(answers, expected)


def test_runs_without_tensorflow() -> None:
    code = "import sys, app.network; assert not {'tensorflow', 'keras'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_folds_normalizations_and_activations_into_what_they_follow(network: Network) -> None:
    assert [step.name for step in network.steps] == ["image", "conv", "pool", "flat", "answer"]


def test_shows_what_any_step_makes_of_the_images(network: Network, images: Floats) -> None:
    shown = network.results(images, range(len(network.steps)))
    shapes = [step.operation.shape for step in network.steps]
    assert [result.shape for result in shown] == [(len(images), *shape) for shape in shapes]
    np.testing.assert_array_equal(shown[0].reshape(images.shape), images)
    np.testing.assert_array_equal(shown[-1], network(images))
    [last, first] = network.results(images[:20], [len(network.steps) - 1, 1])
    np.testing.assert_array_equal(first, shown[1][:20])
    np.testing.assert_allclose(last, shown[-1][:20], rtol=0, atol=1e-6)


def test_the_features_are_what_the_last_layer_with_weights_sees(network: Network) -> None:
    assert network.steps[network.features].name == "flat"
