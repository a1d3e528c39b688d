"""What the system prefers."""

from __future__ import annotations

import sys
from pathlib import Path

import pygame
import pytest

from app.settings import Settings
from app.ui.system import TOLD, SystemTheme, language_of, system_theme
from app.ui.theme import PALETTES
from app.ui.window import Window
from tests.ui.events import key, play
from tests.ui.fakes import StrokeCounter

linux = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="a desktop with D-Bus")


def install(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the only programs that there are, and a bus to talk over."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.delenv("GTK_THEME", raising=False)
    return tmp_path


@linux
@pytest.mark.parametrize(
    ("program", "answer", "theme"),
    [
        ("gdbus", "(<<uint32 1>>,)", "dark"),
        ("gdbus", "(<<uint32 2>>,)", "light"),
        ("gdbus", "(<<uint32 0>>,)", "light"),
        ("gdbus", "(<<uint32 12>>,)", "light"),
        ("busctl", "v v u 1", "dark"),
        ("busctl", "v v u 2", "light"),
    ],
)
def test_the_desktop_is_asked(desktop: Path, program: str, answer: str, theme: str) -> None:
    install(desktop, program, f"echo '{answer}'")
    assert system_theme() == theme


@linux
@pytest.mark.parametrize("script", ["exit 1", "echo '(<<uint32 1>>,)'; exit 1", "exec sleep 60"])
def test_a_desktop_that_has_no_answer_is_light(
    desktop: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.system.PATIENCE", 0.2)
    install(desktop, "gdbus", script.replace("sleep", "/bin/sleep"))
    assert system_theme() == "light"


@linux
def test_without_a_bus_nobody_is_asked(desktop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(desktop, "gdbus", "echo '(<<uint32 1>>,)'")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert system_theme() == "light"
    monkeypatch.setenv("GTK_THEME", "Adwaita:dark")
    assert system_theme() == "dark"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system says, to be changed."""
    says = ["dark"]
    monkeypatch.setattr("app.ui.system.system_theme", lambda: says[0])
    return says


def paper(window: Window, screen: pygame.Surface) -> pygame.Color:
    return screen.get_at((window.layout.paper.centerx, window.layout.paper.bottom - 20))


def test_the_window_follows_the_system(screen: pygame.Surface, system: list[str]) -> None:
    theme = SystemTheme()
    theme.ask(patience=5)
    window = Window(StrokeCounter(), Settings(), screen, system=theme)  # type: ignore[arg-type]
    assert paper(window, screen) == pygame.Color(PALETTES["dark"].paper)
    system[0] = "light"
    play(window, pygame.Event(pygame.WINDOWFOCUSGAINED))
    for _ in range(200):
        pygame.time.wait(5)
        play(window)
        if theme.theme == "light":
            break
    play(window, pygame.Event(pygame.USEREVENT))
    assert paper(window, screen) == pygame.Color(PALETTES["light"].paper)


def test_a_theme_that_was_chosen_stays(screen: pygame.Surface, system: list[str]) -> None:
    theme = SystemTheme()
    theme.ask(patience=5)
    settings = Settings(theme="light")
    window = Window(StrokeCounter(), settings, screen, system=theme)  # type: ignore[arg-type]
    assert paper(window, screen) == pygame.Color(PALETTES["light"].paper)
    play(window, key(pygame.K_t, pygame.KMOD_LCTRL))
    assert window.settings.theme == "dark"
    play(window, pygame.Event(TOLD, theme="light"))
    assert paper(window, screen) == pygame.Color(PALETTES["dark"].paper)


def test_a_switch_of_the_theme_starts_from_the_one_that_is_seen(
    screen: pygame.Surface, system: list[str]
) -> None:
    theme = SystemTheme()
    theme.ask(patience=5)
    window = Window(StrokeCounter(), Settings(), screen, system=theme)  # type: ignore[arg-type]
    play(window, key(pygame.K_t, pygame.KMOD_LCTRL))
    assert window.settings.theme == "light"


@pytest.mark.parametrize(
    ("locales", "language"),
    [
        (["de"], "de"),
        (["fr", "de", "en"], "de"),
        (["en", "de"], "en"),
        (["fr"], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_the_first_preferred_one_that_there_are_texts_in(
    locales: list[str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferred = [{"language": name, "country": None} for name in locales]
    monkeypatch.setattr(pygame.system, "get_pref_locales", lambda: preferred)
    assert language_of("system") == language
    assert language_of("de") == "de"
    assert language_of("en") == "en"
