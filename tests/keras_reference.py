"""Keras, and what it answers: the reference that the answers of networks are compared with.

`keras` is Keras 3, `tf_keras` writes genuine Keras 2 files. TensorFlow is imported only when one of
them is asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Keras = Any
Model = Any


def keras_of_version(version: int) -> Keras:
    """Keras 2 or 3, which from now on makes the same models each time, in whatever order."""
    if version == 2:
        keras = pytest.importorskip("tf_keras", reason="needs tf_keras, which writes Keras 2 files")
    else:
        keras = importlib.import_module("keras")
    keras.utils.set_random_seed(1)
    return keras


def reference(model: Model, images: Floats) -> Floats:
    """What TensorFlow answers to (N, 28, 28) images."""
    shape = [size or 28 for size in model.inputs[0].shape[1:]]
    batches = np.array_split(images.reshape(len(images), *shape), max(1, len(images) // 250))
    answers: Floats = np.concatenate([np.asarray(model(x, training=False)) for x in batches])
    return answers


def settle(model: Model, images: Floats, seed: int = 0) -> None:
    """Weights like those of a trained network: normalizations and biases that do something, and a
    last layer with answers of every certainty. All else is left as Keras initialized it."""
    random = np.random.default_rng(seed)
    for weight in model.weights:
        shape, name = tuple(weight.shape), weight.name.split(":")[0].split("/")[-1]
        if name in ("gamma", "moving_variance"):
            weight.assign(random.uniform(0.5, 1.5, shape))
        elif name in ("beta", "moving_mean", "bias", "alpha"):
            weight.assign(random.normal(0, 0.2, shape))
    kernel, bias = model.get_layer("last").weights
    logits = np.log(reference(model, images[:100]))
    logits -= logits.mean(axis=1, keepdims=True)
    scale = 2 / logits.std(axis=0).mean()
    kernel.assign(kernel.numpy() * scale)
    bias.assign((bias.numpy() - logits.mean(axis=0)) * scale)


def train(model: Model, images: Floats, labels: NDArray[np.uint8]) -> None:
    """One time through a few images, after which a network knows most digits."""
    for layer in model._flatten_layers():
        if hasattr(layer, "momentum"):
            layer.momentum = 0.8
    shape = [size or 28 for size in model.inputs[0].shape[1:]]
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(images.reshape(-1, *shape), labels, batch_size=64, epochs=1, verbose=0)
