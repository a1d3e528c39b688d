"""Nothing that was drawn is lost: it is on the disk at once, and kept when it leaves the paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.album import Album, AlbumError, Entry
from app.ink import Drawing, Ink
from app.recovery import Recovery
from app.ui import texts
from app.ui.canvas import Canvas, State
from app.ui.picture import ReadPicture
from app.ui.strip import Item, Strip

MOST_PICTURES = 20


class Keeper:
    """Keeps what is on a canvas, and shows in a strip what was on it before."""

    def __init__(
        self,
        folder: Path,
        canvas: Canvas,
        strip: Strip,
        read: Callable[[Ink], str],
        say: Callable[[str], None],
    ) -> None:
        """`folder` is for what is kept; `read` gives the number that ink is read as; `say` tells
        the user something."""
        self._canvas = canvas
        self._strip = strip
        self._read = read
        self._say = say
        self._album = Album(folder / "numbers.ndjson")
        self._recovery = Recovery(folder / "open")
        self._pictures: list[ReadPicture] = []
        self._kept: State | None = None
        self._trouble = ""

    def start(self, expected: bool) -> None:
        """Show the numbers that are kept, and bring back what a window had on its paper.

        Where that was `expected` nothing needs to be said.
        """
        self._tell_trouble()
        found = self._recovery.found
        for drawing in reversed(found[1:]):
            self._add(drawing)
        self._recovery.forget_found()
        if found:
            self._canvas.show(found[0].ink, found[0].paper)
            if not expected:
                self._say(texts.RECOVERED)
        self._try(self._album.reload)
        self._show()

    def follow(self) -> None:
        """Have what is on the paper on the disk; that takes no time here."""
        state = self._canvas.state
        if state is not self._kept:
            self._kept = state
            self._recovery.keep(_drawing_on(state) or Drawing(Ink()))
        self._tell_trouble()

    def _tell_trouble(self) -> None:
        """Say why a drawing cannot be kept or brought back, once."""
        if self._recovery.trouble != self._trouble:
            self._trouble = self._recovery.trouble
            if self._trouble:
                self._say(texts.sentence(self._trouble))

    def leave(self, state: State) -> None:
        """Keep the number that is about to leave the paper; of a picture as long as the window is
        open, as it is a file elsewhere."""
        picture, drawing = state.content, _drawing_on(state)
        if isinstance(picture, ReadPicture) and picture.reading.digits:
            others = [other for other in self._pictures if other is not picture]
            self._pictures = [picture, *others][:MOST_PICTURES]
        elif drawing:
            self._add(drawing)
        self._show()

    def close(self, keep_drawing: bool) -> None:
        """The window ends. The number on the paper is kept, the drawing for the next start only
        if that is wanted."""
        self._canvas.lift()
        self.follow()
        self.leave(self._canvas.state)
        self._recovery.close(forget=not keep_drawing)

    def _add(self, drawing: Drawing) -> None:
        number = self._read(drawing.ink)
        if number:
            self._try(partial(self._album.add, number, drawing))

    def _show(self) -> None:
        items = [
            Item(p.reading.text, p, partial(self._canvas.show, p), partial(self._forget, p))
            for p in self._pictures
        ]
        items += [
            Item(entry.text, entry, partial(self._restore, entry), partial(self._forget, entry))
            for entry in reversed(self._album.entries)
        ]
        self._strip.show(items)

    def _restore(self, entry: Entry) -> None:
        drawing = entry.drawing
        self._canvas.show(drawing.ink, drawing.paper)

    def _forget(self, entry: Entry | ReadPicture) -> None:
        if isinstance(entry, Entry):
            self._try(partial(self._album.remove, entry))
        else:
            self._pictures.remove(entry)
        self._show()

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except AlbumError as error:
            self._say(texts.sentence(str(error)))


def _drawing_on(state: State) -> Drawing | None:
    """The ink on a state, if there is any."""
    ink = state.content
    if not isinstance(ink, Ink) or not ink.lines():
        return None
    return Drawing.on_paper(ink, state.page)
