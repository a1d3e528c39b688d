"""Give a network an expert for scans: a second opinion on images that look like MNIST's.

    python training/expert.py FILE.h5 [--epochs N] [--seed N] [--data-dir DIR] [--out FILE.h5]
                              [--replace]

What a network learns of pens, and of what is no digit, costs it some of MNIST: what is a 7 for some
is a 1 for others, and what is no digit for one who knows scribbles may be one for who knows digits
alone. So a second head, which sees what the first convolutions see, learns from MNIST alone, and a
gate learns how much an image looks like a scan of one digit: so much does the expert have a say. It
is a mixture of experts, of R. Jacobs, M. Jordan, S. Nowlan, G. Hinton, "Adaptive mixtures of local
experts" (1991), but for the gate, which learns from where images come and not from who errs less,
since on what it learns from a network hardly errs. What there was before stays as it is.
`training/train.py` gives the network that it trains such an expert in the end.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import training  # noqa: F401  # settles the environment before NumPy and TensorFlow look at it

# isort: split
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from app.network import Network
from app.recognizer import BUNDLED_MODEL
from app.trajectory import Trajectories
from training.batches import held_back_digits, make_scan_batches
from training.calibrate import calibrate
from training.command import check_seed, command_line
from training.evaluate import evaluate, format_table, score
from training.files import RunError, check_writable, promote, save_network
from training.models import (
    EXPERT,
    PLAN,
    TRUNK,
    DigitAccuracy,
    adamw_cosine,
    convolutions,
    digits,
)
from training.parts import held_back_parts
from training.progress import Progress

EPOCHS = 12
BATCH = 128
GRAIN = 2
"""The gate sees what so many convolutions see, in which pixels are still told apart, beside the
features of the network."""
GATE_PLAN = [(16, 3, 2), (32, 3, 2), (32, 3, 1)]
"""As `training.models.PLAN`."""
SHARE = 0.75
"""How much say the expert has where an image is a scan for sure; the network has the rest."""
LEAST = 0.5
"""Where an image is a scan with less than this probability the expert has no say at all, so that it
need not be asked, as those of N. Shazeer et al., "Outrageously large neural networks: the
sparsely-gated mixture-of-experts layer" (2017)."""


def with_expert(
    model: keras.Model, data_dir: Path | None, seed: int, epochs: int = EPOCHS
) -> keras.Model:
    """A network like `model`, whose weights stay as they are, with an expert for scans.

    Args:
        model: trained, and one that `takes_expert`.
        seed: makes it repeatable.

    Raises DataError, and KeyboardInterrupt where Ctrl-C came before it was ready.
    """
    keras.utils.set_random_seed(seed)
    general = digits()
    general.set_weights(model.get_weights())
    general.trainable = False
    expert = _expert(general)
    batches, held_back = make_scan_batches(model.input_shape[1:], BATCH, seed, data_dir)
    expert.compile(
        optimizer=adamw_cosine(len(batches) * epochs),
        loss=_loss,
        metrics=[_Accuracy()],
    )
    progress = Progress(epochs, len(batches), sys.stdout)
    try:
        expert.fit(
            batches,
            epochs=epochs,
            validation_data=held_back,
            validation_batch_size=500,
            callbacks=[progress],
            shuffle=False,
            verbose=0,
        )
    finally:
        progress.end_line()
    general.trainable = True
    return _mixture(general, expert)


def takes_expert(model: keras.Model) -> bool:
    """Whether a model is of the plan of `training.models.digits`, without an expert so far."""
    plan = [
        (layer.filters, layer.kernel_size[0], layer.strides[0])
        for layer in model.layers
        if isinstance(layer, layers.Conv2D)
    ]
    shapes = [[weight.shape for weight in some.weights] for some in (model, digits())]
    return plan == PLAN and shapes[0] == shapes[1]


def _expert(model: keras.Model) -> keras.Model:
    """The expert and its gate, untrained: n images to (n, 11) probabilities, of digits and of being
    a scan.
    """
    trunk = _outputs(model, layers.ReLU)[TRUNK - 1]
    seen = convolutions(trunk, PLAN, EXPERT, TRUNK)
    features = layers.Flatten(name=f"{EXPERT}_features")(seen)
    dropped = layers.Dropout(0.4, name=f"{EXPERT}_dropout")(features)
    answer = layers.Dense(10, activation="softmax", name=f"{EXPERT}_answer")(dropped)
    grain = convolutions(_outputs(model, layers.ReLU)[GRAIN - 1], GATE_PLAN, f"{EXPERT}_gate")
    known = [layers.Flatten(name=f"{EXPERT}_grain")(grain), _outputs(model, layers.Flatten)[-1]]
    together = layers.Concatenate(name=f"{EXPERT}_known")(known)
    hidden = layers.Dense(32, activation="relu", name=f"{EXPERT}_hidden")(together)
    gate = layers.Dense(1, activation="sigmoid", name=f"{EXPERT}_gate")(hidden)
    return keras.Model(model.inputs, ops.concatenate([answer, gate], axis=-1))


