"""Settings, shortcuts and corrections in dialogs."""

from __future__ import annotations

import pygame
import pytest
from pygame import Rect

from app.settings import Settings
from app.ui import texts
from app.ui.actions import shortcuts
from app.ui.rows_dialog import Button, Content, Row, RowsDialog
from app.ui.theme import PALETTES, Look
from app.ui.window import Window
from tests.ui.events import key, move, play, press, release
from tests.ui.fakes import StrokeCounter

F1, ESCAPE = key(pygame.K_F1), key(pygame.K_ESCAPE)
SETTINGS = key(pygame.K_COMMA, pygame.KMOD_LCTRL)
TAB, ENTER, SPACE = key(pygame.K_TAB), key(pygame.K_RETURN), key(pygame.K_SPACE, 0, " ")
SIZES = [(480, 360), (800, 600), (1280, 800)]


def shown(window: Window) -> RowsDialog:
    dialog = window._dialogs._dialog
    assert dialog is not None
    return dialog


def press_button(window: Window, label: str, row: str = "", wobble: int = 0) -> None:
    """Click a button, of a row where one is named; the hand may be unsteady by some pixels."""
    dialog = shown(window)
    rows = [r for r in dialog._shown.rows if r.words == row]
    wanted = [b for b in (rows[0].buttons if row else dialog._shown.buttons) if b.label == label]
    areas = [p.area for p in dialog._all() if p.button is wanted[0]]
    at = areas[0].center
    there = at[0], at[1] + wobble
    play(window, move(at, held=False), press(at), move(there), release(there))


@pytest.mark.parametrize(("size", "wobble"), [((1000, 700), 10), ((480, 360), 7)])
def test_an_unsteady_hand_can_press_a_button(
    size: tuple[int, int], wobble: int, screen: pygame.Surface
) -> None:
    screen = pygame.display.set_mode(size, pygame.RESIZABLE)
    window = Window(StrokeCounter(), Settings(), screen)
    play(window, SETTINGS)
    press_button(window, texts.THEMES["dark"], texts.THEME, wobble)
    assert window.settings.theme == "dark"


@pytest.mark.parametrize("language", ["en", "de"])
def test_help_lists_every_shortcut(window: Window, language: str) -> None:
    texts.use(language)
    play(window, F1)
    listed = [(row.words, row.note) for row in shown(window)._shown.rows]
    for action, keys in shortcuts().items():
        assert (texts.DOES[action], texts.shown_keys(keys)) in listed
    play(window, ESCAPE)
    assert not window._dialogs.open


def test_a_theme_is_chosen(window: Window, screen: pygame.Surface) -> None:
    play(window, SETTINGS)
    press_button(window, texts.THEMES["dark"], texts.THEME)
    assert window.settings.theme == "dark"
    corner = screen.get_at(shown(window)._area.move(30, 3).topleft)
    assert corner == pygame.Color(PALETTES["dark"].background), "at once, the dialog too"
    press_button(window, texts.THEMES["system"], texts.THEME)
    assert window.settings.theme == "system"


def test_a_language_is_chosen(window: Window) -> None:
    play(window, SETTINGS)
    press_button(window, "Deutsch", texts.LANGUAGE)
    assert window.settings.language == "de"
    assert shown(window)._shown.title == "Einstellungen", "at once"
    press_button(window, "English", texts.LANGUAGE)
    assert shown(window)._shown.title == "Settings"


def test_speaking_can_be_chosen_where_there_is_a_program(
    window: Window, screen: pygame.Surface
) -> None:
    for can in (False, True):
        window._speaker.can = can
        play(window, SETTINGS)
        press_button(window, texts.ON, texts.SPEAK if can else texts.NO_SPEECH)
        assert window.settings.speak is can
        play(window, ESCAPE)


def test_settings_lead_to_shortcuts_and_corrections(window: Window) -> None:
    for row in (texts.SHORTCUTS, texts.CORRECTIONS):
        play(window, SETTINGS)
        press_button(window, texts.SHOW, row)
        assert shown(window)._shown.title == row
        press_button(window, texts.DONE)
        assert not window._dialogs.open


