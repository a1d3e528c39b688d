"""Networks that are damaged or made to do harm, by the thousand: each ends in a network that works
or in one sentence.

    python -m tests.fuzz_network --cases 20000 --seed 1

A case is a file that its number makes, the same each time. Many are tried in one process, which
looks after time, memory, opened files and anything that is executed; the process that started it
sees when it crashes or hangs. What HDF5 does not survive is tried once more as the program does
it, by `read_apart`, and has to be refused in time ("survived"). `--only NUMBER` tries a single case
and leaves its file to be seen.
"""

from __future__ import annotations

import argparse
import codecs
import copy
import json
import os
import queue
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from app.network import Network, NetworkError, read_apart
from app.network.contents import Contents
from app.network.file import read
from tests.h5_files import Config, edited, layer, small_config, small_weights, write

SECONDS = 5.0
"""Of computing, in whichever process: what else the computer does is no fault of the file."""
MEGABYTES = 500
PATIENCE = 1.0
"""Seconds for a case until it is tried as the program does it, in a process of its own."""
BLOCK = 64
"""Files are cut short at every multiple of it, in bytes; HDF5's own blocks are 8 bytes or more."""
BLANK = np.zeros((1, 28, 28), np.float32)
BAIT = "bait.h5"
"""A pipe beside the file: what opens it would wait forever."""

Random = random.Random
Maker = Callable[[Random, int, Path], object]
Read = Callable[[str | os.PathLike[str]], Contents]


# Sound files


def graph_config() -> Config:
    """A functional model with two branches, one of them through a model of its own."""

    def called(entry: Config, *sources: str, call: int = 0) -> Config:
        nodes = [[[source, call, 0, {}] for source in sources]] if sources else []
        return entry | {"name": entry["config"]["name"], "inbound_nodes": nodes}

    image = layer("InputLayer", "image", batch_shape=[None, 784])
    inside = {
        "name": "inside",
        "layers": [called(image), called(layer("ReLU", "relu"), "image")],
        "input_layers": [["image", 0, 0]],
        "output_layers": [["relu", 0, 0]],
    }
    layers = [
        called(image),
        called(layer("Reshape", "square", target_shape=[28, 28, -1]), "image"),
        called(layer("ZeroPadding2D", "pad", padding=[[1, 1], [1, 1]]), "square"),
        called(layer("Permute", "turn", dims=[2, 1, 3]), "pad"),
        called(layer("AveragePooling2D", "pool", pool_size=[30, 6], strides=None), "turn"),
        called(layer("Concatenate", "both", axis=3), "pool", "pool"),
        called(layer("Softmax", "soft", axis=-1), "both"),
        called(layer("Rescaling", "scale", scale=[1.0, 2.0], offset=0.5), "soft"),
        called(layer("LeakyReLU", "leaky", negative_slope=0.1), "scale"),
        called(layer("Add", "sum"), "leaky", "scale"),
        called(layer("Flatten", "flat"), "sum"),
        called({"class_name": "Functional", "config": inside}, "flat"),
    ]
    last = layer("Activation", "last", activation="softmax") | {"name": "last"}
    layers.append(last | {"inbound_nodes": [[["inside", 1, 0, {}]]]})
    settings = {
        "name": "graph",
        "layers": layers,
        "input_layers": [["image", 0, 0]],
        "output_layers": [["last", 0, 0]],
    }
    return {"class_name": "Functional", "config": settings}


CONFIGS: list[tuple[Config, Any]] = [(small_config(), small_weights()), (graph_config(), {})]


@cache
def sound_files() -> list[bytes]:
    """Both models as Keras writes them, and one as other versions and settings of HDF5 do."""
    files = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sound.h5")
        for config, weights in CONFIGS:
            files.append(write(path, config, weights).read_bytes())
        for libver, options in (
            ("earliest", {"compression": "gzip", "shuffle": True, "fletcher32": True}),
            (("v108", "v108"), {"maxshape": (None,), "chunks": True}),
            ("latest", {"maxshape": (None,), "chunks": True, "track_order": True}),
        ):
            files.append(_rewritten(path, libver, options))
    return files


def _rewritten(path: Path, libver: Any, options: dict[str, Any]) -> bytes:
    """The small model with its arrays stored in another way, and its attributes in a heap."""
    write(path, *CONFIGS[0])
    packed = path.with_name("packed.h5")
    with h5py.File(path) as source, h5py.File(packed, "w", libver=libver) as target:
        for number in range(20):
            target.attrs[f"more{number}"] = number
        target.attrs.update(source.attrs)

        def take(name: str, item: Any) -> None:
            if isinstance(item, h5py.Group):
                target.create_group(name).attrs.update(item.attrs)
                return
            shape = options.get("maxshape") and (None,) * item.ndim
            target.create_dataset(name, data=item[()], **options | {"maxshape": shape})

        source.visititems(take)
    return packed.read_bytes()


# Damage


