"""What is multiplied by 0 is not computed, and the answers are those of Keras all the same."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from app.network import Network
from app.network.operations import Op
from tests.keras_reference import Floats, keras_of_version

PALE, DARK = (np.full((3, 28, 28), ink, np.float32) for ink in (0.3, 0.8))
"""Three images each for which the gate is closed and open."""


@pytest.fixture(scope="module", params=["gate first", "gate last"])
def mixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Network, Path]:
    """A network with an expert that is asked of images whose mean ink is above a half."""
    keras = keras_of_version(3)
    layers = keras.layers
    image = layers.Input((28, 28, 1))
    ink = layers.Rescaling(4.0, -2.0)(layers.GlobalAveragePooling2D()(image))
    gate = layers.ReLU(name="gate")(ink)
    seen = layers.Conv2D(4, 5, activation="tanh", name="expert-1")(image)
    seen = layers.Flatten(name="expert-3")(layers.Conv2D(4, 5, name="expert-2")(seen))
    both = [gate, seen] if request.param == "gate first" else [seen, gate]
    together = layers.Concatenate()([layers.Flatten()(image), layers.Multiply()(both)])
    answer = layers.Dense(10, activation="softmax")(together)
    path = tmp_path_factory.mktemp("mixture") / "mixture.h5"
    keras.Model(image, answer).save(path)
    return Network.load(path), path


def expected(path: Path, images: Floats) -> Floats:
    answers: Floats = keras_of_version(3).models.load_model(path).predict(images, verbose=0)
    return answers


def without_expert(network: Network) -> Network:
    """The same network, whose expert must not be asked."""

    def fail(*_: Floats) -> NoReturn:
        raise AssertionError("the expert was asked")

    steps = [
        replace(step, operation=Op(step.operation.shape, fail)) if "expert" in step.name else step
        for step in network.steps
    ]
    return Network(network.input_shape, steps)


def test_answers_are_those_of_keras_with_the_gate_open_closed_and_both(
    mixture: tuple[Network, Path],
) -> None:
    network, path = mixture
    for images in (PALE, DARK, np.concatenate([PALE, DARK])[[0, 3, 1, 4, 2, 5]]):
        assert network(images) == pytest.approx(expected(path, images), abs=1e-6)


def test_an_expert_is_asked_where_its_gate_is_open_and_not_where_it_is_closed(
    mixture: tuple[Network, Path], request: pytest.FixtureRequest
) -> None:
    network, path = mixture
    mute = without_expert(network)
    with pytest.raises(AssertionError, match="was asked"):
        mute(DARK)
    if "gate first" in request.node.name:
        assert mute(PALE) == pytest.approx(expected(path, PALE), abs=1e-6)
    else:
        with pytest.raises(AssertionError, match="was asked"):
            mute(PALE)


def test_whoever_looks_into_a_network_sees_its_expert_at_work_though_its_gate_is_closed(
    mixture: tuple[Network, Path],
) -> None:
    network, _ = mixture
    number = [step.name for step in network.steps].index("expert-2")
    [seen] = network.results(PALE, [number])
    assert np.abs(seen).max() > 0


def test_what_serves_others_too_is_no_expert_of_a_gate(tmp_path: Path) -> None:
    keras = keras_of_version(3)
    layers = keras.layers
    image = layers.Input((28, 28, 1))
    gate = layers.ReLU()(layers.Rescaling(4.0, -2.0)(layers.GlobalAveragePooling2D()(image)))
    seen = layers.Flatten()(layers.Conv2D(2, 5)(image))
    together = layers.Concatenate()([layers.Multiply()([gate, seen]), seen])
    answer = layers.Dense(10, activation="softmax")(together)
    keras.Model(image, answer).save(tmp_path / "shared.h5")
    network = Network.load(tmp_path / "shared.h5")
    assert all(step.gate is None for step in network.steps)
    assert network(PALE) == pytest.approx(expected(tmp_path / "shared.h5", PALE), abs=1e-6)
