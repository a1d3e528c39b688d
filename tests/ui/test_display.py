"""The density of the display, and the window on it."""

from __future__ import annotations

import sys

import pygame
import pytest

from app.settings import SMALLEST_WINDOW
from app.ui import texts
from app.ui.display import display_scale, open_display


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells the density itself")
@pytest.mark.parametrize(
    ("told", "scale"),
    [(None, 1), ("2", 2), ("1.5", 1.5), ("0.5", 1), ("9", 4), ("dense", 1), ("", 1)],
)
def test_the_scale_is_what_the_desktop_says_within_reason(
    told: str | None, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GDK_SCALE", raising=False)
    if told is not None:
        monkeypatch.setenv("GDK_SCALE", told)
    assert display_scale() == scale


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    pygame.display.init()
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(1600, 900)])


@pytest.mark.parametrize(
    ("size", "scale", "opened"),
    [
        ((1000, 700), 1, (1000, 700)),
        ((700, 400), 2, (1400, 800)),
        ((1000, 700), 2, (1600, 900)),
        ((3000, 400), 1, (1600, 400)),
    ],
)
def test_a_window_is_as_large_as_was_asked_and_no_larger_than_the_screen(
    desktop: None, size: tuple[int, int], scale: float, opened: tuple[int, int]
) -> None:
    screen = open_display(size, scale)
    assert screen.get_size() == opened
    assert pygame.display.get_caption()[0] == texts.APP_NAME


def test_a_window_cannot_be_made_smaller_than_what_is_in_it(desktop: None) -> None:
    open_display((1000, 700), 1)
    assert pygame.Window.from_display_module().minimum_size == SMALLEST_WINDOW