def cut_short(random: Random, turn: int, path: Path) -> None:
    """One of the files at the next of its blocks; every second time HDF5 is told the new length."""
    turn, tell = divmod(turn, 2)
    files = sound_files()
    blocks = [(file, end) for file in files for end in range(0, len(file), BLOCK)]
    # Steps of a prime, so that few cases too are of all files; all blocks have their turn.
    file, end = blocks[turn * 10_007 % len(blocks)]
    cut = bytearray(file[:end])
    if tell:
        for place in _places(cut, len(file)):
            struct.pack_into("<Q", cut, place, end)
    path.write_bytes(cut)


def flip_bits(random: Random, turn: int, path: Path) -> None:
    content = bytearray(random.choice(sound_files()))
    for _ in range(random.choice([1, 1, 2, 3, 8, 50])):
        content[_somewhere(random, content)] ^= 1 << random.randrange(8)
    path.write_bytes(content)


def overwrite(random: Random, turn: int, path: Path) -> None:
    """Numbers of 1 to 8 bytes, with values that break counts, sizes and addresses."""
    content = bytearray(random.choice(sound_files()))
    for _ in range(random.choice([1, 1, 2, 5])):
        size = random.choice([1, 2, 4, 8])
        place = min(_somewhere(random, content), len(content) - 8)
        limit = 256**size - 1
        odd = [0, 1, 2, 255, limit, limit // 2, limit // 2 + 1, limit - 1, random.randint(0, limit)]
        content[place : place + size] = random.choice(odd).to_bytes(size, "little")
    path.write_bytes(content)


def lead_astray(random: Random, turn: int, path: Path) -> None:
    """Addresses that point at other parts of the file: circles, and parts taken for others."""
    content = bytearray(random.choice(sound_files()))
    words = range(0, len(content) - 8, 8)
    values = {place: struct.unpack_from("<Q", content, place)[0] for place in words}
    addresses = [place for place, value in values.items() if 8 <= value < len(content)]
    for _ in range(random.choice([1, 1, 2, 4])):
        value = values[random.choice(addresses)]
        struct.pack_into("<Q", content, random.choice(addresses), value)
    path.write_bytes(content)


def repeat_and_remove(random: Random, turn: int, path: Path) -> None:
    """Pieces that are left out, doubled or exchanged, rubbish before or behind the rest."""
    content = bytearray(random.choice(sound_files()))
    first, last = sorted(random.choices(range(len(content)), k=2))
    place = random.randrange(len(content))
    match random.randrange(5):
        case 0:
            del content[first:last]
        case 1:
            content[place:place] = content[first:last]
        case 2:
            content[place : place + last - first] = content[first:last]
        case 3:
            content[0:0] = random.randbytes(random.choice([1, 512, 1024, 4096]))
        case 4:
            content[place:] = random.randbytes(len(content) - place)
    path.write_bytes(content)


def _somewhere(random: Random, content: bytearray) -> int:
    """A place in the file, mostly one where HDF5's own structures are."""
    signatures = [b"TREE", b"SNOD", b"HEAP", b"GCOL", b"OHDR", b"OCHK", b"FRHP", b"BTHD", b"FHDB"]
    starts = [place for name in signatures for place in _places(content, name)] + [0, 96]
    if random.random() < 0.2:
        return random.randrange(len(content))
    return min(random.choice(starts) + random.randrange(160), len(content) - 1)


def _places(content: bytearray, wanted: bytes | int) -> Iterator[int]:
    pattern = wanted if isinstance(wanted, bytes) else struct.pack("<Q", wanted)
    place = content.find(pattern)
    while place >= 0:
        yield place
        place = content.find(pattern, place + 1)


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


# The trial


class CaseError(Exception):
    """What a case did that it must not do."""


EXECUTES = ("os.", "subprocess.", "socket.", "ctypes.", "exec", "compile", "import", "pickle.")


def try_one(path: Path, read: Read = read) -> str:
    """`network` or `refused`; raises CaseError."""
    try:
        answers = Network.load(path, read)(BLANK)
    except NetworkError as error:
        sentence = str(error)
        start = f"{path}: "
        if not sentence.startswith(start) or len(sentence) - len(start) > 400:
            raise CaseError(f"its sentence is {sentence!r}") from None
        if not all(character.isprintable() for character in sentence):
            raise CaseError(f"its sentence is not plain: {sentence!r}") from None
        return "refused"
    except Exception as error:
        raise CaseError(f"{type(error).__name__}: {error}") from error
    if answers.shape != (1, 10):
        raise CaseError(f"its answer has the shape {answers.shape}")
    return "network"


def work(first: int, last: int, seed: int, folder: Path) -> None:
    """Try cases in this process, and print a line before and one after each."""
    path = folder / "case.h5"
    watching = False
    events: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and arguments[0] != str(path):
            events.append(f"it opens {arguments[0]}")
        elif watching and event.startswith(EXECUTES):
            events.append(f"it does {event} {arguments}")

    path.write_bytes(sound_files()[0])
    try_one(path)  # what is imported when it is first used is no file's doing
    codecs.lookup("ascii")
    sys.addaudithook(watch)
    for number in range(first, last):
        kind = make(number, seed, path)
        print("try", number, kind, flush=True)
        started, watching = time.process_time(), True
        try:
            came = try_one(path)
        except CaseError as failure:
            came = f"failure {failure}"
        watching = False
        seconds = time.process_time() - started
        if events:
            came = f"failure {events}"
            events.clear()
        if seconds > SECONDS:
            came = f"failure it takes {seconds:.1f} s"
        memory = peak_megabytes()
        if memory > MEGABYTES:
            came = f"failure it takes {memory:.0f} MB"
        print("end", f"{seconds:.4f}", f"{memory:.0f}", came.encode("unicode_escape").decode())
        if memory > MEGABYTES:
            break  # the peak never goes down
    print("done", flush=True)


def peak_megabytes() -> float:
    """The most memory that this process had at once; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024


# The trial of many, by processes that may crash


class Report:
    """What came of the cases, by kind and outcome, and what the worst of them took."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.failures: list[str] = []
        self.seconds = self.megabytes = 0.0

    @property
    def cases(self) -> int:
        return self.counts.total()

    def __str__(self) -> str:
        outcomes = sorted({outcome for _, outcome in self.counts})
        lines = [f"{'':20}" + "".join(f"{outcome:>10}" for outcome in outcomes)]
        for kind in [maker.__name__ for maker in MAKERS]:
            counts = "".join(f"{self.counts[kind, outcome]:>10}" for outcome in outcomes)
            lines.append(f"{kind:20}{counts}")
        totals = Counter(outcome for _, outcome in self.counts.elements())
        lines.append(f"{'all':20}" + "".join(f"{totals[outcome]:>10}" for outcome in outcomes))
        worst = f"at most {self.seconds:.2f} s for a case, {self.megabytes:.0f} MB at once"
        return "\n".join([*lines, worst, f"{len(self.failures)} failures", *self.failures])


def run(first: int, last: int, seed: int) -> Report:
    """Try the cases from `first` to before `last`, in as few processes as they leave alive."""
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if hasattr(os, "mkfifo"):
            os.mkfifo(folder / BAIT)
        while first < last:
            first = _run_until_it_ends(first, last, seed, folder, report)
    return report


def _run_until_it_ends(first: int, last: int, seed: int, folder: Path, report: Report) -> int:
    """Try cases in one process; returns the first that is still to be tried."""
    arguments = ["--work", str(first), str(last), str(seed), str(folder)]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz_network", *arguments],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        assert worker.stdout
        for line in worker.stdout:
            lines.put(line)
        lines.put("gone")

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    number, kind = first - 1, ""
    trying = False
    try:
        while True:
            try:
                line = lines.get(timeout=PATIENCE if trying else 60)
            except queue.Empty:
                line = "hangs"
            match line.split(maxsplit=3):
                case ["try", which, kind]:
                    number, trying = int(which), True
                case ["end", seconds, megabytes, came]:
                    trying = False
                    report.seconds = max(report.seconds, float(seconds))
                    report.megabytes = max(report.megabytes, float(megabytes))
                    _count(report, number, kind, came.strip())
                case ["gone" | "hangs"] if trying:
                    worker.kill()
                    worker.wait()
                    _count(report, number, kind, _try_apart(number, seed, folder, report))
                    return number + 1
                case ["done"]:
                    return number + 1
                case ["gone" | "hangs"]:
                    raise RuntimeError(f"case {number + 1} cannot be made")
    finally:
        worker.kill()
        worker.wait()
        listener.join()


def _count(report: Report, number: int, kind: str, came: str) -> None:
    outcome = came.split()[0]
    report.counts[kind, outcome] += 1
    if outcome == "failure":
        report.failures.append(f"case {number} ({kind}): {came.removeprefix('failure ')}")


def _try_apart(number: int, seed: int, folder: Path, report: Report) -> str:
    """What the program does with a file that HDF5 does not survive: it has to refuse it."""
    path = folder / "case.h5"
    make(number, seed, path)
    started = _computed()
    try:
        came = try_one(path, read_apart)
    except CaseError as failure:
        return f"failure {failure}"
    seconds = _computed() - started
    report.seconds = max(report.seconds, seconds)
    if seconds > SECONDS:
        return f"failure it takes {seconds:.1f} s in a process of its own"
    return "survived" if came == "refused" else came


def _computed() -> float:
    """Seconds of computing in this process and those that it started and that have ended."""
    return sum(os.times()[:4])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="leaves its file as case.h5")
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        first, last, seed = map(int, arguments.work[:3])
        work(first, last, seed, Path(arguments.work[3]))
        return 0
    first, last = 0, arguments.cases
    if arguments.only is not None:
        first, last = arguments.only, arguments.only + 1
        make(arguments.only, arguments.seed, Path("case.h5"))
    report = run(first, last, arguments.seed)
    print(report)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
