"""Learning in the window: what the user says of a digit is kept, and read that way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pygame
from platformdirs import user_documents_path

from app.corrections import Corrections, CorrectionsError
from app.hand import Correction, Habits
from app.ink import Ink
from app.recognizer import Digit, Recognizer
from app.settings import corrections_path
from app.ui import texts
from app.ui.events import post

LEARNT = pygame.event.custom_type()
"""Type of the event by which the corrections of the user's file tell that they are known."""


class _Loaded(NamedTuple):
    """The user's corrections and what they teach, or why there are none."""

    corrections: Corrections | None
    habits: Habits | None
    trouble: str = ""


class _Done(NamedTuple):
    """A correction, what was on the paper then, and the corrections that it replaced."""

    ink: Ink
    correction: Correction
    replaced: list[Correction]


class Learning:
    """The user's corrections at work.

    They are learnt on a thread, as many of them take a while, and count from then on.

    Attributes:
        notice: what is to be said now, empty for nothing.
    """

    def __init__(self, learnt: Callable[[], None]) -> None:
        """`learnt` is called when ink may be read otherwise than before."""
        self.notice = ""
        self._learnt = learnt
        self._recognizer: Recognizer | None = None
        self._corrections: Corrections | None = None
        self._on = True
        self._thread: Thread | None = None
        self._loaded: _Loaded | None = None
        self._done: list[_Done] = []
        self._undone: list[_Done] = []

    def begin(self, recognizer: Recognizer, on: bool) -> None:
        """Learn for a recognizer what is in the user's file, unless that is switched off."""
        if self._thread:
            self._take_loaded()
        self._recognizer, self._on = recognizer, on
        self._thread = Thread(target=self._load, args=(recognizer,), daemon=True)
        self._thread.start()

    def _load(self, recognizer: Recognizer) -> None:
        try:
            corrections = Corrections()
            habits = recognizer.study(corrections.all if self._on else [])
            self._loaded = _Loaded(corrections, habits)
        except CorrectionsError as error:
            self._loaded = _Loaded(None, None, str(error))
        post(LEARNT)

    def handle(self, event: pygame.Event) -> bool:
        """Take an event; whether it is not for others."""
        if event.type != LEARNT:
            return False
        self._take_loaded()
        return True

    def _take_loaded(self) -> None:
        """Go by what the thread found out, once it has."""
        if self._thread:
            self._thread.join()
        self._thread = None
        loaded, self._loaded = self._loaded, None
        if not loaded or not self._recognizer:
            return
        self._corrections = loaded.corrections
        self._recognizer.adopt(loaded.habits)
        if loaded.trouble:
            self.notice = texts.sentence(loaded.trouble)
        elif self.warnings:
            self.notice = texts.damaged(self.warnings)
        self._learnt()

    def _ready(self) -> Corrections | None:
        """The corrections, waited for; None where they cannot be had, of which the notice tells."""
        if self._thread:
            self._take_loaded()
        if not self._corrections:
            try:
                self._corrections = Corrections()
            except CorrectionsError as error:
                self.notice = texts.sentence(str(error))
        return self._corrections

    @property
    def all(self) -> list[Correction]:
        """The corrections, the latest first."""
        corrections = self._ready()
        return corrections.all[::-1] if corrections else []

    @property
    def path(self) -> Path:
        """The file they are kept in."""
        return self._corrections.path if self._corrections else corrections_path()

    @property
    def warnings(self) -> list[str]:
        """One sentence for each line of the file that is damaged."""
        return self._corrections.warnings if self._corrections else []

    def dismiss(self) -> None:
        """What was said has been seen."""
        self.notice = ""

    def correct(self, digit: Digit | None, label: int, ink: Ink, several: bool = False) -> None:
        """Keep that a digit is a `label`, 0 to 9, and say what comes of it.

        Args:
            digit: as it was read, None where nothing was.
            label: what it is.
            ink: all that is on the paper; with the same on it, `undo` takes the correction back.
            several: whether it is the last one of several, and nobody chose it.
        """
        self.notice = ""
        if digit is None:
            self.notice = texts.NOTHING_TO_CORRECT
        elif not digit.ink.lines():
            self.notice = texts.NO_INK_TO_CORRECT
        elif not self._on:
            self.notice = texts.LEARNING_IS_OFF
        elif digit.label == label and digit.accepted:
            self.notice = texts.RIGHT_ALREADY.format(digit=label)
        elif corrections := self._ready():
            with self._telling():
                others = [c for c in corrections.all if c.digit != label]
                before = [c for c in others if _same(c.ink, digit.ink)]
                self._done.append(_Done(ink, corrections.add(digit.ink, label), before))
                self._undone.clear()
                self._exchange(before, [])
                words = texts.CORRECTED_LAST if several else texts.CORRECTED
                self.notice = words.format(digit=label, undo=texts.UNDO_KEY)
            self._learn()

    def can_undo(self, ink: Ink) -> bool:
        """Whether a correction was the last that was done with this on the paper."""
        return self._is_last(self._done, ink)

    def can_redo(self, ink: Ink) -> bool:
        """Whether a correction was the last that was taken back with this on the paper."""
        return self._is_last(self._undone, ink)

    def go_on(self) -> None:
        """Something new is on the paper: what was taken back before can no longer be repeated."""
        self._undone.clear()

    def _is_last(self, steps: list[_Done], ink: Ink) -> bool:
        return bool(steps) and steps[-1].ink is ink and self._corrections is not None

    def undo(self, ink: Ink) -> bool:
        """Take back a correction that was the last that was done; whether there was one."""
        if not self.can_undo(ink) or not self._corrections:
            return False
        step = self._done.pop()
        with self._telling():
            self._exchange([step.correction], step.replaced)
            self._undone.append(step)
        self._learn()
        return True

    def redo(self, ink: Ink) -> bool:
        """Repeat a correction that was taken back last; whether there was one."""
        if not self.can_redo(ink) or not self._corrections:
            return False
        step = self._undone.pop()
        with self._telling():
            self._exchange(step.replaced, [step.correction])
            self._done.append(step)
        self._learn()
        return True

    def _exchange(self, old: list[Correction], new: list[Correction]) -> None:
        """Put corrections in the place of others; raises CorrectionsError."""
        if corrections := self._corrections:
            for correction in new:
                corrections.add(correction.ink, correction.digit)
            for correction in old:
                corrections.remove(correction)

    def remove(self, correction: Correction) -> None:
        """Take back a correction."""
        if corrections := self._ready():
            with self._telling():
                corrections.remove(correction)
            self._forget()

    def remove_all(self) -> None:
        """Take back all, damaged lines of the file too."""
        if corrections := self._ready():
            with self._telling():
                corrections.remove_all()
            self._forget()

    def _forget(self) -> None:
        """Follow corrections that were taken back in the list of them."""
        left = {correction.line for correction in self.all}
        self._done = [step for step in self._done if step.correction.line in left]
        self._learn()

    def export(self) -> None:
        """Write all corrections to a new ink file in the user's documents, and say where."""
        if corrections := self._ready():
            with self._telling():
                path = _unused(user_documents_path())
                with suppress(OSError):  # then the file cannot be written, which is told
                    path.parent.mkdir(parents=True, exist_ok=True)
                corrections.export(path)
                self.notice = texts.EXPORTED.format(path=texts.printable(str(path)))

    def switch(self, on: bool) -> None:
        """Have corrections count, or not."""
        self._on = on
        self.dismiss()
        self._learn()

    def _learn(self) -> None:
        corrections = self._ready()
        if corrections and self._recognizer:
            self._recognizer.learn(corrections.all if self._on else [])
            self._learnt()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Have an error become the notice."""
        try:
            yield
        except CorrectionsError as error:
            self.notice = texts.sentence(str(error))


def _same(one: Ink, other: Ink) -> bool:
    """Whether two drawings are of the same points."""
    return [line.tolist() for line in one.lines()] == [line.tolist() for line in other.lines()]


def _unused(folder: Path) -> Path:
    """A file in a folder that is not there yet."""
    path = folder / "digit-pad-corrections.ndjson"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"digit-pad-corrections-{number}.ndjson"
    return path
