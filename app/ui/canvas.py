"""What is on the paper: pen events to strokes, erasing, pictures, their history. Draws nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pygame

from app.erase import Erasing
from app.ink import Box, Ink, Stroke, bounding_box
from app.ui.history import History
from app.ui.picture import ReadPicture
from app.ui.view import Position, View

MOUSE = "mouse"
Pointer = str | int
"""What holds the pen down: `MOUSE`, or the number of a finger."""

ERASER = 12
"""Radius of the eraser, in pixels of usual density."""
STEADY = 8
"""So far a tap may move, in pixels of usual density."""

_MOUSE_EVENTS = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP)
_FINGER_EVENTS = (pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP)


class Tool(Enum):
    """What a pointer does on the paper."""

    PEN = "pen"
    ERASER = "eraser"
    """Takes whole strokes."""
    PART_ERASER = "part eraser"
    """Takes the parts of strokes that it touches."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of the paper.

    Attributes:
        content: the ink, or a picture.
        page: what the paper showed of the ink's plane when it was written on last, if it was.
    """

    content: Ink | ReadPicture
    page: Box | None = None


class Canvas:
    """Ink or a picture, and the history. Ink is in pixels of usual density on clean paper.

    Each stroke, go of the eraser and picture is a step of the history. A stroke on a picture
    begins on clean paper, but a tap there draws nothing, nor does one on the ink of a digit that it
    selects: a finger cannot point without touching.

    Attributes:
        area: the paper, in pixels of the window; a stroke may leave it, but begins in it.
        window: width and height of the window, which finger positions are fractions of.
        scale: display pixels per pixel of usual density.
        pen_width: of the ink as it is seen, which an eraser touches as soon as it seems to.
        tool: what the left button, a finger and a pen do.
        eraser: what the right button does.
        revision: changes with what is on the paper, also while a stroke grows.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        tap: Callable[[Position], bool] = lambda _: False,
        leave: Callable[[State], object] = lambda _: None,
        step: Callable[[], object] = lambda: None,
        is_eraser: Callable[[], bool] = lambda: False,
    ) -> None:
        """`clock` gives the time of a point, in seconds.

        `is_eraser` says whether what is told as the left button is the eraser end of a pen, `tap`
        is called with a place that was tapped and says whether a digit is there, `leave` with what
        something else is put in the place of, `step` after every new step of the history.
        """
        self.area = pygame.Rect(0, 0, 0, 0)
        self.window = (0, 0)
        self.scale = 1.0
        self.pen_width = 1.0
        self.tool = Tool.PEN
        self.eraser = Tool.ERASER
        self.revision = 0
        self._clock = clock
        self._tap = tap
        self._leave = leave
        self._step = step
        self._is_eraser = is_eraser
        self._history = History(State(Ink()))
        self._stroke: Stroke | None = None
        self._erasing: Erasing | None = None
        self._tapped_at: Position | None = None
        self._rubbed_at: Position = (0, 0)
        self._pointer: Pointer | None = None
        self._button = pygame.BUTTON_LEFT

    @property
    def state(self) -> State:
        """What is on the paper, without a stroke in progress."""
        return self._history.document

    @property
    def ink(self) -> Ink:
        """All ink that was drawn, the stroke in progress included."""
        if self._erasing:
            return self._erasing.ink
        content = self.state.content
        ink = content if isinstance(content, Ink) else Ink()
        return ink.with_stroke(self._stroke) if self._stroke and not self._tapped_at else ink

    @property
    def picture(self) -> ReadPicture | None:
        """The picture on the paper, if there is one."""
        content = self.state.content
        return content if isinstance(content, ReadPicture) and not self.drawing else None

    @property
    def view(self) -> View:
        """How the ink lies in the window: all that was seen when it was written is seen."""
        page = self.state.page
        if page and self.area.width and isinstance(self.state.content, Ink):
            return View.fit(page, self.area)
        return View.plain(self.area, self.scale)

    @property
    def clean_page(self) -> Box:
        """The part of the ink's plane that clean paper shows."""
        return View.plain(self.area, self.scale).page(self.area)

    @property
    def reach(self) -> float:
        """Radius of the eraser in pixels of the window, the pen's width included."""
        return ERASER * self.scale + self.pen_width * self.view.scale / 2

    @property
    def pen_down(self) -> bool:
        """Whether what began on the paper still goes on: then every pen event belongs to it."""
        return self._pointer is not None

    @property
    def drawing(self) -> bool:
        """Whether there is a stroke in progress that is more than a tap."""
        return self._stroke is not None and self._tapped_at is None

    @property
    def erasing(self) -> bool:
        """Whether an eraser is on the paper."""
        return self._erasing is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step, or something in progress, that can be taken back."""
        return self._history.can_undo or self.drawing or self._has_erased

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone and nothing is in progress."""
        return self._history.can_redo and not self.drawing and not self._has_erased

    @property
    def can_clear(self) -> bool:
        """Whether there is ink or a picture on the paper."""
        return bool(self.ink.strokes or self.picture)

    def handle(self, event: pygame.Event) -> bool:
        """Take what a mouse, touch or pen event says; whether the event belongs to the paper."""
        if event.type in _MOUSE_EVENTS:
            return self._handle_mouse(event)
        if event.type in _FINGER_EVENTS:
            return self._handle_finger(event)
        return False

    def undo(self) -> None:
        """Take back the last step; a stroke in progress ends and counts as one."""
        self._finish()
        if self._history.can_undo:
            self._history.undo()
            self.revision += 1

    def redo(self) -> None:
        """Repeat the step undone last."""
        if self.can_redo:
            self._finish()
            self._history.redo()
            self.revision += 1

    def clear(self) -> None:
        """Clean paper; undo brings back what was on it."""
        self._finish()
        if self.can_clear:
            self.show(Ink())

    def show(self, content: Ink | ReadPicture, page: Box | None = None) -> None:
        """Put ink or a picture in the place of what is on the paper; undo brings that back.

        `page` is the part of the ink's plane that shall be seen; without it the paper shows what
        it shows when it is clean, and all of the ink.
        """
        self._finish()
        self._leave(self.state)
        if not page and isinstance(content, Ink) and (lines := content.lines()):
            x, y, width, height = self.clean_page
            page = bounding_box([*lines, np.array([(x, y), (x + width, y + height)])])
        self._do(content, page)
        self.revision += 1

    def lift(self) -> None:
        """End the stroke in progress, although the pen may still be down."""
        self._finish()
        self._pointer = None

    def cancel(self) -> bool:
        """Drop the stroke in progress, or take back what the eraser took; whether there was any."""
        dropped = self.drawing or self._has_erased
        self._stroke = self._erasing = self._tapped_at = None
        self.revision += dropped
        return dropped

    def _handle_mouse(self, event: pygame.Event) -> bool:
        if event.touch:
            # SDL says everything a finger does a second time, as a mouse.
            return self.pen_down or self.area.collidepoint(event.pos)
        if event.type == pygame.MOUSEMOTION:
            if self._pointer == MOUSE and not event.buttons[self._button - 1]:
                self.lift()  # the release got lost
            return self._move(MOUSE, event.pos)
        if event.button not in (pygame.BUTTON_LEFT, pygame.BUTTON_RIGHT):
            return self.pen_down or self.area.collidepoint(event.pos)
        if self._pointer == MOUSE and event.button != self._button:
            return True
        if event.type == pygame.MOUSEBUTTONUP:
            return self._release(MOUSE, event.pos)
        self._button = event.button
        erases = event.button == pygame.BUTTON_RIGHT or self._is_eraser()
        return self._press(MOUSE, event.pos, self.eraser if erases else self.tool)

    def _handle_finger(self, event: pygame.Event) -> bool:
        position = event.x * self.window[0], event.y * self.window[1]
        if event.type == pygame.FINGERDOWN:
            return self._press(event.finger_id, position, self.tool)
        if event.type == pygame.FINGERMOTION:
            return self._move(event.finger_id, position)
        return self._release(event.finger_id, position)

    def _press(self, pointer: Pointer, position: Position, tool: Tool) -> bool:
        other_finger = pointer != MOUSE and self._pointer not in (None, MOUSE, pointer)
        if other_finger:
            return True
        self.lift()
        if not self.area.collidepoint(position):
            return False
        self._pointer = pointer
        self._tapped_at = position if self.picture else None
        if tool is Tool.PEN:
            self._stroke = Stroke()
        elif not self.picture:
            self._erasing = Erasing(self.ink, tool is Tool.PART_ERASER)
            self._rubbed_at = self.view.to_ink(position)
        self._follow(position)
        return True

    def _move(self, pointer: Pointer, position: Position) -> bool:
        if pointer == self._pointer:
            self._follow(position)
        return self.pen_down

    def _release(self, pointer: Pointer, position: Position) -> bool:
        belongs = self.pen_down
        if pointer == self._pointer:
            self._follow(position)
            if self._tapped_at:
                self._tap(position)
            elif self._is_tap_on_ink():
                dot, self._stroke = self._stroke, None
                self.revision += 1
                if not self._tap(position):
                    self._stroke = dot
                    self.revision += 1
            self.lift()
        return belongs

    def _is_tap_on_ink(self) -> bool:
        """Whether the stroke in progress is a dot that ink hides nearly all of."""
        if not self._stroke or not isinstance(self.state.content, Ink):
            return False
        (x, y, _), *rest = self._stroke.points
        steady = STEADY * self.scale / self.view.scale
        if any(math.dist((x, y), point[:2]) > steady for point in rest):
            return False
        return Erasing(self.state.content, False).rub((x, y), (x, y), self.pen_width)

    def _follow(self, position: Position) -> None:
        """A point for the stroke in progress, unless the pen has not moved, or for the eraser."""
        place = self.view.to_ink(position)
        if self._tapped_at and math.dist(position, self._tapped_at) > STEADY * self.scale:
            self._tapped_at = None
        if self._stroke:
            if not self._stroke.points or self._stroke.points[-1][:2] != place:
                self._stroke.append(*place, self._clock())
                self.revision += self.drawing
        elif self._erasing:
            reach = self.reach / self.view.scale
            self.revision += self._erasing.rub(self._rubbed_at, place, reach)
            self._rubbed_at = place

    @property
    def _has_erased(self) -> bool:
        return self._erasing is not None and self._erasing.ink is not self.state.content

    def _finish(self) -> None:
        """What the pen has done so far becomes a step of the history."""
        if self.drawing:
            self._do(self.ink, self.view.page(self.area))
        elif self._has_erased:
            self._do(self.ink, self.state.page)
        self._stroke = self._erasing = self._tapped_at = None

    def _do(self, content: Ink | ReadPicture, page: Box | None) -> None:
        if isinstance(content, Ink) and not content.strokes:
            page = None
        elif page == self.state.page:
            page = self.state.page  # held once
        self._history.do(State(content, page))
        self._step()
