"""Every text of the window."""

from __future__ import annotations

import sys

from app.recognizer import Reading
from app.ui.actions import Action

APP_NAME = "Digit Pad"
NO_DISPLAY = "Digit Pad cannot open its window: there is no display it could use ({reason})."

PEN = "Pen"
HINT = "Write a number here"
BARS = "Probability of each digit"
PICTURE = "What the network sees"
SURE = "Over 99 % sure"
UNSURE = "Not sure what this is"
UNSURE_OF_SOME = "Not sure what some of this is"

LABELS = {Action.UNDO: "Undo", Action.REDO: "Redo", Action.CLEAR: "Clear"}
THEME_LABELS = {"light": "Light", "dark": "Dark"}

_COMMAND = "Cmd" if sys.platform == "darwin" else "Ctrl"
TOOL_TIPS = {
    Action.UNDO: f"Undo ({_COMMAND}+Z)",
    Action.REDO: f"Redo ({_COMMAND}+Y)",
    Action.CLEAR: "Clear the paper (Delete)",
    Action.SWITCH_THEME: f"Light or dark window ({_COMMAND}+T)",
}
PEN_TOOL_TIP = "Width of the pen (+ and -)"


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
