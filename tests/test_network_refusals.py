"""A file that holds no network, or not all of it, is refused in one sentence that says why."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from app.network import Network
from tests.h5_files import (
    BLANK,
    edited,
    edited_config,
    layer,
    refusal,
    small_config,
    small_weights,
    write,
)

KERNEL = "model_weights/answer/small/answer/kernel"


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


def test_refuses_weights_in_very_many_chunks(small: Path) -> None:
    """Of which HDF5 keeps 4 kB each in memory."""
    with edited(small) as file:
        del file[KERNEL]
        file.create_dataset(KERNEL, (1, 2**24), "f4", chunks=(1, 64))
    assert "in more than 10000 chunks" in refusal(small)


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
