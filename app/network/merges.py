"""Layers with several inputs: shapes without the batch axis in, a NumPy operation out."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from app.network.config import LayerConfig, Shape
from app.network.contents import Floats, NetworkError, shown
from app.network.operations import Op


def _add(layer: LayerConfig, shapes: list[Shape]) -> Op:
    return _elementwise(shapes, np.add)


def _subtract(layer: LayerConfig, shapes: list[Shape]) -> Op:
    if len(shapes) != 2:
        raise NetworkError(f"it subtracts {len(shapes)} inputs, not 2")
    return _elementwise(shapes, np.subtract)


def _multiply(layer: LayerConfig, shapes: list[Shape]) -> Op:
    return _elementwise(shapes, np.multiply)


def _maximum(layer: LayerConfig, shapes: list[Shape]) -> Op:
    return _elementwise(shapes, np.maximum)


def _minimum(layer: LayerConfig, shapes: list[Shape]) -> Op:
    return _elementwise(shapes, np.minimum)


def _average(layer: LayerConfig, shapes: list[Shape]) -> Op:
    added = _elementwise(shapes, np.add)

    def run(*inputs: Floats) -> Floats:
        return added.run(*inputs) / np.float32(len(inputs))

    return Op(added.shape, run)


def _elementwise(shapes: list[Shape], function: np.ufunc) -> Op:
    """Keras puts missing axes behind the batch axis, then broadcasts as NumPy does."""
    try:
        out = np.broadcast_shapes(*shapes)
    except ValueError:
        raise _misfit(shapes) from None
    aligned = [(1,) * (len(out) - len(shape)) + shape for shape in shapes]

    def run(*inputs: Floats) -> Floats:
        pairs = zip(inputs, aligned, strict=True)
        result: Floats = reduce(function, (x.reshape(len(x), *shape) for x, shape in pairs))
        return result

    return Op(out, run)


def _concatenate(layer: LayerConfig, shapes: list[Shape]) -> Op:
    axis = layer.axis("axis", len(shapes[0]))
    others = {(len(shape), *shape[:axis], *shape[axis + 1 :]) for shape in shapes}
    if len(others) > 1:
        raise _misfit(shapes)
    out = list(shapes[0])
    out[axis] = sum(shape[axis] for shape in shapes)
    return Op(tuple(out), lambda *inputs: np.concatenate(inputs, axis=axis + 1))


def _misfit(shapes: list[Shape]) -> NetworkError:
    return NetworkError(f"its inputs {shown(shapes)} do not fit together")


MERGES: dict[str, Callable[[LayerConfig, list[Shape]], Op]] = {
    "Add": _add,
    "Subtract": _subtract,
    "Multiply": _multiply,
    "Maximum": _maximum,
    "Minimum": _minimum,
    "Average": _average,
    "Concatenate": _concatenate,
}
