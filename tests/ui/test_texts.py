"""All texts, in every language."""

from __future__ import annotations

import ast
import re
import string
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pygame
import pytest

from app.network import Network, NetworkError
from app.recognizer import Recognizer
from app.settings import LANGUAGES
from app.ui import texts
from app.ui.actions import Action, shortcuts
from tests.h5_files import small_config, small_weights, write

APP = Path(texts.__file__).parents[1]
OTHERS = [language for language in LANGUAGES if language not in ("en", "system")]


def constants(module: str) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(import_module(module)).items()
        if name.isupper() and name[0] != "_" and not isinstance(value, int)
    }


def flat(value: Any) -> dict[object, str]:
    """The texts in a constant, by what tells them apart."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list):
        return {(i, j): text for i, pair in enumerate(value) for j, text in enumerate(pair)}
    return {"": value}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_texts_with_the_same_placeholders(language: str) -> None:
    english, other = constants("app.ui.texts"), constants(f"app.ui.texts_{language}")
    assert english.keys() == other.keys()
    for name in english.keys() - {"ERRORS"}:
        ours, theirs = flat(english[name]), flat(other[name])
        assert ours.keys() == theirs.keys(), name
        for key, text in ours.items():
            assert placeholders(text) == placeholders(theirs[key]), (name, key)
            assert theirs[key].strip() == theirs[key] != ""


@pytest.mark.parametrize("language", OTHERS)
def test_hardly_any_text_is_the_same_in_another_language(language: str) -> None:
    english, other = constants("app.ui.texts"), constants(f"app.ui.texts_{language}")
    same = [
        text
        for name in english.keys() - {"APP_NAME", "LANGUAGES", "KEYS", "ERRORS"}
        for key, text in flat(english[name]).items()
        if text == flat(other[name])[key] and len(text) > 6
    ]
    assert same == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_is_taken_and_given_back(language: str) -> None:
    english = {name: value for name, value in vars(texts).items() if name.isupper()}
    texts.use(language)
    assert texts.language() == language
    assert constants(f"app.ui.texts_{language}").items() <= vars(texts).items()
    texts.use("en")
    assert texts.language() == "en"
    assert english.items() <= vars(texts).items()


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_every_action_with_a_key_is_described(language: str) -> None:
    texts.use(language)
    assert shortcuts().keys() == texts.DOES.keys() == set(Action)


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_tool_tips_name_keys_that_do_it(language: str, screen: pygame.Surface) -> None:
    texts.use(language)
    keys = {
        key for of_action in shortcuts().values() for key in texts.shown_keys(of_action).split(", ")
    }
    for action, tip in texts.TOOL_TIPS.items():
        first, *_ = named = re.findall(r"\((.+?)\)", tip)
        assert first in texts.shown_keys(shortcuts()[action]).split(", "), tip
        assert set(named) <= keys, tip


def test_keys_are_named_as_they_are_printed(screen: pygame.Surface) -> None:
    named = {action: texts.shown_keys(keys) for action, keys in shortcuts().items()}
    command = texts.KEYS["command"]
    assert named[Action.REDO] == f"{command}+Y, {command}+Shift+Z"
    assert named[Action.CLEAR] == "Delete, Backspace"
    assert named[Action.THICKER] == "+, =, ]"
    assert named[Action.CORRECT] == "0-9"
    assert named[Action.HELP] == "F1"
    texts.use("de")
    assert texts.shown_keys(shortcuts()[Action.CLEAR]) == "Entf, Rücktaste"


def messages(*names: str) -> Iterator[str]:
    """What the errors of some modules of the program say, every placeholder being `{}`."""
    for name in names:
        for node in ast.walk(ast.parse((APP / name).read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in ("PhotoError", "InkError", "CorrectionsError"):
                continue
            yield "".join(_parts(node.args[0]))


def _parts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield str(part.value) if isinstance(part, ast.Constant) else "{}"


@pytest.mark.parametrize("language", OTHERS)
def test_errors_of_the_inner_parts_are_said_in_every_language(language: str) -> None:
    errors = constants(f"app.ui.texts_{language}")["ERRORS"]
    known = {re.sub(r"{\w+}", "{}", template) for template in errors}
    said = set(messages("corrections.py", "ink.py", "photo.py"))
    said.discard("{}: the corrections cannot be {} ({})")  # read, or written
    assert len(said) > 10
    assert said <= known
    for template, translation in errors.items():
        assert placeholders(template) == placeholders(translation)


def test_an_error_is_translated_with_what_is_in_it() -> None:
    error = "/a/b {c}.ndjson, line 3: stroke 2 is not a list of x, of y and of times"
    assert texts.sentence(error) == f"{error}."
    texts.use("de")
    assert texts.sentence(error) == (
        "/a/b {c}.ndjson, Zeile 3: Strich 2 besteht nicht aus Listen von x, y und Zeiten."
    )
    assert texts.sentence("something new (1)") == "something new (1)."
    assert "können nicht gelesen werden (nichts da)" in texts.sentence(
        "x.ndjson: the corrections cannot be read (nichts da)"
    )


def test_what_is_usually_wrong_with_a_network_is_translated(tmp_path: Path) -> None:
    def refusal(name: str, units: int = 10, kind: str = "ReLU", size: int = 28) -> str:
        path = tmp_path / name
        if path.suffix == ".h5" and not path.exists():
            config = small_config()
            config["config"]["layers"][0]["config"]["batch_shape"] = [None, size, size, 1]
            config["config"]["layers"][3]["class_name"] = kind
            config["config"]["layers"][-1]["config"]["units"] = units
            answer = {"kernel": np.zeros((75, units), "f4"), "bias": np.zeros(units, "f4")}
            write(path, config, small_weights() | {"answer": answer})
        with pytest.raises(NetworkError) as error:
            Network.load(path)
        return texts.sentence(str(error.value))

    (tmp_path / "text.keras").write_text("hello")
    with zipfile.ZipFile(tmp_path / "new.keras", "w") as file:
        file.writestr("config.json", "{}")
    with h5py.File(tmp_path / "weights.h5", "w") as weights:
        weights.attrs["layer_names"] = ["dense"]
    h5py.File(tmp_path / "empty.h5", "w").close()
    texts.use("de")
    for said, words in (
        (refusal("none.hdf5"), "gibt es nicht"),
        (refusal("text.keras"), "keine HDF5-Datei"),
        (refusal("new.keras"), "Zip-Datei"),
        (refusal("weights.h5"), "nur Gewichte"),
        (refusal("empty.h5"), "kein Keras-Modell"),
        (refusal("units.h5", units=62), "Schicht 'answer' (Dense): sie antwortet mit 62 Klassen"),
        (refusal("kind.h5", kind="LSTM"), "Schichten dieser Art"),
        (refusal("code.h5", kind="Lambda"), "Python-Code"),
        (refusal("size.h5", size=32), "Es nimmt (32, 32, 1), nicht eines von"),
    ):
        assert words in said


def test_the_warning_of_a_network_is_translated(tmp_path: Path) -> None:
    network = Network.load(write(tmp_path / "small.h5", small_config(), small_weights()))
    warning = Recognizer(network, "small.h5").warning
    assert warning and texts.sentence(warning) == warning
    texts.use("de")
    assert texts.sentence(warning).startswith("small.h5: Dieses Netz liest nur ")
    assert texts.sentence(warning).endswith("trauen.")
