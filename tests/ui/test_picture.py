"""A picture on the paper."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image, ImageDraw
from pygame import Rect

from app.photo import ink_of, load_bands
from app.ui.picture import LONGEST, MARGIN, Placed, ReadPicture, place
from app.ui.theme import PALETTES, Look
from tests.ui.fakes import StrokeCounter

PAPER = Rect(20, 50, 620, 600)
LIGHT = Look(PALETTES["light"])


def seven(size: tuple[int, int], ink: int = 0, paper: int = 255) -> Image.Image:
    """A 7 in the upper left quarter of a picture."""
    image = Image.new("L", size, paper)
    width, height = size
    corners = [(0.1, 0.1), (0.4, 0.12), (0.2, 0.45)]
    points = [(x * width, y * height) for x, y in corners]
    ImageDraw.Draw(image).line(points, fill=ink, width=max(min(size) // 30, 2))
    return image


def read(image: Image.Image) -> ReadPicture:
    bands, _ = load_bands(image, "7")
    ink = ink_of(bands)
    return ReadPicture.pack("7", bands, ink, StrokeCounter().read_picture(ink))


def pixels(placed: Placed) -> np.ndarray:
    """(width, height, 3) colours."""
    return pygame.surfarray.array3d(placed.surface).astype(int)


def is_ink(placed: Placed) -> np.ndarray:
    """(width, height), where the ink was made visible."""
    accent = np.array(pygame.Color(placed.look.palette.accent)[:3])
    near: np.ndarray = np.abs(pixels(placed) - accent).max(axis=2) < 40
    return near


@pytest.mark.parametrize("size", [(400, 300), (900, 1600), (1600, 200), (5000, 70), (3000, 3000)])
def test_a_picture_fits_and_keeps_its_aspect(size: tuple[int, int]) -> None:
    surface = place(read(seven(size)), PAPER, LIGHT).surface
    room = PAPER.inflate(-2 * MARGIN, -2 * MARGIN)
    assert surface.get_width() <= room.width and surface.get_height() <= room.height
    assert surface.get_width() == room.width or surface.get_height() == room.height
    ratio = surface.get_width() / surface.get_height()
    assert ratio == pytest.approx(size[0] / size[1], rel=0.15)


def test_a_small_picture_is_not_enlarged_without_measure() -> None:
    assert place(read(seven((100, 80))), PAPER, LIGHT).surface.size == (200, 160)


def test_the_pixels_of_a_tile_are_sharp_squares() -> None:
    placed = place(read(seven((28, 28))), PAPER, LIGHT)
    side = placed.surface.get_width() // 28
    assert placed.surface.size == (28 * side, 28 * side) and side > 5
    blocks = pixels(placed).reshape(28, side, 28, side, 3)
    assert (blocks.max(axis=(1, 3)) == blocks.min(axis=(1, 3))).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (65, 1)])
def test_the_smallest_pictures_can_be_shown(size: tuple[int, int]) -> None:
    place(read(Image.new("L", size, 255)), PAPER, LIGHT)
    place(read(Image.new("RGB", size, "white")), Rect(0, 0, 30, 30), LIGHT)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("size", [(28, 28), (300, 200), (2600, 1300)])
def test_the_box_of_a_digit_is_where_its_ink_is_shown(size: tuple[int, int], scale: int) -> None:
    paper = Rect(PAPER.topleft, (PAPER.width * scale, PAPER.height * scale))
    placed = place(read(seven(size)), paper, Look(PALETTES["light"], scale))
    (digit,) = placed.reading.digits
    x, y = np.nonzero(is_ink(placed))
    area = placed.surface.get_rect(center=paper.center).move(-paper.left, -paper.top)
    shown = (x.min() + area.left, y.min() + area.top, np.ptp(x) + 1, np.ptp(y) + 1)
    assert digit.box == pytest.approx(shown, abs=max(5 * scale, 12 if size == (28, 28) else 0))


def test_what_is_no_ink_is_paler_than_it_was_but_can_be_seen() -> None:
    image = seven((300, 200)).convert("RGB")
    image.paste("#e0c060", (200, 0, 300, 200))
    shown = pixels(place(read(image), PAPER, LIGHT))
    red, _, blue = shown[-20, 20]
    assert red > 224 and 96 < blue < 230


def test_an_upright_picture_is_shown_upright(tmp_path: Path) -> None:
    image = seven((300, 200))
    exif = image.getexif()
    exif[274] = 6  # it has to be turned by 90 degrees to the right
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    bands, _ = load_bands(tmp_path / "turned.jpg", "7")
    ink = ink_of(bands)
    turned = ReadPicture.pack("7", bands, ink, StrokeCounter().read_picture(ink))
    upright = read(seven((300, 200)))
    assert turned.size == upright.size
    difference = pixels(place(turned, PAPER, LIGHT)) - pixels(place(upright, PAPER, LIGHT))
    assert np.abs(difference).mean() < 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_stands_out_on_light_and_on_dark_pictures_in_every_theme(theme: str) -> None:
    for colours in ((0, 255), (255, 0), (40, 150)):
        placed = place(read(seven((300, 200), *colours)), PAPER, Look(PALETTES[theme]))
        shown, ink = pixels(placed).mean(axis=2), is_ink(placed)
        assert ink.any()
        assert abs(shown[ink].mean() - np.median(shown[~ink])) > 60


def test_what_undo_keeps_of_a_large_picture_is_small() -> None:
    noise = np.random.default_rng(0).normal(200, 10, (3000, 4000)).clip(0, 255).astype(np.uint8)
    picture = read(Image.fromarray(noise).convert("RGB"))
    assert len(picture.packed) + len(picture.packed_ink) < 2_000_000
    with Image.open(BytesIO(picture.packed)) as image:
        assert max(image.size) == LONGEST
