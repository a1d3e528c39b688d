"""A drawing as PNG, SVG and ink file."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from app.ink import Box, Drawing, Ink, Stroke, read_drawings
from app.photo import load_ink
from app.points import Point, Points
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.ui.export import LONGEST, to_ink_file, to_png, to_svg
from training.datasets import Sample

SEVEN = [(10.0, 10.0), (90.0, 12.0), (40.0, 130.0)]
INK = Ink.from_lines([np.array(SEVEN), np.array([(150.0, 70.0)])])


def test_a_png_shows_the_ink_with_paper_around_it() -> None:
    image = Image.open(BytesIO(to_png(INK, pen_width=10)))
    assert image.size == (2 * (140 + 30), 2 * (120 + 30)), "twice as fine as the ink's pixels"
    dark = np.asarray(image.convert("L")) < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert (rows[0], columns[0]) == pytest.approx((20, 20), abs=1)
    assert (rows[-1], columns[-1]) == pytest.approx((279, 319), abs=1)
    dot = dark[:, 290:].sum()
    assert dot == pytest.approx(np.pi * 10**2, rel=0.05)


def test_ink_that_goes_far_does_not_make_a_png_huge() -> None:
    far = Ink.from_lines([np.array([(0.0, 0.0), (90_000.0, 10.0)])])
    assert max(Image.open(BytesIO(to_png(far, 14))).size) <= LONGEST


def test_an_svg_has_a_path_per_stroke() -> None:
    svg = ElementTree.fromstring(to_svg(INK, pen_width=10))
    assert svg.attrib["viewBox"] == "-5.00 -5.00 170.00 150.00"
    (group,) = svg
    assert group.attrib["stroke-width"] == "10" and group.attrib["stroke-linecap"] == "round"
    first, dot = (path.attrib["d"] for path in group)
    assert first.startswith("M10.00,10.00 L") and first.endswith("40.00,130.00")
    assert dot == "M150.00,70.00 L150.00,70.00"


def test_an_ink_file_holds_the_drawing_with_times_from_0(tmp_path: Path) -> None:
    points = [Point(1, 2, 5000.25), Point(3, 4.5, 5000.75)]
    path = tmp_path / "one.ndjson"
    path.write_bytes(to_ink_file(Ink((Stroke(Points(points)),)), Box(0, 0, 600, 500)))
    (drawing,) = read_drawings(path)
    assert isinstance(drawing, Drawing) and drawing.paper == Box(0, 0, 600, 500)
    assert drawing.ink.strokes[0].points == [Point(1, 2, 0), Point(3, 4.5, 0.5)]
    assert json.loads(path.read_text())["drawing"] == [[[1, 3], [2, 4.5], [0, 500]]]
    path.write_bytes(to_ink_file(INK, None))
    (drawing,) = read_drawings(path)
    assert isinstance(drawing, Drawing) and drawing.ink == INK and drawing.paper is None


@pytest.mark.skipif(not BUNDLED_MODEL.exists(), reason="needs the bundled network")
def test_a_drawing_saved_as_png_is_read_as_before(
    pendigits_test: list[Sample], tmp_path: Path
) -> None:
    recognizer = Recognizer.load()
    for sample in pendigits_test[:10]:
        ink = Ink.from_lines(sample.lines)
        before = recognizer.read(ink).text
        path = tmp_path / "digit.png"
        path.write_bytes(to_png(ink, pen_width=20))
        assert recognizer.read_picture(load_ink(path)[0]).text == before
