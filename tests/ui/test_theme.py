"""Text as large as there is room for it."""

from __future__ import annotations

import pygame
import pytest

from app.ui.theme import font, glyphs, shortened

ROOM = (300, 120)


@pytest.mark.parametrize(
    "string", ["7", "2026", "12 3\n4", "1" * 500, "\n".join("123"), "\n".join("1" * 900)]
)
def test_a_reading_fits_and_is_never_too_small_to_be_read(
    screen: pygame.Surface, string: str
) -> None:
    width, height = glyphs(string, ROOM, "#000000", 14).size
    assert 9 <= height <= ROOM[1] * 1.1 and width <= ROOM[0]


@pytest.mark.parametrize("from_start", [False, True])
def test_of_a_long_line_as_much_as_fits_is_left(from_start: bool, screen: pygame.Surface) -> None:
    line = "".join(map(str, range(100)))
    assert shortened(line, 15, 10_000, from_start=from_start) == line
    left = shortened(line, 15, 200, from_start=from_start)
    assert left.endswith("9899") if from_start else left.startswith("0123")
    assert 180 < font(15).size(left)[0] <= 200
    assert shortened(line, 15, 1, from_start=from_start) == "..."


def test_all_sizes_are_of_one_font() -> None:
    assert font(13) is font(40) and font(13) is not font(13, bold=True)
    assert font(13).size("8")[0] < font(40).size("8")[0] > font(13).size("8")[0]
