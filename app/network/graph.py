"""The layers of a Keras model and how they are connected, from its JSON config.

Sequential and functional models of Keras 1 to 3, one inside the other, become one list of calls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from app.network import layers
from app.network.config import DeclaredShape, LayerConfig, refuse_custom
from app.network.contents import NetworkError, Weight, about, shown

# A model that is used as a layer many times, many levels deep, is a small file and a huge network.
MAX_CALLS = 2000

OLDER_KINDS = {
    "Convolution2D": "Conv2D",
    "SeparableConvolution2D": "SeparableConv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
}
KERAS1_SETTINGS = {
    "nb_filter": "filters",
    "output_dim": "units",
    "subsample": "strides",
    "border_mode": "padding",
    "bias": "use_bias",
}
KERAS1_WEIGHTS = {
    "W": "kernel",
    "b": "bias",
    "running_mean": "moving_mean",
    "running_std": "moving_variance",
}
WEIGHT_NAMES = {name for kind in layers.KINDS.values() for name in kind.weights}


class Reference(NamedTuple):
    """The result of a layer's n-th call: a layer that is shared is called several times."""

    node: int
    call: int


@dataclass
class Node:
    """A layer, the inputs of each of its calls and, if it is a model, what is inside."""

    layer: LayerConfig
    inside: Graph | None = None
    calls: list[list[Reference]] = field(default_factory=list)


@dataclass
class Graph:
    """A model with one input and one output."""

    nodes: list[Node]
    input: Reference
    output: Reference

    @property
    def input_shape(self) -> DeclaredShape | None:
        """What the model says that it takes, without the batch axis."""
        return self.nodes[self.input.node].layer.input_shape()


class Call(NamedTuple):
    """A layer at work on the results of earlier calls, counted from 0: the input layer's."""

    layer: LayerConfig
    inputs: tuple[int, ...]


def parse(config: Any, keras: int, path: str = "") -> Graph:
    """The model that `config` describes; `path` is how it is reached from the outermost one."""
    match config:
        case {"class_name": "Sequential", "config": dict() | list() as settings}:
            return _sequential(settings, keras, path)
        case {"class_name": "Functional" | "Model", "config": dict(settings)}:
            return _functional(settings, keras, path)
        case {"class_name": str(kind)}:
            raise NetworkError(f"models of the class {shown(kind)} are not supported")
    raise NetworkError("its model_config does not describe a model")


def _sequential(settings: Any, keras: int, path: str) -> Graph:
    # Keras wrote a bare list of layers before version 2.3.
    if isinstance(settings, list):
        settings = {"layers": settings}
    nodes = [_node(entry, keras, path) for entry in _entries(settings)]
    if nodes[0].layer.kind != "InputLayer":
        shape = _first_shape(nodes[0]) or settings.get("build_input_shape")
        layer = LayerConfig("InputLayer", f"{path}input", {"batch_shape": shape}, keras)
        nodes.insert(0, Node(layer))
    nodes[0].calls = [[]]
    for before, node in enumerate(nodes[1:]):
        node.calls = [[Reference(before, 0)]]
    return Graph(nodes, Reference(0, 0), Reference(len(nodes) - 1, 0))


def _first_shape(first: Node) -> list[int | None] | None:
    """What a sequential model takes according to its first layer, with a batch axis in front."""
    shape = first.inside.input_shape if first.inside else first.layer.input_shape()
    return None if shape is None else [None, *shape]


def _functional(settings: dict[str, Any], keras: int, path: str) -> Graph:
    entries = _entries(settings)
    nodes = [_node(entry, keras, path) for entry in entries]
    index = {node.layer.name.removeprefix(path): i for i, node in enumerate(nodes)}
    if len(index) < len(nodes):
        raise NetworkError("two of its layers have the same name")

    ends = []
    for key in ("input_layers", "output_layers"):
        found = _named_references(settings.get(key))
        if len(found) != 1:
            raise NetworkError(f"it has {len(found)} {key.replace('_layers', 's')}, not one")
        ends += found
    calls = [_named_calls(node, entry) for node, entry in zip(nodes, entries, strict=True)]

    # The calls of a model that is used as a layer are counted from 1, in some versions from 0.
    first: dict[str, int] = {}
    for name, call in ends + [ref for node in calls for inputs in node for ref in inputs]:
        first[name] = min(call, first.get(name, call))

    def resolve(name: str, call: int) -> Reference:
        number = index.get(name, -1)
        if number >= 0 and nodes[number].inside and first[name] == 1:
            call -= 1
        if number < 0 or not 0 <= call < len(calls[number]):
            raise NetworkError(f"it uses a result of {shown(name)}, which it does not have")
        return Reference(number, call)

    for node, named in zip(nodes, calls, strict=True):
        node.calls = [[resolve(*ref) for ref in inputs] for inputs in named]
    return Graph(nodes, resolve(*ends[0]), resolve(*ends[1]))


