"""How far a training is, in words: on a terminal at every moment, in a file now and then."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import keras

TERMINAL_PAUSE = 0.1
LOG_PAUSE = 30.0
"""Seconds between two tellings."""


class Progress(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Tells epoch, step, loss, accuracy and the time left of the whole training.

    On a terminal this is one line that is written anew in its place, in a file or a pipe a line
    now and then. Each epoch leaves a line with what was found on the data held back.
    """

    def __init__(
        self,
        epochs: int,
        steps: int,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`steps` is the number of steps of one epoch, `clock` counts seconds."""
        super().__init__()
        self._epochs = epochs
        self._steps = steps
        self._stream = stream
        self._clock = clock
        self._on_terminal = stream.isatty()
        self._pause = TERMINAL_PAUSE if self._on_terminal else LOG_PAUSE
        self._line = ""
        """What stands in the last line of the terminal and may be written over."""
        self._epoch = 0
        self._done = 0
        """Steps since the start or the continuation of the training."""
        self._start = self._told = 0.0

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Wait a while before the first telling."""
        self._told = self._clock()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Epochs are counted from 0."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Tell how far it is, where that was not told just before; steps are counted from 0."""
        now = self._clock()
        if not self._done:
            self._start = now  # the first step builds the graph, so its time tells nothing
        self._done += 1
        if now - self._told >= self._pause:
            self._told = now
            figures = f"{_figures(logs or {})}{self._time_left(batch + 1)}"
            self._tell(f"{self._stage}, step {batch + 1}/{self._steps}: {figures}")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Leave the line of an epoch."""
        logs = logs or {}
        held_back = f"; held back: {_figures(logs, 'val_')}" if "val_loss" in logs else ""
        self._told = self._clock()
        figures = f"{_figures(logs)}{held_back}{self._time_left(self._steps)}"
        self._write(f"{self._blank}{self._stage}: {figures}\n")
        self._line = ""

    def end_line(self) -> None:
        """Leave what was told last, so that something else can be written below it."""
        if self._line:
            self._line = ""
            self._write("\n")

    @property
    def _stage(self) -> str:
        return f"Epoch {self._epoch + 1}/{self._epochs}"

    def _time_left(self, steps: int) -> str:
        """Words to append after so many steps of the epoch; none while it is unknown."""
        left = self._epochs * self._steps - self._epoch * self._steps - steps
        if self._done < 2 or not left:
            return ""
        seconds = left * (self._clock() - self._start) / (self._done - 1)
        return f", {format_seconds(seconds)} left"

    def _tell(self, text: str) -> None:
        if not self._on_terminal:
            self._write(f"{text}\n")
            return
        # A line that is wider than the terminal takes two, and the first could not be rewritten.
        text = text[: shutil.get_terminal_size().columns - 1]
        self._write(f"{self._blank}{text}")
        self._line = text

    @property
    def _blank(self) -> str:
        """What takes the line away that may be written over."""
        return f"\r{' ' * len(self._line)}\r" if self._line else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _figures(logs: Mapping[str, Any], prefix: str = "") -> str:
    return f"loss {logs[f'{prefix}loss']:.4f}, accuracy {logs[f'{prefix}accuracy']:.2%}"


def format_seconds(seconds: float) -> str:
    """A time as people say it: 40 s, 12 min, 1 h 5 min."""
    if round(seconds) < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
