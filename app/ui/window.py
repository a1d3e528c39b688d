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
from app.settings import PEN_WIDTHS, Settings, data_folder
from app.ui import texts
from app.ui.actions import Action, action_of
from app.ui.canvas import Canvas, Tool
from app.ui.dialogs import Dialogs
from app.ui.events import next_events
from app.ui.keeper import Keeper
from app.ui.layout import Layout
from app.ui.learning import Learning
from app.ui.networks import Networks
from app.ui.opening import Opening
from app.ui.output import Output
from app.ui.scene import Scene
from app.ui.speech import Speaker
from app.ui.stylus import Stylus
from app.ui.system import SystemTheme, language_of
from app.ui.theme import PALETTES
from app.ui.toolbar import Toolbar

FRAMES_PER_SECOND = 120
PEN_STEP = 2


class Window:
    """Ties the parts together: events to canvas and tool bar, ink to reading, all to the screen.

    Attributes:
        canvas: what is on the paper.
        settings: what is to be remembered, as of now.
        running: false once the user has asked for the end.
    """

    def __init__(
        self,
        reads: Recognizer | Path | None,
        settings: Settings,
        screen: pygame.Surface,
        scale: float = 1.0,
        system: SystemTheme | None = None,
        folder: Path | None = None,
    ) -> None:
        """`reads`: what reads, or the network that is to be loaded for it; `scale`: display pixels
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
            None if isinstance(reads, Path) else reads,
            self._use_network,
            lambda said: self._opening.say(said),
        )
        self._opening = Opening(self._networks, self.canvas)
        self._output = Output(self.canvas, self._opening.say, self._opening.choose_place)
        self._title = ""
        self._seen: object = None
        self._learning = Learning(self._read_again)
        self._speaker = Speaker()
        self._dialogs = Dialogs(
            self._learning,
            self._networks,
            lambda: self.settings,
            self._set,
            self.perform,
            lambda: self._speaker.can,
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
        self._scene = Scene(
            screen,
            scale,
            self.canvas,
            self._networks,
            Toolbar(self.perform, self._set_pen_width),
            self.correct,
            over=(self._opening, self._dialogs),
        )
        self._keeper = Keeper(
            folder or data_folder(),
            self.canvas,
            self._scene.strip,
            self._number_of,
            self._opening.say,
        )
        self._arrange()
        if isinstance(reads, Path):  # only now: paper would come later
            self._networks.load(reads)
        self._keeper.start(expected=settings.keep_drawing)
        self.update()
        self.draw()

    @property
    def reading(self) -> Reading:
        """What was made of it."""
        return self._scene.sheet.reading

    @property
    def layout(self) -> Layout:
        """Where everything is."""
        return self._scene.layout

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
            waits = self._scene.waits or self._speaker.waits
            for event in next_events(self.canvas.pen_down, waits):
                self.handle(event)
            self.update()
            if self.draw():
                clock.tick(FRAMES_PER_SECOND)

    def handle(self, event: pygame.Event) -> None:
        """Take one event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.WINDOWEXPOSED:
            self._scene.refresh()
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
        elif self._scene.handle(event):
            self._dismiss()

    def _dismiss(self) -> None:
        """What was said has been seen."""
        self._opening.dismiss()
        self._learning.dismiss()

    def correct(self, label: int) -> None:
        """The digit that is shown beside the paper is a `label`, 0 to 9."""
        self.canvas.lift()
        self._opening.dismiss()
        several = len(self.reading.digits) > 1 and not self._scene.sheet.labels.chosen
        self._learning.correct(self._scene.digit, label, self.canvas.ink, several)

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
                if not (self.canvas.cancel() or self._opening.cancel()):
                    self._scene.look_outside()
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
                self._scene.step(1)
            case Action.PREVIOUS_DIGIT:
                self._scene.step(-1)
            case Action.SETTINGS | Action.HELP | Action.CORRECTIONS:
                self.canvas.lift()
                self._dialogs.show(action)
            case Action.INSIDE:
                self._scene.look_inside()
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

    def _tap(self, position: tuple[float, float]) -> bool:
        """Select the digit that was tapped; whether there is one."""
        self._follow_paper()  # which shows no dot of the tap now
        return self._scene.point(position)

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
        self._scene.build(PALETTES[self._theme], self.settings, self._networks.warning)
        self.settings = replace(self.settings, window=self._scene.usual_size)
        self.canvas.area = self.layout.paper
        self.canvas.window = self.layout.window.size
        self.canvas.scale = self._scene.scale
        self.canvas.eraser = Tool.PART_ERASER if self.settings.erase_parts else Tool.ERASER
        self._lay_paper()

    def _lay_paper(self) -> None:
        self.canvas.pen_width = self.settings.pen_width
        self._scene.build_sheet(self.settings.pen_width, hint=self.settings.first_run)

    def update(self) -> None:
        """Follow what has happened: the window's size, the ink, the mouse, the time."""
        if not self._scene.fits:
            self._arrange()
        self._follow_paper()
        self._keeper.follow()
        spoken = self.reading.text if self.settings.speak and not self.canvas.pen_down else ""
        self._speaker.follow(spoken, texts.language(), time.perf_counter())
        ink = self.canvas.ink
        can = {
            Action.UNDO: self.canvas.can_undo or self._learning.can_undo(ink),
            Action.REDO: self.canvas.can_redo or self._learning.can_redo(ink),
            Action.CLEAR: self.canvas.can_clear,
            Action.SAVE: self.canvas.can_clear,
            Action.COPY_NUMBER: bool(self.reading.text),
        }
        notice = self._opening.notice or self._networks.notice or self._learning.notice
        self._scene.update(can, self.settings.pen_width, notice)

    def _follow_paper(self) -> None:
        """Read and show what is on the paper now, if that is new; a picture is read already."""
        now_there = self.canvas.revision, self.canvas.drawing
        if now_there == self._seen:
            return
        self._seen = now_there
        if self.canvas.can_undo and self.settings.first_run:
            self.settings = replace(self.settings, first_run=False)
            self._scene.sheet.hint = False
        self._scene.follow(self._read)
        self._show_title(texts.title(self.reading.text))

    def _show_title(self, title: str) -> None:
        """Task bars draw themselves anew for every title they are told."""
        if title != self._title:
            self._title = title
            pygame.display.set_caption(title)

    def draw(self) -> bool:
        """Draw what no longer looks right; false where that is nothing."""
        return self._scene.draw()
