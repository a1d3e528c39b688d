"""What can be done in the window, and the keys that do it."""

from __future__ import annotations

from enum import Enum, auto

import pygame


class Action(Enum):
    """Something the user can ask for with a button or a key."""

    UNDO = auto()
    REDO = auto()
    CLEAR = auto()
    OPEN = auto()
    """Choose a picture or an ink file and read it."""
    SAVE = auto()
    """Save the drawing as a picture or an ink file."""
    COPY_NUMBER = auto()
    """Copy what was read as text."""
    COPY_DRAWING = auto()
    """Copy the drawing as an image."""
    PASTE = auto()
    """Read the picture, or the file, in the clipboard."""
    PEN = auto()
    ERASER = auto()
    """Take the eraser, or, where it is taken, the other one: for whole strokes, for parts."""
    SHOW_STRIP = auto()
    """Show or hide the numbers that were read."""
    KEEP_DRAWING = auto()
    """Have what is on the paper at the end there again at the next start, or not."""
    THICKER = auto()
    THINNER = auto()
    SWITCH_THEME = auto()
    CANCEL = auto()
    """Drop the stroke in progress or the file that is being read, else close the inside view."""
    NEXT_DIGIT = auto()
    PREVIOUS_DIGIT = auto()
    """Select a digit of several."""
    CORRECT = auto()
    """Say which digit the one that is shown is."""
    CORRECTIONS = auto()
    """List what was corrected."""
    INSIDE = auto()
    """Show what the layers of the network make of the digit, or no longer."""
    SETTINGS = auto()
    HELP = auto()
    QUIT = auto()


_PLAIN = {
    pygame.K_DELETE: Action.CLEAR,
    pygame.K_BACKSPACE: Action.CLEAR,
    pygame.K_ESCAPE: Action.CANCEL,
    pygame.K_p: Action.PEN,
    pygame.K_e: Action.ERASER,
    pygame.K_TAB: Action.NEXT_DIGIT,
    pygame.K_KP_PLUS: Action.THICKER,
    pygame.K_KP_MINUS: Action.THINNER,
    pygame.K_F1: Action.HELP,
}
_WITH_SHIFT = {pygame.K_TAB: Action.PREVIOUS_DIGIT}
_WITH_COMMAND = {
    pygame.K_z: Action.UNDO,
    pygame.K_y: Action.REDO,
    pygame.K_o: Action.OPEN,
    pygame.K_s: Action.SAVE,
    pygame.K_c: Action.COPY_NUMBER,
    pygame.K_v: Action.PASTE,
    pygame.K_l: Action.CORRECTIONS,
    pygame.K_i: Action.INSIDE,
    pygame.K_t: Action.SWITCH_THEME,
    pygame.K_h: Action.SHOW_STRIP,
    pygame.K_k: Action.KEEP_DRAWING,
    pygame.K_COMMA: Action.SETTINGS,
    pygame.K_q: Action.QUIT,
}
_WITH_COMMAND_AND_SHIFT = {
    pygame.K_z: Action.REDO,
    pygame.K_c: Action.COPY_DRAWING,
}
# Where these are on a keyboard, and with which modifiers, differs too much to ask for keys.
_CHARACTERS = {
    "+": Action.THICKER,
    "=": Action.THICKER,
    "]": Action.THICKER,
    "-": Action.THINNER,
    "[": Action.THINNER,
    **dict.fromkeys("0123456789", Action.CORRECT),
}
# For keyboards whose letters are not Latin: the keys where a Latin keyboard has these letters.
_POSITIONS = {
    getattr(pygame, f"KSCAN_{chr(key).upper()}"): key
    for key in (*_PLAIN, *_WITH_SHIFT, *_WITH_COMMAND, *_WITH_COMMAND_AND_SHIFT)
    if key < 128 and chr(key).isalpha()
}
_NAMED_KEYS = 1 << 30
"""From here on pygame's keys are no characters but the likes of Insert."""


def action_of(event: pygame.Event) -> Action | None:
    """The action that a KEYDOWN event asks for, on any keyboard layout, or None."""
    if event.unicode in _CHARACTERS:
        return _CHARACTERS[event.unicode]
    key, with_shift = event.key, event.mod & pygame.KMOD_SHIFT
    if 127 < key < _NAMED_KEYS:
        key = _POSITIONS.get(event.scancode, key)
    if not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META):
        return (with_shift and _WITH_SHIFT.get(key)) or _PLAIN.get(key)
    return (with_shift and _WITH_COMMAND_AND_SHIFT.get(key)) or _WITH_COMMAND.get(key)


Shortcut = tuple[str, ...]
"""Modifiers, `command` and `shift`, and last the name of a key or a character."""


def shortcuts() -> dict[Action, list[Shortcut]]:
    """All keys that do something, by what they do, in the order of the actions."""
    found: dict[Action, list[Shortcut]] = {action: [] for action in Action}
    for modifiers, keys in (
        (("command",), _WITH_COMMAND),
        (("command", "shift"), _WITH_COMMAND_AND_SHIFT),
        ((), _PLAIN),
        (("shift",), _WITH_SHIFT),
    ):
        for key, action in keys.items():
            found[action].append((*modifiers, pygame.key.name(key)))
    for character, action in _CHARACTERS.items():
        found[action].append((character,))
    return {action: keys for action, keys in found.items() if keys}
