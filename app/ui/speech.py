"""The answer spoken by a program of the system, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import sys

from app.ui import texts

DELAY = 0.8
"""Seconds that an answer stays the same before it is spoken, as a number is written digit by digit.
"""
HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows a program of the console would open one."""
POWERSHELL = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak('{words}')"
)


def speech_command(words: str, language: str) -> list[str]:
    """A command that speaks words in a language; empty where no program can."""
    if sys.platform == "win32":
        programs = [["powershell", "-NoProfile", "-Command", POWERSHELL.format(words=words)]]
    elif sys.platform == "darwin":
        programs = [["say", words]]
    else:
        programs = [
            ["spd-say", "-l", language, words],
            ["espeak-ng", "-v", language, words],
            ["espeak", "-v", language, words],
        ]
    return next((command for command in programs if shutil.which(command[0])), [])


class Speaker:
    """Speaks an answer once it stays the same, and never has the window wait.

    Attributes:
        can: whether there is a program for it.
        waits: whether something is to be spoken soon.
    """

    def __init__(self) -> None:
        self.can = bool(speech_command("", "en"))
        self.waits = False
        self._seen = ""
        self._since = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def follow(self, answer: str, language: str, now: float) -> None:
        """Follow the answer, "" for none or for silence, as of `now` in seconds."""
        if self._process and self._process.poll() is not None:
            self._process = None
        if answer != self._seen:
            self._seen, self._since = answer, now
            self.waits = bool(answer) and self.can
        elif self.waits and now - self._since >= DELAY:
            self.waits = False
            self._say(spoken(answer), language)

    def _say(self, words: str, language: str) -> None:
        if self._process:
            self._process.terminate()  # what it says is no longer so
        command = speech_command(words, language)
        self.can = bool(command)
        if not command:  # it was there before
            return
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                creationflags=HIDDEN,
            )
        except OSError:
            self.can = False


def spoken(answer: str) -> str:
    """An answer in words: numbers apart from each other, and for a `?` that it is not sure."""
    return ", ".join(answer.split()).replace("?", f" {texts.SPOKEN_UNSURE} ").strip()
