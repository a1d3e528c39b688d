import shutil
import time
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.convention import CONVENTIONS, REFERENCE_DIGITS, Convention, reference_digits
from app.ink import Drawing, Ink, Stroke, bounding_box, parse_drawing, read_drawings
from app.network import Network
from app.preprocess import Picture, ink_box, ink_to_image
from app.recognizer import BUNDLED_MODEL, Digit, Reading, Recognizer
from tests.limits import SECONDS
from training.datasets import Mnist, Sample


def ink_of(sample: Sample) -> Ink:
    return Ink.from_lines(sample.lines)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def test_empty_paper_reads_as_nothing(recognizer: Recognizer) -> None:
    for reading in (
        recognizer.read(Ink()),
        recognizer.read(Ink((Stroke(),))),
        recognizer.read_picture(np.zeros((30, 40), np.float32)),
    ):
        assert reading == Reading()
        assert reading.text == ""
        assert reading.confidence == 0


def test_a_reading_tells_what_is_written_where(
    recognizer: Recognizer, pendigits_train: list[Sample]
) -> None:
    sample = pendigits_train[0]
    reading = recognizer.read(ink_of(sample))
    [digit] = reading.digits
    assert reading.text == sample.label == str(digit.label)
    assert digit.accepted
    assert reading.confidence == digit.confidence == pytest.approx(digit.probabilities.max())
    assert digit.probabilities.shape == (10,)
    assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert digit.image.shape == (28, 28)
    points = np.concatenate(sample.lines)
    assert digit.box == pytest.approx((*points.min(axis=0), *np.ptp(points, axis=0)))


def test_the_bundled_network_reads_unseen_writers(
    recognizer: Recognizer, pendigits_test: list[Sample], mnist: Mnist
) -> None:
    readings = [recognizer.read_single(ink_of(sample)) for sample in pendigits_test]
    drawn = [
        r.digits[0].label == int(s.label) for r, s in zip(readings, pendigits_test, strict=True)
    ]
    assert np.mean(drawn) >= 0.994
    tiles = mnist.x_test.astype(np.float32) / 255
    read = [recognizer.read_picture(tile).digits[0].label for tile in tiles]
    assert np.mean(np.array(read) == mnist.y_test) >= 0.997


