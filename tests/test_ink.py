import json
import os
import sys
from pathlib import Path

import pytest

from app.ink import (
    Drawing,
    Ink,
    InkError,
    Stroke,
    bounding_box,
    format_drawing,
    parse_drawing,
    parse_line,
    read_drawings,
)
from app.points import Point, Points


def stroke(*points: tuple[float, float]) -> Stroke:
    return Stroke(Points([Point(x, y) for x, y in points]))


def test_a_stroke_grows_while_the_pen_is_down() -> None:
    growing = Stroke()
    growing.append(3, 4, 0.5)
    growing.append(5.5, 6, 0.75)
    assert growing.points == [(3, 4, 0.5), (5.5, 6, 0.75)]
    assert growing.xy().tolist() == [[3, 4], [5.5, 6]]


def test_strokes_without_points_have_no_line() -> None:
    assert Stroke().xy().shape == (0, 2)
    assert len(Ink((Stroke(), stroke((1, 1)))).lines()) == 1


def test_the_bounding_box_encloses_all_lines() -> None:
    lines = Ink((stroke((10, 20), (30, 25)), stroke((5, 40)))).lines()
    assert bounding_box(lines) == (5, 20, 25, 20)


LINES = [
    '{"word": "7", "drawing": [[[0, 10, 5], [0, 0.25, 20], [0, 16, 33.5]]]}',
    '{"drawing": []}',
    '{"word": "4", "countrycode": "TR", "key_id": 12345678901234567890, "recognized": true,'
    ' "drawing": [[[1, 2], [3, 4]], [[-5], [1e3]]]}',
    '{"word": "8", "drawing": [[[], [], []], [[1], [2], [3], [0.7]]], "naïve": ["ä", null]}',
    '{"word": null, "drawing": [[[1.1, 2], [0.1, 2], [1078625331860, 1078625331877.25]]]}',
    '{"word": "\\ud800", "drawing": [[[1], [0], [1e-7]]]}',
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_an_ink_file_is_read_and_written_without_loss(line: str) -> None:
    written = json.loads(format_drawing(parse_drawing(line)))
    expected = json.loads(line)
    # A stroke without points has no times to lose.
    expected["drawing"] = [s if s[0] else [[], []] for s in expected["drawing"]]
    assert written == expected


def test_coordinates_are_negative_left_of_and_above_the_origin() -> None:
    line = '{"drawing": [[[-20, -0.5, 3], [-999999999999999, 0, -7.25], [-5, 0, 5]]]}'
    ink = parse_drawing(line).ink
    assert ink.strokes[0].xy().tolist() == [[-20, -999999999999999], [-0.5, 0], [3, -7.25]]
    assert json.loads(format_drawing(Drawing(ink))) == json.loads(line)


def test_times_are_seconds_in_ink_and_milliseconds_in_files() -> None:
    ink = Ink((Stroke(Points([Point(1, 2, 0.0), Point(3, 4, 0.0166667)])),))
    line = format_drawing(Drawing(ink, {"word": "1"}))
    assert json.loads(line)["drawing"] == [[[1, 3], [2, 4], [0, 16.6667]]]
    assert parse_drawing(line).ink == ink


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("seven", "not JSON"),
        ('{"drawing": [[[1', "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[[[1], [2]]]", '"drawing"'),
        ('{"word": "7"}', '"drawing"'),
        ('{"drawing": {"x": 1}}', '"drawing"'),
        ('{"drawing": [[[1, 2]]]}', "stroke 1"),
        ('{"drawing": [[[1], [2]], [1, 2]]}', "stroke 2"),
        ('{"drawing": [[[1, 2], [3]]]}', "differ in length"),
        ('{"drawing": [[[1, 2], [3, 4], [0]]]}', "differ in length"),
        ('{"drawing": [[["1"], [3]]]}', "number"),
        ('{"drawing": [[[true], [3]]]}', "number"),
        ('{"drawing": [[[NaN], [3]]]}', "number"),
        ('{"drawing": [[[1e999], [3]]]}', "number"),
        ('{"drawing": [[[1e308, 1], [3, 4]]]}', "stroke 1 .* no number of sane size"),
        ('{"drawing": [[[1], [3]], [[1], [-1e308]]]}', "stroke 2 .* no number of sane size"),
        ('{"drawing": [[[1], [3], [1e308]]]}', "stroke 1 .* no number of sane size"),
        ('{"drawing": [[[1], [-1e15]]]}', "stroke 1 .* no number of sane size"),
        ('{"drawing": [[[1], [1' + "0" * 400 + "]]]}", "number"),
        ('{"drawing": [[[1], [1' + "0" * 9999 + "]]]}", "too many digits"),
        ('{"drawing": [[[1], [3], [null]]]}', "number"),
    ],
)
def test_a_damaged_line_is_refused_in_one_sentence(line: str, reason: str) -> None:
    with pytest.raises(InkError, match=reason) as caught:
        parse_drawing(line)
    assert "\n" not in str(caught.value)


