"""Train a model so that a training which was broken off goes on as if it had not been."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from training.batches import Batches, Pictures
from training.models import Recipe
from training.run_folder import Checkpoint


def fit(
    model: keras.Model,
    recipe: Recipe,
    data: tuple[Batches, Pictures],
    epochs: int,
    seed: int,
    start: Checkpoint,
    save: Callable[[Checkpoint], None],
    progress: keras.callbacks.Callback,
) -> Checkpoint:
    """Train a compiled model and return what the last epoch left.

    The result depends on the recipe, its data, the number of epochs and the seed, and not on
    `start`, which is what any epoch of the same training left.

    Args:
        data: to train on, and to validate with if the recipe holds any back.
        save: is given what each epoch leaves.
        progress: is told of steps and epochs, of these after they are saved.
    """
    if start.history:
        _restore(model, start)
    epoch_by_epoch = _EpochByEpoch(recipe, data[0], seed, start, save)
    if len(start.history) < epochs and not _is_stuck(recipe, start.history):
        model.fit(
            data[0],
            epochs=epochs,
            initial_epoch=len(start.history),
            validation_data=data[1] if recipe.held_back else None,
            validation_batch_size=500,
            callbacks=[epoch_by_epoch, progress],
            shuffle=False,
            verbose=0,
        )
    return epoch_by_epoch.checkpoint


class _EpochByEpoch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Begins each epoch from what can be saved alone, and has that saved at its end."""

    def __init__(
        self,
        recipe: Recipe,
        batches: Batches,
        seed: int,
        start: Checkpoint,
        save: Callable[[Checkpoint], None],
    ) -> None:
        super().__init__()
        self.checkpoint = start
        self._recipe = recipe
        self._batches = batches
        self._seed = seed
        self._save = save
        self._clock = time.perf_counter()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._batches.start_at(epoch)
        rng = np.random.default_rng((self._seed, epoch))
        for variable in self.model.non_trainable_variables:
            if variable.name == "seed_generator_state":  # of Dropout; Keras does not save it
                variable.assign([rng.integers(2**31), 0])

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        before, clock = self.checkpoint, time.perf_counter()
        figures = {name: float(value) for name, value in (logs or {}).items()}
        figures["learning_rate"] = float(self.model.optimizer.learning_rate)
        history = [*before.history, figures]
        surpassed = self._recipe.keep_best and _best_epoch(history) < epoch
        self.checkpoint = Checkpoint(
            history,
            before.seconds + clock - self._clock,
            self.model.get_weights(),
            [variable.numpy() for variable in self.model.optimizer.variables],
            before.kept if surpassed else [],
        )
        self._clock = clock
        self._save(self.checkpoint)
        self.model.stop_training = _is_stuck(self._recipe, history)


def _restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    model.set_weights(checkpoint.weights)
    model.optimizer.build(model.trainable_variables)
    for variable, value in zip(model.optimizer.variables, checkpoint.optimizer, strict=True):
        variable.assign(value)


def _best_epoch(history: list[dict[str, float]]) -> int:
    """The first epoch, from 0, of the least loss on the data held back."""
    losses = [figures["val_loss"] for figures in history]
    return losses.index(min(losses, key=lambda loss: (math.isnan(loss), loss)))


def _is_stuck(recipe: Recipe, history: list[dict[str, float]]) -> bool:
    """Whether the loss on the data held back has not fallen for longer than the recipe waits."""
    if recipe.patience is None or not history:
        return False
    return len(history) - 1 - _best_epoch(history) >= recipe.patience
