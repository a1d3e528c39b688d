"""What is measured of a network, and the command that measures it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from app.convention import REFERENCE_DIGITS
from app.ink import Drawing, Ink, read_drawings
from app.network import NetworkError
from app.preprocess import ink_to_image
from app.recognizer import BUNDLED_MODEL, Recognizer
from tests.results import make_result
from training import evaluate as module
from training.evaluate import (
    Result,
    class_rows,
    evaluate,
    format_table,
    main,
    part_rows,
    score,
    to_json,
    wilson_interval,
)
from training.parts import NO_DIGIT, Part


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    # By Wilson's formula with z = 1.959964, so z^2 = 3.841459:
    [
        # (0.8 + 0.192073 -+ 1.959964 sqrt(0.016 + 0.009604)) / 1.384146
        (0.8, 10, 0.490162, 0.943318),
        # (z^2 -+ z^2) / 2 / (10 + z^2)
        (0.0, 10, 0.0, 0.277533),
        (1.0, 10, 0.722467, 1.0),
    ],
)
def test_the_interval_is_wilsons(share: float, count: int, low: float, high: float) -> None:
    assert wilson_interval(share, count) == pytest.approx((low, high), abs=1e-6)


def test_rounding_does_not_take_an_interval_beyond_the_range_of_shares() -> None:
    for count in range(1, 100):
        assert wilson_interval(0.0, count)[0] >= 0
        assert wilson_interval(1.0, count)[1] <= 1


def test_a_digit_is_right_by_its_label_and_handled_only_if_accepted() -> None:
    result = make_result([1, 2, 3, 4], [1, 2, 8, NO_DIGIT], [0.9, 0.4, 0.8, 0.0])
    assert result.right.tolist() == [True, True, False, False]
    assert result.handled.tolist() == [True, False, False, False]
    assert result.accuracy == 0.5
    assert result.rejected == 0.5


def test_what_is_no_digit_is_right_where_it_is_rejected() -> None:
    result = make_result([NO_DIGIT] * 4, [1, 2, 3, NO_DIGIT], [0.995, 0.6, 0.4, 0.0])
    assert result.right.tolist() == result.handled.tolist() == [False, False, True, True]
    assert result.rejected == result.accuracy == 0.5
    assert result.per_class == {}


def test_each_digit_has_an_accuracy_of_its_own() -> None:
    result = make_result([0, 0, 0, 0, 7], [0, 0, 0, 6, 1], [0.9] * 5)
    assert result.per_class == {0: 0.75, 7: 0.0}


def test_the_calibration_error_is_the_mean_gap_of_confidence_and_accuracy_over_bins() -> None:
    # One bin: 4 answers of 95 % on average, 3 of them right. Another: 1 of 60 %, right.
    result = make_result([1, 1, 1, 1, 1], [1, 1, 1, 2, 1], [0.94, 0.96, 0.94, 0.96, 0.6])
    assert result.calibration_error == pytest.approx(100 * (4 * 0.2 + 1 * 0.4) / 5)


def test_gaps_to_both_sides_within_a_bin_cancel_and_across_bins_do_not() -> None:
    in_one_bin = make_result([1, 1], [1, 2], [0.5, 0.5])
    assert in_one_bin.calibration_error == pytest.approx(0)
    in_two_bins = make_result([1, 1], [1, 2], [0.6, 0.4])
    assert in_two_bins.calibration_error == pytest.approx(40)


def test_the_bins_hold_every_answer_up_to_full_confidence() -> None:
    result = make_result([1, 1, 1], [1, 1, NO_DIGIT], [1.0, 0.999, 0.0])
    count, right, confidence = result.bins
    assert count[[0, -1]].tolist() == [1, 2]
    assert count.sum() == 3
    assert right[-1] == 2
    assert confidence[-1] == pytest.approx(1.999)


def test_the_likelihood_is_that_of_the_written_digit_and_never_infinite() -> None:
    assert make_result([1, 1], [1, 1], [0.5, 0.25]).negative_log_likelihood == pytest.approx(
        (np.log(2) + np.log(4)) / 2, rel=1e-6
    )
    unread = make_result([1], [NO_DIGIT], [0.0])
    assert unread.negative_log_likelihood == pytest.approx(7 * np.log(10), rel=1e-6)


def test_only_wrong_answers_above_99_percent_are_confidently_wrong() -> None:
    digits = make_result([1, 1, 1, 1], [1, 2, 2, NO_DIGIT], [0.999, 0.999, 0.99, 0.0])
    assert digits.confidently_wrong == 1
    scribbles = make_result([NO_DIGIT] * 3, [1, 2, NO_DIGIT], [0.995, 0.9, 0.0])
    assert scribbles.confidently_wrong == 1


def test_the_score_is_the_mean_over_the_parts_held_back_alone() -> None:
    digits = make_result([1] * 4, [1, 1, 1, 2], [0.9, 0.9, 0.4, 0.9], held_back=True)
    scribbles = make_result([NO_DIGIT] * 10, [1] * 10, [0.1] * 10, held_back=True)
    test = make_result([1] * 100, [2] * 100, [0.9] * 100, held_back=False)
    assert score([digits, scribbles]) == pytest.approx((0.5 + 1) / 2)
    assert score([digits, test, scribbles]) == score([digits, scribbles])


def results_of_both_kinds() -> list[Result]:
    return [
        make_result([3, 3, 3, 5], [3, 3, 8, 5], [0.9, 0.4, 0.999, 0.9], name="pen digits"),
        make_result([NO_DIGIT] * 2, [1, 2], [0.3, 0.995], name="scribbles"),
    ]


def test_json_holds_what_fits_the_part() -> None:
    measured = json.loads(json.dumps(to_json(results_of_both_kinds()), allow_nan=False))
    digits = measured["pen digits"]
    assert list(measured) == ["pen digits", "scribbles"]
    assert digits["count"] == 4
    assert digits["accuracy"] == 0.75
    assert digits["interval"] == pytest.approx(wilson_interval(0.75, 4), abs=1e-6)
    assert digits["per_class"] == {"3": pytest.approx(2 / 3, abs=1e-6), "5": 1.0}
    assert digits["rejected"] == 0.25
    assert digits["confidently_wrong"] == 1
    assert digits["calibration_error"] > 0
    assert digits["negative_log_likelihood"] > 0
    low, high = wilson_interval(0.5, 2)
    assert measured["scribbles"] == {
        "count": 2,
        "rejected": 0.5,
        "interval": [pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6)],
        "confidently_wrong": 1,
    }


def test_the_tables_have_a_row_a_part_and_one_a_part_of_digits() -> None:
    head, digits, scribbles = part_rows(results_of_both_kinds())
    assert digits[:4] == ["pen digits", "4", "75.00% (30.06% to 95.44%)", "25.00%"]
    assert digits[-1] == scribbles[-1] == "1"
    assert scribbles[head.index("calibration error")] == "-"
    head, *rows = class_rows(results_of_both_kinds())
    assert head == ["right", *"0123456789"]
    assert rows == [["pen digits", "-", "-", "-", "66.67%", "-", "100.00%", "-", "-", "-", "-"]]


def test_the_table_is_markdown_in_straight_columns() -> None:
    parts, classes = format_table(results_of_both_kinds()).split("\n\n")
    for table, rows in [(parts, 4), (classes, 3)]:
        lines = table.splitlines()
        assert len(lines) == rows
        assert set(lines[1]) == set("|- ")
        assert len({tuple(i for i, c in enumerate(line) if c == "|") for line in lines}) == 1


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    """The ten reference digits as ink and as pictures, and clean paper."""
    drawings = [d for d in read_drawings(REFERENCE_DIGITS) if isinstance(d, Drawing)][:10]
    ink = [drawing.ink for drawing in drawings]
    labels = np.array([int(drawing.keys["word"]) for drawing in drawings])
    pictures = [ink_to_image(drawing.lines()) for drawing in ink]
    return [
        Part("ink", True, ink, labels),
        Part("pictures", False, pictures, labels),
        Part("clean paper", True, [Ink(), np.zeros((28, 28), np.float32)], np.full(2, NO_DIGIT)),
    ]


def test_a_network_is_measured_as_the_app_reads(parts: list[Part]) -> None:
    ink, pictures, paper = evaluate(BUNDLED_MODEL, parts)
    recognizer = Recognizer.load(BUNDLED_MODEL)
    for index, item in enumerate(ink.part.items):
        assert isinstance(item, Ink)
        [digit] = recognizer.read_single(item).digits
        assert ink.predicted[index] == digit.label
        assert ink.confidence[index] == digit.confidence
        assert ink.accepted[index] == digit.accepted
        assert np.array_equal(ink.probabilities[index], digit.probabilities)
    assert ink.accuracy == pictures.accuracy == 1
    assert ink.probabilities.dtype == np.float32
    assert ink.probabilities.shape == (10, 10)
    assert paper.predicted.tolist() == [NO_DIGIT] * 2
    assert paper.confidence.tolist() == [0, 0]
    assert not paper.probabilities.any()
    assert score([ink, paper]) == 1


def test_ink_and_pictures_are_measured_as_one_digit(parts: list[Part]) -> None:
    three, one = (np.asarray(parts[1].items[digit]) for digit in (3, 1))
    two = np.hstack([three, one])
    assert len(Recognizer.load().read_picture(two).digits) == 2
    [measured] = evaluate(BUNDLED_MODEL, [Part("two", True, [two], np.full(1, NO_DIGIT))])
    assert measured.accuracy == 1


def test_what_is_no_network_is_an_error(tmp_path: Path, parts: list[Part]) -> None:
    with pytest.raises(NetworkError):
        evaluate(tmp_path / "missing.h5", parts)


@pytest.fixture
def run(parts: list[Part], monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setattr(module, "held_back_parts", lambda data_dir: parts[::2])
    monkeypatch.setattr(module, "test_parts", lambda data_dir: parts[1:2])
    return Run(monkeypatch)


class Run:
    """The command line within this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: object) -> int:
        self._monkeypatch.setattr(sys, "argv", ["evaluate.py", *map(str, arguments)])
        return main()


