"""The folder of a training: what it leaves, and where it goes on from."""

from __future__ import annotations

import json
import platform
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.batches import Batches
from training.files import RunError, damaged, read_json, write_json, written_whole
from training.models import Recipe
from training.parts import Part

Arrays = list[NDArray[Any]]

NOT_COMPARED = ("versions", "data")
"""Settings that a training may be continued with others of: the data follow from the model, and
were not written down by older versions."""


@dataclass(frozen=True)
class Checkpoint:
    """A training after any of its epochs, before the first by default.

    Attributes:
        history: the figures of each epoch.
        seconds: the time that they took.
        weights, optimizer: the state of the model and of its optimizer.
        best: the weights of the best epoch, where that is not the last.
    """

    history: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0
    weights: Arrays = field(default_factory=list)
    optimizer: Arrays = field(default_factory=list)
    best: Arrays = field(default_factory=list)

    @property
    def kept(self) -> Arrays:
        """The weights that are the result if the training ends here."""
        return self.best or self.weights

    def save(self, path: Path) -> None:
        """Write to a file; raises RunError, and then the file is as it was."""
        groups = {"weights": self.weights, "optimizer": self.optimizer, "best": self.best}
        arrays: dict[str, Any] = {
            f"{group}-{i}": array for group, some in groups.items() for i, array in enumerate(some)
        }
        figures = json.dumps({"history": self.history, "seconds": self.seconds})
        with written_whole(path) as partial:
            np.savez(partial, figures=np.array(figures), **arrays)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """What was saved in a file; raises RunError where it is damaged, and OSError."""
        try:
            with np.load(path) as arrays:
                figures = json.loads(str(arrays["figures"]))
                groups: dict[str, Arrays] = {"weights": [], "optimizer": [], "best": []}
                for name in arrays.files:
                    group, _, number = name.partition("-")
                    if number:
                        groups[group].append(arrays[name])
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise damaged(path) from None
        return cls(figures["history"], figures["seconds"], **groups)


@dataclass(frozen=True)
class RunFolder:
    """Where a training keeps its files.

    Attributes:
        runs: the folder of the folders of all trainings.
        name: what the architecture is called.
        seed: that of the training.
    """

    runs: Path
    name: str
    seed: int

    @property
    def path(self) -> Path:
        """The folder of this training."""
        return self.runs / f"{self.name}-{self.seed}"

    @property
    def network(self) -> Path:
        """The network that the training ends with, an .h5 file of Keras."""
        return self.path / f"{self.name}.h5"

    @property
    def settings(self) -> Path:
        """What the training was started with, a JSON object."""
        return self.path / "settings.json"

    @property
    def metrics(self) -> Path:
        """What the finished network was measured at, a JSON object."""
        return self.path / "metrics.json"

    @property
    def report(self) -> Path:
        """The same as a page with pictures."""
        return self.path / "report.html"

    @property
    def checkpoint(self) -> Path:
        """A saved `Checkpoint`, there as long as the training is not finished."""
        return self.path / "checkpoint.npz"

    @property
    def unfinished(self) -> bool:
        """Whether there is a training to continue."""
        return self.checkpoint.exists()

    @property
    def finished(self) -> bool:
        """Whether there is a training that came to its end and was measured."""
        return self.metrics.exists() and not self.unfinished

    def load(self) -> Checkpoint:
        """The training to continue; raises RunError where there is none or it is damaged."""
        if not self.unfinished:
            raise RunError(f"{self.path}: there is nothing to resume; train without --resume")
        return Checkpoint.load(self.checkpoint)

    def save(self, checkpoint: Checkpoint, settings: Mapping[str, Any]) -> None:
        """Keep a training after an epoch; raises RunError, and then what was kept before stays."""
        if not self.unfinished:
            # Until here an earlier training of the same name was better than none.
            self.metrics.unlink(missing_ok=True)
            self.report.unlink(missing_ok=True)
            write_json(self.settings, settings)
        checkpoint.save(self.checkpoint)

    def check_continues(self, settings: Mapping[str, Any]) -> None:
        """Raise RunError unless the training to continue was started with the same settings."""
        started = read_json(self.settings)
        for key, value in json.loads(json.dumps(settings)).items():
            before = started.get(key)
            if key not in NOT_COMPARED and before != value:
                short = isinstance(value, int | str)
                what = f"{key} {before}, not {value}" if short else f"other {key}"
                raise RunError(
                    f"{self.path}: this training was started with {what}; continue it with the "
                    "same, or delete the folder to begin anew"
                )


def describe(
    folder: RunFolder,
    recipe: Recipe,
    epochs: int,
    model: keras.Model,
    batches: Batches,
    parts: Sequence[Part],
) -> dict[str, Any]:
    """What a training is started with, as values of JSON; `model` is compiled."""
    last = len(batches) - 1
    return {
        "model": folder.name,
        "data": recipe.data,
        "epochs": epochs,
        "seed": folder.seed,
        "batch_size": recipe.batch_size,
        "images_per_epoch": last * recipe.batch_size + len(batches[last][1]),
        "weights": model.count_params(),
        "optimizer": model.optimizer.get_config(),
        "held_back": {part.name: len(part.labels) for part in parts if part.held_back},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("keras", "tensorflow", "numpy")},
        },
    }
