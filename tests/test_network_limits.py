"""A network takes no more time and memory than one of digits needs, whatever its file asks for."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np

from app.network import Network
from tests.h5_files import IMAGE, graph, layer, refusal, write


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
