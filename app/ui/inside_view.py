"""The inside view: which ink spoke for the answer, and what each layer makes of the picture.

A map that is pointed at is shown larger beside it.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import pygame
from pygame import Rect, Surface

from app.inside import Layer, Occlusion
from app.preprocess import FIELD
from app.recognizer import Digit
from app.ui import texts
from app.ui.feature_maps import Mosaic, as_maps, heat_map
from app.ui.layout import NOWHERE
from app.ui.networks import Networks
from app.ui.scroll import BAR, Scroll
from app.ui.theme import Look, shortened, text

EVERY = 0.07
"""Seconds between two looks at the layers, as what grows is read anew all the time."""
BUDGET, PART = 0.003, 3
"""Seconds that a frame may spend on the heat map, and images that are tried without a pause."""
GAP, SIZE, SWATCH = 10, 12, 10
"""In pixels of usual density."""


class _Shown(NamedTuple):
    """A layer: its heading, its maps, and where both are in the contents."""

    heading: str
    mosaic: Mosaic
    labelled: bool
    top: int


class InsideView:
    """Follows a digit. The layers follow at once, the heat map within a few frames.

    Attributes:
        changed: whether it looks otherwise than it was last drawn.
    """

    def __init__(self, networks: Networks) -> None:
        self.changed = False
        self._networks = networks
        self._scroll = Scroll()
        self._wanted: Digit | None = None
        self._seen: Digit | None = None
        self._seen_at = 0.0
        self._layers: list[Layer] = []
        self._shown: list[_Shown] = []
        self._pictures: dict[int, Surface] = {}
        self._occlusion: tuple[Digit, Occlusion] | None = None
        self._heat: Surface | None = None
        self._mouse: tuple[int, int] = NOWHERE

    def build(self, area: Rect, look: Look) -> None:
        """Follow the place of it in the window, and the theme."""
        self._area, self._look = area, look
        self._heat = None
        self._arrange()
        self._draw_heat()

    def follow(self, digit: Digit | None) -> None:
        """Show what there is to see of a digit, soon."""
        self._wanted = digit

    @property
    def waits(self) -> bool:
        """Whether there is something to be found out yet."""
        return self._wanted is not self._seen or bool(
            self._seen and not (self._occlusion and self._is_current(*self._occlusion))
        )

    def _is_current(self, digit: Digit, occlusion: Occlusion) -> bool:
        return digit is self._seen and occlusion.done

    def update(self, now: float) -> None:
        """Find out a part of it; `now` is in seconds."""
        if self._wanted is not self._seen and now - self._seen_at >= EVERY:
            self._seen_at = now
            self._look_at(self._wanted)
        elif self._seen:
            self._go_on(self._seen)

    def _look_at(self, digit: Digit | None) -> None:
        other = digit is None or self._seen is None or digit.strokes != self._seen.strokes
        if other or (self._occlusion and self._occlusion[1].done):
            self._occlusion = None
        self._seen = digit
        self._layers = self._networks.wait().look_inside(digit.image) if digit else []
        if digit is None:
            self._heat = None
        self._arrange()

    def _go_on(self, digit: Digit) -> None:
        """Some milliseconds for the heat map; one that was begun is finished before the next."""
        if self._occlusion is None or (self._occlusion[1].done and self._occlusion[0] is not digit):
            self._occlusion = digit, Occlusion(digit.image, digit.label)
        _, occlusion = self._occlusion
        if occlusion.done:
            return
        end = time.perf_counter() + BUDGET
        while not occlusion.done and time.perf_counter() < end:
            occlusion.go_on(self._networks.wait().judge, PART)
        if occlusion.done:
            self._draw_heat()

    def _draw_heat(self) -> None:
        if self._occlusion and self._occlusion[1].done:
            digit, occlusion = self._occlusion
            palette = self._look.palette
            self._heat = heat_map(digit.image, occlusion.evidence, self._side, palette)
            self.changed = True

    @property
    def _side(self) -> int:
        """Of the heat map: as many times enlarged as there is room for."""
        room = min(self._area.width // 2, self._area.height * 2 // 5)
        return max(room // FIELD, 2) * FIELD

    def _arrange(self) -> None:
        """Lay the layers out, one below the other."""
        px = self._look.px
        width = self._area.width - px(BAR + 2)
        top = self._side + px(GAP)
        line = text("0", px(SIZE), self._look.palette.muted).get_height()
        self._shown, self._pictures = [], {}
        for layer in self._layers:
            maps = as_maps(layer.values)
            mosaic = Mosaic(maps, width, self._look)
            heading = texts.layer(layer.name, layer.kind, layer.values.shape)
            labelled = maps.shape == (10, 1, 1) and mosaic.size[0] <= width
            self._shown.append(_Shown(shortened(heading, px(SIZE), width), mosaic, labelled, top))
            top += line + px(2) + mosaic.size[1] + (line if labelled else 0) + px(GAP)
        self._scroll.build(self._area, top, self._look)
        self.changed = True

    def handle(self, event: pygame.Event) -> None:
        """Take what the mouse says."""
        before = self._pointed()
        if event.type != pygame.MOUSEWHEEL or self._area.collidepoint(pygame.mouse.get_pos()):
            self.changed |= self._scroll.handle(event)
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            self._mouse = event.pos
        elif event.type == pygame.WINDOWLEAVE:
            self._mouse = NOWHERE
        self.changed |= self._pointed() != before

    def _pointed(self) -> tuple[int, int] | None:
        """The numbers of the layer and of its map that the mouse is over."""
        if not self._area.collidepoint(self._mouse):
            return None
        for index, shown in enumerate(self._shown):
            place = self._place(shown)
            if place.collidepoint(self._mouse):
                x, y = self._mouse
                number = shown.mosaic.at(x - place.left, y - place.top)
                return None if number is None else (index, number)
        return None

    def _place(self, shown: _Shown) -> Rect:
        """Where the maps of a layer are in the window, below its heading."""
        heading = text(shown.heading, self._look.px(SIZE), self._look.palette.muted)
        top = self._area.top - self._scroll.top + shown.top
        top += heading.get_height() + self._look.px(2)
        return Rect((self._area.left, top), shown.mosaic.size)

    def draw(self, screen: Surface) -> None:
        """Draw it in its area."""
        self.changed = False
        clip = screen.get_clip()
        screen.set_clip(self._area.clip(clip))
        x, y = self._area.left, self._area.top - self._scroll.top
        self._draw_head(screen, x, y)
        for index, shown in enumerate(self._shown):
            self._draw_layer(screen, index, shown, x, y + shown.top)
        if pointed := self._pointed():
            self._draw_lens(screen, *pointed)
        screen.set_clip(clip)
        self._scroll.draw(screen)

    def _draw_head(self, screen: Surface, x: int, y: int) -> None:
        """The heat map, and beside it what its colours say."""
        look, palette = self._look, self._look.palette
        frame = Rect(x, y, self._side, self._side)
        screen.fill(palette.paper, frame)
        if self._heat:
            screen.blit(self._heat, frame)
        if not self._seen:
            return
        left = frame.right + look.px(GAP)
        width = self._area.right - left - look.px(BAR)
        label = self._seen.label
        for words, colour in (
            (texts.SPOKE_FOR.format(digit=label), palette.accent),
            (texts.SPOKE_AGAINST.format(digit=label), palette.warning),
        ):
            swatch = Rect(left, y + look.px(3), look.px(SWATCH), look.px(SWATCH))
            screen.fill(colour, swatch)
            beside = look.px(SWATCH + 6)
            said = text(words, look.px(SIZE), palette.text, wrap=max(width - beside, look.px(40)))
            screen.blit(said, (left + beside, y))
            y += said.get_height() + look.px(GAP)

    def _draw_layer(self, screen: Surface, index: int, shown: _Shown, x: int, y: int) -> None:
        look, palette = self._look, self._look.palette
        heading = text(shown.heading, look.px(SIZE), palette.muted)
        place = self._place(shown)
        if not self._area.colliderect(place.union((x, y, 1, 1))):
            return
        screen.blit(heading, (x, y))
        if index not in self._pictures:
            self._pictures[index] = shown.mosaic.draw()
        screen.blit(self._pictures[index], place)
        if shown.labelled:
            for digit in range(10):
                name = text(str(digit), look.px(SIZE), palette.muted)
                middle = x + digit * shown.mosaic.cell + shown.mosaic.cell // 2
                screen.blit(name, name.get_rect(midtop=(middle, place.bottom)))

    def _draw_lens(self, screen: Surface, index: int, number: int) -> None:
        """A map of a layer, as large as the heat map, below or above where it is."""
        look, palette, mosaic = self._look, self._look.palette, self._shown[index].mosaic
        place = mosaic.place(number).move(self._place(self._shown[index]).topleft)
        picture = mosaic.enlarged(number, self._side)
        frame = picture.get_rect(midtop=place.midbottom).inflate(look.px(6), look.px(6))
        frame.top = place.bottom + look.px(4)
        if frame.bottom > self._area.bottom:
            frame.bottom = place.top - look.px(4)
        frame.clamp_ip(self._area)
        pygame.draw.rect(screen, palette.accent, place.inflate(2, 2), 1)
        screen.fill(palette.paper, frame)
        pygame.draw.rect(screen, palette.accent, frame, 1)
        screen.blit(picture, picture.get_rect(center=frame.center))
