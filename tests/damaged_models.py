"""`.h5` files that say what they should not, of their arrays or of their model; and all kinds of
damage by number."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.damaged_bytes import (
    CONFIGS,
    cut_short,
    flip_bits,
    lead_astray,
    overwrite,
    repeat_and_remove,
    sound_files,
)
from tests.h5_files import Config, edited, layer, small_config, small_weights, write

BAIT = "bait.h5"
"""A pipe beside the file: what opens it would wait forever."""

Random = random.Random
Maker = Callable[[Random, int, Path], object]


# What a file says of its attributes and arrays


def _small(path: Path) -> h5py.File:
    path.write_bytes(sound_files()[0])
    return edited(path)


def strange_attribute(random: Random, turn: int, path: Path) -> None:
    """An attribute that is missing or of another type."""
    with _small(path) as file:
        owners = [file, file["model_weights"], *file["model_weights"].values()]
        places = [(owner, name) for owner in owners for name in owner.attrs]
        owner, name = random.choice(places)
        text = str(owner.attrs[name])
        values = [
            None, 3, 1.5, True, b"", "", "x", text, text.encode(), "ü\n\x1b[31m", b"\xff\xfe",
            np.zeros(0), np.arange(5), np.zeros((2, 2)), [text], [text] * 300, ["a", "a/b", "/"],
            np.array([text.encode()] * 2), [["conv"], ["norm"]], b"x" * 60_000,
            np.void(b"\0\1"), np.array([(1, 2.0)], "i4,f8"), h5py.Empty("f4"), h5py.Empty("S5"),
            file.ref, file["model_weights"].ref, np.array(np.nan), np.complex64(1j),
            np.array([b"conv", b"norm", b"answer"]),
        ]  # fmt: skip
        value = random.choice(values)
        del owner.attrs[name]
        if value is not None:
            owner.attrs[name] = value


def strange_names(random: Random, turn: int, path: Path) -> None:
    """Layers and weights whose names are paths, too long, empty, or of other alphabets."""
    names = [
        "a/b",
        "/",
        "//",
        "a//b",
        "..",
        "../..",
        "./conv",
        "",
        "/etc/passwd",
        "x" * 5000,
        "a\nb",
    ]
    name = random.choice([*names, "٣", "conv/", "/conv", "model_weights", "%s{0}", "'", "C:\\conv"])
    config, weights = copy.deepcopy(CONFIGS[0])
    old = random.choice(list(weights))
    for entry in config["config"]["layers"]:
        if entry["config"]["name"] == old:
            entry["config"]["name"] = name
    write(path, config, weights)
    with edited(path) as file:
        stored = file["model_weights"]
        names = [name if n == old else n for n in stored.attrs["layer_names"]]
        stored.attrs["layer_names"] = names
        if random.random() < 0.5 and name.strip("/.") and name not in stored:
            stored.move(old, name)
        if random.random() < 0.3:
            group = stored["answer" if old != "answer" else "conv"]
            group.attrs["weight_names"] = [name, *group.attrs["weight_names"]][:2]


def strange_array(random: Random, turn: int, path: Path) -> None:
    """Weights of other shapes, types and storage, and with other values."""
    with _small(path) as file:
        places: list[str] = []
        file.visit(places.append)
        name = random.choice([place for place in places if isinstance(file[place], h5py.Dataset)])
        values, shape = file[name][()], file[name].shape
        match random.randrange(14):
            case 0:
                del file[name]
                return
            case 1:
                new = np.full(shape, random.choice([np.nan, np.inf, -np.inf, 3e38, -1, 0, 1e-45]))
                file[name][...] = new.astype("f4")
                return
            case 2:
                values.flat[random.randrange(values.size)] = random.choice([np.nan, np.inf, 3e38])
                file[name][...] = values
                return
            case 3:
                options = {
                    "data": values.astype(random.choice(["f8", "f2", ">f4", "i4", "S4", "?"]))
                }
            case 4:
                types = [h5py.string_dtype(), h5py.vlen_dtype("f4"), h5py.ref_dtype, "i4,f4"]
                options = {
                    "shape": shape,
                    "dtype": random.choice([*types, "(2,)f4", np.longdouble]),
                }
            case 5:
                options = {"data": random.choice([h5py.Empty("f4"), np.float32(1), values[None]])}
            case 6:
                size = random.choice([0, 2**20, 2**31, 2**40, 2**62])
                chunks = (*(1 for _ in shape[1:]), 1024)
                options = {"shape": (*shape[:-1], size), "dtype": "f4", "chunks": chunks}
                options |= {"maxshape": (None,) * len(shape)}
            case 7:
                # A chunk of gigabytes that is written as none or as a few bytes.
                chunks = (*(1 for _ in shape[1:]), random.choice([2**20, 2**26, 2**29]))
                options = {"shape": shape, "dtype": "f4", "chunks": chunks, "compression": "gzip"}
                options |= {"maxshape": (*shape[:-1], None), "fillvalue": random.random()}
            case 8:
                options = {"data": values, "compression": random.choice(["gzip", "lzf", "szip"])}
            case 9:
                options = {"shape": shape, "dtype": "f4", "external": [(BAIT, 0, 4 * values.size)]}
            case 10:
                layout = h5py.VirtualLayout(shape, "f4")
                layout[...] = h5py.VirtualSource(random.choice([BAIT, "."]), name, shape)
                del file[name]
                file.create_virtual_dataset(name, layout)
                return
            case 11:
                options = {"data": values.reshape(-1)}
            case 12:
                options = {"shape": shape, "dtype": "f4", "fillvalue": np.nan}
            case 13:
                del file[name]
                create_with_unknown_filter(file, name, values)
                return
        del file[name]
        try:
            file.create_dataset(name, **options)
        except (ValueError, TypeError, OSError):  # HDF5 does not write all of these
            file[name] = file["model_weights"].ref


def create_with_unknown_filter(file: h5py.File, name: str, values: Any) -> None:
    """An array to be unpacked by a filter that would have to be loaded from a library."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk(values.shape)
    properties.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())
    space = h5py.h5s.create_simple(values.shape)
    links = h5py.h5p.create(h5py.h5p.LINK_CREATE)
    links.set_create_intermediate_group(True)
    kind = h5py.h5t.IEEE_F32LE
    dataset = h5py.h5d.create(file.id, name.encode(), kind, space, properties, links)
    dataset.write_direct_chunk((0,) * values.ndim, values.astype("f4").tobytes())