def polyline(*corners: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(corners, dtype=np.float64)


def polygon(corners: int, skip: int = 1) -> NDArray[np.float64]:
    """A regular polygon, or a star where corners are skipped."""
    turns = 2 * np.pi * skip * np.arange(corners + 1) / corners
    return np.stack([100 * np.sin(turns), -100 * np.cos(turns)], axis=1)


TURNS = np.linspace(0, 3.5, 200)
NO_DIGITS = {
    "a level line": [polyline((20, 300), (780, 310))],
    "a dot": [polyline((400, 300))],
    "a small dot": [polyline((400, 300), (401, 300), (401, 301))],
    "a zigzag": [polyline(*((30 * i, 100 * (i % 2)) for i in range(9)))],
    "a star": [polygon(5, skip=2)],
    "a triangle": [polygon(3)],
    "a cross": [polyline((0, 0), (100, 100)), polyline((100, 0), (0, 100))],
    "a spiral": [
        np.stack([TURNS * np.cos(2 * np.pi * TURNS), TURNS * np.sin(2 * np.pi * TURNS)], 1) * 30
    ],
    "an M": [polyline((0, 100), (10, 0), (50, 80), (90, 0), (100, 100))],
    "a W": [polyline((0, 0), (25, 100), (50, 30), (75, 100), (100, 0))],
    "a K": [polyline((0, 0), (0, 100)), polyline((60, 0), (0, 55), (65, 100))],
    "an H": [polyline((0, 0), (0, 100)), polyline((60, 0), (60, 100)), polyline((0, 50), (60, 50))],
    "an E": [polyline((60, 0), (0, 0), (0, 100), (60, 100)), polyline((0, 50), (50, 50))],
    "a sum": [
        polyline((0, 50), (60, 50)),
        polyline((30, 20), (30, 80)),
        polyline((100, 0), (100, 100)),
    ],
    "111": [polyline((x, 0), (x + 5, 100)) for x in (0, 60, 120)],
    "17": [polyline((0, 0), (0, 100)), polyline((50, 0), (110, 0), (75, 100))],
}


@pytest.mark.parametrize("name", NO_DIGITS)
def test_what_is_no_digit_is_not_accepted(recognizer: Recognizer, name: str) -> None:
    reading = recognizer.read_single(Ink.from_lines(NO_DIGITS[name]))
    assert reading.text == "?"
    assert reading.confidence < 0.5


def test_the_reference_digits_are_accepted(recognizer: Recognizer) -> None:
    for drawing in read_drawings(REFERENCE_DIGITS):
        assert isinstance(drawing, Drawing)
        reading = recognizer.read(drawing.ink)
        assert reading.text == drawing.keys["word"]


Line = NDArray[np.float64]


def written(*rows: str) -> Ink:
    """Bundled digits, 100 pixels high, in lines with spaces."""
    digits, labels = reference_digits()
    lines: list[Line] = []
    for number, row in enumerate(rows):
        x = 0.0
        for character in row:
            if character == " ":
                x += 120
                continue
            digit = digits[np.flatnonzero(labels == int(character))[1]]
            points = np.concatenate(digit)
            size = np.ptp(points, axis=0) * 100 / np.ptp(points[:, 1])
            scale = 100 / np.ptp(points[:, 1])
            lines += [(line - points.min(axis=0)) * scale + [x, 180 * number] for line in digit]
            x += size[0] + 20
    return Ink.from_lines(lines)


def test_numbers_on_lines_are_read_and_every_digit_knows_its_own(recognizer: Recognizer) -> None:
    ink = written("308 26", "914")
    reading = recognizer.read(ink)
    assert reading.text == "308 26\n914"
    assert [digit.line for digit in reading.digits] == [0] * 5 + [1] * 3
    assert [digit.spaced for digit in reading.digits] == [False] * 3 + [True] + [False] * 4
    assert sorted(n for digit in reading.digits for n in digit.strokes) == list(range(9))
    for digit in reading.digits:
        own = tuple(ink.strokes[number] for number in digit.strokes)
        assert digit.ink == Ink(own)
        lines = [stroke.xy() for stroke in own]
        assert digit.box == pytest.approx(bounding_box(lines))
        assert digit.image == pytest.approx(ink_to_image(lines), abs=1e-6)
        assert digit.confidence == digit.probabilities[digit.label] == digit.probabilities.max()
    sure = np.prod([digit.confidence for digit in reading.digits])
    assert reading.confidence == pytest.approx(reading.certainty * sure)
    assert 0.5 < reading.certainty < 1


def test_each_digit_of_a_stroke_that_is_split_has_its_part_of_the_ink(
    recognizer: Recognizer,
) -> None:
    stroke = Stroke.from_xy(np.concatenate([s.xy() for s in written("26").strokes]))
    blank = Stroke()
    ink = Ink((blank, stroke))
    assert len(recognizer.read(ink, growing=True).digits) == 1
    first, second = recognizer.read(ink).digits
    assert (first.label, second.label) == (2, 6)
    assert first.strokes == second.strokes == (1,)
    end = first.box.x + first.box.width
    for digit, points in (
        (first, [p for p in stroke.points if p.x < end - 10]),
        (second, [p for p in stroke.points if p.x > second.box.x + 10]),
    ):
        [part] = digit.ink.strokes
        assert part is not stroke
        assert digit.box == pytest.approx(bounding_box([part.xy()]))
        near = [np.hypot(*(part.xy() - [p.x, p.y]).T).min() for p in points]
        assert points and max(near) < 5


def test_a_drawing_that_is_told_to_be_one_digit_is_one(recognizer: Recognizer) -> None:
    digits = written("17").strokes
    ink = Ink((Stroke(), *digits))
    [digit] = recognizer.read_single(ink).digits
    assert digit.strokes == tuple(range(1, 1 + len(digits)))
    assert digit.ink == ink
    lines = [stroke.xy() for stroke in digits]
    assert digit.box == bounding_box(lines)
    assert digit.image == pytest.approx(ink_to_image(lines), abs=1e-6)
    assert recognizer.read_single(Ink((Stroke(),))) == Reading()


def test_ink_that_changes_is_read_as_if_for_the_first_time(recognizer: Recognizer) -> None:
    strokes = written("308 26", "914").strokes
    known = Recognizer.load()
    for ink in (Ink(strokes), Ink(strokes[2:]), Ink(strokes[::-1]), Ink(), Ink(strokes[1:5])):
        afresh = Recognizer.load().read(ink)
        again = known.read(ink)
        assert again.text == afresh.text
        assert [digit.strokes for digit in again.digits] == [d.strokes for d in afresh.digits]
        # What is scored together differs, and with it how it is rounded.
        assert again.confidence == pytest.approx(afresh.confidence, abs=1e-5)


def test_what_was_scored_for_the_last_reading_is_not_scored_again() -> None:
    network, counts = Network.load(BUNDLED_MODEL), []

    def counting(images: Picture) -> NDArray[np.float32]:
        counts.append(len(images))
        return network(images)

    recognizer = Recognizer(cast(Network, counting), "counting", CONVENTIONS[0])
    strokes = written("308 26").strokes
    whole = recognizer.read(Ink(strokes))
    anew = sum(counts)
    counts.clear()
    assert recognizer.read(Ink(strokes)).text == whole.text
    assert counts == []
    recognizer.read(Ink(strokes[:-1]))
    counts.clear()
    assert recognizer.read(Ink(strokes)).text == whole.text
    assert 0 < sum(counts) < anew / 2


def digit_of(label: int, accepted: bool = True, line: int = 0, spaced: bool = False) -> Digit:
    row = np.full(10, 0.1, np.float32)
    box = bounding_box([np.zeros((1, 2))])
    return Digit(label, 0.5, accepted, box, row, np.zeros((28, 28)), (), line, spaced)


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ([], ""),
        ([digit_of(1, spaced=True)], "1"),
        ([digit_of(1), digit_of(2)], "12"),
        ([digit_of(1), digit_of(2, spaced=True), digit_of(3, accepted=False)], "1 2?"),
        ([digit_of(1), digit_of(2, line=1, spaced=True)], "1\n2"),
        ([digit_of(1), digit_of(2, line=2), digit_of(3, line=2)], "1\n23"),
    ],
)
def test_the_text_has_spaces_newlines_and_question_marks(digits: list[Digit], text: str) -> None:
    reading = Reading(tuple(digits), certainty=0.5)
    assert reading.text == text
    assert reading.confidence == (0.5 * 0.5 ** len(digits) if digits else 0)


