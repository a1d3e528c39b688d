"""Where everything is, at every size."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from app.preprocess import FIELD
from app.ui.layout import CAPTION, CAPTION_OF_TWO_LINES, lay_out

SIZES = [(480, 360), (480, 1200), (640, 480), (1000, 700), (1600, 500), (1600, 1000), (3840, 2160)]


@pytest.mark.parametrize(("size", "status"), [*product(SIZES, [0, 20, 60])])
def test_nothing_overlaps_or_sticks_out(size: tuple[int, int], status: int) -> None:
    layout = lay_out(size, status_text=status)
    panels = [layout.answer, layout.bars, layout.picture]
    parts = [layout.toolbar, layout.paper, *panels]
    if status:
        parts.append(layout.status)
    assert all(layout.window.contains(part) for part in parts)
    assert all(layout.side.contains(panel) for panel in panels)
    assert not any(a.colliderect(b) for a, b in combinations(parts, 2))
    assert layout.paper.width >= layout.side.width
    assert layout.answer.height >= 60 and layout.bars.height >= 160 and layout.bars.width >= 100


@pytest.mark.parametrize("size", SIZES)
def test_the_picture_has_room_for_whole_pixels(size: tuple[int, int]) -> None:
    layout = lay_out(size)
    caption = CAPTION_OF_TWO_LINES if layout.compact else CAPTION
    side = layout.picture.height - caption
    assert side % FIELD == 0 and 3 * FIELD <= side <= layout.picture.width


def test_a_dense_display_has_the_same_layout_in_more_pixels() -> None:
    usual, dense = lay_out((1000, 700)), lay_out((2000, 1400), scale=2)
    assert dense.paper.topleft == tuple(2 * value for value in usual.paper.topleft)
    assert dense.paper.size == tuple(2 * value for value in usual.paper.size)


def test_a_tiny_window_is_laid_out_as_the_smallest_useful_one() -> None:
    assert lay_out((1, 1)).paper == lay_out((480, 360)).paper


def test_a_long_message_leaves_most_of_the_window() -> None:
    assert lay_out((480, 360), status_text=4000).paper.height > 150
