"""A monkey's life: windows that open and close, and a look at them after everything it did."""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import copy
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
import pygame
from PIL import Image
from pygame import Event
from pygame_gui import UI_HORIZONTAL_SLIDER_MOVED

from app.ink import Ink
from app.recognizer import BUNDLED_MODEL, Reading
from app.settings import Settings
from app.ui import texts
from app.ui.canvas import MOUSE
from app.ui.system import SystemTheme, language_of
from app.ui.window import Window
from tests.ui.events import Position, finger, key, press, release
from tests.ui.monkey_world import BrokenError, Guard, World, require

PATIENCE = 20
"""Seconds that a thread of the window may take for something."""
ESCAPE, QUIT = key(pygame.K_ESCAPE), Event(pygame.QUIT)
OF_THE_SLIDER = (pygame.USEREVENT, UI_HORIZONTAL_SLIDER_MOVED)
"""Types of events that come without end while it is held."""
get_events = pygame.event.get

Events = list[Event]
Act = Iterator[Events]
"""Gives events, and goes on once the window has taken them and what they caused."""
Kind = Callable[["Monkey", Random], Act]
"""A kind of act, which takes its decisions by dice."""


class Monkey:
    """Lives one life.

    Attributes:
        did: the numbers of its acts.
        trace: the last of them in words.
        events: how many events it has caused.
        world: where it lives.
        mouse: where it holds the mouse.
        clipboard: what it has copied: a picture, a file, or an error.
    """

    def __init__(
        self,
        name: str,
        world: World,
        guard: Guard,
        kinds: Mapping[Kind, float],
        acts: Iterable[int],
        last: Sequence[Kind],
    ) -> None:
        """`name` gives the dice, `kinds` has how often each is chosen, `acts` are numbers.

        `last` are done in the end, whatever was done before.
        """
        self.did: list[int] = []
        self.trace: deque[str] = deque(maxlen=12)
        self.events = 0
        self.slowest = 0.0
        self.world = world
        self.mouse: Position = (0, 0)
        self.clipboard: object = None
        self._name = name
        self._guard = guard
        self._kinds = kinds
        self._over = False
        self._ink = Ink()
        self._thread_errors: list[str] = []
        self._seen: object = None
        self._glances = 0
        self._asked_at = time.perf_counter()
        self._life = self._live(acts, last)

    def live(self) -> None:
        """Open windows and use them."""
        world, home = self.world, self.world.home
        with ExitStack() as stack:
            for name, replacement in {
                "app.settings.user_data_path": lambda *_, **__: home / "data",
                "app.settings.user_config_path": lambda *_, **__: home / "config",
                "app.ui.learning.user_documents_path": lambda: home / "documents",
                "app.ui.folder.user_pictures_path": lambda: world.pictures,
                "app.ui.clipboard.grab": self._grab,
                "app.ui.window.FRAMES_PER_SECOND": 0,  # as many as can be
                "shutil.which": lambda *_, **__: None,
                "pygame.mouse.get_pos": lambda: self.mouse,
                "pygame.event.get": self._next_events,
                "threading.excepthook": self._note_error,
            }.items():
                stack.enter_context(patch(name, replacement))
            while not self._over:
                self._use_a_window()
        left = {path.name for path in home.rglob("*") if path.suffix == ".tmp"}
        require(not left, f"these files are left behind: {left}")

    def _use_a_window(self) -> None:
        """As `app.ui.run` does it."""
        settings = Settings.load()
        texts.use(language_of(settings.language))
        screen = pygame.display.set_mode(settings.window, pygame.RESIZABLE)
        pygame.display.set_caption(texts.APP_NAME)
        pygame.event.clear()
        self._seen = None
        self.window = Window(BUNDLED_MODEL, settings, screen, system=SystemTheme())
        self._check_kept()
        self.window.loop()
        self.window.close()
        self.window.settings.save()
        require(Settings.load() == self.window.settings, "the settings are others now")
        self._ink = self.window.canvas.ink
        for thread in threading.enumerate():
            if thread.daemon:
                thread.join(PATIENCE)
        self._require_peace()

    def _check_kept(self) -> None:
        """What was drawn in the window before is there or not, as it was asked for."""
        window = self.window
        kept = self._ink if window.settings.keep_drawing and self._ink.lines() else Ink()
        require(same_drawing(window.canvas.ink, kept), "another drawing was kept")

    def _next_events(self, *_: object) -> Events:
        """What SDL has; where it has nothing, what comes of the next act."""
        events = get_events()
        if not all(event.type in OF_THE_SLIDER for event in events):
            return events
        self.slowest = max(self.slowest, time.perf_counter() - self._asked_at)
        self._check()
        for event in next(self._life):
            if event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP):
                self.mouse = event.pos
            pygame.event.post(event)
            self.events += 1
        self._asked_at = time.perf_counter()
        return events + get_events()

    def _note_error(self, args: threading.ExceptHookArgs) -> None:
        self._thread_errors += traceback.format_exception(args.exc_value)

    def _grab(self) -> Image.Image | Path:
        if isinstance(self.clipboard, Exception):
            raise self.clipboard
        assert isinstance(self.clipboard, Image.Image | Path)
        return self.clipboard

    def _require_peace(self) -> None:
        require(not self._thread_errors, "".join(self._thread_errors))
        trespasses = self._guard.trespasses
        require(not trespasses, f"written outside of home: {trespasses}")

    def _check(self) -> None:
        """What always holds."""
        self._require_peace()
        canvas, recognizer = self.window.canvas, self.window._networks.recognizer
        habits = recognizer and recognizer._habits
        now = canvas.revision, canvas.drawing, recognizer, habits, texts.language()
        self._glances += 1
        if now == self._seen or (canvas.pen_down and self._glances % 4):
            return
        self._seen = now
        reading = Reading()
        if canvas.picture:
            reading = canvas.picture.reading
        elif recognizer:
            anew = copy(recognizer)
            anew.adopt(recognizer._habits)
            anew._pieces = {}
            reading = anew.read(canvas.ink, canvas.drawing)
        title, expected = pygame.display.get_caption()[0], texts.title(reading.text)
        require(title == expected, f"the title is wrong: {title!r} instead of {expected!r}")

    def _live(self, acts: Iterable[int], last: Sequence[Kind]) -> Act:
        """All acts, one after the other."""
        kinds, weights = zip(*self._kinds.items(), strict=True)
        for number in acts:
            dice = Random(f"{self._name}/{number}")
            dialog = self.window._opening.dialog
            if dialog and not dialog.folder.is_relative_to(self.world.home):
                yield [ESCAPE]  # it stays at home
                yield [QUIT]
            (act,) = dice.choices(kinds, weights)
            self.did.append(number)
            self.trace.append(f"{number}: {act.__name__}")
            yield from act(self, dice)
        for act in last:
            self.trace.append(act.__name__)
            yield from act(self, Random(self._name))
        self._over = True
        while True:
            yield [QUIT]

    # What its acts are made of.

    def bits(self, dice: Random, events: Events) -> Act:
        """Events as they come: sometimes several before the window looks again."""
        while events:
            some = dice.choice((1, 2, 3, 8))
            yield events[:some]
            events = events[some:]

    def spot(self, dice: Random, area: pygame.Rect | None = None) -> Position:
        """Somewhere in an area, by default the paper, or not quite in it."""
        area = (area or self.window.layout.paper).inflate(12, 12)
        return (
            area.left + dice.randrange(max(area.width, 1)),
            area.top + dice.randrange(max(area.height, 1)),
        )

    def click(self, dice: Random, position: Position) -> Act:
        button = dice.choice((1, 1, 1, 1, 3, 2))
        touch = dice.random() < 0.1
        down, up = press(position, button, touch), release(position, button, touch)
        yield from self.bits(dice, [moved(position), down, up])

    def settle(self) -> Act:
        """No dialog is open, no pen down, and nothing still to come."""
        opening, dialogs = self.window._opening, self.window._dialogs
        yield from press_while(lambda: opening.dialog or dialogs.open, ESCAPE, at_once=1)
        canvas = self.window.canvas
        pointer = canvas._pointer
        if pointer == MOUSE:
            yield [release(self.mouse, canvas._button)]
        elif pointer is not None:
            yield [finger(pygame.FINGERUP, 0.5, 0.5, int(pointer))]
        yield from self.wait()

    def wait(self) -> Act:
        """Until files, networks and corrections are loaded."""
        end = time.monotonic() + PATIENCE
        window = self.window
        while (
            window._opening._reader.name
            or window._networks.notice
            or not window._networks.recognizer
            or window._learning._thread
        ):
            require(time.monotonic() < end, "waited in vain")
            yield []


def press_while(condition: Callable[[], object], event: Event, at_once: int = 4) -> Act:
    for _ in range(250):
        if not condition():
            return
        yield [event] * at_once
    raise BrokenError(f"{pygame.key.name(event.key)} never comes to an end")


def moved(at: Position, button: int = 0, touch: bool = False) -> Event:
    """A motion of the mouse with a button held, or none."""
    buttons = tuple(int(number == button) for number in (1, 2, 3))
    return Event(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=buttons, touch=touch)


def same_drawing(one: Ink, other: Ink) -> bool:
    """Whether two drawings are of the same points, in the same time."""
    return positions(one) == positions(other) and np.allclose(times(one), times(other), atol=1e-5)


def positions(ink: Ink) -> list[list[tuple[float, float]]]:
    return [[point[:2] for point in stroke.points] for stroke in ink.strokes]


def times(ink: Ink) -> list[float]:
    """Seconds since the first point."""
    found = [point.t for stroke in ink.strokes for point in stroke.points]
    known = [time for time in found if time is not None]
    return [time - min(known) for time in known]
