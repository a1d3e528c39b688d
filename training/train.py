"""Train a network and measure it against the one that comes with the app.

    python training/train.py [--model NAME | --mine [FILE] | --teachers FILE.h5 ...]
                             [--epochs N] [--seed N] [--data-dir DIR] [--runs DIR] [--resume]
                             [--replace] [--out FILE.h5]

Without options it trains the network that comes with the app, on MNIST and pen data. --mine goes on
training that network with what was corrected in the app, or with the corrections in an ink file,
besides all the other data, so that nothing is forgotten. --teachers goes on training the first of
some networks with what all of them answer together.
"""

from __future__ import annotations

import argparse
import io
import shlex
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import training  # noqa: F401  # settles the environment before NumPy and TensorFlow look at it

# isort: split
import keras
import tensorflow as tf

from app.network import NetworkError
from app.recognizer import BUNDLED_MODEL
from app.settings import corrections_path
from app.trajectory import Trajectories
from training.batches import Batches, Pictures, make_batches
from training.calibrate import calibrate
from training.command import check_seed, explain
from training.evaluate import Result, evaluate, format_table, score, to_json
from training.expert import EPOCHS, takes_expert, with_expert
from training.files import (
    RunError,
    check_writable,
    promote,
    read_json,
    save_network,
    write_json,
)
from training.fit import fit
from training.mine import Mine, gain, is_gain, load_mine, of_others
from training.models import CONTINUED, HALVES, RECIPES, TAUGHT, DigitAccuracy, Recipe
from training.parts import Part, held_back_parts, test_parts
from training.progress import Progress
from training.report import write_report
from training.run_folder import Checkpoint, RunFolder, describe
from training.teachers import Teachers

Results = list[Result]


def train(
    folder: RunFolder,
    epochs: int | None,
    data_dir: Path | None,
    *,
    mine: Mine | None = None,
    teachers: Teachers | None = None,
    resume: bool = False,
    out: Path | None = None,
) -> tuple[Results, Results] | None:
    """Train the architecture and keep its network and all that is known of it in `folder`.

    Args:
        folder: of this training; what a finished training left in it is replaced.
        epochs: None for the number in the recipe, or in the training that is continued.
        data_dir: where the training data is; None for where it is downloaded to.
        mine: corrections to train on and to measure by as well.
        teachers: networks to learn from; the training goes on from the first of them.
        resume: whether to continue what is in the folder, and not to begin.
        out: a file to write the network to as well.

    Returns what the network and the bundled one read, part by part; None where Ctrl-C ended the
    training early, which can be continued then; of an expert that was not ready nothing is kept.
    Raises RunError, DataError, OSError, and KeyboardInterrupt where Ctrl-C came before the first
    epoch or after training was over.
    """
    recipe = _recipe(folder.name, mine, teachers)
    start = _start(folder, resume)
    if epochs is None:
        epochs = read_json(folder.settings)["epochs"] if resume else recipe.epochs
    networks = [folder.network] if out is None else [folder.network, out]
    for path in networks:
        check_writable(path)
    parts = held_back_parts(data_dir) + test_parts(data_dir)  # missed at once, not in the end
    if mine is not None and mine.aside is not None:
        parts.insert(0, mine.aside)

    keras.utils.clear_session()  # names of layers go on counting otherwise
    keras.utils.set_random_seed(folder.seed)
    tf.config.experimental.enable_op_determinism()
    model = recipe.build()
    corrected = [] if mine is None else mine.trained
    data = make_batches(recipe, model.input_shape[1:], folder.seed, data_dir, corrected, teachers)
    model.compile(
        optimizer=recipe.optimizer(len(data[0]) * epochs),
        loss="categorical_crossentropy",
        metrics=[DigitAccuracy()],
    )
    settings = describe(folder, recipe, epochs, model, data[0], parts)
    if teachers is not None:
        settings["teachers"] = teachers.hashes
    if resume:
        folder.check_continues(settings)

    end, stopped = _fit(folder, model, recipe, data, epochs, start, settings)
    model.set_weights(end.kept)
    seconds = end.seconds
    if recipe.expert and not stopped and takes_expert(model):
        print("Training its expert for scans.")
        start_of_expert, epochs_of_expert = time.perf_counter(), min(epochs, EPOCHS)
        try:
            model = with_expert(model, data_dir, folder.seed, epochs_of_expert)
        except KeyboardInterrupt:
            stopped = True
        seconds += time.perf_counter() - start_of_expert
        settings |= {"weights": model.count_params(), "epochs_of_expert": epochs_of_expert}
    temperature = calibrate(model, *data[1]) if recipe.data == "all" else None
    for path in networks:
        save_network(model, path, half_precision=recipe.data == "all")
    if stopped:
        return None
    # What may become the app's network is measured as the app would have it.
    beside = Trajectories.load() if recipe.data == "all" else None
    measured = _measure(folder, parts, beside, settings, end.history, data_dir)
    metrics = {
        "history": end.history,
        "seconds": seconds,
        "weights": model.count_params(),
        "temperature": temperature,
    }
    write_json(folder.metrics, {**metrics, "results": to_json(measured[0])})
    folder.checkpoint.unlink()
    return measured


def _recipe(name: str, mine: Mine | None, teachers: Teachers | None) -> Recipe:
    """How a network is trained, from nothing or on from the one that there is."""
    if teachers is not None:
        return replace(TAUGHT, build=teachers.pupil)
    return (RECIPES | HALVES)[name] if mine is None else CONTINUED


def _start(folder: RunFolder, resume: bool) -> Checkpoint:
    """Where a training goes on from; raises RunError where another one is not finished."""
    if resume:
        return folder.load()
    if folder.unfinished:
        raise RunError(
            f"{folder.path}: a training was not finished here; continue it with --resume, or "
            "delete the folder to begin anew"
        )
    return Checkpoint()


