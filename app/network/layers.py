"""The layers of a convolutional network: settings and weights in, a NumPy operation out.

A builder takes a layer's config and the shape of one input, without the batch axis, and raises
NetworkError where the two do not go together. Images are (height, width, channels).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.network import activations
from app.network.activations import activation_of
from app.network.config import LARGEST, LayerConfig, Shape, fits, limit
from app.network.contents import Floats, NetworkError, shown
from app.network.convolution import (
    Window,
    convolve,
    convolve_each,
    convolve_groups,
    largest,
    pad,
    total,
)
from app.network.merges import MERGES
from app.network.operations import Activated, Affine, Linear, Op, Operation, single

# Under a kernel or a pool, which are gone through one by one; a picture has 784.
MAX_PIXELS = 2**12

# Dense and convolution


def _dense(layer: LayerConfig, shape: Shape) -> Linear:
    units = layer.whole("units")

    def product(x: Floats, kernel: Floats) -> Floats:
        return (x.reshape(-1, kernel.shape[0]) @ kernel).reshape(*x.shape[:-1], units)

    kernel = layer.weight("kernel", (shape[-1], units))
    return _linear(layer, (*shape[:-1], units), product, kernel)


def _conv2d(layer: LayerConfig, shape: Shape) -> Linear:
    window, channels = _window(layer, shape, "kernel_size")
    filters, groups = layer.whole("filters"), layer.whole("groups", 1)
    if channels % groups or filters % groups:
        raise layer.unusable("groups")
    product = partial(convolve, window=window)
    if groups > 1:
        product = partial(convolve_groups, window=window, groups=groups)
    kernel = layer.weight("kernel", (*window.size, channels // groups, filters))
    room = window.memory * channels
    return _linear(layer, (*window.out, filters), product, kernel, room)


def _depthwise_conv2d(layer: LayerConfig, shape: Shape) -> Linear:
    window, kernel = _depthwise(layer, shape)
    product = partial(convolve_each, window=window)
    room = window.memory * kernel.shape[-1]
    return _linear(layer, (*window.out, kernel.shape[-1]), product, kernel, room)


def _separable_conv2d(layer: LayerConfig, shape: Shape) -> Linear:
    window, depthwise = _depthwise(layer, shape)
    filters = layer.whole("filters")

    def product(x: Floats, pointwise: Floats) -> Floats:
        x = convolve_each(x, depthwise, window)
        return (x.reshape(-1, len(pointwise)) @ pointwise).reshape(*x.shape[:-1], filters)

    pointwise = layer.weight("pointwise_kernel", (1, 1, depthwise.shape[-1], filters))
    room = window.memory * depthwise.shape[-1]
    return _linear(layer, (*window.out, filters), product, pointwise[0, 0], room)


def _depthwise(layer: LayerConfig, shape: Shape) -> tuple[Window, Floats]:
    """The window and its kernel, (height, width, channels * multiplier)."""
    window, channels = _window(layer, shape, "kernel_size")
    multiplier = layer.whole("depth_multiplier", 1)
    limit(window.memory * channels * multiplier)
    kernel = layer.weight("depthwise_kernel", (*window.size, channels, multiplier))
    return window, kernel.reshape(*window.size, -1)


def _linear(
    layer: LayerConfig,
    shape: Shape,
    product: Callable[[Floats, Floats], Floats],
    kernel: Floats,
    room: int = 0,
) -> Linear:
    bias = np.zeros(shape[-1:], np.float32)
    if layer.flag("use_bias"):
        bias = layer.weight("bias", shape[-1:])
    return Linear(shape, product, kernel, bias, activation_of(layer, shape), room)


def _window(layer: LayerConfig, shape: Shape, size_key: str) -> tuple[Window, int]:
    """The window that the settings describe, and the number of channels under it."""
    height, width, channels = _image(shape)
    size = layer.pair(size_key)
    strides = size if size_key == "pool_size" else (1, 1)
    if layer.settings.get("strides") is not None:
        strides = layer.pair("strides")
    same = layer.choice("padding", "valid", "same") == "same"
    window = Window.over((height, width), size, strides, layer.pair("dilation_rate", 1), same)
    if min(window.out) < 1:
        raise NetworkError(f"its {size_key} does not fit into {height} x {width} pixels")
    if math.prod(size) > MAX_PIXELS:
        raise layer.unusable(size_key)
    limit(window.memory * channels)
    return window, channels


# Pooling


def _max_pooling2d(layer: LayerConfig, shape: Shape) -> Op:
    window, channels = _window(layer, shape, "pool_size")
    room = window.memory * channels
    return Op((*window.out, channels), partial(largest, window=window), room)


def _average_pooling2d(layer: LayerConfig, shape: Shape) -> Op:
    window, channels = _window(layer, shape, "pool_size")
    # Padding does not count: at an edge the mean is over fewer pixels.
    pixels = total(np.ones((1, *shape[:2], 1), np.float32), window)
    room = window.memory * channels
    return Op((*window.out, channels), lambda x: total(x, window) / pixels, room)


def _global_average_pooling2d(layer: LayerConfig, shape: Shape) -> Op:
    return _global_pooling(layer, shape, np.mean)


def _global_max_pooling2d(layer: LayerConfig, shape: Shape) -> Op:
    return _global_pooling(layer, shape, np.max)


def _global_pooling(layer: LayerConfig, shape: Shape, function: Callable[..., Any]) -> Op:
    channels, keepdims = _image(shape)[2], layer.flag("keepdims", False)
    out = (1, 1, channels) if keepdims else (channels,)
    return Op(out, partial(function, axis=(1, 2), keepdims=keepdims))


# Normalization and activations

MEASURED = ("mean", "variance", "count")
KERAS_EPSILON = 1e-7


def _batch_normalization(layer: LayerConfig, shape: Shape) -> Affine:
    channels = shape[-1:]
    if layer.axis("axis", len(shape)) != len(shape) - 1:
        raise NetworkError("it does not normalize the last axis")
    if layer.settings.get("mode", 0) != 0:
        raise layer.unusable("mode")
    variance = layer.weight("moving_variance", channels).astype(np.float64)
    variance += layer.number("epsilon", 1e-3)
    if (variance <= 0).any():
        raise NetworkError("its moving_variance is negative")
    scale = 1 / np.sqrt(variance)
    if layer.flag("scale"):
        scale = scale * layer.weight("gamma", channels)
    shift = -scale * layer.weight("moving_mean", channels)
    if layer.flag("center"):
        shift = shift + layer.weight("beta", channels)
    return _affine(shape, scale, shift)


def _normalization(layer: LayerConfig, shape: Shape) -> Affine:
    """What is measured of the data, or stands in the settings: subtract the mean, divide by the
    standard deviation; both are one number, or one for each channel."""
    kept: Shape = ()
    if layer.settings.get("axis", -1) != []:
        if layer.axis("axis", len(shape)) != len(shape) - 1:
            raise NetworkError("it does not normalize the last axis")
        kept = shape[-1:]
    if layer.settings.get("mean") is None:
        mean, variance = layer.weight("mean", kept), layer.weight("variance", kept)
    else:
        mean, variance = (layer.numbers(key, 0.0, ndim=len(shape) + 1) for key in MEASURED[:2])
        if not {mean.size, variance.size} <= {1, math.prod(kept)}:
            raise NetworkError("its mean or variance does not fit the channels")
    if (variance < 0).any():
        raise NetworkError("its variance is negative")
    channels = np.ones(shape[-1:])
    means = channels * mean.ravel()
    deviations = channels * np.maximum(np.sqrt(variance.ravel()), KERAS_EPSILON)
    if layer.flag("invert", False):
        return _affine(shape, deviations, means)
    return _affine(shape, 1 / deviations, -means / deviations)


def _rescaling(layer: LayerConfig, shape: Shape) -> Affine:
    scale, offset = layer.numbers("scale", 1.0), layer.numbers("offset", 0.0)
    if any(values.shape not in ((), (1,), shape[-1:]) for values in (scale, offset)):
        raise NetworkError("its scale or offset does not fit the channels")
    channels = np.ones(shape[-1:])
    return _affine(shape, channels * scale, channels * offset)


def _affine(shape: Shape, scale: NDArray[np.float64], shift: NDArray[np.float64]) -> Affine:
    for values in (scale, shift):
        single(values)  # refuses now what would overflow when it is run
    return Affine(shape, scale, shift)


def _activated(layer: LayerConfig, shape: Shape) -> Activated:
    return Activated(shape, activations.LAYERS[layer.kind](layer, shape))


# Shapes


def _input_layer(layer: LayerConfig, shape: Shape) -> Op:
    """Inside a network: the network that is used as a layer says what it takes."""
    declared = layer.input_shape()
    if declared is not None and not fits(shape, declared):
        raise NetworkError(f"it takes {shown(declared)}, not {shape}")
    return Op(shape, lambda x: x)


def _flatten(layer: LayerConfig, shape: Shape) -> Op:
    return _reshaped((math.prod(shape),))


def _reshape(layer: LayerConfig, shape: Shape) -> Op:
    target, size = layer.settings.get("target_shape"), math.prod(shape)
    if (
        not isinstance(target, list)
        or not target
        or not all(type(n) is int and n >= -1 for n in target)
    ):
        raise layer.unusable("target_shape")
    known = math.prod(n for n in target if n != -1)
    filled = tuple(size // known if n == -1 and known else n for n in target)
    if target.count(-1) > 1 or math.prod(filled) != size:
        raise NetworkError(f"its target_shape {shown(target)} does not hold {shape}")
    return _reshaped(filled)


def _reshaped(shape: Shape) -> Op:
    return Op(shape, lambda x: x.reshape(len(x), *shape))


def _permute(layer: LayerConfig, shape: Shape) -> Op:
    axes = layer.settings.get("dims")
    if not isinstance(axes, list) or not all(type(axis) is int for axis in axes):
        raise layer.unusable("dims")
    if sorted(axes) != list(range(1, len(shape) + 1)):
        raise layer.unusable("dims")
    return Op(tuple(shape[axis - 1] for axis in axes), lambda x: x.transpose(0, *axes))


def _zero_padding2d(layer: LayerConfig, shape: Shape) -> Op:
    top, bottom, left, right = _sides(layer, "padding", 1)
    height, width, channels = _image(shape)
    out = (top + height + bottom, left + width + right, channels)
    return Op(out, partial(pad, before=(top, left), after=(bottom, right)))


def _cropping2d(layer: LayerConfig, shape: Shape) -> Op:
    top, bottom, left, right = _sides(layer, "cropping", 0)
    height, width, channels = _image(shape)
    rows, columns = height - top - bottom, width - left - right
    if rows < 1 or columns < 1:
        raise layer.unusable("cropping")
    return Op((rows, columns, channels), lambda x: x[:, top : top + rows, left : left + columns])


def _sides(layer: LayerConfig, key: str, default: int) -> tuple[int, int, int, int]:
    """Pixels at the top, bottom, left and right, however a setting tells them."""
    match layer.settings.get(key, default):
        case [[top, bottom], [left, right]] | [top, bottom, left, right]:
            pass
        case [top, left] | (top as left):
            bottom, right = top, left
    sides = (top, bottom, left, right)
    if not all(type(side) is int and 0 <= side <= LARGEST for side in sides):
        raise layer.unusable(key)
    return sides


def _image(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise NetworkError(f"it needs (height, width, channels), not {shape}")
    return shape


class Kind(NamedTuple):
    """How a layer is built, and the weights Keras keeps for it, in Keras's order."""

    build: Callable[[LayerConfig, Shape], Operation]
    weights: tuple[str, ...] = ()


