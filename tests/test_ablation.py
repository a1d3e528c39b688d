"""Ablation: what a variation is worth shows in the errors of networks trained without it."""

import sys

import numpy as np
import pytest

from training import ablation
from training.ablation import Study
from training.batches import Indices, Pictures, one_hot

WAYS = np.random.default_rng(1).random((2, 10, 28, 28)).astype(np.float32).round()
"""Two ways to draw each of ten classes."""


def drawn(labels: Indices, way: int) -> Pictures:
    return WAYS[way, labels], one_hot(labels)


def learn(chosen: Indices, rng: np.random.Generator, without: set[str]) -> Pictures:
    """Half the samples in the other way, unless that is left out."""
    images, targets = drawn(chosen % 10, 0)
    other = rng.random(len(chosen)) < 0.5
    if "other way" not in without:
        images = np.where(other[:, None, None], WAYS[1, chosen % 10], images)
    return images, targets


def test_a_network_trained_without_a_variation_errs_where_that_is_asked() -> None:
    asked = {"same way": drawn(np.arange(100) % 10, 0), "other way": drawn(np.arange(100) % 10, 1)}
    study = Study("classes", ["other way"], 300, 1000, learn, asked)
    assert study.errors(set(), seed=1) == [0, 0]
    same, other = study.errors({"other way"}, seed=1)
    assert same == 0 and other > 0.6


class Known(Study):
    """Its errors are known: leaving out "good" costs, by the seed, 3 or 5 of 100."""

    def errors(self, without: set[str], seed: int) -> list[float]:
        return [0.01 * seed + (0.01 + 0.02 * seed) * ("good" in without)]


def test_rows_tell_how_many_more_errors_there_are_without_each_variation() -> None:
    study = Known("pens", ["good", "useless"], 1, 1, learn, {"hands": drawn(np.arange(1), 0)})
    assert list(study.rows(seeds=2)) == [
        "| pens: without | wrong, hands |",
        "| --- | --- |",
        "| none | 1.50% ± 0.50% |",
        "| good | +4.00% ± 1.00% |",
        "| useless | +0.00% ± 0.00% |",
        "| all | +4.00% ± 1.00% |",
    ]
    assert list(study.rows(seeds=1))[2:4] == ["| none | 1.00% |", "| good | +3.00% |"]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--data-dir", "nowhere"], 1, "nowhere: there is no such folder\n"),
        (["--seeds", "0"], 2, "--seeds 0: at least one is needed\n"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_in_a_sentence(
    arguments: list[str],
    status: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["ablation.py", *arguments])
    try:
        assert ablation.main() == status
    except SystemExit as exit_:
        assert exit_.code == status
    assert capsys.readouterr().err.endswith(sentence)
