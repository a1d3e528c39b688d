"""The training of segmentation, with numbers made of the reference digits."""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from app.candidates import FEATURES, WEIGHTS, Candidates
from app.convention import reference_digits
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.trajectory import TRAJECTORY_MODEL
from training import segment
from training.compose import Hand, expression, number
from training.datasets import Sample
from training.segment import Case, case_of, compose, expected_features, share_right, train


@pytest.fixture(scope="module")
def hand() -> Hand:
    lines, labels = reference_digits()
    return Hand(
        [Sample(str(label), 1, strokes) for strokes, label in zip(lines, labels, strict=True)]
    )


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.fixture(scope="module")
def cases(hand: Hand, recognizer: Recognizer) -> list[Case]:
    rng = np.random.default_rng(3)
    numbers = [number(length, hand, "touching", True, rng) for length in (1, 2, 3, 4, 3, 4)]
    return [case for case in (case_of(n, recognizer) for n in numbers) if case.reachable]


def random_case(rng: np.random.Generator) -> Case:
    """Four strokes and all candidates of one or two of them, with features of no meaning."""
    members = [row for row in product([False, True], repeat=4) if 1 <= sum(row) <= 2]
    features = rng.normal(0, 1, (2, len(members), 3))
    candidates = Candidates(np.array(members), np.zeros((len(members), 10)), features)
    return Case(candidates, np.zeros((2, len(members)), bool))


def partitions(members: np.ndarray) -> list[list[int]]:
    """All ways to take candidates so that each stroke is in one of them."""
    count = len(members)
    taken = (np.flatnonzero(choice) for choice in product([0, 1], repeat=count))
    return [list(some) for some in taken if (members[some].sum(axis=0) == 1).all()]


def test_the_sum_goes_over_every_partition_as_digits_and_as_marks(
    rng: np.random.Generator,
) -> None:
    case, weights = random_case(rng), rng.normal(0, 1, 3)
    scores = case.candidates.features @ weights
    terms, features = [], []
    for chosen in partitions(case.candidates.members):
        for kinds in product([0, 1], repeat=len(chosen)):
            terms.append(sum(scores[kind, c] for kind, c in zip(kinds, chosen, strict=True)))
            features.append(case.candidates.features[list(kinds), chosen].sum(axis=0))
    shares = np.exp(terms) / np.exp(terms).sum()
    expectation, log_total = expected_features(case, weights)
    assert log_total == pytest.approx(np.log(np.exp(terms).sum()))
    assert expectation == pytest.approx(shares @ np.array(features))


def test_expected_features_are_the_gradient_of_the_sum(rng: np.random.Generator) -> None:
    case, weights, small = random_case(rng), rng.normal(0, 1, 3), 1e-5
    gradient = [
        (
            expected_features(case, weights + small * axis)[1]
            - expected_features(case, weights - small * axis)[1]
        )
        / (2 * small)
        for axis in np.eye(3)
    ]
    assert expected_features(case, weights)[0] == pytest.approx(gradient, abs=1e-6)


def test_the_truth_has_every_stroke_once(cases: list[Case]) -> None:
    assert len(cases) >= 5
    for case in cases:
        digits, marks = case.truth
        assert (case.candidates.members[digits].sum(axis=0) == 1).all()
        assert not marks.any()


def test_strokes_of_an_equals_sign_are_marks(hand: Hand, recognizer: Recognizer) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        written = expression(hand, rng)
        if "=" in written.text:
            break
    case = case_of(written, recognizer)
    of_marks = case.candidates.members[case.truth[1]]
    assert len(of_marks) >= 2
    assert (of_marks.sum(axis=1) >= 1).all()


def test_numbers_of_all_kinds_are_composed(hand: Hand) -> None:
    numbers = compose([hand], 60, np.random.default_rng(1))
    lengths = {len(n.text) for n in numbers if n.text.isdigit()}
    assert len(numbers) == 60
    assert lengths == set(range(1, 8))
    assert 10 <= sum(not n.text.isdigit() for n in numbers) <= 14


def test_training_finds_true_partitions_from_nothing(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(segment, "WEIGHTS", np.zeros_like(WEIGHTS))
    monkeypatch.setattr(segment, "EPOCHS", 15)
    weights = train(cases, np.random.default_rng(1))
    losses = [float(line.split()[2]) for line in capsys.readouterr().out.splitlines()]
    assert len(losses) == 15
    assert losses[-1] < 0.5 * losses[0]
    assert share_right(cases, weights) == 1
    assert share_right(cases, -weights) < 0.5


def test_each_network_looks_at_writers_that_it_never_saw(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[int] = []

    def hands(data_dir: Path | None, half: int) -> list[Hand]:
        asked.append(half)
        return [hand]

    monkeypatch.setattr(segment, "NUMBERS", 12)
    monkeypatch.setattr(segment, "EPOCHS", 1)
    monkeypatch.setattr(segment, "hands", hands)
    monkeypatch.setattr(segment, "held_back_hands", lambda _: [hand])
    both = BUNDLED_MODEL, TRAJECTORY_MODEL
    monkeypatch.setattr(segment, "HALVES", {1: both, 2: both})
    monkeypatch.setattr(sys, "argv", ["segment.py"])
    segment.main()
    assert asked == [2, 1]
    out = capsys.readouterr().out
    assert "of 12 numbers have their true partition among candidates" in out
    assert "of held-back writers" in out
    printed = [line.split('"')[1] for line in out.splitlines() if line.startswith('    "')]
    assert printed == list(FEATURES)


def test_a_missing_network_of_a_half_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["segment.py"])
    assert segment.main() == 1
    assert "trajectory-half-1.h5: there is no such file" in capsys.readouterr().err
