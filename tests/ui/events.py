"""The events of mouse, fingers and keys, as SDL sends them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pygame
from pygame import Event

from app.ui.window import Window

Position = tuple[int, int]


def press(position: Position, button: int = 1, touch: bool = False) -> Event:
    return Event(pygame.MOUSEBUTTONDOWN, pos=position, button=button, touch=touch)


def move(position: Position, held: bool = True, touch: bool = False) -> Event:
    buttons = (int(held), 0, 0)
    return Event(pygame.MOUSEMOTION, pos=position, rel=(0, 0), buttons=buttons, touch=touch)


def release(position: Position, button: int = 1, touch: bool = False) -> Event:
    return Event(pygame.MOUSEBUTTONUP, pos=position, button=button, touch=touch)


def stroke(*positions: Position) -> list[Event]:
    """All that happens while the mouse is drawn from one position to the next."""
    return [press(positions[0]), *map(move, positions[1:]), release(positions[-1])]


def finger(kind: int, x: float, y: float, number: int = 7) -> Event:
    """FINGERDOWN, FINGERMOTION or FINGERUP; x and y are fractions of the window."""
    return Event(kind, x=x, y=y, finger_id=number, touch_id=1, dx=0.0, dy=0.0)


def key(code: int, modifiers: int = 0, character: str = "", scancode: int = 0) -> Event:
    return Event(pygame.KEYDOWN, key=code, mod=modifiers, unicode=character, scancode=scancode)


def play(window: Window, *events: Event) -> None:
    """Let a window take events, and what these cause, as its loop would."""
    for event in events:
        pygame.event.post(event)
    settle(window)


def drop(*paths: Path) -> list[Event]:
    """Files dropped on the window together."""
    files = [Event(pygame.DROPFILE, file=str(path)) for path in paths]
    return [Event(pygame.DROPBEGIN), *files, Event(pygame.DROPCOMPLETE)]


def play_until(window: Window, done: Callable[[], bool], *events: Event) -> None:
    """The same, and let it go on until something has come of it."""
    play(window, *events)
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end, "waited in vain"
        pygame.time.wait(5)
        settle(window)


def settle(window: Window) -> None:
    """Let a window take the events that wait for it."""
    while queue := pygame.event.get():
        for event in queue:
            window.handle(event)
        window.update()
        window.draw()
