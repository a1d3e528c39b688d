"""Pen events to ink."""

from __future__ import annotations

from itertools import count

import pygame
import pytest
from pygame import Event, Rect

from app.recognizer import Reading
from app.ui.canvas import Canvas, Tool
from app.ui.picture import ReadPicture
from tests.ui.events import finger, move, press, release, stroke


@pytest.fixture
def canvas() -> Canvas:
    """A paper from (20, 50) to (620, 650) in a window of 1000x700; a second per point."""
    canvas = Canvas(clock=map(float, count()).__next__)
    canvas.area = Rect(20, 50, 600, 600)
    canvas.window = (1000, 700)
    return canvas


def feed(canvas: Canvas, *events: Event) -> list[bool]:
    return [canvas.handle(event) for event in events]


def lines(canvas: Canvas) -> list[list[tuple[float, float]]]:
    return [[point[:2] for point in stroke.points] for stroke in canvas.ink.strokes]


def test_a_stroke_has_every_position_and_its_time(canvas: Canvas) -> None:
    assert all(feed(canvas, *stroke((30, 60), (100, 200), (110, 190))))
    assert lines(canvas) == [[(10, 10), (80, 150), (90, 140)]]
    assert [point.t for point in canvas.ink.strokes[0].points] == [0, 1, 2]


def test_the_stroke_in_progress_is_ink_already(canvas: Canvas) -> None:
    feed(canvas, press((30, 60)), move((50, 60)))
    assert lines(canvas) == [[(10, 10), (30, 10)]]
    assert canvas.pen_down and canvas.can_undo and canvas.can_clear


def test_a_click_is_a_dot(canvas: Canvas) -> None:
    feed(canvas, press((30, 60)), release((30, 60)))
    assert lines(canvas) == [[(10, 10)]]
    assert not canvas.pen_down


def test_a_stroke_goes_on_outside_of_paper_and_window(canvas: Canvas) -> None:
    outside = [(-40, 60), (-40, -30), (900, -30), (900, 300)]
    feed(canvas, press((30, 60)), *map(move, outside), move((300, 300)))
    assert lines(canvas) == [[(10, 10), (-60, 10), (-60, -80), (880, -80), (880, 250), (280, 250)]]
    feed(canvas, move((1200, 900)), release((1200, 900)), move((100, 100), held=False))
    assert lines(canvas)[0][-1] == (1180, 850)
    assert not canvas.pen_down


def test_a_lost_release_ends_the_stroke(canvas: Canvas) -> None:
    feed(canvas, press((30, 60)), move((50, 60)))
    feed(canvas, move((300, 300), held=False), move((310, 300), held=False))
    assert lines(canvas) == [[(10, 10), (30, 10)]]
    assert not canvas.pen_down


def test_a_press_beside_the_paper_never_draws(canvas: Canvas) -> None:
    assert not any(feed(canvas, press((700, 20)), move((300, 300)), release((300, 300))))
    assert lines(canvas) == []


def test_a_press_on_the_paper_stays_with_it(canvas: Canvas) -> None:
    assert all(feed(canvas, press((100, 100)), move((700, 20)), release((700, 20))))
    assert not canvas.handle(move((700, 20), held=False))


@pytest.mark.parametrize("button", [2, 4, 5])
def test_other_buttons_do_nothing(canvas: Canvas, button: int) -> None:
    assert all(feed(canvas, press((100, 100), button), release((100, 100), button)))
    assert lines(canvas) == []


def test_another_button_does_not_end_a_stroke(canvas: Canvas) -> None:
    feed(canvas, press((30, 60)), press((40, 60), 3), release((40, 60), 3), move((50, 60)))
    assert lines(canvas) == [[(10, 10), (30, 10)]]
    assert canvas.pen_down


def test_a_finger_draws_once_although_it_is_a_mouse_too(canvas: Canvas) -> None:
    belongs = feed(
        canvas,
        press((100, 140), touch=True),
        finger(pygame.FINGERDOWN, 0.1, 0.2),
        move((200, 210), touch=True),
        finger(pygame.FINGERMOTION, 0.2, 0.3),
        release((200, 210), touch=True),
        finger(pygame.FINGERUP, 0.2, 0.3),
    )
    assert all(belongs)
    assert lines(canvas) == [[(80, pytest.approx(90)), (180, pytest.approx(160))]]


