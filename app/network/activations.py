"""Activation functions: float32 arrays in, float32 arrays of the same shape out.

Each may overwrite its argument, which saves a fresh array after every convolution.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from app.network.config import LayerConfig, Shape, refuse_custom
from app.network.contents import Floats, NetworkError, shown

Function = Callable[[Floats], Floats]


class Activation(NamedTuple):
    """A function of every number, or of every pixel's channels, and its name."""

    name: str
    function: Function


SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def _linear(x: Floats) -> Floats:
    return x


def _relu(
    x: Floats, slope: float = 0.0, threshold: float = 0.0, highest: float | None = None
) -> Floats:
    """`x` above `threshold`, at most `highest`; below it a line of `slope` through `threshold`."""
    below = slope * np.minimum(x - threshold, 0) if slope else None
    if threshold:
        x[x <= threshold] = 0
    np.clip(x, 0, highest, out=x) if highest is not None else np.maximum(x, 0, out=x)
    if below is not None:
        x += below
    return x


def _relu6(x: Floats) -> Floats:
    return np.clip(x, 0, 6, out=x)


def _leaky_relu(x: Floats) -> Floats:
    return _relu(x, slope=0.2)


def _elu(x: Floats, alpha: float = 1.0) -> Floats:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _selu(x: Floats) -> Floats:
    return SELU_SCALE * _elu(x, SELU_ALPHA)


def _sigmoid(x: Floats) -> Floats:
    # By tanh, because exp(-x) overflows where x is very negative.
    x *= 0.5
    np.tanh(x, out=x)
    x *= 0.5
    x += 0.5
    return x


def _hard_sigmoid(x: Floats) -> Floats:
    x /= 6
    x += 0.5
    return np.clip(x, 0, 1, out=x)


def _hard_sigmoid_keras2(x: Floats) -> Floats:
    x *= 0.2
    x += 0.5
    return np.clip(x, 0, 1, out=x)


def _tanh(x: Floats) -> Floats:
    return np.tanh(x, out=x)


def softmax(x: Floats, axis: int = -1) -> Floats:
    """Logits as probabilities: from 0 to 1, and 1 in sum along the axis."""
    # The largest is taken off first, because exp overflows at 89.
    x -= x.max(axis=axis, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=axis, keepdims=True)
    return x


def _softplus(x: Floats) -> Floats:
    return np.logaddexp(x, np.float32(0))


def _softsign(x: Floats) -> Floats:
    x /= 1 + np.abs(x)
    return x


def _silu(x: Floats) -> Floats:
    return x * _sigmoid(x.copy())


def _hard_silu(x: Floats) -> Floats:
    return x * _hard_sigmoid(x.copy())


def _mish(x: Floats) -> Floats:
    return x * np.tanh(_softplus(x))


def _gelu(x: Floats) -> Floats:
    return 0.5 * x * (1 + _erf(x * np.float32(0.5**0.5)))


def _erf(x: Floats) -> Floats:
    """The error function to 1.5e-7: Abramowitz and Stegun, formula 7.1.26 (NumPy has none)."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = 0.254829592 + t * (
        -0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))
    )
    magnitude: Floats = 1 - t * series * np.exp(-x * x)
    return np.copysign(magnitude, x)


def _exponential(x: Floats) -> Floats:
    return np.exp(x, out=x)


FUNCTIONS: dict[str, Function] = {
    "linear": _linear,
    "relu": _relu,
    "relu6": _relu6,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "sigmoid": _sigmoid,
    "hard_sigmoid": _hard_sigmoid,
    "tanh": _tanh,
    "softmax": softmax,
    "softplus": _softplus,
    "softsign": _softsign,
    "silu": _silu,
    "swish": _silu,
    "hard_silu": _hard_silu,
    "hard_swish": _hard_silu,
    "mish": _mish,
    "gelu": _gelu,
    "exponential": _exponential,
}


# The same as the settings of a layer name them


def activation_of(layer: LayerConfig, shape: Shape) -> Activation:
    """The setting `activation`: a name, or a serialized activation layer."""
    match layer.settings.get("activation"):
        case None:
            return Activation("linear", _linear)
        case {"class_name": "function", "module": "keras.activations", "config": str(name)}:
            pass
        case {"class_name": str(kind), "config": dict(settings)} as entry if kind in LAYERS:
            refuse_custom(entry)
            inner = LayerConfig(kind, layer.name, settings, layer.keras)
            return LAYERS[kind](inner, shape)
        case str(name):
            pass
        case _:
            raise layer.unusable("activation")
    if name not in FUNCTIONS:
        raise NetworkError(f"its activation {shown(name)} is not supported")
    if name == "hard_sigmoid" and layer.keras < 3:
        return Activation(name, _hard_sigmoid_keras2)
    return Activation(name, FUNCTIONS[name])


def _relu_layer(layer: LayerConfig, shape: Shape) -> Activation:
    highest = layer.settings.get("max_value")
    function = partial(
        _relu,
        slope=_not_negative(layer, "negative_slope"),
        threshold=_not_negative(layer, "threshold"),
        highest=None if highest is None else _not_negative(layer, "max_value"),
    )
    return Activation("relu", function)


def _not_negative(layer: LayerConfig, key: str) -> float:
    value = layer.number(key, 0.0)
    if value < 0:
        raise layer.unusable(key)
    return value


def _leaky_relu_layer(layer: LayerConfig, shape: Shape) -> Activation:
    slope = layer.number("alpha" if "alpha" in layer.settings else "negative_slope", 0.3)
    return Activation("leaky_relu", partial(_relu, slope=slope))


def _elu_layer(layer: LayerConfig, shape: Shape) -> Activation:
    return Activation("elu", partial(_elu, alpha=layer.number("alpha", 1.0)))


def _prelu_layer(layer: LayerConfig, shape: Shape) -> Activation:
    shared = layer.settings.get("shared_axes") or []
    if not isinstance(shared, list):
        raise layer.unusable("shared_axes")
    sizes = tuple(1 if i in shared else size for i, size in enumerate(shape, 1))
    slope = layer.weight("alpha", sizes)
    return Activation("prelu", lambda x: np.maximum(x, 0) + slope * np.minimum(x, 0))


def _softmax_layer(layer: LayerConfig, shape: Shape) -> Activation:
    axis = layer.axis("axis", len(shape)) - len(shape)
    return Activation("softmax", partial(softmax, axis=axis))


LAYERS: dict[str, Callable[[LayerConfig, Shape], Activation]] = {
    "Activation": activation_of,
    "ReLU": _relu_layer,
    "LeakyReLU": _leaky_relu_layer,
    "ELU": _elu_layer,
    "PReLU": _prelu_layer,
    "Softmax": _softmax_layer,
}
