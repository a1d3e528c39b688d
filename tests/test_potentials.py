"""How much speaks for a candidate: the small network behind segmentation."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from app import potentials as module
from app.candidates import FEATURES
from app.network import NetworkError
from app.potentials import (
    PICTURE_POTENTIALS_MODEL,
    POTENTIALS_MODEL,
    Potentials,
    of_ink,
    of_pictures,
)
from app.recognizer import Recognizer


@pytest.mark.parametrize(
    ("path", "load"), [(POTENTIALS_MODEL, of_ink), (PICTURE_POTENTIALS_MODEL, of_pictures)]
)
def test_they_answer_as_keras_has_it(
    path: Path, load: Callable[[], Potentials], rng: np.random.Generator
) -> None:
    features = rng.normal(0, 1, (50, len(FEATURES)))
    model = keras.models.load_model(path, compile=False)
    expected = model.predict(features.astype(np.float32), verbose=0).T
    assert load()(features) == pytest.approx(expected, rel=1e-4, abs=1e-3)


def test_each_candidate_is_scored_by_itself(rng: np.random.Generator) -> None:
    features = rng.normal(0, 1, (7, len(FEATURES)))
    together = of_ink()(features)
    assert together.shape == (2, 7)
    for number, row in enumerate(features):
        assert of_ink()(row[None])[:, 0] == pytest.approx(together[:, number])


@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_a_damaged_file_is_told_when_a_network_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    path = tmp_path / "potentials.h5"
    if damage == "cut short":
        path.write_bytes(POTENTIALS_MODEL.read_bytes()[:4000])
    monkeypatch.setattr(module, "POTENTIALS_MODEL", path)
    of_ink.cache_clear()
    try:
        with pytest.raises(NetworkError, match=r"potentials\.h5"):
            Recognizer.load()
    finally:
        of_ink.cache_clear()


def test_a_file_may_lie_anywhere(tmp_path: Path, rng: np.random.Generator) -> None:
    copy = shutil.copy(POTENTIALS_MODEL, tmp_path)
    features = rng.normal(0, 1, (5, len(FEATURES)))
    assert np.array_equal(Potentials.load(copy)(features), of_ink()(features))
