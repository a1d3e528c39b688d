"""What is on the paper: pen events to strokes, pictures, and their history. Draws nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import pygame

from app.ink import History, Ink, Stroke
from app.ui.picture import ReadPicture

MOUSE = "mouse"
Pointer = str | int
"""What holds the pen down: `MOUSE`, or the number of a finger."""

_MOUSE_EVENTS = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP)
_FINGER_EVENTS = (pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP)


class Canvas:
    """Ink or a picture, and the history. Pixels are the window's, from the paper's corner on.

    Each stroke and each picture is a step of the history. A stroke on a picture begins on clean
    paper.

    Attributes:
        area: the paper, in pixels of the window; a stroke may leave it, but begins in it.
        window: width and height of the window, which finger positions are fractions of.
        revision: changes with what is on the paper, also while a stroke grows.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` gives the time of a point, in seconds."""
        self.area = pygame.Rect(0, 0, 0, 0)
        self.window = (0, 0)
        self.revision = 0
        self._clock = clock
        self._history: History[Ink | ReadPicture] = History(Ink())
        self._stroke: Stroke | None = None
        self._pointer: Pointer | None = None

    @property
    def ink(self) -> Ink:
        """All ink that was drawn, the stroke in progress included."""
        document = self._history.document
        ink = document if isinstance(document, Ink) else Ink()
        return ink.with_stroke(self._stroke) if self._stroke else ink

    @property
    def picture(self) -> ReadPicture | None:
        """The picture on the paper, if there is one."""
        document = self._history.document
        return document if isinstance(document, ReadPicture) and not self._stroke else None

    @property
    def pen_down(self) -> bool:
        """Whether what began on the paper still goes on: then every pen event belongs to it."""
        return self._pointer is not None

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo or self._stroke is not None

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo and self._stroke is None

    @property
    def can_clear(self) -> bool:
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
        if self.can_undo:
            self._end_stroke()
            self._history.undo()
            self.revision += 1

    def redo(self) -> None:
        """Repeat the step undone last."""
        if self.can_redo:
            self._history.redo()
            self.revision += 1

    def clear(self) -> None:
        """Clean paper; undo brings back what was on it."""
        self._end_stroke()
        if self.can_clear:
            self._history.do(Ink())
            self.revision += 1

    def show(self, document: Ink | ReadPicture) -> None:
        """Put ink or a picture in the place of what is on the paper; undo brings that back."""
        self._end_stroke()
        self._history.do(document)
        self.revision += 1

    def lift(self) -> None:
        """End the stroke in progress, although the pen may still be down."""
        self._end_stroke()
        self._pointer = None

    def cancel(self) -> bool:
        """Drop the stroke in progress; whether there was one."""
        if not self._stroke:
            return False
        self._stroke = None
        self.revision += 1
        return True

    def _handle_mouse(self, event: pygame.Event) -> bool:
        if event.touch:
            # SDL says everything a finger does a second time, as a mouse.
            return self.pen_down or self.area.collidepoint(event.pos)
        if event.type == pygame.MOUSEMOTION:
            if self._pointer == MOUSE and not event.buttons[0]:
                self.lift()  # the release got lost
            return self._move(MOUSE, event.pos)
        if event.button != pygame.BUTTON_LEFT:
            return self.pen_down or self.area.collidepoint(event.pos)
        if event.type == pygame.MOUSEBUTTONDOWN:
            return self._press(MOUSE, event.pos)
        return self._release(MOUSE, event.pos)

    def _handle_finger(self, event: pygame.Event) -> bool:
        position = event.x * self.window[0], event.y * self.window[1]
        if event.type == pygame.FINGERDOWN:
            return self._press(event.finger_id, position)
        if event.type == pygame.FINGERMOTION:
            return self._move(event.finger_id, position)
        return self._release(event.finger_id, position)

    def _press(self, pointer: Pointer, position: tuple[float, float]) -> bool:
        other_finger = pointer != MOUSE and self._pointer not in (None, MOUSE, pointer)
        if other_finger:
            return True
        self.lift()
        if not self.area.collidepoint(position):
            return False
        self._pointer = pointer
        self._stroke = Stroke()
        self._append(position)
        return True

    def _move(self, pointer: Pointer, position: tuple[float, float]) -> bool:
        if pointer == self._pointer:
            self._append(position)
        return self.pen_down

    def _release(self, pointer: Pointer, position: tuple[float, float]) -> bool:
        belongs = self.pen_down
        if pointer == self._pointer:
            self._append(position)
            self.lift()
        return belongs

    def _append(self, position: tuple[float, float]) -> None:
        """A point for the stroke in progress, unless the pen has not moved."""
        if not self._stroke:
            return
        x, y = position[0] - self.area.left, position[1] - self.area.top
        if not self._stroke.points or self._stroke.points[-1][:2] != (x, y):
            self._stroke.append(x, y, self._clock())
            self.revision += 1

    def _end_stroke(self) -> None:
        if self._stroke:
            stroke, self._stroke = self._stroke, None
            self._history.do(self.ink.with_stroke(stroke))
