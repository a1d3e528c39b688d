"""The density of the display, and the window on it."""

from __future__ import annotations

import sys

import pygame
import pytest

from app.settings import SMALLEST_WINDOW
from app.ui import texts
from app.ui.display import display_scale, open_display, x_resources


@pytest.fixture
def large_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(7680, 4320)])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells the density itself")
@pytest.mark.parametrize(
    ("told", "scale"),
    [(None, 1), ("2", 2), ("1.5", 1.5), ("0.5", 1), ("9", 4), ("dense", 1), ("nan", 1), ("", 1)],
)
def test_the_scale_is_what_the_desktop_says_within_reason(
    told: str | None, scale: float, large_screen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GDK_SCALE", raising=False)
    monkeypatch.setattr("app.ui.display.x_resources", str)
    if told is not None:
        monkeypatch.setenv("GDK_SCALE", told)
    assert display_scale() == scale


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells the density itself")
@pytest.mark.parametrize(
    ("resources", "scale"),
    [
        ("Xft.antialias:\t1\nXft.dpi:\t144\n", 1.5),
        ("Xft.dpi: 96", 1),
        ("Xft.dpi: 10000", 4),
        ("Xft.dpi: nan", 1),
        ("Xft.dpi: many", 1),
        ("no.Xft.dpi: 192", 1),
        ("", 1),
    ],
)
def test_the_density_of_an_x_server_counts_unless_a_scale_is_set(
    resources: str, scale: float, large_screen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.display.x_resources", lambda: resources)
    monkeypatch.delenv("GDK_SCALE", raising=False)
    assert display_scale() == scale
    monkeypatch.setenv("GDK_SCALE", "3")
    assert display_scale() == 3


def test_the_smallest_window_fits_on_the_screen_at_any_scale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GDK_SCALE", "2")
    for screen, scale in (((1024, 600), 1.53), ((1920, 1080), 2), ((400, 300), 1)):
        monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda screen=screen: [screen])
        assert display_scale() == pytest.approx(scale, abs=0.01)


def test_without_an_x_server_there_are_no_resources_of_it(screen: pygame.Surface) -> None:
    assert x_resources() == ""


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    pygame.display.init()
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(1600, 900)])


@pytest.mark.parametrize(
    ("size", "scale", "opened"),
    [
        ((1000, 700), 1, (1000, 700)),
        ((700, 400), 2, (1400, 800)),
        ((1000, 700), 2, (1600, 828)),
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
