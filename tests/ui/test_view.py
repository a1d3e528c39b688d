"""Which part of the ink's plane the paper shows."""

from __future__ import annotations

import pytest
from pygame import Rect

from app.ink import Box
from app.ui.view import View

AREA = Rect(20, 56, 613, 624)


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_clean_paper_begins_in_its_corner(scale: float) -> None:
    view = View.plain(AREA, scale)
    assert view.to_ink(AREA.topleft) == (0, 0)
    assert view.to_ink((AREA.left + 30, AREA.top + 60)) == (30 / scale, 60 / scale)


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 2, 3])
def test_what_is_shown_leads_to_the_same_view_again(scale: float) -> None:
    view = View.plain(AREA, scale)
    assert View.fit(view.page(AREA), AREA) == view
    other = Rect(12, 56, 333, 290)
    smaller = View.fit(view.page(AREA), other)
    assert View.fit(smaller.page(other), other) == smaller


@pytest.mark.parametrize("size", [(333, 290), (2000, 400), (300, 1200)])
def test_a_page_is_seen_whole_in_the_middle_and_undistorted(size: tuple[int, int]) -> None:
    page, area = Box(-30, 10, 600, 500), Rect((15, 60), size)
    view = View.fit(page, area)
    shown = view.area_of(page)
    assert area.inflate(2, 2).contains(shown)
    assert abs(shown.centerx - area.centerx) <= 1 and abs(shown.centery - area.centery) <= 1
    assert shown.width == area.width or shown.height == area.height
    assert shown.width / shown.height == pytest.approx(600 / 500, rel=0.02)


@pytest.mark.parametrize("side", [1, 1e-3, 1e15])
def test_a_page_of_any_size_is_seen(side: float) -> None:
    view = View.fit(Box(0, 0, side, side), AREA)
    assert view.page(AREA).width == pytest.approx(side, rel=1e-5)


def test_there_and_back() -> None:
    view = View(1.7, -40, 33)
    assert view.to_window(view.to_ink((123, 456))) == pytest.approx((123, 456))
