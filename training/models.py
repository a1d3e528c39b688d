"""The architectures, one short function each, and the recipe by which each is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import keras
from keras import layers, ops

from app.network import Network
from app.recognizer import BUNDLED_MODEL

PLAN = [(32, 3, 1), (32, 3, 1), (48, 5, 2), (64, 3, 1), (64, 3, 1), (96, 5, 2), (128, 4, 1)]
"""Filters, size and strides of the convolutions of the bundled network."""
GENERAL = "general"
"""What the names of its layers begin with."""
CONVOLUTION = ("convolution", "normalised", "positive")
"""The layers that each convolution consists of."""


def digits() -> keras.Model:
    """The bundled network but for its expert: seven convolutions with batch normalisation, 466,000
    weights.

    Its plan is that of C. Deotte's notebook "25 million images! [0.99757] MNIST" (2018): two 3x3
    convolutions that see every pixel, then a strided 5x5 one in place of pooling, twice, and one
    over all that is left.
    """
    image = keras.Input((28, 28, 1), name="image")
    seen = layers.Flatten(name=f"{GENERAL}_features")(convolutions(image, PLAN, GENERAL))
    dropped = layers.Dropout(0.4, name=f"{GENERAL}_dropout")(seen)
    answer = layers.Dense(10, activation="softmax", name=f"{GENERAL}_answer")(dropped)
    return keras.Model(image, answer, name="digits")


def convolutions(seen: Any, plan: Sequence[tuple[int, int, int]], name: str, first: int = 0) -> Any:
    """What the convolutions of a plan, from the `first` on, make of what is seen.

    The names of their layers begin with `name`.
    """
    convolution, normalised, positive = (f"{name}_{kind}" for kind in CONVOLUTION)
    for number, (filters, size, strides) in enumerate(plan[first:], start=first + 1):
        seen = layers.Conv2D(
            filters,
            size,
            strides=strides,
            padding="same" if strides == 2 else "valid",
            use_bias=False,
            name=f"{convolution}{number}",
        )(seen)
        seen = layers.BatchNormalization(name=f"{normalised}{number}")(seen)
        seen = layers.ReLU(name=f"{positive}{number}")(seen)
    return seen


def softmax() -> keras.Model:
    """Softmax regression, of TensorFlow's first tutorial "MNIST For ML Beginners" (2015)."""
    return keras.Sequential(
        [keras.Input((784,)), layers.Dense(10, activation="softmax")], name="softmax"
    )


def dense() -> keras.Model:
    """Two dense layers, of H. Kinsley's tutorial "Deep Learning basics with Python, TensorFlow and
    Keras" on pythonprogramming.net (2018).
    """
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="dense",
    )


def numbre() -> keras.Model:
    """The perceptron 784-25-256-300-10 of the drawing program Numbre."""
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(25, activation="relu"),
            layers.Dense(256, activation="relu"),
            layers.Dense(300, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="numbre",
    )


def mlp_dropout() -> keras.Model:
    """Two wide dense layers with dropout, of Keras's example `mnist_mlp.py` (2015)."""
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ],
        name="mlp-dropout",
    )


def deep_cnn() -> keras.Model:
    """Two 5x5 convolutions, of TensorFlow's tutorial "Deep MNIST for Experts" (2015)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2, padding="same"),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2, padding="same"),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ],
        name="deep-cnn",
    )


def pygame_cnn() -> keras.Model:
    """Two 3x3 convolutions, as in the pygame drawing demos; Keras's `mnist_convnet.py` (2015)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(10, activation="softmax"),
        ],
        name="pygame-cnn",
    )


def bundled() -> keras.Model:
    """The network that comes with the app, trained; raises NetworkError where it is damaged."""
    Network.load(BUNDLED_MODEL)
    return keep_expert(keras.models.load_model(BUNDLED_MODEL, compile=False))


EXPERT = "expert"
"""What the names of all layers of an expert for scans begin with (`training/expert.py`)."""
TRUNK = 3
"""So many convolutions of the network serve its expert, too."""


def has_expert(model: keras.Model) -> bool:
    """Whether there is an expert for scans in a model."""
    return any(layer.name.startswith(EXPERT) for layer in model.layers)


def keep_expert(model: keras.Model) -> keras.Model:
    """The same model, of which the expert and the convolutions that it sees through do not learn
    where the rest goes on learning.

    On what it learns from, a network needs no expert, and would unlearn to ask for it.
    """
    if not has_expert(model):
        return model
    trunk = [f"{GENERAL}_{kind}{i}" for kind in CONVOLUTION for i in range(1, TRUNK + 1)]
    for layer in model.layers:
        if layer.name.startswith(EXPERT) or layer.name in trunk:
            layer.trainable = False
    return model