def test_a_finger_beside_the_paper_works_the_widgets_as_a_mouse(canvas: Canvas) -> None:
    assert not any(feed(canvas, press((700, 20), touch=True), finger(pygame.FINGERDOWN, 0.7, 0.03)))


def test_a_second_finger_does_not_disturb_the_first(canvas: Canvas) -> None:
    feed(
        canvas,
        finger(pygame.FINGERDOWN, 0.1, 0.2, number=1),
        finger(pygame.FINGERDOWN, 0.5, 0.5, number=2),
        finger(pygame.FINGERMOTION, 0.5, 0.6, number=2),
        finger(pygame.FINGERUP, 0.5, 0.6, number=2),
        finger(pygame.FINGERMOTION, 0.2, 0.2, number=1),
    )
    assert lines(canvas) == [[(80, pytest.approx(90)), (180, pytest.approx(90))]]
    assert canvas.pen_down


def test_a_mouse_takes_over_from_a_finger_that_never_left(canvas: Canvas) -> None:
    feed(canvas, finger(pygame.FINGERDOWN, 0.1, 0.2), *stroke((300, 300), (310, 300)))
    assert [len(line) for line in lines(canvas)] == [1, 2]
    assert not canvas.pen_down


def test_undo_redo_and_clear(canvas: Canvas) -> None:
    assert not (canvas.can_undo or canvas.can_redo or canvas.can_clear)
    feed(canvas, *stroke((30, 60), (40, 60)), *stroke((50, 60), (60, 60)))
    both = lines(canvas)
    canvas.undo()
    assert lines(canvas) == both[:1]
    canvas.redo()
    canvas.clear()
    assert lines(canvas) == []
    assert canvas.can_undo and not canvas.can_clear
    canvas.undo()
    assert lines(canvas) == both


def test_clearing_clean_paper_is_no_step(canvas: Canvas) -> None:
    canvas.clear()
    assert not canvas.can_undo


def test_undo_during_a_stroke_takes_it_back_and_the_rest_of_it_is_lost(canvas: Canvas) -> None:
    feed(canvas, press((30, 60)), move((50, 60)))
    canvas.undo()
    feed(canvas, move((90, 60)), release((90, 60)))
    assert lines(canvas) == []
    canvas.redo()
    assert lines(canvas) == [[(10, 10), (30, 10)]]


def test_escape_drops_only_the_stroke_in_progress(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 60), (40, 60)), press((50, 60)), move((60, 60)))
    canvas.cancel()
    assert all(feed(canvas, move((700, 20)), release((700, 20))))
    canvas.cancel()
    assert lines(canvas) == [[(10, 10), (20, 10)]]
    assert not canvas.can_redo


def test_the_revision_changes_exactly_with_the_ink(canvas: Canvas) -> None:
    revisions = [canvas.revision]
    for event in (press((30, 60)), move((31, 60)), move((32, 60))):
        canvas.handle(event)
        revisions.append(canvas.revision)
    assert len(set(revisions)) == 4
    seen = canvas.revision
    feed(canvas, move((32, 60)))
    canvas.redo()
    assert canvas.revision == seen


def test_undo_and_redo_with_nothing_to_do_change_nothing(canvas: Canvas) -> None:
    seen = canvas.revision
    canvas.undo()
    canvas.redo()
    canvas.clear()
    assert canvas.revision == seen


PICTURE, OTHER = (ReadPicture(name, (9, 9), b"", b"", Reading()) for name in ("one", "other"))


def test_a_picture_is_one_step_of_the_history(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 60), (40, 60)))
    drawn = lines(canvas)
    canvas.show(PICTURE)
    canvas.show(OTHER)
    assert canvas.picture is OTHER and lines(canvas) == []
    canvas.undo()
    assert canvas.picture is PICTURE
    canvas.undo()
    assert canvas.picture is None and lines(canvas) == drawn
    canvas.redo()
    assert canvas.picture is PICTURE
    canvas.clear()
    assert canvas.picture is None and not canvas.can_clear
    canvas.undo()
    assert canvas.picture is PICTURE and canvas.can_clear


