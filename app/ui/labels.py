"""The boxes and labels on the paper round the digits of a number; one of them may be selected."""

from __future__ import annotations

from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from app.recognizer import Digit, Reading
from app.ui.theme import Look, text
from app.ui.view import View

FADE = 0.15
"""Seconds in which a box appears."""
DWELL = 0.2
"""Seconds that the mouse stays on another digit before that is selected, as it may only cross it on
its way to the bars."""
UNSURE = 0.8
"""A digit of less confidence has its label in the colour of warnings."""
MARGIN, CLOSE_MARGIN, CORNER, SIZE, SMALLEST_SIZE = 5, 2, 6, 13, 10
"""Of a box and its label, in pixels of usual density."""


@dataclass
class _Label:
    """A digit, its box and label in pixels of the window, and when it appeared."""

    digit: Digit
    box: Rect
    name: Surface
    place: Rect
    since: float
    shown: float = 0.0
    """Its opacity, 0 to 1."""

    @property
    def area(self) -> Rect:
        return self.box.union(self.place)


class Labels:
    """Shows which digit is where. A single one that was drawn has no box: all ink is its own.

    Attributes:
        digit: the one that is selected, else the one that was written last, if any.
    """

    def __init__(
        self, area: Rect, look: Look, pen_width: int, view: View, on_picture: bool = False
    ) -> None:
        """`area` is the paper in pixels of the window, `pen_width` in pixels of the ink.

        On a picture, as opposed to ink, the pen's width is part of the digits' boxes.
        """
        self.digit: Digit | None = None
        self._area = area
        self._view = view
        self._look = look
        self._on_picture = on_picture
        self._margin = look.px(CLOSE_MARGIN if on_picture else MARGIN)
        if not on_picture:
            self._margin += round(view.scale * pen_width / 2)
        self._labels: list[_Label] = []
        self._selected: int | None = None
        self._pointed: tuple[int, float] | None = None

    @property
    def fading(self) -> bool:
        """Whether time alone changes what is to be drawn."""
        return bool(self._pointed) or any(label.shown < 1 for label in self._labels)

    @property
    def chosen(self) -> bool:
        """Whether the digit was pointed at, and not only written last."""
        return self._selected is not None

    def follow(self, reading: Reading, now: float) -> list[Rect]:
        """Show the digits of a reading from `now` on, in seconds; what is to be drawn anew.

        A digit that has a stroke of one that was there already does not appear a second time.
        Where the strokes are others than before, none is selected any longer.
        """
        before, looked = self._labels, self._looks()
        digits = reading.digits if len(reading.digits) > 1 or self._on_picture else ()
        self._labels = []
        for digit in digits:
            old = next((b for b in before if set(b.digit.strokes) & set(digit.strokes)), None)
            since, shown = (old.since, old.shown) if old else (now, 0.0)
            self._labels.append(_Label(digit, *self._place(digit), since, shown))
        if [b.digit.strokes for b in before] != [b.digit.strokes for b in self._labels]:
            self._selected = self._pointed = None
        self._choose(reading)
        looks = self._looks()
        return [look[0] for look in [*looked, *looks] if (look in looked) != (look in looks)]

    def _looks(self) -> list[tuple[Rect, str, str, bool]]:
        """What each label looks like, and where."""
        return [
            (label.area, *self._string(label.digit), index == self._selected)
            for index, label in enumerate(self._labels)
        ]

    def _string(self, digit: Digit) -> tuple[str, str]:
        """What a label says, and in which colour."""
        palette = self._look.palette
        string = str(digit.label) if digit.accepted else "?"
        sure = digit.accepted and digit.confidence >= UNSURE
        return string, palette.muted if sure else palette.warning

    def update(self, now: float) -> list[Rect]:
        """Let time pass; what is to be drawn anew."""
        changed = [label for label in self._labels if label.shown < 1]
        for label in changed:
            label.shown = min((now - label.since) / FADE, 1.0)
        selected = []
        if self._pointed and now - self._pointed[1] >= DWELL:
            selected = self._select(self._pointed[0])
        return [*[label.area for label in changed], *selected]

    def at(self, position: tuple[float, float]) -> int | None:
        """The number of the digit at a position in the window, if there are boxes."""
        at = [i for i, label in enumerate(self._labels) if label.box.collidepoint(position)]
        return min(at, key=lambda i: abs(self._labels[i].box.centerx - position[0]), default=None)

    def point(self, position: tuple[float, float], now: float) -> list[Rect]:
        """Select the digit at a position in the window; what is to be drawn anew.

        It stays selected when the mouse has left it, so that a bar can be clicked for it, and
        another one takes its place only where the mouse stays.
        """
        nearest = self.at(position)
        if nearest is None or nearest == self._selected:
            self._pointed = None
            return []
        if self._selected is None:
            return self._select(nearest)
        if not self._pointed or self._pointed[0] != nearest:
            self._pointed = nearest, now
        return []

    def step(self, by: int) -> list[Rect]:
        """Select the next digit, or for `by` = -1 the one before; what is to be drawn anew."""
        if not self._labels:
            return []
        if self._selected is None:
            return self._select(0 if by > 0 else len(self._labels) - 1)
        return self._select((self._selected + by) % len(self._labels))

    def _select(self, index: int) -> list[Rect]:
        self._pointed = None
        if index == self._selected:
            return []
        changed = [self._labels[i].area for i in (self._selected, index) if i is not None]
        self._selected = index
        self._choose(Reading(tuple(label.digit for label in self._labels)))
        return changed

    def _choose(self, reading: Reading) -> None:
        if self._selected is not None:
            self.digit = self._labels[self._selected].digit
        else:
            self.digit = max(
                reading.digits, key=lambda digit: max(digit.strokes, default=0), default=None
            )

    def _place(self, digit: Digit) -> tuple[Rect, Surface, Rect]:
        box = self._view.area_of(digit.box).inflate(2 * self._margin, 2 * self._margin)
        box = box.clip(self._area.inflate(-2, -2))
        name = self._name(digit, box.height)
        place = name.get_rect(bottomleft=box.topleft)
        if place.top < self._area.top:
            place.top = box.bottom
        return box, name, place

    def _name(self, digit: Digit, height: int) -> Surface:
        """The label, to be faded in; on a picture a plate that is small where the digits are."""
        look, palette = self._look, self._look.palette
        string, colour = self._string(digit)
        if not self._on_picture:
            return text(string, look.px(SIZE), colour, bold=True).copy()
        size = min(max(height // 2, look.px(SMALLEST_SIZE)), look.px(SIZE))
        words = text(string, size, colour, bold=True)
        words = words.subsurface(words.get_bounding_rect())
        plate = Surface(words.get_rect().inflate(look.px(4), look.px(4)).size)
        plate.fill(palette.paper)
        plate.blit(words, words.get_rect(center=plate.get_rect().center))
        return plate

    def draw(self, screen: Surface) -> None:
        """Draw all of them on the paper, as far as they have appeared."""
        palette, look = self._look.palette, self._look
        paper = pygame.Color(palette.paper)
        for index, label in enumerate(self._labels):
            selected = index == self._selected
            line = palette.muted if self._on_picture else palette.line
            colour = paper.lerp(palette.accent if selected else line, label.shown)
            width = look.px(2 if selected and self._on_picture else 1)
            corner = min(look.px(CORNER), label.box.height // 4)
            pygame.draw.rect(screen, colour, label.box, width, corner)
            label.name.set_alpha(round(255 * label.shown))
            screen.blit(label.name, label.place)