def page_of(*rows: str) -> Picture:
    """Images of bundled digits at four times their size, side by side in rows; with spaces."""
    digits, labels = reference_digits()
    tiles = {str(label): ink_to_image(lines) for lines, label in zip(digits, labels, strict=True)}
    tiles[" "] = np.zeros((28, 28), np.float32)
    page = np.block([[tiles[character] for character in row] for row in rows])
    size = (4 * page.shape[1], 4 * page.shape[0])
    return np.asarray(Image.fromarray(page).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)


def test_all_digits_of_a_picture_are_read_line_by_line(recognizer: Recognizer) -> None:
    page = page_of("92653", "92653")
    reading = recognizer.read_picture(page)
    assert reading.text == "92653\n92653"
    assert [digit.line for digit in reading.digits] == [0] * 5 + [1] * 5
    for place, digit in enumerate(reading.digits):
        left, top = place % 5 * 112, place // 5 * 112
        rows, columns = ink_box(page[top : top + 112, left : left + 112] > 0.5)
        width, height = columns.stop - columns.start, rows.stop - rows.start
        assert digit.box == pytest.approx(
            (left + columns.start, top + rows.start, width, height), abs=6
        )
        assert digit.strokes == () and digit.ink == Ink()


def test_numbers_are_set_apart_by_spaces(recognizer: Recognizer) -> None:
    reading = recognizer.read_picture(page_of("926  53", "9265  3"))
    assert reading.text == "926 53\n9265 3"
    spaced = [digit.spaced for digit in reading.digits]
    assert spaced == [False, False, False, True, False, False, False, False, False, True]


def test_a_picture_can_be_read_as_one_digit(recognizer: Recognizer) -> None:
    page = page_of("31")
    [digit] = recognizer.read_picture(page, single=True).digits
    assert digit.box.width > page.shape[1] / 2
    assert digit.line == 0 and not digit.spaced
    assert len(recognizer.read_picture(page).digits) == 2


def test_a_tile_is_read_as_one_digit_and_a_strip_is_none(recognizer: Recognizer) -> None:
    strip = page_of("316")[::4, ::4]
    assert [digit.label for digit in recognizer.read_picture(strip).digits] == [3, 1, 6]
    for number, label in enumerate((3, 1, 6)):
        [digit] = recognizer.read_picture(strip[:, 28 * number :][:, :28]).digits
        assert (digit.label, digit.line, digit.spaced) == (label, 0, False)


def test_a_tile_that_is_no_digit_may_be_several(recognizer: Recognizer) -> None:
    small = Image.fromarray(page_of("31")).resize((60, 30), Image.Resampling.BOX)
    several = np.asarray(small)
    assert [digit.label for digit in recognizer.read_picture(several).digits] == [3, 1]
    [one] = recognizer.read_picture(several, single=True).digits
    assert not one.accepted
    assert recognizer.read_picture(several.T).text == "?", "nothing in it is certain"


