"""Layers by themselves: what each makes of arrays, what it needs, and which settings it refuses."""

from typing import Any

import numpy as np
import pytest

from app.network import NetworkError, layers
from app.network.activations import FUNCTIONS
from app.network.config import LayerConfig, Shape, refuse_custom
from app.network.contents import Floats
from app.network.convolution import Window, convolve, pad, total
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


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (2, 3)])
@pytest.mark.parametrize("strides", [(1, 1), (2, 3)])
def test_a_convolution_is_the_sum_under_the_kernel(
    size: tuple[int, int], strides: tuple[int, int]
) -> None:
    x, kernel = some(5, 7, 3), some(*size, 3)[:2].transpose(1, 2, 3, 0)
    window = Window.over((5, 7), size, strides, (1, 1), False)
    made = convolve(x, kernel, window)
    for row, column in np.ndindex(*window.out):
        top, left = row * strides[0], column * strides[1]
        seen = x[:, top : top + size[0], left : left + size[1]]
        expected = np.einsum("nijc,ijcf->nf", seen, kernel)
        np.testing.assert_allclose(made[:, row, column], expected, rtol=1e-4, atol=1e-5)


def test_the_holes_of_a_window_may_differ_in_height_and_width() -> None:
    x = some(9, 9, 2)
    made = total(x, Window.over((9, 9), (2, 2), (1, 1), (1, 3), False))
    expected = x[:, :8, :6] + x[:, 1:, :6] + x[:, :8, 3:] + x[:, 1:, 3:]
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-6)


def test_activations_bend_where_they_should() -> None:
    def values(name: str) -> Floats:
        return FUNCTIONS[name](np.float32([-9, -1.5, 3, 9]))

    np.testing.assert_array_equal(values("relu6"), [0, 0, 3, 6])
    np.testing.assert_allclose(values("hard_silu"), [0, -0.375, 3, 9])
    np.testing.assert_array_equal(values("hard_swish"), values("hard_silu"))


def test_what_is_not_told_is_as_in_keras() -> None:
    x = some(4, 4, 3)
    assert build(config("GlobalMaxPooling2D"), (4, 4, 3)).shape == (3,)
    elu = np.where(x > 0, x, np.expm1(x))
    np.testing.assert_allclose(run(build(config("ELU"), (4, 4, 3)), x), elu, rtol=1e-5)
    np.testing.assert_allclose(run(build(config("Rescaling", scale=2.0), (4, 4, 3)), x), 2 * x)
    np.testing.assert_allclose(run(build(config("Rescaling", scale=[2.0]), (4, 4, 3)), x), 2 * x)
    moved = build(config("Rescaling", offset=1.0), (4, 4, 3))
    np.testing.assert_allclose(run(moved, x), x + 1, rtol=1e-6)


def test_an_input_may_be_of_any_type() -> None:
    layers.check(config("InputLayer", dtype="uint8"))
    with pytest.raises(NetworkError, match="dtype cannot be 'uint8'"):
        layers.check(config("Dense", dtype="uint8"))


@pytest.mark.parametrize("shape", ["28", [None, 28, "28", 1], [None, 28.0], 28])
def test_an_input_that_is_no_shape_is_refused(shape: Any) -> None:
    with pytest.raises(NetworkError, match="batch_shape cannot be"):
        config("InputLayer", batch_shape=shape).input_shape()


def test_a_kernel_goes_over_images_alone() -> None:
    assert "needs (height, width, channels), not (5,)" in refusal(
        config("GlobalMaxPooling2D"), (5,)
    )


def test_what_is_joined_may_differ_along_the_axis_alone() -> None:
    assert build(config("Concatenate"), (2, 3, 4), (2, 3, 5)).shape == (2, 3, 9)
    assert build(config("Concatenate", axis=2), (2, 3, 4), (2, 7, 4)).shape == (2, 10, 4)
    for axis, other in ((-1, (2, 4, 4)), (1, (5, 7, 4)), (2, (3, 3, 4))):
        layer = config("Concatenate", axis=axis)
        assert "do not fit together" in refusal(layer, (2, 3, 4), other)


def test_a_window_has_no_padding_unless_it_is_told() -> None:
    assert build(config("MaxPooling2D", pool_size=3), (10, 10, 1)).shape == (3, 3, 1)
    told = config("MaxPooling2D", pool_size=3, padding="same")
    assert build(told, (10, 10, 1)).shape == (4, 4, 1)


def test_a_side_without_padding_is_none_to_refuse() -> None:
    told = config("ZeroPadding2D", padding=[[1, 0], [0, 2]])
    assert build(told, (2, 5, 3)).shape == (3, 7, 3)


def test_a_side_that_is_not_cropped_is_none_to_refuse() -> None:
    assert build(config("Cropping2D", cropping=[[1, 0], [0, 4]]), (2, 5, 3)).shape == (1, 1, 3)
    assert build(config("Cropping2D"), (2, 5, 3)).shape == (2, 5, 3)


def test_a_layer_is_named_on_one_short_line() -> None:
    assert str(LayerConfig("Dense", "x", {}, 3)) == "layer 'x' (Dense)"
    assert str(LayerConfig("a b", "x", {}, 3)) == "layer 'x' ('a b')"
    assert len(str(LayerConfig("D" * 500, "x" * 500, {}, 3))) < 150


def test_a_class_of_somebody_is_no_class_of_keras() -> None:
    refuse_custom({"class_name": "Dense", "registered_name": "Dense", "module": "keras.layers"})
    with pytest.raises(NetworkError, match="author's own"):
        refuse_custom({"registered_name": "package>Dense", "module": "keras.layers"})


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


THREE = {"moving_variance": [0, 0, 0]}


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
        (config("Rescaling", scale="two"), "scale cannot be 'two'"),
        (config("Rescaling", scale=[[1, 2, 3]]), "scale cannot be"),
        (config("Rescaling", scale=[1.0, float("inf"), 1.0]), "scale cannot be"),
        (config("MaxPooling2D", pool_size=[2, 9]), "does not fit into 2 x 5 pixels"),
        (config("Reshape", target_shape=[2.5, 12]), "target_shape cannot be"),
        (config("PReLU", {"alpha": np.zeros((2, 5, 3))}, shared_axes=1), "shared_axes cannot be 1"),
        (config("BatchNormalization", {**LARGE, **THREE}, epsilon=0.0), "variance is negative"),
        (config("Conv2D", filters=4, kernel_size=1, groups=2), "groups cannot be 2"),
        (config("Conv2D", filters=4, kernel_size=1, groups=3), "groups cannot be 3"),
        (config("ZeroPadding2D", padding=[[1, -1], [0, 0]]), "padding cannot be"),
        (config("Cropping2D", cropping=[[1, 1], [0, 0]]), "cropping cannot be"),
        (config("Cropping2D", cropping=[[0, 0], [3, 2]]), "cropping cannot be"),
        (config("Cropping2D", cropping=[[0, -1], [0, 0]]), "cropping cannot be"),
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
                "DepthwiseConv2D",
                {"depthwise_kernel": kernel[..., :1], "bias": np.zeros(6)},
                kernel_size=3,
            ),
            6,
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
