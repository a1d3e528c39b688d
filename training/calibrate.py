"""Confidence that says how often a network is right, fitted on digits that it was not trained on.

Temperature scaling, of C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural
networks" (2017). The temperature is folded into the last layer, so that a file carries it and
whoever runs it gets calibrated probabilities.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

TEMPERATURES = np.exp(np.linspace(np.log(0.25), np.log(4), 400))
LEAST = 1e-12


def calibrate(
    model: keras.Model, images: NDArray[np.float32], targets: NDArray[np.float32]
) -> float:
    """Divide what goes into a model's softmax by the temperature that suits held-back data best.

    Args:
        model: ends in a dense layer with softmax; its kernel and bias are changed.
        images: n inputs of the model.
        targets: (n, 10) probabilities of the classes.

    Returns:
        The temperature; above 1 the model was too sure of itself.
    """
    probabilities = model.predict(images, batch_size=500, verbose=0)
    temperature = fit_temperature(probabilities, targets)
    last = model.layers[-1]
    last.set_weights([weights / temperature for weights in last.get_weights()])
    return temperature


def fit_temperature(probabilities: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
    """The temperature that makes (n, 10) targets likeliest, given (n, 10) probabilities."""
    logits = np.log(np.maximum(probabilities.astype(np.float64), LEAST))

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        log_sum = np.log(np.exp(scaled - scaled.max(axis=1, keepdims=True)).sum(axis=1))
        return float((log_sum + scaled.max(axis=1) - (targets * scaled).sum(axis=1)).mean())

    return float(min(TEMPERATURES, key=loss))