def test_a_stroke_puts_a_picture_away(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 60), (40, 60)))
    canvas.show(PICTURE)
    feed(canvas, press((50, 60)), move((60, 60)))
    assert canvas.picture is None and lines(canvas) == [[(30, 10), (40, 10)]]
    feed(canvas, release((60, 60)))
    assert canvas.picture is None and lines(canvas) == [[(30, 10), (40, 10)]]
    canvas.undo()
    assert canvas.picture is PICTURE


def test_escape_brings_the_picture_back_under_a_stroke(canvas: Canvas) -> None:
    canvas.show(PICTURE)
    feed(canvas, press((50, 60)), move((60, 60)))
    assert canvas.cancel()
    assert canvas.picture is PICTURE
    assert not canvas.cancel()


def test_a_picture_that_comes_during_a_stroke_loses_no_ink(canvas: Canvas) -> None:
    feed(canvas, press((50, 60)), move((60, 60)))
    canvas.show(PICTURE)
    feed(canvas, move((70, 60)), release((70, 60)))
    assert canvas.picture is PICTURE
    canvas.undo()
    assert lines(canvas) == [[(30, 10), (40, 10)]]


def test_a_tap_on_a_picture_draws_nothing_and_is_told(canvas: Canvas) -> None:
    taps: list[tuple[float, float]] = []
    canvas._tap = taps.append
    canvas.show(PICTURE)
    seen = canvas.revision
    for tap in (
        [press((50, 60)), move((53, 62)), release((53, 62))],
        [finger(pygame.FINGERDOWN, 0.1, 0.2), finger(pygame.FINGERUP, 0.1, 0.2)],
        [press((80, 90), 3), release((80, 90), 3)],
    ):
        assert all(feed(canvas, *tap))
    assert taps == [(53, 62), pytest.approx((100, 140)), (80, 90)]
    assert canvas.picture is PICTURE and canvas.revision == seen and not canvas.can_redo
    feed(canvas, press((50, 60)), move((54, 60)), move((60, 60)), release((70, 60)))
    assert lines(canvas) == [[(30, 10), (34, 10), (40, 10), (50, 10)]], "all of it, from the start"
    assert len(taps) == 3


def test_the_right_button_erases_whole_strokes_as_one_step(canvas: Canvas) -> None:
    for y in (100, 200, 300):
        feed(canvas, *stroke((100, y), (400, y)))
    all_lines = lines(canvas)
    feed(canvas, press((200, 80), 3))
    feed(canvas, Event(pygame.MOUSEMOTION, pos=(200, 210), buttons=(0, 0, 1), touch=False))
    assert lines(canvas) == all_lines[2:], "they go while it moves"
    feed(canvas, release((200, 210), 3))
    assert lines(canvas) == all_lines[2:]
    canvas.undo()
    assert lines(canvas) == all_lines
    canvas.redo()
    assert lines(canvas) == all_lines[2:]


@pytest.mark.parametrize("pointer", ["left", "right", "finger"])
def test_the_part_eraser_leaves_the_rest_of_a_stroke(canvas: Canvas, pointer: str) -> None:
    feed(canvas, *stroke((100, 100), (400, 100)))
    canvas.pen_width = 10
    canvas.tool = canvas.eraser = Tool.PART_ERASER
    if pointer == "finger":
        across = [
            finger(pygame.FINGERDOWN, 0.25, 70 / 700),
            finger(pygame.FINGERUP, 0.25, 130 / 700),
        ]
    else:
        button = 1 if pointer == "left" else 3
        across = [press((250, 70), button), release((250, 130), button)]
    feed(canvas, *across)
    reach = 12 + 5
    assert lines(canvas) == [
        [(80, 50), (pytest.approx(230 - reach), 50)],
        [(pytest.approx(230 + reach), 50), (380, 50)],
    ]


def test_an_eraser_that_touches_nothing_is_no_step(canvas: Canvas) -> None:
    feed(canvas, *stroke((100, 100), (400, 100)))
    seen = canvas.revision
    canvas.undo()
    feed(canvas, press((300, 300), 3), release((300, 310), 3))
    canvas.redo()
    assert len(lines(canvas)) == 1 and canvas.revision == seen + 2


