"""Networks that teach another one, so that it comes near to what they answer together.

The method of G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network" (2015).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from app.network import Network, NetworkError
from training.models import without_expert

TEMPERATURE = 2.0
"""What the teachers' logits are divided by: it shows which digits they think of besides."""
TRUST = 0.9
"""The weight of what the teachers answer; the rest is that of the labels."""
LEAST = 1e-9


class Teachers:
    """Trained networks that answer together.

    Attributes:
        hashes: the SHA-256 sums of their files.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Load networks from files, at least one; raises NetworkError and OSError.

        All have to take inputs of the same shape.
        """
        for path in paths:
            Network.load(path)
        self.hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        self._models = [keras.models.load_model(path, compile=False) for path in paths]
        shape = self._models[0].input_shape[1:]
        for path, model in zip(paths, self._models, strict=True):
            if model.input_shape[1:] != shape:
                raise NetworkError(
                    f"{path}: this network takes {model.input_shape[1:]}, and {paths[0]} takes "
                    f"{shape}; choose teachers of the same inputs"
                )
        self._answer = tf.function(self._mean_of_logs, reduce_retracing=True)

    def pupil(self) -> keras.Model:
        """A copy of the first teacher, without an expert, from which the network that is taught
        goes on.
        """
        return without_expert(self._models[0])

    def soften(
        self, images: NDArray[np.float32], targets: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(n, 10) targets of n images, mixed with what the teachers answer to these."""
        logits = self._answer(images).numpy() / TEMPERATURE
        answers = np.exp(logits - logits.max(axis=1, keepdims=True))
        answers /= answers.sum(axis=1, keepdims=True)
        mixed: NDArray[np.float32] = TRUST * answers + (1 - TRUST) * targets
        return mixed.astype(np.float32)

    def _mean_of_logs(self, images: tf.Tensor) -> tf.Tensor:
        answers = [tf.math.log(model(images, training=False) + LEAST) for model in self._models]
        return tf.add_n(answers) / len(answers)
