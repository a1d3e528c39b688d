"""The files that a training leaves.

Each is written beside its place first and then put there, so that none is ever half written.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from training.command import TrainingError, is_disk_full

if TYPE_CHECKING:
    import keras


class RunError(TrainingError):
    """A training that cannot be started, continued or kept."""


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file of the same suffix to write, which then takes the place of `path`.

    Raises RunError where that fails, and then `path` is as it was.
    """
    partial = path.with_stem(f"{path.stem}.part")
    try:
        yield partial
        partial.replace(path)
    except Exception as error:
        if is_disk_full(error):
            reason = "the disk is full; make room and try again"
            raise RunError(f"{path}: cannot be written, {reason}") from error
        if isinstance(error, OSError):
            raise RunError(f"{path}: cannot be written ({error.strerror or error})") from error
        raise
    finally:
        with suppress(OSError):
            partial.unlink()


def check_writable(path: Path) -> None:
    """Make the folder of a network that will be written; raises RunError where it cannot be."""
    if path.suffix != ".h5" or path.is_dir():
        raise RunError(f"{path}: this must be the name of a file and end in .h5")
    trial = path.with_stem(f"{path.stem}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise RunError(
            f"{path}: cannot be written ({error.strerror or error}); choose another place"
        ) from None


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write values to a file as JSON; raises RunError."""
    with written_whole(path) as partial:
        partial.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """The values in a file; raises RunError where it is damaged, and OSError."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise damaged(path) from None
    return values


def damaged(path: Path) -> RunError:
    """What to say of a file in the folder of a training that is damaged."""
    return RunError(
        f"{path}: this file is damaged; delete the folder {path.parent} and train without --resume"
    )


def save_network(model: keras.Model, path: Path, half_precision: bool = False) -> None:
    """Write a network as an .h5 file of Keras; raises RunError.

    In `half_precision` a weight takes 16 bits and keeps three digits, which is enough to run it.
    """
    import absl.logging

    absl.logging.set_verbosity(absl.logging.ERROR)  # Keras warns of .h5, the format of the app
    with written_whole(path) as partial:
        # h5py tells of a full disk at length, so the room is taken before it writes.
        partial.write_bytes(bytes(4 * model.count_params() + 2**18))
        model.save(partial, include_optimizer=False)
        if half_precision:
            with (
                h5py.File(io.BytesIO(partial.read_bytes())) as whole,
                h5py.File(partial, "w") as halved,
            ):
                _copy_halved(whole, halved)


def _copy_halved(source: h5py.Group, target: h5py.Group) -> None:
    for name, value in source.attrs.items():
        target.attrs[name] = value
    for name, node in source.items():
        if isinstance(node, h5py.Dataset):
            target[name] = node[()].astype(np.float16)
        else:
            _copy_halved(node, target.create_group(name))


def promote(network: Path, place: Path) -> None:
    """Put a network in its place in the app and keep the one before beside it; raises RunError."""
    before = place.with_stem(f"{place.stem}.previous")
    if place.exists():
        with written_whole(before) as partial:
            shutil.copyfile(place, partial)
        print(f"The one before is kept in {before}")
    with written_whole(place) as partial:
        shutil.copyfile(network, partial)
    print(f"The app now has this network: {place}")
