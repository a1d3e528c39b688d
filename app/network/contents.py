"""What a file of a network holds, as plain data, and the error that tells why it is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DAMAGED = "the file is damaged or cut short"


class NetworkError(Exception):
    """Why a file cannot be used as a network: one sentence naming file, layer and reason."""


class Weight(NamedTuple):
    """One stored array and the name Keras gave it, such as `dense/kernel:0`."""

    name: str
    values: Floats


class Contents(NamedTuple):
    """A file's model config, the weights of each outermost layer in Keras's order, and the Keras
    version that wrote it (1, 2 or 3)."""

    config: Any
    weights: dict[str, list[Weight]]
    keras: int


@contextmanager
def about(subject: str) -> Iterator[None]:
    """Put `subject` in front of the reason of any NetworkError raised inside."""
    try:
        yield
    except NetworkError as error:
        raise NetworkError(f"{subject}: {error}") from None


def shown(value: object) -> str:
    """Something from the file on one line, short enough for a message."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
