"""What the system prefers: light or dark, and the language."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import pygame

from app.settings import LANGUAGES
from app.ui.events import post

TOLD = pygame.event.custom_type()
"""Type of the event that brings what the system prefers now."""
PATIENCE = 2.0
"""Seconds after which the system is taken to have no answer."""
_PORTAL = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
_METHOD = "org.freedesktop.portal.Settings"
_SETTING = ("org.freedesktop.appearance", "color-scheme")
_ASKING = {
    "gdbus": [
        *("gdbus", "call", "--session", "--dest", _PORTAL[0], "--object-path", _PORTAL[1]),
        *("--method", f"{_METHOD}.Read", *_SETTING),
    ],
    "busctl": ["busctl", "--user", "call", *_PORTAL, _METHOD, "Read", "ss", *_SETTING],
}
"""Programs to ask a desktop with, by the specification of its settings portal."""


class SystemTheme:
    """Light or dark, as the system has it; asked on a thread, as the answer may take a while.

    Attributes:
        theme: "light" or "dark"; light as long as nothing else is known.
        changed: called when it is another one than before.
    """

    def __init__(self) -> None:
        self.theme = "light"
        self.changed: Callable[[], None] = lambda: None

    def ask(self, patience: float = 0.0) -> None:
        """Find out, and wait for the answer so many seconds; later than that an event brings it."""
        answers: list[str] = []
        thread = Thread(target=self._run, args=(answers,), daemon=True)
        thread.start()
        thread.join(patience)
        if patience and answers:
            self.theme = answers[0]

    def _run(self, answers: list[str]) -> None:
        theme = system_theme()
        answers.append(theme)
        post(TOLD, theme=theme)

    def handle(self, event: pygame.Event) -> bool:
        """Take an event; whether it is not for others. It may change while others are in front."""
        if event.type == pygame.WINDOWFOCUSGAINED:
            self.ask()
        if event.type != TOLD:
            return False
        if event.theme != self.theme:
            self.theme = event.theme
            self.changed()
        return True


def system_theme() -> str:
    """ "dark" where the system says so, else "light"."""
    if sys.platform == "win32":
        return _theme_of_windows()
    if sys.platform == "darwin":
        command = ["defaults", "read", "-g", "AppleInterfaceStyle"]
        return "dark" if "Dark" in _answer(command) else "light"
    if os.environ.get("GTK_THEME", "").endswith((":dark", "-dark")):
        return "dark"
    has_bus = "DBUS_SESSION_BUS_ADDRESS" in os.environ
    command = next((c for program, c in _ASKING.items() if has_bus and shutil.which(program)), [])
    # "(<<uint32 1>>,)", or "v v u 1"; 1 stands for dark, 2 for light, 0 for neither.
    return "dark" if re.search(r"\b(?:uint32|u) 1\b", _answer(command)) else "light"


def _answer(command: list[str]) -> str:
    """What a program prints; nothing where it cannot be run, fails or takes too long."""
    if not command:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _theme_of_windows() -> str:
    if sys.platform == "win32":
        import winreg

        path = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            if winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0:
                return "dark"
    return "light"


def language_of(setting: str) -> str:
    """The language that a setting means: where that is "system", the first that the user prefers
    and there are texts in, else English."""
    if setting != "system":
        return setting
    for preferred in pygame.system.get_pref_locales():
        if preferred["language"] in LANGUAGES:
            return preferred["language"]
    return "en"