def test_a_damaged_line_loses_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "ink.ndjson"
    path.write_bytes(f"{LINES[0]}\n\n{{broken\n".encode() + b'{"\xff": 1}\n' + LINES[1].encode())
    first, second, third, fourth = read_drawings(path)
    assert isinstance(first, Drawing)
    assert str(second).startswith(f"{path}, line 3: this is not JSON")
    assert str(third) == f"{path}, line 4: this is not UTF-8 text"
    assert fourth == Drawing(Ink())


def test_a_byte_order_mark_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "ink.ndjson"
    path.write_text(LINES[0], encoding="utf-8-sig")
    assert list(read_drawings(path)) == [parse_drawing(LINES[0])]


@pytest.mark.parametrize(("content", "reason"), [(b"", "no drawing"), (b"\n \n", "no drawing")])
def test_what_is_no_ink_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "ink.ndjson"
    path.write_bytes(content)
    with pytest.raises(InkError, match=reason):
        list(read_drawings(path))


def test_a_missing_ink_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ndjson", tmp_path):
        with pytest.raises(InkError, match=str(path)):
            list(read_drawings(path))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"drawing": [' + "[[1], [2]], " * 200_000 + "[[1], [2]]]}", "strokes"),
        ('{"drawing": [' + "[], " * 1_100_000 + "[]]}", "lists"),
        ('{"drawing": [[[' + "1," * 1_100_000 + "1], [" + "2," * 1_100_000 + "2]]]}", "points"),
        ('{"drawing": [[[1, 2], [3, 4], [5, 6], [' + "[" * 150 + "]" * 150 + ", 1]]]}", "deep"),
        ('{"drawing": [], "key": ' + '{"a": ' * 150 + "1" + "}" * 150 + "}", "deep"),
    ],
)
def test_more_than_a_drawing_can_have_is_refused_in_one_sentence(line: str, reason: str) -> None:
    with pytest.raises(InkError, match=reason) as caught:
        parse_drawing(line)
    assert len(str(caught.value)) < 200


def test_a_line_without_end_loses_only_itself_and_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson"
    good = b'{"drawing": [[[1], [2]]]}\n'
    with path.open("wb") as file:
        file.write(good)
        file.seek(1_000_000_000, os.SEEK_CUR)  # a hole: a gigabyte of zeros that takes no disk
        file.write(b"\n" + good)
    before = peak()
    first, long, last = read_drawings(path)
    assert peak() - before < 200_000_000
    assert isinstance(long, InkError) and "line 2" in str(long) and "longer than 32 MB" in str(long)
    assert first == last == parse_line(good)


def peak() -> int:
    """The most memory of this process so far, in bytes; on Windows nothing tells it."""
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def test_a_line_just_not_too_long_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'{"drawing": [[[1], [2]]]}'
    path = tmp_path / "two.ndjson"
    path.write_bytes(line + b"\n" + line)
    monkeypatch.setattr("app.ink.LONGEST_LINE", len(line) + 1)
    assert list(read_drawings(path)) == [parse_line(line)] * 2
    monkeypatch.setattr("app.ink.LONGEST_LINE", len(line) - 1)
    assert [type(item) for item in read_drawings(path)] == [InkError] * 2
