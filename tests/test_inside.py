"""Which ink speaks for an answer, and what the layers of a network make of an image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.convention import CONVENTIONS, HANDS, draw, reference_digits
from app.inside import Occlusion, look_into
from app.network import Network
from app.preprocess import FIELD, Picture
from app.recognizer import Recognizer
from tests.h5_files import small_config, small_weights, write

LEFT = np.s_[:, 6:10]
RIGHT = np.s_[:, 18:22]


def judge_sides(images: Sequence[Picture]) -> np.ndarray:
    """A network for which ink on the left speaks for a 3, and ink on the right against it."""
    rows = np.full((len(images), 10), 0.05, np.float32)
    for row, image in zip(rows, images, strict=True):
        evidence = 0.02 * (image[:, :14].sum() - image[:, 14:].sum())
        row[3] = 1 / (1 + np.exp(-evidence))
    return rows


def two_bars() -> Picture:
    image = np.zeros((FIELD, FIELD), np.float32)
    image[5:23][LEFT] = image[5:23][RIGHT] = 1
    return image


def find_out(occlusion: Occlusion, judge: object, at_once: int = 7) -> np.ndarray:
    steps = 0
    while not occlusion.done:
        occlusion.go_on(judge, at_once)  # type: ignore[arg-type]
        steps += 1
        assert steps < 1000
    return occlusion.evidence


@pytest.mark.parametrize("at_once", [1, 2, 7, 1000])
def test_ink_that_speaks_for_an_answer_is_positive_and_ink_against_it_negative(
    at_once: int,
) -> None:
    evidence = find_out(Occlusion(two_bars(), 3), judge_sides, at_once)
    assert (evidence[8:20][LEFT] > 0.1).all()
    assert (evidence[8:20][RIGHT] < -0.1).all()
    assert (evidence[:, :2] == 0).all() and (evidence[:1] == 0).all(), "nothing is there"


def test_the_weight_of_evidence_is_the_log_odds_that_a_square_loses() -> None:
    image = np.zeros((FIELD, FIELD), np.float32)
    image[10:12, 8:10] = 1
    evidence = find_out(Occlusion(image, 3), judge_sides)
    assert evidence.max() == pytest.approx(0.02 * 4, abs=1e-4), "wiped out whole at best"


def test_so_many_images_are_tried_at_a_time() -> None:
    seen = []

    def judge(images: Sequence[Picture]) -> np.ndarray:
        seen.append(len(images))
        return judge_sides(images)

    occlusion = Occlusion(two_bars(), 3)
    while not occlusion.done:
        occlusion.go_on(judge, 8)
    assert set(seen[:-1]) == {8} and 1 <= seen[-1] <= 8
    occlusion.go_on(judge, 8)
    assert sum(seen) < (FIELD // 2 + 1) ** 2, "squares without ink are not tried"


def test_paper_has_nothing_to_find_out() -> None:
    occlusion = Occlusion(np.zeros((FIELD, FIELD), np.float32), 3)
    assert not find_out(occlusion, judge_sides).any()


def test_an_answer_beyond_doubt_still_has_evidence() -> None:
    recognizer = Recognizer.load()
    digits, labels = reference_digits()
    images = draw(digits, HANDS[0])
    for image, label in zip(images[::5], labels[::5].tolist(), strict=True):
        evidence = find_out(Occlusion(image, label), recognizer.judge)
        assert np.isfinite(evidence).all()
        assert evidence[image > 0.5].mean() > 0.3, "most of its ink is what makes it this digit"


def test_the_top_of_a_7_speaks_for_a_7_and_against_a_1() -> None:
    recognizer = Recognizer.load()
    digits, labels = reference_digits()
    image = draw([digits[labels.tolist().index(7)]], HANDS[0])[0]
    as_seven = find_out(Occlusion(image, 7), recognizer.judge)
    as_one = find_out(Occlusion(image, 1), recognizer.judge)
    top = image[:9] > 0.5
    assert as_seven[:9][top].mean() > 0 > as_one[:9][top].mean()


def test_every_layer_that_computes_something_is_shown(tmp_path: Path) -> None:
    network = Network.load(write(tmp_path / "small.h5", small_config(), small_weights()))
    image = draw(reference_digits()[0][:1], HANDS[0])
    layers = look_into(network, image)
    assert [(layer.kind, layer.values.shape) for layer in layers] == [
        ("Conv2D", (10, 10, 3)),
        ("MaxPooling2D", (5, 5, 3)),
        ("Flatten", (75,)),
        ("Dense", (10,)),
    ]
    assert np.array_equal(layers[-1].values, network(image)[0])
    assert layers[0].values.min() >= 0, "what normalizes and activates is part of the layer"


def test_layers_see_the_image_in_the_range_of_the_network(tmp_path: Path) -> None:
    network = Network.load(write(tmp_path / "small.h5", small_config(), small_weights()))
    image = draw(reference_digits()[0][:1], HANDS[0])
    inverted = CONVENTIONS.index((1, 0))
    layers = Recognizer(network, "small", CONVENTIONS[inverted]).look_inside(image[0])
    assert np.array_equal(layers[-1].values, network(1 - image)[0])


def test_numbers_that_overflow_are_shown_as_numbers(tmp_path: Path) -> None:
    weights = small_weights()
    weights["answer"]["kernel"] *= 1e38
    network = Network.load(write(tmp_path / "small.h5", small_config(), weights))
    layers = look_into(network, draw(reference_digits()[0][:1], HANDS[0]))
    assert all(np.isfinite(layer.values).all() for layer in layers)
