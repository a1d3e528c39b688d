"""Layers whose connections cannot be followed are refused in one sentence that says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.h5_files import IMAGE, Config, graph, refusal, write


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
