"""A person's corrections: what they change, and what they leave as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.convention import HANDS, Convention, draw, look, reference_digits
from app.hand import SLANTS, Correction
from app.ink import Ink, bounding_box, transform
from app.network import Network
from app.preprocess import Picture
from app.recognizer import Recognizer
from tests.h5_files import layer, write
from tests.test_recognizer import NO_DIGITS, polygon

Lines = list[NDArray[np.float64]]

SIGN = [polygon(3)]
"""A triangle: what somebody might mean by it, no network can know."""
SIMILAR: list[Lines] = [
    [7 * line + 300 for line in SIGN],
    transform(SIGN, turn=0.08),
    transform(SIGN, slant=0.12),
    transform(SIGN, slant=-0.12),
    transform(SIGN, stretch=1.08),
]


@pytest.fixture
def recognizer() -> Recognizer:
    return Recognizer.load()


def correction(lines: Lines, digit: int) -> Correction:
    return Correction(Ink.from_lines(lines), digit)


def read(recognizer: Recognizer, lines: Lines) -> str:
    return recognizer.read_single(Ink.from_lines(lines)).text


def rows(recognizer: Recognizer) -> NDArray[np.float32]:
    """The probabilities of the reference digits."""
    digits, _ = reference_digits()
    inks = [Ink.from_lines(lines) for lines in digits]
    return np.array([recognizer.read_single(ink).digits[0].probabilities for ink in inks])


def test_a_corrected_drawing_is_read_as_corrected_at_once(recognizer: Recognizer) -> None:
    assert read(recognizer, SIGN) == "?"
    recognizer.learn([correction(SIGN, 4)])
    digit = recognizer.read_single(Ink.from_lines(SIGN)).digits[0]
    assert digit.accepted and digit.label == 4
    assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_similar_writing_is_read_as_corrected_too(recognizer: Recognizer) -> None:
    recognizer.learn([correction(SIGN, 4)])
    assert [read(recognizer, lines) for lines in SIMILAR] == ["4"] * len(SIMILAR)


def test_even_what_the_network_is_sure_of_can_be_corrected(recognizer: Recognizer) -> None:
    digits, labels = reference_digits()
    for lines, label in zip(digits[::4], labels[::4].tolist(), strict=True):
        leaning = transform(lines, slant=0.15)
        recognizer.learn([correction(leaning, (label + 3) % 10)])
        assert read(recognizer, leaning) == str((label + 3) % 10)
        assert read(recognizer, lines) == str(label), "other people's digits stay"


def test_what_is_unlike_the_corrected_is_read_exactly_as_before(recognizer: Recognizer) -> None:
    before = rows(recognizer)
    recognizer.learn([correction(SIGN, 4)])
    assert np.array_equal(rows(recognizer), before)


def test_only_new_corrections_are_looked_at(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def counting(
        network: Network, images: Picture, convention: Convention
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        seen.append(len(images))
        return look(network, images, convention)

    monkeypatch.setattr("app.recognizer.look", counting)
    recognizer.learn([])
    assert seen == [], "there is nothing to learn"
    corrections = [correction(lines, 4) for lines in SIMILAR]
    recognizer.learn(corrections[:3])
    seen.clear()
    recognizer.learn(corrections[1:])
    assert sum(seen) == 2 * len(SLANTS)


def test_what_is_no_digit_stays_rejected(recognizer: Recognizer) -> None:
    recognizer.learn([correction(SIGN, 4)])
    others = [name for name in NO_DIGITS if name != "a triangle"]
    assert {name: read(recognizer, NO_DIGITS[name]) for name in others} == dict.fromkeys(
        others, "?"
    )


def test_corrections_taken_back_leave_nothing(recognizer: Recognizer) -> None:
    first, second = correction(SIGN, 4), correction(transform(SIGN, turn=np.pi), 5)
    sign = Ink.from_lines(SIGN)
    alone = recognizer.read_single(sign).digits[0].probabilities
    recognizer.learn([first])
    with_first = recognizer.read_single(sign).digits[0].probabilities
    recognizer.learn([first, second])
    recognizer.learn([first])
    assert np.array_equal(recognizer.read_single(sign).digits[0].probabilities, with_first)
    recognizer.learn([])
    assert np.array_equal(recognizer.read_single(sign).digits[0].probabilities, alone)


def test_the_latest_of_corrections_that_contradict_counts(recognizer: Recognizer) -> None:
    as_4, as_7 = correction(SIGN, 4), correction(SIGN, 7)
    for corrections, text in (
        ([as_4, as_7], "7"),
        ([as_7, as_4], "4"),
        ([as_4, as_7, as_4], "4"),
        ([as_4, as_7, as_4, as_7], "7"),
    ):
        recognizer.learn(corrections)
        assert read(recognizer, SIGN) == text


def test_a_correction_ends_where_another_begins(recognizer: Recognizer) -> None:
    upside_down = transform(SIGN, turn=np.pi)
    recognizer.learn([correction(SIGN, 4), correction(upside_down, 9)])
    assert read(recognizer, SIGN) == "4"
    assert read(recognizer, upside_down) == "9"


def side_by_side(*wanted: int) -> list[Lines]:
    """Reference digits in a row, 15 canvas pixels apart, leaning a little."""
    digits, labels = reference_digits()
    row = []
    edge = 0.0
    for digit in wanted:
        lines = transform(digits[labels.tolist().index(digit)], slant=0.1)
        x, y, width, _ = bounding_box(lines)
        row.append([line - [x - edge, y] for line in lines])
        edge += width + 15
    return row


def test_a_digit_of_a_number_is_corrected_with_its_own_ink(recognizer: Recognizer) -> None:
    two, three = side_by_side(2, 3)
    ink = Ink.from_lines([*two, *three])
    before = recognizer.read(ink)
    assert before.text == "23"
    assert before.digits[1].ink == Ink.from_lines(three)
    recognizer.learn([Correction(before.digits[1].ink, 8)])
    assert recognizer.read(ink).text == "28"
    recognizer.learn([])
    again = recognizer.read(ink)
    assert again.text == "23"
    assert np.array_equal(again.digits[1].probabilities, before.digits[1].probabilities)


def test_of_a_stroke_that_is_two_digits_a_part_is_corrected(recognizer: Recognizer) -> None:
    [three], [two] = side_by_side(3, 2)
    ink = Ink.from_lines([np.concatenate([three, two])])
    reading = recognizer.read(ink)
    assert reading.text == "32"
    for digit in reading.digits:
        assert bounding_box(digit.ink.lines()) == pytest.approx(digit.box)
    recognizer.learn([Correction(reading.digits[0].ink, 8)])
    assert recognizer.read(ink).text == "82"


def test_pictures_are_read_as_corrections_say(recognizer: Recognizer) -> None:
    tile = draw([SIGN], HANDS[0])[0]
    recognizer.learn([correction(SIGN, 4)])
    assert recognizer.read_picture(tile).text == "4"


@pytest.mark.parametrize("activation", ["softmax", "linear"])
def test_a_network_without_features_goes_by_the_picture(tmp_path: Path, activation: str) -> None:
    digits, labels = reference_digits()
    images = np.concatenate([draw(digits, hand) for hand in HANDS])
    labels = np.tile(labels, len(HANDS))
    means = np.array([images[labels == digit].mean(axis=0).ravel() for digit in range(10)])
    kernel = 0.3 * (means - means.mean(axis=0)).T
    bias = -0.5 * 0.3 * (means**2).sum(axis=1)
    image = layer("InputLayer", "image", batch_shape=[None, 784], dtype="float32")
    answer = layer("Dense", "answer", units=10, activation=activation, use_bias=True)
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [image, answer]}}
    weights = {"answer": {"kernel": kernel.astype("f4"), "bias": bias.astype("f4")}}
    recognizer = Recognizer.load(write(tmp_path / "nearest.h5", config, weights))
    before = rows(recognizer)
    assert recognizer.read_single(Ink.from_lines(SIGN)).digits[0].label != 7
    recognizer.learn([correction(SIGN, 7)])
    assert [read(recognizer, lines) for lines in [SIGN, *SIMILAR]] == ["7"] * (1 + len(SIMILAR))
    assert np.array_equal(rows(recognizer).argmax(axis=1), before.argmax(axis=1))
