"""The cursor over the paper."""

from __future__ import annotations

import pygame
import pytest
from pygame import Rect

from app.ui.canvas import ERASER, Canvas, Tool
from app.ui.cursor import Cursor
from app.ui.theme import PALETTES, Look

LOOK = Look(PALETTES["light"], 1.0)
ON_PAPER, BESIDE = (100, 100), (650, 100)


@pytest.fixture
def canvas() -> Canvas:
    canvas = Canvas()
    canvas.area = Rect(20, 50, 600, 600)
    canvas.window = (1000, 700)
    return canvas


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[pygame.cursors.Cursor]:
    """The cursors that were set, in order; the mouse is on the paper."""
    cursors: list[pygame.cursors.Cursor] = []
    monkeypatch.setattr(pygame.mouse, "set_cursor", cursors.append)
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: ON_PAPER)
    return cursors


def test_a_pen_has_the_usual_cursor(canvas: Canvas, shown: list[pygame.cursors.Cursor]) -> None:
    Cursor().follow(canvas, LOOK, covered=False)
    assert shown == []


def test_an_eraser_is_a_circle_as_large_as_it_erases(
    canvas: Canvas, shown: list[pygame.cursors.Cursor]
) -> None:
    canvas.tool = Tool.ERASER
    Cursor().follow(canvas, LOOK, covered=False)
    [cursor] = shown
    (x, y), circle = cursor.data
    radius = LOOK.px(ERASER)
    assert (x, y) == (radius, radius)
    assert circle.get_size() == (2 * radius + 1, 2 * radius + 1)
    alpha = pygame.surfarray.array_alpha(circle)
    assert alpha[radius, radius] == 0
    assert alpha[0, 0] == 0
    assert max(alpha[radius, :3]) > 200
    assert max(alpha[:3, radius]) > 200


def test_only_a_change_sets_the_cursor(canvas: Canvas, shown: list[pygame.cursors.Cursor]) -> None:
    cursor = Cursor()
    canvas.tool = Tool.ERASER
    for _ in range(3):
        cursor.follow(canvas, LOOK, covered=False)
    assert len(shown) == 1


@pytest.mark.parametrize("why", ["the pen again", "beside the paper", "under a dialog"])
def test_the_arrow_comes_back(
    why: str,
    canvas: Canvas,
    shown: list[pygame.cursors.Cursor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cursor = Cursor()
    canvas.tool = Tool.ERASER
    cursor.follow(canvas, LOOK, covered=False)
    if why == "the pen again":
        canvas.tool = Tool.PEN
    if why == "beside the paper":
        monkeypatch.setattr(pygame.mouse, "get_pos", lambda: BESIDE)
    cursor.follow(canvas, LOOK, covered=why == "under a dialog")
    assert shown[1:] == [pygame.cursors.arrow]
