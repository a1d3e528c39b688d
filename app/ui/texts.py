"""Every text of the window, in English until `use` puts those of another language in their place.

The texts of a language are the constants of a module of its own, `texts_de` for German, by the same
names and with the same placeholders.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from app.recognizer import Reading
from app.ui.actions import Action, Shortcut

APP_NAME = "Digit Pad"
LONGEST_NAME = 40
NO_DISPLAY = "Digit Pad cannot open its window: there is no display it could use ({reason})."

HINT = "Write a number here"
HINT_DETAILS = "If it is misread, click the right bar or type the digit. F1 lists all keys."
BARS = "Probability of each digit"
PICTURE = "What the network sees"
LOOK_INSIDE = "Click to look inside"
SURE = "Over 99 % sure"
SURE_BY = "{percent} sure"
UNSURE = "Not sure what this is"
UNSURE_OF_SOME = "Not sure what some of this is"

LABELS = {
    Action.UNDO: "Undo",
    Action.REDO: "Redo",
    Action.CLEAR: "Clear",
    Action.OPEN: "Open",
    Action.SETTINGS: "Settings",
}

_COMMAND = "Cmd" if sys.platform == "darwin" else "Ctrl"
TOOL_TIPS = {
    Action.UNDO: f"Undo ({_COMMAND}+Z)",
    Action.REDO: f"Redo ({_COMMAND}+Y)",
    Action.CLEAR: "Clear the paper (Delete)",
    Action.PEN: "Pen (P)",
    Action.OPEN: f"Open a picture, ink or a network ({_COMMAND}+O), or paste one ({_COMMAND}+V)",
    Action.SAVE: f"Save the drawing ({_COMMAND}+S)",
    Action.COPY_NUMBER: f"Copy the number ({_COMMAND}+C), or the drawing ({_COMMAND}+Shift+C)",
    Action.SETTINGS: f"Settings ({_COMMAND}+,), shortcuts (F1), corrections ({_COMMAND}+L)",
}
ERASER_TOOL_TIPS = {
    False: "Eraser of whole strokes (E; again for parts), also with the right button",
    True: "Eraser of parts of strokes (E; again for whole ones), also with the right button",
}
PEN_TOOL_TIP = "Width of the pen (+ and -)"


CLIPBOARD = "the clipboard"
READING = "Reading {name} ... (Escape cancels)"
LOADING = "Loading the network {name} ..."
NETWORK_READS = "The network {name} reads from now on; the settings lead back to Digit Pad's own."
OWN_NETWORK_READS = "Digit Pad's own network reads from now on."
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
CLIPBOARD_SILENT = (
    "The clipboard gives no answer; copy it again, or save it as a file and open that"
)
CLIPBOARD_UNREADABLE = "The picture in the clipboard cannot be read ({reason}); copy it again"

OPEN_FILE = "Open a picture, an ink file or a network"
SAVE_DRAWING = "Save the drawing"
SAVE = "Save"
EXISTS = "{name} is there already; save once more to replace it"
FORMATS = {".png": "PNG", ".svg": "SVG", ".ndjson": "Ink"}
DRAWING = "drawing"
FIND_HELP = "Type to find a file by its name"
FINDING = "With \u201c{typed}\u201d in the name"
PARENT = "Up to {name}"
NO_PICTURES = "No pictures, ink files or networks here"
NOTHING_OF_THAT_NAME = "Nothing of that name here"
CLOSED_FOLDER = "This folder cannot be looked into ({reason})"
OPEN = "Open"
CANCEL = "Cancel"


UNDO_KEY = f"{_COMMAND}+Z"
CORRECTED = "Read as {digit} from now on, as is what is written much like it. {undo} takes it back."
CORRECTED_LAST = (
    "The last digit is read as {digit} from now on. {undo} takes it back; "
    "to correct another one, point at it or tap it first."
)
RIGHT_ALREADY = "It is read as {digit} already."
NOTHING_TO_CORRECT = "There is nothing to correct yet; write a digit first."
NO_INK_TO_CORRECT = (
    "Digits in a picture cannot be corrected: only what is written here has strokes to learn from."
)
LEARNING_IS_OFF = "Learning is switched off; the settings switch it on again."
DAMAGED_LINE = "A damaged line of your corrections is left out: {line}"
DAMAGED_LINES = "{count} damaged lines of your corrections are left out, the first: {line}"
EXPORTED = "The corrections were written to {path}"
CORRECT_HINT = "Click what it should be"

INSIDE = "Inside the network"
SPOKE_FOR = "spoke for {digit}"
SPOKE_AGAINST = "spoke against {digit}"

CORRECTIONS = "Corrections"
NO_CORRECTIONS = (
    "Nothing was corrected yet. Where a digit is misread, click the right bar or type the digit."
)
ABOUT_CORRECTIONS = "They stay on this computer: {path}"
IS_A = "is a {digit}"
REMOVE = "Remove"
REMOVE_ALL = "Remove all"
REALLY_REMOVE_ALL = "Really remove all?"
EXPORT = "Export"
DONE = "Done"

SETTINGS = "Settings"
THEME = "Colours"
THEMES = {"light": "Light", "dark": "Dark", "system": "System"}
LANGUAGE = "Language"
LANGUAGES = {"system": "System", "en": "English", "de": "Deutsch"}
SPEAK = "Speak the answer"
NO_SPEECH = "Speak the answer (needs spd-say or espeak)"
SPOKEN_UNSURE = "not sure"
NETWORK = "Network"
OWN_NETWORK = "Digit Pad's"
OTHER_NETWORK = "Other..."
LEARN = "Learn from corrections"
STRIP = "Show numbers that were read"
ERASER = "Eraser takes"
ERASERS = {False: "Whole strokes", True: "Parts"}
KEEP_DRAWING = "Drawing at the next start"
KEPT = {False: "Clean paper", True: "As it was"}
OFF, ON = "Off", "On"
SHOW = "Show"

SHORTCUTS = "Shortcuts"
DOES = {
    Action.UNDO: "Undo",
    Action.REDO: "Redo",
    Action.CLEAR: "Clean paper",
    Action.OPEN: "Open a picture, an ink file or a network",
    Action.SAVE: "Save the drawing",
    Action.COPY_NUMBER: "Copy the number",
    Action.COPY_DRAWING: "Copy the drawing as an image",
    Action.PASTE: "Paste a picture or a file",
    Action.PEN: "Pen",
    Action.ERASER: "Eraser; again for the other kind, of whole strokes or of parts",
    Action.SHOW_STRIP: "Show or hide the numbers that were read",
    Action.KEEP_DRAWING: "Keep what is on the paper for the next start, or not",
    Action.THICKER: "Thicker pen",
    Action.THINNER: "Thinner pen",
    Action.SWITCH_THEME: "Light or dark",
    Action.CANCEL: "Drop the stroke, or the file, in progress; close the inside view",
    Action.NEXT_DIGIT: "Show the next digit",
    Action.PREVIOUS_DIGIT: "Show the digit before",
    Action.CORRECT: "Say what the digit that is shown really is",
    Action.CORRECTIONS: "List your corrections",
    Action.INSIDE: "Look inside the network",
    Action.SETTINGS: "Settings",
    Action.HELP: "This list",
    Action.QUIT: "Quit",
}
MOUSE_DOES = [
    ("right button on the paper", "Erase"),
    ("click a number below the paper", "Bring it back with its ink"),
    ("right button on such a number", "Forget it"),
    ("point at a digit, or tap it", "Show its bars and its picture"),
    ("click a bar", "Say that the digit is this one"),
    ("click the picture", "Look inside the network"),
    ("point at a map of a layer", "Show it larger"),
    ("drop a file", "Read a picture, open an ink file, read with a network (.h5)"),
]
KEYS = {
    "command": _COMMAND,
    "shift": "Shift",
    "delete": "Delete",
    "backspace": "Backspace",
    "escape": "Escape",
    "tab": "Tab",
    "[+]": "+",
    "[-]": "-",
}
ERRORS: dict[str, str] = {}
"""What the program's inner parts say when something is wrong, by what they say in English."""


