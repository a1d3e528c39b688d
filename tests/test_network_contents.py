"""What messages say of a file, and of what is damaged where little is."""

from pathlib import Path

import numpy as np
import pytest

from app.network import Network
from app.network.contents import Contents, NetworkError, Weight, about, shown
from app.network.graph import attach, parse
from tests.h5_files import edited, small_config, small_weights, write


def test_what_is_shown_is_whole_or_cut_to_the_same_length() -> None:
    texts = ["x" * length for length in range(200)]
    whole = [shown(text) for text in texts if shown(text) == repr(text)]
    cut = [shown(text) for text in texts[len(whole) :]]
    assert 20 < len(whole) < 100, "a word or two, and no page of them"
    assert {len(text) for text in cut} == {len(whole[-1])}
    assert all(text.startswith("'xxx") and text.endswith("xxx...") for text in cut)


def test_a_reason_says_what_it_is_about_from_the_outside_in() -> None:
    with pytest.raises(NetworkError) as caught, about("file"), about("layer"):
        raise NetworkError("its units are missing")
    assert str(caught.value) == "file: layer: its units are missing"


def test_weights_that_are_no_group_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "small.h5", small_config(), small_weights())
    with edited(path) as file:
        del file["model_weights/answer"]
        file["model_weights/answer"] = 1.0
    with pytest.raises(NetworkError, match="layer 'answer': it is no group of weights"):
        Network.load(path)


def test_an_attribute_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "small.h5", small_config(), small_weights())
    with edited(path) as file:
        file.attrs["keras_version"] = 3
    with pytest.raises(NetworkError, match="its attribute keras_version is not text"):
        Network.load(path)


def test_a_later_keras_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "small.h5", small_config(), small_weights())
    with edited(path) as file:
        file.attrs["keras_version"] = "4.0.1"
    with pytest.raises(NetworkError, match=r"written by Keras '4\.0\.1', which is not known here"):
        Network.load(path)


def test_weights_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "small.h5", small_config(), small_weights())
    count = sum(values.size for roles in small_weights().values() for values in roles.values())
    monkeypatch.setattr("app.network.file.MAX_VALUES", count)
    Network.load(path)
    monkeypatch.setattr("app.network.file.MAX_VALUES", count - 1)
    with pytest.raises(NetworkError, match="makes the network larger"):
        Network.load(path)


def test_a_layer_that_nothing_leads_to_is_refused() -> None:
    entries = [
        {"class_name": "InputLayer", "config": {"name": "a"}, "inbound_nodes": []},
        {"class_name": "Flatten", "config": {"name": "b"}, "inbound_nodes": None},
    ]
    ends = {"input_layers": [["a", 0, 0]], "output_layers": [["b", 0, 0]]}
    with pytest.raises(NetworkError, match=r"'b' .*it is not connected to anything"):
        parse({"class_name": "Functional", "config": {"layers": entries, **ends}}, 3)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"class_name": "Dense", "config": []}, "its config is a list"),
        ({"class_name": "Dense"}, "a layer without a class or a config"),
        ({"config": {"name": "x"}}, "a layer without a class or a config"),
    ],
)
def test_a_layer_without_settings_is_refused(entry: object, reason: str) -> None:
    with pytest.raises(NetworkError, match=reason):
        parse({"class_name": "Sequential", "config": [entry]}, 3)


def test_exchanged_weights_are_known_by_names_with_numbers() -> None:
    settings = {"name": "x", "units": 2, "batch_input_shape": [None, 2]}
    graph = parse(
        {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": settings}]}, 2
    )
    bias, kernel = (
        Weight("x/bias:0", np.zeros(2, "f4")),
        Weight("x/kernel:0", np.eye(2, dtype="f4")),
    )
    with pytest.raises(NetworkError, match="'x/bias:0' is where its kernel should be"):
        attach(graph, {"x": [bias, kernel]})
    attach(graph, {"x": [kernel, bias]})


def test_models_inside_one_another_without_end_are_refused() -> None:
    config = {"class_name": "Sequential", "config": {"name": "x", "layers": [{}]}}
    for _ in range(2000):
        config = {"class_name": "Sequential", "config": {"name": "x", "layers": [config]}}
    with pytest.raises(NetworkError, match=r"^deep\.h5: its layers are nested too deeply"):
        Network.load("deep.h5", lambda path: Contents(config, {}, 3))
