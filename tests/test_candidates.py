"""Which strokes may make a digit or a mark, and what speaks for each, on plain strokes."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.candidates import FEATURES, MOST_CANDIDATES, MOST_STROKES, STROKES, Pieces, candidates
from app.pieces import Piece

Row = NDArray[np.float32]
Stroke = Sequence[tuple[float, float]]
UPRIGHTS: list[Stroke] = [[(x, 0), (x, 100)] for x in (1000, 1300, 1600)]
"""Far away: they make a line 100 pixels high, from 0 down to 100."""


def odds(**classes: float) -> Row:
    """What a network says: probabilities of the classes `_0` to `_9`, hardly any for the rest."""
    row = np.full(10, 0.02, np.float32)
    for name, value in classes.items():
        row[int(name[1:])] = value
    return row


def pieces_of(strokes: Sequence[Stroke]) -> list[Piece]:
    return [Piece(n, n, np.array(stroke, float)) for n, stroke in enumerate(strokes)]


def speaks(
    *strokes: Stroke,
    before: Sequence[Stroke] = (),
    others: Sequence[Stroke] = UPRIGHTS,
    row: Row | None = None,
) -> dict[str, float]:
    """By its name what is known of the strokes together, among others."""
    told = odds(_3=0.8) if row is None else row

    def score(groups: Sequence[Pieces]) -> Row:
        return np.tile(told, (len(groups), 1))

    pieces = pieces_of([*before, *strokes, *others])
    found = candidates(pieces, score)
    wanted = np.isin(range(len(pieces)), range(len(before), len(before) + len(strokes)))
    [candidate] = np.flatnonzero((found.members == wanted).all(axis=1))
    return dict(zip(FEATURES, found.features[candidate], strict=True))


def upright(x: float, top: float = 0, bottom: float = 100) -> Stroke:
    return [(x, top), (x, bottom)]


def level(y: float, width: float = 60) -> Stroke:
    return [(0, y), (width, y)]


def test_the_network_speaks_for_a_digit_and_its_doubt_for_a_mark() -> None:
    sure = speaks(upright(0), row=odds(_3=0.8))
    assert sure["digit: log p"] == pytest.approx(np.log(0.8))
    assert sure["mark: log 1 - p"] == pytest.approx(np.log(0.2))
    assert sure["digit: doubt"] == 0
    assert speaks(upright(0), row=odds(_3=0.25))["digit: doubt"] == pytest.approx(np.log(2))
    for value in (0.0, 1.0):
        assert np.isfinite(
            list(speaks(upright(0), row=np.full(10, value, np.float32)).values())
        ).all()


def test_it_is_known_what_a_candidate_looks_like_and_how_many_strokes_it_has() -> None:
    two = speaks(upright(0), upright(20), row=odds(_3=0.8, _8=0.0))
    assert [two[f"looks like {label}"] for label in range(10)] == [
        label == 3 for label in range(10)
    ]
    assert [two[f"{count} strokes"] for count in range(1, 5)] == [0, 1, 0, 0]
    logs = [two[f"log p of {label}"] for label in range(10)]
    assert np.argsort(logs)[[0, -1]].tolist() == [8, 3]
    assert np.isfinite(logs).all()


def test_it_is_known_which_candidates_begin_and_end_a_line_and_how_long_it_is() -> None:
    first, later = speaks(upright(0)), speaks(upright(200), before=[upright(0)])
    assert (first["first"], first["last"]) == (1, 0)
    assert (later["first"], later["last"]) == (0, 0)
    last = speaks(upright(2000), before=UPRIGHTS, others=[])
    assert (last["first"], last["last"]) == (0, 1)
    assert first["pieces"] == pytest.approx(0.4) and later["pieces"] == pytest.approx(0.5)


def test_slashes_brackets_and_small_marks_are_known_to_what_is_beside_them() -> None:
    slash, dash, dot = [(700, 0), (650, 100)], [(300, 50), (330, 50)], [(400, 95), (405, 100)]
    bracket = [(500 - 20 * np.sin(np.pi * y / 100), y) for y in range(0, 101, 5)]
    alone = speaks(upright(0))
    assert [alone[f"others: {what}"] for what in ("oblique", "bow", "small")] == [0, 0, 0]
    beside = speaks(upright(0), others=[*UPRIGHTS, slash, dash, dot, bracket])
    assert beside["others: oblique"] == pytest.approx(np.arctan(0.5), abs=0.1)
    assert beside["others: bow"] == 1
    assert beside["others: small"] == pytest.approx(2 / 3)
    itself = speaks(slash, others=[*UPRIGHTS, upright(0), dash])
    assert itself["others: oblique"] == 0 and itself["others: small"] == pytest.approx(1 / 3)


def test_a_tall_digit_of_two_strokes_may_be_twice_as_high_as_the_line() -> None:
    stem = upright(40, -60, 130)
    assert speaks([(10, -90), (0, 20), (60, 20)], stem, others=UPRIGHTS)["2 strokes"] == 1


def test_any_mark_may_look_like_a_1() -> None:
    assert speaks(upright(0), row=odds(_1=0.7, _7=0.1))["mark: no 1"] == pytest.approx(0.1)
    assert speaks(upright(0), row=odds(_1=0.1, _7=0.7))["mark: no 1"] == pytest.approx(0.7)


@pytest.mark.parametrize("label", [0, 4])
def test_digits_have_their_usual_numbers_of_strokes(label: int) -> None:
    row = odds(**{f"_{label}": 0.8})
    alone, two, three = (
        speaks(*[upright(10 * n) for n in range(count)], row=row) for count in (1, 2, 3)
    )
    assert alone["digit: strokes"] == alone["mark: strokes"] == 0
    assert two["digit: strokes"] == STROKES[1, label] and two["mark: strokes"] == 1
    assert three["digit: strokes"] == STROKES[2, label] and three["mark: strokes"] == 2


def test_sizes_are_in_line_heights() -> None:
    usual, high = speaks([(0, 0), (40, 100)]), speaks(upright(0, -50))
    assert usual["mark: width"] == pytest.approx(0.4)
    assert usual["digit: height"] == usual["mark: tall"] == 0
    assert high["mark: width"] == 0 and high["mark: tall"] == pytest.approx(0.5)
    assert high["digit: height"] == pytest.approx(np.log(1.5) ** 2) and high["mark: height"] == 0
    low = speaks(upright(0, 50))
    assert low["digit: height"] == low["mark: height"] == pytest.approx(np.log(2) ** 2)
    assert low["mark: tall"] == 0


def test_what_is_wide_or_low_is_no_digit_the_more_so() -> None:
    wide, wider = speaks([(0, 0), (150, 100)]), speaks([(0, 0), (170, 100)])
    assert wider["digit: wide"] - wide["digit: wide"] == pytest.approx(0.2)
    low, lower = speaks(upright(0, 60)), speaks(upright(0, 80))
    assert lower["digit: low"] - low["digit: low"] == pytest.approx(0.2)
    usual = speaks([(0, 0), (60, 100)])
    assert usual["digit: wide"] == usual["digit: low"] == 0


def test_what_goes_below_the_line_is_seldom_a_digit() -> None:
    for top in (30, 100):
        assert speaks(upright(0, top, 130))["digit: below"] == pytest.approx(0.3)
    assert speaks(upright(0, 100, 130))["mark: below"] == pytest.approx(0.3), "a comma"
    assert speaks(upright(0, 30, 130))["mark: below"] == 0
    above = speaks(upright(0, -30, 70))
    assert above["digit: below"] == above["mark: below"] == 0
    dashes = [[(x, 60.0), (x + 50, 62.0)] for x in (500.0, 600.0, 700.0)]
    among = speaks(upright(0, 100, 130), others=[*dashes, *UPRIGHTS[:2]])
    assert among["digit: below"] == pytest.approx(0.3), "dashes do not stand on the line"


def test_a_dash_is_flat_and_in_the_middle_of_the_line() -> None:
    dash, high, higher, low = (speaks(level(y)) for y in (50, 10, 0, 90))
    assert dash["mark: flat"] == high["mark: flat"] == 1
    assert dash["mark: off the middle"] == 0
    assert higher["mark: off the middle"] - high["mark: off the middle"] == pytest.approx(0.1)
    assert 0 < high["mark: off the middle"] == pytest.approx(low["mark: off the middle"])
    for steep in ([(0, 0), (60, 60)], upright(0, 0, 40)):
        other = speaks(steep)
        assert other["mark: flat"] == other["mark: off the middle"] == 0


def test_dashes_alone_are_in_the_middle_of_their_own_line() -> None:
    alone = speaks(level(300), others=[])
    assert alone["mark: off the middle"] == alone["mark: below"] == 0
    assert np.isfinite(list(alone.values())).all()


def test_a_dot_is_small() -> None:
    assert speaks([(0, 95), (5, 100)])["mark: dot"] == 1
    assert speaks(level(95))["mark: dot"] == speaks(upright(0, 50))["mark: dot"] == 0


DOWN_LEFT: Stroke = [(360, 0), (300, 0), (300, 100)]


@pytest.mark.parametrize("way", [1, -1])
def test_a_slash_leans_to_the_right_farther_than_the_writing(way: int) -> None:
    slash, backslash = [(50, 0), (0, 100)][::way], [(0, 0), (50, 100)][::way]
    lean = np.arctan(0.5)
    alone = speaks(slash)
    assert alone["mark: lean"] == pytest.approx(lean)
    assert alone["mark: oblique"] == pytest.approx(lean)
    slanted: list[Stroke] = [[(x + 50, 0), (x, 100)] for x in (1000, 1300)]
    short: list[Stroke] = [[(x, 0), (x + 30, 30)] for x in (500, 600, 700, 800)]
    for others in (slanted, [*slanted, *short]):
        among = speaks(slash, before=[DOWN_LEFT], others=others)
        assert among["mark: lean"] == pytest.approx(lean)
        assert among["mark: oblique"] == pytest.approx(0, abs=1e-6)
    other = speaks(backslash)
    assert other["mark: lean"] == pytest.approx(-lean) and other["mark: oblique"] == 0
    assert speaks(backslash, others=[[(x, 0), (x + 90, 100)] for x in (500.0, 900.0)])[
        "mark: oblique"
    ] == pytest.approx(np.arctan(0.9) - lean)


def test_only_what_is_tall_straight_and_alone_leans() -> None:
    for strokes in (
        [[(20, 50), (0, 100)]],
        [[(50, 0), (0, 100)], [(60, 0), (10, 100)]],
        [DOWN_LEFT],
    ):
        for others in (UPRIGHTS, [[(x, 0), (x + 90, 100)] for x in (800, 1000, 1200)]):
            several = speaks(*strokes, others=others)
            assert several["mark: lean"] == several["mark: oblique"] == 0
    assert speaks(upright(0))["mark: lean"] == speaks(upright(0))["mark: oblique"] == 0


def test_a_straight_stroke_at_an_end_of_a_line_is_told() -> None:
    left, right = [upright(-500.0)], [upright(500.0), upright(600.0)]
    name = "mark: straight at an end"
    for slash in ([(50, 0), (0, 100)], [(0, 0), (50, 100)], [(0, 0), (0, 100)]):
        assert speaks(slash, before=left, others=[])[name] == speaks(slash, others=right)[name] == 1
        assert speaks(slash, before=left, others=right)[name] == 0
        short = [(x / 2, y / 2) for x, y in slash]
        assert speaks(bow(20), others=right)[name] == speaks(short, others=right)[name] == 0


def bow(depth: float, peak: float = 0.5) -> Stroke:
    """Down from 0 to 100, and so far out to the right between."""
    t = np.linspace(0, 1, 60)
    x = depth * np.sin(np.pi * np.where(t < peak, t / peak, (1 - t) / (1 - peak)) / 2)
    return [(float(a), float(b)) for a, b in zip(x, 100 * t, strict=True)]


def test_a_parenthesis_is_a_bow() -> None:
    deep, shallow, none = (speaks(bow(depth))["mark: bow"] for depth in (20, 11, 3))
    assert deep == speaks(bow(-20))["mark: bow"] == speaks(bow(20)[::-1])["mark: bow"] == 1
    assert 0.1 < shallow < 0.9 and none == 0
    assert speaks(bow(20, peak=0.15))["mark: bow"] == 0, "a hook"
    assert speaks(bow(20, peak=0.85))["mark: bow"] == 0
    s = [
        (x if y < 50 else -x, y) for x, y in ((20 * np.sin(np.pi * y / 50), y) for y in range(101))
    ]
    hooked = [(0, 0), (-9, 15), (0, 30), (20, 60), (0, 100)]
    turned = [(0, 0), (80, 50), (0, 100)]
    for other in (s, hooked, turned, [*turned, (0, 0)]):
        assert speaks([(-x, y) for x, y in other])["mark: bow"] == 0
        assert speaks(other)["mark: bow"] == 0
    assert speaks([(x / 3, y / 3) for x, y in bow(20)])["mark: bow"] == 0, "small"


def test_two_strokes_that_cross_in_their_middles_are_a_mark() -> None:
    rising, falling, bar = [(0, 100), (80, 0)], [(0, 0), (80, 100)], [(40, 0), (40, 100)]
    assert speaks(rising, falling)["mark: crossing"] == 1
    for y, crossing in ((0, 0), (50, 1), (100, 0)):
        for strokes in ([bar, level(y, 80)], [level(y, 80), bar]):
            assert speaks(*strokes)["mark: crossing"] == crossing
            assert speaks(*(stroke[::-1] for stroke in strokes))["mark: crossing"] == crossing
    assert speaks(rising, falling, bar)["mark: crossing"] == 0
    assert speaks(rising)["mark: crossing"] == 0


def test_gaps_within_a_group_and_around_it_are_told() -> None:
    first, second, third = upright(0), upright(10), upright(30)
    assert speaks(first)["mark: apart"] == 0
    assert speaks(first, second)["mark: apart"] == pytest.approx(0.1 + 0.1)
    assert speaks(first, second, third)["mark: apart"] == pytest.approx(0.1 + 0.1 + 0.2)
    near = speaks(first, others=[second, *UPRIGHTS])["mark: near"]
    assert near - speaks(first, others=[upright(20), *UPRIGHTS])["mark: near"] == pytest.approx(0.1)
    assert speaks(first)["mark: near"] == speaks(first, second, others=[])["mark: near"] == 0


def test_what_touches_a_group_is_counted() -> None:
    one, other, across = upright(0), upright(40), [(0.0, 50.0), (40.0, 50.0)]
    assert speaks(across, others=[one, other, *UPRIGHTS])["mark: touch"] == 2
    assert speaks(one, others=[across, other, *UPRIGHTS])["mark: touch"] == 1
    assert speaks(one, across, others=[other, *UPRIGHTS])["mark: touch"] == 1
    assert speaks(one, others=[other, *UPRIGHTS])["mark: touch"] == 0


def test_parts_beside_each_other_are_told_and_what_a_5_or_a_7_may_have() -> None:
    left, right = [(0.0, 0.0), (20.0, 100.0)], [(30.0, 0.0), (50.0, 100.0)]
    for label, bar in ((3, 0), (5, 0.3), (7, 0.3)):
        both = speaks(left, right, row=odds(**{f"_{label}": 0.8}))
        assert both["digit: beside"] == pytest.approx(0.3)
        assert both["digit: bar beside"] == pytest.approx(bar)
    assert speaks(upright(0), upright(10))["digit: beside"] == pytest.approx(0.1)
    assert speaks(left)["digit: beside"] == 0
    assert speaks(left, [(5, 105), (15, 110)])["digit: beside"] == 0


def test_what_lies_over_or_under_a_group_is_told() -> None:
    wide = [(0.0, 40.0), (100.0, 100.0)]

    def overlap(left: float, right: float) -> float:
        return speaks(wide, others=[[(left, 120), (right, 220)], *UPRIGHTS])["overlap"]

    assert overlap(50, 150) == pytest.approx(0.5) == overlap(-50, 50)
    assert overlap(20, 60) == 1 and overlap(-10, 120) == 1
    assert overlap(110, 150) == overlap(-90, -10) == 0
    assert 0 < overlap(40, 44) < 0.5, "hardly any width"
    inside = [(20.0, 62.0), (60.0, 86.0)]
    assert speaks(wide, inside)["overlap"] == 0
    assert speaks(wide, others=[inside, [(30, 110), (70, 135)], *UPRIGHTS])["overlap"] == 2


def sets(*strokes: Stroke) -> list[list[int]]:
    """The candidates, each the numbers of its strokes."""

    def score(groups: Sequence[Pieces]) -> Row:
        return np.tile(odds(_3=0.8), (len(groups), 1))

    members = candidates(pieces_of(strokes), score).members
    return [np.flatnonzero(row).tolist() for row in members]


def test_every_stroke_alone_and_those_near_each_other_are_candidates() -> None:
    assert sets(*map(upright, (0, 20, 200))) == [[0], [0, 1], [1], [2]]
    assert sets(*map(upright, (0, 20, 40))) == [[0], [0, 1], [0, 1, 2], [1], [1, 2], [2]]
    assert sets(upright(0)) == [[0]]


def test_no_candidate_is_larger_than_a_digit() -> None:
    assert [0, 1] not in sets([(0, 0), (250, 100)], upright(255), *UPRIGHTS)
    assert [0, 1] not in sets([(0, 0), (0, 200)], [(0, 205), (0, 300)], *UPRIGHTS)
    assert [0, 1] in sets([(0, 0), (60, 100)], upright(65), *UPRIGHTS)
    assert [0, 1] in sets(upright(0, 0, 60), upright(0, 65, 120), *UPRIGHTS)
    in_a_row = sets(*(upright(25 * n) for n in range(MOST_STROKES + 1)))
    assert max(map(len, in_a_row)) == MOST_STROKES


def test_of_too_many_candidates_those_of_the_closest_strokes_are_kept() -> None:
    pairs = [x + dx for x in range(0, 200, 20) for dx in (0, 4)]
    found = sets(*map(upright, pairs))
    several = [members for members in found if len(members) > 1]
    counts = np.bincount(np.concatenate(several))
    assert counts.max() == MOST_CANDIDATES
    assert all([n, n + 1] in found for n in range(0, len(pairs), 2))
    dots = [[(0, -y), (0, -y - 1)] for y in range(3, 33, 3)]
    assert [0, 1] in sets(upright(0), *dots, *UPRIGHTS)


def test_what_lies_above_belongs_together_rather_than_what_is_beside() -> None:
    crowd = [upright(3 * n) for n in range(13)]
    for above in ([(17, -22), (19, -20)], [(8, -22), (28, -20)]):
        assert [6, 13] in sets(*crowd, above)
    dots = [[(n / 2, -20), (n / 2, -19)] for n in range(10)]
    assert [0, 1] in sets(upright(0), upright(5), *dots, *UPRIGHTS), "nearer by far"