def _fit(
    folder: RunFolder,
    model: keras.Model,
    recipe: Recipe,
    data: tuple[Batches, Pictures],
    epochs: int,
    start: Checkpoint,
    settings: Mapping[str, Any],
) -> tuple[Checkpoint, bool]:
    """Train to the end or until Ctrl-C; what that came to, and whether it was stopped."""
    weights, images = settings["weights"], settings["images_per_epoch"]
    print(f"Training in {folder.path}: {weights:,} weights, {images:,} images an epoch.")
    progress = Progress(epochs, len(data[0]), sys.stdout)

    def save(checkpoint: Checkpoint) -> None:
        folder.save(checkpoint, settings)

    try:
        return fit(model, recipe, data, epochs, folder.seed, start, save, progress), False
    except KeyboardInterrupt:
        if not folder.unfinished:
            raise
        return folder.load(), True
    finally:
        progress.end_line()


def _measure(
    folder: RunFolder,
    parts: list[Part],
    beside: Trajectories | None,
    settings: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    data_dir: Path | None,
) -> tuple[Results, Results]:
    """What the trained network and the bundled one read, of which the report is written."""
    print("Measuring it and the network of the app.")
    results, bundled_results = evaluate(folder.network, parts, beside), _evaluate_bundled(parts)
    write_report(
        folder.report,
        name=folder.name,
        settings=settings,
        history=history,
        results=results,
        bundled_results=bundled_results,
        data_dir=data_dir,
        seed=folder.seed,
    )
    return results, bundled_results


def _evaluate_bundled(parts: list[Part]) -> Results:
    """What the network of the app reads; nothing where it is missing or damaged."""
    try:
        return evaluate(BUNDLED_MODEL, parts)
    except NetworkError as error:
        print(error, file=sys.stderr)
        return []


def main() -> int:
    """The command line; returns its exit status."""
    arguments = _parse_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # who reads the file meanwhile sees all of it
    continued = "mine" if arguments.mine is not None else "taught" if arguments.teachers else None
    name = continued or arguments.model
    folder = RunFolder(arguments.runs, name, arguments.seed)
    try:
        return _run(folder, arguments)
    except KeyboardInterrupt:
        kept = "before an epoch was over, so nothing is kept."
        if folder.unfinished:
            kept = f"and kept; continue with: {_command_to_continue()}"
        print(f"Stopped {kept}", file=sys.stderr)
        return 130
    except Exception as error:
        print(explain(error), file=sys.stderr)
        return 1


def _run(folder: RunFolder, arguments: argparse.Namespace) -> int:
    try_it = f"python -m app --model {folder.network}"
    if arguments.resume and folder.finished:
        print(f"{folder.path}: this training is finished; try its network with: {try_it}")
        return 0
    mine = None
    if arguments.mine is not None:
        mine, warnings = load_mine(arguments.mine)
        print(*warnings, sep="\n", end="\n" * bool(warnings), file=sys.stderr)
    measured = train(
        folder,
        arguments.epochs,
        arguments.data_dir,
        mine=mine,
        teachers=Teachers(arguments.teachers) if arguments.teachers else None,
        resume=arguments.resume,
        out=arguments.out,
    )
    if measured is None:
        print(f"Stopped; the best network so far is kept in {folder.network}")
        print(f"Continue with: {_command_to_continue()}")
        as_good = False
    else:
        results, bundled_results = measured
        print(f"\n{format_table(results)}\n\nReport: {folder.report}")
        new = score(of_others(results))
        bundled = score(of_others(bundled_results)) if bundled_results else 0.0
        print(f"Score on the parts held back: {new:.4f}, that of the app's network: {bundled:.4f}")
        as_good = new >= bundled and folder.name not in HALVES
        if mine is not None:
            print(gain(results, bundled_results))
            as_good = is_gain(results, bundled_results)
    if as_good or arguments.replace:
        promote(folder.network, BUNDLED_MODEL)
    else:
        print(f"The app keeps its network; try the new one with: {try_it}")
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a digit network for the app.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--model", choices=[*RECIPES, *HALVES], default="digits", help="the architecture"
    )
    what.add_argument(
        "--mine",
        nargs="?",
        type=Path,
        const=corrections_path(),
        metavar="FILE",
        help="go on with what was corrected in the app, or with the corrections in an ink file",
    )
    what.add_argument(
        "--teachers",
        nargs="+",
        type=Path,
        metavar="FILE.h5",
        help="go on from the first of these networks and learn what they answer together",
    )
    parser.add_argument("--epochs", type=int, help="instead of the number in the recipe")
    parser.add_argument("--seed", type=int, default=1, help="makes a run repeatable (default 1)")
    parser.add_argument("--data-dir", type=Path, help="folder with local copies of the data sets")
    parser.add_argument(
        "--runs", type=Path, default=Path("runs"), help="folder of all runs (default runs)"
    )
    parser.add_argument("--resume", action="store_true", help="continue a run that was stopped")
    parser.add_argument(
        "--replace", action="store_true", help="use the network in the app even if it is worse"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.h5", help="write the network here too")
    arguments = parser.parse_args()
    if arguments.out and (arguments.out.suffix != ".h5" or arguments.out.is_dir()):
        parser.error(f"--out {arguments.out}: this must be the name of a file and end in .h5")
    if arguments.epochs is not None and arguments.epochs < 1:
        parser.error(f"--epochs {arguments.epochs}: at least one is needed")
    check_seed(parser, arguments.seed)
    return arguments


def _command_to_continue() -> str:
    resume = [] if "--resume" in sys.argv else ["--resume"]
    return shlex.join(["python", *sys.argv, *resume])


if __name__ == "__main__":
    sys.exit(main())
