"""Keras `.h5` files written by hand, to be given the spellings and the faults that a test needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from app.network import Network, NetworkError

Config = dict[str, Any]

BLANK = np.zeros((1, 28, 28), np.float32)
IMAGES = np.random.default_rng(5).random((20, 28, 28), np.float32)


def layer(kind: str, name: str, **settings: Any) -> Config:
    return {"class_name": kind, "config": {"name": name, **settings}}


def small_config() -> Config:
    """A sequential model with a layer of each kind that has weights, as Keras 3 describes it."""
    shape = [None, 28, 28, 1]
    conv = layer("Conv2D", "conv", filters=3, kernel_size=[5, 5], strides=[3, 3], padding="same")
    conv["config"] |= {"use_bias": False, "activation": "linear", "data_format": "channels_last"}
    layers = [
        layer("InputLayer", "image", batch_shape=shape, dtype="float32"),
        conv,
        layer("BatchNormalization", "norm", axis=-1, epsilon=1e-3, center=True, scale=True),
        layer("ReLU", "relu", max_value=6.0, negative_slope=0.0, threshold=0.0),
        layer("MaxPooling2D", "pool", pool_size=[2, 2], strides=[2, 2], padding="valid"),
        layer("Dropout", "dropout", rate=0.5),
        layer("Flatten", "flat"),
        layer("Dense", "answer", units=10, activation="softmax", use_bias=True),
    ]
    settings = {"name": "small", "layers": layers, "build_input_shape": shape}
    return {"class_name": "Sequential", "config": settings}


def small_weights() -> dict[str, dict[str, NDArray[Any]]]:
    """Weights for `small_config`, by layer and name."""
    random = np.random.default_rng(3)
    shapes: dict[str, dict[str, tuple[int, ...]]] = {
        "conv": {"kernel": (5, 5, 1, 3)},
        "norm": {"gamma": (3,), "beta": (3,), "moving_mean": (3,), "moving_variance": (3,)},
        "answer": {"kernel": (75, 10), "bias": (10,)},
    }
    weights: dict[str, dict[str, NDArray[Any]]] = {
        name: {role: random.normal(0, 0.3, shape).astype("f4") for role, shape in roles.items()}
        for name, roles in shapes.items()
    }
    weights["norm"]["moving_variance"] = np.array([0.5, 1, 2], "f4")
    return weights


IMAGE = ("image", 0)
"""What goes into a graph: the layer and which of its results."""


def graph(*layers: tuple[str, str, list[tuple[str, int]]], **settings: Any) -> Config:
    """A functional model of layers without weights: kind, name and inputs of each."""
    entries: list[Config] = [
        layer("InputLayer", "image", batch_shape=[None, 784]) | {"inbound_nodes": []}
    ]
    for kind, name, inputs in layers:
        nodes = [[[source, call, 0, {}] for source, call in inputs]]
        entries.append(layer(kind, name) | {"inbound_nodes": nodes})
    for entry in entries:
        entry["name"] = entry["config"]["name"]
    settings = {
        "name": "graph",
        "layers": entries,
        "input_layers": [["image", 0, 0]],
        "output_layers": [[entries[-1]["name"], 0, 0]],
    } | settings
    return {"class_name": "Functional", "config": settings}


def write(path: Path, config: Any, weights: dict[str, dict[str, NDArray[Any]]]) -> Path:
    """The config and weights as Keras 3 would write them, into `path`."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "3.9.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(config)
        stored = file.create_group("model_weights")
        stored.attrs["layer_names"] = list(weights)
        for name, values in weights.items():
            group = stored.create_group(name)
            group.attrs["weight_names"] = [f"small/{name}/{role}" for role in values]
            for role, value in values.items():
                group.create_dataset(f"small/{name}/{role}", data=value)
    return path


@contextmanager
def edited(path: Path) -> Iterator[h5py.File]:
    with h5py.File(path, "r+") as file:
        yield file


@contextmanager
def edited_config(path: Path) -> Iterator[Config]:
    """The model's config, written back when it has been changed."""
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        yield config
        file.attrs["model_config"] = json.dumps(config)


def edit_layers(path: Path, edit: Callable[[Config], None]) -> None:
    """Call `edit` with each layer of the outermost model."""
    with edited_config(path) as config:
        for entry in config["config"]["layers"]:
            edit(entry)


def refusal(path: Path | str) -> str:
    """The sentence with which a file is refused, less the name of the file."""
    with pytest.raises(NetworkError) as caught:
        Network.load(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    sentence = sentence.removeprefix(f"{path}: ")
    assert "\n" not in sentence and len(sentence) < 300
    return sentence


def assert_answers(path: Path, expected: NDArray[np.float32], tolerance: float = 0) -> None:
    """That a file holds a network with these answers to `IMAGES`."""
    np.testing.assert_allclose(Network.load(path)(IMAGES), expected, rtol=0, atol=tolerance)
