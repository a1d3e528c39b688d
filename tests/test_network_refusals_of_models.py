"""A model that is none of digits, or cannot be run, is refused in one sentence that says why."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.network import Network, NetworkError
from tests.h5_files import (
    BLANK,
    IMAGE,
    Config,
    edited,
    edited_config,
    graph,
    layer,
    refusal,
    small_config,
    small_weights,
    write,
)

Edit = Callable[[Config], Any]


def change(name: str, **settings: Any) -> Edit:
    """Give the layer `name` other settings."""

    def edit(config: Config) -> None:
        for entry in config["config"]["layers"]:
            if entry["config"]["name"] == name:
                entry["config"] |= settings

    return edit


def insert(entry: Config, position: int = 1) -> Edit:
    return lambda config: config["config"]["layers"].insert(position, entry)


LAMBDA = layer("Lambda", "code", function=["4wEAAAAA", None, None], function_type="lambda")
CUSTOM = {
    "module": "builtins",
    "class_name": "Dense",
    "config": {"name": "mine", "units": 10},
    "registered_name": "package>Dense",
}


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (insert(LAMBDA), r"^layer 'code' \(Lambda\): it holds Python code, which is never run"),
        (insert(layer("LSTM", "x")), r"^layer 'x' \(LSTM\): layers of this kind are not supported"),
        (insert(layer("os.system", "x")), "not supported"),
        (insert(CUSTOM), r"^layer 'mine' \(Dense\): it is a class of its author's own"),
        (insert(CUSTOM | {"registered_name": "Dense", "module": "__main__"}), "author's own"),
        (change("answer", units=13), r"kernel has the shape \(75, 10\), not \(75, 13\)"),
        (change("answer", units=2**40), "units cannot be 1099511627776"),
        (change("answer", units=10**400), "units cannot be 1000"),
        (change("answer", units="10"), "units cannot be '10'"),
        (change("answer", units=True), "units cannot be True"),
        (change("answer", activation="sparsemax"), "'sparsemax' is not supported"),
        (change("answer", activation="package>mine"), "'package>mine' is not supported"),
        (change("answer", activation={"class_name": "X", "config": {}}), "activation cannot be"),
        (change("answer", activation=CUSTOM | {"class_name": "ReLU"}), "author's own"),
        (change("answer", use_bias=False), "2 weights in the file, not 1"),
        (change("answer", quantization_config={"mode": "int8"}), "quantization_config cannot be"),
        (change("answer", dtype="int8"), "dtype cannot be 'int8'"),
        (change("conv", data_format="channels_first"), "train with channels_last"),
        (change("conv", padding="causal"), "padding cannot be 'causal'"),
        (change("conv", strides=0), "strides cannot be 0"),
        (change("conv", kernel_size=[5]), "kernel_size cannot be"),
        (change("conv", kernel_size=None, nb_row=5), "kernel_size cannot be None"),
        (change("conv", groups=2), "groups cannot be 2"),
        (change("conv", dilation_rate=2**23), "more memory"),
        (change("pool", pool_size=99), "does not fit into 10 x 10 pixels"),
        (change("pool", pool_size=99, padding="same"), "pool_size cannot be 99"),
        (change("norm", axis=1), "does not normalize the last axis"),
        (change("norm", axis=0), "axis cannot be 0"),
        (change("norm", epsilon=float("nan")), "epsilon cannot be nan"),
        (change("norm", epsilon=[[1], [2, 3]]), "epsilon cannot be"),
        (change("relu", max_value=-1), "max_value cannot be -1"),
        (insert(layer("ZeroPadding2D", "pad", padding=2**30)), "padding cannot be"),
        (insert(layer("ZeroPadding2D", "pad", padding=2**20)), "more memory"),
        (change("conv", data_format=None, dim_ordering="th"), "train with channels_last"),
        (insert({"class_name": "ReLU", "config": {}}), "a layer without a name"),
        (insert(layer("Reshape", "shape", target_shape=[-2, -392])), "target_shape cannot be"),
        (insert(layer("Permute", "turn", dims=[1.0, 2, 3])), "dims cannot be"),
        (insert(layer("Reshape", "shape", target_shape=[-1, -1])), "does not hold"),
        (insert(layer("Reshape", "shape", target_shape=[3, -1])), "does not hold"),
        (insert(layer("Permute", "turn", dims=[1, 1, 2])), "dims cannot be"),
        (insert(layer("InputLayer", "again", batch_shape=[None, 3])), r"takes \(3,\), not"),
        (change("image", batch_shape=[None, 28, 28, 3]), r"it takes \(28, 28, 3\), not one of"),
        (change("image", batch_shape=[None, 32, 32, 1]), r"it takes \(32, 32, 1\), not one of"),
        (change("image", batch_shape=[None, 1, 28, 28]), "channels first"),
        (change("image", batch_shape=[None, 785]), r"it takes \(785,\)"),
        (change("image", batch_shape="28"), "batch_shape cannot be '28'"),
        (lambda config: config["config"]["layers"].clear(), "no layers"),
        (lambda config: config.update(class_name="Mine"), "class 'Mine' are not supported"),
        (lambda config: config.clear(), "does not describe a model"),
    ],
)
def test_refuses_models(small: Path, edit: Edit, reason: str) -> None:
    with edited_config(small) as config:
        edit(config)
    assert re.search(reason, refusal(small))


def test_refuses_networks_with_other_classes(tmp_path: Path) -> None:
    config, weights = small_config(), small_weights()
    change("answer", units=13)(config)
    weights["answer"] = {"kernel": np.zeros((75, 13), "f4"), "bias": np.zeros(13, "f4")}
    path = write(tmp_path / "model.h5", config, weights)
    reason = "layer 'answer' (Dense): it answers with 13 classes, not with 10 classes"
    assert refusal(path) == reason


def test_refuses_networks_that_do_not_answer_with_classes(tmp_path: Path) -> None:
    config, weights = small_config(), small_weights()
    del config["config"]["layers"][5:], weights["answer"]
    path = write(tmp_path / "model.h5", config, weights)
    reason = "layer 'pool' (MaxPooling2D): it answers with the shape (5, 5, 3), not with 10 classes"
    assert refusal(path) == reason


def test_refuses_a_model_that_does_not_say_what_it_takes(small: Path) -> None:
    with edited_config(small) as config:
        del config["config"]["layers"][0], config["config"]["build_input_shape"]
    assert "does not say what the network takes" in refusal(small)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 100_000])
def test_refuses_what_is_not_json(small: Path, text: str) -> None:
    with edited(small) as file:
        file.attrs["model_config"] = text
    assert "model_config" in refusal(small)


def test_refuses_models_inside_each_other_without_end(small: Path) -> None:
    text = json.dumps(small_config())
    for depth in range(400):
        text = (
            f'{{"class_name": "Sequential", "config": {{"name": "n{depth}", "layers": [{text}]}}}}'
        )
    with edited(small) as file:
        file.attrs["model_config"] = text
    assert "nested too deeply" in refusal(small)


def shapes() -> Config:
    """A functional model with the layers that `small_config` does not have."""
    config = graph(
        ("Reshape", "square", [IMAGE]),
        ("ZeroPadding2D", "pad", [("square", 0)]),
        ("Permute", "turn", [("pad", 0)]),
        ("AveragePooling2D", "pool", [("turn", 0)]),
        ("Concatenate", "both", [("pool", 0), ("pool", 0)]),
        ("Softmax", "soft", [("both", 0)]),
        ("Rescaling", "scale", [("soft", 0)]),
        ("LeakyReLU", "leaky", [("scale", 0)]),
        ("Add", "sum", [("leaky", 0), ("scale", 0)]),
        ("Flatten", "flat", [("sum", 0)]),
    )
    settings: dict[str, Config] = {
        "square": {"target_shape": [28, 28, -1]},
        "pad": {"padding": [[1, 1], [1, 1]]},
        "turn": {"dims": [2, 1, 3]},
        "pool": {"pool_size": [30, 6], "strides": [30, 6], "padding": "valid"},
        "both": {"axis": 3},
        "soft": {"axis": -1},
        "scale": {"scale": [1.0, 2.0], "offset": 0.5},
        "leaky": {"negative_slope": 0.1},
    }
    for entry in config["config"]["layers"]:
        entry["config"] |= settings.get(entry["name"], {})
    return config


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside a config."""
    if path:
        yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from places(item, (*path, key))


STRANGE: list[Any] = [None, True, -1, 0, 3, 1e9, np.inf, 2**70, "", "x", [], [1, [2]], {"a": 1}]


@pytest.mark.parametrize(("config", "weights"), [(small_config(), small_weights()), (shapes(), {})])
def test_refuses_or_runs_any_config(tmp_path: Path, config: Config, weights: Any) -> None:
    """Each place of a config in turn holds something that may not belong there."""
    path = write(tmp_path / "model.h5", config, weights)
    assert Network.load(path)(BLANK).shape == (1, 10)
    for place in places(config):
        for strange in STRANGE:
            changed = copy.deepcopy(config)
            target = changed
            for key in place[:-1]:
                target = target[key]
            target[place[-1]] = strange
            with edited(path) as file:
                file.attrs["model_config"] = json.dumps(changed)
            try:
                network = Network.load(path)
            except NetworkError:
                continue
            assert network(BLANK).shape == (1, 10)
