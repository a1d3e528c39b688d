"""What a Keras `.h5` file holds, as plain data: the model's config (JSON) and its weights.

Nothing in the file is executed, and no other file is opened on its behalf.
"""

from __future__ import annotations

import json
import math
import os
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from app.network.contents import DAMAGED, Contents, Floats, NetworkError, Weight, about, shown

# What one network may declare, in numbers: 128 MB of weights. Checked before anything is read.
MAX_VALUES = 2**25
MAX_CHUNKS = 10_000
"""Of an array, as HDF5 takes 4 kB of memory to read each."""

# What h5py raises for a damaged file.
HDF5_ERRORS = (KeyError, MemoryError, OSError, RuntimeError, TypeError, ValueError)

SAVE_WHOLE = "save the whole model with model.save('name.h5')"


def read(path: str | os.PathLike[str]) -> Contents:
    """Everything a network needs from the file at `path`; raises NetworkError."""
    _check_is_hdf5(Path(path))
    try:
        with h5py.File(path, "r") as file:
            return _contents(file)
    except HDF5_ERRORS:
        raise NetworkError(DAMAGED) from None


def _check_is_hdf5(path: Path) -> None:
    try:
        if path.is_dir():
            raise NetworkError("this is a folder, not a file")
        if path.exists() and not path.is_file():
            raise NetworkError("this is not a regular file")
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError:
        raise NetworkError("there is no such file") from None
    except OSError as error:
        raise NetworkError(f"the file cannot be opened ({error.strerror})") from None
    except ValueError:
        raise NetworkError("no file can have this name") from None
    if not start:
        raise NetworkError("the file is empty")
    if start == b"PK\x03\x04":
        raise NetworkError(f"this is a zip file such as .keras, not HDF5; {SAVE_WHOLE}")
    if not h5py.is_hdf5(path):
        raise NetworkError("this is not an HDF5 file")


def _contents(file: h5py.File) -> Contents:
    if "model_config" not in file.attrs:
        # Keras 2 names the layers at the root of a weights file, Keras 3 has a group for them.
        if any(name in file.attrs for name in ("layer_names", "layer_names0")) or "layers" in file:
            raise NetworkError(f"the file holds weights only; {SAVE_WHOLE}")
        raise NetworkError(f"there is no Keras model in the file; {SAVE_WHOLE}")
    if _attribute(file, "backend") == "theano":
        raise NetworkError("the file was written with Theano, which mirrors its kernels")
    try:
        config = json.loads(_attribute(file, "model_config"))
    except ValueError:
        raise NetworkError("its model_config is not JSON") from None
    except RecursionError:
        raise NetworkError("its model_config is nested too deeply") from None

    stored = _child(file, "model_weights")
    left = MAX_VALUES
    weights: dict[str, list[Weight]] = {}
    for layer in _names(stored, "layer_names"):
        with about(f"layer {shown(layer)}"):
            group = _child(stored, layer)
            weights[layer] = []
            for name in _names(group, "weight_names"):
                dataset = _child(group, name)
                left -= _declared_size(dataset, name, left)
                weights[layer].append(Weight(name, _values(dataset, name)))
    return Contents(config, weights, _keras_version(file))


def _keras_version(file: h5py.File) -> int:
    version = _attribute(file, "keras_version") or "1"
    major = version.split(".")[0]
    if major not in ("1", "2", "3"):
        raise NetworkError(f"it was written by Keras {shown(version)}, which is not known here")
    return int(major)


def _child(group: Any, name: str) -> Any:
    """The group or dataset `name` inside `group`.

    Only hard links are followed: Keras writes no others, and an external one opens another file.
    """
    node = group
    for part in filter(None, name.split("/")):
        link = node.get(part, getlink=True) if isinstance(node, h5py.Group) else None
        if link is None:
            raise NetworkError(f"its {shown(name)} is missing from the file")
        if not isinstance(link, h5py.HardLink):
            raise NetworkError(f"its {shown(name)} is a link to somewhere else")
        node = node[part]
    return node


def _declared_size(dataset: Any, name: str, limit: int) -> int:
    """How many values a dataset has, after making sure that it holds its own and that they fit."""
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise NetworkError(f"its {shown(name)} is no array")
    if dataset.is_virtual or dataset.external:
        raise NetworkError(f"its {shown(name)} keeps its values in another file")
    count = dataset.shape == () and dataset.dtype.kind == "i"  # of what Normalization has measured
    if not count and (dataset.dtype.kind != "f" or dataset.dtype.itemsize > 8):
        raise NetworkError(f"its {shown(name)} has the type {dataset.dtype}, not float32")
    size, chunk = int(dataset.size), dataset.chunks or dataset.shape
    if max(size, math.prod(chunk)) > limit:
        raise NetworkError(f"its {shown(name)} makes the network larger than {MAX_VALUES} weights")
    sides = zip(dataset.shape, chunk, strict=True)
    if math.prod(-(-side // max(of_chunk, 1)) for side, of_chunk in sides) > MAX_CHUNKS:
        raise NetworkError(f"its {shown(name)} is stored in more than {MAX_CHUNKS} chunks")
    return size


def _values(dataset: Any, name: str) -> Floats:
    with np.errstate(over="ignore"):
        values: Floats = np.asarray(dataset.astype(np.float32)[()])
    if not np.isfinite(values).all():
        raise NetworkError(f"its {shown(name)} has values that are not finite numbers")
    return values


def _attribute(node: Any, name: str) -> str:
    """A text attribute, written as bytes or as str; empty where there is none."""
    value = node.attrs.get(name, "")
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    return _text(value, name)


def _names(group: Any, name: str) -> list[str]:
    """A list of texts, which Keras splits into `name0`, `name1`, ... where it is long."""
    if not isinstance(group, h5py.Group):
        raise NetworkError("it is no group of weights")
    chunks = [name]
    if name not in group.attrs:
        chunks = list(takewhile(group.attrs.__contains__, (f"{name}{i}" for i in count())))
    return [_text(entry, name) for chunk in chunks for entry in np.ravel(group.attrs[chunk])]


def _text(value: Any, name: str) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if not isinstance(value, str):
        raise NetworkError(f"its attribute {name} is not text")
    return value
