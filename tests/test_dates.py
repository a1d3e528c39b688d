"""Which ones of a line are slashes after all, as strokes with given odds to be digits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.convention import reference_digits
from app.dates import LIKELY, slashes
from app.groups import Group
from app.ink import Ink, Stroke
from app.pieces import Piece
from app.recognizer import Recognizer

SURE, DOUBTED, MARK = 2 * LIKELY, 0.4 * LIKELY, -LIKELY


def line(characters: str) -> tuple[list[Group], list[float]]:
    """Groups from left to right: d is a round digit, 1 a sure one, i one that may be a slash, / a
    slash and - a dash.
    """
    turn = np.linspace(0, 2 * np.pi, 30)
    shapes = {
        "d": np.stack([30 + 30 * np.cos(turn), 50 + 50 * np.sin(turn)], axis=1),
        "-": np.array([[0.0, 50], [60, 50]]),
    }
    tall = np.array([[20.0, 0], [0, 100]])
    groups = []
    for place, character in enumerate(characters):
        xy = shapes.get(character, tall) + np.array([100 * place, 0])
        piece = Piece(place, place, xy)
        groups.append(Group((piece,), character not in "/-", 0, np.full(10, 0.1, np.float32)))
    odds = {"d": SURE, "1": SURE, "i": DOUBTED}
    return groups, [odds.get(character, MARK) for character in characters]


def found(characters: str) -> Sequence[int] | None:
    """The slashes among the digits of a date; None where it is none."""
    date = slashes(*line(characters), 100)
    if date is None:
        return None
    marks, cost = date
    assert cost == pytest.approx(DOUBTED * len(marks))
    return marks


@pytest.mark.parametrize(
    ("characters", "marks"),
    [
        ("dd/ddidd", [5]),
        ("did/dd", [1]),
        ("d/dididd", [3]),
        ("ddiddidddd", [2, 5]),
        ("idi1idd", [2, 4]),
        ("dd/dd/dd", []),
    ],
)
def test_what_may_be_a_slash_is_one_in_a_date(characters: str, marks: Sequence[int]) -> None:
    assert list(found(characters) or ()) == marks


@pytest.mark.parametrize(
    "characters",
    ["dd/dd1dd", "dd/dd", "dd/ddiddd", "dd/dddid", "iddidd", "dd-ddidd", "didid", ""],
)
def test_nothing_else_is(characters: str) -> None:
    assert found(characters) is None


def test_the_likeliest_date_is_taken() -> None:
    groups, odds = line("diid/dd")
    odds[2] = 0.1
    assert slashes(groups, odds, 100) == ((2,), 0.1)
    odds[1] = 0.05
    assert slashes(groups, odds, 100) == ((1,), 0.05)


def test_both_slashes_together_may_cost_so_much() -> None:
    groups, odds = line("dididd")
    assert slashes(groups, odds, 100) == ((1, 3), 2 * DOUBTED)
    odds[1] = 0.7 * LIKELY
    assert slashes(groups, odds, 100) is None


def test_only_a_straight_tall_stroke_is_a_slash() -> None:
    groups, odds = line("dd/dd-dd")
    groups[5] = replace(groups[5], digit=True)
    odds[1] = odds[5] = DOUBTED
    assert slashes(groups, odds, 100) is None


def test_a_steep_slash_is_read_by_the_other_one() -> None:
    recognizer = Recognizer.load()
    assert recognizer.read(written("23/30|85")).text == "23 30 85"
    assert recognizer.read(written("3|3085")).text == "313085"


def test_the_odds_of_a_date_are_so_much_better(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer, ink = Recognizer.load(), written("23/30|85")
    certainty = recognizer.read(ink).certainty
    monkeypatch.setattr("app.segmentation.LIKELY", 1e-6)
    otherwise = recognizer.read(ink).certainty
    odds, other_odds = (np.log(p / (1 - p)) for p in (certainty, otherwise))
    assert odds - other_odds == pytest.approx(LIKELY, abs=1e-3)


def written(characters: str) -> Ink:
    """Digits, and slashes of which some (|) are steep."""
    drawn, labels = reference_digits()
    of_label = dict(zip(labels.tolist(), drawn, strict=True))
    strokes, left = [], 0.0
    for character in characters:
        if character.isdigit():
            points = np.concatenate(of_label[int(character)])
            scale = 100 / np.ptp(points[:, 1])
            lines = [(one - points.min(axis=0)) * scale for one in of_label[int(character)]]
        else:
            lines = [np.array([[60.0, -10], [0, 125]] if character == "/" else [[7, -5], [0, 105]])]
        strokes += [Stroke.from_xy(one + np.array([left, 0])) for one in lines]
        left += max(float(one[:, 0].max()) for one in lines) + 35
    return Ink(tuple(strokes))
