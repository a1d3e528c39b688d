"""The expert for scans: it has a say where an image looks like a scan, and nowhere else."""

import re
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from app.network import Network
from app.preprocess import ink_to_image
from app.recognizer import BUNDLED_MODEL
from tests.tiny_training import INK, LABELS
from training import expert
from training.batches import Batches, Indices, Pictures, one_hot
from training.datasets import Mnist
from training.expert import takes_expert, with_expert
from training.files import save_network
from training.models import EXPERT, digits, keep_expert, pygame_cnn
from training.parts import held_back_parts

Shape = tuple[int, ...]

SHARP = np.array([ink_to_image(ink.lines()) for ink in INK])[..., None]
SOFT = (SHARP + np.roll(SHARP, 1, 1) + np.roll(SHARP, 1, 2) + np.roll(SHARP, (1, 1), (1, 2))) / 4
SCANS = SOFT[:, ::-1]
"""Soft, and upside down, so that they are read by one who learnt from them alone."""


def two_worlds(
    shape: Shape, batch_size: int, seed: int, data_dir: Path | None
) -> tuple[Batches, Pictures]:
    """The reference digits as they are, and scans of them."""
    images = np.concatenate([SCANS, SHARP])
    targets = np.zeros((len(images), 12), np.float32)
    targets[: len(SCANS), :10] = one_hot(LABELS)
    targets[: len(SCANS), 10] = 1
    targets[len(SCANS) :, 11] = 1

    def make(chosen: Indices, _: np.random.Generator) -> Pictures:
        return images[chosen % len(images)], targets[chosen % len(images)]

    return Batches(150 * len(images), batch_size, None, make, seed), (images, targets)


@pytest.fixture(scope="module")
def general() -> keras.Model:
    """The bundled network without its expert."""
    bundled = keras.models.load_model(BUNDLED_MODEL, compile=False)
    kept = [layer.get_weights() for layer in bundled.layers if not layer.name.startswith(EXPERT)]
    model = digits()
    learning = [layer for layer in model.layers if layer.weights]
    for layer, weights in zip(learning, filter(None, kept), strict=True):
        layer.set_weights(
            [array[: len(old)] for array, old in zip(weights, layer.get_weights(), strict=True)]
        )
    return model


@pytest.fixture(scope="module")
def whole(general: keras.Model) -> keras.Model:
    """The same with an expert."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expert, "make_scan_batches", two_worlds)
        return with_expert(general, None, seed=1, epochs=4)


def test_an_expert_reads_scans_and_leaves_the_rest_to_what_was_there(
    general: keras.Model, whole: keras.Model
) -> None:
    before, after = (
        (model.predict(SCANS, verbose=0).argmax(axis=1) == LABELS).mean()
        for model in (general, whole)
    )
    assert before < 0.7
    assert after > 0.9
    before, after = (model.predict(SHARP, verbose=0) for model in (general, whole))
    assert np.abs(before - after).max() < 0.05


def test_with_the_gate_closed_nothing_is_changed(general: keras.Model, whole: keras.Model) -> None:
    gate = whole.get_layer("expert_gate")
    opened = gate.get_weights()
    gate.set_weights([np.zeros_like(opened[0]), np.array([-50.0])])
    before, after = (model.predict(SCANS, verbose=0) for model in (general, whole))
    gate.set_weights(opened)
    assert before == pytest.approx(after, abs=1e-6)


def test_a_network_that_has_an_expert_or_another_plan_takes_none(
    general: keras.Model, whole: keras.Model
) -> None:
    assert takes_expert(general)
    assert not takes_expert(whole)
    assert not takes_expert(pygame_cnn())


def test_the_app_runs_what_keras_made_of_both(whole: keras.Model, tmp_path: Path) -> None:
    save_network(whole, tmp_path / "whole.h5")
    images = np.concatenate([SHARP, SCANS])
    answers = Network.load(tmp_path / "whole.h5")(images[..., 0])
    assert answers == pytest.approx(whole.predict(images, verbose=0), abs=1e-5)


def test_where_a_network_goes_on_learning_its_expert_does_not(whole: keras.Model) -> None:
    kept = keep_expert(keras.models.clone_model(whole))
    learning = {variable.path.split("/")[0] for variable in kept.trainable_variables}
    assert "answer" in learning
    assert not any(name.startswith(EXPERT) for name in learning)


def test_the_bundled_network_asks_its_expert_of_scans_and_hardly_of_ink(
    mnist: Mnist, shared_data: Path
) -> None:
    network = Network.load(BUNDLED_MODEL)
    number = [step.name for step in network.steps].index("expert_gate")
    drawn = held_back_parts(shared_data)[1].items[:200]
    shares = [
        network.results(images, [number])[0].mean()
        for images in (
            mnist.x_train[:200].astype(np.float32) / 255,
            np.array([ink_to_image(ink.lines()) for ink in drawn]),  # type: ignore[union-attr]
        )
    ]
    assert shares[0] > 0.8
    assert shares[1] < 0.05


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["whole.h5"], r"whole\.h5: this network has an expert already"),
        (["missing.h5"], r"missing\.h5: "),
        (["whole.h5", "--out", str(BUNDLED_MODEL)], "is the app's network"),
    ],
)
def test_the_command_refuses_in_one_sentence(
    arguments: list[str],
    message: str,
    whole: keras.Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    save_network(whole, Path("whole.h5"))
    monkeypatch.setattr(sys, "argv", ["training/expert.py", *arguments])
    assert expert.main() == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert re.search(message, told)
