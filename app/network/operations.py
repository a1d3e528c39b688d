"""What a layer computes, and how a layer takes the one behind it into itself.

Every operation has the `shape` of one of its outputs, without the batch axis, and `run`, which
takes one (N, *input shape) array for each of its inputs and leaves them as they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.network.activations import Activation
from app.network.config import Shape
from app.network.contents import Floats, NetworkError


@dataclass(frozen=True)
class Op:
    """A function that nothing is folded into."""

    shape: Shape
    run: Callable[..., Floats]
    room: int = 0
    """Numbers that it takes for one picture while it is run, besides its result."""


@dataclass(frozen=True)
class Activated:
    """An activation as a layer of its own."""

    shape: Shape
    activation: Activation

    def run(self, x: Floats) -> Floats:
        """The function of a copy, as it may overwrite what it is given."""
        return self.activation.function(x.copy())


@dataclass(frozen=True)
class Affine:
    """`x * scale + shift` for each channel, which is all that a trained batch normalization is."""

    shape: Shape
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]

    def run(self, x: Floats) -> Floats:
        """(N, *shape) float32 of the same; the last axis is the channels'."""
        return x * self.scale.astype(np.float32) + self.shift.astype(np.float32)


@dataclass(frozen=True)
class Linear:
    """`activation(product(x, kernel) + bias)`; the kernel's last axis is the output's."""

    shape: Shape
    product: Callable[[Floats, Floats], Floats]
    kernel: Floats
    bias: Floats
    activation: Activation
    room: int = 0
    """As for `Op`."""

    @property
    def products(self) -> int:
        """Multiplications for one picture."""
        return self.kernel.size * math.prod(self.shape[:-1])

    def run(self, x: Floats) -> Floats:
        """(N, *shape) float32 of what `product` takes."""
        y = self.product(x, self.kernel)
        y += self.bias
        return self.activation.function(y)

    def absorb(self, after: Operation) -> Linear | None:
        """This layer and the one behind it as a single layer, where that can be."""
        if self.activation.name != "linear":
            return None
        match after:
            case Affine(scale=scale, shift=shift):
                kernel, bias = single(self.kernel * scale), single(self.bias * scale + shift)
                return replace(self, kernel=kernel, bias=bias)
            case Activated(activation=activation):
                return replace(self, activation=activation)
        return None


Operation = Op | Activated | Affine | Linear


def single(values: NDArray[np.float64]) -> Floats:
    """float64 as float32; raises NetworkError where that overflows."""
    with np.errstate(over="ignore"):
        rounded = values.astype(np.float32)
    if not np.isfinite(rounded).all():
        raise NetworkError("its weights are too large for float32")
    return rounded
