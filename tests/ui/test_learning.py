"""Corrections in the window, with the bundled network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from app.convention import reference_digits
from app.corrections import Corrections
from app.hand import Correction
from app.ink import Ink
from app.recognizer import Recognizer
from app.settings import Settings
from app.ui import texts
from app.ui.learning import LEARNT
from app.ui.panels import bar_rows
from app.ui.window import Window
from tests.ui.events import key, move, play, play_until, press, release, stroke

CTRL = pygame.KMOD_LCTRL
UNDO, REDO, LIST = key(pygame.K_z, CTRL), key(pygame.K_y, CTRL), key(pygame.K_l, CTRL)
ESCAPE, TAB, ENTER = key(pygame.K_ESCAPE), key(pygame.K_TAB), key(pygame.K_RETURN)


@pytest.fixture(scope="module")
def network() -> Recognizer:
    return Recognizer.load()


@pytest.fixture
def window(screen: pygame.Surface, network: Recognizer) -> Iterator[Window]:
    window = Window(network, Settings(), screen)
    window._learning.begin(network, on=True)
    yield window
    network.learn([])


def write(window: Window, digit: int, x: float = 60, height: float = 300) -> None:
    """Write a reference digit so many pixels from the left of the paper."""
    digits, labels = reference_digits()
    lines = digits[labels.tolist().index(digit)]
    low = min(line[:, 1].min() for line in lines)
    scale = height / (max(line[:, 1].max() for line in lines) - low)
    left = min(line[:, 0].min() for line in lines)
    for line in lines:
        points = ((line - [left, low]) * scale + [x + 20, 150]).round().astype(int).tolist()
        play(window, *stroke(*map(tuple, points)))


def type_digit(digit: int) -> pygame.Event:
    return key(pygame.K_0 + digit, 0, str(digit))


def kept(path: Path) -> list[int]:
    return [correction.digit for correction in Corrections(path).all]


def click_bar(window: Window, digit: int) -> None:
    layout = window.layout
    middle = bar_rows(layout.bars, window._scene.look, layout.compact)[digit].center
    play(window, move(middle, held=False), press(middle), release(middle))


def test_a_digit_is_corrected_by_its_key_at_once(window: Window, no_corrections: Path) -> None:
    write(window, 7)
    assert window.reading.text == "7"
    play(window, type_digit(1))
    assert window.reading.text == "1"
    assert kept(no_corrections) == [1]
    assert window._learning.notice == texts.CORRECTED.format(digit=1, undo=texts.UNDO_KEY)
    write(window, 7, x=400)
    assert window.reading.text == "11", "what is written much like it is read that way, too"


def test_a_digit_is_corrected_by_its_bar(window: Window, no_corrections: Path) -> None:
    write(window, 7)
    click_bar(window, 2)
    assert window.reading.text == "2"
    assert kept(no_corrections) == [2]


def test_a_click_that_leaves_the_bar_corrects_nothing(window: Window, no_corrections: Path) -> None:
    write(window, 7)
    rows = bar_rows(window.layout.bars, window._scene.look, window.layout.compact)
    play(window, press(rows[2].center), release(rows[3].center))
    assert window.reading.text == "7" and kept(no_corrections) == []


def test_of_several_digits_the_one_pointed_at_is_corrected(
    window: Window, no_corrections: Path
) -> None:
    write(window, 7)
    write(window, 4, x=330)
    assert window.reading.text == "74"
    x, y, width, height = window.reading.digits[0].box
    paper = window.layout.paper
    middle = round(x + width / 2) + paper.left, round(y + height / 2) + paper.top
    play(window, move(middle, held=False))
    click_bar(window, 1)
    assert window.reading.text == "14"
    assert window._learning.notice == texts.CORRECTED.format(digit=1, undo=texts.UNDO_KEY)


def test_of_several_digits_without_pointing_the_last_one_is_corrected(window: Window) -> None:
    write(window, 7)
    write(window, 4, x=330)
    play(window, type_digit(9))
    assert window.reading.text == "79"
    assert window._learning.notice == texts.CORRECTED_LAST.format(digit=9, undo=texts.UNDO_KEY)


def test_undo_takes_steps_back_in_their_order(window: Window, no_corrections: Path) -> None:
    write(window, 7)
    play(window, type_digit(1))
    write(window, 3, x=330)
    texts_seen, kept_then = [], []
    for event in (UNDO, UNDO, UNDO, REDO, REDO, REDO):
        play(window, event)
        texts_seen.append(window.reading.text)
        kept_then.append(kept(no_corrections))
    assert texts_seen == ["1", "7", "", "7", "1", "13"]
    assert kept_then == [[1], [], [], [], [1], [1]]


def test_a_slip_that_is_corrected_leaves_one_correction(
    window: Window, no_corrections: Path
) -> None:
    write(window, 7)
    play(window, type_digit(1), type_digit(2))
    assert window.reading.text == "2" and kept(no_corrections) == [2]
    play(window, UNDO)
    assert window.reading.text == "1" and kept(no_corrections) == [1]
    play(window, UNDO)
    assert window.reading.text == "7" and kept(no_corrections) == []


@pytest.mark.parametrize("digit", [7, 3])
def test_without_ink_or_need_nothing_is_kept_and_a_sentence_says_why(
    window: Window, no_corrections: Path, digit: int
) -> None:
    play(window, type_digit(digit))
    assert window._learning.notice == texts.NOTHING_TO_CORRECT
    write(window, digit)
    play(window, type_digit(digit))
    assert window._learning.notice == texts.RIGHT_ALREADY.format(digit=digit)
    assert kept(no_corrections) == []


def test_digits_in_pictures_cannot_be_corrected_which_is_said(
    window: Window, no_corrections: Path
) -> None:
    write(window, 7)
    digit = window.reading.digits[0]
    window._learning.correct(digit.__class__(*list(vars(digit).values())[:6]), 1, Ink())
    assert window._learning.notice == texts.NO_INK_TO_CORRECT
    assert kept(no_corrections) == []


def test_what_was_said_goes_when_writing_goes_on(window: Window) -> None:
    play(window, type_digit(1))
    assert window._learning.notice
    play(window, press((200, 200)))
    assert not window._learning.notice


def test_corrections_of_earlier_days_count_once_they_are_loaded(
    window: Window, network: Recognizer, no_corrections: Path
) -> None:
    write(window, 7)
    Corrections(no_corrections).add(window.reading.digits[0].ink, 2)
    window._learning.begin(network, on=True)
    play_until(window, lambda: window.reading.text == "2")


def test_a_correction_before_the_earlier_ones_are_loaded_waits_for_them(
    window: Window, network: Recognizer, no_corrections: Path
) -> None:
    write(window, 7)
    Corrections(no_corrections).add(window.reading.digits[0].ink, 2)
    write(window, 4, x=330)
    window._learning.begin(network, on=True)
    play(window, type_digit(9))
    assert window.reading.text == "29" and kept(no_corrections) == [2, 9]
    play(window, pygame.Event(LEARNT))
    assert window.reading.text == "29"


def test_a_damaged_line_is_told_and_the_others_count(
    window: Window, network: Recognizer, no_corrections: Path
) -> None:
    write(window, 7)
    Corrections(no_corrections).add(window.reading.digits[0].ink, 2)
    no_corrections.write_bytes(b"{damaged\n" + no_corrections.read_bytes())
    window._learning.begin(network, on=True)
    play_until(window, lambda: window.reading.text == "2")
    assert "line 1" in window._learning.notice and "damaged" in window._learning.notice


def test_a_file_that_cannot_be_read_or_written_is_told(
    window: Window, network: Recognizer, no_corrections: Path
) -> None:
    no_corrections.mkdir()
    write(window, 7)
    window._learning.begin(network, on=True)
    play_until(window, lambda: bool(window._learning.notice))
    assert "cannot be read" in window._learning.notice
    play(window, type_digit(2))
    assert window.reading.text == "7" and "cannot be read" in window._learning.notice
    no_corrections.rmdir()
    play(window, type_digit(2))
    assert window.reading.text == "2", "once it can"


def test_switched_off_they_do_not_count_and_none_is_kept(
    window: Window, no_corrections: Path
) -> None:
    write(window, 7)
    play(window, type_digit(1))
    window._dialogs._choose("learn", False)
    window.update()
    assert window.reading.text == "7" and not window.settings.learn
    play(window, type_digit(2))
    assert window._learning.notice == texts.LEARNING_IS_OFF
    assert kept(no_corrections) == [1]
    window._dialogs._choose("learn", True)
    window.update()
    assert window.reading.text == "1"


def test_the_list_removes_one_or_after_a_question_all(window: Window, no_corrections: Path) -> None:
    for x, digit in ((30, 1), (200, 2), (370, 3)):
        write(window, 7, x=x)
        play(window, type_digit(digit), key(pygame.K_DELETE))
    assert kept(no_corrections) == [1, 2, 3]
    play(window, LIST, TAB, ENTER)
    assert kept(no_corrections) == [1, 2], "the latest is the first in the list"
    back_tab = key(pygame.K_TAB, pygame.KMOD_LSHIFT)
    play(window, ESCAPE, LIST, back_tab, back_tab, back_tab, ENTER)
    assert kept(no_corrections) == [1, 2]
    play(window, ENTER)
    assert kept(no_corrections) == []
    play(window, ESCAPE)
    assert not window._dialogs.open
    write(window, 7)
    assert window.reading.text == "7"


def test_the_list_shows_each_correction_with_its_picture(
    window: Window, screen: pygame.Surface
) -> None:
    write(window, 7)
    play(window, type_digit(1), LIST)
    assert window._dialogs._dialog is not None
    *_, row = window._dialogs._dialog._shown.rows
    assert row.words == texts.IS_A.format(digit=1) and row.picture is not None
    picture = pygame.surfarray.array_alpha(row.picture(52, "#000000"))
    across, down = picture.any(axis=1).nonzero()[0], picture.any(axis=0).nonzero()[0]
    assert down[-1] - down[0] == pytest.approx(0.76 * 52 + 3, abs=3), "the 7 is higher than wide"
    assert across[0] + across[-1] == pytest.approx(51, abs=2)


def test_they_are_exported_to_a_new_file_each_time(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "Documents"
    monkeypatch.setattr("app.ui.learning.user_documents_path", lambda: documents)
    write(window, 7)
    play(window, type_digit(1))
    for name in ("digit-pad-corrections.ndjson", "digit-pad-corrections-2.ndjson"):
        window._learning.export()
        assert str(documents / name) in window._learning.notice
        assert kept(documents / name) == [1]
    monkeypatch.setattr("app.ui.learning.user_documents_path", lambda: tmp_path / "no" / "such")
    (tmp_path / "no").write_text("in the way")
    window._learning.export()
    assert "cannot be written" in window._learning.notice


def test_keys_do_nothing_else_while_the_list_is_open(window: Window) -> None:
    write(window, 7)
    play(window, LIST, type_digit(1), UNDO, key(pygame.K_DELETE), *stroke((200, 200), (300, 300)))
    assert window.reading.text == "7" and len(window.canvas.ink.strokes) > 0
    assert window._learning.all == []


def test_many_are_listed_and_scrolled(window: Window, network: Recognizer) -> None:
    write(window, 7)
    ink = window.reading.digits[0].ink
    corrections = window._learning._ready()
    assert corrections is not None
    corrections.all = [Correction(ink, i % 10) for i in range(60)]
    play(window, LIST)
    dialog = window._dialogs._dialog
    assert dialog is not None
    scroll = dialog._scroll
    assert scroll.length > 60 * 52
    play(window, key(pygame.K_END))
    assert scroll.top == scroll.length - scroll.area.height
    play(window, key(pygame.K_HOME), *[key(pygame.K_DOWN)] * 2)
    assert scroll.top == 120


def test_a_correction_that_was_taken_back_stays_so_once_something_new_is_written(
    window: Window, no_corrections: Path
) -> None:
    write(window, 7)
    play(window, type_digit(1), UNDO)
    write(window, 3, x=400)
    play(window, UNDO, REDO)
    assert kept(no_corrections) == []
    assert window.reading.text == "73"
