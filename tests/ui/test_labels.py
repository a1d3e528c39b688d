"""The boxes round the digits of a number."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import pygame
import pytest

from app.ink import Box
from app.recognizer import Reading, Recognizer
from app.settings import Settings
from app.ui.labels import DWELL, FADE, Labels
from app.ui.theme import PALETTES, Look
from app.ui.window import Window
from tests.ui.events import finger, key, move, play, stroke
from tests.ui.fakes import DigitPerStroke

LIGHT = PALETTES["light"]
STROKES = [stroke((x, 200), (x + 30, 260), (x, 320)) for x in (100, 250, 400)]
TAB, SHIFT_TAB = key(pygame.K_TAB), key(pygame.K_TAB, pygame.KMOD_LSHIFT)


@pytest.fixture
def window(screen: pygame.Surface) -> Window:
    return Window(cast(Recognizer, DigitPerStroke()), Settings(), screen)


def write(window: Window, count: int) -> None:
    for events in STROKES[:count]:
        play(window, *events)


def wait(window: Window) -> int:
    """Let the boxes appear; how many frames were drawn meanwhile."""
    frames = 0
    while window._scene.sheet.labels.fading:
        pygame.time.wait(10)
        window.update()
        frames += window.draw()
    return frames


def box_colours(window: Window, screen: pygame.Surface) -> list[pygame.Color]:
    """The colour of the left edge of each box."""
    boxes = [label.box for label in window._scene.sheet.labels._labels]
    return [screen.get_at((box.left, box.centery)) for box in boxes]


def pixels(screen: pygame.Surface) -> bytes:
    return pygame.image.tobytes(screen, "RGB")


def test_a_single_digit_has_no_box_and_several_have_one_each(
    window: Window, screen: pygame.Surface
) -> None:
    write(window, 1)
    assert box_colours(window, screen) == []
    assert not window._scene.sheet.labels.fading
    write(window, 3)
    assert wait(window) > 1
    assert box_colours(window, screen) == [pygame.Color(LIGHT.line)] * len(window.reading.digits)


def test_boxes_appear_bit_by_bit_and_then_nothing_is_drawn(
    window: Window, screen: pygame.Surface
) -> None:
    write(window, 2)
    labels = Labels(window.layout.paper, Look(LIGHT), 10, window.canvas.view)
    labels.follow(window.reading, now=5.0)
    opacities = []
    for part in (0.25, 0.5, 1, 1.5):
        assert bool(labels.update(5 + part * FADE)) == (part <= 1)
        opacities.append(labels._labels[0].shown)
    assert opacities == pytest.approx([0.25, 0.5, 1, 1])
    assert not labels.fading
    wait(window)
    window.update()
    assert not window.draw()


def test_a_digit_that_goes_on_does_not_appear_a_second_time(window: Window) -> None:
    write(window, 2)
    wait(window)
    play(window, *STROKES[2])
    shown = [label.shown for label in window._scene.sheet.labels._labels]
    assert shown[:2] == [1, 1]
    assert shown[2] < 1


def test_an_undone_digit_takes_its_box_along(window: Window, screen: pygame.Surface) -> None:
    write(window, 2)
    wait(window)
    paper = screen.subsurface(window.layout.paper)
    before = pixels(paper)
    play(window, *STROKES[2])
    wait(window)
    assert pixels(paper) != before
    play(window, key(pygame.K_z, pygame.KMOD_LCTRL))
    assert pixels(paper) == before


def test_the_panels_show_the_digit_that_was_written_last_or_is_pointed_at(
    window: Window, screen: pygame.Surface
) -> None:
    write(window, 3)
    wait(window)
    labels = window._scene.sheet.labels
    assert labels.digit is window.reading.digits[2] and not labels.chosen
    last = pixels(screen)
    play(window, move((110, 260), held=False))
    assert labels.digit is window.reading.digits[0] and labels.chosen
    assert box_colours(window, screen)[0] == pygame.Color(LIGHT.accent)
    assert pixels(screen) != last


def test_on_its_way_to_the_bars_the_mouse_may_cross_another_digit(window: Window) -> None:
    write(window, 3)
    wait(window)
    labels = window._scene.sheet.labels
    play(window, move((110, 260), held=False), move((260, 260), held=False))
    play(window, move((700, 400), held=False))
    pygame.time.wait(round(1000 * DWELL) + 20)
    play(window)
    window.update()
    assert labels.digit is window.reading.digits[0]
    play(window, move((260, 260), held=False))
    assert labels.digit is window.reading.digits[0] and labels.fading
    pygame.time.wait(round(1000 * DWELL) + 20)
    window.update()
    assert labels.digit is window.reading.digits[1] and not labels.fading


def test_who_writes_on_sees_what_they_write(window: Window, screen: pygame.Surface) -> None:
    write(window, 2)
    wait(window)
    play(window, TAB)
    assert window._scene.sheet.labels.digit is window.reading.digits[0]
    assert box_colours(window, screen)[0] == pygame.Color(LIGHT.accent)
    play(window, *STROKES[2])
    assert window._scene.sheet.labels.digit is window.reading.digits[2]
    wait(window)
    assert set(map(tuple, box_colours(window, screen))) == {tuple(pygame.Color(LIGHT.line))}


def test_tab_goes_from_digit_to_digit(window: Window) -> None:
    play(window, TAB)
    assert window._scene.sheet.labels.digit is None
    write(window, 3)
    seen = []
    for event in (TAB, TAB, TAB, TAB, SHIFT_TAB, SHIFT_TAB):
        play(window, event)
        assert window._scene.sheet.labels.digit is not None
        seen.append(window._scene.sheet.labels.digit.label)
    assert seen == [1, 2, 3, 1, 3, 2]


def test_on_a_picture_a_single_digit_has_a_box_and_a_plate(
    window: Window, screen: pygame.Surface
) -> None:
    write(window, 1)
    area, view = window.layout.paper, window.canvas.view
    labels = Labels(area, Look(LIGHT), 14, view, on_picture=True)
    labels.follow(window.reading, now=-math.inf)
    labels.update(0)
    screen.fill("#808080")
    labels.draw(screen)
    (label,) = labels._labels
    assert screen.get_at((label.box.left, label.box.centery)) == pygame.Color(LIGHT.muted)
    assert screen.get_at(label.place.topleft) == pygame.Color(LIGHT.paper)
    tiny = replace(window.reading.digits[0], box=Box(100, 100, 6, 8))
    labels.follow(Reading((tiny,)), now=-math.inf)
    assert labels._labels[0].place.height < label.place.height


def test_a_doubted_digit_has_another_colour(window: Window, screen: pygame.Surface) -> None:
    write(window, 1)
    (digit,) = window.reading.digits
    warned = {}
    for confidence, accepted in ((0.95, True), (0.7, True), (0.3, False)):
        labels = Labels(window.layout.paper, Look(LIGHT), 14, window.canvas.view, on_picture=True)
        labels.follow(Reading((replace(digit, confidence=confidence, accepted=accepted),)), -1)
        labels.update(0)
        labels.draw(screen)
        (place,) = [label.place for label in labels._labels]
        plate = screen.subsurface(place)
        warning = pygame.mask.from_threshold(plate, LIGHT.warning, (1, 1, 1, 255))
        warned[confidence] = warning.count() > 0
    assert warned == {0.95: False, 0.7: True, 0.3: True}


@pytest.mark.parametrize("finger_taps", [False, True])
def test_a_tap_on_a_digit_selects_it_and_draws_nothing(window: Window, finger_taps: bool) -> None:
    write(window, 3)
    ink = window.canvas.ink
    at, near = (115, 230), (118, 233)
    if finger_taps:
        width, height = window.layout.window.size
        ends = (pygame.FINGERDOWN, at), (pygame.FINGERUP, near)
        play(window, *(finger(kind, x / width, y / height) for kind, (x, y) in ends))
    else:
        play(window, *stroke(at, near))
    assert window.canvas.ink == ink
    assert window._scene.sheet.labels.digit is window.reading.digits[0]
    play(window, key(pygame.K_z, pygame.KMOD_LCTRL))
    assert len(window.canvas.ink.strokes) == 2, "the tap was no step"


def test_a_dot_beside_the_digits_or_on_a_single_one_is_drawn(window: Window) -> None:
    write(window, 1)
    play(window, *stroke((115, 230)))
    assert len(window.canvas.ink.strokes) == 2
    write(window, 3)
    before = len(window.canvas.ink.strokes)
    play(window, *stroke((600, 300)))
    assert len(window.canvas.ink.strokes) == before + 1