def test_the_command_prints_a_table_of_all_parts(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(BUNDLED_MODEL) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{BUNDLED_MODEL}: score 1.0000\n")
    assert [line.split("|")[1].strip() for line in out.splitlines()[2:7]] == [
        "part",
        "-" * len("clean paper"),
        "ink",
        "clean paper",
        "pictures",
    ]
    assert err == ""


def test_the_command_prints_one_object_by_file(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.h5"
    copy.write_bytes(BUNDLED_MODEL.read_bytes())
    assert run("--json", BUNDLED_MODEL, copy) == 0
    measured = json.loads(capsys.readouterr().out)
    assert list(measured) == [str(BUNDLED_MODEL), str(copy)]
    assert list(measured[str(copy)]) == ["ink", "clean paper", "pictures"]
    assert measured[str(copy)]["ink"]["accuracy"] == 1


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_file_that_is_no_network_is_named_and_the_others_are_measured(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    damaged, missing = tmp_path / "damaged.h5", tmp_path / "missing.h5"
    damaged.write_bytes(BUNDLED_MODEL.read_bytes()[:5000])
    assert run(*options, damaged, BUNDLED_MODEL, missing) == 1
    out, err = capsys.readouterr()
    first, second = err.splitlines()
    assert str(damaged) in first
    assert str(missing) in second
    assert str(BUNDLED_MODEL) in out
    assert str(tmp_path) not in out


def test_missing_data_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "no such folder"
    assert Run(monkeypatch)("--data-dir", missing, BUNDLED_MODEL) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"{missing}: there is no such folder\n"
