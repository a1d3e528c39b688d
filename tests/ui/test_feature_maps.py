"""The numbers of layers as pictures."""

from __future__ import annotations

import numpy as np
import pygame
import pytest

from app.ui.feature_maps import MOST_MAPS, Mosaic, as_maps, coloured, heat_map
from app.ui.theme import PALETTES, Look

LIGHT = PALETTES["light"]
LOOK = Look(LIGHT)


@pytest.mark.parametrize(
    ("shape", "maps"),
    [
        ((), (1, 1, 1)),
        ((10,), (10, 1, 1)),
        ((28, 28), (1, 28, 28)),
        ((28, 7), (1, 28, 7)),
        ((12, 9, 5), (5, 12, 9)),
        ((1, 1, 64), (64, 1, 1)),
        ((4, 3, 2, 5), (10, 4, 3)),
        ((100_000,), (MOST_MAPS, 1, 1)),
        ((300, 200, 3), (3, 60, 50)),
    ],
)
def test_outputs_of_every_shape_become_maps(shape: tuple[int, ...], maps: tuple[int, ...]) -> None:
    assert as_maps(np.zeros(shape, np.float32)).shape == maps


def test_a_map_is_a_channel() -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert np.array_equal(as_maps(values)[1], values[:, :, 1])


def test_colours_tell_sign_and_size() -> None:
    colours = coloured(np.array([2.0, -2.0, 0.0, 1.0], np.float32), LIGHT)
    accent, warning, faint = (
        np.array(pygame.Color(c)[:3]) for c in (LIGHT.accent, LIGHT.warning, LIGHT.faint)
    )
    assert np.array_equal(colours[0], accent) and np.array_equal(colours[1], warning)
    assert np.array_equal(colours[2], faint)
    assert np.abs(colours[3] - (accent + faint) / 2).max() <= 1
    assert np.array_equal(coloured(np.zeros(2, np.float32), LIGHT)[0], faint)


@pytest.mark.parametrize("count", [1, 5, 6, 7, 10, 64])
@pytest.mark.parametrize("side", [1, 4, 13, 28])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_map_is_in_its_place_and_fits_into_the_width(
    screen: pygame.Surface, count: int, side: int, scale: float
) -> None:
    width = round(190 * scale)
    maps = np.linspace(0.1, 1, count, dtype=np.float32)[:, None, None] * np.ones((side, side), "f4")
    mosaic = Mosaic(maps, width, Look(LIGHT, scale))
    picture = mosaic.draw()
    assert picture.get_size() == mosaic.size and mosaic.size[0] <= width
    columns = min((width + round(2 * scale)) // mosaic.cell, count)
    wanted = coloured(maps[:, 0, 0], LIGHT)
    for index in range(count):
        row, column = divmod(index, columns)
        place = column * mosaic.cell, row * mosaic.cell
        assert picture.get_at(place)[:3] == tuple(wanted[index])


def test_the_heat_map_shows_ink_alone(screen: pygame.Surface) -> None:
    image = np.zeros((28, 28), np.float32)
    image[10, 5], image[10, 20] = 1, 1
    evidence = np.zeros((28, 28), np.float32)
    evidence[:, :14], evidence[:, 14:] = 3, -3
    picture = heat_map(image, evidence, 56, LIGHT)
    assert picture.get_at((11, 21)) == pygame.Color(LIGHT.accent)
    assert picture.get_at((41, 20)) == pygame.Color(LIGHT.warning)
    assert picture.get_at((30, 30)) == pygame.Color(LIGHT.paper)
    unknown = heat_map(image, np.zeros_like(evidence), 56, LIGHT)
    assert unknown.get_at((11, 21)) == pygame.Color(LIGHT.bar)


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 1.75, 2, 3])
def test_maps_look_about_as_large_on_every_display(scale: float) -> None:
    for side in (26, 24, 12, 8, 4):
        mosaic = Mosaic(np.zeros((4, side, side), np.float32), 2000, Look(LIGHT, scale))
        assert 20 <= mosaic.cell / scale <= 40


def test_every_map_is_found_where_it_is_and_enlarged_as_it_is() -> None:
    maps = np.random.default_rng(1).normal(size=(7, 6, 4)).astype(np.float32)
    mosaic = Mosaic(maps, 90, LOOK)
    picture = mosaic.draw()
    for index in range(7):
        place = mosaic.place(index)
        assert mosaic.at(*place.topleft) == mosaic.at(*place.move(-1, -1).bottomright) == index
        enlarged = mosaic.enlarged(index, 60)
        assert enlarged.get_height() == 60
        assert enlarged.get_at((39, 59)) == picture.get_at(place.move(-1, -1).bottomright)
    assert mosaic.at(*mosaic.place(7).center) is None
    assert Mosaic(np.zeros((9, 1, 1), np.float32), 90, LOOK).at(0, 0) is None
