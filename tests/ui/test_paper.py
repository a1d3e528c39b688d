"""The ink on the screen."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from pygame import Rect

from app.ink import Ink, Stroke
from app.ui.paper import Paper
from app.ui.shapes import draw_line
from app.ui.theme import PALETTES, Look
from app.ui.view import View

AREA = Rect(20, 50, 600, 600)
LOOK = Look(PALETTES["light"])
PLAIN = View.plain(AREA, 1)


def ink_of(*lines: list[tuple[float, float]]) -> Ink:
    strokes = []
    for line in lines:
        strokes.append(Stroke())
        for x, y in line:
            strokes[-1].append(x, y)
    return Ink(tuple(strokes))


def picture(paper: Paper, screen: pygame.Surface) -> np.ndarray:
    """(width, height) brightness of the paper, 0 to 255."""
    screen.fill("#ff0000")
    paper.draw(screen)
    return pygame.surfarray.array3d(screen.subsurface(AREA))[:, :, 1].astype(int)


@pytest.fixture
def paper(screen: pygame.Surface) -> Paper:
    return Paper(AREA, LOOK, 14, PLAIN)


def test_points_far_apart_are_joined(paper: Paper, screen: pygame.Surface) -> None:
    paper.follow(ink_of([(50, 50), (550, 400)]))
    shown = picture(paper, screen)
    for share in np.linspace(0, 1, 200):
        assert shown[round(50 + 500 * share), round(50 + 350 * share)] < 60


def test_the_line_is_as_wide_as_the_pen_and_its_edges_are_smooth(
    paper: Paper, screen: pygame.Surface
) -> None:
    paper.follow(ink_of([(100, 300), (500, 300)]))
    column = picture(paper, screen)[300]
    covered = (255 - column[200:400]) / (255 - column[300])
    assert covered.sum() == pytest.approx(14, abs=0.2)
    paper.follow(ink_of([(100, 300), (500, 330)]))
    assert len(np.unique(picture(paper, screen))) > 50


def test_a_dot_is_round(paper: Paper, screen: pygame.Surface) -> None:
    paper.follow(ink_of([(300, 300)]))
    cover = (255 - picture(paper, screen)[280:321, 280:321]) / (255 - 32)
    assert cover.sum() == pytest.approx(np.pi * 7**2, rel=0.01)
    assert (cover == cover.T).all() and (cover == cover[::-1]).all()


def test_ink_that_grows_looks_as_if_drawn_at_once(screen: pygame.Surface) -> None:
    points = [(100 + 40 * i, 300 + (i * 97) % 130) for i in range(10)]
    growing, at_once = (Paper(AREA, LOOK, 14, PLAIN) for _ in range(2))
    ink = ink_of([])
    for x, y in points:
        ink.strokes[0].append(x, y)
        growing.follow(ink)
    at_once.follow(ink_of(points))
    assert (picture(growing, screen) == picture(at_once, screen)).all()


def test_only_the_new_part_of_a_stroke_is_drawn(paper: Paper) -> None:
    ink = ink_of([(x, 100) for x in range(100, 210, 10)])
    assert paper.follow(ink) == AREA
    ink.strokes[0].append(210, 100)
    changed = paper.follow(ink)
    assert changed.contains(Rect(20 + 200, 50 + 93, 17, 14))
    assert changed.width < 40 and changed.height < 30
    assert not paper.follow(ink).size[0]


def test_where_strokes_were_taken_off_the_others_are_whole(screen: pygame.Surface) -> None:
    lines = [[(100.0, 100.0), (500.0, 400.0)], [(100.0, 400.0), (500.0, 90.0)], [(300.0, 250.0)]]
    ink = ink_of(*lines)
    changing, at_once = (Paper(AREA, LOOK, 14, PLAIN) for _ in range(2))
    changing.follow(ink)
    area = changing.follow(Ink((ink.strokes[0],)))
    assert area.contains(Rect(120, 140, 400, 310)) and area.width < 450
    at_once.follow(ink_of(lines[0]))
    assert (picture(changing, screen) == picture(at_once, screen)).all()


def test_another_view_shows_the_same_larger(screen: pygame.Surface) -> None:
    line = [(100.0, 100.0), (150.0, 180.0), (240.0, 120.0)]
    small, large = Paper(AREA, LOOK, 14, PLAIN), Paper(AREA, LOOK, 14, View(2, 20, 50))
    small.follow(ink_of(line))
    large.follow(ink_of(line))
    once, twice = (255 - picture(paper, screen)[10:590, 10:590] for paper in (small, large))
    assert twice.sum() == pytest.approx(4 * once.sum(), rel=0.02)


def test_what_was_undone_is_gone(paper: Paper, screen: pygame.Surface) -> None:
    ink = ink_of([(100, 100), (200, 100)], [(300, 300), (400, 300)])
    paper.follow(ink)
    paper.follow(Ink(ink.strokes[:1]))
    shown = picture(paper, screen)
    assert shown[150, 100] < 60 and shown[350, 300] > 250


def test_ink_off_the_paper_does_no_harm(paper: Paper, screen: pygame.Surface) -> None:
    paper.follow(ink_of([(-500, 300), (300, -10_000), (300, 300), (90_000, 300)], [(-50, -50)]))
    screen.fill("#ff0000")
    paper.draw(screen)
    assert screen.get_at((AREA.right + 1, 350)) == pygame.Color("#ff0000")
    assert screen.get_at((AREA.right - 10, 350))[1] < 60


def test_the_corners_of_the_paper_are_round_also_where_ink_is(
    paper: Paper, screen: pygame.Surface
) -> None:
    paper.follow(ink_of([(0, 0), (30, 30)]))
    shown = picture(paper, screen)
    assert shown[0, 0] == pygame.Color(LOOK.palette.background).g


def test_a_line_outside_changes_nothing() -> None:
    alpha = np.zeros((50, 40), np.uint8)
    assert not draw_line(alpha, (-30, 5), (-20, 90), 10).size[0]
    assert not alpha.any()
