"""The report of a training."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.preprocess import ink_to_image, picture_to_image
from app.recognizer import BUNDLED_MODEL
from tests.html_page import Page
from tests.results import SLASH, make_result, reference_data
from training import figures
from training import parts as all_parts
from training.evaluate import Result, evaluate
from training.files import RunError
from training.parts import NO_DIGIT, TrainingData
from training.report import SHOWN, write_report

SECTIONS = [
    "summary",
    "settings",
    "training-data",
    "variation",
    "learning-curves",
    "results",
    "confusion",
    "calibration",
    "worst-mistakes",
    "bundled-network",
]
HISTORY = [
    {"loss": 0.5, "accuracy": 0.8, "val_loss": 0.3, "val_accuracy": 0.9},
    {"loss": 0.3, "accuracy": 0.9, "val_loss": 0.2, "val_accuracy": 0.95},
]


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return reference_data()


def use(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.report.training_data", lambda data_dir: data)
    monkeypatch.setattr(figures, "TRIED", 1)


@pytest.fixture
def few(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports on little training data, in little time."""
    use(data, monkeypatch)


def write(
    path: Path,
    results: Sequence[Result],
    bundled_results: Sequence[Result] = (),
    name: str = "digits",
    settings: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, float]] = HISTORY,
) -> Page:
    """Write a report and read it."""
    write_report(
        path / "report.html",
        name=name,
        settings=settings or {"seed": 1},
        history=history,
        results=results,
        bundled_results=bundled_results,
        data_dir=None,
        seed=1,
    )
    return Page((path / "report.html").read_text(encoding="utf-8"))


def digits_and_scribbles() -> list[Result]:
    """Of 4 digits one is wrong and one is not read, of 3 scribbles one is taken for a 2."""
    return [
        make_result([1, 2, 3, 4], [1, 7, 3, NO_DIGIT], [0.9, 0.8, 0.7, 0.0], held_back=True),
        make_result([NO_DIGIT] * 3, [2, 5, 6], [0.995, 0.3, 0.4], name="scribbles"),
    ]


