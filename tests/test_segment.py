"""The training of segmentation, with numbers made of the reference digits."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from app.candidates import FEATURES
from app.convention import reference_digits
from app.potentials import Potentials
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.trajectory import TRAJECTORY_MODEL
from training import segment
from training.compose import Hand, expression, number
from training.datasets import Sample
from training.parts import TrainingData
from training.scans import Scan, scan
from training.segment import (
    NO_NUMBER,
    Case,
    case_of,
    case_of_scan,
    compose,
    drawings,
    share_right,
    train,
)


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
    numbers = compose([hand], 60, 0.5, np.random.default_rng(1))
    lengths = {len(n.text) for n in numbers if n.text.isdigit()}
    assert len(numbers) == 60
    assert lengths == set(range(1, 8))
    assert 16 <= sum(not n.text.isdigit() for n in numbers) <= 20


def test_a_drawing_that_is_no_number_is_one_thing_and_no_mark(recognizer: Recognizer) -> None:
    v, bar = np.array([[0.0, 0], [50, 100], [100, 0]]), np.array([[10.0, 40], [90, 40]])
    drawn = drawings([Sample("A", 1, [v, bar])], 40, np.random.default_rng(2))
    assert {n.text for n in drawn} == {NO_NUMBER}
    cases = [case_of(n, recognizer) for n in drawn]
    reachable = [case for case in cases if case.reachable]
    assert len(reachable) > 20, "what has more strokes than a digit cannot be one"
    for case in reachable:
        [c] = np.flatnonzero(case.truth[0])
        assert case.candidates.members[c].all() and not case.truth[1].any()


def test_the_strokes_of_a_picture_belong_to_its_characters(
    hand: Hand, recognizer: Recognizer
) -> None:
    rng = np.random.default_rng(4)
    numbers = [number(length, hand, "wide", False, rng) for length in (1, 2, 3, 4, 5)]
    for written in [*numbers, expression(hand, rng, ["d-d"])]:
        case = case_of_scan(scan(written, rng), recognizer)
        assert case is not None and case.reachable
        digits, marks = case.truth
        assert digits.sum() == len(written.digits)
        assert marks.sum() == len(written.text) - len(written.digits)
        # What is drawn alone is read rightly, which tells that the truth has the right strokes.
        named = case.candidates.probabilities[digits].argmax(axis=1)
        assert sorted(named.tolist()) == sorted(map(int, written.digits))


def test_paper_is_no_case(recognizer: Recognizer) -> None:
    paper = np.zeros((60, 60), np.float32)
    assert case_of_scan(Scan("1", paper, np.full(paper.shape, -1)), recognizer) is None


def test_training_finds_true_partitions_from_nothing(
    cases: list[Case],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(segment, "EPOCHS", 40)
    model = train(cases, seed=1)
    losses = [float(line.split()[2]) for line in capsys.readouterr().out.splitlines()]
    assert len(losses) == 40
    assert losses[-1] < 0.1 * losses[0]
    model.save(tmp_path / "new.h5", include_optimizer=False)
    potentials = Potentials.load(tmp_path / "new.h5")
    assert share_right(cases, potentials) == 1
    features = cases[0].candidates.features
    expected = model.predict(features.astype(np.float32), verbose=0).T
    assert potentials(features) == pytest.approx(expected, abs=1e-3)
    [kernel, bias, last_kernel, last_bias] = model.get_weights()
    assert share_right(cases, Potentials(kernel, bias, -last_kernel, -last_bias)) < 0.5


def test_where_marks_are_rarer_all_are_as_much_less_likely(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "EPOCHS", 1)
    usual, rarer = (train(cases, seed=1, rarer=times).get_weights() for times in (1.0, 3.0))
    for before, after in zip(usual[:-1], rarer[:-1], strict=True):
        assert np.array_equal(before, after)
    assert rarer[-1] - usual[-1] == pytest.approx([0, -np.log(3)], abs=1e-6)


@pytest.mark.parametrize(("option", "count"), [([], 30), (["--pictures"], 56)])
def test_each_network_looks_at_writers_that_it_never_saw(
    option: list[str],
    count: int,
    hand: Hand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[int] = []
    shown: list[int] = []

    def hands(data_dir: Path | None, half: int) -> list[Hand]:
        asked.append(half)
        return [hand]

    def letters(data_dir: Path | None, half: int) -> TrainingData:
        shown.append(half)
        bars = np.zeros((2, 28, 28), np.uint8)
        bars[:, 4:24, 12:16] = 255
        v = np.array([[0.0, 0], [50, 100], [100, 0]])
        return TrainingData(bars, np.ones(2, np.uint8), [], [], [Sample("V", 1, [v])])

    monkeypatch.setattr(segment, "NUMBERS", 24)
    monkeypatch.setattr(segment, "DRAWINGS", 6)
    monkeypatch.setattr(segment, "PICTURES", 24)
    monkeypatch.setattr(segment, "MEASURED", 3)
    monkeypatch.setattr(segment, "training_data", letters)
    monkeypatch.setattr(segment, "EPOCHS", 1)
    monkeypatch.setattr(segment, "hands", hands)
    monkeypatch.setattr(segment, "held_back_hands", lambda _: [hand])
    both = BUNDLED_MODEL, TRAJECTORY_MODEL
    monkeypatch.setattr(segment, "HALVES", {1: both, 2: both})
    monkeypatch.setattr(sys, "argv", ["segment.py", *option, "--out", str(tmp_path / "new.h5")])
    assert segment.main() == 0
    assert asked == shown == [2, 1]
    out = capsys.readouterr().out
    assert f"of {count} numbers have their true partition among candidates" in out
    assert "of held-back writers" in out
    assert Potentials.load(tmp_path / "new.h5")(np.zeros((3, len(FEATURES)))).shape == (2, 3)


def test_a_missing_network_of_a_half_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    shared_data: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["segment.py", "--data-dir", str(shared_data)])
    assert segment.main() == 1
    assert "trajectory-half-1.h5: there is no such file" in capsys.readouterr().err