def strange_link(random: Random, turn: int, path: Path) -> None:
    """Links to other files, to themselves, to groups around them and to nothing."""
    with _small(path) as file:
        places: list[str] = []
        file.visit(places.append)
        place = random.choice(places)
        parent = place.rpartition("/")[0] or "/"
        targets = [
            h5py.ExternalLink(BAIT, place),
            h5py.ExternalLink(BAIT, "/"),
            h5py.ExternalLink(path.name, f"/{place}"),
            h5py.SoftLink(f"/{place}"),
            h5py.SoftLink(f"/{random.choice(places)}"),
            h5py.SoftLink("nowhere"),
            h5py.SoftLink("x" * 10_000),
            file[parent],
            file["/"],
            file[random.choice(places)],
        ]
        target = random.choice(targets)
        del file[place]
        file[place] = target


# What a file says of its model


STRANGE: list[Any] = [
    None, True, False, -1, 0, 1, 3, 10, 28, 784, 1e9, 0.5, np.inf, -np.inf, np.nan, 1e308, 2**24,
    2**31, 2**40, 2**63, 2**70, 10**400, -(2**40), "", "x", "relu", "softmax", "valid", "same",
    "channels_first", [], [None], [0], [1, [2]], [2**40, 2**40], [1, 1], [1, 2, 3], [[1, 1]] * 2,
    {}, {"a": 1}, "\ud800", "Ünïcode\n", [["image", 0, 0]], [[["flat", 0, 0, {}]]], "image",
    {"class_name": "Lambda", "config": {"name": "l", "function": ["4wEAAAAA", None, None]}},
    {"class_name": "__lambda__", "config": {"value": "4wEAAAAA"}},
    {"class_name": "function", "module": "os", "config": "system"},
    {"module": "builtins", "class_name": "eval", "config": {}, "registered_name": "eval"},
]  # fmt: skip


