"""Events: waiting for them, as quiet as that can be, and having threads bring some."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pygame

from app.ui.memory import give_back

NAP = 15
"""Milliseconds from one look for events to the next while the pen is up."""
REST = 50
"""After so many of them without any event there is time to tidy up."""


def next_events(pen_down: bool, time_matters: bool) -> list[pygame.Event]:
    """Wait for the next events; none come where `time_matters` and a nap of it has passed.

    This is pygame.event.wait() with longer naps: it looks for events a thousand times a second,
    and that alone takes nearly 2 % of a processor.
    """
    naps = 0
    while not (events := pygame.event.get()):
        pygame.time.wait(1 if pen_down else NAP)
        if time_matters:
            break
        naps += not pen_down
        if naps == REST:
            give_back()
    return events


def post(kind: int, **values: Any) -> None:
    """Tell the window something from any thread; nothing happens where it is closed."""
    with suppress(pygame.error):
        pygame.event.post(pygame.Event(kind, **values))
