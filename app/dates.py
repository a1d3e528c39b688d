"""Dates: what could be a 1 is a slash where the line then reads as a date.

A steep slash looks like a 1, and its stroke does not tell that a date has two of them, nor where.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from app.groups import Group

DATE = re.compile("d{1,2}/d{1,2}/(d{2}|d{4})")
"""A day, a month and a year."""
LONGEST = len("dd/dd/dddd")
"""What is longer need not be looked at, which would take long where there are many ones."""
LIKELY = 2.5
"""How much sooner a line is a date than other digits with slashes, as a logarithm."""
TALL = 0.6
"""A slash is so high at least, in line heights."""


def slashes(
    groups: Sequence[Group], odds: Sequence[float], height: float
) -> tuple[tuple[int, ...], float] | None:
    """Which digits of a line are slashes if it is a date, and what they cost together; None where
    it is none, or where they cost more than a date is likelier.

    Args:
        groups: from left to right.
        odds: of each to be a digit rather than a mark, as a logarithm.
        height: of the line, in canvas pixels.
    """
    if len(groups) > LONGEST:
        return None
    steep = [_may_be_slash(group, height) for group in groups]
    read = ["d" if g.digit else "/" if s else " " for g, s in zip(groups, steep, strict=True)]
    ones = [i for i, group in enumerate(groups) if group.digit and steep[i]]
    dates = []
    for places in combinations(ones, max(2 - read.count("/"), 0)):
        line = "".join("/" if i in places else character for i, character in enumerate(read))
        if DATE.fullmatch(line):
            dates.append((sum(odds[i] for i in places), places))
    cost, places = min(dates, default=(LIKELY, ()))
    return (places, cost) if cost < LIKELY else None


def _may_be_slash(group: Group, height: float) -> bool:
    """Whether it is one straight stroke that is high enough."""
    piece, *others = group.pieces
    return not others and piece.is_straight and bool(group.size[1] >= TALL * height)
