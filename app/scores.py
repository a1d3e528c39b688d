"""What was found out about groups of pieces, which is found out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from app.candidates import Pieces

Seen = TypeVar("Seen")


class Scores(Generic[Seen]):
    """Looks at groups of pieces, at each group once."""

    def __init__(self, look: Callable[[Sequence[Pieces]], Sequence[Seen]]) -> None:
        """`look` finds it out, for any number of groups together."""
        self._look = look
        self._known: dict[frozenset[Hashable], Seen] = {}
        self._asked: set[frozenset[Hashable]] = set()

    def __call__(self, groups: Sequence[Pieces]) -> list[Seen]:
        """What is found out about each of the groups."""
        keys = [_key(group) for group in groups]
        new = {k: g for k, g in zip(keys, groups, strict=True) if k not in self._known}
        if new:
            self._known.update(zip(new, self._look(list(new.values())), strict=True))
        self._asked.update(keys)
        return [self._known[key] for key in keys]

    def know(self, group: Pieces, seen: Seen) -> None:
        """Take what was found out about a group in another way."""
        self._known[_key(group)] = seen

    def forget_others(self) -> None:
        """Forget what was not asked for since the last time."""
        self._known = {key: self._known[key] for key in self._asked}
        self._asked = set()

    def clear(self) -> None:
        """Forget everything, as it would be found otherwise now."""
        self._known, self._asked = {}, set()


def _key(group: Pieces) -> frozenset[Hashable]:
    return frozenset(piece.key for piece in group)
