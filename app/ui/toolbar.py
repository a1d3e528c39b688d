"""The tool bar: its buttons and the slider for the width of the pen."""

# Much of pygame_gui has no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pygame
from pygame_gui import UI_HORIZONTAL_SLIDER_MOVED, UIManager
from pygame_gui.elements import UIButton, UIHorizontalSlider

from app.settings import PEN_WIDTHS, Settings
from app.ui import texts
from app.ui.actions import Action
from app.ui.canvas import Tool
from app.ui.icons import ERASER_ICONS, ICONS
from app.ui.layout import Layout
from app.ui.shapes import Line, draw_line, drawing, rounded, transparent
from app.ui.theme import Look, text, widget_theme

TIGHT = 600
"""Width of the window, in pixels of usual density, from which on there is space between buttons."""
SHAPES = (1024, 64)
"""Width and height of what they are kept on, instead of 4 MB."""
_FAR_AWAY = (-10_000, -10_000)


class _Widgets(UIManager):
    """Widgets that know when the mouse hovers over none of them: outside of the window, too.

    Attributes:
        covered: whether something lies over all of them.
    """

    covered = False

    def _update_mouse_position(self) -> None:
        super()._update_mouse_position()
        if self.covered or not pygame.mouse.get_focused():
            self.mouse_position = _FAR_AWAY


