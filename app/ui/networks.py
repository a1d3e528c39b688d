"""Networks are loaded on a thread, so that the paper takes ink before there is one to read it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pygame

from app.network import NetworkError
from app.recognizer import BUNDLED_MODEL, Recognizer
from app.ui import texts
from app.ui.events import post

LOADED = pygame.event.custom_type()
"""Type of the event by which a thread tells that a network is loaded, or cannot be."""
SUFFIXES = (".h5", ".hdf5")


class _Loaded(NamedTuple):
    """A recognizer with the network of a file, None where there is none, and why not another."""

    recognizer: Recognizer | None
    path: Path
    trouble: str = ""


class _Loading:
    """A network on its way, on a thread.

    Attributes:
        path: the file that it is loaded from.
        loaded: what comes of that.
    """

    def __init__(self, path: Path, first: bool) -> None:
        """Where it cannot be loaded and is the `first`, the one of the app is loaded instead."""
        self.path = path
        self.loaded: Future[_Loaded] = Future()
        # No daemon: killed while it reads an HDF5 file it would keep the lock of all of h5py, for
        # which the end of Python waits.
        Thread(target=self._load, args=(first,)).start()

    def _load(self, first: bool) -> None:
        loaded = _try(self.path)
        if first and loaded.trouble and self.path != BUNDLED_MODEL:
            loaded = _try(BUNDLED_MODEL)._replace(trouble=loaded.trouble)
        self.loaded.set_result(loaded)


class Networks:
    """Loads networks; the last one that could be loaded reads.

    Attributes:
        recognizer: that with the network in use, None until the first one is loaded.
        path: of the network in use, None where nobody said which file it is of.
        notice: that one is being loaded, empty for nothing.
    """

    def __init__(
        self,
        recognizer: Recognizer | None,
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        """`recognizer`: what reads, if anything does yet; `changed` is called when another network
        reads, `say` with what the user is to know."""
        self.recognizer = recognizer
        self.path: Path | None = None
        self.notice = ""
        self._changed = changed
        self._say = say
        self._trouble = ""
        self._loading: _Loading | None = None

    @property
    def bundled(self) -> bool:
        """Whether the network in use is the one that comes with the app."""
        return self.path == BUNDLED_MODEL

    @property
    def warning(self) -> str:
        """What there is to be said of the network as long as it is in use, empty for nothing."""
        if self._trouble:
            return self._trouble
        warning = self.recognizer and self.recognizer.warning
        return texts.sentence(warning) if warning else ""

    def load(self, path: Path) -> None:
        """Begin to load a network; where it cannot be loaded the one in use goes on.

        Another one that was on its way is wanted no longer.
        """
        if path != BUNDLED_MODEL:
            self.notice = texts.LOADING.format(name=texts.short(path.name))
        self._loading = loading = _Loading(path, first=self.recognizer is None)
        loading.loaded.add_done_callback(lambda _: _tell(loading))

    def load_bundled(self) -> None:
        """Go back to the network of the app."""
        self.load(BUNDLED_MODEL)

    def wait(self) -> Recognizer:
        """What reads, for any thread, as soon as there is anything; raises NetworkError."""
        if self.recognizer:
            return self.recognizer
        assert self._loading, "nothing was to be loaded"
        loaded = self._loading.loaded.result()
        if not loaded.recognizer:
            raise NetworkError(loaded.trouble)
        return loaded.recognizer

    def handle(self, event: pygame.Event) -> bool:
        """Take an event; whether it is not for others."""
        if event.type != LOADED:
            return False
        loading: _Loading = event.loading
        if loading is self._loading:
            self._take(loading.loaded.result())
        return True

    def _take(self, loaded: _Loaded) -> None:
        """Read with what a thread has loaded, and say what came of it."""
        self.notice = ""
        trouble = loaded.trouble and texts.sentence(loaded.trouble)
        if self.recognizer and trouble:
            self._say(trouble)
            return
        if self.recognizer:
            name = texts.short(loaded.path.name)
            own = loaded.path == BUNDLED_MODEL
            self._say(texts.OWN_NETWORK_READS if own else texts.NETWORK_READS.format(name=name))
        elif trouble and loaded.recognizer:
            trouble = f"{trouble} {texts.OWN_NETWORK_READS}"
        self.recognizer, self.path, self._trouble = loaded.recognizer, loaded.path, trouble
        self._changed()


def _tell(loading: _Loading) -> None:
    post(LOADED, loading=loading)


def _try(path: Path) -> _Loaded:
    try:
        return _Loaded(Recognizer.load(path), path)
    except NetworkError as error:
        return _Loaded(None, path, str(error))
    except Exception as error:  # else whoever waits for it would do so forever
        return _Loaded(
            None, path, f"{path}: cannot be loaded ({str(error) or type(error).__name__})"
        )