def shown_keys(shortcuts: Sequence[Shortcut]) -> str:
    """Shortcuts for the same action, as they are printed on keys; a row of digits as `0-9`."""
    names = ["+".join(KEYS.get(key, key.title()) for key in keys) for keys in shortcuts]
    if names == list("0123456789"):
        return "0-9"
    return ", ".join(dict.fromkeys(names))


def layer(name: str, kind: str, shape: tuple[int, ...]) -> str:
    """The heading of a layer of a network: what it is called in the file, and what it gives."""
    return f"{printable(name)}: {printable(kind)}, {' x '.join(map(str, shape))}"


def sentence(error: str) -> str:
    """What an error of the program's inner parts says, as a sentence of the language in use."""
    return f"{printable(translated(error.removesuffix('.')))}."


def translated(error: str) -> str:
    """What an error says, by the templates of the language in use; as it is where there is none."""
    for template, in_other_words in ERRORS.items():
        if found := _pattern(template).fullmatch(error):
            parts = {name: translated(part) for name, part in found.groupdict().items()}
            return in_other_words.format(**parts)
    return error


def _pattern(template: str) -> re.Pattern[str]:
    """What fits a template, with its placeholders as groups."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template)), re.DOTALL)


def damaged(warnings: Sequence[str]) -> str:
    """That lines of the file of corrections are damaged, one warning for each."""
    words = DAMAGED_LINE if len(warnings) == 1 else DAMAGED_LINES
    return words.format(count=len(warnings), line=sentence(warnings[0]))


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
    """A probability, 0 to 1, in whole percent."""
    return f"{round(100 * probability)} %"


def confidence(reading: Reading) -> str:
    """The line below the answer. Nothing is ever 100 % sure."""
    if not all(digit.accepted for digit in reading.digits):
        return UNSURE if len(reading.digits) == 1 else UNSURE_OF_SOME
    if reading.confidence >= 0.995:
        return SURE
    return SURE_BY.format(percent=percent(reading.confidence))


def _constants(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if name.isupper() and name[0] != "_"}


_ENGLISH = _constants(globals())
_language = "en"


def language() -> str:
    """The language in use."""
    return _language


def use(language: str) -> None:
    """Have all texts in a language: "en", or one that there is a module for."""
    global _language
    _language = language
    globals().update(_ENGLISH)
    if language != "en":
        globals().update(_constants(vars(import_module(f"app.ui.texts_{language}"))))