@pytest.fixture(scope="module")
def page(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Page:
    with pytest.MonkeyPatch.context() as monkeypatch:
        use(data, monkeypatch)
        results = digits_and_scribbles()
        return write(tmp_path_factory.mktemp("report"), results, results)


def test_every_section_is_there_and_linked(page: Page) -> None:
    assert [attributes["id"] for tag, attributes in page.tags if tag == "section"] == SECTIONS
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == [f"#{section}" for section in SECTIONS]
    assert all(page.text[section].strip() for section in SECTIONS)


def test_the_page_needs_nothing_from_elsewhere(page: Page) -> None:
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert all(value.startswith("data:image/png;base64,") for value in page.values("src"))
    references = page.values("href") + page.values("xlink:href")
    assert all(value.startswith("#") for value in references)
    assert {value[1:] for value in references} <= set(page.values("id"))
    assert len(page.values("id")) == len(set(page.values("id")))
    assert "@import" not in page.html
    assert set(re.findall(r"url\((.)", page.html)) <= {"#"}


def test_every_picture_has_an_alternative_text(page: Page) -> None:
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert all(attributes["alt"] for attributes in pictures)
    charts = [attributes for tag, attributes in page.tags if tag == "svg"]
    labels = [attributes["aria-label"] for attributes in charts]
    assert labels == [
        "loss by epoch: training and held back",
        "accuracy by epoch: training and held back",
        "digits: accuracy and number of answers by confidence",
    ]


@pytest.mark.usefixtures("few")
def test_the_summary_sets_the_network_beside_the_bundled_one(tmp_path: Path) -> None:
    better = [make_result([1, 2, 3, 4], [1, 2, 3, 4], [0.9] * 4, held_back=True)]
    summary = write(tmp_path, digits_and_scribbles(), better).text["summary"]
    assert summary.count("50.00%") == 2, "of the score and of the digits"
    assert summary.count("bundled network: 100.00%") == 2
    assert "right of 4" in summary
    assert "15.00% to 85.00%" in summary
    assert "rejected of 3" in summary
    assert "Training went on for 2 epochs." in summary


@pytest.mark.usefixtures("few")
def test_there_is_no_score_without_a_part_held_back(tmp_path: Path) -> None:
    page = write(tmp_path, [make_result([1], [1], [0.9])])
    assert "Score" not in page.text["summary"]


@pytest.mark.usefixtures("few")
def test_whatever_is_given_is_text_and_not_html(tmp_path: Path) -> None:
    evil = "<script>&\"'$x^2$"
    page = write(
        tmp_path,
        [make_result([1], [2], [0.9], name=evil)],
        name=evil,
        settings={evil: evil},
    )
    assert "script" not in {tag for tag, _ in page.tags}
    assert page.text["settings"].count(evil) == 2
    for section in ["summary", "results", "confusion", "calibration", "worst-mistakes"]:
        assert evil in page.text[section]


@pytest.mark.usefixtures("few")
def test_a_network_that_knows_mnist_alone_shows_no_other_data(tmp_path: Path) -> None:
    alone = write(tmp_path, [], settings={"data": "mnist"})
    assert "pendigits" not in alone.text["training-data"]
    assert "variation" not in alone.images and "MNIST as it is" in alone.text["variation"]
    page = write(tmp_path, [], settings={"data": "all"})
    assert "pendigits" in page.text["training-data"] and page.images["variation"]


@pytest.mark.usefixtures("few")
def test_settings_are_told_in_words(tmp_path: Path) -> None:
    optimizer = {"name": "sgd", "learning_rate": 0.5, "clipnorm": None, "use_ema": False}
    page = write(
        tmp_path, [], settings={"batch_size": 100, "weights": 7850, "optimizer": optimizer}
    )
    words = " ".join(page.text["settings"].split())
    assert "batch size 100 weights 7850 optimizer name sgd, learning rate 0.5" in words


@pytest.mark.usefixtures("few")
def test_wrong_answers_are_shown_with_the_surest_first(tmp_path: Path) -> None:
    page = write(tmp_path, digits_and_scribbles())
    assert page.images["worst-mistakes"] == [
        "written 2, read as 7, 80.0%",
        "written 4, read as nothing",
        "no digit, read as 2, 99.5%",
    ]


@pytest.mark.usefixtures("few")
def test_a_gallery_holds_the_worst_and_tells_of_the_rest(tmp_path: Path) -> None:
    confidence = np.linspace(0.5, 0.9, 2 * SHOWN)
    page = write(tmp_path, [make_result([1] * 2 * SHOWN, [2] * 2 * SHOWN, confidence.tolist())])
    shown = page.images["worst-mistakes"]
    assert len(shown) == SHOWN
    assert shown[0] == "written 1, read as 2, 90.0%"
    assert f"digits: {SHOWN} of {2 * SHOWN}" in page.text["worst-mistakes"]


@pytest.mark.usefixtures("few")
def test_a_gallery_shows_what_the_network_saw(tmp_path: Path, data: TrainingData) -> None:
    picture = data.images[3].astype(np.float32) / 255
    result = make_result([1, 1], [2, 2], [0.9, 0.8], items=[SLASH, picture])
    page = write(tmp_path, [result])
    tags = [attributes for tag, attributes in page.tags if tag == "img"]
    drawn, scanned = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))))
        for attributes in tags
        if (source := attributes["src"]) and "read as" in str(attributes["alt"])
    )
    assert np.array_equal(drawn, np.rint(255 * (1 - ink_to_image(SLASH.lines()))))
    assert np.array_equal(scanned, np.rint(255 * (1 - picture_to_image(picture))))


@pytest.mark.usefixtures("few")
def test_a_network_without_mistakes_has_a_sentence_in_their_place(tmp_path: Path) -> None:
    flawless = [make_result([1, 2], [1, 2], [1.0, 0.9])]
    page = write(tmp_path, flawless, flawless)
    assert "worst-mistakes" not in page.images
    assert "There are none." in page.text["worst-mistakes"]
    assert "bundled-network" not in page.images
    assert page.text["bundled-network"].count("There are none.") == 2


