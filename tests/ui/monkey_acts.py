"""What the monkey does, and what it looks at after everything it did."""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from copy import copy
from pathlib import Path
from random import Random
from unittest.mock import patch

os.environ["SDL_VIDEODRIVER"] = "dummy"

import numpy as np
import pygame
from PIL import Image
from pygame import Event
from pygame_gui import UI_HORIZONTAL_SLIDER_MOVED

from app.hand import Correction
from app.ink import Ink
from app.photo import PhotoError
from app.recognizer import BUNDLED_MODEL, Reading
from app.settings import Settings
from app.ui import actions, texts
from app.ui.canvas import MOUSE
from app.ui.networks import Loading
from app.ui.save_dialog import INK, SaveDialog
from app.ui.system import TOLD, SystemTheme, language_of
from app.ui.window import Window
from tests.ui.events import Position, drop, finger, key, press, release, stroke
from tests.ui.monkey_world import DIGITS, BrokenError, Guard, World, require

PATIENCE = 20
"""Seconds that a thread of the window may take for something."""
CTRL, SHIFT = pygame.KMOD_LCTRL, pygame.KMOD_LSHIFT
UNDO, REDO = key(pygame.K_z, CTRL), key(pygame.K_y, CTRL)
ESCAPE, ENTER, TAB = map(key, (pygame.K_ESCAPE, pygame.K_RETURN, pygame.K_TAB))
QUIT = Event(pygame.QUIT)
KEYS = [
    *[key(code) for code in actions._PLAIN],
    *[key(code, SHIFT) for code in actions._WITH_SHIFT],
    *[key(code, CTRL) for code in actions._WITH_COMMAND if code != pygame.K_q],
    *[key(code, CTRL | SHIFT) for code in actions._WITH_COMMAND_AND_SHIFT],
    *[key(0, character=character) for character in actions._CHARACTERS],
]
IN_DIALOGS = [
    *map(key, (pygame.K_UP, pygame.K_DOWN, pygame.K_LEFT, pygame.K_RIGHT, pygame.K_HOME)),
    *map(key, (pygame.K_END, pygame.K_PAGEUP, pygame.K_PAGEDOWN, pygame.K_BACKSPACE)),
    key(pygame.K_SPACE, character=" "),
    *(ENTER, ENTER, TAB, TAB, key(pygame.K_TAB, SHIFT), ESCAPE),
]
OF_THE_SLIDER = (pygame.USEREVENT, UI_HORIZONTAL_SLIDER_MOVED)
"""Types of events that come without end while it is held."""
get_events = pygame.event.get

Events = list[Event]
Act = Iterator[Events]
"""Gives events, and goes on once the window has taken them and what they caused."""