def _mixture(model: keras.Model, expert: keras.Model) -> keras.Model:
    """The logits of a model and its expert, weighed by the gate, as one last layer."""
    gate = expert.get_layer(f"{EXPERT}_gate").output
    steep = SHARE / (1 - LEAST)
    share = layers.Rescaling(steep, -steep * LEAST, name=f"{EXPERT}_above_least")(gate)
    share = layers.ReLU(name=f"{EXPERT}_share")(share)
    rest = layers.Rescaling(-1, 1, name=f"{EXPERT}_rest")(share)
    general = layers.Multiply(name=f"{EXPERT}_rest_of_features")(
        [rest, _outputs(model, layers.Flatten)[-1]]
    )
    special = layers.Multiply(name=f"{EXPERT}_share_of_features")(
        [share, expert.get_layer(f"{EXPERT}_features").output]
    )
    together = layers.Concatenate(name=f"{EXPERT}_together")([general, special, share])
    dropped = layers.Dropout(0.4, name="features")(together)
    answer = layers.Dense(10, activation="softmax", name="answer")(dropped)
    whole = keras.Model(model.inputs, answer, name=model.name)
    kernel, bias = model.layers[-1].get_weights()
    of_expert, its_bias = expert.get_layer(f"{EXPERT}_answer").get_weights()
    whole.layers[-1].set_weights(
        [np.concatenate([kernel, of_expert, (its_bias - bias)[None]]), bias]
    )
    return whole


def _outputs(model: keras.Model, kind: Callable[..., Any]) -> list[Any]:
    return [layer.output for layer in model.layers if isinstance(layer, kind)]  # type: ignore[arg-type]


def _loss(targets: Any, answers: Any) -> Any:
    """What the expert errs on scans, and the gate on what is one or none: (n, 12) targets and
    (n, 11) answers to (n,).
    """
    gate = ops.concatenate([answers[:, 10:], 1 - answers[:, 10:]], axis=-1)
    return _cross_entropy(targets[:, :10], answers[:, :10]) + _cross_entropy(targets[:, 10:], gate)


def _cross_entropy(targets: Any, answers: Any) -> Any:
    """0 where the targets are."""
    return -ops.sum(targets * ops.log(ops.maximum(answers, keras.config.epsilon())), axis=-1)


class _Accuracy(DigitAccuracy):
    """The share of the scans that the expert reads rightly."""

    def update_state(self, targets: Any, answers: Any, sample_weight: Any = None) -> None:
        """Count a batch: (n, 12) targets and (n, 11) answers."""
        super().update_state(targets[:, :10], answers[:, :10])


@command_line
def main() -> None:
    """Train an expert for a network, and make both the app's network where they are as good."""
    parser = argparse.ArgumentParser(description="Give a digit network an expert for scans.")
    parser.add_argument("network", type=Path, metavar="FILE.h5", help="the network")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"default {EPOCHS}")
    parser.add_argument("--seed", type=int, default=1, help="makes a run repeatable (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/expert.h5"), help="default runs/expert.h5"
    )
    parser.add_argument(
        "--replace", action="store_true", help="use the network in the app even if it is worse"
    )
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error(f"--epochs {arguments.epochs}: at least one is needed")
    check_seed(parser, arguments.seed)
    check_writable(arguments.out)
    if arguments.out.resolve() == BUNDLED_MODEL.resolve():
        raise RunError(f"{arguments.out}: this is the app's network; --replace is to replace it")
    Network.load(arguments.network)
    tf.config.experimental.enable_op_determinism()
    model = keras.models.load_model(arguments.network, compile=False)
    if not takes_expert(model):
        raise RunError(
            f"{arguments.network}: this network has an expert already, or another plan than that "
            'of the recipe "digits"; choose one that `train.py` trained by it'
        )
    parts = held_back_parts(arguments.data_dir)
    whole = with_expert(model, arguments.data_dir, arguments.seed, arguments.epochs)
    images, targets = held_back_digits(arguments.data_dir)
    calibrate(whole, images[..., None], targets)
    save_network(whole, arguments.out, half_precision=True)
    print(f"The network is kept in {arguments.out}")
    results = evaluate(arguments.out, parts, Trajectories.load())
    new = score(results)
    bundled = score(evaluate(BUNDLED_MODEL, parts)) if BUNDLED_MODEL.exists() else 0.0
    print(f"{format_table(results)}\n")
    print(f"Score on the parts held back: {new:.4f}, that of the app's: {bundled:.4f}")
    if new >= bundled or arguments.replace:
        promote(arguments.out, BUNDLED_MODEL)
    else:
        print(f"The app keeps its network; try this with: python -m app --model {arguments.out}")


if __name__ == "__main__":
    sys.exit(main())