def strange_config(random: Random, turn: int, path: Path) -> None:
    """Settings that do not belong where they are: absurd shapes, other types, other layers."""
    config, weights = random.choice(CONFIGS)
    config = copy.deepcopy(config)
    for _ in range(random.choice([1, 1, 2, 4])):
        items = list(_items(config))
        if not items:
            break
        place, key = random.choice(items)
        match random.randrange(6):
            case 0:
                del place[key]
            case 1:
                other, from_key = random.choice(list(_items(config)))
                place[key] = copy.deepcopy(other[from_key])
            case _:
                place[key] = copy.deepcopy(random.choice(STRANGE))
    write(path, config, weights)


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container inside a config with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _items(value[key])


def absurd_layer(random: Random, turn: int, path: Path) -> None:
    """A layer that is too large, or that makes its result so, with the weights it would need."""
    config, weights = copy.deepcopy(CONFIGS[0])
    size = random.choice([64, 1000, 2**12, 2**16, 2**20, 2**24, 2**40])
    side = random.choice([1, 2, 16, 28, 60, 1000, 2**12, 2**20])
    strides = random.choice([1, None])
    kinds = [
        layer("Dense", "odd", units=size, use_bias=False),
        layer("Conv2D", "odd", filters=size, kernel_size=side, padding="same", use_bias=False),
        layer("Conv2D", "odd", filters=3, kernel_size=3, dilation_rate=side, use_bias=False,
              padding=random.choice(["same", "valid"])),
        layer("Conv2D", "odd", filters=1, kernel_size=1, strides=size, use_bias=False),
        layer("DepthwiseConv2D", "odd", kernel_size=side, depth_multiplier=size, padding="same",
              use_bias=False),
        layer("SeparableConv2D", "odd", kernel_size=side, filters=size, padding="same"),
        layer("MaxPooling2D", "odd", pool_size=side, strides=strides, padding="same"),
        layer("AveragePooling2D", "odd", pool_size=side, strides=strides, padding="same"),
        layer("ZeroPadding2D", "odd", padding=[[0, size], [side, 0]]),
        layer("Reshape", "odd", target_shape=[size, -1]),
    ]  # fmt: skip
    odd = random.choice(kinds)
    config["config"]["layers"].insert(1, odd)
    write(path, config, weights)
    kernels = {"Dense": (1, size), "Conv2D": (side, side, 1, size)}
    shape = kernels.get(odd["class_name"])
    if shape and random.random() < 0.7:
        with edited(path) as file:
            group = file["model_weights"].create_group("odd")
            group.attrs["weight_names"] = ["kernel"]
            chunks = tuple(min(n, 64) for n in shape)
            group.create_dataset("kernel", shape, "f4", chunks=chunks)
            file["model_weights"].attrs["layer_names"] = ["odd", *weights]


def strange_graph(random: Random, turn: int, path: Path) -> None:
    """Connections at random: circles, ends, doubles, results that are not there."""
    names = [f"l{number}" for number in range(random.choice([2, 5, 20, 300]))]
    kinds = ["Add", "Multiply", "Average", "ReLU", "Flatten", "Dropout", "Softmax"]
    kinds += ["Concatenate"] * (random.random() < 0.1)
    sources = ["image", "nobody", *names]
    chaos = random.choice([0, 0.02, 0.5])

    def reference(number: int) -> list[Any]:
        near = [*names[max(0, number - 2) : number], *([] if number else ["image"])]
        source = random.choice(sources if random.random() < chaos else near)
        call = random.choice([-1, 1, 2**70]) if random.random() < chaos / 2 else 0
        return [source, call, 0, {}]

    image = layer("InputLayer", "image", batch_shape=[None, 784])
    entries = [image | {"name": "image", "inbound_nodes": []}]
    for number, name in enumerate(names):
        kind = random.choice(kinds)
        count = 2 if kind in ("Add", "Multiply", "Concatenate") or random.random() < 0.05 else 1
        nodes = [[reference(number) for _ in range(count)]]
        entries.append(layer(kind, name) | {"name": name, "inbound_nodes": nodes})
    settings = {
        "name": "graph",
        "layers": entries,
        "input_layers": [["image", 0, 0]],
        "output_layers": [["last" if random.random() < 0.9 else random.choice(sources), 0, 0]],
    }
    last = layer("Dense", "last", units=10, use_bias=False, activation="softmax")
    entries.append(last | {"name": "last", "inbound_nodes": [[[names[-1], 0, 0, {}]]]})
    weights = {"last": {"kernel": np.zeros((784, 10), "f4")}}
    write(path, {"class_name": "Functional", "config": settings}, weights)


