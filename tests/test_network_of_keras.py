"""What Keras itself saves is read as the same network, in older and rarer spellings too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.h5_files import IMAGES, Config, assert_answers, edit_layers, edited_config
from tests.keras_models import (
    IMAGE,
    Builder,
    head,
    inner_sequential,
    nested_deeply,
    nested_sequential,
    residual,
)
from tests.keras_reference import keras_of_version, reference, settle


def test_keras_reads_the_small_file_in_the_same_way(small: Path) -> None:
    model = keras_of_version(3).models.load_model(small)
    assert_answers(small, reference(model, IMAGES), 1e-6)


def test_reads_functional_models_of_keras_1(tmp_path: Path) -> None:
    keras = keras_of_version(2)
    path = tmp_path / "model.h5"
    inputs = keras.Input(IMAGE)
    x = keras.layers.Conv2D(4, 5, strides=3)(inputs)
    model = keras.Model(inputs, head(keras, keras.layers.Add()([x, keras.layers.ReLU()(x)])))
    settle(model, IMAGES)
    model.save(path)
    with edited_config(path) as config:
        config["class_name"] = "Model"
        for entry in config["config"]["layers"]:
            entry["inbound_nodes"] = [[ref[:3] for ref in node] for node in entry["inbound_nodes"]]
    assert_answers(path, reference(model, IMAGES), 1e-5)


@pytest.mark.parametrize("first", [0, 1])
def test_reads_calls_of_inner_models_that_are_counted_from_0_or_1(
    tmp_path: Path, first: int
) -> None:
    keras = keras_of_version(2)
    path = tmp_path / "model.h5"
    inputs = keras.Input(IMAGE)
    inner = inner_sequential(keras)
    x, y = inner(inputs), inner(keras.layers.AveragePooling2D(3, 1, padding="same")(inputs))
    model = keras.Model(inputs, head(keras, keras.layers.Subtract()([x, y])))
    settle(model, IMAGES)
    model.save(path)

    def count_from(entry: Config) -> None:
        if entry["class_name"] == "Subtract":
            [references] = entry["inbound_nodes"]
            assert [reference[1] for reference in references] == [1, 2]
            for call, reference in enumerate(references, first):
                reference[1] = call

    edit_layers(path, count_from)
    assert_answers(path, reference(model, IMAGES), 1e-5)


def test_reads_inner_models_without_names(tmp_path: Path) -> None:
    keras = keras_of_version(2)
    path = tmp_path / "model.h5"
    model = nested_sequential(keras)
    settle(model, IMAGES)
    model.save(path)
    with edited_config(path) as config:
        config["config"] = config["config"]["layers"]
        for entry in config["config"]:
            if entry["class_name"] == "Sequential":
                entry["config"] = entry["config"]["layers"]
    assert_answers(path, reference(model, IMAGES), 1e-5)


@pytest.mark.parametrize("build", [nested_sequential, nested_deeply, residual])
def test_reads_configs_that_say_where_each_class_is_from(tmp_path: Path, build: Builder) -> None:
    keras = keras_of_version(3)
    path = tmp_path / "model.h5"
    model = build(keras)
    settle(model, IMAGES)
    model.save(path)
    with edited_config(path) as config:
        config |= keras.saving.serialize_keras_object(model)
        assert all("module" in entry for entry in config["config"]["layers"])
    assert_answers(path, reference(model, IMAGES), 1e-4)  # rounding adds up in them, untrained


@pytest.mark.parametrize("version", [3, 2])
def test_reads_models_that_were_built_by_their_first_call(version: int, tmp_path: Path) -> None:
    keras = keras_of_version(version)
    path = tmp_path / "model.h5"
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, "softmax", name="last")]
    model = keras.Sequential(layers)
    model(IMAGES[:1])
    settle(model, IMAGES)
    model.save(path)
    assert_answers(path, reference(model, IMAGES), 1e-5)
