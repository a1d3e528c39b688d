"""Inside every kind of network that can be loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.convention import CONVENTIONS, HANDS, draw, reference_digits
from app.inside import Occlusion, look_into
from app.network import Network
from app.recognizer import Recognizer
from app.ui.feature_maps import Mosaic, as_maps
from app.ui.theme import PALETTES, Look
from tests.keras_models import CASES, TRAINED
from tests.keras_reference import keras_of_version

LOOK = Look(PALETTES["light"])


@pytest.mark.parametrize("case", [*CASES, *TRAINED])
def test_all_layers_and_the_evidence_can_be_shown(case: str, tmp_path: Path) -> None:
    keras = keras_of_version(3)
    ({**CASES, **TRAINED})[case](keras).save(tmp_path / "model.h5")
    recognizer = Recognizer(Network.load(tmp_path / "model.h5"), case, CONVENTIONS[0])
    image = draw(reference_digits()[0][:1], HANDS[0])[0]

    layers = recognizer.look_inside(image)
    assert layers[-1].values.shape == (10,)
    for layer in layers:
        mosaic = Mosaic(as_maps(layer.values), 190, LOOK)
        assert mosaic.draw().get_size() == mosaic.size

    occlusion = Occlusion(image, 3)
    while not occlusion.done:
        occlusion.go_on(recognizer.judge, 16)
    assert np.isfinite(occlusion.evidence).all()


def test_branches_are_shown_one_after_the_other_the_first_one_first(tmp_path: Path) -> None:
    layers = keras_of_version(3).layers
    image = layers.Input((28, 28, 1))
    branches = []
    for name in ("left", "right"):
        seen = layers.Conv2D(2, 3, name=f"{name}-1")(image)
        branches.append(layers.Flatten()(layers.Conv2D(2, 3, name=f"{name}-2")(seen)))
    answer = layers.Dense(10, activation="softmax")(layers.Concatenate()(branches))
    keras_of_version(3).Model(image, answer).save(tmp_path / "branches.h5")
    network = Network.load(tmp_path / "branches.h5")
    shown = look_into(network, draw(reference_digits()[0][:1], HANDS[0]))
    names = [layer.name for layer in shown if layer.kind == "Conv2D"]
    assert names == ["left-1", "left-2", "right-1", "right-2"]
