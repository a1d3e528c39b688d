"""Layers by themselves: what each makes of arrays, what it needs, and which settings it refuses."""

from typing import Any

import numpy as np
import pytest

from app.network import NetworkError, layers
from app.network.config import LayerConfig, Shape
from app.network.contents import Floats
from app.network.convolution import Window, pad
from app.network.operations import Linear, Op, Operation, single

RANDOM = np.random.default_rng(0)


def config(kind: str, weights: dict[str, Any] | None = None, **settings: Any) -> LayerConfig:
    arrays = {role: np.array(values, np.float32) for role, values in (weights or {}).items()}
    return LayerConfig(kind, "x", settings, 3, arrays)


def build(layer: LayerConfig, *shapes: Shape) -> Operation:
    return layers.build(layer, list(shapes))


def refusal(layer: LayerConfig, *shapes: Shape) -> str:
    with pytest.raises(NetworkError) as caught:
        build(layer, *shapes)
    return str(caught.value)


def some(*shape: int) -> Floats:
    return RANDOM.normal(size=(4, *shape)).astype(np.float32)


@pytest.mark.parametrize("before", [(0, 0), (2, 0), (0, 3), (1, 0), (0, 1), (1, 2)])
@pytest.mark.parametrize("after", [(0, 0), (2, 0), (0, 3), (1, 0), (0, 1)])
def test_padding_goes_where_it_is_told(before: tuple[int, int], after: tuple[int, int]) -> None:
    x = some(3, 5, 2)
    sides = [(0, 0), *zip(before, after, strict=True), (0, 0)]
    np.testing.assert_array_equal(pad(x, before, after), np.pad(x, sides))


def test_what_has_fewer_axes_is_merged_as_numpy_does_for_each_picture() -> None:
    large, small = some(2, 3, 5), some(3, 1)
    for kind, function in (("Add", np.add), ("Subtract", np.subtract), ("Maximum", np.maximum)):
        operation = build(config(kind), (2, 3, 5), (3, 1))
        assert operation.shape == (2, 3, 5)
        assert isinstance(operation, Op)
        made = operation.run(large, small)
        np.testing.assert_array_equal(made, function(large, small[:, None]))


def test_a_mean_and_a_variance_normalize_each_channel() -> None:
    x, mean, variance = some(2, 5, 3), [1.0, -2.0, 0.5], [4.0, 0.25, 0.0]
    measured = {"mean": mean, "variance": variance, "count": 7}
    operation = build(config("Normalization", measured, axis=[-1]), (2, 5, 3))
    deviations = np.maximum(np.sqrt(variance), 1e-7)
    expected = (x - np.array(mean)) / deviations
    np.testing.assert_allclose(run(operation, x), expected, rtol=1e-4)
    backwards = build(config("Normalization", measured, axis=-1, invert=True), (2, 5, 3))
    np.testing.assert_allclose(run(backwards, x), x * deviations + mean, rtol=1e-4, atol=1e-5)


def run(operation: Operation, x: Floats) -> Floats:
    return operation.run(x)


def test_a_mean_and_a_variance_may_be_of_all_channels_or_stand_in_the_settings() -> None:
    x = some(2, 5, 3)
    whole = config("Normalization", {"mean": 1.0, "variance": 4.0}, axis=[])
    told = config(
        "Normalization",
        mean=1.0,
        variance={"class_name": "__numpy__", "config": {"value": [4, 4, 4]}},
    )
    nested = config("Normalization", mean=[[[[1, 1, 1]]]], variance=[[[[4.0]]]])
    for layer in (whole, told, nested):
        np.testing.assert_allclose(run(build(layer, (2, 5, 3)), x), (x - 1) / 2, rtol=1e-5)
    assert layers.weight_names(whole) == ["mean", "variance", "count"]
    assert layers.weight_names(told) == []


MEASURED = {"mean": [0, 0, 0], "variance": [1, 1, 1]}
LARGE = {"gamma": [3e38], "beta": [0], "moving_mean": [0], "moving_variance": [0]}


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (config("Normalization", MEASURED, axis=1), "does not normalize the last axis"),
        (config("Normalization", {**MEASURED, "variance": [1, -1, 1]}), "variance is negative"),
        (config("Normalization", {**MEASURED, "mean": [0, 0]}), "mean has the shape"),
        (config("Normalization", mean=[0, 0], variance=1), "does not fit the channels"),
        (config("Normalization", mean=[[[[[0]]]]], variance=1), "mean cannot be"),
        (config("Normalization", MEASURED, invert=1), "invert cannot be 1"),
        (config("BatchNormalization", LARGE, mode=1), "mode cannot be 1"),
        (config("Rescaling", scale=2.0, offset=[1, 2]), "does not fit the channels"),
        (config("Rescaling", scale=[1, 2], offset=0.5), "does not fit the channels"),
        (config("PReLU", {"alpha": np.zeros((2, 5, 3))}, shared_axes=1), "shared_axes cannot be 1"),
        (config("Dense", units=3), "kernel is missing"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(layer: LayerConfig, reason: str) -> None:
    assert reason in refusal(layer, (2, 5, 3))


def test_weights_that_overflow_are_refused_before_they_are_used() -> None:
    assert "too large for float32" in refusal(config("BatchNormalization", LARGE), (2, 5, 1))
    with pytest.raises(NetworkError, match="too large"):
        single(np.array([1.0, 1e300]))
    np.testing.assert_array_equal(single(np.array([1.0, -2.5])), np.float32([1, -2.5]))


@pytest.mark.parametrize(
    ("size", "strides", "dilation", "same", "numbers"),
    [
        ((3, 3), (1, 1), (1, 1), True, 9 * 28 * 28),
        ((3, 2), (1, 1), (1, 1), False, 6 * 26 * 27),
        ((1, 1), (2, 2), (1, 1), False, 27 * 27),
        ((2, 2), (14, 14), (1, 1), False, 16 * 16),
        ((2, 2), (9, 9), (10, 20), False, (9 + 11) * 21),
    ],
)
def test_a_window_needs_what_it_cuts_out_or_what_it_goes_over(
    size: Any, strides: Any, dilation: Any, same: bool, numbers: int
) -> None:
    assert Window.over((28, 28), size, strides, dilation, same).memory == numbers


def test_every_channel_takes_as_much_room() -> None:
    kernel, bias = np.ones((3, 3, 6, 2)), np.zeros(2)
    for layer, channels in (
        (config("MaxPooling2D", pool_size=3), 6),
        (config("AveragePooling2D", pool_size=3), 6),
        (config("Conv2D", {"kernel": kernel, "bias": bias}, filters=2, kernel_size=3), 6),
        (
            config(
                "DepthwiseConv2D",
                {"depthwise_kernel": kernel, "bias": np.zeros(12)},
                kernel_size=3,
                depth_multiplier=2,
            ),
            12,
        ),
        (
            config(
                "SeparableConv2D",
                {
                    "depthwise_kernel": kernel,
                    "pointwise_kernel": np.ones((1, 1, 12, 2)),
                    "bias": bias,
                },
                filters=2,
                kernel_size=3,
                depth_multiplier=2,
            ),
            12,
        ),
    ):
        operation = build(layer, (9, 9, 6))
        assert isinstance(operation, Op | Linear)
        strides = (3, 3) if "pool_size" in layer.settings else (1, 1)
        window = Window.over((9, 9), (3, 3), strides, (1, 1), False)
        assert operation.room == channels * window.memory
