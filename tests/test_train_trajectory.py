"""The training of the network that knows how digits are drawn, on very little."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from app.convention import reference_digits
from app.trajectory import FEATURES, TRAJECTORY_MODEL, Lines, Trajectories
from tests.tiny_training import known_parts
from training import trajectory
from training.datasets import DataError, Sample
from training.parts import TrainingData
from training.trajectory import build, drawn_otherwise, examples, joined

DIGITS, LABELS = reference_digits()
SAMPLES = [Sample(str(label), 1, lines) for lines, label in zip(DIGITS, LABELS, strict=True)]
LETTERS = [Sample("V", 1, [np.array([[0.0, 0], [50, 100], [100, 0]])])]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A training of seconds in an empty folder, where a copy stands for the app's network."""

    def data(data_dir: Path | None, half: int | None = None) -> TrainingData:
        nothing = np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)
        return TrainingData(*nothing, SAMPLES[:: half or 1], [], LETTERS)

    for name, value in {
        "training_data": data,
        "held_back_parts": known_parts,
        "OUTLIERS": 20,
        "EPOCHS": 2,
        "TRAJECTORY_MODEL": tmp_path / "app.h5",
    }.items():
        monkeypatch.setattr(trajectory, name, value)
    shutil.copy(TRAJECTORY_MODEL, tmp_path / "app.h5")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["trajectory.py", *arguments])
    return trajectory.main()


def test_digits_are_shown_with_their_labels_and_what_is_none_with_all(
    tiny: Path, rng: np.random.Generator
) -> None:
    seen, targets = examples(None, None, rng)
    digits = trajectory.REPEATS * len(SAMPLES)
    assert seen.shape == (digits + 20, FEATURES) and len(targets) == len(seen)
    assert np.array_equal(targets[:digits].argmax(axis=1), np.tile(LABELS, trajectory.REPEATS))
    assert (targets[:digits].max(axis=1) == 1).all()
    assert targets[digits:] == pytest.approx(0.1)
    varied = seen[:digits].reshape(trajectory.REPEATS, len(SAMPLES), FEATURES)
    assert (np.abs(np.diff(varied, axis=0)).max(axis=2) > 0).all(), "varied anew each time"


def test_it_is_shown_digits_of_the_size_at_which_they_are_read(tiny: Path) -> None:
    known = Trajectories.load()
    seen, targets = examples(None, None, np.random.default_rng(2))
    of_digits = targets.max(axis=1) == 1
    right = known._network(seen[of_digits]).argmax(axis=1) == targets[of_digits].argmax(axis=1)
    assert right.mean() > 0.95


def test_columns_answer_as_one_by_the_mean_of_their_logits(rng: np.random.Generator) -> None:
    model = build()
    seen = rng.random((5, FEATURES), np.float32)
    apart = model.predict(seen, verbose=0)
    together = joined(model).predict(seen, verbose=0)
    assert apart.shape == (5, 2, 10)
    mean = np.exp(np.log(apart).mean(axis=1))
    assert together == pytest.approx(mean / mean.sum(axis=1, keepdims=True), rel=1e-4)


def as_sets(lines: Lines) -> list[list[tuple[float, ...]]]:
    """The points of each stroke in whatever direction, the strokes in whatever order."""
    return sorted(sorted(map(tuple, points.tolist())) for points in lines)


def test_ink_stays_the_same_when_it_is_drawn_otherwise(rng: np.random.Generator) -> None:
    lines = next(lines for lines in DIGITS if len(lines) == 2)
    reversed_, reordered = 0, 0
    for _ in range(500):
        drawn = drawn_otherwise(lines, rng)
        assert as_sets(drawn) == as_sets(lines)
        first = next(i for i, points in enumerate(drawn) if len(points) == len(lines[0]))
        reordered += first != 0
        reversed_ += not np.array_equal(drawn[first], lines[0])
    assert 0.02 < reversed_ / 500 < 0.1
    assert 0.03 < reordered / 500 < 0.15


def test_the_same_seed_gives_the_same_network_and_half_the_writers_another(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, arguments in {"a": [], "b": [], "c": ["--seed", "2"]}.items():
        assert run(monkeypatch, "--half", "2", "--out", f"{name}.h5", *arguments) == 0
    a, b, c = (Trajectories.load(tiny / f"{name}.h5").judge(DIGITS) for name in "abc")
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    assert (tiny / "app.h5").read_bytes() == TRAJECTORY_MODEL.read_bytes(), "for segment.py alone"


@pytest.mark.parametrize(
    ("new", "arguments", "taken"),
    [(0.9, [], True), (0.8, [], True), (0.7, [], False), (0.7, ["--replace"], True)],
)
def test_a_network_takes_the_place_of_the_apps_where_it_is_as_good_or_asked_to(
    tiny: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    new: float,
    arguments: list[str],
    taken: bool,
) -> None:
    def score(results: object) -> float:
        return new if results == "new" else 0.8

    def evaluate(path: Path, parts: object, trajectories: Trajectories | None = None) -> str:
        return "new" if trajectories else "the app's"

    for name, value in {"score": score, "evaluate": evaluate, "format_table": str}.items():
        monkeypatch.setattr(trajectory, name, value)
    assert run(monkeypatch, *arguments) == 0
    assert ("The app now has this network" in capsys.readouterr().out) == taken
    trained = (tiny / "runs" / "trajectory.h5").read_bytes()
    assert ((tiny / "app.h5").read_bytes() == trained) == taken


def test_missing_data_is_told_in_a_sentence(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(data_dir: Path | None, half: int | None = None) -> TrainingData:
        raise DataError("data: there is no such folder")

    monkeypatch.setattr(trajectory, "training_data", missing)
    assert run(monkeypatch) == 1
    assert capsys.readouterr().err == "data: there is no such folder\n"