class Toolbar:
    """Buttons and slider, across the top of the window."""

    def __init__(
        self, perform: Callable[[Action], None], set_pen_width: Callable[[int], None]
    ) -> None:
        """The functions are called with what a button asks for and what the slider is set to."""
        self._perform = perform
        self._set_pen_width = set_pen_width
        self._buttons: dict[Action, UIButton] = {}
        self._built: object = None
        self._drawn: object = None

    def build(self, layout: Layout, look: Look, settings: Settings) -> None:
        """Make the widgets for a size of the window, a theme and a language, where it is new."""
        wanted = layout, look, settings.erase_parts, texts.language()
        if wanted == self._built:
            return
        self._built = wanted
        self._look = look
        self._area = layout.toolbar
        roomy = layout.window.width >= look.px(720)
        overlapping = self._fill(layout, settings, roomy)
        if roomy and overlapping:
            self._fill(layout, settings, roomy=False)

    def _fill(self, layout: Layout, settings: Settings, roomy: bool) -> bool:
        """Make the widgets, with labels where there is room; whether they overlap."""
        look = self._look
        self._pen_width = settings.pen_width
        self._manager = _Widgets(
            layout.window.size, widget_theme(look), enable_live_theme_updates=False
        )
        # Shapes as they were drawn, to be drawn again; all of these are small.
        shapes = self._manager.get_theme().shape_cache
        shapes.cache_surface_size = SHAPES[0], look.px(SHAPES[1])
        shapes.cache_surfaces.clear()
        self._padding, gap = look.px(10), look.px(4)
        if layout.window.width < look.px(TIGHT):
            self._padding, gap = look.px(5), 0
        x = layout.paper.left - look.px(4)
        for action in (Action.UNDO, Action.REDO, Action.CLEAR):
            label = texts.LABELS[action] if roomy else ""
            button = self._add_button(action, ICONS[action], label, x)
            x = button.rect.right + gap
        x += 4 * gap
        eraser = ERASER_ICONS[settings.erase_parts]
        for action, icon in ((Action.PEN, ICONS[Action.PEN]), (Action.ERASER, eraser)):
            button = self._add_button(action, icon, "", x)
            x = button.rect.right + gap
        self._buttons[Action.ERASER].set_tooltip(texts.ERASER_TOOL_TIPS[settings.erase_parts])
        self._preview = pygame.Rect(x, 0, look.px(PEN_WIDTHS[-1] + 8), self._area.height)
        slider = pygame.Rect(0, 0, look.px(150 if roomy else 80), look.px(18))
        slider.midleft = (self._preview.right, self._area.centery)
        self._slider = UIHorizontalSlider(
            slider, settings.pen_width, (PEN_WIDTHS[0], PEN_WIDTHS[-1]), self._manager
        )
        assert self._slider.sliding_button is not None
        self._knob = self._slider.sliding_button
        self._knob.set_tooltip(texts.PEN_TOOL_TIP)
        right = layout.side.right + look.px(4)
        for action in (Action.SETTINGS, Action.OPEN, Action.SAVE, Action.COPY_NUMBER):
            label = texts.LABELS.get(action, "") if roomy else ""
            button = self._add_button(action, ICONS[action], label, 0)
            button.set_relative_position((right - button.rect.width, button.rect.top))
            right = button.rect.left - gap
        return bool(right < self._slider.rect.right + look.px(8))

    def _add_button(
        self, action: Action, icon: tuple[Line, ...], label: str, left: int
    ) -> UIButton:
        palette = self._look.palette
        face = self._face(icon, label, palette.text, palette.background)
        area = face.get_rect().inflate(2 * self._padding, 0)
        area.height = self._look.px(36)
        area.midleft = (left, self._area.centery)
        button = UIButton(
            area,
            "",
            self._manager,
            tool_tip_text=texts.TOOL_TIPS.get(action),
            command=partial(self._perform, action),
        )
        button.normal_images = [face]
        button.hovered_images = [self._face(icon, label, palette.text, palette.hover)]
        button.selected_images = [self._face(icon, label, palette.text, palette.press)]
        button.disabled_images = [self._face(icon, label, palette.disabled, palette.background)]
        centre = [(0.5, 0.5)]
        button.normal_image_positions = button.hovered_image_positions = centre
        button.selected_image_positions = button.disabled_image_positions = centre
        button.rebuild()
        self._buttons[action] = button
        return button

    def _face(
        self, icon: tuple[Line, ...], label: str, colour: str, background: str
    ) -> pygame.Surface:
        """Icon and label of a button side by side.

        It is opaque: pygame_gui would mix half-transparent edges with the wrong colours.
        """
        picture = drawing(icon, self._look.px(20), colour, 1.6 * self._look.scale)
        words = text(label, self._look.px(15), colour)
        left = picture.get_width() + (self._look.px(8) if label else 0)
        height = max(picture.get_height(), words.get_height())
        face = pygame.Surface((left + words.get_width(), height))
        face.fill(background)
        face.blit(picture, picture.get_rect(midleft=(0, height // 2)))
        face.blit(words, words.get_rect(midleft=(left, height // 2)))
        return face

    def show(self, enabled: dict[Action, bool], tool: Tool, pen_width: int) -> None:
        """Follow the state of the window: which buttons can do something, the tool, its width."""
        for action, can in enabled.items():
            button = self._buttons[action]
            if can != button.is_enabled:
                (button.enable if can else button.disable)()
        for action in (Action.PEN, Action.ERASER):
            button = self._buttons[action]
            if button.is_selected != ((action is Action.PEN) == (tool is Tool.PEN)):
                (button.unselect if button.is_selected else button.select)()
        if pen_width != self._pen_width:
            self._pen_width = pen_width
            if self._slider.get_current_value() != pen_width:
                self._slider.set_current_value(pen_width)

    def handle(self, event: pygame.Event) -> None:
        """Give the widgets an event that does not belong to the paper."""
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            self._move_knob_to(event.pos)
        self._manager.process_events(event)
        if event.type == UI_HORIZONTAL_SLIDER_MOVED:
            self._set_pen_width(int(event.value))

    def _move_knob_to(self, position: tuple[int, int]) -> None:
        """A press beside the knob brings it there, so that the press takes hold of it."""
        track, knob = self._slider.rect, self._knob.rect
        if track.collidepoint(position) and not knob.collidepoint(position):
            share = (position[0] - track.left - knob.width / 2) / (track.width - knob.width)
            low, high = PEN_WIDTHS[0], PEN_WIDTHS[-1]
            width = round(low + min(max(share, 0), 1) * (high - low))
            self._slider.set_current_value(width)
            self._set_pen_width(width)

    def update(self, seconds: float, covered: bool) -> None:
        """Let time pass for the widgets: they follow the mouse and show their tool tips.

        Not so while they are covered by something.
        """
        self._manager.covered = covered
        self._manager.update(seconds)

    @property
    def waits(self) -> bool:
        """Whether a tool tip is about to appear, so that time has to pass for it."""
        return any(
            button.hovered and button.tool_tip is None
            for button in (*self._buttons.values(), self._knob)
        )

    @property
    def changed(self) -> bool:
        """Whether anything of it looks otherwise than it was last drawn."""
        return self._appearance() != self._drawn

    def _appearance(self) -> object:
        """Something that is equal only as long as all widgets look the same."""
        sprites = self._manager.get_sprite_group().sprites()
        return self._pen_width, [(s.image, s.rect.copy(), s.visible) for s in sprites]

    def draw(self, screen: pygame.Surface) -> None:
        """Draw the tool bar, and a tool tip, which may lie over anything below it."""
        self._drawn = self._appearance()
        if screen.get_clip().colliderect(self._area):
            self._draw_pen(screen)
        self._manager.draw_ui(screen)

    def _draw_pen(self, screen: pygame.Surface) -> None:
        """A dot as large as the pen, and the groove that the slider's knob moves in."""
        palette = self._look.palette
        dot = transparent(self._preview.size, palette.ink)
        middle = (self._preview.width / 2 - 0.5, self._preview.height / 2 - 0.5)
        width = self._pen_width * self._look.scale
        draw_line(pygame.surfarray.pixels_alpha(dot), middle, middle, width)
        screen.blit(dot, self._preview)
        track, knob = self._slider.rect, self._knob.rect
        groove = pygame.Rect(track.left, 0, track.width, self._look.px(4))
        groove.centery = track.centery
        rounded(screen, groove, palette.disabled, groove.height // 2)
        groove.width = knob.centerx - groove.left
        rounded(screen, groove, palette.accent, groove.height // 2)