def test_escape_brings_back_what_the_eraser_took(canvas: Canvas) -> None:
    feed(canvas, *stroke((100, 100), (400, 100)))
    drawn = canvas.ink
    feed(canvas, press((200, 100), 3))
    assert not canvas.ink.strokes and canvas.cancel()
    assert canvas.ink is drawn
    feed(canvas, release((200, 100), 3))
    assert canvas.ink is drawn


def test_undo_while_erasing_takes_back_the_erasing(canvas: Canvas) -> None:
    feed(canvas, *stroke((100, 100), (400, 100)), press((200, 100), 3))
    canvas.undo()
    assert len(canvas.ink.strokes) == 1
    feed(canvas, release((200, 100), 3))
    canvas.redo()
    assert not canvas.ink.strokes


def test_a_lost_release_of_the_right_button_ends_the_erasing(canvas: Canvas) -> None:
    feed(canvas, *stroke((100, 100), (400, 100)), press((300, 300), 3))
    feed(canvas, move((200, 100), held=False))
    assert len(canvas.ink.strokes) == 1 and not canvas.pen_down


@pytest.mark.parametrize("scale", [1.5, 2])
def test_on_a_dense_display_ink_is_in_pixels_of_usual_density(canvas: Canvas, scale: float) -> None:
    canvas.scale = scale
    feed(canvas, *stroke((20 + 30, 50 + 60), (20 + 300, 50 + 90)))
    assert lines(canvas) == [[(30 / scale, 60 / scale), (300 / scale, 90 / scale)]]
    assert canvas.view.to_window((30 / scale, 60 / scale)) == pytest.approx((50, 110))


SMALL, WIDE, BACK = Rect(12, 56, 250, 290), Rect(20, 56, 900, 400), Rect(20, 50, 600, 600)


def test_ink_stays_whole_and_in_proportion_on_smaller_and_larger_paper(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 60), (600, 640)))
    drawn, view = canvas.ink, canvas.view
    for area in (SMALL, WIDE, BACK):
        canvas.area = area
        corners = [canvas.view.to_window(p[:2]) for p in drawn.strokes[0].points]
        assert all(area.collidepoint(corner) for corner in corners)
        middle = canvas.view.to_window((300, 300))
        assert middle == pytest.approx(area.center, abs=1)
        assert canvas.ink is drawn
    assert canvas.view == view


def test_what_is_written_after_resizing_is_where_the_pen_was(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 60), (600, 640)))
    canvas.area = WIDE
    feed(canvas, *stroke((30, 70), (900, 440)))
    x, y = canvas.ink.strokes[1].points[0][:2]
    assert x < 0, "left of what was seen before"
    assert canvas.view.to_window((x, y)) == pytest.approx((30, 70), abs=0.01)
    canvas.area = SMALL
    for drawn in canvas.ink.strokes:
        assert all(SMALL.collidepoint(canvas.view.to_window(p[:2])) for p in drawn.points)


def test_clean_paper_is_seen_as_it_is(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 60), (600, 640)))
    canvas.area = SMALL
    shrunk = canvas.view
    canvas.clear()
    assert canvas.view.scale == 1 and canvas.view.to_ink(SMALL.topleft) == (0, 0)
    canvas.undo()
    assert canvas.view == shrunk


def test_the_eraser_is_as_large_as_it_looks_in_any_view(canvas: Canvas) -> None:
    feed(canvas, *stroke((30, 100), (600, 100)))
    canvas.area, canvas.tool = SMALL, Tool.PART_ERASER
    y = canvas.view.to_window((0, 50))[1]
    feed(canvas, press((137, round(y))), release((137, round(y))))
    left, right = canvas.ink.strokes
    ends = [canvas.view.to_window(p[:2])[0] for p in (left.points[-1], right.points[0])]
    assert ends == pytest.approx([137 - canvas.reach, 137 + canvas.reach], abs=0.1)


def test_the_eraser_end_of_a_pen_erases_although_it_says_left_button(canvas: Canvas) -> None:
    feed(canvas, *stroke((100, 100), (400, 100)))
    canvas._is_eraser = lambda: True
    feed(canvas, *stroke((200, 90), (210, 110)))
    assert lines(canvas) == []
    canvas._is_eraser = lambda: False
    feed(canvas, *stroke((200, 90), (210, 110)))
    assert len(lines(canvas)) == 1
