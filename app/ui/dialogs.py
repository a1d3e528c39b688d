"""The dialogs of the window: settings, shortcuts, corrections. One is open at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pygame

from app.settings import Settings
from app.ui import texts
from app.ui.actions import Action, shortcuts
from app.ui.learning import Learning
from app.ui.networks import Networks
from app.ui.rows_dialog import Button, Content, Row, RowsDialog
from app.ui.theme import Look
from app.ui.thumbnail import thumbnail

_TAKEN = (
    *(pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION),
    *(pygame.MOUSEWHEEL, pygame.WINDOWLEAVE),
    *(pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP),
)
"""The types of events that an open dialog keeps from all others."""


class Dialogs:
    """Opens dialogs and closes them.

    Attributes:
        changed: whether what there is of them looks otherwise than it was last drawn.
    """

    def __init__(
        self,
        learning: Learning,
        networks: Networks,
        settings: Callable[[], Settings],
        change: Callable[[Settings], None],
        perform: Callable[[Action], None],
        can_speak: Callable[[], bool],
    ) -> None:
        """`settings` are those of now; `change` is called with what they are to be, `perform` with
        an action that leads out of the dialog."""
        self.changed = False
        self._learning = learning
        self._networks = networks
        self._perform = perform
        self._settings = settings
        self._change = change
        self._can_speak = can_speak
        self._dialog: RowsDialog | None = None
        self._sure = False
        self._contents = {
            Action.SETTINGS: self._list_settings,
            Action.HELP: self._list_shortcuts,
            Action.CORRECTIONS: self._list_corrections,
        }

    @property
    def open(self) -> bool:
        """Whether one of them is open; then it takes what mouse and keyboard say."""
        return self._dialog is not None

    def build(self, window: pygame.Rect, look: Look) -> None:
        """Follow the size of the window, the theme, the language, and what has changed."""
        self._window, self._look = window, look
        if self._dialog:
            self._dialog.build(window, look)
            self.changed = True

    def show(self, action: Action) -> None:
        """Open what an action asks for: settings, shortcuts or corrections."""
        self._sure = False
        self._dialog = RowsDialog(self._contents[action], self._close)
        self.build(self._window, self._look)

    def _close(self) -> None:
        self._dialog = None
        self.changed = True

    def handle(self, event: pygame.Event) -> bool:
        """Take an event; whether it is not for others."""
        if not self._dialog or event.type not in _TAKEN:
            return False
        self.changed |= self._dialog.handle(event)
        return True

    def draw(self, screen: pygame.Surface) -> None:
        """Draw the open one over everything else."""
        self.changed = False
        if self._dialog:
            self._dialog.draw(screen)

    def _list_settings(self) -> Content:
        switch = {False: texts.OFF, True: texts.ON}
        can_speak = self._can_speak()
        speak = texts.SPEAK if can_speak else texts.NO_SPEECH
        rows = [
            Row(texts.THEME, self._choices("theme", texts.THEMES)),
            Row(texts.LANGUAGE, self._choices("language", texts.LANGUAGES)),
            Row(speak, self._choices("speak", switch, can_speak)),
            Row(texts.ERASER, self._choices("erase_parts", texts.ERASERS)),
            Row(texts.STRIP, self._choices("strip", switch)),
            Row(texts.KEEP_DRAWING, self._choices("keep_drawing", texts.KEPT)),
            Row(texts.NETWORK, self._list_networks()),
            Row(texts.LEARN, self._choices("learn", switch)),
            Row(texts.CORRECTIONS, (self._leading_to(Action.CORRECTIONS),)),
            Row(texts.SHORTCUTS, (self._leading_to(Action.HELP),)),
        ]
        return Content(texts.SETTINGS, rows, (self._done(),))

    def _choices(
        self, name: str, labels: Mapping[Any, str], can: bool = True
    ) -> tuple[Button, ...]:
        """The values that a setting can have, by their labels."""
        now = getattr(self._settings(), name)
        return tuple(
            Button(label, partial(self._choose, name, value), value == now, can)
            for value, label in labels.items()
        )

    def _choose(self, name: str, value: Any) -> None:
        self._change(replace(self._settings(), **{name: value}))

    def _list_networks(self) -> tuple[Button, ...]:
        """The app's own network, the one in use where that is another, and a way to others."""
        networks = self._networks
        own = Button(texts.OWN_NETWORK, networks.load_bundled, networks.bundled)
        other = Button(texts.OTHER_NETWORK, self._open_file)
        if networks.bundled or not networks.path:
            return own, other
        name = texts.short(networks.path.name)
        return own, Button(name, partial(networks.load, networks.path), True), other

    def _open_file(self) -> None:
        self._close()
        self._perform(Action.OPEN)

    def _leading_to(self, action: Action) -> Button:
        return Button(texts.SHOW, partial(self.show, action))

    def _done(self) -> Button:
        return Button(texts.DONE, self._close, chosen=True)

    def _list_shortcuts(self) -> Content:
        rows = [
            Row(texts.DOES[action], note=texts.shown_keys(keys))
            for action, keys in shortcuts().items()
        ]
        rows += [Row(does, note=how) for how, does in texts.MOUSE_DOES]
        return Content(texts.SHORTCUTS, rows, (self._done(),))

    def _list_corrections(self) -> Content:
        learning = self._learning
        corrections = learning.all
        listed = [
            Row(
                texts.IS_A.format(digit=correction.digit),
                (Button(texts.REMOVE, partial(learning.remove, correction)),),
                picture=partial(thumbnail, correction.ink),
            )
            for correction in corrections
        ]
        about = texts.ABOUT_CORRECTIONS.format(path=texts.printable(str(learning.path)))
        notes = [about] if corrections else [texts.NO_CORRECTIONS]
        if not self._settings().learn:
            notes.append(texts.LEARNING_IS_OFF)
        if learning.warnings:
            notes.append(texts.damaged(learning.warnings))
        if learning.notice and learning.notice not in notes:
            notes.append(learning.notice)
        some = bool(corrections or learning.warnings)
        remove = texts.REALLY_REMOVE_ALL if self._sure and some else texts.REMOVE_ALL
        buttons = (
            Button(remove, self._remove_all, can=some),
            Button(texts.EXPORT, learning.export, can=bool(corrections)),
            self._done(),
        )
        rows = [Row(note, faint=True) for note in notes] + listed
        return Content(texts.CORRECTIONS, rows, buttons)

    def _remove_all(self) -> None:
        """Ask first, as nothing brings them back."""
        if self._sure:
            self._learning.remove_all()
        self._sure = not self._sure
