"""A network takes no more time and memory than one of digits needs, whatever its file asks for."""

from __future__ import annotations

import re
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.network import Network
from tests.h5_files import IMAGE, edited, graph, layer, refusal, write
from tests.limits import MEGABYTES, SECONDS


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


def conv_of_filters(path: Path, filters: int, kernel: int) -> Path:
    """A Conv2D whose kernel the file declares without storing any of it, and ten classes."""
    layers = [
        layer("InputLayer", "image", batch_shape=[None, 28, 28, 1]),
        layer("Conv2D", "conv", filters=filters, kernel_size=kernel, use_bias=False),
        layer("GlobalAveragePooling2D", "mean"),
    ]
    write(path, {"class_name": "Sequential", "config": {"layers": layers}}, {"conv": {}})
    with edited(path) as file:
        group = file["model_weights/conv"]
        group.attrs["weight_names"] = ["kernel"]
        chunks = (kernel, kernel, 1, 2**16)
        group.create_dataset("kernel", (kernel, kernel, 1, filters), "f4", chunks=chunks)
    return path


@pytest.mark.parametrize(
    ("filters", "kernel", "reason"),
    [
        (2**30, 5, "'kernel' makes the network larger than"),  # 107 GB of weights
        (2**25, 1, "filters cannot be 33554432"),  # 105 GB of answers for one picture
        (2**22, 1, "more memory"),  # 13 GB of them, of filters whose number is allowed
    ],
)
def test_refuses_a_convolution_that_would_need_gigabytes(
    filters: int, kernel: int, reason: str, tmp_path: Path
) -> None:
    path = conv_of_filters(tmp_path / "model.h5", filters, kernel)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    try:
        begin = time.process_time()
        assert re.search(reason, refusal(path))
        assert time.process_time() - begin < SECONDS
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTES * 2**20


def test_takes_fewer_images_at_a_time_where_they_need_much_memory(tmp_path: Path) -> None:
    network = Network.load(dense_on_pixels(tmp_path / "model.h5", 2**14))
    tracemalloc.start()
    try:
        network(np.zeros((16, 28, 28), np.float32))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 150e6
