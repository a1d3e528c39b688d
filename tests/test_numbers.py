"""Numbers, composed of real digits of writers held back from training, are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from app.ink import Ink, Stroke
from app.network import Network
from app.preprocess import Picture
from app.recognizer import BUNDLED_MODEL, Recognizer
from training.compose import (
    GAPS,
    OVERLAPPING,
    SIZE,
    Hand,
    Number,
    expression,
    joined,
    number,
    write,
)
from training.outliers import zigzag

Line = NDArray[np.float64]
RIGHT, DOWN = np.eye(2)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def exact(recognizer: Recognizer, numbers: Sequence[Number]) -> float:
    return float(np.mean([recognizer.read(n.ink).text == n.text for n in numbers]))


@pytest.mark.parametrize(("gap", "least"), [(g, 0.95) for g in GAPS] + [(OVERLAPPING, 0.9)])
def test_numbers_are_read_at_all_gaps(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator, gap: str, least: float
) -> None:
    numbers = [number(1 + i % 8, writers[i % 5], gap, False, rng) for i in range(80)]
    assert exact(recognizer, numbers) >= least


def test_bars_may_come_late(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [number(2 + i % 7, writers[i % 5], "natural", True, rng) for i in range(80)]
    numbers = [n for n in numbers if n.owners != sorted(n.owners)]
    assert len(numbers) > 30
    assert exact(recognizer, numbers) >= 0.93


def test_a_stroke_through_two_digits_is_split(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [joined(number(2, writers[i % 5], "natural", False, rng)) for i in range(60)]
    assert exact(recognizer, numbers) >= 0.7


def test_a_whole_page_of_numbers_is_read(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [number(8, writers[i % 5], "natural", False, rng) for i in range(40)]
    lines = [line + 2 * SIZE * i * DOWN for i, n in enumerate(numbers) for line in n.lines]
    read = recognizer.read(Ink.from_lines(lines)).text.split("\n")
    assert len(lines) > 300
    assert np.mean([text == n.text for text, n in zip(read, numbers, strict=True)]) >= 0.9


def test_a_stroke_that_still_grows_is_not_split_before_it_ends(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [joined(number(2, writers[i % 5], "natural", False, rng)) for i in range(30)]
    inks = [n.ink for n in numbers if len(n.lines) == 1]
    assert any(len(recognizer.read(ink).digits) == 2 for ink in inks)
    assert all(len(recognizer.read(ink, growing=True).digits) == 1 for ink in inks)


def test_digits_beside_punctuation_come_out_right(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [expression(writers[i % 5], rng) for i in range(80)]
    texts = ["".join(filter(str.isdigit, recognizer.read(n.ink).text)) for n in numbers]
    assert np.mean([text == n.digits for text, n in zip(texts, numbers, strict=True)]) >= 0.9


def test_a_dash_parts_numbers_and_becomes_nothing_itself(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [write("36-82", writers[i % 5], "natural", rng) for i in range(20)]
    assert np.mean([recognizer.read(n.ink).text == "36 82" for n in numbers]) >= 0.9


def test_a_percent_sign_becomes_nothing(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    numbers = [write("45%", writers[i % 5], "natural", rng) for i in range(400)]
    assert np.mean([recognizer.read(n.ink).text == "45" for n in numbers]) >= 0.9


def test_single_digits_are_read_as_well_as_when_told_to_be_single(
    recognizer: Recognizer, writers: list[Hand]
) -> None:
    samples = [sample for hand in writers for sample in hand.samples]
    inks = [Ink.from_lines(sample.lines) for sample in samples]
    labels = [sample.label for sample in samples]
    automatic = [recognizer.read(ink).text for ink in inks]
    single = [recognizer.read_single(ink).text for ink in inks]
    assert np.mean(np.array(automatic) == labels) >= np.mean(np.array(single) == labels) - 0.002


def test_lines_and_numbers_are_told_apart_and_keep_their_strokes(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    right = 0
    for index in range(20):
        hand = writers[index % 5]
        parts = [write(text, hand, "natural", rng) for text in ("308", "26", "693")]
        first, second, below = parts
        width = np.concatenate(first.lines)[:, 0].max() + 2 * SIZE
        lines = [*first.lines, *[line + width * RIGHT for line in second.lines]]
        lines += [line + 1.8 * SIZE * DOWN for line in below.lines]
        reading = recognizer.read(Ink.from_lines(lines))
        if reading.text == "308 26\n693":
            right += 1
            assert [digit.line for digit in reading.digits] == [0] * 5 + [1] * 3
            strokes = [stroke for digit in reading.digits for stroke in digit.strokes]
            assert sorted(strokes) == list(range(len(lines)))
    assert right >= 18


def scratched(written: Number, owner: int, rng: np.random.Generator) -> list[Line]:
    """The strokes of a number and a scratch over one of its characters."""
    points = np.concatenate(written.lines_of(owner))
    low, high = points.min(axis=0), points.max(axis=0)
    teeth = np.linspace(0, 1, 9)
    x = np.where(np.arange(9) % 2, 0.95, 0.05)
    scratch = low + np.stack([x, teeth], axis=1) * (high - low) + rng.normal(0, 2, (9, 2))
    return [*written.lines, scratch]


def test_a_scratch_removes_what_it_covers_and_nothing_else(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    texts = []
    for index in range(20):
        written = write("5286", writers[index % 5], "natural", rng)
        texts.append(recognizer.read(Ink.from_lines(scratched(written, 2, rng))).text)
    assert texts.count("526") >= 18


def test_a_scratched_out_digit_leaves_nothing_and_what_is_written_over_it_counts(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    written = write("0", writers[0], "natural", rng)
    lines = scratched(written, 0, rng)
    assert recognizer.read(Ink.from_lines(lines)).digits == ()
    assert recognizer.read(Ink.from_lines([*lines, *written.lines])).text == "0"


def test_a_scratch_over_nothing_is_a_drawing_of_no_digit(
    recognizer: Recognizer, rng: np.random.Generator
) -> None:
    readings = [recognizer.read(Ink.from_lines([zigzag(rng)[0] * 100])) for _ in range(20)]
    assert [reading.text for reading in readings].count("?") >= 18


def test_a_stray_dot_changes_nothing(
    recognizer: Recognizer, writers: list[Hand], rng: np.random.Generator
) -> None:
    texts = []
    for index in range(20):
        written = write("8362", writers[index % 5], "natural", rng)
        points = np.concatenate(written.lines)
        dot = rng.uniform(points.min(axis=0), points.max(axis=0)) + rng.normal(0, 1, (3, 2))
        texts.append(recognizer.read(Ink.from_lines([*written.lines, dot])).text)
    assert texts.count("8362") >= 18


def test_only_what_a_new_stroke_can_change_is_scored_again(
    writers: list[Hand], rng: np.random.Generator
) -> None:
    network = Network.load(BUNDLED_MODEL)
    counts = []

    def counting(images: Picture) -> NDArray[np.float32]:
        counts.append(len(images))
        return network(images)

    recognizer = Recognizer(cast(Network, counting), "counting")
    for hand in writers:
        strokes = number(12, hand, "natural", False, rng).ink.strokes
        recognizer.read(Ink(strokes[:-1]))
        counts.clear()
        grown = recognizer.read(Ink(strokes))
        assert sum(counts) <= 40
        counts.clear()
        again = recognizer.read(Ink(strokes))
        assert counts == []
        afresh = Recognizer.load().read(Ink(strokes))
        assert again.text == grown.text == afresh.text


def test_a_growing_stroke_is_read_anew(recognizer: Recognizer) -> None:
    stroke = Stroke.from_xy(np.array([[0.0, 0], [60, -2]]))
    assert recognizer.read(Ink((stroke,))).text == "?"
    for x, y in ((65, 0), (40, 60), (30, 110)):
        stroke.append(x, y)
    assert recognizer.read(Ink((stroke,))).text == "7"
