"""The expert for scans: it has a say where an image looks like a scan, and nowhere else."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from app.network import Network
from app.preprocess import ink_to_image
from app.recognizer import BUNDLED_MODEL
from tests.tiny_training import INK, LABELS, known_parts
from training import expert
from training.batches import Batches, Indices, Pictures, one_hot
from training.datasets import Mnist
from training.expert import takes_expert, with_expert
from training.files import save_network
from training.models import TRUNK, digits, keep_expert, pygame_cnn, without_expert
from training.parts import held_back_parts
from training.teachers import Teachers

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
    return without_expert(keras.models.load_model(BUNDLED_MODEL, compile=False))


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
    otherwise = digits().get_config()
    for layer in otherwise["layers"]:
        layer["config"].update({"use_bias": True} if layer["class_name"] == "Conv2D" else {})
    assert not takes_expert(keras.Model.from_config(otherwise))


def test_what_there_was_before_an_expert_is_still_there(
    general: keras.Model, whole: keras.Model
) -> None:
    images = np.concatenate([SHARP, SCANS])
    before = general.predict(images, verbose=0)
    assert without_expert(whole).predict(images, verbose=0) == pytest.approx(before, abs=1e-6)
    assert np.abs(whole.predict(images, verbose=0) - before).max() > 0.1


def test_a_network_that_is_taught_by_some_with_experts_takes_one(
    whole: keras.Model, tmp_path: Path
) -> None:
    save_network(whole, tmp_path / "whole.h5")
    pupil = Teachers([tmp_path / "whole.h5"]).pupil()
    assert takes_expert(pupil)
    assert all(layer.trainable for layer in pupil.layers)


def test_the_app_runs_what_keras_made_of_both(whole: keras.Model, tmp_path: Path) -> None:
    save_network(whole, tmp_path / "whole.h5")
    images = np.concatenate([SHARP, SCANS])
    answers = Network.load(tmp_path / "whole.h5")(images[..., 0])
    assert answers == pytest.approx(whole.predict(images, verbose=0), abs=1e-5)


def test_where_a_network_goes_on_learning_its_expert_sees_and_says_the_same(
    whole: keras.Model,
) -> None:
    goes_on = keras.models.clone_model(whole)
    goes_on.set_weights(whole.get_weights())
    keep_expert(goes_on).compile(optimizer="sgd", loss="categorical_crossentropy")
    goes_on.fit(SHARP, one_hot(LABELS), verbose=0)
    names = ["expert_features", "expert_grain", f"general_positive{TRUNK + 1}"]
    said, still_says = (
        keras.Model(model.inputs, [model.get_layer(name).output for name in names]).predict(
            SCANS, verbose=0
        )
        for model in (whole, goes_on)
    )
    changes = [np.abs(a - b).max() for a, b in zip(said, still_says, strict=True)]
    assert changes[:2] == [0, 0]
    assert changes[2] > 0


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


def known_digits(data_dir: Path | None) -> Pictures:
    return SHARP[..., 0], one_hot(LABELS)


@pytest.fixture
def command(
    general: keras.Model, whole: keras.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """The command in an empty folder, whose training takes no time and ends with `whole`; the
    network of the app is there, too.
    """
    monkeypatch.chdir(tmp_path)
    save_network(general, Path("general.h5"))
    shutil.copy(BUNDLED_MODEL, "digits.h5")
    monkeypatch.setattr(expert, "BUNDLED_MODEL", tmp_path / "digits.h5")
    monkeypatch.setattr(expert, "held_back_parts", known_parts)
    monkeypatch.setattr(expert, "held_back_digits", known_digits)
    copy = keras.models.clone_model(whole)
    copy.set_weights(whole.get_weights())
    monkeypatch.setattr(expert, "with_expert", lambda *_: copy)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["training/expert.py", "general.h5", *arguments])
        return expert.main()

    return run


def test_a_network_with_an_expert_that_reads_as_well_is_that_of_the_app(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path("digits.h5").read_bytes()
    assert command() == 0
    assert Path("digits.h5").read_bytes() == Path("runs/expert.h5").read_bytes() != before
    assert Path("digits.previous.h5").read_bytes() == before
    assert "The app now has this network" in capsys.readouterr().out


def test_one_that_reads_worse_is_kept_aside_unless_it_is_to_replace_it(
    command: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = Path("digits.h5").read_bytes()
    scores = iter([0.8, 0.9])  # the new one's, that of the app's
    monkeypatch.setattr(expert, "score", lambda _: next(scores))
    assert command("--out", "new.h5") == 0
    assert Path("digits.h5").read_bytes() == before
    assert "python -m app --model new.h5" in capsys.readouterr().out
    scores = iter([0.8, 0.9])
    assert command("--replace") == 0
    assert Path("digits.h5").read_bytes() != before


def test_ctrl_c_leaves_what_there_was(
    command: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> keras.Model:
        raise KeyboardInterrupt

    before = Path("digits.h5").read_bytes()
    monkeypatch.setattr(expert, "with_expert", stopped)
    assert command() == 130
    assert Path("digits.h5").read_bytes() == before
    assert not Path("runs/expert.h5").exists()


def test_a_seed_that_keras_does_not_take_is_refused(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command("--seed", "-1")
    assert "--seed -1: this must be from 0 to" in capsys.readouterr().err