def test_all_is_reached_with_keys(window: Window) -> None:
    play(window, SETTINGS, TAB, TAB, ENTER)
    assert window.settings.theme == "dark"
    play(window, key(pygame.K_TAB, pygame.KMOD_LSHIFT), SPACE)
    assert window.settings.theme == "light"
    play(window, ESCAPE, SETTINGS, ENTER)
    assert not window._dialogs.open, "without a choice Enter is Done"


def test_nothing_below_is_touched(window: Window) -> None:
    before = window.canvas.revision
    play(window, F1, press((200, 300)), move((260, 340)), release((260, 340)))
    play(window, key(pygame.K_t, pygame.KMOD_LCTRL), key(pygame.K_DELETE))
    assert window.canvas.revision == before and window.settings.theme == "system"


def test_a_stroke_in_progress_ends_where_a_dialog_opens(window: Window) -> None:
    play(window, press((200, 200)), move((210, 260)), F1, move((400, 400)), ESCAPE)
    play(window, move((500, 500)))
    assert [len(stroke.points) for stroke in window.canvas.ink.strokes] == [2]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "de"])
def test_dialogs_fit_into_every_window(
    screen: pygame.Surface, size: tuple[int, int], scale: float, language: str
) -> None:
    screen = pygame.display.set_mode([round(scale * side) for side in size])
    texts.use(language)
    window = Window(StrokeCounter(), Settings(), screen, scale)  # type: ignore[arg-type]
    for event in (F1, SETTINGS, key(pygame.K_l, pygame.KMOD_LCTRL)):
        play(window, event)
        dialog = shown(window)
        assert screen.get_rect().contains(dialog._area)
        assert all(dialog._area.contains(placed.area) for placed in dialog._foot)
        rows = Rect(0, 0, dialog._rows.width, dialog._scroll.length)
        areas = [placed.area for placed in dialog._buttons]
        assert all(rows.contains(area) for area in areas)
        assert all(a.collidelist(areas[i + 1 :]) < 0 for i, a in enumerate(areas))
        assert dialog._rows.height >= min(80 * scale, dialog._scroll.length)
        play(window, ESCAPE)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_tool_bar_fits_into_every_window(
    screen: pygame.Surface, size: tuple[int, int], language: str
) -> None:
    screen = pygame.display.set_mode(size)
    texts.use(language)
    window = Window(StrokeCounter(), Settings(), screen)  # type: ignore[arg-type]
    toolbar = window._scene.toolbar
    areas = [button.rect for button in toolbar._buttons.values()] + [toolbar._slider.rect]
    assert all(screen.get_rect().contains(area) for area in areas)
    assert all(a.collidelist(areas[i + 1 :]) < 0 for i, a in enumerate(areas))


def test_long_rows_are_dragged_and_that_is_no_click(screen: pygame.Surface) -> None:
    done: list[int] = []
    rows = [Row(str(i), (Button("Do", lambda i=i: done.append(i)),)) for i in range(50)]  # type: ignore[misc]
    dialog = RowsDialog(lambda: Content("Many", rows), lambda: None)
    dialog.build(screen.get_rect(), Look(PALETTES["light"]))
    x, y = dialog._all()[8].area.center
    dialog.handle(move((x, y), held=False))
    dialog.handle(press((x, y)))
    for by in range(0, 120, 10):
        assert dialog.handle(move((x, y - by))) == (by > 0)
    dialog.handle(release((x, y - 110)))
    assert dialog._scroll.top == 110 and done == []
    dialog.handle(press(dialog._all()[8].area.center))
    dialog.handle(release(dialog._all()[8].area.center))
    assert done == [8]
    for _ in range(60):
        dialog.handle(TAB)
    assert 0 <= dialog._scroll.top <= dialog._scroll.length - dialog._rows.height


def test_the_first_run_has_a_hint_that_goes_with_the_first_stroke(
    screen: pygame.Surface,
) -> None:
    def paper(window: Window) -> bytes:
        return pygame.image.tobytes(screen.subsurface(window.layout.paper), "RGB")

    later = Window(StrokeCounter(), Settings(first_run=False), screen)  # type: ignore[arg-type]
    clean = paper(later)
    first = Window(StrokeCounter(), Settings(), screen)  # type: ignore[arg-type]
    assert paper(first) != clean
    play(first, press((200, 200)), release((200, 200)), key(pygame.K_DELETE))
    assert paper(first) == clean
    assert not first.settings.first_run
