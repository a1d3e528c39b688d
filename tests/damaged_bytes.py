"""Sound `.h5` files, and ways to damage their bytes."""

from __future__ import annotations

import random
import struct
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import h5py

from tests.h5_files import Config, layer, small_config, small_weights, write

BLOCK = 64
"""Files are cut short at every multiple of it, in bytes; HDF5's own blocks are 8 bytes or more."""

Random = random.Random


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


@cache
def cuts() -> list[tuple[bytes, int, bool]]:
    """Every file with each place where it is cut short, and whether HDF5 is told the new length."""
    files = sound_files()
    blocks = [(file, end) for file in files for end in range(0, len(file), BLOCK)]
    return [(file, end, tell) for file, end in blocks for tell in (False, True)]


def cut_short(random: Random, turn: int, path: Path) -> None:
    """One of the files at one of its blocks."""
    # Steps of a prime, so that few cases too are of all files; all cuts have their turn.
    file, end, tell = cuts()[turn * 10_007 % len(cuts())]
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
