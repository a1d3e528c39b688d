from __future__ import annotations

from pathlib import Path
from threading import Event

import pygame
import pytest

from app.album import Album
from app.network import NetworkError
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.settings import Settings
from app.ui import networks, texts
from app.ui.networks import Networks
from app.ui.window import Window
from tests.h5_files import small_config, small_weights, write
from tests.ui.events import drop, key, play, play_until, press, release, stroke

LINE = stroke((200, 150), (200, 400))
LINES = [*LINE, *stroke((400, 150), (400, 400))]
SETTINGS = key(pygame.K_COMMA, pygame.KMOD_LCTRL)


@pytest.fixture
def window(screen: pygame.Surface) -> Window:
    """One that has nothing to read with yet."""
    return Window(None, Settings(), screen)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.h5"
    path.write_bytes(b"no network")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The file of a network that has learnt nothing."""
    return write(tmp_path / "small.h5", small_config(), small_weights())


def loaded(window: Window) -> Networks:
    return window._networks


def title() -> str:
    return pygame.display.get_caption()[0]


def click(window: Window, label: str) -> None:
    """The button of that label in the dialog of settings."""
    play(window, SETTINGS)
    dialog = window._dialogs._dialog
    assert dialog
    x, y = next(b.area for b in dialog._all() if b.button.label == label).center
    play(window, press((x, y)), release((x, y)))


def test_what_is_written_before_there_is_a_network_is_read_as_soon_as_there_is_one(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_load, load = Event(), Recognizer.load

    def load_late(path: Path) -> Recognizer:
        may_load.wait(10)
        return load(path)

    monkeypatch.setattr(networks.Recognizer, "load", load_late)
    window._networks.load(BUNDLED_MODEL)
    play(window, *LINES)
    assert len(window.canvas.ink.strokes) == 2
    assert title() == "Digit Pad"
    may_load.set()
    play_until(window, lambda: title() == "11 - Digit Pad")
    assert len(window.canvas.ink.strokes) == 2
    assert loaded(window).bundled and not loaded(window).warning


def test_the_network_of_the_app_reads_where_the_one_asked_for_cannot_be_loaded(
    window: Window, broken: Path
) -> None:
    window._networks.load(broken)
    play_until(window, lambda: loaded(window).recognizer is not None, *LINE)
    assert title() == "1 - Digit Pad"
    said = loaded(window).warning
    assert said.startswith(str(broken)) and said.endswith(texts.OWN_NETWORK_READS)
    assert window.layout.status.height > 0


def test_a_dropped_network_reads_and_the_settings_lead_back(window: Window, small: Path) -> None:
    window._networks.load(BUNDLED_MODEL)
    play_until(window, lambda: title() == "1 - Digit Pad", *LINE)
    play_until(window, lambda: loaded(window).path == small, *drop(small))
    assert small.name in window._opening.notice
    assert loaded(window).warning, "it reads hardly any digit"
    answer = window.reading.digits[0].probabilities.tolist()
    network = Recognizer.load(small)
    assert answer == network.read(window.canvas.ink).digits[0].probabilities.tolist()

    click(window, texts.OWN_NETWORK)
    play_until(window, lambda: loaded(window).bundled)
    assert title() == "1 - Digit Pad" and not loaded(window).warning
    assert window._opening.notice == texts.OWN_NETWORK_READS


def test_a_dropped_file_that_is_no_network_is_told_of_and_changes_nothing(
    window: Window, broken: Path
) -> None:
    window._networks.load(BUNDLED_MODEL)
    play_until(window, lambda: title() == "1 - Digit Pad", *LINE)
    play_until(window, lambda: str(broken) in window._opening.notice, *drop(broken))
    assert loaded(window).bundled and title() == "1 - Digit Pad"
    assert len(window.canvas.ink.strokes) == 1 and not loaded(window).notice


def test_the_settings_lead_to_other_networks(window: Window) -> None:
    click(window, texts.OTHER_NETWORK)
    assert window._opening.dialog and not window._dialogs.open


def test_only_the_network_asked_for_last_is_used(window: Window, small: Path) -> None:
    window._networks.load(small)
    window._networks.load(BUNDLED_MODEL)
    play_until(window, lambda: loaded(window).recognizer is not None)
    pygame.time.wait(300)
    play(window)
    assert loaded(window).bundled


def test_without_any_network_the_paper_takes_ink_and_files_are_told_of(
    window: Window, broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "BUNDLED_MODEL", broken)
    window._networks.load(broken)
    play_until(window, lambda: bool(loaded(window).warning), *LINE)
    assert len(window.canvas.ink.strokes) == 1 and title() == "Digit Pad"
    with pytest.raises(NetworkError, match="broken"):
        loaded(window).wait()
    picture = tmp_path / "7.png"
    surface = pygame.Surface((200, 200))
    surface.fill("white")
    pygame.draw.line(surface, "black", (100, 40), (100, 160), 9)
    pygame.image.save(surface, picture)
    play_until(window, lambda: "broken.h5" in window._opening.notice, *drop(picture))
    play(window, key(pygame.K_DELETE))
    window.close()


def test_an_unexpected_error_is_told_of_too(
    window: Window, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window._networks.load(BUNDLED_MODEL)
    play_until(window, lambda: loaded(window).bundled)

    def fail(path: Path) -> Recognizer:
        raise MemoryError

    monkeypatch.setattr(networks.Recognizer, "load", fail)
    play_until(window, lambda: "MemoryError" in window._opening.notice, *drop(small))
    assert loaded(window).bundled


def test_what_several_windows_left_behind_waits_for_the_network(
    screen: pygame.Surface, tmp_path: Path
) -> None:
    (tmp_path / "open").mkdir()
    for name in "ab":
        line = '{"drawing": [[[200, 200, 200], [150, 250, 400]]]}\n'
        (tmp_path / "open" / f"{name}.ndjson").write_text(line)
    window = Window(BUNDLED_MODEL, Settings(), screen, folder=tmp_path)
    album = Album(tmp_path / "numbers.ndjson")
    album.reload()
    assert [entry.text for entry in album.entries] == ["1"]
    play_until(window, lambda: title() == "1 - Digit Pad")
    window.close()
