"""Every text of the window."""

from __future__ import annotations

import sys

from app.recognizer import Reading
from app.ui.actions import Action

APP_NAME = "Digit Pad"
LONGEST_NAME = 40
NO_DISPLAY = "Digit Pad cannot open its window: there is no display it could use ({reason})."

HINT = "Write a number here"
BARS = "Probability of each digit"
PICTURE = "What the network sees"
SURE = "Over 99 % sure"
UNSURE = "Not sure what this is"
UNSURE_OF_SOME = "Not sure what some of this is"

LABELS = {
    Action.UNDO: "Undo",
    Action.REDO: "Redo",
    Action.CLEAR: "Clear",
    Action.OPEN: "Open",
}
THEME_LABELS = {"light": "Light", "dark": "Dark"}

_COMMAND = "Cmd" if sys.platform == "darwin" else "Ctrl"
TOOL_TIPS = {
    Action.UNDO: f"Undo ({_COMMAND}+Z)",
    Action.REDO: f"Redo ({_COMMAND}+Y)",
    Action.CLEAR: "Clear the paper (Delete)",
    Action.PEN: "Pen (P)",
    Action.OPEN: f"Open a picture or an ink file ({_COMMAND}+O), or paste one ({_COMMAND}+V)",
    Action.SAVE: f"Save the drawing ({_COMMAND}+S)",
    Action.COPY_NUMBER: f"Copy the number ({_COMMAND}+C), or the drawing ({_COMMAND}+Shift+C)",
    Action.SWITCH_THEME: f"Light or dark window ({_COMMAND}+T)",
}
ERASER_TOOL_TIPS = {
    False: "Eraser of whole strokes (E; again for parts), also with the right button",
    True: "Eraser of parts of strokes (E; again for whole ones), also with the right button",
}
PEN_TOOL_TIP = "Width of the pen (+ and -)"


CLIPBOARD = "the clipboard"
READING = "Reading {name} ... (Escape cancels)"
ERASER_TAKES = {
    False: "The eraser takes whole strokes; press E again for parts of them.",
    True: "The eraser takes parts of strokes; press E again for whole ones.",
}
RECOVERED = "This was on the paper when the program ended unexpectedly."
KEEPS_DRAWING = {
    True: "What is on the paper at the end will be there again at the next start.",
    False: "The next start will be with clean paper.",
}
NO_NUMBERS = "Numbers that leave the paper are kept here"
NOTHING_TO_COPY = "There is nothing to copy yet; write a number first."
NOTHING_TO_SAVE = "There is nothing to save yet; write a number first."
COPIED = "Copied: {number}"
COPIED_DRAWING = "The drawing was copied as an image."
CANNOT_COPY = "The clipboard cannot be reached ({reason})."
SAVED = "Saved as {name}."
CANNOT_SAVE = "{name}: cannot be saved here ({reason}); choose another folder or name."
NO_COPYING = "Copying images needs another program; install the package {package}"
CANNOT_COPY_IMAGE = "The image cannot be copied ({reason})"
FIRST_DRAWING_ONLY = "{name} holds several drawings; this is the first."
NO_INK = "{name}: there is no ink in this file"
FIRST_ONLY = "Several files were dropped; only the first, {name}, is opened."
NOTHING_FOUND = "No handwriting was found in {name}; try a sharper or closer picture."
NO_FILE = "{name}: this is a folder or a device; take a picture or an ink file"
NOTHING_TO_PASTE = "There is no picture and no file in the clipboard; copy one first"
NO_PASTING = "Pasting pictures needs another program; install the package {package}"
CLIPBOARD_TOO_LARGE = "The picture in the clipboard has too many pixels; copy a smaller part of it"
CLIPBOARD_UNREADABLE = "The picture in the clipboard cannot be read ({reason}); copy it again"

OPEN_FILE = "Open a picture or an ink file"
SAVE_DRAWING = "Save the drawing"
SAVE = "Save"
EXISTS = "{name} is there already; save once more to replace it"
FORMATS = {".png": "PNG", ".svg": "SVG", ".ndjson": "Ink"}
DRAWING = "drawing"
FIND_HELP = "Type to find a file by its name"
FINDING = "With \u201c{typed}\u201d in the name"
PARENT = "Up to {name}"
NO_PICTURES = "No pictures and no ink files here"
NOTHING_OF_THAT_NAME = "Nothing of that name here"
CLOSED_FOLDER = "This folder cannot be looked into ({reason})"
OPEN = "Open"
CANCEL = "Cancel"


def printable(string: str) -> str:
    """A text of others, such as a file's name, without what no font can draw."""
    return "".join(character if character.isprintable() else "?" for character in string)


def short(name: str) -> str:
    """A file's name, with its middle left out where it is long."""
    name = printable(name)
    return name if len(name) <= LONGEST_NAME else f"{name[:24]}...{name[-12:]}"


def title(reading: str) -> str:
    """The title of the window, on one line; `reading` is empty where there is no ink."""
    return f"{' '.join(reading.split())} - {APP_NAME}" if reading else APP_NAME


def percent(probability: float) -> str:
    return f"{round(100 * probability)} %"


def confidence(reading: Reading) -> str:
    """The line below the answer. Nothing is ever 100 % sure."""
    if not all(digit.accepted for digit in reading.digits):
        return UNSURE if len(reading.digits) == 1 else UNSURE_OF_SOME
    return SURE if reading.confidence >= 0.995 else f"{percent(reading.confidence)} sure"