@pytest.mark.usefixtures("few")
def test_what_is_gained_and_what_is_lost_is_shown_with_both_answers(tmp_path: Path) -> None:
    new = [
        make_result([1, 2, 3, 4], [1, 2, 3, 5], [0.9, 0.9, 0.9, 0.7]),
        make_result([NO_DIGIT], [8], [0.4], name="scribbles"),
    ]
    old = [
        make_result([NO_DIGIT], [8], [0.6], name="scribbles"),
        make_result([1, 2, 3, 4], [1, 7, 8, 4], [0.9, 0.6, 0.8, 0.9]),
    ]
    page = write(tmp_path, new, old)
    assert page.images["bundled-network"] == [
        "written 3, new: 3, 90.0%, bundled: 8, 80.0%",
        "written 2, new: 2, 90.0%, bundled: 7, 60.0%",
        "no digit, new: 8?, 40.0%, bundled: 8, 60.0%",
        "written 4, new: 5, 70.0%, bundled: 4, 90.0%",
    ]
    assert re.findall(r"(?:Gained|Lost), \w+: \d", page.text["bundled-network"]) == [
        "Gained, digits: 2",
        "Gained, scribbles: 1",
        "Lost, digits: 1",
    ]


@pytest.mark.usefixtures("few")
def test_a_part_that_the_bundled_network_did_not_read_is_not_compared(tmp_path: Path) -> None:
    page = write(tmp_path, [make_result([1, 1], [1, 2], [0.9, 0.9])], [])
    assert "bundled" not in page.text["summary"]
    assert "bundled-network" not in page.images


@pytest.mark.usefixtures("few")
def test_confusions_are_counted_by_written_and_read_digit(tmp_path: Path) -> None:
    labels, read = [4, 4, 4, 9, 9, 0], [4, 9, 9, 9, 4, NO_DIGIT]
    page = write(tmp_path, [make_result(labels, read, [0.9] * 5 + [0.0])])
    cells = page.text["confusion"].split("digits")[-1].split()
    assert cells[:11] == [*"0123456789", "none"]
    # Cells without a count are empty.
    assert cells[11:] == [*"01", "1", *"23", "4", "1", "2", *"5678", "9", "1", "1"]
    heat = [attributes["style"] for tag, attributes in page.tags if "style" in attributes]
    assert [style for style in heat if style and "--heat" in style] == [
        "--heat: 48%",
        "--heat: 80%",
        "--heat: 48%",
    ]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("history", "charts"),
    [
        ([], []),
        ([{"loss": 1.0, "accuracy": 0.1}], ["loss", "accuracy"]),
        ([{"loss": 1.0}, {"loss": 0.5, "val_loss": 0.4}], ["loss"]),
        ([{"loss": 1.0, "learning_rate": 0.01}], ["loss", "learning rate"]),
    ],
)
def test_the_curves_are_those_that_were_recorded(
    tmp_path: Path, history: list[dict[str, float]], charts: list[str]
) -> None:
    page = write(tmp_path, [make_result([1], [1], [0.9])], history=history)
    labels = [label for label in page.values("aria-label") if "by epoch" in label]
    assert [label.split(" by ")[0] for label in labels] == charts
    assert ("Nothing was recorded" in page.text["learning-curves"]) == (not charts)
    held_back = any("val_loss" in epoch for epoch in history)
    assert any("held back" in label for label in labels) == held_back


@pytest.mark.usefixtures("few")
def test_the_same_training_has_the_same_report(tmp_path: Path) -> None:
    pages = []
    for _ in range(2):
        write(tmp_path, digits_and_scribbles(), digits_and_scribbles())
        pages.append((tmp_path / "report.html").read_bytes())
    assert pages[0] == pages[1]
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.usefixtures("few")
def test_an_old_report_outlives_one_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("old")
    (tmp_path / "report.part.html").mkdir()
    with pytest.raises(RunError, match=r"report\.html: cannot be written"):
        write(tmp_path, digits_and_scribbles())
    assert (tmp_path / "report.html").read_text() == "old"


def test_a_report_on_real_data_stays_small(shared_data: Path, tmp_path: Path) -> None:
    parts = all_parts.held_back_parts(shared_data)[-3:] + all_parts.test_parts(shared_data)[1:]
    few = [
        type(part)(part.name, part.held_back, part.items[:150], part.labels[:150]) for part in parts
    ]
    results = evaluate(BUNDLED_MODEL, few)
    path = tmp_path / "report.html"
    write_report(
        path,
        name="digits",
        settings={},
        history=HISTORY,
        results=results,
        bundled_results=results,
        data_dir=shared_data,
        seed=1,
    )
    page = Page(path.read_text(encoding="utf-8"))
    shown = [min(int((~result.right).sum()), SHOWN) for result in results]
    assert len(page.images["worst-mistakes"]) == sum(shown) > 0
    assert path.stat().st_size < 3_000_000
