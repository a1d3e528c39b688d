"""Batches, models, training and its command line, with TensorFlow."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from app.preprocess import ink_to_image
from app.recognizer import Recognizer
from training.batches import Batches, Indices, Pictures, varied_batches
from training.datasets import Mnist, Sample
from training.models import RECIPES, Recipe
from training.train import fit

ROOT = Path(__file__).parents[1]


def numbered(chosen: Indices, rng: np.random.Generator) -> Pictures:
    """Images that show their own index and some randomness."""
    images = np.zeros((len(chosen), 28, 28), np.float32)
    images[:, 0, 0] = chosen
    images[:, 0, 1] = rng.random(len(chosen))
    return images, chosen


def test_batches_go_through_all_the_data_in_a_new_order_each_time() -> None:
    batches = Batches(10, 4, None, numbered, seed=1)
    assert len(batches) == 3
    passes = []
    for _ in range(3):
        passes.append(np.concatenate([batches[i][1] for i in range(3)]).tolist())
        batches.on_epoch_end()
    assert all(sorted(order) == list(range(10)) for order in passes)
    assert len({tuple(order) for order in passes}) == 3


def test_epochs_of_a_number_of_steps_go_on_where_the_last_one_ended() -> None:
    batches = Batches(10, 5, 3, numbered, seed=1)
    shown = []
    for _ in range(2):
        shown += [batches[i][1] for i in range(3)]
        batches.on_epoch_end()
    for half in range(3):
        assert sorted(np.concatenate(shown[2 * half : 2 * half + 2])) == list(range(10))


def test_a_batch_depends_on_the_seed_and_its_number_alone() -> None:
    first, again, other = (Batches(10, 5, None, numbered, seed) for seed in (1, 1, 2))
    _ = again[0]
    assert np.array_equal(first[1][0], again[1][0])
    assert not np.array_equal(first[1][0], other[1][0])


def test_the_writers_held_back_are_not_trained_on(
    shared_data: Path, pendigits_train: list[Sample], mnist: Mnist
) -> None:
    batches, (images, labels) = varied_batches(RECIPES["digits"], (28, 28, 1), 1, shared_data)
    assert len(images) == len(labels) == 5000 + 5 * 250 - 3 + 2 * 20
    assert np.array_equal(labels[:5000], mnist.y_train[:5000])
    writer_5 = next(sample for sample in pendigits_train if sample.writer == 5)
    image = ink_to_image(writer_5.lines)[:, :, None]
    assert any(np.array_equal(image, held_back) for held_back in images[5000:])
    pen_digits = 4 * (7494 - (5 * 250 - 3)) + 20 * 9 * 20
    assert len(batches) == -(-(55_000 + pen_digits) // 128)


def test_varied_batches_hold_images_and_their_labels(shared_data: Path) -> None:
    batches, _ = varied_batches(RECIPES["digits"], (784,), 1, shared_data)
    images, labels = batches[0]
    assert images.shape == (128, 784)
    assert images.dtype == np.float32
    assert set(labels) == set(range(10))


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("digits", 248_066),
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


SHORT = Recipe(
    lambda: keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    ),
    lambda steps: keras.optimizers.Adam(0.01),
    batch_size=64,
    epochs=1,
    data="all",
    held_back=500,
    steps_per_epoch=30,
)


def test_training_is_repeatable_by_its_seed(shared_data: Path, tmp_path: Path) -> None:
    first, again, other = (
        fit(SHORT, 2, seed, shared_data, tmp_path / "best.keras").get_weights()[0]
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def run_train(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "training" / "train.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_writes_a_network_that_the_app_runs(
    shared_data: Path, tmp_path: Path, mnist: Mnist
) -> None:
    out = tmp_path / "new folder" / "softmax.h5"
    done = run_train("--model", "softmax", "--data-dir", shared_data, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "pendigits-orig.tes" in done.stdout
    assert [path.name for path in out.parent.iterdir()] == ["softmax.h5"]
    recognizer = Recognizer.load(out)
    read = [
        recognizer.read_picture(tile.astype(np.float32) / 255).digits[0].label
        for tile in mnist.x_test[:500]
    ]
    assert np.mean(np.array(read) == mnist.y_test[:500]) > 0.85


def test_ctrl_c_keeps_the_best_network_so_far(shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "dense.h5"
    command = [sys.executable, "-u", ROOT / "training" / "train.py", "--model", "dense"]
    options = ["--data-dir", shared_data, "--out", out, "--epochs", "1000"]
    with subprocess.Popen(command + options, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Epoch 2/"):
                process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    assert Recognizer.load(out).warning is None
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_cannot_be_written_to_is_told_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_train("--out", tmp_path / "file" / "digits.h5")
    assert done.returncode == 1
    assert str(tmp_path / "file") in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_missing_data_is_told_in_one_line(tmp_path: Path) -> None:
    done = run_train("--data-dir", tmp_path, "--out", tmp_path / "out.h5")
    assert done.returncode == 1
    assert re.match(rf"{tmp_path}/\S+: there is no such file", done.stderr.splitlines()[-1])
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["--out", "digits.keras"], ["--epochs", "0"], ["--model", "resnet"]]
)
def test_wrong_usage_is_refused(arguments: list[str]) -> None:
    assert run_train(*arguments).returncode == 2