def _entries(settings: dict[str, Any]) -> list[Any]:
    entries = settings.get("layers")
    if not isinstance(entries, list) or not entries:
        raise NetworkError("its model_config has no layers")
    return entries


def _node(entry: Any, keras: int, path: str) -> Node:
    match entry:
        case {"class_name": str(kind), "config": dict() | list() as settings}:
            pass
        case _:
            raise NetworkError("its model_config has a layer without a class or a config")
    # A model inside a model had no name of its own before Keras 2.3.
    name = settings.get("name") if isinstance(settings, dict) else entry.get("name", "")
    if not isinstance(name, str):
        raise NetworkError("its model_config has a layer without a name")
    layer = LayerConfig(OLDER_KINDS.get(kind, kind), path + name, {}, keras)
    with about(str(layer)):
        refuse_custom(entry)
        if kind in ("Sequential", "Functional", "Model"):
            return Node(layer, parse(entry, keras, f"{path}{name}/"))
        if not isinstance(settings, dict):
            raise NetworkError("its config is a list")
        layer.settings = _modern(settings)
        layers.check(layer)
        return Node(layer)


def _modern(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings by the names that Keras 2 and 3 give them."""
    modern = {KERAS1_SETTINGS.get(key, key): value for key, value in settings.items()}
    if "nb_row" in settings and "nb_col" in settings:
        modern["kernel_size"] = [settings["nb_row"], settings["nb_col"]]
    match settings.get("dim_ordering"):
        case "tf":
            modern["data_format"] = "channels_last"
        case "th":
            modern["data_format"] = "channels_first"
    return modern


NamedReference = tuple[str, int]


def _named_calls(node: Node, entry: dict[str, Any]) -> list[list[NamedReference]]:
    """The inputs of each call of a layer in a functional model."""
    with about(str(node.layer)):
        if node.layer.kind == "InputLayer":
            return [[]]
        inbound = entry.get("inbound_nodes")
        if not isinstance(inbound, list):
            raise NetworkError("it is not connected to anything")
        calls = []
        for call in inbound:
            match call:
                case {"args": list(inputs), "kwargs": dict(options)}:
                    _check_options(options)
                    calls.append(_named_references(inputs))
                case _:
                    calls.append(_named_references(call))
            if not calls[-1]:
                raise NetworkError("it is called without inputs")
        return calls


def _named_references(value: Any) -> list[NamedReference]:
    """The results that `value` refers to, as Keras 1 and 2 or as Keras 3 write them."""
    match value:
        case {"class_name": "__keras_tensor__", "config": {"keras_history": reference}}:
            return _named_references(reference)
        case [str(name), int(call), 0]:
            return [(name, call)]
        case [str(name), int(call), 0, dict(options)]:
            _check_options(options)
            return [(name, call)]
        case list():
            return [reference for inner in value for reference in _named_references(inner)]
    raise NetworkError("its connections are written in a way that is not known here")


def _check_options(options: dict[str, Any]) -> None:
    for key, value in options.items():
        if value is not None and value is not False:
            raise NetworkError(f"it is called with {shown(key)}, which is not supported")


def attach(graph: Graph, stored: dict[str, list[Weight]]) -> None:
    """Give every layer its weights. Keras pairs them in order; the names must agree with that."""
    wanted = [(node, roles) for node in graph.nodes if (roles := _roles(node))]
    groups = [(name, weights) for name, weights in stored.items() if weights]
    for node, roles in wanted:
        with about(str(node.layer)):
            if not groups or node.layer.name not in ("", groups[0][0]):
                raise NetworkError("its weights are missing from the file or in another place")
            _, weights = groups.pop(0)
            if len(weights) != len(roles):
                raise NetworkError(f"it has {len(weights)} weights in the file, not {len(roles)}")
            others = {_last(leaf.name) for leaf, _ in roles}
            for (leaf, role), weight in zip(roles, weights, strict=True):
                _check_name(weight.name, leaf, role, others)
                leaf.weights[role] = weight.values
    if groups:
        raise NetworkError(f"it has weights for {shown(groups[0][0])}, which is no layer of it")


def _roles(node: Node) -> list[tuple[LayerConfig, str]]:
    """The weights that Keras keeps for a layer, or for all layers inside it: first those that
    are trained, then the rest."""

    def trained(layer: LayerConfig, role: str) -> bool:
        return layer.settings.get("trainable") is not False and role not in layers.STATISTICS

    roles = [(layer, role) for layer in _leaves(node) for role in layers.weight_names(layer)]
    return sorted(roles, key=lambda pair: not trained(*pair))


def _leaves(node: Node) -> list[LayerConfig]:
    if node.inside is None:
        return [node.layer]
    return [leaf for inner in node.inside.nodes for leaf in _leaves(inner)]


def _check_name(name: str, leaf: LayerConfig, role: str, others: set[str]) -> None:
    """Refuse a weight whose name says that it is another one, as far as the name can be read."""
    *path, last = name.split(":")[0].split("/")
    last = last.removeprefix(f"{_last(leaf.name)}_")
    stored_role = KERAS1_WEIGHTS.get(last, last)
    known = stored_role in WEIGHT_NAMES
    if known and not role.endswith(stored_role):
        raise NetworkError(f"its {shown(name)} is where its {role} should be")
    if path and path[-1] in others and path[-1] != _last(leaf.name):
        raise NetworkError(f"its {shown(name)} is where the {role} of {leaf} should be")


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def unroll(graph: Graph) -> list[Call]:
    """The input and then every call that the output depends on, each after those it needs."""
    calls = [Call(graph.nodes[graph.input.node].layer, ())]
    _unroll(graph, 0, calls)
    return calls


def _unroll(graph: Graph, source: int, calls: list[Call]) -> int:
    """Add the calls of `graph`, whose input is the result of call `source`; returns the number of
    the call that makes its output."""
    results = {graph.input: source}
    for reference in _order(graph):
        if reference == graph.input:
            continue
        node = graph.nodes[reference.node]
        inputs = tuple(results[needed] for needed in node.calls[reference.call])
        with about(str(node.layer)):
            if not inputs:
                raise NetworkError("it is a second input")
            if (node.inside or node.layer.kind in layers.IDENTITIES) and len(inputs) != 1:
                raise NetworkError(f"it takes one input, not {len(inputs)}")
            if len(calls) >= MAX_CALLS:
                raise NetworkError(f"it makes the network longer than {MAX_CALLS} layers")
        if node.layer.kind in layers.IDENTITIES:
            results[reference] = inputs[0]
            continue
        first = node.inside.nodes[node.inside.input.node] if node.inside else node
        calls.append(Call(first.layer, inputs))
        results[reference] = len(calls) - 1
        if node.inside:
            results[reference] = _unroll(node.inside, len(calls) - 1, calls)
    return results[graph.output]


def _order(graph: Graph) -> list[Reference]:
    """What the output depends on, in an order in which it can be computed: of several inputs all
    that the first one needs comes first, so that a gate is known before what it may close.
    """
    needs: dict[Reference, list[Reference]] = {}
    waiting = [graph.output]
    while waiting:
        reference = waiting.pop()
        if reference not in needs:
            needs[reference] = graph.nodes[reference.node].calls[reference.call]
            waiting += needs[reference]
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        raise NetworkError("its layers are connected in a circle") from None
    order: dict[Reference, None] = {}
    waiting = [graph.output]
    while waiting:
        missing = (needed for needed in needs[waiting[-1]] if needed not in order)
        if (first := next(missing, None)) is None:
            order[waiting.pop()] = None
        else:
            waiting.append(first)
    return list(order)
