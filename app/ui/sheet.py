"""The paper as it is seen: ink or a picture, and labels on the digits that were read there."""

from __future__ import annotations

import math
from collections.abc import Callable

from pygame import Rect, Surface

from app.ink import Ink
from app.recognizer import Reading
from app.ui.canvas import Canvas
from app.ui.labels import Labels
from app.ui.message import draw_message
from app.ui.paper import Paper
from app.ui.picture import ReadPicture, place
from app.ui.theme import Look
from app.ui.view import View


class Sheet:
    """Shows what is on a canvas.

    Attributes:
        reading: what was read; boxes are in pixels of the ink, or of the paper on a picture.
        labels: those on the digits.
        hint: whether clean paper says what it is for.
    """

    def __init__(self, canvas: Canvas) -> None:
        self.reading = Reading()
        self.hint = False
        self._canvas = canvas
        self._picture: ReadPicture | None = None
        self._notice = ""

    def build(self, area: Rect, look: Look, pen_width: int) -> None:
        """Follow the place of it in the window, the theme, and the pen's width in the ink."""
        self._area, self._look, self._pen_width = area, look, pen_width
        self._lay()

    def _lay(self) -> None:
        area, look, pen_width = self._area, self._look, self._pen_width
        self._picture, self._view = self._canvas.picture, self._canvas.view
        if self._picture:
            placed = place(self._picture, area, look)
            self.reading = placed.reading
            self._paper = Paper(area, look, pen_width, self._view, placed.surface)
            plain = View.plain(area, 1.0)
            self.labels = Labels(area, placed.look, pen_width, plain, on_picture=True)
        else:
            self._paper = Paper(area, look, pen_width, self._view, hint=self.hint)
            self.labels = Labels(area, look, pen_width, self._view)
        self._paper.follow(self._canvas.ink)
        self.labels.follow(self.reading, now=-math.inf)

    def follow(self, read: Callable[[Ink], Reading], now: float) -> list[Rect]:
        """Show what is on the canvas from `now` on, in seconds; what is to be drawn anew.

        `read` reads ink; a picture was read before it came here.
        """
        canvas = self._canvas
        if not canvas.picture:
            self.reading = read(canvas.ink)
        if canvas.picture is not self._picture or canvas.view != self._view:
            self._lay()
            return [self._area]
        self._paper.hint = self.hint
        changed = filter(None, [self._paper.follow(canvas.ink)])
        return [*changed, *self.labels.follow(self.reading, now)]

    def say(self, notice: str) -> list[Rect]:
        """Have a sentence at the foot of the paper, or none; what is to be drawn anew."""
        changed, self._notice = notice != self._notice, notice
        return [self._area] if changed else []

    def draw(self, screen: Surface) -> None:
        """Draw all of it."""
        self._paper.draw(screen, self.labels.draw)
        if self._notice:
            draw_message(screen, self._area, self._look, self._notice)
