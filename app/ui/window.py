"""The window of Digit Pad.

Left, the paper to write on, below it the numbers that were read before; right, the answer, the
probability of each digit and the 28x28 picture that the network sees, or what its layers make of
it. The answer follows the pen. Of several digits each has a box; pointing at it shows its bars and
its picture, and a bar corrects it. F1 lists the keys, which `actions` binds.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pygame

from app.ink import Ink
from app.network import NetworkError
from app.recognizer import Reading, Recognizer
from app.settings import PEN_WIDTHS, SMALLEST_WINDOW, Settings, data_folder
from app.ui import texts
from app.ui.actions import Action, action_of
from app.ui.canvas import Canvas, Tool
from app.ui.cursor import Cursor
from app.ui.dialogs import Dialogs
from app.ui.keeper import Keeper
from app.ui.layout import lay_out
from app.ui.learning import Learning
from app.ui.memory import give_back
from app.ui.networks import Networks
from app.ui.opening import Opening
from app.ui.output import Output
from app.ui.sheet import Sheet
from app.ui.side import Side
from app.ui.speech import Speaker
from app.ui.strip import Strip
from app.ui.stylus import Stylus
from app.ui.system import SystemTheme, language_of
from app.ui.theme import PALETTES, Look, text
from app.ui.toolbar import Toolbar

FRAMES_PER_SECOND = 120
NAP = 15
"""Milliseconds from one look for events to the next while the pen is up."""
REST = 50
"""After so many of them without any event there is time to tidy up."""
LONGEST_STEP = 0.1
"""Seconds that pass for the widgets at most at once, so that no tool tip appears too soon."""
PEN_STEP = 2


class Window:
    """Ties the parts together: events to canvas and tool bar, ink to reading, all to the screen.

    Attributes:
        canvas: what is on the paper.
        settings: what is to be remembered, as of now.
        layout: where everything is.
        running: false once the user has asked for the end.
    """

    def __init__(
        self,
        recognizer: Recognizer | None,
        settings: Settings,
        screen: pygame.Surface,
        scale: float = 1.0,
        system: SystemTheme | None = None,
        folder: Path | None = None,
    ) -> None:
        """`recognizer`: what reads, None where that is yet to be loaded; `scale`: display pixels
        per pixel of usual density; `system`: what it prefers; `folder`: where what is written is
        kept, by default that of the user."""
        self.canvas = Canvas(
            tap=self._tap,
            leave=lambda state: self._keeper.leave(state),
            step=lambda: self._learning.go_on(),
            is_eraser=Stylus().erases,
        )
        self.settings = settings
        self.running = True
        self._networks = Networks(
            recognizer, self._use_network, lambda said: self._opening.say(said)
        )
        self._opening = Opening(self._networks, self.canvas)
        self._output = Output(self.canvas, self._opening.say, self._opening.choose_place)
        self._sheet = Sheet(self.canvas)
        self._screen = screen
        self._scale = scale
        self._title = ""
        self._seen: object = None
        self._stale: list[pygame.Rect] = []
        self._updated_at = time.perf_counter()
        self._cursor = Cursor()
        self._toolbar = Toolbar(self.perform, self._set_pen_width)
        self._learning = Learning(self._read_again)
        self._side = Side(self._networks, self.correct)
        self._speaker = Speaker()
        self._dialogs = Dialogs(
            self._learning,
            self._networks,
            lambda: self.settings,
            self._set,
            self.perform,
            self._speaker.can,
        )
        self._system = system or SystemTheme()
        self._system.changed = self._arrange
        self._first = (
            self._dialogs,
            self._learning,
            self._networks,
            self._system,
            self._opening,
        )
        self._strip = Strip()
        self._keeper = Keeper(
            folder or data_folder(), self.canvas, self._strip, self._number_of, self._opening.say
        )
        self._arrange()
        self._keeper.start(expected=settings.keep_drawing)
        self.update()
        self.draw()

    @property
    def reading(self) -> Reading:
        """What was made of it."""
        return self._sheet.reading

    def load(self, model: Path) -> None:
        """Have the network of a file read, as soon as it is loaded."""
        self._networks.load(model)

    def _use_network(self) -> None:
        """Another network reads from now on, or it is known that none can."""
        if recognizer := self._networks.recognizer:
            self._learning.begin(recognizer, self.settings.learn)
        self._read_again()
        self._arrange()

    def close(self) -> None:
        """The window ends as it was asked to."""
        self._keeper.close(self.settings.keep_drawing)

    def loop(self) -> None:
        """Input, update, draw, until the end; asleep while nothing happens."""
        clock = pygame.time.Clock()
        if self._networks.recognizer:
            self._learning.begin(self._networks.recognizer, self.settings.learn)
        while self.running:
            for event in self._wait():
                self.handle(event)
            self.update()
            if self.draw():
                clock.tick(FRAMES_PER_SECOND)

    def _wait(self) -> list[pygame.Event]:
        """The next events; none where only time has to pass, for a tool tip or a box.

        This is pygame.event.wait() with longer naps: it looks for events a thousand times a
        second, and that alone takes nearly 2 % of a processor.
        """
        pen_down = self.canvas.pen_down
        time_matters = (
            self._sheet.labels.fading
            or self._side.waits
            or self._speaker.waits
            or (self._toolbar.waits and not pen_down)
        )
        naps = 0
        while not (events := pygame.event.get()):
            pygame.time.wait(1 if pen_down else NAP)
            if time_matters:
                break
            naps += not pen_down
            if naps == REST:
                give_back()
        return events

    def handle(self, event: pygame.Event) -> None:
        """Take one event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.WINDOWEXPOSED:
            self._stale.append(self.layout.window)
        elif any(part.handle(event) for part in self._first):
            pass
        elif event.type == pygame.KEYDOWN:
            action = action_of(event)
            if action is Action.CORRECT:
                self.correct(int(event.unicode))
            elif action:
                self.perform(action)
        elif self.canvas.handle(event):
            if self.canvas.pen_down:
                self._dismiss()
        else:
            if event.type == pygame.MOUSEMOTION:
                self._point(event.pos)
            self._stale += self._side.handle(event)
            if self._strip.handle(event):
                self._dismiss()
            else:
                self._toolbar.handle(event)

    def _dismiss(self) -> None:
        """What was said has been seen."""
        self._opening.dismiss()
        self._learning.dismiss()

    def correct(self, label: int) -> None:
        """The digit that is shown beside the paper is a `label`, 0 to 9."""
        self.canvas.lift()
        self._opening.dismiss()
        several = len(self.reading.digits) > 1 and not self._sheet.labels.chosen
        self._learning.correct(self._sheet.labels.digit, label, self.canvas.ink, several)

    def _read_again(self) -> None:
        """The same may be read otherwise now."""
        self._seen = None

    def perform(self, action: Action) -> None:
        """Do what a button or a key asks for."""
        if action is not Action.SWITCH_THEME:
            self._dismiss()
        self._follow_paper()  # which events just before this one may have changed
        match action:
            case Action.UNDO:
                if not self._learning.undo(self.canvas.ink):
                    self.canvas.undo()
            case Action.REDO:
                if not self._learning.redo(self.canvas.ink):
                    self.canvas.redo()
            case Action.CLEAR:
                self.canvas.clear()
            case Action.OPEN:
                self.canvas.lift()
                self._opening.choose()
            case Action.SAVE:
                self._output.save(self.reading)
            case Action.COPY_NUMBER:
                self._output.copy_number(self.reading)
            case Action.COPY_DRAWING:
                self._output.copy_drawing()
            case Action.PASTE:
                self._opening.paste()
            case Action.CANCEL:
                if not self.canvas.cancel():
                    self._opening.cancel()
            case Action.PEN:
                self.canvas.tool = Tool.PEN
            case Action.ERASER:
                self._take_eraser()
            case Action.THICKER:
                self._set_pen_width(self.settings.pen_width + PEN_STEP)
            case Action.THINNER:
                self._set_pen_width(self.settings.pen_width - PEN_STEP)
            case Action.SWITCH_THEME:
                other = "light" if self._theme == "dark" else "dark"
                self._set(replace(self.settings, theme=other))
            case Action.SHOW_STRIP:
                self._set(replace(self.settings, strip=not self.settings.strip))
            case Action.KEEP_DRAWING:
                keep = not self.settings.keep_drawing
                self._set(replace(self.settings, keep_drawing=keep))
                self._opening.say(texts.KEEPS_DRAWING[keep])
            case Action.NEXT_DIGIT:
                self._stale += self._sheet.labels.step(1)
            case Action.PREVIOUS_DIGIT:
                self._stale += self._sheet.labels.step(-1)
            case Action.SETTINGS | Action.HELP | Action.CORRECTIONS:
                self.canvas.lift()
                self._dialogs.show(action)
            case Action.INSIDE:
                self._stale += self._side.look_inside()
            case Action.QUIT:
                self.running = False

    def _read(self, ink: Ink) -> Reading:
        """What the ink says; nothing as long as there is no network."""
        recognizer = self._networks.recognizer
        return recognizer.read(ink, self.canvas.drawing) if recognizer else Reading()

    def _number_of(self, ink: Ink) -> str:
        """The number that ink is read as, with the network waited for; empty where none is had."""
        try:
            return self._networks.wait().read(ink).text
        except NetworkError:
            return ""

    def _take_eraser(self) -> None:
        """Take the eraser; where it is in use, the other kind."""
        if self.canvas.tool is not Tool.PEN:
            self._set(replace(self.settings, erase_parts=not self.settings.erase_parts))
        self.canvas.tool = self.canvas.eraser
        self._opening.say(texts.ERASER_TAKES[self.settings.erase_parts])

    def _point(self, position: tuple[float, float]) -> None:
        """Select the digit that is at a position."""
        self._stale += self._sheet.labels.point(position, time.perf_counter())

    def _tap(self, position: tuple[float, float]) -> bool:
        """Select the digit that was tapped; whether there is one."""
        self._follow_paper()  # which shows no dot of the tap now
        self._point(position)
        return self._sheet.labels.at(position) is not None

    @property
    def _theme(self) -> str:
        """The theme in use."""
        return self._system.theme if self.settings.theme == "system" else self.settings.theme

    def _set(self, settings: Settings) -> None:
        """Follow settings that the user changed."""
        before, self.settings = self.settings, settings
        if settings.learn != before.learn:
            self._learning.switch(settings.learn)
        if settings.language != before.language:
            texts.use(language_of(settings.language))
            self._dismiss()
        self._arrange()

    def _set_pen_width(self, width: int) -> None:
        """Ink in another width; widths out of range become the nearest in it."""
        width = min(max(width, PEN_WIDTHS[0]), PEN_WIDTHS[-1])
        if width != self.settings.pen_width:
            self._opening.dismiss()
            self.settings = replace(self.settings, pen_width=width)
            self._lay_paper()

    def _arrange(self) -> None:
        """Lay everything out for the size of the window and the theme."""
        width, height = size = self._screen.get_size()
        smallest_width, smallest_height = SMALLEST_WINDOW
        remembered = (
            max(round(width / self._scale), smallest_width),
            max(round(height / self._scale), smallest_height),
        )
        self.settings = replace(self.settings, window=remembered)
        look = self._look = Look(PALETTES[self._theme], self._scale)
        warning = self._networks.warning
        self._status = warning and text(
            warning, look.px(14), look.palette.warning, wrap=width - look.px(32)
        )
        height = self._status.get_height() if self._status else 0
        self.layout = lay_out(size, self._scale, height, self.settings.strip)
        self.canvas.area = self.layout.paper
        self.canvas.window = size
        self.canvas.scale = self._scale
        self.canvas.eraser = Tool.PART_ERASER if self.settings.erase_parts else Tool.ERASER
        self._toolbar.build(self.layout, look, self.settings)
        self._strip.build(self.layout.strip, look)
        self._side.build(self.layout, look)
        self._opening.build(self.layout.whole, look)
        self._dialogs.build(self.layout.whole, look)
        self._lay_paper()

    def _lay_paper(self) -> None:
        self.canvas.pen_width = self.settings.pen_width
        self._sheet.hint = self.settings.first_run
        self._sheet.build(self.layout.paper, self._look, self.settings.pen_width)
        self._stale.append(self.layout.window)

    def update(self) -> None:
        """Follow what has happened: the window's size, the ink, the mouse, the time."""
        if self._screen.get_size() != self.layout.window.size:
            self._arrange()
        self._follow_paper()
        self._keeper.follow()
        notice = self._opening.notice or self._networks.notice or self._learning.notice
        self._stale += self._sheet.say(notice)
        ink = self.canvas.ink
        self._toolbar.show(
            {
                Action.UNDO: self.canvas.can_undo or self._learning.can_undo(ink),
                Action.REDO: self.canvas.can_redo or self._learning.can_redo(ink),
                Action.CLEAR: self.canvas.can_clear,
                Action.SAVE: self.canvas.can_clear,
                Action.COPY_NUMBER: bool(self.reading.text),
            },
            self.canvas.tool,
            self.settings.pen_width,
        )
        self._cursor.follow(self.canvas, self._look, self._opening.dialog is not None)
        now = time.perf_counter()
        spoken = self.reading.text if self.settings.speak and not self.canvas.pen_down else ""
        self._speaker.follow(spoken, texts.language(), now)
        self._stale += self._sheet.labels.update(now)
        self._stale += self._side.show(self.reading, self._sheet.labels.digit)
        self._stale += self._side.update(now)
        if not self.canvas.pen_down:
            step = min(now - self._updated_at, LONGEST_STEP)
            covered = self._opening.dialog is not None or self._dialogs.open
            self._toolbar.update(step, covered)
        self._updated_at = now

    def _follow_paper(self) -> None:
        """Read and show what is on the paper now, if that is new; a picture is read already."""
        now_there = self.canvas.revision, self.canvas.drawing
        if now_there == self._seen:
            return
        self._seen = now_there
        if self.canvas.can_undo and self.settings.first_run:
            self.settings = replace(self.settings, first_run=False)
            self._sheet.hint = False
        self._stale += self._sheet.follow(self._read, time.perf_counter())
        self._show_title(texts.title(self.reading.text))

    def _show_title(self, title: str) -> None:
        """Task bars draw themselves anew for every title they are told."""
        if title != self._title:
            self._title = title
            pygame.display.set_caption(title)

    def draw(self) -> bool:
        """Draw what no longer looks right; false where that is nothing."""
        parts = self._toolbar, self._opening, self._dialogs
        if any(part.changed for part in parts) or self.layout.window in self._stale:
            self._stale = [self.layout.window]
        if self._strip.changed:
            self._stale.append(self.layout.strip)
        if not self._stale:
            return False
        for area in self._stale:
            self._draw_area(area)
        pygame.display.update(self._stale)
        self._stale = []
        return True

    def _draw_area(self, area: pygame.Rect) -> None:
        screen, layout = self._screen, self.layout
        screen.set_clip(area)
        screen.fill(self._look.palette.background)
        if area.colliderect(layout.paper):
            self._sheet.draw(screen)
        if area.colliderect(layout.side):
            self._side.draw(screen)
        if area.colliderect(layout.strip):
            self._strip.draw(screen)
        if self._status:
            screen.blit(self._status, (layout.paper.left, layout.status.top))
        self._toolbar.draw(screen)
        self._opening.draw(screen)
        self._dialogs.draw(screen)
        screen.set_clip(None)
