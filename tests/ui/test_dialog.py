"""Choosing a file with mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest
from pygame import Event, Rect

from app.ui.dialog import FileDialog
from app.ui.theme import PALETTES, Look
from tests.ui.events import Position, key, move, press, release

WINDOW = Rect(0, 0, 1000, 700)
ENTER, ESCAPE, BACK = (key(code) for code in (pygame.K_RETURN, pygame.K_ESCAPE, pygame.K_BACKSPACE))
DOWN, UP = key(pygame.K_DOWN), key(pygame.K_UP)


class Chosen(list[Path | None]):
    """The files that were chosen, None where it was closed without one."""


@pytest.fixture
def chosen() -> Chosen:
    return Chosen()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "page.png").touch()
    for number in range(50):
        (tmp_path / f"{number:02}.png").touch()
    return tmp_path


@pytest.fixture
def dialog(folder: Path, chosen: Chosen) -> FileDialog:
    dialog = FileDialog(folder, chosen.append, lambda: chosen.append(None))
    dialog.build(WINDOW, Look(PALETTES["light"]))
    return dialog


def do(dialog: FileDialog, *events: Event) -> None:
    for event in events:
        dialog.handle(event)


def click(dialog: FileDialog, position: Position) -> None:
    do(dialog, press(position), release(position))


def typed(characters: str) -> list[Event]:
    return [key(ord(character), character=character) for character in characters]


def wheel(steps: int) -> Event:
    return Event(pygame.MOUSEWHEEL, x=0, y=steps, precise_x=0.0, precise_y=float(steps))


def row(dialog: FileDialog, index: int) -> Position:
    """The middle of a row, as long as nothing has been scrolled."""
    return dialog._rows.centerx, dialog._rows.top + int((index + 0.5) * dialog._row)


def test_a_second_click_opens_what_the_first_selected(
    dialog: FileDialog, chosen: Chosen, folder: Path
) -> None:
    click(dialog, row(dialog, 3))
    assert chosen == []
    click(dialog, row(dialog, 4))
    assert chosen == []
    click(dialog, row(dialog, 4))
    assert chosen == [folder / "02.png"]


def test_the_buttons_open_and_cancel(dialog: FileDialog, chosen: Chosen, folder: Path) -> None:
    click(dialog, dialog._open.center)
    assert chosen == [], "nothing is selected"
    click(dialog, row(dialog, 2))
    click(dialog, dialog._open.center)
    click(dialog, dialog._cancel.center)
    assert chosen == [folder / "00.png", None]


def test_a_press_that_ends_elsewhere_is_no_click(dialog: FileDialog, chosen: Chosen) -> None:
    do(dialog, press(dialog._cancel.center), release((5, 5)))
    do(dialog, press((5, 5)), release(dialog._cancel.center))
    click(dialog, (5, 5))
    assert chosen == []


def test_folders_are_entered_and_left(dialog: FileDialog, chosen: Chosen, folder: Path) -> None:
    click(dialog, row(dialog, 1))
    click(dialog, row(dialog, 1))
    assert dialog.folder == folder / "scans"
    click(dialog, row(dialog, 1))
    do(dialog, BACK)
    assert dialog.folder == folder
    do(dialog, DOWN, ENTER)
    assert dialog.folder == folder.parent and chosen == []


def test_arrows_select_and_enter_opens(dialog: FileDialog, chosen: Chosen, folder: Path) -> None:
    do(dialog, ENTER, DOWN, DOWN, DOWN, DOWN, UP, ENTER)
    do(dialog, key(pygame.K_END), ENTER, key(pygame.K_HOME), DOWN, key(pygame.K_PAGEDOWN), ENTER)
    do(dialog, key(pygame.K_PAGEUP), DOWN, ENTER)
    page = dialog._rows.height // dialog._row - 1
    assert chosen == [
        folder / name for name in ("00.png", "49.png", f"{page - 1:02}.png", "00.png")
    ]


def test_what_is_selected_is_in_sight(dialog: FileDialog) -> None:
    for code in (pygame.K_END, pygame.K_UP, pygame.K_HOME, pygame.K_PAGEDOWN, pygame.K_PAGEDOWN):
        do(dialog, key(code))
        selected = dialog._listing.selected
        assert selected is not None
        top = selected * dialog._row - dialog._scroll.top
        assert 0 <= top <= dialog._rows.height - dialog._row


def test_typing_finds_a_file(dialog: FileDialog, chosen: Chosen, folder: Path) -> None:
    do(dialog, *typed("17x"), BACK, ENTER)
    assert chosen == [folder / "17.png"]


def test_escape_closes(dialog: FileDialog, chosen: Chosen) -> None:
    do(dialog, *typed("1"), ESCAPE)
    assert chosen == [None]


def test_shortcuts_and_modifiers_type_nothing(dialog: FileDialog, chosen: Chosen) -> None:
    ctrl, shift = pygame.KMOD_LCTRL, pygame.KMOD_LSHIFT
    do(
        dialog,
        key(pygame.K_z, ctrl, "\x1a"),
        key(pygame.K_LSHIFT, shift),
        key(pygame.K_TAB, 0, "\t"),
    )
    assert len(dialog._listing.entries) == 52 and chosen == []


def test_the_list_is_scrolled_by_wheel_and_finger(
    dialog: FileDialog, chosen: Chosen, folder: Path
) -> None:
    do(dialog, wheel(-1))
    assert dialog._scroll.top == 3 * dialog._row
    do(dialog, wheel(2))
    assert dialog._scroll.top == 0
    start, end = row(dialog, 8), row(dialog, 3)
    do(dialog, press(start, touch=True), move(end, touch=True), release(end, touch=True))
    assert dialog._scroll.top == 5 * dialog._row and dialog._listing.selected is None
    click(dialog, row(dialog, 0))
    do(dialog, ENTER)
    assert chosen == [folder / "03.png"]


def test_the_bar_is_dragged_to_the_end(dialog: FileDialog) -> None:
    x = dialog._rows.right - 3
    top, bottom = (x, dialog._rows.top + 5), (x, dialog._rows.bottom + 300)
    do(dialog, press(top), move(bottom), release(bottom))
    assert dialog._scroll.top == dialog._scroll.length - dialog._rows.height


def test_only_what_looks_otherwise_is_drawn_again(dialog: FileDialog) -> None:
    x, y = row(dialog, 2)
    assert dialog.handle(move((x, y), held=False))
    assert not dialog.handle(move((x + 5, y), held=False))
    assert dialog.handle(move((5, 5), held=False))
    assert not dialog.handle(move((6, 5), held=False))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("size", "scale"), [((480, 360), 1), ((1000, 700), 1), ((960, 720), 2)])
def test_it_fits_into_every_window(
    screen: pygame.Surface, folder: Path, theme: str, size: tuple[int, int], scale: float
) -> None:
    (folder / ("very long " * 20 + ".png")).touch()
    window = pygame.Surface(size)
    for place in (folder, folder / "gone", Path("/")):
        dialog = FileDialog(place, lambda path: None, lambda: None)
        dialog.build(Rect((0, 0), size), Look(PALETTES[theme], scale))
        dialog.draw(window)
        assert window.get_rect().contains(dialog._area)
        assert dialog._rows.height >= 2 * dialog._row
        assert dialog._area.contains(dialog._rows) and dialog._area.contains(dialog._open)


def test_a_name_that_no_font_can_draw_is_listed(screen: pygame.Surface, folder: Path) -> None:
    (folder / "scans" / "bad\udcff\n.png").touch()
    dialog = FileDialog(folder / "scans", lambda path: None, lambda: None)
    dialog.build(WINDOW, Look(PALETTES["light"]))
    dialog.draw(screen)
