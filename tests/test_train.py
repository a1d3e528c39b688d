"""The training command, mostly with a tiny network."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from app.corrections import Corrections
from app.recognizer import BUNDLED_MODEL, Recognizer
from tests.tiny_training import (
    FOLDER,
    INK,
    LABELS,
    TINY,
    UNSTEADY,
    Command,
    ctrl_c,
    losses,
    reference_batches,
    tiny_command,
    weights,
)
from training import batches, parts, report, train
from training.batches import Batches, Pictures
from training.datasets import DataError, Sample
from training.models import HALVES, RECIPES
from training.parts import Part
from training.run_folder import RunFolder

ROOT = Path(__file__).parents[1]

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Command]:
    before = BUNDLED_MODEL.read_bytes()
    yield tiny_command(monkeypatch, tmp_path)
    assert BUNDLED_MODEL.read_bytes() == before


def test_a_training_leaves_network_settings_figures_and_report(
    command: Command, capsys: Printed
) -> None:
    assert command() == 0
    names = {path.name for path in FOLDER.path.iterdir()}
    assert names == {"tiny.h5", "settings.json", "metrics.json", "report.html"}
    assert Recognizer.load(FOLDER.network).warning is None
    settings = json.loads(FOLDER.settings.read_text())
    assert settings["optimizer"].pop("learning_rate")["class_name"] == "CosineDecay"
    assert settings.pop("optimizer")["weight_decay"] == 0.004
    assert settings.pop("versions")["keras"] == keras.__version__
    assert settings == {
        "model": "tiny",
        "data": "mnist",
        "epochs": 3,
        "seed": 1,
        "batch_size": 16,
        "images_per_epoch": 5 * len(LABELS),
        "weights": 4 * 784 + 784 * 10 + 10,
        "held_back": {"known": len(LABELS)},
    }
    metrics = json.loads(FOLDER.metrics.read_text())
    assert metrics["weights"] == settings["weights"]
    assert len(metrics["history"]) == 3
    kinds = {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
    assert set(metrics["history"][0]) == kinds
    assert metrics["seconds"] > 0
    assert metrics["temperature"] is None
    assert set(metrics["results"]) == {"known", "new", "newer"}
    told = capsys.readouterr().out
    for expected in ["Epoch 3/3: ", "| known ", "| new ", str(FOLDER.report)]:
        assert expected in told


def test_a_network_of_all_data_is_calibrated(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("--runs", "raw")
    monkeypatch.setitem(RECIPES, "tiny", replace(TINY, data="all"))
    command()
    temperature = json.loads(FOLDER.metrics.read_text())["temperature"]
    assert temperature != 1
    raw, calibrated = (
        keras.saving.load_model(runs / "tiny-1" / "tiny.h5").layers[-1].get_weights()
        for runs in (Path("raw"), FOLDER.runs)
    )
    for before, after in zip(raw, calibrated, strict=True):
        assert np.allclose(before / temperature, after, rtol=1e-3)  # each takes 16 bits


def test_an_expert_comes_in_the_end_and_not_where_a_training_is_stopped(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def longer(model: keras.Model, *_: object) -> keras.Model:
        layers = [keras.Input((28, 28, 1)), *model.layers[:-1]]
        return keras.Sequential([*layers, keras.layers.Rescaling(1.0), model.layers[-1]])

    def stopped(*_: object) -> keras.Model:
        raise KeyboardInterrupt

    def layers() -> int:
        return len(keras.saving.load_model(FOLDER.network).layers)

    monkeypatch.setitem(RECIPES, "tiny", replace(TINY, expert=True))
    monkeypatch.setattr(train, "takes_expert", lambda _: True)
    monkeypatch.setattr(train, "with_expert", longer)
    with ctrl_c(epoch=1):
        assert command() == 0
    assert layers() == 4
    monkeypatch.setattr(train, "with_expert", stopped)
    assert command("--resume") == 0
    assert layers() == 4
    assert "the best network so far is kept in" in capsys.readouterr().out
    monkeypatch.setattr(train, "with_expert", longer)
    assert command("--resume") == 0
    assert layers() == 5


def test_the_seed_makes_a_training_repeatable(command: Command) -> None:
    command("--runs", "first")
    command("--runs", "again")
    command("--runs", "first", "--seed", "2")
    first, again, other = (
        weights(Path(path, "tiny.h5")) for path in ("first/tiny-1", "again/tiny-1", "first/tiny-2")
    )
    assert first == again
    assert first != other


def test_the_network_of_the_best_epoch_is_kept(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "tiny", UNSTEADY)
    command()
    assert min(losses(FOLDER)) < losses(FOLDER)[-1]
    model = keras.saving.load_model(FOLDER.network)
    model.compile(loss="categorical_crossentropy")
    _, held_back = reference_batches(UNSTEADY, (28, 28, 1), 1, None)
    loss = model.evaluate(*held_back, verbose=0)
    assert loss == pytest.approx(min(losses(FOLDER)), rel=1e-5)


def test_training_stops_when_patience_is_exhausted(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "tiny", replace(UNSTEADY, epochs=30, patience=2))
    command()
    assert losses(FOLDER).index(min(losses(FOLDER))) == len(losses(FOLDER)) - 3


@pytest.mark.parametrize(
    ("score", "options", "promoted"),
    [
        (0.6, [], True),
        (0.5, [], True),
        (0.4, [], False),
        (0.4, ["--replace"], True),
    ],
)
def test_a_network_that_is_as_good_becomes_that_of_the_app(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
    score: float,
    options: list[str],
    promoted: bool,
) -> None:
    scores = iter([score, 0.5])
    monkeypatch.setattr(train, "score", lambda _: next(scores))
    before = Path("digits.h5").read_bytes()
    assert command(*options) == 0
    if promoted:
        assert Path("digits.h5").read_bytes() == FOLDER.network.read_bytes()
        assert Path("digits.previous.h5").read_bytes() == before
    else:
        assert Path("digits.h5").read_bytes() == before
        assert f"python -m app --model {FOLDER.network}\n" in capsys.readouterr().out


def test_a_network_of_half_the_writers_is_not_for_the_app(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HALVES, "half-1", TINY)
    monkeypatch.setattr(train, "score", lambda results: 1.0)
    command("--model", "half-1")
    assert Path("runs/half-1-1/half-1.h5").exists()
    assert Path("digits.h5").read_bytes() == BUNDLED_MODEL.read_bytes()


@pytest.mark.parametrize("options", [[], ["--replace"]])
def test_a_network_that_was_stopped_becomes_that_of_the_app_on_demand_only(
    command: Command, options: list[str]
) -> None:
    with ctrl_c(epoch=1):
        assert command(*options) == 0
    promoted = Path("digits.h5").read_bytes() == FOLDER.network.read_bytes()
    assert promoted == bool(options)


def test_where_the_app_cannot_be_changed_the_network_is_kept(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    Path("file").touch()
    monkeypatch.setattr(train, "BUNDLED_MODEL", Path("file/digits.h5"))
    assert command() == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("file/digits.h5: cannot be written")
    assert FOLDER.finished


@pytest.mark.parametrize("options", [["--runs", "file"], ["--out", "file/network.h5"]])
def test_a_place_that_cannot_be_written_to_is_told_before_training(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed, options: list[str]
) -> None:
    Path("file").touch()
    monkeypatch.setattr(train, "fit", None)
    assert command(*options) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("file/")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DataError("mnist.npz: there is no such file"), "mnist.npz: there is no such file"),
        (MemoryError(), "too little memory"),
        (tf.errors.ResourceExhaustedError(None, None, "OOM when allocating"), "too little memory"),
        (OSError(28, "No space left on device"), "the disk is full"),
        (PermissionError(13, "Permission denied", "mnist.npz"), "mnist.npz: Permission denied"),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
    error: Exception,
    told: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(train, "make_batches", fail)
    assert command() == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert told in sentence


def test_a_fault_of_the_program_is_not_hidden(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "make_batches", None)
    with pytest.raises(TypeError):
        command()


@pytest.mark.parametrize(
    "arguments",
    ["--out digits.keras", "--out .", "--epochs 0", "--seed -1", "--model resnet"],
)
def test_wrong_usage_is_refused(command: Command, arguments: str) -> None:
    with pytest.raises(SystemExit) as refused:
        command(*arguments.split())
    assert refused.value.code == 2


def test_what_was_corrected_is_trained_on_and_measured(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed, tmp_path: Path
) -> None:
    shown: list[Sample] = []

    def with_mine(*arguments: Any) -> tuple[Batches, Pictures]:
        shown.extend(arguments[4])
        return reference_batches(*arguments)

    monkeypatch.setattr(train, "make_batches", with_mine)
    monkeypatch.setattr(train, "CONTINUED", TINY)
    corrections = Corrections(tmp_path / "mine.ndjson")
    for ink, label in zip(INK[:8], LABELS[:8], strict=True):
        corrections.add(ink, int(label))
    monkeypatch.setattr(sys, "argv", ["training/train.py", "--mine", str(corrections.path)])
    assert train.main() == 0
    assert [int(sample.label) for sample in shown] == [LABELS[i] for i in (0, 1, 2, 4, 5, 6)]
    folder = RunFolder(Path("runs"), "mine", seed=1)
    results: dict[str, dict[str, Any]] = json.loads(folder.metrics.read_text())["results"]
    assert results["corrections kept aside"]["count"] == 2
    assert "Of 2 corrections kept aside it reads" in capsys.readouterr().out


def test_without_a_file_the_corrections_are_those_of_the_app(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed, tmp_path: Path
) -> None:
    monkeypatch.setattr(train, "corrections_path", lambda: tmp_path / "own.ndjson")
    monkeypatch.setattr(sys, "argv", ["training/train.py", "--mine"])
    assert train.main() == 1
    assert "own.ndjson: there are no corrections here" in capsys.readouterr().err


def test_without_corrections_nothing_is_trained(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setattr(sys, "argv", ["training/train.py", "--mine", "none.ndjson"])
    assert train.main() == 1
    assert "none.ndjson: there are no corrections here" in capsys.readouterr().err


def test_a_taught_network_goes_on_from_the_first_of_its_teachers(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("--out", "first.h5")
    command("--seed", "2", "--out", "second.h5")
    still = replace(TINY, optimizer=lambda steps: keras.optimizers.SGD(0.0), epochs=1)
    monkeypatch.setattr(train, "TAUGHT", still)
    monkeypatch.setattr(
        sys, "argv", ["training/train.py", "--teachers", "first.h5", "second.h5", "--out", "it.h5"]
    )
    assert train.main() == 0
    first, it = (
        keras.saving.load_model(path).layers[-1].get_weights() for path in ("first.h5", "it.h5")
    )
    assert all(map(np.array_equal, first, it))


def test_a_taught_network_stays_with_its_teachers(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    command("--out", "first.h5")
    command("--seed", "2", "--out", "second.h5")
    monkeypatch.setattr(train, "TAUGHT", TINY)
    taught = ["training/train.py", "--teachers", "first.h5"]
    monkeypatch.setattr(sys, "argv", [*taught, "second.h5"])
    with ctrl_c(1):
        train.main()
    monkeypatch.setattr(sys, "argv", [*taught, "--resume"])
    assert train.main() == 1
    assert "this training was started with other teachers" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", [*taught, "second.h5", "--resume"])
    assert train.main() == 0
    folder = RunFolder(Path("runs"), "taught", seed=1)
    assert len(json.loads(folder.settings.read_text())["teachers"]) == 2


def test_a_teacher_that_is_no_network_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setattr(sys, "argv", ["training/train.py", "--teachers", "gone.h5"])
    assert train.main() == 1
    assert "gone.h5" in capsys.readouterr().err


def test_a_published_recipe_is_trained_on_real_data(
    command: Command, monkeypatch: pytest.MonkeyPatch, shared_data: Path
) -> None:
    def first_of(load: Callable[[Path], list[Part]]) -> Callable[[Path], list[Part]]:
        return lambda folder: [
            replace(part, items=part.items[:100], labels=part.labels[:100]) for part in load(folder)
        ]

    monkeypatch.setattr(train, "make_batches", batches.make_batches)
    monkeypatch.setattr(train, "held_back_parts", first_of(parts.held_back_parts))
    monkeypatch.setattr(train, "test_parts", first_of(parts.test_parts))
    monkeypatch.setattr(train, "write_report", report.write_report)
    assert command("--model", "softmax", "--data-dir", str(shared_data)) == 0
    folder = RunFolder(Path("runs"), "softmax", seed=1)
    results: dict[str, dict[str, Any]] = json.loads(folder.metrics.read_text())["results"]
    assert results["MNIST test"]["accuracy"] > 0.85
    assert "</html>" in folder.report.read_text()


def test_missing_data_is_told_by_the_real_command(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "training" / "train.py", "--data-dir", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert re.match(rf"{tmp_path}/\S+: there is no such file", done.stderr.splitlines()[-1])
    assert "Traceback" not in done.stderr
