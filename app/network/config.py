"""One layer as the file describes it: settings that are checked when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.network.contents import Floats, NetworkError, shown

Pair = tuple[int, int]
Shape = tuple[int, ...]
DeclaredShape = tuple[int | None, ...]

# More than a network for 28x28 pixels has of anything: units, or numbers computed for one picture.
LARGEST = 2**24


@dataclass
class LayerConfig:
    """A layer's kind (`Conv2D`), name, settings and weights, and the Keras version (1 to 3) that
    wrote it. Every method raises NetworkError if the file says something else than it should."""

    kind: str
    name: str
    settings: dict[str, Any]
    keras: int
    weights: dict[str, Floats] = field(default_factory=dict)

    def __str__(self) -> str:
        kind = self.kind if self.kind.isidentifier() and len(self.kind) < 40 else shown(self.kind)
        return f"layer {shown(self.name)} ({kind})"

    def flag(self, key: str, default: bool = True) -> bool:
        """A setting that is true or false."""
        value = self.settings.get(key, default)
        if not isinstance(value, bool):
            raise self.unusable(key)
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A setting from 1 to `LARGEST`; without a default the file must have it."""
        return self._count(key, self.settings.get(key, default))

    def pair(self, key: str, default: Any = None) -> Pair:
        """Two numbers for (height, width), which may be given as one."""
        value = self.settings.get(key, default)
        height, width = value if isinstance(value, list) and len(value) == 2 else (value, value)
        return self._count(key, height), self._count(key, width)

    def number(self, key: str, default: float) -> float:
        """A setting that is finite in float32."""
        return float(self.numbers(key, default, ndim=0))

    def numbers(self, key: str, default: float, ndim: int = 1) -> Floats:
        """A number or, up to `ndim` deep, a list of numbers."""
        value = self.settings.get(key, default)
        match value:
            case {"class_name": "__numpy__", "config": {"value": inner}}:
                value = inner
        try:
            array = np.array(value)
        except ValueError:
            raise self.unusable(key) from None
        if array.dtype.kind not in "iuf" or array.ndim > ndim:
            raise self.unusable(key)
        with np.errstate(over="ignore"):
            single: Floats = array.astype(np.float32)
        if not np.isfinite(single).all():
            raise self.unusable(key)
        return single

    def choice(self, key: str, *choices: str) -> str:
        """One of `choices`, the first of which is Keras's default."""
        value = self.settings.get(key, choices[0])
        if value not in choices:
            raise self.unusable(key)
        return str(value)

    def axis(self, key: str, rank: int) -> int:
        """An axis of one picture's array, counted from 0; Keras counts the batch as axis 0."""
        value = self.settings.get(key, -1)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not _is_int(value) or not (1 <= value <= rank or -rank <= value <= -1):
            raise self.unusable(key)
        return int(value - 1 if value > 0 else value + rank)

    def input_shape(self) -> DeclaredShape | None:
        """What the layer says that it takes, if it does: one input without the batch axis."""
        for key, start in (("batch_shape", 1), ("batch_input_shape", 1), ("input_shape", 0)):
            shape = self.settings.get(key)
            if shape is not None:
                if not isinstance(shape, list) or not all(_is_int(n) or n is None for n in shape):
                    raise self.unusable(key)
                return tuple(shape[start:])
        size = self.settings.get("input_dim")
        return None if size is None else (self.whole("input_dim"),)

    def weight(self, role: str, shape: Shape) -> Floats:
        """The weights called `role`, which must have the shape that the settings ask for."""
        values = self.weights.get(role)
        if values is None:
            raise NetworkError(f"its {role} is missing from the file")
        if values.shape != shape:
            raise NetworkError(f"its {role} has the shape {values.shape}, not {shape}")
        return values

    def unusable(self, key: str) -> NetworkError:
        """The error to raise because of what the file says for a setting."""
        return NetworkError(f"its {key} cannot be {shown(self.settings.get(key))}")

    def _count(self, key: str, value: Any) -> int:
        if not _is_int(value) or not 1 <= value <= LARGEST:
            raise self.unusable(key)
        return int(value)


def refuse_custom(entry: dict[str, Any]) -> None:
    """Raise NetworkError if a serialized object is of a class that Keras does not have itself."""
    registered, module = entry.get("registered_name"), entry.get("module")
    root = module.split(".")[0] if isinstance(module, str) else "keras"
    if registered and (">" in str(registered) or root not in ("keras", "tf_keras", "tensorflow")):
        raise NetworkError("it is a class of its author's own, which is never run")


def limit(numbers: int) -> None:
    """Raise NetworkError if a layer needs room for more `numbers` than any should."""
    if numbers > LARGEST:
        raise NetworkError("it needs more memory than any network for digits should")


def fits(shape: Shape, declared: DeclaredShape) -> bool:
    """Whether `shape` is what was declared, where None stands for any size."""
    pairs = zip(shape, declared, strict=False)
    return len(shape) == len(declared) and all(want in (None, size) for size, want in pairs)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