NORMALIZATION_WEIGHTS = ("gamma", "beta", "moving_mean", "moving_variance")

# What is measured and never trained.
STATISTICS = {"moving_mean", "moving_variance", *MEASURED}

# The settings that leave a weight out where they are false.
OPTIONAL = {"bias": "use_bias", "gamma": "scale", "beta": "center"}

KINDS: dict[str, Kind] = {
    "InputLayer": Kind(_input_layer),
    "Dense": Kind(_dense, ("kernel", "bias")),
    "Conv2D": Kind(_conv2d, ("kernel", "bias")),
    "DepthwiseConv2D": Kind(_depthwise_conv2d, ("depthwise_kernel", "bias")),
    "SeparableConv2D": Kind(_separable_conv2d, ("depthwise_kernel", "pointwise_kernel", "bias")),
    "MaxPooling2D": Kind(_max_pooling2d),
    "AveragePooling2D": Kind(_average_pooling2d),
    "GlobalAveragePooling2D": Kind(_global_average_pooling2d),
    "GlobalMaxPooling2D": Kind(_global_max_pooling2d),
    "BatchNormalization": Kind(_batch_normalization, NORMALIZATION_WEIGHTS),
    "Normalization": Kind(_normalization, MEASURED),
    "Rescaling": Kind(_rescaling),
    "Activation": Kind(_activated),
    "ReLU": Kind(_activated),
    "LeakyReLU": Kind(_activated),
    "ELU": Kind(_activated),
    "PReLU": Kind(_activated, ("alpha",)),
    "Softmax": Kind(_activated),
    "Flatten": Kind(_flatten),
    "Reshape": Kind(_reshape),
    "Permute": Kind(_permute),
    "ZeroPadding2D": Kind(_zero_padding2d),
    "Cropping2D": Kind(_cropping2d),
}