def nested_deeply(random: Random, turn: int, path: Path) -> None:
    """Models inside models, lists inside lists, and models that call themselves twice over."""
    depth = random.choice([2, 10, 50, 100, 200, 300, 500, 1000, 5000, 50_000])
    config: Any = small_config()
    text = json.dumps(config)
    match random.randrange(5):
        case 0:
            opening, closing = random.choice([("[", "]"), ('{"a":', "}")])
            text = opening * depth + random.choice(["1", ""]) + closing * depth
        case 1:
            deep = "[" * depth + "]" * depth
            place = random.choice(
                ['"activation": "softmax"', '"units": 10', '"kernel_size": [5, 5]']
            )
            text = text.replace(place, f"{place.split(':')[0]}: {deep}")
        case 2:
            for number in range(min(depth, 2000)):
                text = (
                    f'{{"class_name": "Sequential", "config": {{"name": "n{number}", '
                    f'"layers": [{text}]}}}}'
                )
        case 3:
            deep = '{"class_name": "Activation", "config": {"activation": ' * depth
            text = text.replace('"softmax"', f'{deep}"relu"{"}}" * depth}')
        case 4:
            config = {"class_name": "Functional", "config": {"name": "m", "layers": []}}
            for number in range(min(depth, 60)):
                config = _twice(config, f"m{number}")
            text = json.dumps(config)
    write(path, {}, small_weights())
    with edited(path) as file:
        file.attrs["model_config"] = text


def _twice(inner: Config, name: str) -> Config:
    """A model that calls another one twice."""
    image = layer("InputLayer", "image", batch_shape=[None, 784])
    inner = inner | {"name": name, "inbound_nodes": [[["image", 0, 0]], [[name, 1, 0]]]}
    inner["config"] = inner["config"] | {"name": name}
    if not inner["config"]["layers"]:
        inner = layer("ReLU", name) | {"inbound_nodes": [[["image", 0, 0]], [[name, 0, 0]]]}
    call = 1 if inner["class_name"] == "ReLU" else 2
    settings = {
        "name": f"around {name}",
        "layers": [image | {"name": "image", "inbound_nodes": []}, inner | {"name": name}],
        "input_layers": [["image", 0, 0]],
        "output_layers": [[name, call, 0]],
    }
    return {"class_name": "Functional", "config": settings}


def broken_json(random: Random, turn: int, path: Path) -> None:
    """The text of the config with characters lost, doubled and put in."""
    config, weights = random.choice(CONFIGS)
    write(path, config, weights)
    text = json.dumps(config)
    for _ in range(random.choice([1, 2, 10])):
        first = random.randrange(len(text))
        last = min(first + random.choice([0, 1, 5, 100]), len(text))
        put = random.choice(["", '"', "{", "]", ",", "NaN", "-Infinity", "1e999", "9" * 5000, "\\"])
        text = text[:first] + put + text[first : random.choice([first, last])] + text[last:]
    with edited(path) as file:
        file.attrs["model_config"] = text


MAKERS: list[Maker] = [
    cut_short,
    flip_bits,
    overwrite,
    lead_astray,
    repeat_and_remove,
    strange_attribute,
    strange_names,
    strange_array,
    strange_link,
    strange_config,
    absurd_layer,
    strange_graph,
    nested_deeply,
    broken_json,
]


def make(number: int, seed: int, path: Path) -> str:
    """Write the file of a case; returns what kind of case it is."""
    turn, kind = divmod(number, len(MAKERS))
    maker = MAKERS[kind]
    maker(random.Random(f"{seed}/{number}"), turn, path)
    return maker.__name__
