"""Undo and redo."""

from app.ink import Ink
from app.ui.history import History


def test_undo_and_redo_walk_through_everything_done() -> None:
    documents = ["blank", "one", "one and two", "blank"]
    history = History(documents[0])
    for document in documents[1:]:
        history.do(document)
    for document in reversed(documents):
        assert history.document == document
        history.undo()
    assert not history.can_undo
    for document in documents:
        assert history.document == document
        history.redo()
    assert not history.can_redo


def test_undo_and_redo_with_nothing_to_do_change_nothing() -> None:
    history = History(Ink())
    history.undo()
    history.redo()
    assert history.document == Ink()


def test_what_was_undone_is_forgotten_when_something_else_is_done() -> None:
    history = History("blank")
    history.do("one")
    history.undo()
    history.do("two")
    assert not history.can_redo
    assert history.document == "two"