# Layers that only do something while a network is trained.
IDENTITIES = {
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "RandomContrast",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "SpatialDropout2D",
}

# Layers that leave the numbers as they are, or only average them.
KEEPING = {
    "Average",
    "AveragePooling2D",
    "Activation",
    "Flatten",
    "GlobalAveragePooling2D",
    "InputLayer",
    "Permute",
    "Reshape",
}

FLOATS = ("float16", "float32", "float64", "mixed_float16")


def check(layer: LayerConfig) -> None:
    """Raise NetworkError if the layer is of a kind that cannot be run."""
    if layer.kind == "Lambda":
        raise NetworkError("it holds Python code, which is never run; use Keras's own layers")
    if layer.kind not in (KINDS.keys() | MERGES.keys() | IDENTITIES):
        raise NetworkError("layers of this kind are not supported")
    if layer.settings.get("data_format") not in (None, "channels_last"):
        raise NetworkError("it wants the channels first; train with channels_last")
    dtype = layer.settings.get("dtype", "float32")
    match dtype:
        case {"config": {"name": name}}:
            dtype = name
    if layer.kind != "InputLayer" and dtype not in FLOATS:
        raise layer.unusable("dtype")
    if layer.settings.get("quantization_config") is not None:
        raise layer.unusable("quantization_config")


def weight_names(layer: LayerConfig) -> list[str]:
    """The weights that Keras keeps for the layer, in Keras's order."""
    names = KINDS[layer.kind].weights if layer.kind in KINDS else ()
    if names == MEASURED and layer.settings.get("mean") is not None:
        return []
    return [name for name in names if name not in OPTIONAL or layer.flag(OPTIONAL[name])]


def build(layer: LayerConfig, shapes: list[Shape]) -> Operation:
    """The layer's operation on inputs of these shapes; raises NetworkError."""
    operation: Operation
    if layer.kind in MERGES:
        operation = MERGES[layer.kind](layer, shapes)
    elif len(shapes) == 1:
        operation = KINDS[layer.kind].build(layer, shapes[0])
    else:
        raise NetworkError(f"it takes one input, not {len(shapes)}")
    limit(math.prod(operation.shape))
    return operation
