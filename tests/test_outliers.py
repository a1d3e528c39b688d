"""What is no digit: of every kind, drawable, repeatable."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from app.preprocess import ink_to_image
from training.augment_ink import Lines
from training.datasets import UJI_FILES, Mnist, Sample, load_uji
from training.outliers import (
    HELD_BACK_SYMBOLS,
    LOOK_ALIKES,
    SYMBOLS,
    outliers,
    pair_of_scans,
    side_by_side,
    symbol,
    zigzag,
)
from training.parts import letters_without_look_alikes

BAR = [np.array([[0.0, 0.0], [0.0, 10.0]])]
LETTERS = [Sample("x", 1, [np.array([[0.0, 0], [9, 9]]), np.array([[9.0, 0], [0, 9]])])]
DIGITS = [Sample("1", 1, BAR)]
KINDS = outliers(LETTERS, DIGITS)


def test_the_shares_of_all_kinds_are_the_whole() -> None:
    assert sum(share for share, _ in KINDS.values()) == pytest.approx(1)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_draws_ink_that_differs_and_can_be_repeated(kind: str) -> None:
    _, draw = KINDS[kind]
    drawn = [draw(np.random.default_rng(seed)) for seed in range(40)]
    again = [draw(np.random.default_rng(seed)) for seed in range(40)]
    for lines, same in zip(drawn, again, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(lines, same, strict=True))
        assert all(np.isfinite(line).all() for line in lines)
    images = np.array([ink_to_image(lines) for lines in drawn])
    assert images.any(axis=(1, 2)).all(), "every drawing leaves ink"
    assert len(np.unique(images.reshape(40, -1), axis=0)) > 10


def extent(lines: Lines) -> tuple[float, float]:
    width, height = np.ptp(np.concatenate(lines), axis=0)
    return float(width), float(height)


def test_digits_side_by_side_are_wider_or_higher_than_one() -> None:
    for seed in range(50):
        lines = side_by_side([BAR, BAR], np.random.default_rng(seed))
        assert len(lines) == 2
        width, height = extent(lines)
        assert width > 0 or height > 1.2


def test_lines_are_rather_level_and_never_pass_for_a_1() -> None:
    _, draw = KINDS["line"]
    for seed in range(200):
        width, height = extent(draw(np.random.default_rng(seed))[:1])
        assert height < width


def test_a_dot_is_too_small_to_be_magnified() -> None:
    _, draw = KINDS["dots"]
    drawn = [draw(np.random.default_rng(seed)) for seed in range(50)]
    single = [lines for lines in drawn if len(lines) == 1]
    assert len(single) > 10
    assert sum(max(extent(lines)) < 4 for lines in single) > len(single) * 0.9


def test_a_zigzag_turns_often() -> None:
    assert all(len(zigzag(np.random.default_rng(seed))[0]) >= 6 for seed in range(20))


@pytest.mark.parametrize("name", [*SYMBOLS, *HELD_BACK_SYMBOLS])
def test_every_font_has_many_signs(name: str) -> None:
    fonts = {name: {**SYMBOLS, **HELD_BACK_SYMBOLS}[name]}
    drawn = [ink_to_image(symbol(np.random.default_rng(seed), fonts)) for seed in range(30)]
    assert len(np.unique(np.array(drawn).reshape(30, -1), axis=0)) > 20


def test_no_font_shows_a_digit_or_its_look_alikes() -> None:
    latin = [characters for name, characters in SYMBOLS.items() if name in ("futural", "rowmans")]
    assert all(not LOOK_ALIKES & set(characters) for characters in latin)
    assert all(not set("0123456789") & set(characters) for characters in SYMBOLS.values())


def test_fonts_that_measure_do_not_train() -> None:
    assert not set(SYMBOLS) & set(HELD_BACK_SYMBOLS)


def test_letters_without_look_alikes_are_two_of_three(shared_data: Path) -> None:
    uji = load_uji([shared_data / name for name in UJI_FILES])
    letters = letters_without_look_alikes(uji)
    counts = Counter(sample.label for sample in letters)
    assert len(counts) == 52 - len(LOOK_ALIKES)
    assert set(counts.values()) == {22}


def test_two_digits_stand_pair_of_scans_at_half_their_size(mnist: Mnist) -> None:
    digits = mnist.x_train[:2].astype(np.float32) / 255
    for seed in range(10):
        both = pair_of_scans(digits, np.random.default_rng(seed))
        assert both.shape == (28, 28)
        assert both.dtype == np.float32
        assert 0 < both.max() <= 1
        rows, columns = (np.flatnonzero(both.any(axis=axis)) for axis in (1, 0))
        assert 8 <= np.ptp(rows) <= 13
        assert 12 <= np.ptp(columns) <= 27
        assert both[:, :14].any()
        assert both[:, 14:].any()