def test_the_boxes_are_scaled_to_the_file(recognizer: Recognizer) -> None:
    page = page_of("31")
    for single in (False, True):
        plain = recognizer.read_picture(page, single=single)
        scaled = recognizer.read_picture(page, 2.5, single)
        for one, other in zip(plain.digits, scaled.digits, strict=True):
            assert other.box == pytest.approx([2.5 * value for value in one.box])


def test_the_bundled_network_is_small_and_trusted(recognizer: Recognizer) -> None:
    assert BUNDLED_MODEL.stat().st_size <= 2_500_000
    assert recognizer.warning is None


def test_a_network_that_cannot_read_is_loaded_with_a_warning() -> None:
    def confused(images: Picture) -> NDArray[np.float32]:
        return np.tile(np.float32([0.3] + [0.7 / 9] * 9), (len(images), 1))

    recognizer = Recognizer(cast(Network, confused), str(Path("foreign.h5")))
    assert recognizer.warning is not None
    assert "foreign.h5" in recognizer.warning
    assert "only 10% of the reference digits" in recognizer.warning


def test_what_a_network_takes_is_found_out_unless_it_is_the_bundled_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def find(network: Network) -> tuple[Convention, float]:
        asked.append(network)
        return CONVENTIONS[1], 1.0

    monkeypatch.setattr("app.recognizer.find_convention", find)
    Recognizer.load()
    assert not asked, "it would be half of the time to start"
    Recognizer.load(shutil.copy(BUNDLED_MODEL, tmp_path))
    assert len(asked) == 1


@pytest.mark.parametrize(("right", "warns"), [(0.49, True), (0.5, False), (0.9, False)])
def test_a_network_that_reads_most_of_the_reference_digits_has_no_warning(
    right: float, warns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = CONVENTIONS[0], right
    monkeypatch.setattr("app.recognizer.find_convention", lambda network: found)
    warning = Recognizer(Network.load(BUNDLED_MODEL), "fair.h5").warning
    assert (warning is not None) is warns
    assert not warning or f"reads only {right:.0%} of the reference digits" in warning


def test_an_unsure_answer_is_a_question_mark() -> None:
    def torn(images: Picture) -> NDArray[np.float32]:
        return np.tile(np.float32([0.35, 0.3] + [0.35 / 8] * 8), (len(images), 1))

    recognizer = Recognizer(cast(Network, torn), "torn.h5")
    reading = recognizer.read(Ink((Stroke.from_xy(np.array([[0.0, 0.0], [9.0, 50.0]])),)))
    assert reading.text == "?"
    assert not reading.digits[0].accepted
    assert reading.confidence == pytest.approx(0.35)


@pytest.mark.parametrize("corner", [-10, -700.5, -1e9, 1e9])
def test_where_on_the_plane_ink_is_changes_no_reading(
    corner: float, recognizer: Recognizer
) -> None:
    seven = np.array([[0, 0], [40, 0], [80, 2], [60, 60], [45, 120]], float)
    beside = np.array([300, 0])
    at_origin, elsewhere = (
        recognizer.read(Ink.from_lines([seven + at, seven + beside + at])) for at in (0, corner)
    )
    assert elsewhere.text == at_origin.text == "7 7"
    assert elsewhere.confidence == pytest.approx(at_origin.confidence, abs=1e-3)


def test_the_largest_coordinates_of_an_ink_file_are_calculated_with(recognizer: Recognizer) -> None:
    ink = parse_drawing('{"drawing": [[[-9e14, 9e14, 0], [-9e14, -9e14, 9e14]], [[3], [4]]]}').ink
    begin = time.process_time()
    reading = recognizer.read(ink)
    assert time.process_time() - begin < SECONDS
    assert len(reading.digits) >= 1
    assert all(np.isfinite(digit.probabilities).all() for digit in reading.digits)


@pytest.mark.skipif(not BUNDLED_MODEL.exists(), reason="needs the bundled network")
@pytest.mark.parametrize("count", [60, 2900, 10_000])
def test_strokes_all_over_one_another_take_no_minutes(count: int, rng: np.random.Generator) -> None:
    ink = Ink.from_lines(list(rng.uniform(0, 1000, (count, 5, 2))))
    begin = time.process_time()
    reading = Recognizer.load().read(ink)
    assert time.process_time() - begin < SECONDS, "minutes for 40, gigabytes and hours for more"
    assert "?" in reading.text
