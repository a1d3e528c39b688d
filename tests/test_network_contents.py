"""What messages say of a file, and of two files that are damaged where few are."""

from pathlib import Path

import pytest

from app.network import Network
from app.network.contents import NetworkError, about, shown
from app.network.graph import parse
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


def test_a_layer_whose_config_is_a_list_is_refused() -> None:
    dense = {"class_name": "Dense", "config": []}
    with pytest.raises(NetworkError, match="its config is a list"):
        parse({"class_name": "Sequential", "config": [dense]}, 3)
