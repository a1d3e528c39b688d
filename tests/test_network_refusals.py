"""What is not a network of digits is refused when it is loaded, in one sentence that says why."""

from __future__ import annotations

import copy
import json
import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from app.network import Network, NetworkError
from tests.h5_files import (
    Config,
    edited,
    edited_config,
    layer,
    small_config,
    small_weights,
    write,
)

BLANK = np.zeros((1, 28, 28), np.float32)
KERNEL = "model_weights/answer/small/answer/kernel"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path / "small.h5", small_config(), small_weights())


def refusal(path: Path | str) -> str:
    """The sentence with which a file is refused, less the name of the file."""
    with pytest.raises(NetworkError) as caught:
        Network.load(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    sentence = sentence.removeprefix(f"{path}: ")
    assert "\n" not in sentence and len(sentence) < 300
    return sentence


# Files


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.h5") == "there is no such file"
    assert refusal(str(tmp_path / "none.h5")) == "there is no such file"


def test_refuses_a_file_name_that_cannot_be(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / ("x" * 5000))
    assert "can have this name" in refusal(f"{tmp_path}/\0.h5")


def test_refuses_a_folder(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_refuses_a_pipe_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.h5")
    assert "not a regular file" in refusal(tmp_path / "pipe.h5")


def test_refuses_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.h5").touch()
    assert refusal(tmp_path / "empty.h5") == "the file is empty"


def test_refuses_what_is_not_hdf5(tmp_path: Path) -> None:
    path = tmp_path / "text.h5"
    path.write_text("version https://git-lfs.github.com/spec/v1\n")
    assert refusal(path) == "this is not an HDF5 file"


def test_says_how_to_save_a_keras_file_as_h5(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", "{}")
    assert "model.save('name.h5')" in refusal(path)


def test_refuses_a_file_that_is_cut_short(small: Path) -> None:
    content = small.read_bytes()
    for length in range(0, len(content), len(content) // 20):
        small.write_bytes(content[:length])
        assert re.search("empty|not an HDF5|damaged", refusal(small))


def test_refuses_a_file_with_damaged_weights(small: Path) -> None:
    with edited(small) as file:
        kernel = file[KERNEL][()]
        del file[KERNEL]
        packed = file.create_dataset(KERNEL, data=kernel, compression="gzip")
        chunk = packed.id.get_chunk_info(0)
    content = bytearray(small.read_bytes())
    content[chunk.byte_offset : chunk.byte_offset + chunk.size] = bytes(chunk.size)
    small.write_bytes(content)
    assert refusal(small) == "the file is damaged or cut short"


def test_refuses_hdf5_without_a_model(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = np.zeros(3)
    assert "no Keras model" in refusal(tmp_path / "data.h5")


@pytest.mark.parametrize("names", ["layer_names", "layer_names0"])
def test_says_how_to_save_more_than_weights(small: Path, names: str) -> None:
    with edited(small) as file:
        del file.attrs["model_config"]
        file.attrs[names] = ["conv"]
    assert "weights only; save the whole model with model.save" in refusal(small)


def test_knows_the_weights_only_files_of_keras_3(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "model.weights.h5", "w") as file:
        file["layers/dense/vars/0"] = np.zeros((784, 10))
    assert "weights only" in refusal(tmp_path / "model.weights.h5")


def test_refuses_kernels_that_theano_mirrors(small: Path) -> None:
    with edited(small) as file:
        file.attrs["backend"] = "theano"
    assert "Theano" in refusal(small)


# Weights, and links out of the file


@pytest.mark.parametrize(
    "place",
    ["model_weights", "model_weights/answer", "model_weights/answer/small", KERNEL],
)
def test_refuses_links_to_other_files_without_opening_them(
    small: Path, tmp_path: Path, place: str
) -> None:
    other = write(tmp_path / "other.h5", small_config(), small_weights())
    with edited(small) as file:
        del file[place]
        file[place] = h5py.ExternalLink(other.name, place)
    before = other.stat().st_atime_ns
    assert "a link to somewhere else" in refusal(small)
    assert other.stat().st_atime_ns == before


def test_refuses_links_that_lead_in_a_circle(small: Path) -> None:
    with edited(small) as file:
        del file["model_weights/answer"]
        file["model_weights/answer"] = h5py.SoftLink("/model_weights/answer")
    assert refusal(small) == "layer 'answer': its 'answer' is a link to somewhere else"


def test_refuses_weights_in_another_file(small: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.raw"
    outside.write_bytes(bytes(4 * 750))
    with edited(small) as file:
        del file[KERNEL]
        file.create_dataset(KERNEL, (75, 10), "f4", external=[(str(outside), 0, 3000)])
    assert "in another file" in refusal(small)


def test_refuses_virtual_weights(small: Path, tmp_path: Path) -> None:
    write(tmp_path / "other.h5", small_config(), small_weights())
    with edited(small) as file:
        del file[KERNEL]
        layout = h5py.VirtualLayout((75, 10), "f4")
        layout[:] = h5py.VirtualSource(tmp_path / "other.h5", KERNEL, (75, 10))
        file.create_virtual_dataset(KERNEL, layout)
    assert "in another file" in refusal(small)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.zeros((75, 11), "f4"), r"its kernel has the shape \(75, 11\), not \(75, 10\)"),
        (np.zeros((10, 75), "f4"), r"its kernel has the shape \(10, 75\), not \(75, 10\)"),
        (np.zeros(750, "f4"), r"its kernel has the shape \(750,\), not \(75, 10\)"),
        (np.full((75, 10), np.nan, "f4"), "not finite"),
        (np.append(np.zeros(749, "f4"), np.nan).reshape(75, 10), "not finite"),
        (np.full((75, 10), -np.inf, "f4"), "not finite"),
        (np.full((75, 10), 1e300), "not finite"),
        (np.zeros((75, 10), "i8"), "type int64"),
        (np.zeros((75, 10), "S4"), "type"),
        (h5py.Empty("f4"), "no array"),
    ],
)
def test_refuses_weights_that_do_not_fit(small: Path, values: Any, reason: str) -> None:
    with edited(small) as file:
        del file[KERNEL]
        file.create_dataset(KERNEL, data=values)
    sentence = refusal(small)
    assert sentence.startswith("layer 'answer'") and re.search(reason, sentence)


def test_refuses_huge_weights_before_reading_them(small: Path) -> None:
    with edited(small) as file:
        del file[KERNEL]
        file.create_dataset(KERNEL, (75, 2**40), "f4", chunks=(1, 1024))
    assert "larger than" in refusal(small)


def test_refuses_weights_that_unpack_to_gigabytes(small: Path) -> None:
    with edited(small) as file:
        del file[KERNEL]
        options = {"chunks": (75, 2**23), "maxshape": (75, None), "compression": "gzip"}
        file.create_dataset(KERNEL, (75, 10), "f4", **options)
    assert "larger than" in refusal(small)


def test_refuses_missing_weights(small: Path) -> None:
    with edited(small) as file:
        del file[KERNEL]
    assert refusal(small) == "layer 'answer': its 'small/answer/kernel' is missing from the file"


def test_refuses_missing_names_of_weights(small: Path) -> None:
    with edited(small) as file:
        group = file["model_weights/answer"]
        group.attrs["weight_names"] = group.attrs["weight_names"][:1]
    assert refusal(small) == "layer 'answer' (Dense): it has 1 weights in the file, not 2"


def test_refuses_a_layer_without_weights(small: Path) -> None:
    with edited(small) as file:
        file["model_weights"].attrs["layer_names"] = ["conv", "norm"]
    assert "layer 'answer' (Dense): its weights are missing" in refusal(small)


def test_refuses_weights_without_a_layer(small: Path) -> None:
    with edited_config(small) as config:
        config["config"]["layers"].pop()
    assert refusal(small) == "it has weights for 'answer', which is no layer of it"


def test_refuses_weights_in_another_order(small: Path) -> None:
    """Mean and variance have the same shape: only their names tell that they were exchanged."""
    with edited(small) as file:
        group = file["model_weights/norm"]
        names = list(group.attrs["weight_names"])
        group.attrs["weight_names"] = names[:2] + names[:1:-1]
    assert "where its moving_mean should be" in refusal(small)


@pytest.mark.parametrize("exchanged", [False, True])
def test_knows_weights_by_the_names_of_keras_1(small: Path, exchanged: bool) -> None:
    with edited(small) as file:
        group = file["model_weights/norm"]
        *others, mean, variance = group.attrs["weight_names"]
        known = ["norm_running_mean", "norm_running_std"]
        for name, path in zip(known, (mean, variance), strict=True):
            group[name] = group[path]
        group.attrs["weight_names"] = [*others, *(known[::-1] if exchanged else known)]
    if exchanged:
        assert "'norm_running_std' is where its moving_mean should be" in refusal(small)
    else:
        assert Network.load(small)(BLANK).shape == (1, 10)


@pytest.mark.parametrize("exchanged", [False, True])
def test_knows_the_layers_of_an_inner_model_by_their_names(tmp_path: Path, exchanged: bool) -> None:
    layers = [layer("Dense", name, units=10) for name in "ab"]
    inner = {"class_name": "Sequential", "config": {"name": "inner", "layers": layers}}
    outer = [layer("InputLayer", "image", batch_shape=[None, 784]), inner]
    sizes = zip("ba" if exchanged else "ab", (784, 10), strict=True)
    weights = {
        f"{name}/{role}": np.zeros(shape, "f4")
        for name, size in sizes
        for role, shape in (("kernel", (size, 10)), ("bias", 10))
    }
    config = {"class_name": "Sequential", "config": {"name": "outer", "layers": outer}}
    path = write(tmp_path / "model.h5", config, {"inner": weights})
    if exchanged:
        assert "is where the kernel of layer 'inner/a' (Dense) should be" in refusal(path)
    else:
        assert Network.load(path)(BLANK).shape == (1, 10)


def test_refuses_a_negative_variance(tmp_path: Path) -> None:
    weights = small_weights()
    weights["norm"]["moving_variance"][1] = -1
    path = write(tmp_path / "model.h5", small_config(), weights)
    assert refusal(path) == "layer 'norm' (BatchNormalization): its moving_variance is negative"


# Models


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


# Graphs


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


IMAGE = ("image", 0)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (graph(("Add", "a", [IMAGE, ("b", 0)]), ("ReLU", "b", [("a", 0)])), "in a circle"),
        (graph(("ReLU", "a", [("a", 0)])), "in a circle"),
        (graph(("ReLU", "a", [("b", 0)])), "uses a result of 'b', which it does not have"),
        (graph(("ReLU", "a", [("image", 1)])), "uses a result of 'image'"),
        (graph(("ReLU", "a", [("image", -1)])), "uses a result of 'image'"),
        (graph(("ReLU", "a", [])), r"^layer 'a' \(ReLU\): it is called without inputs"),
        (graph(("ReLU", "a", [IMAGE, IMAGE])), r"^layer 'a' \(ReLU\): it takes one input, not 2"),
        (graph(("Dropout", "a", [IMAGE, IMAGE])), "it takes one input, not 2"),
        (graph(("Subtract", "a", [IMAGE, IMAGE, IMAGE])), "subtracts 3 inputs"),
        (graph(("ReLU", "image", [IMAGE])), "same name"),
        (graph(("InputLayer", "b", []), ("Add", "a", [IMAGE, ("b", 0)])), "second input"),
        (graph(input_layers=[["image", 0, 0]] * 2), "it has 2 inputs, not one"),
        (graph(output_layers=[["image", 0, 0]] * 2), "it has 2 outputs, not one"),
        (graph(output_layers=[]), "it has 0 outputs, not one"),
        (graph(output_layers={"digit": ["image", 0, 0]}), "not known"),
        (graph(), "it answers with 784 classes, not with 10 classes"),
    ],
)
def test_refuses_graphs(tmp_path: Path, config: Config, reason: str) -> None:
    assert re.search(reason, refusal(write(tmp_path / "model.h5", config, {})))


@pytest.mark.parametrize("kind", ["Add", "Multiply", "Concatenate"])
def test_refuses_to_merge_what_does_not_fit_together(tmp_path: Path, kind: str) -> None:
    config = graph(
        ("Reshape", "whole", [IMAGE]),
        ("ZeroPadding2D", "larger", [("whole", 0)]),
        (kind, "merged", [("whole", 0), ("larger", 0)]),
    )
    for entry in config["config"]["layers"]:
        if entry["name"] == "whole":
            entry["config"]["target_shape"] = [28, 28, 1]
    said = refusal(write(tmp_path / "model.h5", config, {}))
    assert said == (
        f"layer 'merged' ({kind}): its inputs [(28, 28, 1), (30, 30, 1)] do not fit together"
    )


@pytest.mark.parametrize("keras", [2, 3])
def test_refuses_layers_that_are_called_as_in_training(tmp_path: Path, keras: int) -> None:
    config = graph(("Dropout", "a", [IMAGE]))
    entry = config["config"]["layers"][1]
    if keras == 2:
        entry["inbound_nodes"][0][0][3]["training"] = True
    else:
        entry["inbound_nodes"] = [{"args": [["image", 0, 0]], "kwargs": {"training": True}}]
    path = write(tmp_path / "model.h5", config, {})
    assert "'a' (Dropout): it is called with 'training', which is not supported" in refusal(path)


def test_refuses_an_inner_model_that_takes_something_else(tmp_path: Path) -> None:
    inner = graph(("ReLU", "a", [IMAGE])) | {"name": "inner", "inbound_nodes": [[["image", 0, 0]]]}
    inner["config"] |= {"name": "inner"}
    inner["config"]["layers"][0]["config"]["batch_shape"] = [None, 28, 28]
    config = graph(output_layers=[["inner", 1, 0]])
    config["config"]["layers"].append(inner)
    path = write(tmp_path / "model.h5", config, {})
    reason = "layer 'inner/image' (InputLayer): it takes (28, 28), not (784,)"
    assert refusal(path) == reason


def test_refuses_a_small_file_that_makes_a_huge_network(tmp_path: Path) -> None:
    """Each model calls the one inside it twice: forty of them would be 2**40 layers."""
    config = graph(("ReLU", "a", [IMAGE]))
    for depth in range(40):
        name = f"model{depth}"
        inner = config | {"name": name, "inbound_nodes": [[["image", 0, 0]], [[name, 1, 0]]]}
        inner["config"]["name"] = name
        config = graph(output_layers=[[name, 2, 0]])
        config["config"]["layers"].append(inner)
    assert "longer than" in refusal(write(tmp_path / "model.h5", config, {}))


def test_refuses_a_network_whose_results_double_in_size(tmp_path: Path) -> None:
    layers = [("Concatenate", "c0", [IMAGE, IMAGE])]
    for number in range(60):
        layers.append(("Concatenate", f"c{number + 1}", [(f"c{number}", 0)] * 2))
    assert "more memory" in refusal(write(tmp_path / "model.h5", graph(*layers), {}))


def dense_on_pixels(path: Path, *units: int) -> Path:
    """Dense layers of so many units, of every pixel by itself, and at last ten classes."""
    layers = [layer("InputLayer", "image", batch_shape=[None, 28, 28, 1])]
    weights: dict[str, dict[str, Any]] = {}
    for number, (size, before) in enumerate(zip([*units, 10], [1, *units], strict=True)):
        name = f"dense{number}"
        layers.append(layer("Dense", name, units=size, use_bias=False))
        weights[name] = {"kernel": np.zeros((before, size), "f4")}
    layers.append(layer("GlobalAveragePooling2D", "mean"))
    return write(path, {"class_name": "Sequential", "config": {"layers": layers}}, weights)


def test_refuses_a_network_that_would_take_minutes(tmp_path: Path) -> None:
    path = dense_on_pixels(tmp_path / "model.h5", 2048, 2048)
    assert refusal(path) == "it needs more time than any network for digits should"


def test_takes_fewer_images_at_a_time_where_they_need_much_memory(tmp_path: Path) -> None:
    network = Network.load(dense_on_pixels(tmp_path / "model.h5", 2**14))
    tracemalloc.start()
    try:
        network(np.zeros((16, 28, 28), np.float32))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 150e6


# Anything at all


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
