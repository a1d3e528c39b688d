"""A network is a list of named steps. Each is a NumPy function of the results of earlier ones."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.network import activations, layers
from app.network.activations import Activation
from app.network.config import DeclaredShape, Shape, fits, limit
from app.network.contents import Contents, Floats, NetworkError, about, shown
from app.network.graph import Call, attach, parse, unroll
from app.network.operations import Activated, Linear, Op, Operation

CLASSES = 10
PROBABILITIES = ("softmax", "sigmoid")
IMAGE_SHAPES: tuple[Shape, ...] = ((28, 28, 1), (28, 28), (784,))

# So many images at a time that what a convolution cuts into patches stays in the cache, and fewer
# where any result of theirs would have more numbers than ROOM, 64 MB.
CHUNK = 4
ROOM = 2**24

# Multiplications for one picture: eight times those of a ResNet-50 for 28x28 pixels.
MAX_PRODUCTS = 2**29


@dataclass(frozen=True)
class Step:
    """One operation on the results of the steps `inputs`; step 0 is the image itself.

    `finished` are those of the inputs that no later step needs. `gate` is an earlier step of one
    number: where it is 0, what this step makes is multiplied by 0.
    """

    name: str
    kind: str
    operation: Operation
    inputs: tuple[int, ...]
    finished: tuple[int, ...] = ()
    gate: int | None = None


class Network:
    """A network that was loaded from a file. Calls do not change it, so threads can share it."""

    def __init__(self, input_shape: Shape, steps: list[Step]) -> None:
        self.input_shape = input_shape
        self.steps = steps
        self._chunk = max(1, min(CHUNK, ROOM // max(map(_room, steps))))
        self.features = _features(steps)
        """The number of the step whose result the last layer with weights sees."""

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        read: Callable[[str | os.PathLike[str]], Contents] | None = None,
        shapes: Sequence[Shape] = IMAGE_SHAPES,
    ) -> Network:
        """The network in the `.h5` file at `path`, which takes inputs of one of the `shapes`.
        Raises NetworkError, and nothing else, for a file that is damaged, is no classifier of
        digits or has a layer that cannot be run. What is not known to be sound is to be read by
        `app.network.read_apart`, which survives whatever HDF5 does."""
        if read is None:
            # HDF5's library takes a while to start with, and strangers' files do without it here.
            from app.network import file

            read = file.read
        with about(os.fsdecode(path)):
            try:
                contents = read(path)
                graph = parse(contents.config, contents.keras)
                attach(graph, contents.weights)
                input_shape = _input_shape(graph.input_shape, shapes)
                steps = _steps(unroll(graph), input_shape)
                return cls(input_shape, _finishing(_gated(_with_probabilities(steps))))
            except RecursionError:
                raise NetworkError("its layers are nested too deeply") from None

    def __call__(self, images: Floats) -> Floats:
        """(N, 28, 28) images, in the range that the network was trained on -> (N, 10) float32
        probabilities, NaN where its numbers overflow. A network that was loaded for inputs of other
        shapes takes (N, *shape). Raises ValueError for another shape."""
        [answers] = self.results(images, [len(self.steps) - 1])
        return answers

    def results(self, images: Floats, wanted: Sequence[int]) -> list[Floats]:
        """What some of the steps make of (N, 28, 28) images: for each number of a step an
        (N, *its shape) float32 array. Raises ValueError for images of another shape."""
        images = np.asarray(images, np.float32)
        takes = (28, 28) if self.input_shape in IMAGE_SHAPES else self.input_shape
        if images.shape[1:] != takes:
            raise ValueError(
                f"inputs must be (N, {', '.join(map(str, takes))}), not {images.shape}"
            )
        shapes = [self.steps[number].operation.shape for number in wanted]
        made = [np.empty((len(images), *shape), np.float32) for shape in shapes]
        ask_all = any(self.steps[number].gate is not None for number in wanted)
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(images), self._chunk):
                chunk = images[start : start + self._chunk]
                for number, result in self._run(chunk.reshape(-1, *self.input_shape), ask_all):
                    for place in (i for i, n in enumerate(wanted) if n == number):
                        made[place][start : start + self._chunk] = result
        return made

    def _run(self, images: Floats, ask_all: bool) -> Iterator[tuple[int, Floats]]:
        """Each step's number and result, in order.

        Unless `ask_all`, what is multiplied by 0 for all images is not computed, but 0 itself.
        """
        results = {0: images}
        yield 0, images
        for number, step in enumerate(self.steps[1:], 1):
            if ask_all or step.gate is None or results[step.gate].any():
                results[number] = step.operation.run(*(results[i] for i in step.inputs))
            else:
                results[number] = np.zeros((len(images), *step.operation.shape), np.float32)
            yield number, results[number]
            for i in step.finished:
                del results[i]


def _input_shape(declared: DeclaredShape | None, shapes: Sequence[Shape]) -> Shape:
    if declared is None:
        raise NetworkError("the file does not say what the network takes; build it before saving")
    for shape in shapes:
        if fits(shape, declared):
            return shape
    if declared == (1, 28, 28):
        raise NetworkError("it takes (1, 28, 28), channels first; train with channels_last")
    raise NetworkError(f"it takes {shown(declared)}, not one of {', '.join(map(str, shapes))}")


def _steps(calls: list[Call], input_shape: Shape) -> list[Step]:
    """The calls as operations. What can be folded into the operation before it is no step."""
    uses = Counter(i for call in calls for i in call.inputs)
    steps: list[Step] = []
    made_by: list[int] = []  # the step that makes the result of each call
    for call in calls:
        inputs = tuple(made_by[i] for i in call.inputs)
        with about(str(call.layer)):
            shapes = [steps[i].operation.shape for i in inputs]
            operation = layers.build(call.layer, shapes or [input_shape])
            alone = len(inputs) == 1 and uses[call.inputs[0]] == 1
            before = steps[inputs[0]].operation if alone else None
            joined = before.absorb(operation) if isinstance(before, Linear) else None
        if joined:
            steps[inputs[0]] = replace(steps[inputs[0]], operation=joined)
            made_by.append(inputs[0])
        else:
            steps.append(Step(call.layer.name, call.layer.kind, operation, inputs))
            made_by.append(len(steps) - 1)
    limit(sum(math.prod(step.operation.shape) for step in steps))
    operations = [step.operation for step in steps]
    if sum(o.products for o in operations if isinstance(o, Linear)) > MAX_PRODUCTS:
        raise NetworkError("it needs more time than any network for digits should")
    return steps


def _room(step: Step) -> int:
    """Numbers that the step takes for one picture."""
    operation = step.operation
    besides = operation.room if isinstance(operation, Op | Linear) else 0
    return math.prod(operation.shape) + besides


def _with_probabilities(steps: list[Step]) -> list[Step]:
    """The steps, and a softmax behind them if the last one gives logits."""
    last = steps[-1]
    shape = last.operation.shape
    if shape != (CLASSES,):
        layer = f"layer {shown(last.name)} ({last.kind})"
        raise NetworkError(f"{layer}: it answers with {_answer(shape)}, not with {CLASSES} classes")
    if _gives_probabilities(steps, len(steps) - 1):
        return steps
    softmax = Activated(shape, Activation("softmax", activations.softmax))
    return [*steps, Step("softmax", "Softmax", softmax, (len(steps) - 1,))]


def _answer(shape: Shape) -> str:
    return f"{shape[0]} classes" if len(shape) == 1 else f"the shape {shape}"


def _gives_probabilities(steps: list[Step], number: int) -> bool:
    step = steps[number]
    match step.operation:
        case Linear(activation=function) | Activated(activation=function):
            if function.name != "linear":
                return function.name in PROBABILITIES
    keeps = step.kind in layers.KEEPING
    return keeps and all(_gives_probabilities(steps, i) for i in step.inputs)


def _features(steps: list[Step]) -> int:
    """The step before the last one with weights; where there are none at all, the image."""
    number = len(steps) - 1
    while number:
        step = steps[number]
        number = step.inputs[0]
        if isinstance(step.operation, Linear):
            break
    return number


def _gated(steps: list[Step]) -> list[Step]:
    """The steps, each with the gate by which all that comes of it is multiplied, if there is one.

    Such steps are the experts of a mixture, which need not be asked where their gate is closed.
    """
    users: list[list[int]] = [[] for _ in steps]
    for number, step in enumerate(steps):
        for i in step.inputs:
            users[i].append(number)
    gates: dict[int, int] = {}

    def gate(number: int, user: int) -> int | None:
        step = steps[user]
        if step.kind == "Multiply" and len(step.inputs) == 2:
            other = sum(step.inputs) - number
            if math.prod(steps[other].operation.shape) == 1:
                return other
        return gates.get(user)

    for number in reversed(range(1, len(steps))):
        match list({gate(number, user) for user in users[number]}):
            case [int(one)] if one < number:
                gates[number] = one
    return [replace(step, gate=gates.get(number)) for number, step in enumerate(steps)]


def _finishing(steps: list[Step]) -> list[Step]:
    """The steps, each knowing which results are used for the last time in it."""
    last_use = {i: number for number, step in enumerate(steps) for i in step.inputs}
    return [
        replace(step, finished=tuple(i for i in set(step.inputs) if last_use[i] == number))
        for number, step in enumerate(steps)
    ]
