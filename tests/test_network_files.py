"""The same network is read from every spelling that Keras has had for its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from app.network import Network
from tests.h5_files import (
    IMAGES,
    Config,
    assert_answers,
    edit_layers,
    edited,
    edited_config,
    small_config,
    small_weights,
    write,
)
from tests.keras_reference import Floats


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Floats:
    path = tmp_path_factory.mktemp("files") / "small.h5"
    return Network.load(write(path, small_config(), small_weights()))(IMAGES)


def weight_groups(file: h5py.File) -> list[h5py.Group]:
    return list(file["model_weights"].values())


def names(file: h5py.File) -> list[tuple[h5py.Group, str]]:
    """Where a file has its lists of names."""
    groups = [(group, "weight_names") for group in weight_groups(file)]
    return [(file["model_weights"], "layer_names"), *groups]


def test_reads_texts_that_are_bytes(small: Path, expected: Floats) -> None:
    with edited(small) as file:
        for name in ("model_config", "keras_version", "backend"):
            file.attrs[name] = np.bytes_(file.attrs[name].encode())
        for node, name in names(file):
            node.attrs[name] = np.array([text.encode() for text in node.attrs[name]])
    assert_answers(small, expected)


def test_reads_texts_in_arrays(small: Path, expected: Floats) -> None:
    with edited(small) as file:
        for name in ("model_config", "keras_version", "backend"):
            file.attrs[name] = [file.attrs[name]]
    assert_answers(small, expected)


def test_reads_lists_of_names_that_were_split(small: Path, expected: Floats) -> None:
    with edited(small) as file:
        for node, name in names(file):
            for number, text in enumerate(node.attrs[name]):
                node.attrs[f"{name}{number}"] = [text]
            del node.attrs[name]
    assert_answers(small, expected)


def test_reads_names_with_a_tensor_number(small: Path, expected: Floats) -> None:
    with edited(small) as file:
        for group in weight_groups(file):
            old = list(group.attrs["weight_names"])
            new = [f"{name.removeprefix('small/')}:0" for name in old]
            for before, after in zip(old, new, strict=True):
                group[after] = group[before]
            del group["small"]
            group.attrs["weight_names"] = new
    assert_answers(small, expected)


@pytest.mark.parametrize(("dtype", "tolerance"), [("f8", 1e-6), ("f2", 1e-2)])
def test_reads_weights_of_other_sizes(
    tmp_path: Path, expected: Floats, dtype: str, tolerance: float
) -> None:
    weights = {
        name: {role: values.astype(dtype) for role, values in roles.items()}
        for name, roles in small_weights().items()
    }
    path = write(tmp_path / "sizes.h5", small_config(), weights)
    assert_answers(path, expected, tolerance)
    assert Network.load(path)(IMAGES).dtype == np.float32


@pytest.mark.parametrize(
    "dtype",
    [
        "float32",
        "mixed_float16",
        {"class_name": "Policy", "config": {"name": "float32"}},
        {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}},
    ],
)
def test_reads_precisions_in_every_spelling(small: Path, expected: Floats, dtype: Any) -> None:
    edit_layers(small, lambda entry: entry["config"].update(dtype=dtype))
    assert_answers(small, expected)


def test_reads_a_sequential_model_that_is_a_bare_list(small: Path, expected: Floats) -> None:
    with edited_config(small) as config:
        config["config"] = config["config"]["layers"]
    assert_answers(small, expected)


@pytest.mark.parametrize(
    "spelling",
    [
        {"batch_input_shape": [None, 28, 28, 1]},
        {"batch_shape": [32, 28, 28, 1]},
        {"input_shape": [28, 28, 1]},
    ],
)
def test_reads_the_input_from_the_first_layer(
    small: Path, expected: Floats, spelling: Config
) -> None:
    with edited_config(small) as config:
        del config["config"]["layers"][0], config["config"]["build_input_shape"]
        config["config"]["layers"][0]["config"] |= spelling
    assert_answers(small, expected)


def test_reads_the_input_from_the_shape_that_the_model_was_built_with(
    small: Path, expected: Floats
) -> None:
    with edited_config(small) as config:
        del config["config"]["layers"][0]
    assert_answers(small, expected)


def test_reads_the_names_of_keras_1(small: Path, expected: Floats) -> None:
    layers: list[Config] = [
        {
            "class_name": "Convolution2D",
            "config": {
                "name": "conv",
                "batch_input_shape": [None, 28, 28, 1],
                "nb_filter": 3,
                "nb_row": 5,
                "nb_col": 5,
                "subsample": [3, 3],
                "border_mode": "same",
                "dim_ordering": "tf",
                "bias": False,
                "activation": "linear",
            },
        },
        {"class_name": "BatchNormalization", "config": {"name": "norm", "mode": 0, "axis": 3}},
        {"class_name": "Activation", "config": {"name": "relu", "activation": "relu"}},
        {
            "class_name": "MaxPooling2D",
            "config": {"name": "pool", "pool_size": [2, 2], "border_mode": "valid"},
        },
        {"class_name": "Dropout", "config": {"name": "dropout", "p": 0.5}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {
            "class_name": "Dense",
            "config": {"name": "answer", "output_dim": 10, "bias": True, "activation": "softmax"},
        },
    ]
    roles = {
        "kernel": "W",
        "bias": "b",
        "moving_mean": "running_mean",
        "moving_variance": "running_std",
    }
    with edited_config(small) as config:
        config["config"] = layers
    with edited(small) as file:
        del file.attrs["keras_version"]
        for name, group in file["model_weights"].items():
            old = list(group.attrs["weight_names"])
            new = []
            for path in old:
                role = path.rsplit("/", 1)[-1]
                new.append(f"{name}_{roles.get(role, role)}")
                group[new[-1]] = group[path]
            del group["small"]
            group.attrs["weight_names"] = new
    assert_answers(small, expected, 1e-6)


@pytest.mark.parametrize(
    "padding", [2, [2, 2], [[2, 2], [2, 2]], [2, 2, 2, 2]], ids=["one", "two", "pairs", "four"]
)
def test_reads_padding_in_every_spelling(tmp_path: Path, padding: Any) -> None:
    answers = []
    for number, spelling in enumerate([padding, [[2, 2], [2, 2]]]):
        config = small_config()
        pad = {"class_name": "ZeroPadding2D", "config": {"name": "pad", "padding": spelling}}
        config["config"]["layers"].insert(1, pad)
        weights = small_weights()
        weights["answer"]["kernel"] = np.random.default_rng(1).normal(size=(75, 10)).astype("f4")
        path = write(tmp_path / f"{number}.h5", config, weights)
        answers.append(Network.load(path)(IMAGES))
    np.testing.assert_array_equal(answers[0], answers[1])


@pytest.mark.parametrize("shape", [(28, 28, 1), (28, 28), (784,), (None, None), (None, 28, 1)])
def test_takes_images_in_each_shape_that_networks_want(tmp_path: Path, shape: Any) -> None:
    layers = [
        {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, *shape]}},
        {"class_name": "Flatten", "config": {"name": "f"}},
        {"class_name": "Dense", "config": {"name": "d", "units": 10, "activation": "softmax"}},
    ]
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    kernel = np.random.default_rng(0).normal(0, 0.1, (784, 10)).astype("f4")
    weights = {"d": {"kernel": kernel, "bias": np.zeros(10, "f4")}}

    network = Network.load(write(tmp_path / "model.h5", config, weights))

    assert network.input_shape == {1: (784,), 2: (28, 28), 3: (28, 28, 1)}[len(shape)]
    logits = np.exp(IMAGES.reshape(-1, 784) @ kernel)
    expected = logits / logits.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network(IMAGES), expected, rtol=0, atol=1e-6)


def dense_network(path: Path, first: Config) -> Network:
    """A Dense layer alone, which says itself what it takes."""
    layers = [{"class_name": "Dense", "config": {"name": "d", "units": 10} | first}]
    kernel = np.random.default_rng(0).normal(0, 0.1, (784, 10)).astype("f4")
    weights = {"d": {"kernel": kernel, "bias": np.zeros(10, "f4")}}
    return Network.load(write(path, {"class_name": "Sequential", "config": layers}, weights))


def test_reads_the_input_of_keras_1_as_a_number(tmp_path: Path) -> None:
    answers = [
        dense_network(tmp_path / "model.h5", first)(IMAGES)
        for first in ({"input_dim": 784}, {"batch_input_shape": [None, 784]})
    ]
    np.testing.assert_array_equal(*answers)


@pytest.mark.parametrize("axis", [-1, 3, [3], None])
def test_reads_the_last_axis_in_every_spelling(
    small: Path, expected: Floats, axis: int | list[int] | None
) -> None:
    with edited_config(small) as config:
        [norm] = [e["config"] for e in config["config"]["layers"] if e["config"]["name"] == "norm"]
        del norm["axis"]
        norm |= {"axis": axis} if axis is not None else {}
    assert_answers(small, expected)


@pytest.mark.parametrize("kind", ["BatchNormalizationV1", "BatchNormalizationV2"])
def test_reads_normalizations_by_their_older_names(
    small: Path, expected: Floats, kind: str
) -> None:
    with edited_config(small) as config:
        config["config"]["layers"][2]["class_name"] = kind
    assert_answers(small, expected)


@pytest.mark.parametrize("module", ["keras.layers", "tf_keras.src.layers", "tensorflow.python.x"])
def test_reads_layers_of_keras_wherever_it_lies(small: Path, expected: Floats, module: str) -> None:
    edit_layers(
        small, lambda entry: entry.update(module=module, registered_name=entry["class_name"])
    )
    assert_answers(small, expected)


def test_reads_activations_in_every_spelling(small: Path) -> None:
    function = {"module": "keras.activations", "class_name": "function", "config": "tanh"}
    answers = []
    for spelling in ("tanh", function | {"registered_name": "tanh"}):
        with edited_config(small) as config:
            config["config"]["layers"][1]["config"]["activation"] = spelling
        answers.append(Network.load(small)(IMAGES))
    np.testing.assert_array_equal(*answers)


@pytest.mark.parametrize(
    ("kind", "settings", "slope"),
    [
        ("LeakyReLU", {"alpha": 0.1}, 0.1),
        ("LeakyReLU", {"negative_slope": 0.1}, 0.1),
        ("LeakyReLU", {}, 0.3),
        ("ReLU", {}, 0.0),
    ],
)
def test_reads_the_slope_below_zero_by_all_its_names(
    small: Path, kind: str, settings: Config, slope: float
) -> None:
    answers = []
    for entry in (
        {"class_name": kind, "config": {"name": "relu"} | settings},
        {"class_name": "ReLU", "config": {"name": "relu", "negative_slope": slope}},
    ):
        with edited_config(small) as config:
            config["config"]["layers"][3] = entry
        answers.append(Network.load(small)(IMAGES))
    np.testing.assert_allclose(*answers, rtol=0, atol=1e-6)


def test_logits_of_any_size_become_probabilities(tmp_path: Path) -> None:
    weights = small_weights()
    weights["answer"]["bias"] = np.linspace(-2000, 2000, 10, dtype="f4")
    answers = Network.load(write(tmp_path / "model.h5", small_config(), weights))(IMAGES)
    np.testing.assert_array_equal(answers, np.eye(10, dtype="f4")[[9] * len(IMAGES)])


@pytest.mark.parametrize("activation", [None, "linear", "relu"])
def test_gives_a_network_that_ends_in_logits_its_softmax(
    small: Path, expected: Floats, activation: str | None
) -> None:
    with edited_config(small) as config:
        config["config"]["layers"][-1]["config"]["activation"] = activation
    answers = Network.load(small)(IMAGES)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)
    if activation != "relu":
        np.testing.assert_allclose(answers, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_leaves_probabilities_as_they_are(small: Path, activation: str) -> None:
    behind = [
        {"class_name": "Activation", "config": {"name": "linear", "activation": "linear"}},
        {"class_name": "Dropout", "config": {"name": "more", "rate": 0.1}},
        {"class_name": "Reshape", "config": {"name": "same", "target_shape": [-1]}},
    ]
    with edited_config(small) as config:
        config["config"]["layers"][-1]["config"]["activation"] = activation
    before = Network.load(small)(IMAGES)
    with edited_config(small) as config:
        config["config"]["layers"] += behind
    np.testing.assert_array_equal(Network.load(small)(IMAGES), before)
    assert (activation == "softmax") == bool(np.allclose(before.sum(axis=1), 1))
