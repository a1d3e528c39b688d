"""Opens the display, shows the window until it is closed, and remembers what was chosen in it."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from pathlib import Path

import pygame

from app.settings import Settings
from app.ui import texts
from app.ui.display import display_scale, open_display
from app.ui.memory import prepare
from app.ui.system import SystemTheme, language_of
from app.ui.window import Window

PATIENCE = 0.2
"""Seconds that the first frame waits for the system's theme."""


def run(model: Path, file: str | None = None) -> int:
    """Show the window until it is closed.

    Args:
        model: the file of the network that reads the ink.
        file: one that is opened as if it had been dropped on the window.

    Returns:
        The exit status: 0, or 2 where there is no display (one sentence on stderr tells so).
    """
    prepare()
    settings = Settings.load()
    texts.use(language_of(settings.language))
    system = SystemTheme()
    try:
        pygame.display.init()
        scale = display_scale()
        screen = open_display(settings.window, scale)
    except pygame.error as error:
        print(texts.NO_DISPLAY.format(reason=error), file=sys.stderr)
        return 2
    system.ask(patience=PATIENCE)
    window = Window(model, settings, screen, scale, system)
    gc.enable()  # which app/__main__.py had put off
    if file:
        pygame.event.post(pygame.Event(pygame.DROPFILE, file=file))
    with suppress(KeyboardInterrupt):
        window.loop()
    window.close()
    pygame.quit()
    if window.settings != settings:
        window.settings.save(before=settings)
    return 0
