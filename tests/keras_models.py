"""Models for the tests of the network, each a short function of a Keras."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.keras_reference import Keras, Model

Builder = Callable[[Keras], Model]

IMAGE = (28, 28, 1)


def stack(k: Keras, *layers: Any, shape: tuple[int | None, ...] = IMAGE) -> Model:
    """The layers one after another, and a softmax over ten classes."""
    last = k.layers.Dense(10, activation="softmax", name="last")
    return k.Sequential([k.Input(shape), *layers, k.layers.Flatten(), last])


def conv(k: Keras, size: Any, **options: Any) -> Model:
    return stack(k, k.layers.Conv2D(6, size, **options))


def conv_on_four(k: Keras, kind: str, *arguments: Any, **options: Any) -> Model:
    """A layer of some kind on an image of four channels and 15 x 12 pixels."""
    first = k.layers.Conv2D(4, (14, 6), strides=(1, 2), activation="tanh")
    return stack(k, first, getattr(k.layers, kind)(*arguments, **options))


def activation(k: Keras, name: str, scale: float = 1.0) -> Model:
    """Once as a setting, once as a layer."""
    inputs = k.Input(IMAGE)
    scaled = k.layers.Rescaling(scale)(inputs)
    x = k.layers.Conv2D(4, 5, strides=3, activation=name)(scaled)
    y = k.layers.Activation(name)(k.layers.Conv2D(4, 5, strides=3)(scaled))
    return k.Model(inputs, head(k, k.layers.Concatenate()([x, y])))


def activation_layer(k: Keras, kind: str, **options: Any) -> Model:
    """Once as a setting, once as a layer behind a convolution, once with two uses of its input."""
    inputs = k.Input(IMAGE)
    make = partial(getattr(k.layers, kind), **options)
    x = k.layers.Conv2D(4, 5, strides=3, activation=make())(inputs)
    x = k.layers.Conv2D(4, 3)(x)
    x = k.layers.Concatenate()([make()(x), x])
    return k.Model(inputs, head(k, x))


def head(k: Keras, x: Any) -> Any:
    return k.layers.Dense(10, activation="softmax", name="last")(k.layers.Flatten()(x))


def prelu(k: Keras, **options: Any) -> Model:
    return stack(k, k.layers.Conv2D(4, 5, strides=3), k.layers.PReLU(**options))


def normalized(k: Keras, *before: Any, **options: Any) -> Model:
    after = [k.layers.BatchNormalization(**options), k.layers.ReLU()]
    return stack(k, *before, *after, k.layers.Conv2D(3, 3))


def every_normalization(k: Keras) -> Model:
    """Batch normalization in each place where it is folded, and in those where it is not."""
    layers = k.layers
    return stack(
        k,
        layers.BatchNormalization(),
        layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.SeparableConv2D(8, 3),
        layers.Dropout(0.5),
        layers.BatchNormalization(scale=False),
        layers.ReLU(),
        layers.DepthwiseConv2D(3, depth_multiplier=2),
        layers.BatchNormalization(center=False),
        layers.BatchNormalization(epsilon=0.1),
        layers.LeakyReLU(),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2),
        layers.Dense(12),
        layers.BatchNormalization(),
    )


def normalization_beside_another_use(k: Keras) -> Model:
    """What a convolution gives is used twice, so that nothing may be folded into it."""
    inputs = k.Input(IMAGE)
    x = k.layers.Conv2D(4, 5, strides=3)(inputs)
    x = k.layers.Add()([k.layers.BatchNormalization()(x), k.layers.ReLU()(x), x])
    return k.Model(inputs, head(k, x))


def merge(k: Keras, kind: str, count: int = 3) -> Model:
    inputs = k.Input(IMAGE)
    branches = [k.layers.Conv2D(4, 5, strides=3)(inputs) for _ in range(count)]
    return k.Model(inputs, head(k, getattr(k.layers, kind)()(branches)))


def concatenated_rows(k: Keras) -> Model:
    inputs = k.Input(IMAGE)
    branches = [k.layers.Conv2D(4, (size, 5))(inputs) for size in (3, 7)]
    return k.Model(inputs, head(k, k.layers.Concatenate(axis=1)(branches)))


def squeeze_and_excitation(k: Keras) -> Model:
    """Channels weighted by a part of the network that looks at all of them: shapes broadcast."""
    inputs = k.Input(IMAGE)
    x = k.layers.Conv2D(8, 3, strides=2, activation="relu")(inputs)
    weights = k.layers.GlobalAveragePooling2D()(x)
    weights = k.layers.Dense(8, activation="sigmoid")(weights)
    return k.Model(inputs, head(k, k.layers.Multiply()([x, k.layers.Reshape((1, 1, 8))(weights)])))


def residual(k: Keras) -> Model:
    inputs = k.Input(IMAGE)
    x = k.layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(inputs)
    x = k.layers.BatchNormalization()(x)
    x = k.layers.ReLU()(x)
    y = k.layers.Conv2D(8, 3, padding="same", use_bias=False)(x)
    y = k.layers.BatchNormalization()(y)
    x = k.layers.Activation("relu")(k.layers.Add()([x, y]))
    x = k.layers.Concatenate()([x, k.layers.SeparableConv2D(8, 3, padding="same")(x)])
    x = k.layers.MaxPooling2D(2)(x)
    return k.Model(inputs, head(k, x))


def inner_sequential(k: Keras) -> Model:
    """With trained and other weights in turn: Keras stores the trained ones first."""
    layers = [
        k.layers.Conv2D(4, 3, padding="same", use_bias=False),
        k.layers.BatchNormalization(),
        k.layers.Dropout(0.1),
        k.layers.Conv2D(4, 3, padding="same", activation="relu"),
        k.layers.BatchNormalization(),
    ]
    return k.Sequential(layers, name="inner")


def nested_sequential(k: Keras) -> Model:
    return stack(k, k.layers.AveragePooling2D(2), inner_sequential(k), k.layers.MaxPooling2D())


def nested_frozen(k: Keras) -> Model:
    """A layer inside that was not trained, which changes the order of the weights."""
    inner = inner_sequential(k)
    inner.layers[0].trainable = False
    return stack(k, k.layers.MaxPooling2D(), inner)


def nested_all_frozen(k: Keras) -> Model:
    inner = inner_sequential(k)
    inner.trainable = False
    return stack(k, k.layers.MaxPooling2D(), inner)


def nested_deeply(k: Keras) -> Model:
    inputs = k.Input((14, 14, 1))
    middle = k.Model(inputs, k.layers.ReLU()(inner_sequential(k)(inputs)), name="middle")
    return stack(k, k.layers.MaxPooling2D(), middle, k.layers.Conv2D(4, 3))


def nested_first(k: Keras) -> Model:
    """A sequential model that says what it takes only inside its first layer."""
    inner = k.Sequential([k.Input(IMAGE), k.layers.Conv2D(4, 5, strides=3), k.layers.ReLU()])
    last = k.layers.Dense(10, activation="softmax", name="last")
    model = k.Sequential([inner, k.layers.Flatten(), last])
    model.build((None, *IMAGE))
    return model


def shared_layers(k: Keras) -> Model:
    """A layer and a model that are both used twice."""
    inputs = k.Input(IMAGE)
    shared = k.layers.Conv2D(4, 3, padding="same", activation="relu")
    inner = inner_sequential(k)
    x = shared(inputs)
    y = shared(k.layers.MaxPooling2D(3, strides=1, padding="same")(inputs))
    z = k.layers.Subtract()([inner(x), inner(y)])
    return k.Model(inputs, head(k, z))


def reshaped(k: Keras) -> Model:
    return stack(
        k,
        k.layers.Reshape((7, -1, 4)),
        k.layers.Permute((3, 1, 2)),
        k.layers.ZeroPadding2D(((1, 2), (0, 3))),
        k.layers.ZeroPadding2D((1, 2)),
        k.layers.ZeroPadding2D(1),
        k.layers.Cropping2D(((1, 0), (2, 1))),
        k.layers.Cropping2D((1, 2)),
        k.layers.Cropping2D(1),
        k.layers.Conv2D(4, 3),
        shape=(784,),
    )


def without_effect(k: Keras) -> Model:
    layers = k.layers
    return stack(
        k,
        layers.RandomRotation(0.1),
        layers.RandomTranslation(0.1, 0.1),
        layers.RandomZoom(0.1),
        layers.RandomFlip(),
        layers.RandomContrast(0.1),
        layers.GaussianNoise(0.1),
        layers.Conv2D(4, 5, strides=3),
        layers.SpatialDropout2D(0.2),
        layers.GaussianDropout(0.2),
        layers.AlphaDropout(0.2),
        layers.ActivityRegularization(0.1),
        layers.Activation("linear"),
        layers.Dropout(0.2),
    )


def fully_convolutional(k: Keras) -> Model:
    """No dense layer at all: the softmax is over channels, before the pixels are averaged."""
    return k.Sequential(
        [
            k.Input((None, None, 1)),
            k.layers.Conv2D(8, 3, strides=2, activation="elu"),
            k.layers.Conv2D(10, 1, name="last"),
            k.layers.Softmax(),
            k.layers.GlobalAveragePooling2D(),
        ]
    )


def dense_on_rows(k: Keras) -> Model:
    return stack(k, k.layers.Dense(5, activation="relu"), shape=(28, 28))


def rescaled(k: Keras) -> Model:
    return stack(k, k.layers.Rescaling(2.0, offset=-1.0), k.layers.Conv2D(4, 5, strides=3))


def standardized(k: Keras, axis: int | None, invert: bool = False) -> Model:
    """By what was measured, as `adapt` does it; some pixels never vary."""
    layer = k.layers.Normalization(axis=axis, invert=invert)
    random = np.random.default_rng(2)
    layer.adapt(random.normal(0.3, 0.7, (40, *IMAGE)).astype(np.float32))
    return stack(k, layer, k.layers.Conv2D(4, 5, strides=3))


def standardized_pixels(k: Keras) -> Model:
    layer = k.layers.Normalization()
    random = np.random.default_rng(2)
    layer.adapt(random.normal(0.3, 0.7, (40, 784)).astype(np.float32) * (np.arange(784) % 9 > 0))
    return stack(k, layer, k.layers.Dense(20, activation="tanh"), shape=(784,))


def standardized_by_settings(k: Keras) -> Model:
    layer = k.layers.Normalization(mean=0.1307, variance=0.0949)
    return stack(k, layer, k.layers.Conv2D(4, 5, strides=3))


ACTIVATIONS = [
    "elu",
    "exponential",
    "gelu",
    "leaky_relu",
    "linear",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
]

CASES: dict[str, Builder] = {
    "conv 3x3": partial(conv, size=3),
    "conv 3x3 same": partial(conv, size=3, padding="same"),
    "conv 5x5 same, stride 2": partial(conv, size=5, padding="same", strides=2),
    "conv 4x4 same, stride 3": partial(conv, size=4, padding="same", strides=3),
    "conv 2x2 same": partial(conv, size=2, padding="same"),
    "conv 3x5 same, stride 2x1": partial(conv, size=(3, 5), padding="same", strides=(2, 1)),
    "conv 7x3, stride 3x2": partial(conv, size=(7, 3), strides=(3, 2)),
    "conv 28x28": partial(conv, size=28),
    "conv 1x1": partial(conv, size=1),
    "conv 1x1, stride 2": partial(conv, size=1, strides=2),
    "conv 1x1 same, stride 3": partial(conv, size=1, strides=3, padding="same"),
    "conv dilated": partial(conv, size=3, dilation_rate=(2, 3)),
    "conv dilated same": partial(conv, size=3, dilation_rate=4, padding="same"),
    "conv without bias": partial(conv, size=3, use_bias=False, activation="relu"),
    "conv in groups": partial(conv_on_four, kind="Conv2D", filters=6, kernel_size=3, groups=2),
    "depthwise": partial(conv_on_four, kind="DepthwiseConv2D", kernel_size=3, padding="same"),
    "depthwise x 3": partial(
        conv_on_four, kind="DepthwiseConv2D", kernel_size=(2, 3), depth_multiplier=3, strides=2
    ),
    "depthwise dilated": partial(
        conv_on_four, kind="DepthwiseConv2D", kernel_size=2, dilation_rate=2, use_bias=False
    ),
    "separable": partial(conv_on_four, kind="SeparableConv2D", filters=5, kernel_size=3),
    "separable x 2 same, stride 2": partial(
        conv_on_four,
        kind="SeparableConv2D",
        filters=5,
        kernel_size=3,
        strides=2,
        padding="same",
        depth_multiplier=2,
        activation="relu",
    ),
    "separable dilated": partial(
        conv_on_four, kind="SeparableConv2D", filters=5, kernel_size=3, dilation_rate=2
    ),
    **{
        f"{kind} {size} {padding}, stride {strides}": partial(
            conv_on_four, kind=kind, pool_size=size, strides=strides, padding=padding
        )
        for kind in ("MaxPooling2D", "AveragePooling2D")
        for size, strides in ((2, None), (3, 2), ((2, 5), (3, 1)), (4, 1))
        for padding in ("valid", "same")
    },
    "global average": partial(conv_on_four, kind="GlobalAveragePooling2D"),
    "global average kept": partial(conv_on_four, kind="GlobalAveragePooling2D", keepdims=True),
    "global maximum": partial(conv_on_four, kind="GlobalMaxPooling2D"),
    "global maximum kept": partial(conv_on_four, kind="GlobalMaxPooling2D", keepdims=True),
    **{f"activation {name}": partial(activation, name=name) for name in ACTIVATIONS},
    # Of small inputs it makes nearly the same answers, whose rounding the last layer would enlarge.
    "activation hard_sigmoid": partial(activation, name="hard_sigmoid", scale=6.0),
    "ReLU": partial(activation_layer, kind="ReLU"),
    "ReLU up to 0.5": partial(activation_layer, kind="ReLU", max_value=0.5),
    "ReLU with everything": partial(
        activation_layer, kind="ReLU", max_value=0.4, negative_slope=0.2, threshold=0.1
    ),
    "LeakyReLU": partial(activation_layer, kind="LeakyReLU"),
    "ELU": partial(activation_layer, kind="ELU", alpha=0.6),
    "Softmax": partial(activation_layer, kind="Softmax"),
    "Softmax over rows": partial(activation_layer, kind="Softmax", axis=1),
    "PReLU": prelu,
    "PReLU shared": partial(prelu, shared_axes=[1, 2]),
    "normalization": normalized,
    "normalization beside another use": normalization_beside_another_use,
    "Add": partial(merge, kind="Add"),
    "Subtract": partial(merge, kind="Subtract", count=2),
    "Multiply": partial(merge, kind="Multiply"),
    "Average": partial(merge, kind="Average"),
    "Maximum": partial(merge, kind="Maximum"),
    "Minimum": partial(merge, kind="Minimum"),
    "Concatenate": partial(merge, kind="Concatenate"),
    "Concatenate rows": concatenated_rows,
    "squeeze and excitation": squeeze_and_excitation,
    "residual": residual,
    "nested sequential": nested_sequential,
    "nested with a frozen layer": nested_frozen,
    "nested, all frozen": nested_all_frozen,
    "nested deeply": nested_deeply,
    "nested first": nested_first,
    "shared layers": shared_layers,
    "reshaped": reshaped,
    "without effect": without_effect,
    "fully convolutional": fully_convolutional,
    "dense on rows": dense_on_rows,
    "rescaled": rescaled,
    "standardized": partial(standardized, axis=-1),
    "standardized as a whole": partial(standardized, axis=None),
    "standardized backwards": partial(standardized, axis=-1, invert=True),
    "standardized pixel by pixel": standardized_pixels,
    "standardized by settings": standardized_by_settings,
}

# Those in which rounding adds up, unless they are trained.
TRAINED: dict[str, Builder] = {
    "normalization everywhere": every_normalization,
    "squeeze and excitation": squeeze_and_excitation,
    "residual": residual,
    "nested deeply": nested_deeply,
    "shared layers": shared_layers,
    "reshaped": reshaped,
}
