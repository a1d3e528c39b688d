"""Undo and redo."""

from __future__ import annotations

from typing import Generic, TypeVar

Document = TypeVar("Document")


class History(Generic[Document]):
    """Documents that followed each other; undo goes back without limit, redo forth again.

    A document never changes, and what two of them share is held once.
    """

    def __init__(self, first: Document) -> None:
        self._done = [first]
        self._undone: list[Document] = []

    @property
    def document(self) -> Document:
        """The one that has been reached."""
        return self._done[-1]

    @property
    def can_undo(self) -> bool:
        """Whether there is a document before the one that has been reached."""
        return len(self._done) > 1

    @property
    def can_redo(self) -> bool:
        """Whether `undo` went back from a document and nothing was done since."""
        return bool(self._undone)

    def do(self, document: Document) -> None:
        """Go on to another document; what had been undone before can no longer be redone."""
        self._undone.clear()
        self._done.append(document)

    def undo(self) -> None:
        """Go back by one document; nothing happens at the first."""
        if self.can_undo:
            self._undone.append(self._done.pop())

    def redo(self) -> None:
        """Go on to the document undone last; nothing happens where there is none."""
        if self._undone:
            self._done.append(self._undone.pop())
