"""What the monkey does: each act gives events, which `Monkey` passes to the window."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pygame
from pygame import Event

from app.hand import Correction
from app.ink import Ink
from app.photo import PhotoError
from app.ui import actions, texts
from app.ui.save_dialog import INK, SaveDialog
from app.ui.system import TOLD
from tests.ui.events import drop, finger, key, press, release, stroke
from tests.ui.monkey_life import (
    ESCAPE,
    QUIT,
    Act,
    Events,
    Kind,
    Monkey,
    moved,
    positions,
    press_while,
    same_drawing,
)
from tests.ui.monkey_world import DIGITS, require

CTRL, SHIFT = pygame.KMOD_LCTRL, pygame.KMOD_LSHIFT
UNDO, REDO = key(pygame.K_z, CTRL), key(pygame.K_y, CTRL)
ENTER, TAB = key(pygame.K_RETURN), key(pygame.K_TAB)
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


def draw_digit(monkey: Monkey, dice: Random) -> Act:
    lines = dice.choice(DIGITS)
    points = np.concatenate(lines)
    scale = dice.uniform(30, 250) / max(np.ptp(points, axis=0))
    where = monkey.spot(dice)
    for line in lines:
        step = max(len(line) // 8, 1)
        at = ((line - points.mean(axis=0)) * scale + where).round().astype(int)
        yield from monkey.bits(dice, stroke(*map(tuple, at[::step].tolist())))


def scribble(monkey: Monkey, dice: Random) -> Act:
    """Anything, with any button; sometimes an event gets lost, or a key comes between."""
    button = dice.choice((1, 1, 3, 3, 2))
    at = monkey.spot(dice)
    events = [press(at, button)]
    for _ in range(dice.randrange(10)):
        at = at[0] + round(dice.gauss(0, 60)), at[1] + round(dice.gauss(0, 60))
        events.append(moved(at, button))
    events.append(release(at, button))
    if dice.random() < 0.2:
        del events[dice.randrange(len(events))]
    if dice.random() < 0.3:
        events.insert(dice.randrange(len(events) + 1), dice.choice(KEYS))
    yield from monkey.bits(dice, events)


def use_fingers(monkey: Monkey, dice: Random) -> Act:
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
    width, height = monkey.window.layout.window.size
    while any(fingers):
        event = dice.choice([path for path in fingers if path]).pop(0)
        at = round(event.x * width), round(event.y * height)
        events += [event, moved(at, touch=True)] if dice.random() < 0.5 else [event]
    yield from monkey.bits(dice, events)


def press_a_button(monkey: Monkey, dice: Random) -> Act:
    button = dice.choice(list(monkey.window._scene.toolbar._buttons.values()))
    yield from monkey.click(dice, button.rect.center)


def move_the_slider(monkey: Monkey, dice: Random) -> Act:
    area = monkey.window._scene.toolbar._slider.rect
    yield from monkey.bits(dice, stroke(*[monkey.spot(dice, area) for _ in range(4)]))


def press_keys(monkey: Monkey, dice: Random) -> Act:
    yield from monkey.bits(dice, dice.choices(KEYS, k=dice.randint(1, 4)))


def type_words(monkey: Monkey, dice: Random) -> Act:
    characters = dice.choices("abc 019.-/\\ä٣漢\x00\n😀", k=dice.randint(1, 6))
    yield from monkey.bits(dice, [key(ord(c), character=c) for c in characters])


def use_a_dialog(monkey: Monkey, dice: Random) -> Act:
    """Do something in the open one, else open one."""
    opened, rows = monkey.window._opening.dialog, monkey.window._dialogs._dialog
    if not opened and not rows:
        yield [dice.choice([key(pygame.K_F1), *map(ctrl, "oosl,,,,")])]
    elif dice.random() < 0.4:
        yield from monkey.bits(dice, dice.choices(IN_DIALOGS, k=dice.randint(1, 4)))
    elif dice.random() < 0.2:
        yield [wheel(dice)]
    elif opened:
        areas = [opened._open, opened._cancel, opened._rows, opened._rows, opened._title]
        yield from monkey.click(dice, monkey.spot(dice, dice.choice(areas)))
    else:
        yield from monkey.click(dice, dice.choice(rows._all()).area.center)


def use_the_side(monkey: Monkey, dice: Random) -> Act:
    yield from monkey.click(dice, monkey.spot(dice, monkey.window.layout.side))


def correct_a_digit(monkey: Monkey, dice: Random) -> Act:
    digit = key(0, character=str(dice.randrange(10)))
    yield from monkey.bits(dice, [TAB] * dice.randrange(3) + [digit])


def use_the_strip(monkey: Monkey, dice: Random) -> Act:
    yield from monkey.click(dice, monkey.spot(dice, monkey.window.layout.strip))


def turn_the_wheel(monkey: Monkey, dice: Random) -> Act:
    yield [moved(monkey.spot(dice, monkey.window.layout.window)), wheel(dice)]


def hear_of_the_window(monkey: Monkey, dice: Random) -> Act:
    theme = Event(TOLD, theme=dice.choice(("light", "dark")))
    kinds = pygame.WINDOWLEAVE, pygame.WINDOWENTER, pygame.WINDOWEXPOSED
    kinds += pygame.WINDOWFOCUSGAINED, pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED
    yield [dice.choice([theme, *map(Event, kinds)])]


def resize(monkey: Monkey, dice: Random) -> Act:
    size = dice.choice((200, 480, 500, 700, 900)), dice.choice((150, 360, 450, 640))
    pygame.display.set_mode(size, pygame.RESIZABLE)
    yield [Event(pygame.WINDOWEXPOSED)]


def drop_files(monkey: Monkey, dice: Random) -> Act:
    files = dice.choices(monkey.world.files, k=dice.choice((1, 1, 1, 2, 3)))
    yield from monkey.bits(dice, drop(*files))
    if dice.random() < 0.8:
        yield from monkey.wait()


def paste(monkey: Monkey, dice: Random) -> Act:
    nothing = PhotoError(texts.NOTHING_TO_PASTE)
    monkey.clipboard = dice.choice([monkey.world.image, nothing, *monkey.world.files])
    yield [ctrl("v")]
    yield from monkey.wait()


def undo_and_redo(monkey: Monkey, dice: Random) -> Act:
    yield from monkey.bits(dice, dice.choices((UNDO, UNDO, REDO), k=dice.randint(1, 8)))


def undo_and_redo_everything(monkey: Monkey, dice: Random) -> Act:
    yield from monkey.settle()
    yield from redo_all(monkey)
    canvas, learning = monkey.window.canvas, monkey.window._learning
    state, corrections = canvas.state, corrected(learning.all)
    yield from press_while(lambda: canvas.can_undo or learning.can_undo(canvas.ink), UNDO)
    empty = canvas.ink == Ink() and not canvas.picture
    require(empty, "undo of everything does not give the empty paper")
    yield from redo_all(monkey)
    require(canvas.state is state, "redo does not bring all back")
    require(corrected(learning.all) == corrections, "redo does not bring corrections back")


def redo_all(monkey: Monkey) -> Act:
    canvas, learning = monkey.window.canvas, monkey.window._learning
    yield from press_while(lambda: canvas.can_redo or learning.can_redo(canvas.ink), REDO)


def save_and_reopen(monkey: Monkey, dice: Random) -> Act:
    yield from monkey.settle()
    canvas, opening = monkey.window.canvas, monkey.window._opening
    if not canvas.ink.lines():
        return
    ink, title = canvas.ink, pygame.display.get_caption()[0]
    yield [ctrl("s")]
    dialog = opening.dialog
    require(isinstance(dialog, SaveDialog), "no dialog to save the drawing")
    assert isinstance(dialog, SaveDialog)
    yield from press_while(lambda: dialog.path.suffix != INK, TAB, at_once=1)
    name = f"saved {len(monkey.did)}"
    yield from monkey.bits(dice, [key(ord(c), character=c) for c in name])
    path = dialog.path
    require(path.name == name + INK, f"the name became {path.name!r}")
    yield from press_while(lambda: opening.dialog is not None, ENTER, at_once=1)
    yield drop(path)
    yield from monkey.wait()
    require(canvas.ink is not ink, f"the saved file was not opened: {opening.notice}")
    require(same_drawing(canvas.ink, ink), "saved and reopened, the drawing is another one")
    now = pygame.display.get_caption()[0]
    require(now == title, f"saved and reopened, {title!r} is read as {now!r}")
    path.unlink()


def draw_and_take_back(monkey: Monkey, dice: Random) -> Act:
    """Every stroke is a step of its own, which undo takes back and redo repeats."""
    yield from monkey.settle()
    canvas = monkey.window.canvas
    x, y = monkey.window.layout.paper.center
    states = [canvas.state]
    for line in [(x - 20, y - 30), (x - 20, y), (x + 20, y)], [(x, y - 10), (x, y + 30)]:
        yield [key(pygame.K_p), *stroke(*line)]
        states.append(canvas.state)
    for state in states[-2::-1]:
        yield [UNDO]
        require(canvas.state is state, "undo does not take back one stroke")
    for state in states[1:]:
        yield [REDO]
        require(canvas.state is state, "redo does not repeat one stroke")
    require(len(set(map(id, states))) == len(states), "a stroke is no step")


def restart(monkey: Monkey, dice: Random) -> Act:
    if dice.random() < 0.5:
        yield from monkey.settle()
    yield [QUIT]


ACTS: dict[Kind, float] = {
    draw_digit: 20,
    scribble: 15,
    use_fingers: 6,
    press_a_button: 6,
    move_the_slider: 2,
    press_keys: 10,
    type_words: 3,
    use_a_dialog: 30,
    use_the_side: 5,
    correct_a_digit: 5,
    use_the_strip: 4,
    turn_the_wheel: 2,
    hear_of_the_window: 3,
    resize: 3,
    drop_files: 6,
    paste: 3,
    undo_and_redo: 8,
    undo_and_redo_everything: 1,
    save_and_reopen: 2,
    draw_and_take_back: 1,
    restart: 1,
}
"""What it does, and how often."""

LAST = (
    draw_and_take_back,
    undo_and_redo_everything,
    restart,
    draw_and_take_back,
    save_and_reopen,
)
"""What it does in the end; a window that was just opened saves in its home."""


def wheel(dice: Random) -> Event:
    x, y = dice.choice(((0, 1), (0, -1), (0, -20), (1, 0), (0, 0.1)))
    return Event(
        pygame.MOUSEWHEEL, x=int(x), y=int(y), precise_x=x, precise_y=y, flipped=False, touch=False
    )


def ctrl(letter: str) -> Event:
    return key(ord(letter), CTRL)


def corrected(corrections: Sequence[Correction]) -> set[tuple[int, str]]:
    return {(correction.digit, str(positions(correction.ink))) for correction in corrections}
