"""What is seen in the window: its parts, laid out for its size and drawn where they changed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pygame
from pygame import Rect, Surface

from app.ink import Ink
from app.recognizer import Digit, Reading
from app.settings import SMALLEST_WINDOW, Settings
from app.ui.actions import Action
from app.ui.canvas import Canvas
from app.ui.cursor import Cursor
from app.ui.dialogs import Dialogs
from app.ui.layout import Layout, lay_out
from app.ui.networks import Networks
from app.ui.opening import Opening
from app.ui.sheet import Sheet
from app.ui.side import Side
from app.ui.strip import Strip
from app.ui.theme import Look, Palette, text
from app.ui.toolbar import Toolbar

LONGEST_STEP = 0.1
"""Seconds that pass for the widgets at most at once, so that no tool tip appears too soon."""


class Scene:
    """Shows tool bar, paper, strip and panels, and over them the dialogs.

    Attributes:
        sheet: the paper.
        side: the panels beside it.
        strip: the numbers below it.
        toolbar: above it.
        scale: display pixels per pixel of usual density.
        layout: where everything is.
        look: how everything is drawn.
    """

    def __init__(
        self,
        screen: Surface,
        scale: float,
        canvas: Canvas,
        networks: Networks,
        toolbar: Toolbar,
        correct: Callable[[int], None],
        over: tuple[Opening, Dialogs],
    ) -> None:
        """`canvas` and `networks` are what is shown; `correct` is called with the digit whose bar
        was clicked; `over` are drawn over all others."""
        self.sheet = Sheet(canvas)
        self.side = Side(networks, correct)
        self.strip = Strip()
        self.toolbar = toolbar
        self.scale = scale
        self.layout: Layout
        self.look: Look
        self._screen = screen
        self._canvas = canvas
        self._opening, self._dialogs = self._over = over
        self._cursor = Cursor()
        self._status: Surface | None = None
        self._stale: list[Rect] = []
        self._updated_at = time.perf_counter()

    @property
    def fits(self) -> bool:
        """Whether everything is laid out for the size that the window has now."""
        return self._screen.get_size() == self.layout.window.size

    @property
    def usual_size(self) -> tuple[int, int]:
        """Width and height of the window in pixels of usual density, never below the smallest."""
        width, height = self.layout.window.size
        smallest_width, smallest_height = SMALLEST_WINDOW
        return (
            max(round(width / self.scale), smallest_width),
            max(round(height / self.scale), smallest_height),
        )

    @property
    def waits(self) -> bool:
        """Whether something changes by time alone: a tool tip, a box."""
        return (
            self.sheet.labels.fading
            or self.side.waits
            or (self.toolbar.waits and not self._canvas.pen_down)
        )

    @property
    def digit(self) -> Digit | None:
        """The one that is shown beside the paper."""
        return self.sheet.labels.digit

    def build(self, palette: Palette, settings: Settings, warning: str | None) -> None:
        """Lay out all but the sheet for the size of the window; the warning is at its foot."""
        size = self._screen.get_size()
        look = self.look = Look(palette, self.scale)
        wrap = size[0] - look.px(32)
        self._status = text(warning, look.px(14), palette.warning, wrap=wrap) if warning else None
        height = self._status.get_height() if self._status else 0
        self.layout = lay_out(size, self.scale, height, settings.strip)
        self.toolbar.build(self.layout, look, settings)
        self.strip.build(self.layout.strip, look)
        self.side.build(self.layout, look)
        for part in self._over:
            part.build(self.layout.whole, look)
        self.refresh()

    def build_sheet(self, pen_width: int, hint: bool) -> None:
        """Lay out the sheet; `hint` is whether clean paper says what it is for."""
        self.sheet.hint = hint
        self.sheet.build(self.layout.paper, self.look, pen_width)
        self.refresh()

    def refresh(self) -> None:
        """Draw everything anew the next time."""
        self._stale.append(self.layout.window)

    def handle(self, event: pygame.Event) -> bool:
        """Take what the mouse says beside the paper; whether it was for the strip."""
        if event.type == pygame.MOUSEMOTION:
            self.point(event.pos)
        self._stale += self.side.handle(event)
        if self.strip.handle(event):
            return True
        self.toolbar.handle(event)
        return False

    def point(self, position: tuple[float, float]) -> bool:
        """Select the digit that is at a position; whether there is one."""
        self._stale += self.sheet.labels.point(position, time.perf_counter())
        return self.sheet.labels.at(position) is not None

    def step(self, by: int) -> None:
        """Select the digit that is so many after the one that is selected."""
        self._stale += self.sheet.labels.step(by)

    def look_inside(self) -> None:
        """Show the inside view in the place of the bars, or no longer."""
        self._stale += self.side.look_inside()

    def look_outside(self) -> None:
        """Show the bars again, if the inside view is in their place."""
        if self.side.is_inside:
            self.look_inside()

    def follow(self, read: Callable[[Ink], Reading]) -> None:
        """Show what is on the canvas now; `read` reads ink."""
        self._stale += self.sheet.follow(read, time.perf_counter())

    def update(self, can: dict[Action, bool], pen_width: int, notice: str) -> None:
        """Follow the canvas, the mouse and the time.

        `can` says of actions whether they could do something; `notice` is said on the sheet.
        """
        canvas, now = self._canvas, time.perf_counter()
        self._stale += self.sheet.say(notice)
        self.toolbar.show(can, canvas.tool, pen_width)
        choosing = self._opening.dialog is not None
        self._cursor.follow(canvas, self.look, choosing)
        self._stale += self.sheet.labels.update(now)
        self._stale += self.side.show(self.sheet.reading, self.digit)
        self._stale += self.side.update(now)
        if not canvas.pen_down:
            step = min(now - self._updated_at, LONGEST_STEP)
            self.toolbar.update(step, covered=choosing or self._dialogs.open)
        self._updated_at = now

    def draw(self) -> bool:
        """Draw what no longer looks right; false where that is nothing."""
        parts = self.toolbar, *self._over
        if any(part.changed for part in parts) or self.layout.window in self._stale:
            self._stale = [self.layout.window]
        if self.strip.changed:
            self._stale.append(self.layout.strip)
        if not self._stale:
            return False
        for area in self._stale:
            self._draw_area(area)
        pygame.display.update(self._stale)
        self._stale = []
        return True

    def _draw_area(self, area: Rect) -> None:
        screen, layout = self._screen, self.layout
        screen.set_clip(area)
        screen.fill(self.look.palette.background)
        if area.colliderect(layout.paper):
            self.sheet.draw(screen)
        if area.colliderect(layout.side):
            self.side.draw(screen)
        if area.colliderect(layout.strip):
            self.strip.draw(screen)
        if self._status:
            screen.blit(self._status, (layout.paper.left, layout.status.top))
        self.toolbar.draw(screen)
        for part in self._over:
            part.draw(screen)
        screen.set_clip(None)
