"""Data sets for tests: real data where it lies beside the project, else the test is skipped."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from tests.h5_files import small_config, small_weights, write
from training.compose import Hand
from training.datasets import (
    MNIST_FILE,
    PENDIGITS_TEST,
    PENDIGITS_TRAIN,
    Mnist,
    Sample,
    load_mnist,
    load_pendigits,
)
from training.parts import held_back_hands

if find_spec("tensorflow") is None:
    # TensorFlow comes later than Python: these are for versions that it runs on.
    collect_ignore_glob = [
        "test_ablation.py",
        "test_batches.py",
        "test_calibrate.py",
        "test_compare.py",
        "test_mine.py",
        "test_models.py",
        "test_network.py",
        "test_network_inside.py",
        "test_network_of_keras.py",
        "test_parts.py",
        "test_potentials.py",
        "test_progress.py",
        "test_run_folder.py",
        "test_segment.py",
        "test_teachers.py",
        "test_train.py",
        "test_train_resumed.py",
        "test_train_trajectory.py",
        "test_trajectory.py",
    ]

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def shared_file(name: str) -> Path:
    path = SHARED_DATA / name
    if not path.is_file():
        pytest.skip(f"needs {name} in a folder shared/data beside the project")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with all data sets."""
    return shared_file(MNIST_FILE).parent


@pytest.fixture(scope="session")
def mnist(shared_data: Path) -> Mnist:
    return load_mnist(shared_data)


@pytest.fixture(scope="session")
def pendigits_train() -> list[Sample]:
    return load_pendigits(shared_file(PENDIGITS_TRAIN))


@pytest.fixture(scope="session")
def pendigits_test() -> list[Sample]:
    return load_pendigits(shared_file(PENDIGITS_TEST))


@pytest.fixture(scope="session")
def writers(shared_data: Path) -> list[Hand]:
    """Those of pendigits that are held back."""
    return held_back_hands(shared_data)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The file of a small network."""
    return write(tmp_path / "small.h5", small_config(), small_weights())


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
