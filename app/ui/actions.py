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
    """Drop the stroke in progress, or the picture that is being read."""
    NEXT_DIGIT = auto()
    PREVIOUS_DIGIT = auto()
    """Select a digit of several."""
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
}
_WITH_COMMAND = {
    pygame.K_z: Action.UNDO,
    pygame.K_y: Action.REDO,
    pygame.K_o: Action.OPEN,
    pygame.K_s: Action.SAVE,
    pygame.K_c: Action.COPY_NUMBER,
    pygame.K_v: Action.PASTE,
    pygame.K_t: Action.SWITCH_THEME,
    pygame.K_h: Action.SHOW_STRIP,
    pygame.K_k: Action.KEEP_DRAWING,
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
}
# For keyboards whose letters are not Latin: the keys where a Latin keyboard has these letters.
_POSITIONS = {
    pygame.KSCAN_Z: pygame.K_z,
    pygame.KSCAN_Y: pygame.K_y,
    pygame.KSCAN_O: pygame.K_o,
    pygame.KSCAN_P: pygame.K_p,
    pygame.KSCAN_E: pygame.K_e,
    pygame.KSCAN_S: pygame.K_s,
    pygame.KSCAN_C: pygame.K_c,
    pygame.KSCAN_V: pygame.K_v,
    pygame.KSCAN_T: pygame.K_t,
    pygame.KSCAN_H: pygame.K_h,
    pygame.KSCAN_K: pygame.K_k,
    pygame.KSCAN_Q: pygame.K_q,
}
_NAMED_KEYS = 1 << 30
"""From here on pygame's keys are no characters but the likes of Insert."""


def action_of(event: pygame.Event) -> Action | None:
    """The action that a KEYDOWN event asks for, on any keyboard layout, or None."""
    if event.unicode in _CHARACTERS:
        return _CHARACTERS[event.unicode]
    key = event.key
    if 127 < key < _NAMED_KEYS:
        key = _POSITIONS.get(event.scancode, key)
    if not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META):
        action = _PLAIN.get(key)
        back = action is Action.NEXT_DIGIT and event.mod & pygame.KMOD_SHIFT
        return Action.PREVIOUS_DIGIT if back else action
    if event.mod & pygame.KMOD_SHIFT and key in _WITH_COMMAND_AND_SHIFT:
        return _WITH_COMMAND_AND_SHIFT[key]
    return _WITH_COMMAND.get(key)