class Monkey:
    """Lives one life.

    Attributes:
        did: the numbers of its acts.
        trace: the last of them in words.
        events: how many events it has caused.
    """

    def __init__(self, name: str, world: World, guard: Guard, acts: Iterable[int]) -> None:
        """`name` gives the dice; the acts of these numbers are done."""
        self.did: list[int] = []
        self.trace: deque[str] = deque(maxlen=12)
        self.events = 0
        self.slowest = 0.0
        self._name = name
        self._world = world
        self._guard = guard
        self._over = False
        self._mouse: Position = (0, 0)
        self._ink = Ink()
        self._clipboard: object = None
        self._thread_errors: list[str] = []
        self._seen: object = None
        self._glances = 0
        self._asked_at = time.perf_counter()
        self._life = self._live(acts)

    def live(self) -> None:
        """Open windows and use them."""
        world, home = self._world, self._world.home
        with ExitStack() as stack:
            for name, replacement in {
                "app.settings.user_data_path": lambda *_, **__: home / "data",
                "app.settings.user_config_path": lambda *_, **__: home / "config",
                "app.ui.learning.user_documents_path": lambda: home / "documents",
                "app.ui.folder.user_pictures_path": lambda: world.pictures,
                "app.ui.clipboard.grab": self._grab,
                "app.ui.window.FRAMES_PER_SECOND": 0,  # as many as can be
                "shutil.which": lambda *_, **__: None,
                "pygame.mouse.get_pos": lambda: self._mouse,
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
        self.window = Window(Loading(BUNDLED_MODEL), settings, screen, system=SystemTheme())
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
                self._mouse = event.pos
            pygame.event.post(event)
            self.events += 1
        self._asked_at = time.perf_counter()
        return events + get_events()

    def _note_error(self, args: threading.ExceptHookArgs) -> None:
        self._thread_errors += traceback.format_exception(args.exc_value)

    def _grab(self) -> Image.Image | Path:
        if isinstance(self._clipboard, Exception):
            raise self._clipboard
        assert isinstance(self._clipboard, Image.Image | Path)
        return self._clipboard

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

    def _live(self, acts: Iterable[int]) -> Act:
        """All acts, one after the other."""
        kinds, weights = zip(*ACTS.items(), strict=True)
        for number in acts:
            dice = Random(f"{self._name}/{number}")
            dialog = self.window._opening.dialog
            if dialog and not dialog.folder.is_relative_to(self._world.home):
                yield [ESCAPE]  # it stays at home
                yield [QUIT]
            (act,) = dice.choices(kinds, weights)
            self.did.append(number)
            self.trace.append(f"{number}: {act.__name__}")
            yield from act(self, dice)
        self._over = True
        while True:
            yield [QUIT]

    # What it can do.

    def _bits(self, dice: Random, events: Events) -> Act:
        """Events as they come: sometimes several before the window looks again."""
        while events:
            some = dice.choice((1, 2, 3, 8))
            yield events[:some]
            events = events[some:]

    def _spot(self, dice: Random, area: pygame.Rect | None = None) -> Position:
        """Somewhere in an area, by default the paper, or not quite in it."""
        area = (area or self.window.layout.paper).inflate(12, 12)
        return (
            area.left + dice.randrange(max(area.width, 1)),
            area.top + dice.randrange(max(area.height, 1)),
        )

    def _click(self, dice: Random, position: Position) -> Act:
        button = dice.choice((1, 1, 1, 1, 3, 2))
        touch = dice.random() < 0.1
        down, up = press(position, button, touch), release(position, button, touch)
        yield from self._bits(dice, [moved(position), down, up])

    def draw_digit(self, dice: Random) -> Act:
        lines = dice.choice(DIGITS)
        points = np.concatenate(lines)
        scale = dice.uniform(30, 250) / max(np.ptp(points, axis=0))
        where = self._spot(dice)
        for line in lines:
            step = max(len(line) // 8, 1)
            at = ((line - points.mean(axis=0)) * scale + where).round().astype(int)
            yield from self._bits(dice, stroke(*map(tuple, at[::step].tolist())))

    def scribble(self, dice: Random) -> Act:
        """Anything, with any button; sometimes an event gets lost, or a key comes between."""
        button = dice.choice((1, 1, 3, 3, 2))
        at = self._spot(dice)
        events = [press(at, button)]
        for _ in range(dice.randrange(10)):
            at = at[0] + round(dice.gauss(0, 60)), at[1] + round(dice.gauss(0, 60))
            events.append(moved(at, button))
        events.append(release(at, button))
        if dice.random() < 0.2:
            del events[dice.randrange(len(events))]
        if dice.random() < 0.3:
            events.insert(dice.randrange(len(events) + 1), dice.choice(KEYS))
        yield from self._bits(dice, events)

    def use_fingers(self, dice: Random) -> Act:
        """One or more, mixed, and the mouse that SDL makes of them."""
        fingers: list[Events] = []
        for number in range(dice.choice((1, 1, 2, 3))):
            x, y = dice.random(), dice.random()
            path = [finger(pygame.FINGERDOWN, x, y, number)]
            for _ in range(dice.randrange(6)):
                x, y = x + dice.gauss(0, 0.1), y + dice.gauss(0, 0.1)
                path.append(finger(pygame.FINGERMOTION, x, y, number))
            fingers.append([*path, finger(pygame.FINGERUP, x, y, number)])
        events = []
        width, height = self.window.layout.window.size
        while any(fingers):
            event = dice.choice([path for path in fingers if path]).pop(0)
            at = round(event.x * width), round(event.y * height)
            events += [event, moved(at, touch=True)] if dice.random() < 0.5 else [event]
        yield from self._bits(dice, events)

    def press_a_button(self, dice: Random) -> Act:
        button = dice.choice(list(self.window._scene.toolbar._buttons.values()))
        yield from self._click(dice, button.rect.center)

    def move_the_slider(self, dice: Random) -> Act:
        area = self.window._scene.toolbar._slider.rect
        yield from self._bits(dice, stroke(*[self._spot(dice, area) for _ in range(4)]))

    def press_keys(self, dice: Random) -> Act:
        yield from self._bits(dice, dice.choices(KEYS, k=dice.randint(1, 4)))

    def type_words(self, dice: Random) -> Act:
        characters = dice.choices("abc 019.-/\\ä٣漢\x00\n😀", k=dice.randint(1, 6))
        yield from self._bits(dice, [key(ord(c), character=c) for c in characters])

    def use_a_dialog(self, dice: Random) -> Act:
        """Do something in the open one, else open one."""
        opened, rows = self.window._opening.dialog, self.window._dialogs._dialog
        if not opened and not rows:
            yield [dice.choice([key(pygame.K_F1), *map(ctrl, "oosl,,,,")])]
        elif dice.random() < 0.4:
            yield from self._bits(dice, dice.choices(IN_DIALOGS, k=dice.randint(1, 4)))
        elif dice.random() < 0.2:
            yield [wheel(dice)]
        elif opened:
            areas = [opened._open, opened._cancel, opened._rows, opened._rows, opened._title]
            yield from self._click(dice, self._spot(dice, dice.choice(areas)))
        else:
            yield from self._click(dice, dice.choice(rows._all()).area.center)

    def use_the_side(self, dice: Random) -> Act:
        yield from self._click(dice, self._spot(dice, self.window.layout.side))

    def correct_a_digit(self, dice: Random) -> Act:
        digit = key(0, character=str(dice.randrange(10)))
        yield from self._bits(dice, [TAB] * dice.randrange(3) + [digit])

    def use_the_strip(self, dice: Random) -> Act:
        yield from self._click(dice, self._spot(dice, self.window.layout.strip))

    def turn_the_wheel(self, dice: Random) -> Act:
        yield [moved(self._spot(dice, self.window.layout.window)), wheel(dice)]

    def hear_of_the_window(self, dice: Random) -> Act:
        theme = Event(TOLD, theme=dice.choice(("light", "dark")))
        kinds = pygame.WINDOWLEAVE, pygame.WINDOWENTER, pygame.WINDOWEXPOSED
        kinds += pygame.WINDOWFOCUSGAINED, pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED
        yield [dice.choice([theme, *map(Event, kinds)])]

    def resize(self, dice: Random) -> Act:
        size = dice.choice((200, 480, 500, 700, 900)), dice.choice((150, 360, 450, 640))
        pygame.display.set_mode(size, pygame.RESIZABLE)
        yield [Event(pygame.WINDOWEXPOSED)]

    def drop_files(self, dice: Random) -> Act:
        files = dice.choices(self._world.files, k=dice.choice((1, 1, 1, 2, 3)))
        yield from self._bits(dice, drop(*files))
        if dice.random() < 0.8:
            yield from self._wait()

    def paste(self, dice: Random) -> Act:
        nothing = PhotoError(texts.NOTHING_TO_PASTE)
        self._clipboard = dice.choice([self._world.image, nothing, *self._world.files])
        yield [ctrl("v")]
        yield from self._wait()

    def undo_and_redo(self, dice: Random) -> Act:
        yield from self._bits(dice, dice.choices((UNDO, UNDO, REDO), k=dice.randint(1, 8)))

    def undo_and_redo_everything(self, dice: Random) -> Act:
        yield from self._settle()
        yield from self._redo_all()
        canvas, learning = self.window.canvas, self.window._learning
        state, corrections = canvas.state, corrected(learning.all)
        yield from press_while(lambda: canvas.can_undo or learning.can_undo(canvas.ink), UNDO)
        empty = canvas.ink == Ink() and not canvas.picture
        require(empty, "undo of everything does not give the empty paper")
        yield from self._redo_all()
        require(canvas.state is state, "redo does not bring all back")
        require(corrected(learning.all) == corrections, "redo does not bring corrections back")

    def _redo_all(self) -> Act:
        canvas, learning = self.window.canvas, self.window._learning
        yield from press_while(lambda: canvas.can_redo or learning.can_redo(canvas.ink), REDO)

    def save_and_reopen(self, dice: Random) -> Act:
        yield from self._settle()
        canvas, opening = self.window.canvas, self.window._opening
        if not canvas.ink.lines():
            return
        ink, title = canvas.ink, pygame.display.get_caption()[0]
        yield [ctrl("s")]
        dialog = opening.dialog
        require(isinstance(dialog, SaveDialog), "no dialog to save the drawing")
        assert isinstance(dialog, SaveDialog)
        yield from press_while(lambda: dialog.path.suffix != INK, TAB, at_once=1)
        name = f"saved {len(self.did)}"
        yield from self._bits(dice, [key(ord(c), character=c) for c in name])
        path = dialog.path
        require(path.name == name + INK, f"the name became {path.name!r}")
        yield from press_while(lambda: opening.dialog is not None, ENTER, at_once=1)
        yield drop(path)
        yield from self._wait()
        require(canvas.ink is not ink, f"the saved file was not opened: {opening.notice}")
        require(same_drawing(canvas.ink, ink), "saved and reopened, the drawing is another one")
        now = pygame.display.get_caption()[0]
        require(now == title, f"saved and reopened, {title!r} is read as {now!r}")
        path.unlink()

    def restart(self, dice: Random) -> Act:
        if dice.random() < 0.5:
            yield from self._settle()
        yield [QUIT]

    def _settle(self) -> Act:
        """No dialog is open, no pen down, and nothing still to come."""
        opening, dialogs = self.window._opening, self.window._dialogs
        yield from press_while(lambda: opening.dialog or dialogs.open, ESCAPE, at_once=1)
        canvas = self.window.canvas
        pointer = canvas._pointer
        if pointer == MOUSE:
            yield [release(self._mouse, canvas._button)]
        elif pointer is not None:
            yield [finger(pygame.FINGERUP, 0.5, 0.5, int(pointer))]
        yield from self._wait()

    def _wait(self) -> Act:
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


ACTS: dict[Callable[[Monkey, Random], Act], float] = {
    Monkey.draw_digit: 20,
    Monkey.scribble: 15,
    Monkey.use_fingers: 6,
    Monkey.press_a_button: 6,
    Monkey.move_the_slider: 2,
    Monkey.press_keys: 10,
    Monkey.type_words: 3,
    Monkey.use_a_dialog: 30,
    Monkey.use_the_side: 5,
    Monkey.correct_a_digit: 5,
    Monkey.use_the_strip: 4,
    Monkey.turn_the_wheel: 2,
    Monkey.hear_of_the_window: 3,
    Monkey.resize: 3,
    Monkey.drop_files: 6,
    Monkey.paste: 3,
    Monkey.undo_and_redo: 8,
    Monkey.undo_and_redo_everything: 1,
    Monkey.save_and_reopen: 2,
    Monkey.restart: 1,
}
"""What it does, and how often."""


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


def wheel(dice: Random) -> Event:
    x, y = dice.choice(((0, 1), (0, -1), (0, -20), (1, 0), (0, 0.1)))
    return Event(
        pygame.MOUSEWHEEL, x=int(x), y=int(y), precise_x=x, precise_y=y, flipped=False, touch=False
    )


def ctrl(letter: str) -> Event:
    return key(ord(letter), CTRL)


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


def corrected(corrections: Sequence[Correction]) -> set[tuple[int, str]]:
    return {(correction.digit, str(positions(correction.ink))) for correction in corrections}