def without_expert(model: keras.Model) -> keras.Model:
    """A copy of a model as it was before it was given an expert for scans."""
    if not has_expert(model):
        copy = keras.models.clone_model(model)
        copy.set_weights(model.get_weights())
        return copy
    general = digits()
    own = [layer.get_weights() for layer in model.layers if not layer.name.startswith(EXPERT)]
    learnt = [layer for layer in general.layers if layer.weights]
    for layer, weights in zip(learnt, filter(None, own), strict=True):
        # The last layer has the rows of the expert's features below its own.
        sizes = [len(before) for before in layer.get_weights()]
        layer.set_weights([array[:size] for array, size in zip(weights, sizes, strict=True)])
    return general


class DigitAccuracy(keras.metrics.Mean):  # type: ignore[misc]  # Keras has no types
    """The share of digits whose best class is right; what is no digit does not count."""

    def __init__(self, name: str = "accuracy") -> None:
        super().__init__(name)

    def update_state(self, targets: Any, probabilities: Any, sample_weight: Any = None) -> None:
        """Count a batch: (..., 10) targets, one-hot for digits, and (..., 10) probabilities."""
        right = ops.argmax(targets, axis=-1) == ops.argmax(probabilities, axis=-1)
        super().update_state(right, sample_weight=ops.max(targets, axis=-1) > 0.5)


@dataclass(frozen=True)
class Recipe:
    """How an architecture is trained.

    Attributes:
        build: makes the untrained network.
        optimizer: makes the optimizer, given the number of steps that will be taken.
        batch_size: images per step.
        epochs: how often the training data, or `steps_per_epoch` batches of it, are gone through.
        data: "mnist", scaled to 0..1; or "all", pen data too and everything varied.
        held_back: images of MNIST's training part kept for validation; 0 for no validation.
        steps_per_epoch: batches between two reports, where that is not the whole data.
        keep_best: whether the network of the best epoch, by validation loss, is the result, and
            not that of the last.
        patience: epochs without a better validation loss after which training stops.
        published: the MNIST test accuracy that the recipe's authors give.
        half: 1 or 2 where only this half of the pen writers is shown; None for all of them.
        expert: whether the network gets an expert for scans in the end, if it is of a plan that
            takes one (`training/expert.py`).
    """

    build: Callable[[], keras.Model]
    optimizer: Callable[[int], keras.Optimizer]
    batch_size: int
    epochs: int
    data: Literal["mnist", "all"] = "mnist"
    held_back: int = 0
    steps_per_epoch: int | None = None
    keep_best: bool = False
    patience: int | None = None
    published: str = ""
    half: int | None = None
    expert: bool = False


def adamw_cosine(steps: int, peak: float = 3e-3) -> keras.Optimizer:
    """AdamW with a short warm-up and a cosine decay."""
    rate = keras.optimizers.schedules.CosineDecay(
        peak / 30, steps, alpha=0.01, warmup_target=peak, warmup_steps=steps // 20
    )
    return keras.optimizers.AdamW(rate, weight_decay=1e-3)


RECIPES = {
    "digits": Recipe(
        digits, adamw_cosine, 128, 36, data="all", held_back=5_000, keep_best=True, expert=True
    ),
    "softmax": Recipe(
        softmax,
        lambda steps: keras.optimizers.SGD(0.5),
        batch_size=100,
        epochs=1,
        held_back=5_000,
        steps_per_epoch=1_000,
        published="about 92 %",
    ),
    "dense": Recipe(dense, lambda steps: keras.optimizers.Adam(), batch_size=32, epochs=3),
    "numbre": Recipe(
        numbre, lambda steps: keras.optimizers.Adam(), batch_size=128, epochs=20, published="98 %"
    ),
    "mlp-dropout": Recipe(
        mlp_dropout,
        lambda steps: keras.optimizers.RMSprop(),
        batch_size=128,
        epochs=4,
        published="above 95 %",
    ),
    "deep-cnn": Recipe(
        deep_cnn,
        lambda steps: keras.optimizers.Adam(1e-4),
        batch_size=50,
        epochs=200,
        held_back=5_000,
        steps_per_epoch=100,
        published="about 99 %",
    ),
    "pygame-cnn": Recipe(
        pygame_cnn,
        lambda steps: keras.optimizers.Adam(),
        batch_size=32,
        epochs=5,
        held_back=15_000,
        keep_best=True,
        patience=2,
        published="about 98-99 %",
    ),
}
"""By the name of the architecture."""

HALVES = {
    f"half-{half}": replace(RECIPES["digits"], epochs=6, half=half, expert=False) for half in (1, 2)
}
"""Networks that have never seen the writers of the other half, for `training/segment.py`."""

CONTINUED = Recipe(
    bundled,
    lambda steps: adamw_cosine(steps, peak=3e-4),
    batch_size=128,
    epochs=2,
    data="all",
    held_back=5_000,
)
"""Goes on from the bundled network, gently."""

TAUGHT = replace(
    CONTINUED, optimizer=lambda steps: adamw_cosine(steps, peak=1e-3), epochs=24, expert=True
)
"""Goes on from a trained network that several teach; `build` is to be that of its teachers."""
